//! Laws of `fix`: an edit changes its span alone, and twice is once; on every real configuration that
//! names a key.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Sandbox, fixtures, has_peers, shared_cases};
use fixkey::commands::{self, Status, Streams};
use fixkey::edit::{self, Edit};
use fixkey::logstash::parse::{self, SectionKind};
use proptest::prelude::*;

/// A real configuration, and what its attributes are by Logstash's own parser.
struct Real {
    file: String,
    text: String,
    attributes: Vec<Attribute>,
}

struct Attribute {
    section: String,
    plugin: String,
    name: String,
    start: usize,
    end: usize,
}

const KEYS: [&str; 4] = ["ssl_key", "client_key", "private_key", "tls_key"];

/// Plugins whose reader is documented to take PKCS#8 alone, so that `fix` converts their PKCS#1 keys.
const CONVERTED: [&str; 7] = [
    "beats",
    "elastic_agent",
    "http",
    "elasticsearch",
    "http_poller",
    "logstash",
    "elastic_serverless_forwarder",
];

fn reals() -> Vec<Real> {
    let rows = fs::read_to_string(shared_cases().join("configs.jsonl")).unwrap();
    let rows = rows.lines().map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap());
    let real = |row: serde_json::Value| {
        let file = row["file"].as_str().unwrap().to_owned();
        let text = fs::read_to_string(shared_cases().join("configs").join(&file)).unwrap();
        let attribute = |row: &serde_json::Value| Attribute {
            section: row[0].as_str().unwrap().to_owned(),
            plugin: row[1].as_str().unwrap().to_owned(),
            name: row[3].as_str().unwrap().to_owned(),
            start: usize::try_from(row[5].as_u64().unwrap()).unwrap(),
            end: usize::try_from(row[6].as_u64().unwrap()).unwrap(),
        };
        let attributes = row["attributes"].as_array().unwrap().iter().map(attribute).collect();
        Real { file, text, attributes }
    };
    let names_key = |real: &Real| real.attributes.iter().any(|found| KEYS.contains(&&*found.name));
    rows.filter(|row| row["ok"] == true).map(real).filter(names_key).collect()
}

impl Real {
    /// The paths between quotes that its settings name, without variables.
    fn paths<'a>(&'a self, settings: &'a [&str]) -> impl Iterator<Item = (&'a Attribute, &'a str)> {
        let set = self.attributes.iter().filter(|found| settings.contains(&&*found.name));
        set.filter_map(|found| {
            let raw = &self.text[found.start..found.end];
            let path = raw.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
            (!path.contains("${") && !path.contains('\\')).then_some((found, path))
        })
    }

    /// The text as it has to be afterwards, made without any of fixkey's code: the names of keys
    /// replaced at the spans that Logstash's parser gives, lines of passphrases left out.
    fn expected(&self) -> String {
        let mut edits: BTreeMap<usize, (usize, String)> = BTreeMap::new();
        for (found, path) in self.paths(&KEYS) {
            if CONVERTED.contains(&&*found.plugin) {
                let quote = &self.text[found.start..=found.start];
                edits.insert(found.start, (found.end, format!("{quote}{}{quote}", renamed(path))));
                for other in self.attributes.iter().filter(|other| is_passphrase_of(other, found)) {
                    let start = self.text[..other.start].rfind('\n').unwrap() + 1;
                    let end = other.end + self.text[other.end..].find('\n').unwrap() + 1;
                    edits.insert(start, (end, String::new()));
                }
            }
        }
        let mut text = self.text.clone();
        for (start, (end, new)) in edits.into_iter().rev() {
            text.replace_range(start..end, &new);
        }
        text
    }
}

/// In these configurations no two plugins of one name have passphrases.
fn is_passphrase_of(other: &Attribute, key: &Attribute) -> bool {
    other.name == "ssl_key_passphrase" && other.section == key.section && other.plugin == key.plugin
}

fn renamed(path: &str) -> String {
    let stem = path.strip_suffix(".key").or_else(|| path.strip_suffix(".pem")).unwrap_or(path);
    format!("{stem}.p8")
}

/// Puts a file of the fixtures where a configuration has it.
fn place(root: &Path, path: &str, fixture: &str) {
    let place = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::copy(fixtures().join(fixture), place).unwrap();
}

