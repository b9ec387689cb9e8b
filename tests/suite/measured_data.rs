//! Tests that the measured data of `tests/data` are complete: every file in a row exists, every file has a row, and the
//! `README.md` beside them explains every verdict.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::common::{data, rows};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap_or_else(|| panic!("no {name} in {row}"))
}

fn names(row: &Value) -> BTreeSet<&str> {
    row.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Returns the ids of the rows; each occurs once.
fn ids(rows: &[Value]) -> BTreeSet<&str> {
    let ids: BTreeSet<&str> = rows.iter().map(|row| text(row, "id")).collect();
    assert_eq!(ids.len(), rows.len(), "an id is there twice");
    ids
}

/// Returns the names of the files of a directory.
fn files(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

fn is_handshake(handshake: &Value) -> bool {
    names(handshake) == BTreeSet::from(["tls1.2", "tls1.3"])
        && handshake.as_object().unwrap().values().all(Value::is_boolean)
}

/// Returns the files below a directory of the data.
fn paths(directory: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in files(&data().join(directory)) {
        let path = if directory.is_empty() { name } else { format!("{directory}/{name}") };
        if data().join(&path).is_dir() {
            found.extend(paths(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Measured data never change, even if no test reads them.
#[test]
fn every_file_has_the_digest_that_is_written_down() {
    const LIST: &str = "SHA256SUMS";
    let is_measured = |path: &String| path != LIST && !path.ends_with("README.md");
    let line = |path: String| {
        let digest = Sha256::digest(fs::read(data().join(&path)).unwrap());
        let mut line = String::new();
        digest.iter().for_each(|byte| write!(line, "{byte:02x}").unwrap());
        format!("{line}  {path}\n")
    };
    let mut paths: Vec<String> = paths("").into_iter().filter(is_measured).collect();
    paths.sort();
    let list = fs::read_to_string(data().join(LIST)).unwrap();
    let now: String = paths.into_iter().map(line).collect();
    let (list, now): (BTreeSet<&str>, BTreeSet<&str>) =
        (list.lines().collect(), now.lines().collect());
    let differ: Vec<&&str> = list.symmetric_difference(&now).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

/// Returns the rows of a directory of pairs, after comparing its files with its rows.
fn pairs(directory: &str, absent: &[&str]) -> Vec<Value> {
    let directory = data().join(directory);
    let rows = rows(&directory.join("matrix.jsonl"));
    ids(&rows);
    let named = rows.iter().flat_map(|row| ["cert", "key"].map(|name| text(row, name).to_owned()));
    let mut named: BTreeSet<String> = named.collect();
    for absent in absent {
        assert!(named.remove(*absent), "{absent}");
    }
    named.insert("matrix.jsonl".to_owned());
    assert_eq!(files(&directory), named);
    assert!(rows.iter().all(|row| !text(row, "input").is_empty()));
    assert!(rows.iter().all(|row| row["passphrase"].is_null() || row["passphrase"].is_string()));
    rows
}

#[test]
fn each_pair_of_keys_has_its_files_and_verdicts() {
    // `nodir` has a directory instead of a key, which Git cannot store.
    let rows = pairs("keys", &["k"]);
    assert_eq!(rows.len(), 308);
    let columns =
        BTreeSet::from(["netty-4.1.17", "netty-4.1.48", "netty-4.1.118", "netty-4.1.118+bc"]);
    let mut loads = [0; 4];
    for row in &rows {
        assert_eq!(names(&row["loads"]), columns, "{}", row["id"]);
        for (count, column) in loads.iter_mut().zip(&columns) {
            let verdict = &row["loads"][*column];
            // Only "KeyStoreException: Certificate chain is not valid" contains no file name.
            let is_refusal = |it: &str| it.starts_with("java.");
            assert!(*verdict == true || verdict.as_str().is_some_and(is_refusal), "{verdict}");
            *count += usize::from(*verdict == true);
        }
        assert!(row["handshake"].is_null() || is_handshake(&row["handshake"]), "{row}");
    }
    // In the order of the names: 4.1.118, 4.1.118+bc, 4.1.17, 4.1.48.
    assert_eq!(loads, [155, 210, 147, 143]);
    assert_eq!(rows.iter().filter(|row| row["handshake"].is_object()).count(), 124);
}

#[test]
fn each_pair_of_keys_2_has_its_files_and_verdicts() {
    let rows = pairs("keys-2", &[]);
    assert_eq!(rows.len(), 133);
    let columns = BTreeSet::from(["netty-4.1.17", "netty-4.1.48", "netty-4.1.118+bc"]);
    let measured = BTreeSet::from([
        "4.1.17@11",
        "4.1.17@17",
        "4.1.48@17",
        "4.1.74@11",
        "4.1.118+bc@17",
        "4.1.118+bc@21",
    ]);
    for row in &rows {
        let (loads, columns_of_jdks) = (&row["loads"], &row["columns"]);
        assert_eq!(names(loads), columns, "{}", row["id"]);
        assert_eq!(names(columns_of_jdks), BTreeSet::from(["handshake", "loads", "why"]));
        assert_eq!(names(&columns_of_jdks["loads"]), measured, "{}", row["id"]);
        for column in &measured {
            let loads = &columns_of_jdks["loads"][*column];
            assert!(loads.is_boolean(), "{}", row["id"]);
            let handshake = &columns_of_jdks["handshake"][*column];
            assert_eq!(is_object(handshake), *loads, "{} {column}", row["id"]);
            assert!(handshake.is_null() || is_handshake(handshake), "{} {column}", row["id"]);
            // A failed load or handshake has a reason.
            let succeeds = *loads == true && handshake["tls1.2"] == true;
            let why = columns_of_jdks["why"][*column].as_str();
            assert!(succeeds || why.is_some_and(|why| why.contains("java")), "{}", row["id"]);
        }
        // The short columns repeat those of JDK 17.
        for column in &columns {
            let of_jdk_17 = format!("{}@17", column.strip_prefix("netty-").unwrap());
            assert_eq!(loads[*column], columns_of_jdks["loads"][&of_jdk_17], "{}", row["id"]);
        }
    }
    assert_eq!(rows.iter().filter(|row| row["handshake"].is_object()).count(), 102);
}

fn is_object(value: &Value) -> bool {
    value.is_object()
}

const RELEASES: [&str; 7] = ["6.8.23", "7.6.0", "7.10.2", "7.17.27", "8.8.2", "8.15.0", "9.0.0"];

/// Situations whose configuration deliberately points to a missing file, or the other way round.
const OTHERWISE: &[(&str, &[&str], &[&str])] = &[
    ("crt-dir", &["our.crt"], &[]),
    ("crt-missing", &["our.crt"], &[]),
    ("env-unset", &[], &["our.key"]),
    ("key-dir", &["our.key"], &[]),
    ("key-missing", &["our.key"], &[]),
    ("ks-path", &[], &["our.key"]),
    ("off-absent-missing", &["our.key"], &[]),
    ("rel-home", &["our.key"], &[]),
    ("rel-missing", &[], &["our.key"]),
    ("set-bareword", &[], &["our.key"]),
    ("set-empty", &[], &["our.key"]),
    ("set-neither", &[], &["our.crt", "our.key"]),
    ("set-no-crt", &[], &["our.crt"]),
    ("set-no-key", &[], &["our.key"]),
];

/// Returns the files of a situation, relative to its directory.
fn files_of_situation(id: &str) -> BTreeSet<String> {
    let directory = data().join("logstash/files").join(id);
    let mut found = BTreeSet::new();
    for name in files(&directory) {
        if directory.join(&name).is_dir() {
            let inside = files(&directory.join(&name)).into_iter();
            found.extend(inside.map(|file| format!("{name}/{file}")));
        } else {
            found.insert(name);
        }
    }
    found
}

/// Returns the files that a configuration points to below the directory of its situation.
fn files_of_configuration(id: &str, configuration: &str) -> BTreeSet<String> {
    let marker = format!("/{id}/");
    let after = configuration.split(&marker).skip(1);
    after.map(|rest| rest.split(['"', '}', '\n']).next().unwrap().to_owned()).collect()
}

#[test]
fn each_situation_has_its_files_and_outcomes_on_each_release() {
    let directory = data().join("logstash");
    let mut expected: BTreeSet<String> = RELEASES.map(|release| format!("{release}.jsonl")).into();
    expected.extend(["README.md".to_owned(), "files".to_owned()]);
    assert_eq!(files(&directory), expected);
    for release in RELEASES {
        let rows = rows(&directory.join(format!("{release}.jsonl")));
        assert_eq!(rows.len(), 176, "{release}");
        let situations = files(&directory.join("files"));
        assert_eq!(ids(&rows), situations.iter().map(String::as_str).collect(), "{release}");
        for row in &rows {
            assert_eq!(text(row, "logstash"), release);
            outcome_is_known(row);
            let id = text(row, "id");
            let named = files_of_configuration(id, text(row, "conf"));
            let here = files_of_situation(id);
            let (absent, unnamed) = OTHERWISE
                .iter()
                .find(|(other, ..)| *other == id)
                .map_or((&[][..], &[][..]), |(_, absent, unnamed)| (*absent, *unnamed));
            let missing: Vec<&str> = named.difference(&here).map(String::as_str).collect();
            let others: Vec<&str> = here.difference(&named).map(String::as_str).collect();
            assert_eq!((&*missing, &*others), (absent, unnamed), "{release} {id}");
        }
    }
}

/// Fails if a field of a row has a value that the `README.md` does not explain.
fn outcome_is_known(row: &Value) {
    let is_boolean = |name: &str| row[name].is_boolean();
    assert!(is_boolean("started") && is_boolean("event"), "{row}");
    assert!(row["logged"].is_array() && row["connlog"].is_array(), "{row}");
    assert!(row["pw"].is_null() || row["pw"].is_string(), "{row}");
    for client in ["tls12", "tls13", "verify", "plain"] {
        let known = BTreeSet::from(["ack", "connect", "error", "handshake"]);
        let outcome = &row[client];
        assert!(outcome.is_null() || names(outcome).is_subset(&known), "{outcome}");
        let handshake = &outcome["handshake"];
        let expected = ["TLSv1.2", "TLSv1.3", "ok"];
        assert!(handshake.is_null() || expected.iter().any(|it| handshake == it), "{outcome}");
    }
    // Only a running pipeline outputs an event.
    assert!(row["started"] == true || row["event"] == false, "{row}");
}

#[test]
fn the_configurations_of_the_language_have_their_verdicts() {
    for (file, count, accepted) in [("handwritten", 89, 55), ("made", 106, 58)] {
        let rows = rows(&data().join("language").join(format!("{file}.jsonl")));
        assert_eq!(rows.len(), count);
        assert!(rows.iter().all(|row| row["ok"].is_boolean() && row["text"].is_string()));
        assert_eq!(rows.iter().filter(|row| row["ok"] == true).count(), accepted, "{file}");
    }
}

/// Returns the fields of each line of a tab-separated table, column names first.
fn table(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(data().join("settings").join(file)).unwrap();
    let fields = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().map(fields).collect()
}

#[test]
fn the_tables_of_settings_are_whole() {
    for (file, columns, count) in [
        ("bundled-plugins.tsv", 26, 289),
        ("declared-settings.tsv", 9, 1969),
        ("obsolete-settings.tsv", 17, 161),
    ] {
        let table = table(file);
        assert_eq!(table[0].len(), columns, "{file}");
        assert!(table.iter().all(|fields| fields.len() == columns), "{file}");
        assert_eq!(table.len() - 1, count, "{file}");
    }
    let plugins = table("declared-settings.tsv");
    let plugins: BTreeSet<_> = plugins.iter().skip(1).map(|row| &row[..2]).collect();
    assert_eq!(plugins.len(), 70);
    let migrations = rows(&data().join("settings/migrations.jsonl"));
    ids(&migrations);
    assert_eq!(migrations.len(), 95);
}

#[test]
fn the_table_of_the_document_agrees_with_the_verdicts() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/what-logstash-loads.md");
    let document = fs::read_to_string(document).unwrap();
    let table = document.split("\n## 10. ").nth(1).unwrap();
    let lines = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let lines: Vec<Vec<&str>> =
        lines.map(|line| line.split(" |").map(str::trim).collect()).collect();
    let rows = rows(&data().join("keys/matrix.jsonl"));
    assert_eq!(lines.len(), rows.len());
    let columns = ["netty-4.1.17", "netty-4.1.48", "netty-4.1.118", "netty-4.1.118+bc"];
    for (line, row) in lines.iter().zip(&rows) {
        assert_eq!(line[0].trim_start_matches("| "), text(row, "id"));
        for (cell, column) in line[2..].iter().zip(columns) {
            assert_eq!(*cell == "OK", row["loads"][column] == true, "{line:?} {column}");
        }
        let word = |version: &str| {
            if row["handshake"][version] == true { "works" } else { "fails" }
        };
        let handshake = format!("{}/{}", word("tls1.2"), word("tls1.3"));
        let cell = line[6].split(' ').next().unwrap();
        assert_eq!(cell, if row["handshake"].is_null() { "" } else { &handshake }, "{line:?}");
    }
}
