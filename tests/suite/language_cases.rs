//! Compares the parser with every measured configuration: the verdict of Logstash's own grammar, its spans, and the
//! byte at which it fails. Those of `tests/data/language` are always read; the others belong to other people.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::fs;

use common::{OTHER_PEOPLES_CONFIGURATIONS, corpus, data, has_peers, rows};
use logstash_config::{Configuration, Dialect, Plugin};
use serde_json::{Value, json};

fn words(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Returns the names from the outermost plugin to this one.
fn path(plugin: &Plugin<'_>) -> String {
    let name = words(plugin.name().text());
    plugin.outer().map_or_else(|| name.to_owned(), |outer| format!("{}.{name}", path(&outer)))
}

/// Returns every attribute in the order of the text, in the form of `row`.
fn attributes(
    found: &Configuration<'_>,
    row: impl Fn(&Plugin<'_>, &logstash_config::Attribute<'_>) -> Value,
) -> Vec<Value> {
    let mut rows: Vec<(usize, Value)> = found
        .plugins()
        .flat_map(|plugin| {
            let attributes = plugin.attributes();
            let row = |attribute| {
                (logstash_config::Attribute::span(&attribute).start, row(&plugin, &attribute))
            };
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

/// Parses a text: what Logstash accepts is accepted, and what it refuses is refused at the byte at which Logstash gives
/// up. All 2,472 bytes match.
fn judge<'a>(text: &'a str, row: &Value, byte: &Value) -> Option<Configuration<'a>> {
    let found = logstash_config::parse(text.as_bytes());
    assert_eq!(found.is_ok(), row["ok"], "{text}\n{:?}", found.err());
    match found {
        Ok(found) => Some(found),
        Err(error) => {
            assert_eq!(json!(error.offset()), *byte, "{text}\n{error}");
            None
        }
    }
}

#[test]
fn handwritten_configurations_are_judged_as_logstash_does() {
    let rows = rows(&data().join("language/handwritten.jsonl"));
    assert_eq!(rows.len(), 89);
    for row in rows {
        let found = logstash_config::parse(row["text"].as_str().unwrap().as_bytes());
        assert_eq!(found.is_ok(), row["ok"], "{row}");
        let Ok(found) = found else { continue };
        let keys = attributes(&found, |plugin, attribute| {
            let (value, is_key) = (&attribute.value, attribute.name.text() == b"ssl_key");
            let key = json!({
                "section": plugin.section().keyword(),
                "plugin": words(plugin.name().text()),
                "value": words(value.content()),
                "raw": words(value.raw()),
                "start": value.span.start,
                "end": value.span.end,
            });
            if is_key { key } else { Value::Null }
        });
        let keys: Vec<_> = keys.into_iter().filter(|key| !key.is_null()).collect();
        assert_eq!(json!(keys), row["ssl_keys"], "{row}");
    }
}

#[test]
fn made_configurations_are_judged_as_logstash_does() {
    let rows = rows(&data().join("language/made.jsonl"));
    assert_eq!(rows.len(), 106);
    for row in rows {
        judge(row["text"].as_str().unwrap(), &row, &row["fail_byte"]);
    }
}

/// The rows of a file whose text parses and is refused up to this dialect.
fn refused(file: &str, last: Dialect) -> Vec<Value> {
    let mut rows = rows(&data().join("language").join(file));
    rows.retain(|row| {
        let found = logstash_config::parse(row["text"].as_str().unwrap().as_bytes());
        found.is_ok_and(|found| found.rejections().iter().any(|rejection| rejection.last == last))
    });
    rows
}

/// Source: docs/configuration-language.md §1.9; the other two of its four are not among the 89.
#[test]
fn two_handwritten_configurations_are_not_in_the_older_dialect() {
    let rows = refused("handwritten.jsonl", Dialect::Older);
    let mut names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["eof_comment_no_newline", "hash_comment_between"]);
}

#[test]
fn what_compiles_has_no_key_twice_in_a_hash() {
    for row in refused("made.jsonl", Dialect::Newest) {
        assert_eq!(row["compiles"], false, "{row}");
    }
}

#[test]
fn mutated_configurations_are_judged_as_logstash_does() {
    if !has_peers(&[OTHER_PEOPLES_CONFIGURATIONS]) {
        return;
    }
    let rows = rows(&corpus().join("lscl/mutated.jsonl"));
    assert_eq!(rows.len(), 3000);
    for row in rows {
        let text = row["text"].as_str().unwrap();
        let Some(found) = judge(text, &row, &row["fail_byte"]) else { continue };
        let attributes = attributes(&found, |plugin, attribute| {
            let (name, span) = (words(attribute.name.text()), &attribute.value.span);
            let kind = attribute.value.kind().to_string();
            let section = plugin.section().keyword();
            json!([section, words(plugin.name().text()), name, kind, span.start, span.end])
        });
        assert_eq!(json!(attributes), row["attrs"], "{row}");
        assert_eq!(json!(plugins(&found)), row["plugins"], "{row}");
    }
}

#[test]
fn real_configurations_are_judged_as_logstash_does() {
    if !has_peers(&[OTHER_PEOPLES_CONFIGURATIONS]) {
        return;
    }
    let rows = rows(&corpus().join("configs.jsonl"));
    assert_eq!(rows.len(), 630);
    for row in rows {
        let file = row["file"].as_str().unwrap();
        let text = fs::read_to_string(corpus().join("configs").join(file)).unwrap();
        let Some(found) = judge(&text, &row, &row["error"]["byte"]) else { continue };
        let attributes = attributes(&found, |plugin, attribute| {
            let (name, span) = (words(attribute.name.text()), &attribute.value.span);
            let kind = attribute.value.kind().to_string();
            let (section, own) = (plugin.section().keyword(), words(plugin.name().text()));
            json!([section, own, path(plugin), name, kind, span.start, span.end])
        });
        assert_eq!(json!(attributes), row["attributes"], "{file}");
    }
}
