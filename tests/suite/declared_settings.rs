//! Writes the table of settings in the program from `tests/data/settings`, and compares the two.
#![allow(clippy::unwrap_used, reason = "a test fails so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fixkey::logstash::releases::Release;
use fixkey::logstash::settings::{State, declared};

use crate::common::data;

const TABLE: &str = "src/logstash/settings/declared.tsv";

/// Returns the rows of a file of tabs, by the names of its columns. A field that holds quotes is quoted as in CSV.
fn rows(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(data().join("settings").join(name)).unwrap();
    let unquoted = |field: &str| match field.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => field.to_owned(),
    };
    let mut lines = text.lines().map(|line| line.split('\t').map(unquoted).collect::<Vec<_>>());
    let names = lines.next().unwrap();
    lines.map(|fields| names.iter().cloned().zip(fields).collect()).collect()
}

/// Returns a type as the table has it; empty where the data do not list all values.
fn kind(validate: &str) -> String {
    match serde_json::from_str(validate).unwrap_or_else(|_| validate.into()) {
        serde_json::Value::String(name) => name,
        serde_json::Value::Array(values) => {
            let text =
                |value: &serde_json::Value| value.as_str().map_or(value.to_string(), str::to_owned);
            let values: Vec<String> = values.iter().map(text).collect();
            if values.first().is_some_and(|value| value == "TLS_AES_256_GCM_SHA384") {
                "cipher_suite".to_owned()
            } else if values.iter().any(|value| value.starts_with('…')) {
                String::new()
            } else {
                values.join("|")
            }
        }
        _ => String::new(),
    }
}

/// Returns the versions of the plugin from which a setting has its states, as the table has them.
fn versions(row: &BTreeMap<String, String>) -> String {
    let since = |(column, state): (&str, &str)| {
        let version = &row[column];
        let is_known = version.starts_with(|c: char| c.is_ascii_digit());
        is_known.then(|| format!("{state} {version}"))
    };
    let columns = [
        ("introduced_plugin", "ok"),
        ("deprecated_plugin", "deprecated"),
        ("obsolete_plugin", "obsolete"),
    ];
    columns.into_iter().filter_map(since).collect::<Vec<_>>().join(" | ")
}

#[test]
fn the_table_of_the_program_is_that_of_the_data() {
    let key = |row: &BTreeMap<String, String>| {
        ["section", "plugin", "setting"].map(|name| row[name].clone())
    };
    let replaced: BTreeMap<_, _> =
        rows("obsolete-settings.tsv").into_iter().map(|row| (key(&row), row)).collect();
    // Where a setting is gone in the last release, the other file has its type.
    let kind_of =
        |row: &BTreeMap<String, String>| match (kind(&row["validate"]), replaced.get(&key(row))) {
            (found, Some(old)) if found.is_empty() && !old["validate"].is_empty() => {
                kind(&old["validate"])
            }
            (found, _) => found,
        };
    let line = |row: BTreeMap<String, String>| {
        let of_replaced = |name: &str| replaced.get(&key(&row)).map_or("", |row| &row[name]);
        let flags =
            ["list", "required"].into_iter().filter(|flag| row[*flag].eq_ignore_ascii_case("true"));
        let flags = flags.collect::<Vec<_>>().join(" ");
        let [section, plugin, setting] = key(&row);
        let fields = [
            &*section,
            &*plugin,
            &*setting,
            &*row["states_by_release"],
            &*kind_of(&row),
            &*flags,
            of_replaced("replaced_by"),
            of_replaced("message"),
            &replaced.get(&key(&row)).map_or(String::new(), versions),
        ];
        format!("{}\n", fields.join("\t"))
    };
    let of_files = rows("settings-files.tsv").into_iter().map(|row| {
        let fields = ["file", "setting", "states_by_release", "replaced_by", "message"];
        let [file, setting, states, replaced_by, message] = fields.map(|name| row[name].clone());
        format!("file\t{file}\t{setting}\t{states}\t\t\t{replaced_by}\t{message}\t\n")
    });
    let of_plugins = rows("declared-settings.tsv").into_iter().map(line);
    let mut lines: Vec<String> = of_plugins.chain(of_files).collect();
    lines.sort();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&path, lines.concat()).unwrap();
    }
    assert_eq!(lines.len(), 1_969 + 29);
    assert!(fs::read_to_string(path).unwrap() == lines.concat(), "run with FIXKEY_BLESS=1");
}

#[test]
fn every_row_is_found() {
    for row in rows("declared-settings.tsv") {
        let all = declared(&row["section"], &row["plugin"]);
        let found = all.iter().find(|setting| setting.name == row["setting"]).unwrap();
        let states: Vec<String> = found
            .states()
            .map(|(state, versions)| {
                let state = match state {
                    State::Fine => "ok",
                    State::Deprecated => "deprecated",
                    State::Absent => "absent",
                    State::Obsolete => "obsolete",
                };
                format!("{state} {}..{}", versions.least, versions.most)
            })
            .collect();
        assert_eq!(states.join(" | "), row["states_by_release"]);
    }
    assert!(declared("input", "beat").is_empty() && declared("input", "zzz").is_empty());
}

#[test]
fn a_release_has_its_state() {
    let all = declared("input", "beats");
    let state = |name: &str, release: &str| {
        let release: Release = release.parse().unwrap();
        all.iter()
            .find(|setting| setting.name == name)
            .unwrap()
            .states_in(release.versions)
            .collect::<Vec<_>>()
    };
    assert_eq!(state("ssl", "9"), [State::Obsolete]);
    assert_eq!(state("ssl", "10"), [State::Obsolete]);
    assert_eq!(state("ssl", "8.19.20"), [State::Deprecated]);
    assert_eq!(state("ssl", "8"), [State::Fine, State::Deprecated]);
    assert_eq!(state("ssl_enabled", "8.7.1"), [State::Absent]);
}
