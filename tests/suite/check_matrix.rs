//! Compares `check` with the measured pairs of `tests/data`: its report for a beats input with such a pair must match
//! what the plugin's own code did, by release. It matches all 308 of `keys` and all of `settings/migrations.jsonl`. Tables
//! beside these modules list where it does not match those of `keys-2`, or whole Logstash releases, and why.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

#[path = "check_matrix/prediction.rs"]
mod prediction;
#[path = "check_matrix/recorded.rs"]
mod recorded;
#[path = "check_matrix/situations.rs"]
mod situations;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use common::{FIXKEY, Sandbox, data, rows};
use prediction::Prediction;
use serde_json::Value;

/// A column of the matrix, and the release whose beats input it represents.
struct Column {
    netty: &'static str,
    release: &'static str,
    /// Rules whose errors here mean that no handshake succeeds.
    of_handshakes: &'static [&'static str],
    /// Rows judged differently from the measurement, and why.
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

/// Writes a configuration for every row of a directory of pairs into a sandbox.
fn write_configurations(rows: &[Value], pairs: &Path, sandbox: &Sandbox) {
    for row in rows {
        let text = |name: &str| row[name].as_str();
        let path = |name: &str| pairs.join(text(name).unwrap()).display().to_string();
        let passphrase =
            text("passphrase").map(|value| format!("ssl_key_passphrase => \"{value}\""));
        let passphrase = text("setting").map(str::to_owned).or(passphrase);
        let passphrase = passphrase.map_or(String::new(), |setting| format!("    {setting}\n"));
        let configuration = format!(
            "input {{\n  beats {{\n    port => 5044\n    ssl => true\n    ssl_certificate => \"{}\"\n    ssl_key => \"{}\"\n{passphrase}  }}\n}}\n",
            path("cert"),
            path("key"),
        );
        let name = format!("{}.conf", text("id").unwrap());
        fs::write(sandbox.0.join(name), configuration).unwrap();
    }
}

/// Returns what `check` predicts for the configuration of a row.
fn predicted(sandbox: &Sandbox, id: &str, column: &Column) -> Prediction {
    let output = Command::new(FIXKEY)
        .args(["check", "--format", "json", "--logstash", column.release])
        .arg(sandbox.0.join(format!("{id}.conf")))
        .env_clear()
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{id}: {output:?}");
    Prediction::of(&serde_json::from_slice(&output.stdout).unwrap(), column.of_handshakes)
}

/// Returns how the row's prediction differs from the measurement.
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
    let rows = rows(&data().join("keys/matrix.jsonl"));
    let sandbox = Sandbox::empty();
    write_configurations(&rows, &data().join("keys"), &sandbox);
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

/// Returns why fixkey says otherwise of a pair.
fn why(id: &str) -> &'static str {
    match id {
        "crt-ku-agreement" => {
            "the table of the pair and that of the whole releases contradict each other"
        }
        _ => panic!("no reason is known for {id}"),
    }
}

/// Returns a word for what happens to a pair.
fn outcome(loads: bool, shakes_hands: bool) -> &'static str {
    match (loads, shakes_hands) {
        (false, _) => "refused",
        (true, false) => "no handshake",
        (true, true) => "handshake",
    }
}

#[test]
fn check_says_of_each_pair_of_keys_2_what_is_recorded() {
    let rows = rows(&data().join("keys-2/matrix.jsonl"));
    assert_eq!(rows.len(), 133);
    let sandbox = Sandbox::empty();
    write_configurations(&rows, &data().join("keys-2"), &sandbox);
    let mut disagreements = Vec::new();
    for column in COLUMNS {
        let mut check = Command::new(FIXKEY);
        check.args(["check", "--format", "json", "--logstash", column.release]).env_clear();
        let reports = recorded::reports(&mut check, &sandbox.0);
        let of_jdk_17 = format!("{}@17", column.netty.strip_prefix("netty-").unwrap());
        for row in &rows {
            let id = row["id"].as_str().unwrap();
            let none = serde_json::json!({ "findings": [] });
            let said = Prediction::of(reports.get(id).unwrap_or(&none), column.of_handshakes);
            let handshake = &row["columns"]["handshake"][&of_jdk_17];
            let measured = outcome(row["loads"][column.netty] == true, handshake["tls1.2"] == true);
            let said = outcome(said.loads, said.shakes_hands);
            if said != measured {
                disagreements.push(format!(
                    "{id}\t{}\t{measured}\t{said}\t{}\n",
                    column.netty,
                    why(id)
                ));
            }
        }
    }
    recorded::compare(
        "keys-2-disagreements.tsv",
        "id\tcolumn\tmeasured\tsaid\twhy",
        &disagreements,
        1,
    );
}

#[test]
fn check_says_of_each_migration_whether_the_release_starts() {
    let rows = rows(&data().join("settings/migrations.jsonl"));
    assert_eq!(rows.len(), 95);
    let mut disagreements = Vec::new();
    for release in ["8.19.20", "9.5.2"] {
        let sandbox = Sandbox::empty();
        let text = |row: &Value, which: &str| row[which].as_str().map(str::to_owned);
        let written = |row: &Value, which: &str| {
            let path = sandbox.0.join(format!("{}-{which}.conf", row["id"].as_str().unwrap()));
            text(row, which).map(|text| fs::write(path, text).unwrap())
        };
        let count = rows.iter().flat_map(|row| ["old", "new"].map(|which| written(row, which)));
        assert_eq!(count.flatten().count(), 190);
        let mut check = Command::new(FIXKEY);
        check.args(["check", "--no-files", "--format", "json", "--logstash", release]).env_clear();
        let reports = recorded::reports(&mut check, &sandbox.0);
        for (row, which) in rows.iter().flat_map(|row| [(row, "old"), (row, "new")]) {
            let id = row["id"].as_str().unwrap();
            let findings = reports.get(&format!("{id}-{which}")).map(|report| &report["findings"]);
            let findings = findings.and_then(Value::as_array).into_iter().flatten();
            let said = findings.filter(|finding| finding["severity"] == "error").count() == 0;
            let measured = row[format!("{which}@{release}")]["result"] == "starts";
            if said != measured {
                let word = |starts| if starts { "starts" } else { "refuses" };
                disagreements.push(format!(
                    "{id}\t{which}\t{release}\t{}\t{}\n",
                    word(measured),
                    word(said)
                ));
            }
        }
    }
    recorded::compare(
        "migrations-disagreements.tsv",
        "id\tconfiguration\tlogstash\tmeasured\tsaid",
        &disagreements,
        0,
    );
}
