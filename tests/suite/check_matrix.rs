//! `check` against the 308 measured pairs: what it says of a beats input that names them, by release, is what
//! the plugin's own code did with them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

#[path = "check_matrix/prediction.rs"]
mod prediction;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use common::{FIXKEY, Sandbox, has_peers, shared};
use prediction::Prediction;
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

/// What `check` predicts of the configuration of a row.
fn predicted(sandbox: &Sandbox, id: &str, column: &Column) -> Prediction {
    let output = Command::new(FIXKEY)
        .args(["check", "--format", "json", "--logstash", column.release])
        .arg(sandbox.0.join(format!("{id}.conf")))
        .env_clear()
        .output()
        .unwrap();
    Prediction::of(&serde_json::from_slice(&output.stdout).unwrap(), column.of_handshakes)
}

/// How the row is judged otherwise than it was measured.
fn disagreement(row: &Value, column: &Column, sandbox: &Sandbox) -> Option<String> {
    let id = row["id"].as_str().unwrap();
    let said = predicted(sandbox, id, column);
    let loads = row["loads"][column.netty] == true;
    if said.loads != loads {
        return Some(format!("{id}: loads {loads}, said {said:?}"));
    }
    let handshake = row.get("handshake").filter(|_| loads)?;
    let succeeds = handshake["tls1.2"] == true;
    (succeeds != said.shakes_hands).then(|| format!("{id}: handshake {succeeds}, said {said:?}"))
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
