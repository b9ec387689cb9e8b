//! The values of settings: their texts, and the edits that write others in the same way.

use std::ops::Range;

use logstash_config::edit::Edit;
use logstash_config::{Attribute, Value, ValueKind};

use super::lossy;

/// The values of a setting: those of a list, or the one.
pub(in crate::check::rules) fn scalars<'t>(value: &Value<'t>) -> Vec<Value<'t>> {
    match value.kind() {
        ValueKind::Array => value.elements().flat_map(|element| scalars(&element)).collect(),
        ValueKind::String | ValueKind::Bareword | ValueKind::Number => vec![value.clone()],
        ValueKind::Hash | ValueKind::Plugin => Vec::new(),
    }
}

pub(super) fn texts_of(value: &Value<'_>) -> Vec<String> {
    scalars(value).iter().map(text_of).collect()
}

pub(in crate::check::rules) fn text_of(value: &Value<'_>) -> String {
    lossy(value.content()).into_owned()
}

pub(super) fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

pub(super) fn unquoted(span: &Range<usize>, is_quoted: bool) -> Range<usize> {
    let quotes = usize::from(is_quoted);
    span.start + quotes..span.end - quotes
}

/// Returns the edit that writes another word in the place of a value, keeping its quotes. Numbers have none, and words
/// that Logstash does not write itself get some.
pub(super) fn written(value: &Value<'_>, word: &str) -> Edit {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    let is_bare = value.kind() == ValueKind::Bareword && text_of(value).parse::<bool>().is_err();
    if is_number || is_bare {
        Edit::new(value.span.clone(), word)
    } else if value.quote().is_some() {
        Edit::new(unquoted(&value.span, true), word)
    } else {
        Edit::new(value.span.clone(), format!("\"{word}\""))
    }
}

pub(super) fn list<'w>(words: impl Iterator<Item = &'w str>) -> String {
    format!("[{}]", words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "))
}

/// Returns the edit that removes a setting: with its line, where nothing else is on it, as [`Edit::removal`] does. Comments
/// within it stay.
pub(super) fn removal(text: &[u8], span: Range<usize>, removed: &[Range<usize>]) -> Edit {
    let comments = comments(&text[span.clone()]);
    if comments.is_empty() {
        return Edit::removal(text, span, removed);
    }
    let end = source_text::line_end(text, span.end);
    let line_end = if text[end..].starts_with(b"\r\n") { "\r\n" } else { "\n" };
    let start = source_text::line_start(text, span.start);
    let blanks = text[start..span.start].iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let indentation = String::from_utf8_lossy(&text[start..start + blanks.count()]);
    let next_line = format!("{line_end}{indentation}");
    let mut kept = comments.join(next_line.as_str());
    let rest = text[span.end..end].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    if span.end + rest < end {
        kept += &next_line;
    }
    Edit::new(span.start..span.end + rest, kept)
}

/// Returns the comments within a setting.
fn comments(text: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'#' => {
                let end = source_text::line_end(text, at);
                found.push(String::from_utf8_lossy(&text[at..end]).trim_end().to_owned());
                at = end;
            }
            quote @ (b'"' | b'\'') => {
                at += 1;
                while text.get(at).is_some_and(|byte| byte != quote) {
                    let is_escape = text[at] == b'\\' && text.get(at + 1) == Some(quote);
                    at += if is_escape { 2 } else { 1 };
                }
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// Returns the edit that adds a word to a list, or makes one of a single value.
pub(super) fn with_element(value: &Value<'_>, word: &str) -> Edit {
    let texts = texts_of(value);
    if value.kind() != ValueKind::Array {
        return Edit::new(value.span.clone(), list(texts.iter().map(String::as_str).chain([word])));
    }
    match value.elements().last() {
        Some(last) => {
            let raw = String::from_utf8_lossy(last.raw());
            Edit::new(last.span.clone(), format!("{raw}, \"{word}\""))
        }
        // A comment may be in the brackets.
        None => Edit::new(value.span.start + 1..value.span.start + 1, format!("\"{word}\"")),
    }
}

/// Returns the edit that adds a setting: on the next line, as far in as this one, if this one has its line alone.
pub(super) fn addition(text: &[u8], after: &Attribute<'_>, new: &str) -> Edit {
    let span = after.span();
    let start = source_text::line_start(text, span.start);
    let end = source_text::line_end(text, span.end);
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let indentation = &text[start..span.start];
    let rest = text[span.end..end].trim_ascii_start();
    let is_alone = indentation.iter().all(is_blank);
    if !is_alone || !rest.is_empty() && rest[0] != b'#' {
        return Edit::new(span.end..span.end, format!(" {new}"));
    }
    let line_end = if text[end..].starts_with(b"\r\n") { "\r\n" } else { "\n" };
    let indentation = String::from_utf8_lossy(indentation);
    Edit::new(end..end, format!("{line_end}{indentation}{new}"))
}
