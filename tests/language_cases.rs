//! Every measured configuration beside the project: the language's own verdict, its spans, and the
//! byte that it reports.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

mod common;

use std::fs;

use common::{has_peers, shared_cases};
use fixkey::logstash::parse::{self, Configuration, Plugin};
use serde_json::{Value, json};

fn rows(file: &str) -> Vec<Value> {
    let rows = fs::read_to_string(shared_cases().join(file)).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn words(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The names from the outermost plugin to this one.
fn path(plugin: &Plugin<'_>) -> String {
    let name = words(plugin.name().text());
    plugin.outer().map_or_else(|| name.to_owned(), |outer| format!("{}.{name}", path(&outer)))
}

/// Every attribute in the order of the text as `row` writes one.
fn attributes(
    found: &Configuration<'_>,
    row: impl Fn(&Plugin<'_>, &parse::Attribute<'_>) -> Value,
) -> Vec<Value> {
    let mut rows: Vec<(usize, Value)> = found
        .plugins()
        .flat_map(|plugin| {
            let attributes = plugin.attributes();
            let row =
                |attribute| (parse::Attribute::span(&attribute).start, row(&plugin, &attribute));
            attributes.map(row).collect::<Vec<_>>()
        })
        .collect();
    rows.sort_by_key(|(start, _)| *start);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn plugins(found: &Configuration<'_>) -> Vec<Value> {
    let row = |plugin: Plugin<'_>| {
        let span = plugin.span();
        json!([plugin.section().keyword(), words(plugin.name().text()), span.start, span.end])
    };
    found.plugins().map(row).collect()
}

/// A text of the cases; whether the byte that is reported is the one that Logstash reports.
fn is_same_place(text: &str, row: &Value, reported: &Value) -> bool {
    let found = parse::parse(text.as_bytes());
    assert_eq!(found.is_ok(), row["ok"], "{text}\n{:?}", found.err());
    found.err().is_none_or(|error| json!(error.offset()) == *reported)
}

#[test]
fn handwritten_configurations_are_judged_as_logstash_does() {
    if !has_peers(&["shared"]) {
        return;
    }
    for row in rows("lscl/handwritten.jsonl") {
        let text = row["text"].as_str().unwrap();
        let found = parse::parse(text.as_bytes());
        assert_eq!(found.is_ok(), row["ok"], "{row}");
        let Ok(found) = found else { continue };
        let keys = found.plugins().flat_map(|plugin| {
            let is_key = |attribute: &parse::Attribute<'_>| attribute.name.text() == b"ssl_key";
            let keys = plugin.attributes().filter(is_key);
            keys.map(move |key| {
                json!({
                    "section": plugin.section().keyword(),
                    "plugin": words(plugin.name().text()),
                    "value": words(key.value.content()),
                    "raw": words(key.value.raw()),
                    "start": key.value.span.start,
                    "end": key.value.span.end,
                })
            })
        });
        assert_eq!(json!(keys.collect::<Vec<_>>()), row["ssl_keys"], "{row}");
    }
}

#[test]
fn mutated_configurations_are_judged_as_logstash_does() {
    if !has_peers(&["shared"]) {
        return;
    }
    let mut elsewhere = 0;
    for row in rows("lscl/mutated.jsonl") {
        let text = row["text"].as_str().unwrap();
        if !is_same_place(text, &row, &row["fail_byte"]) {
            elsewhere += 1;
            if std::env::var_os("SHOW").is_some() {
                let e = parse::parse(text.as_bytes()).err().unwrap();
                eprintln!("--- {} vs {} {e}\n{text}\n", row["fail_byte"], e.offset());
            }
        }
        let Ok(found) = parse::parse(text.as_bytes()) else { continue };
        let attributes = attributes(&found, |plugin, attribute| {
            let (name, span) = (words(attribute.name.text()), &attribute.value.span);
            let kind = attribute.value.kind().to_string();
            let section = plugin.section().keyword();
            json!([section, words(plugin.name().text()), name, kind, span.start, span.end])
        });
        assert_eq!(json!(attributes), row["attrs"], "{row}");
        assert_eq!(json!(plugins(&found)), row["plugins"], "{row}");
    }
    assert_eq!(elsewhere, 0);
}

#[test]
fn real_configurations_are_judged_as_logstash_does() {
    if !has_peers(&["shared"]) {
        return;
    }
    let mut elsewhere = 0;
    for row in rows("configs.jsonl") {
        let file = row["file"].as_str().unwrap();
        let text = fs::read_to_string(shared_cases().join("configs").join(file)).unwrap();
        if !is_same_place(&text, &row, &row["error"]["byte"]) {
            elsewhere += 1;
            if std::env::var_os("SHOW").is_some() {
                let e = parse::parse(text.as_bytes()).err().unwrap();
                eprintln!("--- {} vs {} {e}\n{text}\n", row["error"]["byte"], e.offset());
            }
        }
        let Ok(found) = parse::parse(text.as_bytes()) else { continue };
        let attributes = attributes(&found, |plugin, attribute| {
            let (name, span) = (words(attribute.name.text()), &attribute.value.span);
            let kind = attribute.value.kind().to_string();
            let (section, own) = (plugin.section().keyword(), words(plugin.name().text()));
            json!([section, own, path(plugin), name, kind, span.start, span.end])
        });
        assert_eq!(json!(attributes), row["attributes"], "{file}");
    }
    assert_eq!(elsewhere, 0);
}
