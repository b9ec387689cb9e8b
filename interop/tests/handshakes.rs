//! `check` on both ends of a connection against the connection itself: shippers that do what Beats do, in Go, connect
//! to beats inputs of Netty, and what `check` predicts of the two configurations is what then happens.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fixkey_interop::handshakes::{self, Case, Row, Side, Wire};
use fixkey_interop::pki::Pki;
use fixkey_interop::{cases, fixkey, netty, openssl, peers};
use tempfile::TempDir;

/// Names a folder in which the files, the configurations and the rows stay.
const KEEP: &str = "FIXKEY_KEEP_HANDSHAKES";

/// Cases that are judged otherwise than they turn out, and why.
const KNOWN_DISAGREEMENTS: &[(&str, &str)] = &[];

/// Cases of which nothing but this can be right: they show that the two programs can tell.
const CERTAIN: &[(&str, Option<Side>)] = &[
    ("tls-both", None),
    ("chain-intermediate-sent", None),
    ("chain-intermediate-not-sent", Some(Side::Shipper)),
    ("authorities-unrelated", Some(Side::Shipper)),
    ("authorities-unrelated-none", None),
    ("name-mismatch", Some(Side::Shipper)),
    ("name-mismatch-certificate", None),
    ("date-server-expired", Some(Side::Shipper)),
    ("client-required-client", None),
    ("client-required-none", Some(Side::Input)),
    ("client-reload-required-by-other", Some(Side::Input)),
    ("protocol-input-13-shipper-12", Some(Side::Input)),
    ("tls-neither", None),
    ("tls-input-only", Some(Side::Input)),
    ("tls-shipper-only", Some(Side::Input)),
];

/// All cases and how they ended, and the folder that they lie in.
struct Measured {
    root: PathBuf,
    cases: Vec<Case>,
    rows: Vec<Row>,
    _scratch: TempDir,
}

static MEASURED: LazyLock<Measured> = LazyLock::new(|| {
    let scratch = TempDir::new().unwrap();
    let kept = env::var_os(KEEP).map(PathBuf::from);
    let root = kept.clone().unwrap_or_else(|| scratch.path().to_owned());
    let cases = cases::all(&Pki::make(root.join("pki")));
    handshakes::write(&root, &cases);
    let wire = Wire::build(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let rows = wire.connect(&cases, scratch.path());
    if let Some(folder) = kept {
        handshakes::keep(&folder, &cases, &rows);
    }
    Measured { root, cases, rows, _scratch: scratch }
});

fn passed_over() -> bool {
    peers::are_absent(openssl::PEERS.iter().chain(netty::PEERS).chain(handshakes::PEERS))
}

#[test]
fn both_sides_tell_how_a_connection_ended() {
    if passed_over() {
        return;
    }
    let rows = &MEASURED.rows;
    let names: BTreeSet<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "a name occurs twice");
    let ended = |side| rows.iter().filter(|row| row.refused_by == side).count();
    assert!(rows.len() >= 160, "{}", rows.len());
    assert!(ended(None) >= 60, "{}", ended(None));
    assert!(rows.len() - ended(None) >= 60, "{}", ended(None));
    for row in rows {
        let arrived = row.input_says("events") == Some(r#"[{"message":"from-main.go"}]"#);
        assert_eq!(row.refused_by.is_none(), arrived, "{row:?}");
        assert_eq!(row.refused_by.is_none(), row.shipper.is_empty(), "{row:?}");
        // A shipper that refuses tells the input, by an alert, by closing or by not connecting at all.
        let is_refusal_of_the_input = row.input.contains("cause=")
            && !row.input.contains("Received fatal alert")
            && !row.input.contains("ClosedChannelException");
        if row.refused_by == Some(Side::Input) {
            assert!(is_refusal_of_the_input, "{row:?}");
        }
    }
    for (name, refused_by) in CERTAIN {
        let row = rows.iter().find(|row| row.name == *name).unwrap();
        assert_eq!(row.refused_by, *refused_by, "{row:?}");
    }
}

#[test]
fn check_predicts_how_a_connection_ends() {
    if passed_over() {
        return;
    }
    let Measured { root, cases, rows, .. } = &*MEASURED;
    let mut wrong = Vec::new();
    for (case, row) in cases.iter().zip(rows) {
        let folder = handshakes::folder(root, case);
        let configurations = ["filebeat.yml", "beats.conf"].map(|name| folder.join(name));
        let options = [&["--shipper", handshakes::beats()], &*case.options()].concat();
        let report = fixkey::check_all(&options, &configurations);
        let predicted = &report["connections"][0];
        let agrees = match (predicted["outcome"].as_str(), row.refused_by) {
            (Some("unknown"), _) => case.is_open,
            (Some("ok"), None) => true,
            (Some("fails"), Some(side)) => predicted["refused_by"] == side.name(),
            _ => false,
        };
        if !agrees {
            wrong.push((&*row.name, format!("{row:?} {predicted}")));
        }
    }
    let found: BTreeSet<&str> = wrong.iter().map(|(name, _)| *name).collect();
    let expected: BTreeSet<&str> = KNOWN_DISAGREEMENTS.iter().map(|(name, _)| *name).collect();
    assert!(KNOWN_DISAGREEMENTS.len() <= 3);
    assert_eq!(found, expected, "{wrong:#?}");
}

/// Where both ends log something, `explain` finds in the two logs the rule by which `check` predicts it.
#[test]
fn explain_finds_in_both_logs_what_check_finds_in_the_files() {
    if passed_over() {
        return;
    }
    let Measured { root, cases, rows, .. } = &*MEASURED;
    let scratch = TempDir::new().unwrap();
    let logs = ["logstash.log", "filebeat.log"].map(|name| scratch.path().join(name));
    let (mut seen, mut wrong) = (BTreeSet::new(), Vec::new());
    for (case, row) in cases.iter().zip(rows) {
        let Some((_, cause)) = row.input.split_once("cause=") else { continue };
        // Logstash does not log that a shipper closes the connection.
        if cause.ends_with("ClosedChannelException") {
            continue;
        }
        let folder = handshakes::folder(root, case);
        let configurations = ["filebeat.yml", "beats.conf"].map(|name| folder.join(name));
        let options = [&["--shipper", handshakes::beats()], &*case.options()].concat();
        let report = fixkey::check_all(&options, &configurations);
        let Some(rule) = report["connections"][0]["rule"].as_str() else { continue };
        if row.shipper == NOT_STARTED || !seen.insert((cause, &row.shipper, rule.to_owned())) {
            continue;
        }
        let lines =
            [cause.to_owned(), format!("Failed to publish events caused by: {}", row.shipper)];
        for (log, line) in logs.iter().zip(lines) {
            std::fs::write(log, line).unwrap();
        }
        let told = fixkey::explain([&logs[0], &logs[1]]);
        let both = told.split("to find out:").next().unwrap_or_default();
        let is_told = |line: &str| line.trim_start().split(' ').next() == Some(rule);
        if !both.lines().any(is_told) {
            wrong.push((&*row.name, rule.to_owned(), cause, &*row.shipper));
        }
    }
    assert!(seen.len() >= 50, "{}", seen.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What a shipper finds where its input did not start, in place of a log line.
const NOT_STARTED: &str = "nothing listens: the input did not start";
