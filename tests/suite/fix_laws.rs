//! Laws of `fix` for every real configuration with a key: an edit changes only its span, and a second run changes
//! nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;
use crate::configurations;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::{OTHER_PEOPLES_CONFIGURATIONS, Sandbox, has_peers};
use configurations::{Attribute, KEYS, Real, place, reals};
use fixkey::commands::{self, Failure, Status, Streams};
use logstash_config::SectionKind;
use logstash_config::edit::{self, Edit};
use proptest::prelude::*;

/// Plugins whose reader is documented only for PKCS#8, so that `fix` converts their PKCS#1 keys.
const CONVERTED: [&str; 7] = [
    "beats",
    "elastic_agent",
    "http",
    "elasticsearch",
    "http_poller",
    "logstash",
    "elastic_serverless_forwarder",
];

impl Real {
    /// Returns the expected text, made without any code of fixkey: key paths replaced at the spans from Logstash's
    /// parser, and lines of passphrases left out.
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

fn fix(root: &Path, configuration: &Path) -> (Status, String) {
    let mut map = std::ffi::OsString::from("/=");
    map.push(root);
    let arguments = ["fixkey".into(), "fix".into(), "--map".into(), map, configuration.into()];
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut streams = Streams { stdout: &mut stdout, stderr: &mut stderr };
    let status = commands::run(arguments, &mut streams)
        .unwrap_or_else(|error| Failure::of(&error).print(streams.stderr));
    (status, String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

/// Returns every file below a directory, with its content.
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
    if !has_peers(&[OTHER_PEOPLES_CONFIGURATIONS, "no-logstash-account"]) {
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

/// Generates non-overlapping spans of a text of `length` bytes, with their replacements.
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

    /// Removing a setting leaves a text that parses, with the other settings, whatever surrounds it.
    #[test]
    fn a_removed_setting_leaves_the_others(
        before in "[ \t]?(port => 1[ \t\n]{1,3}(# c\n[ \t]{0,2})?)?",
        after in "([ \t\n]{1,3}(# c\r?\n)?host => \"h\")?[ \t]{0,2}(# d\n)?",
    ) {
        let setting = "ssl_key_passphrase => \"x\"";
        let text = format!("input {{ beats {{{before}{setting}{after}}} }}");
        let start = text.find(setting).unwrap();
        prop_assume!(logstash_config::parse(text.as_bytes()).is_ok());
        let edit = Edit::removal(text.as_bytes(), start..start + setting.len(), &[]);

        let edited = edit::apply(text.as_bytes(), &[edit]).unwrap();

        let found = logstash_config::parse(&edited).unwrap();
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
