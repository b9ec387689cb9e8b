//! Tests the parser: its result for every `tests/language/accepted/*.txtar`, and its message for every
//! `tests/language/refused/*.txtar`.
//!
//! `conf` is the text. `spans` has a line for each section, plugin and attribute with its place in bytes, `message` is
//! the message for people.

use std::ops::Range;
use std::path::Path;

use logstash_config::{Attribute, Configuration, Error, Plugin};

use crate::case::differences;
use crate::common::archive::Archive;
use crate::is_blessing;

/// Returns what is wrong with a case: a text that is accepted, or one that is refused.
pub(crate) fn failures(path: &Path, is_accepted: bool) -> Vec<String> {
    let mut case = Archive::read(path);
    let text = case.get("conf").unwrap();
    let (name, found) = match (logstash_config::parse(text), is_accepted) {
        (Ok(found), true) => ("spans", spans(&found)),
        (Err(error), false) => ("message", message(text, &error)),
        (Ok(_), false) => return vec!["it is accepted".to_owned()],
        (Err(error), true) => return vec![message(text, &error)],
    };
    if is_blessing() {
        case.set(name, found.as_bytes());
        case.write(path);
        return Vec::new();
    }
    match case.text(name) {
        Some(expected) => differences(name, expected, &found),
        None => vec![format!("there is no {name}: FIXKEY_BLESS=1 writes it")],
    }
}

/// Returns the first line of a part of the text, with all but plain characters escaped.
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

/// Lists sections, plugins and attributes in the order of the text.
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

/// Returns line and column, both from 1, the column in bytes.
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
