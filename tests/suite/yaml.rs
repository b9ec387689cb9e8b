//! Compares discovery with Ruby's Psych on settings files, down to the bytes of a value.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(clippy::use_debug, reason = "looks do not matter here")]

use crate::common;

use std::fs;

use common::{Sandbox, has_peers, ruby};
use fixkey::logstash::discovery::{Discovery, NoteKind, SourceKind};
use fixkey::logstash::variables::Variables;
use fixkey::os::view::View;

/// What follows `xpack.monitoring.elasticsearch.ssl.key:`.
const VALUES: &[&str] = &[
    " /etc/key",
    " /etc/key # c",
    " /etc/key#c",
    " 'a''b' # c",
    " \"a\\\"b\\\\\" # c",
    " \"\\x41\\u00e9\\/\\e\"",
    " ''",
    " \"\"",
    " a: b",
    " a:b",
    " a :b",
    " @x",
    " `x",
    " %x",
    " x%",
    " *x",
    " &x y",
    " !t x",
    " !!str x",
    " - x",
    " -x",
    " ?x",
    " ? x",
    " [a",
    " [a]",
    " {a}",
    " {{ a }}",
    " {{ a }}/b",
    " \"{{ a }}/b\"",
    " ${A:b}",
    " ${A}/b",
    " <%= a %>",
    " a\n b\n\n c",
    " a\n  # c\n  b",
    "\n  a",
    "\n  a # c",
    "\n    \"a\n     b\"",
    " |\n  a\n  b",
    " |-\n  a\n\n   b\n",
    " >\n  a\n  b\n\n  c",
    " |+\n  a\n\n",
    " |2\n   a\n  b\n",
    " |\n\ta",
    " a\t# c",
    " \ta",
    " \"a\tb\"",
    " 'a\n\n b'",
    " \"a\\\n   b\"",
    " ä€ # ü",
    " \"unclosed",
    " 'x' y",
    " \"\\q\"",
    " a, b",
    " a]",
    " ]",
    " ,",
    " |x",
    " > x",
    " C:\\x\\y",
    " \"C:\\x\"",
    " 'C:\\x'",
    " 5044",
    " true",
    " x\r\ny: z",
    " 'x' \r\ny: z",
    " \"x\" # ö\r\ny: z",
    " a\n...\n",
    " a\n---\nb: [",
];

/// Values that Ruby's libyaml reads differently: a tab right after the colon, line ends of YAML 1.1, a byte-order mark
/// within a line (saphyr-parser 0.3.4 reads YAML 1.2).
const OTHERWISE: &[&str] = &["\ta", " a\u{85}b", " a\u{2028}b", " \u{feff}a"];

const ORACLE: &str = r#"
require "yaml"
STDIN.read.force_encoding("UTF-8").split("\0", -1).each do |text|
  begin
    YAML.safe_load(text)
    value = YAML.parse(text).root.children[1]
    print(value.is_a?(Psych::Nodes::Scalar) ? "= #{value.value}" : "no scalar", "\0")
  rescue Psych::Exception, NoMethodError
    print "refused\0"
  end
end
"#;

fn by_ruby(texts: &[String]) -> Vec<String> {
    ruby(ORACLE, texts).split_terminator('\0').map(str::to_owned).collect()
}

fn by_discovery(text: &str) -> String {
    let sandbox = Sandbox::empty();
    let path = sandbox.0.join("logstash.yml");
    fs::write(&path, text).unwrap();
    let found = Discovery::new(&View::default(), &Variables::default()).discover(&path).unwrap();
    if found.notes.iter().any(|note| note.kind == NoteKind::Refused) {
        return "refused".to_owned();
    }
    match found.sources.first().map(|source| (&source.kind, &source.bytes)) {
        Some((SourceKind::SettingsFile(file), bytes)) => {
            let scalars = &file.scalars;
            if scalars[0].editable && scalars[0].value.as_str() != "/another" {
                check_span(&bytes[..], &scalars[0].span);
            }
            format!("= {}", scalars[0].value.as_str())
        }
        _ => "no scalar".to_owned(),
    }
}

/// Checks that replacing an editable value changes the value read.
fn check_span(file: &[u8], span: &std::ops::Range<usize>) {
    let mut edited = file.to_vec();
    edited.splice(span.clone(), *b"\"/another\"");
    assert_eq!(
        by_discovery(std::str::from_utf8(&edited).unwrap()),
        "= /another",
        "{:?}",
        String::from_utf8_lossy(file)
    );
}

#[test]
fn reads_values_as_ruby_does() {
    if !has_peers(&["ruby"]) {
        return;
    }
    let text = |value: &&str| format!("xpack.monitoring.elasticsearch.ssl.key:{value}\n");
    let differing = |values: &[&str]| {
        let texts: Vec<String> = values.iter().map(text).collect();
        let rows = texts.iter().zip(by_ruby(&texts));
        let rows = rows.map(|(text, ruby)| (text.clone(), ruby, by_discovery(text)));
        rows.filter(|(_, ruby, own)| ruby != own).collect::<Vec<_>>()
    };
    let wrong = differing(VALUES);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(differing(OTHERWISE).len(), OTHERWISE.len());
}
