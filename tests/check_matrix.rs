//! `check` against the 308 measured pairs: what it says of a beats input that names them, by release, is what
//! the plugin's own code did with them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use common::{FIXKEY, Sandbox, has_peers, shared};
use serde_json::Value;

/// A column of the matrix, and the release whose beats input reads as it does.
struct Column {
    netty: &'static str,
    release: &'static str,
    /// Rules whose errors mean here that no handshake succeeds.
    of_handshakes: &'static [&'static str],
    /// Rows that are judged otherwise than they were measured, and why.
    disagreements: &'static [(&'static str, &'static str)],
}

const COLUMNS: &[Column] = &[
    Column {
        netty: "netty-4.1.17",
        release: "6.4",
        of_handshakes: &["certificate-chain-order"],
        disagreements: &[],
    },
    Column { netty: "netty-4.1.48", release: "7.17.27", of_handshakes: &[], disagreements: &[] },
    Column { netty: "netty-4.1.118+bc", release: "9.5", of_handshakes: &[], disagreements: &[] },
];

/// Rules whose errors mean that the key or the certificate does not load.
const OF_LOADING: &[&str] = &[
    "certificate-chain-order",
    "file-missing",
    "key-damaged",
    "key-algorithm-not-supported",
    "key-encrypted-without-passphrase",
    "key-encryption-not-supported",
    "key-layout",
    "key-not-pkcs8",
    "key-wrong-passphrase",
    "not-a-certificate",
    "not-a-private-key",
    "passphrase-on-plain-key",
];

/// `key-damaged` with the evidence that the key loads.
const NEVER_SIGNS: &str = "key-damaged, which loads";

/// Rules whose errors mean that no handshake succeeds with what loads.
const OF_HANDSHAKES: &[&str] =
    &["certificate-key-mismatch", "key-cannot-handshake", NEVER_SIGNS, "key-several"];

fn rows() -> Vec<Value> {
    let rows = fs::read_to_string(shared().join("matrix.jsonl")).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// A configuration for every row, in a folder of its own.
fn write_configurations(rows: &[Value], sandbox: &Sandbox) {
    for row in rows {
        let text = |name: &str| row[name].as_str();
        let path = |name: &str| shared().join(text(name).unwrap()).display().to_string();
        let passphrase = text("passphrase")
            .map_or(String::new(), |value| format!("    ssl_key_passphrase => \"{value}\"\n"));
        let configuration = format!(
            "input {{\n  beats {{\n    port => 5044\n    ssl => true\n    ssl_certificate => \"{}\"\n    ssl_key => \"{}\"\n{passphrase}  }}\n}}\n",
            path("cert"),
            path("key"),
        );
        let name = format!("{}.conf", text("id").unwrap());
        fs::write(sandbox.0.join(name), configuration).unwrap();
    }
}

/// The errors of each configuration, by the id of its row.
fn errors(sandbox: &Sandbox, id: &str, release: &str) -> BTreeSet<String> {
    let output = Command::new(FIXKEY)
        .args(["check", "--format", "json", "--logstash", release])
        .arg(sandbox.0.join(format!("{id}.conf")))
        .env_clear()
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let errors = findings.iter().filter(|finding| finding["severity"] == "error");
    errors.map(rule).collect()
}

/// The rule of a finding; of damage that keeps a key from signing alone, that.
fn rule(finding: &Value) -> String {
    let rule = finding["rule"].as_str().unwrap();
    let loads = finding["evidence"].as_str().is_some_and(|it| it.starts_with("it loads, and then"));
    if rule == "key-damaged" && loads { NEVER_SIGNS.to_owned() } else { rule.to_owned() }
}

/// How the row is judged otherwise than it was measured.
fn disagreement(row: &Value, column: &Column, sandbox: &Sandbox) -> Option<String> {
    let id = row["id"].as_str().unwrap();
    let errors = errors(sandbox, id, column.release);
    let any = |rules: &[&str]| {
        let of_loading = rules == OF_LOADING;
        let mut rules = rules.iter().filter(|it| !of_loading || !column.of_handshakes.contains(it));
        rules.any(|rule| errors.contains(*rule))
    };
    let loads_measured = row["loads"][column.netty] == true;
    let loads_said = !any(OF_LOADING);
    if loads_said != loads_measured {
        return Some(format!("{id}: loads {loads_measured}, said {errors:?}"));
    }
    let handshake = row.get("handshake").filter(|_| loads_measured)?;
    let succeeds = handshake["tls1.2"] == true;
    let succeeds_said = !any(OF_HANDSHAKES) && !any(column.of_handshakes);
    (succeeds != succeeds_said).then(|| format!("{id}: handshake {succeeds}, said {errors:?}"))
}

#[test]
fn check_says_of_every_measured_pair_what_happened() {
    if !has_peers(&["shared"]) {
        return;
    }
    let rows = rows();
    let sandbox = Sandbox::empty();
    write_configurations(&rows, &sandbox);
    let mut wrong = Vec::new();
    for column in COLUMNS {
        let found = rows.iter().filter_map(|row| disagreement(row, column, &sandbox));
        let found: Vec<String> = found.collect();
        let expected: BTreeSet<&str> = column.disagreements.iter().map(|(id, _)| *id).collect();
        let ids: BTreeSet<&str> = found.iter().map(|it| it.split(':').next().unwrap()).collect();
        assert!(column.disagreements.len() <= 5, "{}", column.netty);
        if ids != expected {
            let listed = found.join("\n  ");
            wrong.push(format!("{}, as {}:\n  {listed}", column.netty, column.release));
        }
    }
    assert_eq!(rows.len(), 308);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
