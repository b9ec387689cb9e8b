//! Tests that version 1 of both JSON documents keeps every member of 2026-11-25 (`fix-full` and `fix-failure`:
//! 2026-11-28), with its type and, unless it is text for people, its value. Members may be added.

use std::collections::BTreeSet;
use std::fs;
use std::mem::discriminant;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use fixkey::check::finding::{Finding, Severity};
use fixkey::check::hint::Hint;
use fixkey::check::report::NamedAccess;
use fixkey::check::report::{
    CheckedFile, ConvertedKey, EditedFile, FileKind, FixReport, GrantedFile, LocatedFinding,
    Remark, Report, RunFailure, SearchRemark,
};
use fixkey::report::json;
use serde_json::Value;
use source_text::Position;
use zeroize::Zeroizing;

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

/// Members whose wording may change, or that depend on the machine.
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
        .args([
            command,
            "--format",
            "json",
            "--user",
            "0:0",
            "--map",
            "/=.",
            "--ignore",
            "setting-obsolete",
            "conf.d/beats.conf",
        ])
        .current_dir(&sandbox.0)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns the members of an old document that a new one lacks.
fn lost(before: &Value, now: &Value, at: &str) -> Vec<String> {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            let lost_member = |(name, value): (&String, &Value)| {
                let at = format!("{at}.{name}");
                match now.get(name) {
                    None => vec![format!("{at} is missing")],
                    Some(now) if FREE.contains(&name.as_str()) && is_of_type(value, now) => {
                        Vec::new()
                    }
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

/// Returns whether a member has its old type; any may be null.
fn is_of_type(before: &Value, now: &Value) -> bool {
    before.is_null() || now.is_null() || discriminant(before) == discriminant(now)
}

fn keeps_its_members(name: &str, now: &Value) {
    let path = format!("tests/texts/{name}-version-1.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let before = fs::read(path).unwrap();
    let lost = lost(&serde_json::from_slice(&before).unwrap(), now, name);
    assert!(lost.is_empty(), "\n{}", lost.join("\n"));
}

fn printed(print: impl FnOnce(&mut Vec<u8>)) -> Value {
    let mut text = Vec::new();
    print(&mut text);
    serde_json::from_slice(&text).unwrap()
}

/// Returns a report of `fix` without empty lists.
fn full() -> Report {
    let remark = Remark { hints: vec![Hint::action("a hint")], ..Remark::warning("a remark") };
    let position = Some(Position { line: 2, column: 3 });
    let fix = FixReport {
        is_dry_run: false,
        search: vec![SearchRemark {
            severity: Severity::Warning,
            path: PathBuf::from("pipelines.yml"),
            position,
            text: "a message".to_owned(),
        }],
        keys: vec![ConvertedKey {
            old: PathBuf::from("our.key"),
            new: PathBuf::from("our.p8"),
            target: PathBuf::from("our.p8"),
            configured: PathBuf::from("/etc/our.p8"),
            description: "RSA 2048, PKCS#1".to_owned(),
            public_key_sha256: Some("00ff".to_owned()),
            is_up_to_date: true,
            limits: vec!["a limit".to_owned()],
            remarks: vec![remark.clone()],
            renewal: Some(Remark::note("a renewal")),
            access: Some(NamedAccess {
                owner: "root".to_owned(),
                group: "logstash".to_owned(),
                mode: 0o640,
            }),
            backup: Some(PathBuf::from("our.key~")),
        }],
        grants: vec![GrantedFile {
            path: PathBuf::from("our.crt"),
            group: "logstash".to_owned(),
            group_before: Some("root".to_owned()),
            mode: 0o100_640,
            mode_before: Some(0o100_600),
            account: "logstash".to_owned(),
            remarks: vec![remark.clone()],
            renewal: Some(Remark::note("a renewal")),
            undo: Some("chgrp 0 our.crt".to_owned()),
        }],
        configurations: vec![EditedFile {
            path: PathBuf::from("beats.conf"),
            target: PathBuf::from("beats.conf"),
            backup: Some(PathBuf::from("beats.conf~")),
            old: Arc::default(),
            new: Zeroizing::default(),
            edits: Vec::new(),
            remarks: vec![remark.clone()],
        }],
        in_the_way: ["an obstacle".to_owned()].into(),
        left_over: vec!["a file".to_owned()],
        next: Some("restart Logstash".to_owned()),
    };
    Report {
        files: vec![CheckedFile {
            path: PathBuf::from("closed.conf"),
            kind: FileKind::Other,
            contents: Vec::new(),
            attributes: None,
            not_examined: Some("Permission denied".to_owned()),
            is_closed: true,
        }],
        findings: vec![LocatedFinding {
            finding: Finding::new(Severity::Note, "key-mislabelled", "a message"),
            path: PathBuf::from("beats.conf"),
            position,
            end: position,
            related: None,
            named_at: Vec::new(),
            key: None,
        }],
        remarks: vec![remark],
        fix: Some(fix),
        ..Report::default()
    }
}

/// Returns a report of a failed `fix`.
fn failed() -> Report {
    let failure =
        RunFailure { message: "an error".to_owned(), hints: vec![Hint::action("a hint")] };
    Report { fix: Some(FixReport::default()), failure: Some(failure), ..Report::default() }
}

#[test]
fn the_document_of_check_keeps_its_members() {
    keeps_its_members("check", &document("check"));
}

#[test]
fn the_document_of_fix_keeps_its_members() {
    keeps_its_members("fix", &document("fix"));
}

#[test]
fn the_document_of_fix_keeps_the_members_of_every_list() {
    keeps_its_members("fix-full", &printed(|text| json::print(&full(), 1, text)));
}

#[test]
fn the_document_of_a_failure_keeps_its_members() {
    let failure = printed(|text| json::print(&failed(), 3, text));
    keeps_its_members("fix-failure", &failure);
}

/// Returns the names of all members below a value.
fn members(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Object(members_of) => {
            let names = members_of.keys().map(String::as_str);
            names.chain(members_of.values().flat_map(members)).collect()
        }
        Value::Array(values) => values.iter().flat_map(members).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn the_page_of_formats_names_every_member_of_fix() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md"));
    let page = page.unwrap();
    let document = printed(|text| json::print(&full(), 1, text));
    let failure = printed(|text| json::print(&failed(), 3, text));
    let names = members(&document).into_iter().chain(members(&failure));
    let is_there =
        |name: &&str| page.contains(&format!("`{name}`")) || page.contains(&format!("`{name}[]`"));
    let lacking: Vec<&str> = names.filter(|name| !is_there(name)).collect();
    assert_eq!(lacking, Vec::<&str>::new());
}

#[test]
fn a_missing_member_and_another_value_are_noticed() {
    let before = serde_json::json!({ "version": 1, "findings": [{ "rule": "a" }], "next": "c" });
    let now = serde_json::json!({ "findings": [{ "rule": "b" }], "next": 2, "new": 1 });
    let expected = [
        "x.findings[0].rule was \"a\" and is \"b\"",
        "x.next was \"c\" and is 2",
        "x.version is missing",
    ];
    assert_eq!(lost(&before, &now, "x"), expected);
}
