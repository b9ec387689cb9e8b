//! Tests `fixkey explain`: its pages, its arguments, and every exception of the measured keys. `tests/explain/` has
//! logs with their explanations.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

#[path = "explain/matrix.rs"]
mod matrix;

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Command;

use common::{FIXKEY, Sandbox};
use fixkey::check::rules;
use fixkey::logstash::messages;

/// Returns what `fixkey explain` prints on both streams, and its status unless that is 0.
fn explain(arguments: &[&str], input: &[u8]) -> String {
    let mut command = Command::new(FIXKEY);
    command.arg("explain").args(arguments).current_dir(std::env::temp_dir());
    common::told(&mut command, input)
}

/// Reading a log without an end would never finish.
#[test]
fn a_device_is_no_log() {
    let output = std::process::Command::new(FIXKEY)
        .args(["explain", "--log", "/dev/zero"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "error: /dev/zero: cannot read the log: this is a device, not a file\n");
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut pages: Vec<String> = fs::read_dir(docs)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut rows: Vec<&str> = rules::RULES.iter().map(|rule| rule.name).collect();
    pages.sort();
    rows.sort_unstable();
    assert_eq!(pages, rows);
}

#[test]
fn every_rule_that_a_message_names_exists() {
    for cause in messages::all().flat_map(|message| message.causes) {
        assert!(cause.rule.is_none_or(|rule| rules::find(rule).is_some()), "{:?}", cause.rule);
    }
}

#[test]
fn prints_the_page_of_every_rule_and_lists_all() {
    let list = explain(&[], b"");
    for rule in rules::RULES.iter().map(|rule| rule.name) {
        let page = explain(&[rule], b"");
        assert!(page.starts_with(&format!("# {rule}\n")), "{rule}");
        assert!(!page.contains("<!--") && !page.contains("```") && !page.contains("? "), "{rule}");
        assert!(list.lines().any(|line| line.starts_with(&format!("{rule} "))), "{rule}");
    }
    assert_eq!(explain(&["KEY_NOT_PKCS8"], b""), explain(&["key-not-pkcs8"], b""));
}

#[test]
fn an_unknown_rule_is_wrong_usage_and_near_names_are_offered() {
    assert_eq!(
        explain(&["key-not-pkcs12"], b""),
        "error: there is no rule \"key-not-pkcs12\"\nhint: did you mean key-not-pkcs8?\nhint: fixkey explain\n? 2\n"
    );
    let zeros = explain(&["zzzzzzzzzz"], b"");
    assert_eq!(zeros, "error: there is no rule \"zzzzzzzzzz\"\nhint: fixkey explain\n? 2\n");
    let several = explain(&["tls-of-setting"], b"");
    let near = "setting-repeated, setting-obsolete, setting-deprecated, setting-not-yet or setting-unknown";
    assert!(several.contains(&format!("hint: did you mean {near}?\n")), "{several}");
}

#[test]
fn words_need_no_quotes_and_log_stands_alone() {
    let quoted = explain(&["java.io.IOException: overrun, bytes = 5"], b"");
    assert_eq!(explain(&["java.io.IOException:", "overrun,", "bytes", "=", "5"], b""), quoted);
    assert!(quoted.starts_with("overrun, bytes = <n>\n"));
    assert!(explain(&["key-weak", "--log", "empty.log"], b"").ends_with("? 2\n"));
}

#[test]
fn an_unknown_line_says_so_in_two_lines() {
    let told = explain(&["the cat sat on hunter2"], b"");
    assert!(
        told.starts_with("error: unknown message\nhint: fixkey check /etc/logstash\n"),
        "{told}"
    );
    assert!(told.lines().count() == 3 && told.ends_with("? 1\n"), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_log_that_cannot_be_read_is_status_3() {
    for name in ["missing.log", "."] {
        assert!(explain(&["--log", name], b"").ends_with("? 3\n"), "{name}");
    }
}

#[test]
fn a_large_log_is_read_in_bounded_memory() {
    let sandbox = Sandbox::empty();
    let path = sandbox.0.join("large.log");
    let mut file = fs::File::create(&path).unwrap();
    // No line end at all, then the message across a read boundary.
    for _ in 0..64 {
        file.write_all(&vec![b'x'; (1 << 20) - 7]).unwrap();
        file.write_all(b"overrun, bytes = 12 ").unwrap();
    }
    drop(file);
    let command = format!("ulimit -v 65536 && exec {FIXKEY} explain --log {}", path.display());
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    let mut told = String::new();
    output.stdout.as_slice().read_to_string(&mut told).unwrap();
    assert!(told.starts_with("overrun, bytes = <n>\n  found:      on line 1\n"), "{output:?}");
}
