//! Tests that the tables of `docs/key-formats.md` match the program; `FIXKEY_BLESS=1` writes them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_push_string,
    reason = "a test fails so"
)]

use std::fs;
use std::path::Path;

use fixkey::logstash::plugins::{Baseline, PLUGINS, Plugin};
use fixkey::logstash::readers::{Encryption, Family, Form, Verdict};
use fixkey::logstash::releases::Release;

const RELEASES: [&str; 10] = [
    "6.4.0", "6.8.23", "7.10.2", "7.17.27", "7.17.29", "8.6.1", "8.6.2", "8.19.20", "9.0.0",
    "9.5.2",
];

/// The possible texts of a cell, each with a form and a family.
const FORMATS: [(&str, Form, Family); 6] = [
    ("8", Form::Pkcs8, Family::Rsa),
    ("1", Form::Pkcs1, Family::Rsa),
    ("8ec", Form::Pkcs8, Family::Ec),
    ("sec1", Form::Sec1, Family::Ec),
    ("enc8", Form::EncryptedPkcs8(Encryption::Pbes2Aes), Family::Rsa),
    ("enc1", Form::EncryptedTraditional, Family::Rsa),
];

fn cell(plugin: &Plugin, release: &str) -> String {
    let release: Release = release.parse().unwrap();
    if plugin.since.is_some_and(|since| !release.is_at_least(since)) {
        return "–".to_owned();
    }
    let word = |(name, form, family): &(&str, Form, Family)| match plugin
        .judge(None, Baseline::Release(&release), *form, *family)
        .verdict
    {
        Verdict::Loads => Some((*name).to_owned()),
        Verdict::LoadsUndocumented => Some(format!("{name}\\*")),
        Verdict::NotKnown | Verdict::DependsOnJava => Some(format!("{name}?")),
        Verdict::NotDocumented | Verdict::Refuses => None,
    };
    let words: Vec<String> = FORMATS.iter().filter_map(word).collect();
    match words.as_slice() {
        [] => "none".to_owned(),
        words if words.iter().all(|word| word.ends_with('?')) => "?".to_owned(),
        words => words.join(" "),
    }
}

fn table() -> String {
    let mut table = format!("| plugin | {} |\n", RELEASES.join(" | "));
    table += &format!("|---|{}\n", "---|".repeat(RELEASES.len()));
    for plugin in PLUGINS {
        let mode = plugin.mode.map_or(String::new(), |mode| format!(", mode {mode}"));
        let names = plugin.names.join(", ");
        let cells: Vec<String> = RELEASES.iter().map(|release| cell(plugin, release)).collect();
        table += &format!("| {} {names}{mode} | {} |\n", plugin.section, cells.join(" | "));
    }
    table
}

#[test]
fn the_page_of_key_formats_has_the_tables_of_the_program() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/key-formats.md");
    let page = fs::read_to_string(&path).unwrap();
    let (begin, end) = ("<!-- key formats -->\n", "<!-- end of key formats -->");
    let (before, rest) = page.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let expected = format!("{before}{begin}{}{end}{after}", table());
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(page == expected, "FIXKEY_BLESS=1 writes the tables of docs/key-formats.md");
    }
}
