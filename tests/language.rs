//! What the parser finds in every `tests/language/accepted/*.conf`, and what it says of every
//! `tests/language/refused/*.conf`.
//!
//! Beside each text lies what is expected: a line for each section, plugin and attribute with its
//! place in bytes (`.spans`), or the message as a person sees it (`.out`). `FIXKEY_BLESS=1` writes
//! what was found.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(clippy::format_push_string, reason = "speed and looks do not matter here")]

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use logstash_config::{Attribute, Configuration, Error, Plugin};

fn texts(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language").join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut texts: Vec<_> = paths.filter(|path| path.extension().unwrap() == "conf").collect();
    texts.sort();
    texts
}

/// Holds what was found against the file beside the text.
fn compare(path: &Path, extension: &str, found: &str) -> Result<(), String> {
    let beside = path.with_extension(extension);
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(beside, found).unwrap();
        return Ok(());
    }
    let expected = fs::read_to_string(&beside).unwrap_or_default();
    let outcome = format!("{}\n expected:\n{expected}\n found:\n{found}", beside.display());
    if expected == found { Ok(()) } else { Err(outcome) }
}

/// The first line of some of the text, with anything but plain characters escaped.
fn shown(text: &[u8]) -> String {
    text.split(|byte| *byte == b'\n').next().unwrap().escape_ascii().to_string()
}

fn depth(plugin: &Plugin<'_>) -> usize {
    plugin.outer().map_or(1, |outer| depth(&outer) + 1)
}

fn place(span: &Range<usize>) -> String {
    format!("{}-{}", span.start, span.end)
}

fn attribute_line(indent: usize, attribute: &Attribute<'_>) -> String {
    let (name, value) = (&attribute.name, &attribute.value);
    let quoted = if name.is_quoted() { " quoted" } else { "" };
    let mut line = format!(
        "{:indent$}attribute {} {}{quoted} {} {} {}\n",
        "",
        place(&name.span),
        shown(name.text()),
        value.kind(),
        place(&value.span),
        shown(value.content()),
    );
    for element in value.elements() {
        let (kind, span) = (element.kind(), place(&element.span));
        line += &format!("{:indent$}  element {kind} {span} {}\n", "", shown(element.content()));
    }
    line
}

/// Sections, plugins and attributes in the order of the text.
fn spans(found: &Configuration<'_>) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for section in found.sections() {
        lines.push((section.span.start, format!("{} {}\n", section.kind, place(&section.span))));
    }
    for plugin in found.plugins() {
        let indent = 2 * depth(&plugin);
        let (name, span) = (plugin.name(), plugin.span());
        let line = format!("{:indent$}plugin {} {}\n", "", place(&span), shown(name.raw()));
        lines.push((span.start, line));
        for attribute in plugin.attributes() {
            lines.push((attribute.span().start, attribute_line(indent + 2, &attribute)));
        }
    }
    lines.sort_by_key(|(start, _)| *start);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Line and column, both from 1, the column in bytes.
fn position(text: &[u8], at: usize) -> String {
    let before = &text[..at];
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    format!("{line}:{column}")
}

fn message(text: &[u8], error: &Error) -> String {
    let located = |span: Range<usize>| {
        let token = shown(&text[span.clone()]);
        format!("{} [{token}]", position(text, span.start))
    };
    let mut message = format!("{}: {error}\n", located(error.span()));
    if let Some((span, label)) = error.related() {
        message += &format!("{}: {label}\n", located(span));
    }
    if let Some(help) = error.help() {
        message += &format!("help: {help}\n");
    }
    message + &format!("Logstash stops at {}\n", position(text, error.offset()))
}

#[test]
fn finds_every_place_in_what_is_accepted() {
    let judge = |path: &PathBuf| {
        let text = fs::read(path).unwrap();
        match logstash_config::parse(&text) {
            Ok(found) => compare(path, "spans", &spans(&found)).err(),
            Err(error) => Some(format!("{}: {}", path.display(), message(&text, &error))),
        }
    };
    let failed: Vec<String> = texts("accepted").iter().filter_map(judge).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

#[test]
fn says_what_is_wrong_with_what_is_refused() {
    let judge = |path: &PathBuf| {
        let text = fs::read(path).unwrap();
        match logstash_config::parse(&text) {
            Ok(_) => Some(format!("{} is accepted", path.display())),
            Err(error) => compare(path, "out", &message(&text, &error)).err(),
        }
    };
    let failed: Vec<String> = texts("refused").iter().filter_map(judge).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