fn fix(root: &Path, configuration: &Path) -> (Status, String) {
    let mut map = std::ffi::OsString::from("/=");
    map.push(root);
    let arguments = ["fixkey".into(), "fix".into(), "--map".into(), map, configuration.into()];
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut streams = Streams { stdout: &mut stdout, stderr: &mut stderr };
    let status = commands::run(arguments, &mut streams);
    (status, String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

/// Every file beneath a folder, with its content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let content = fs::read(&path).unwrap();
            found.insert(path, content);
        }
    }
    found
}

#[test]
fn only_keys_and_passphrases_of_real_configurations_change_and_twice_is_once() {
    if !has_peers(&["shared", "no-logstash-account"]) {
        return;
    }
    let reals = reals();
    assert_eq!(reals.len(), 20);
    let mut changed = 0;
    for real in &reals {
        let sandbox = Sandbox::empty();
        let root = sandbox.0.join("root");
        for (_, path) in real.paths(&KEYS) {
            place(&root, path, "rsa2048-pkcs1.pem");
        }
        for (_, path) in real.paths(&["ssl_certificate", "ssl_cert", "client_cert"]) {
            place(&root, path, "rsa2048.crt");
        }
        let configuration = sandbox.0.join(&real.file);
        fs::write(&configuration, &real.text).unwrap();

        let (_, story) = fix(&root, &configuration);

        let expected = real.expected();
        let found = fs::read_to_string(&configuration).unwrap();
        assert_eq!(found, expected, "{}: {story}", real.file);
        changed += usize::from(expected != real.text);
        let once = files(&sandbox.0);
        let (_, again) = fix(&root, &configuration);
        assert!(files(&sandbox.0) == once, "{}: {again}", real.file);
        assert!(!again.contains("fixed: "), "{}: {again}", real.file);
    }
    assert_eq!(changed, 13);
}

/// Spans of a text of `length` bytes that do not overlap, with what comes in their place.
fn edits(length: usize) -> impl Strategy<Value = Vec<Edit>> {
    let cuts = prop::collection::btree_set(0..=length, 0..8);
    (cuts, prop::collection::vec("[a-z]{0,5}", 4)).prop_map(|(cuts, texts)| {
        let cuts: Vec<usize> = cuts.into_iter().collect();
        let spans = cuts.chunks_exact(2).map(|cut| cut[0]..cut[1]);
        spans.zip(texts).map(|(span, text)| Edit::new(span, text)).collect()
    })
}

proptest! {
    #[test]
    fn an_edit_changes_its_span_alone(
        (text, edits) in prop::collection::vec(any::<u8>(), 0..200)
            .prop_flat_map(|text| { let length = text.len(); (Just(text), edits(length)) })
    ) {
        let edited = edit::apply(&text, &edits).unwrap();
        let mut rest = edited.as_slice();
        let mut at = 0;
        for edit in &edits {
            rest = rest.strip_prefix(&text[at..edit.start]).unwrap();
            rest = rest.strip_prefix(edit.text.as_bytes()).unwrap();
            at = edit.end;
        }
        prop_assert_eq!(rest, &text[at..]);
    }

    /// Whatever stands around it, a setting that is removed leaves a text that parses, with the others.
    #[test]
    fn a_removed_setting_leaves_the_others(
        before in "[ \t]?(port => 1[ \t\n]{1,3}(# c\n[ \t]{0,2})?)?",
        after in "([ \t\n]{1,3}(# c\r?\n)?host => \"h\")?[ \t]{0,2}(# d\n)?",
    ) {
        let setting = "ssl_key_passphrase => \"x\"";
        let text = format!("input {{ beats {{{before}{setting}{after}}} }}");
        let start = text.find(setting).unwrap();
        prop_assume!(parse::parse(text.as_bytes()).is_ok());
        let edit = Edit::removal(text.as_bytes(), start..start + setting.len(), &[]);

        let edited = edit::apply(text.as_bytes(), &[edit]).unwrap();

        let found = parse::parse(&edited).unwrap();
        let plugin = found.plugins().next().unwrap();
        prop_assert_eq!(plugin.section(), SectionKind::Input);
        let names: Vec<&[u8]> = plugin.attributes().map(|found| found.name.text()).collect();
        let mut expected: Vec<&[u8]> = Vec::new();
        if before.contains("port") { expected.push(b"port"); }
        if after.contains("host") { expected.push(b"host"); }
        prop_assert_eq!(names, expected);
        let comments = |text: &[u8]| text.split(|byte| *byte == b'#').count();
        prop_assert_eq!(comments(&edited), comments(text.as_bytes()));
    }
}
