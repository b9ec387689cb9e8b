//! A setting with a single text as its value, and the meaning of that text.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::logstash::discovery::YamlScalar;
use crate::yaml::Style;
use logstash_config::{Attribute, Value, ValueKind};

/// A setting with a single text as its value.
#[derive(Clone)]
pub struct Setting {
    /// Its name, without quotes.
    pub name: String,
    /// From its name to the end of its value, as byte offsets.
    pub span: Range<usize>,
    /// The text with its quotes; for an array of one element, that element.
    pub value: Range<usize>,
    /// The text between the quotes, escapes as written. Erased on drop.
    pub raw: Zeroizing<String>,
    /// The quote, if any.
    pub quote: Option<u8>,
    /// Whether the text between the quotes can be replaced.
    pub is_editable: bool,
}

/// Returns the setting, if its value is a single text.
pub(super) fn setting(attribute: &Attribute<'_>) -> Option<Setting> {
    one_text(&attribute.value).map(|value| of_text(attribute, &value))
}

fn of_text(attribute: &Attribute<'_>, value: &Value<'_>) -> Setting {
    Setting {
        name: String::from_utf8_lossy(attribute.name.text()).into_owned(),
        span: attribute.span(),
        value: value.span.clone(),
        raw: Zeroizing::new(String::from_utf8_lossy(value.content()).into_owned()),
        quote: value.quote(),
        is_editable: true,
    }
}

/// Every text in the value of a setting that may be a list.
pub(super) fn texts(attribute: &Attribute<'_>) -> Vec<Setting> {
    if attribute.value.kind() != ValueKind::Array {
        return setting(attribute).into_iter().collect();
    }
    let is_text =
        |value: &Value<'_>| matches!(value.kind(), ValueKind::String | ValueKind::Bareword);
    let elements = attribute.value.elements().filter(is_text);
    elements.map(|element| of_text(attribute, &element)).collect()
}

/// Returns the value as Logstash reads it: an array of one element counts as that element (`validate_value` of its
/// `mixin.rb`).
pub(super) fn one_text<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    match value.kind() {
        ValueKind::String | ValueKind::Bareword | ValueKind::Number => Some(value.clone()),
        ValueKind::Array => {
            let mut elements = value.elements();
            let first = elements.next()?;
            let is_text = matches!(first.kind(), ValueKind::String | ValueKind::Bareword);
            (is_text && elements.next().is_none()).then_some(first)
        }
        ValueKind::Plugin | ValueKind::Hash => None,
    }
}

impl Setting {
    /// Returns a setting of a YAML file; with its key, where that is to be removed with it.
    #[must_use]
    pub fn of_yaml(scalar: &YamlScalar, key: Option<Range<usize>>, text: &[u8]) -> Self {
        let quote = match scalar.style {
            Style::Double => Some(b'"'),
            Style::Single => Some(b'\''),
            _ => None,
        };
        let quotes = usize::from(quote.is_some());
        let content = scalar.span.start + quotes..scalar.span.end.saturating_sub(quotes);
        let start = key.map_or(scalar.span.start, |key| key.start).min(scalar.span.start);
        Self {
            name: scalar.name.clone(),
            span: start..scalar.span.end,
            value: scalar.span.clone(),
            raw: scalar.value.clone(),
            quote,
            // The setting holds the value itself, not an escaped form.
            is_editable: scalar.editable
                && text.get(content).is_some_and(|written| written == scalar.value.as_bytes()),
        }
    }

    /// Returns the spans of the setting: the whole or, if a comment precedes its value, its name, its arrow and its
    /// value. An array is removed with its comments.
    #[must_use]
    pub fn tokens(&self, text: &[u8]) -> Vec<Range<usize>> {
        let is_quoted = matches!(text.get(self.span.start), Some(b'"' | b'\''));
        let name = self.span.start..self.span.start + self.name.len() + 2 * usize::from(is_quoted);
        let between = name.end..self.value.start;
        let mut is_comment = false;
        let arrow = between.clone().find(|at| {
            is_comment = text[*at] == b'#' || is_comment && text[*at] != b'\n';
            !is_comment && text[*at..].starts_with(b"=>")
        });
        match arrow {
            Some(arrow) if text[between].contains(&b'#') && self.value.end == self.span.end => {
                vec![name, arrow..arrow + 2, self.value.start..self.span.end]
            }
            _ => vec![self.span.clone()],
        }
    }

    /// Returns the value as Logstash reads it: escapes stay as written, unless `config.support_escapes` is on.
    /// Variables are not replaced.
    #[must_use]
    pub fn text(&self, support_escapes: bool) -> Zeroizing<String> {
        meaning(&self.raw, support_escapes && self.quote.is_some())
    }
}

/// Returns the meaning of a text between quotes.
#[must_use]
pub fn meaning(raw: &str, support_escapes: bool) -> Zeroizing<String> {
    if support_escapes { unescape(raw) } else { Zeroizing::new(raw.to_owned()) }
}

/// Unescapes a string as `config.support_escapes` does: one backslash and the next character at a time; an unknown pair
/// stays.
fn unescape(raw: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(raw.len()));
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some(escaped @ ('"' | '\'' | '\\')) => text.push(escaped),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('0') => text.push('\0'),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}
