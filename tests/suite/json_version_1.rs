//! Version 1 of both JSON documents keeps what it had on 2026-11-25: every member, its type and, where it is not a
//! text for people, its value. Members may be added.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{FIXKEY, Sandbox, fixtures};

const CONFIGURATION: &str = r#"input {
  beats {
    port => 5044
    ssl_enabled => true
    ssl_certificate => "/our.crt"
    ssl_key => "/our.key"
    ssl_key_passphrase => "secret"
  }
}
output {
  http { url => "https://example.org" client_key => "/missing.key" client_cert => "/our.crt" }
}
"#;

/// Members whose words may improve, and what depends on the machine.
const FREE: &[&str] = &[
    "message",
    "evidence",
    "hint",
    "description",
    "judged_by",
    "was",
    "next",
    "left_over",
    "owner",
    "group",
    "modified",
    "not_examined",
];

fn document(command: &str) -> Value {
    let sandbox = Sandbox::empty();
    fs::create_dir(sandbox.0.join("conf.d")).unwrap();
    fs::write(sandbox.0.join("conf.d/beats.conf"), CONFIGURATION).unwrap();
    fs::copy(fixtures().join("rsa2048-pkcs1.pem"), sandbox.0.join("our.key")).unwrap();
    fs::copy(fixtures().join("rsa2048.crt"), sandbox.0.join("our.crt")).unwrap();
    let output = Command::new(FIXKEY)
        .args([command, "--format", "json", "--user", "0:0", "--map", "/=.", "conf.d/beats.conf"])
        .current_dir(&sandbox.0)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What of a document of before is not in one of now.
fn lost(before: &Value, now: &Value, at: &str) -> Vec<String> {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            let lost_member = |(name, value): (&String, &Value)| {
                let at = format!("{at}.{name}");
                match now.get(name) {
                    None => vec![format!("{at} is missing")],
                    Some(_) if FREE.contains(&name.as_str()) => Vec::new(),
                    Some(now) => lost(value, now, &at),
                }
            };
            before.iter().flat_map(lost_member).collect()
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            let both = before.iter().zip(now).enumerate();
            both.flat_map(|(index, (before, now))| lost(before, now, &format!("{at}[{index}]")))
                .collect()
        }
        (before, now) if before == now => Vec::new(),
        (before, now) => vec![format!("{at} was {before} and is {now}")],
    }
}

fn keeps_its_members(command: &str) {
    let path = format!("tests/texts/{command}-version-1.json");
    let before = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let lost = lost(&serde_json::from_slice(&before).unwrap(), &document(command), command);
    assert!(lost.is_empty(), "\n{}", lost.join("\n"));
}

#[test]
fn the_document_of_check_keeps_its_members() {
    keeps_its_members("check");
}

#[test]
fn the_document_of_fix_keeps_its_members() {
    keeps_its_members("fix");
}

#[test]
fn a_missing_member_and_another_value_are_noticed() {
    let before = serde_json::json!({ "version": 1, "findings": [{ "rule": "a" }] });
    let now = serde_json::json!({ "findings": [{ "rule": "b" }], "new": 1 });
    let expected = ["x.findings[0].rule was \"a\" and is \"b\"", "x.version is missing"];
    assert_eq!(lost(&before, &now, "x"), expected);
}
