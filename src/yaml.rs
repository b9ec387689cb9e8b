//! Parses YAML with the position of every value, as far as settings files of Logstash and of shippers use it.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use source_text::Position;
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

/// Source: `YAML.safe_load` without `aliases: true`, in Logstash's `settings.rb` and `multi_local.rb`; Psych 4
/// raises `BadAlias` (measured).
const ALIAS: &str = "Logstash reads no YAML aliases (`*name`)";

/// Nodes deeper than this are refused.
const DEEPEST: usize = 100;

/// The most values that aliases may add to a document; a long text counts as several.
const MOST_ALIASED: usize = 10_000;

/// The bytes of a text that count as a value.
const VALUE: usize = 64;

/// What becomes of an alias (`*name`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aliases {
    /// It is an error, as in Logstash.
    Refused,
    /// It stands for the value with its anchor, and `<<` merges maps, as in Beats.
    Followed,
}

/// Why text cannot be parsed as YAML.
#[derive(Debug, ThisError, PartialEq, Eq)]
#[error("{message}")]
pub(crate) struct Error {
    pub(crate) place: Position,
    pub(crate) message: String,
}

/// The style of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Unquoted.
    Plain,
    /// In `'…'`.
    Single,
    /// In `"…"`.
    Double,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// A scalar.
#[derive(Clone)]
pub(crate) struct Scalar {
    /// Its meaning.
    pub(crate) text: Zeroizing<String>,
    /// Its style.
    pub(crate) style: Style,
    /// Whether an anchor or a tag precedes it within its span.
    pub(crate) marked: bool,
}

#[derive(Clone)]
pub(crate) enum Value {
    Scalar(Scalar),
    List(Vec<Node>),
    /// In the order of the file; keys may be repeated.
    Map(Vec<(Node, Node)>),
}

/// A value and its span.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// Bytes of the file.
    pub(crate) span: Range<usize>,
    pub(crate) place: Position,
}

impl Node {
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Returns the text of a scalar that is text or a number; `None` for a null.
    pub(crate) fn text(&self) -> Option<&str> {
        let scalar = self.scalar()?;
        let is_null = scalar.style == Style::Plain
            && matches!(&**scalar.text, "" | "~" | "null" | "Null" | "NULL");
        (!is_null).then_some(&scalar.text)
    }

    /// Collects its scalars in order, with markers for its structure.
    fn collect_scalars(self, into: &mut Vec<Zeroizing<String>>) {
        let mark = |mark: &str| Zeroizing::new(mark.to_owned());
        match self.value {
            Value::Scalar(scalar) => into.push(scalar.text),
            Value::List(items) => {
                into.push(mark("["));
                for item in items {
                    item.collect_scalars(into);
                }
                into.push(mark("]"));
            }
            Value::Map(pairs) => {
                into.push(mark("{"));
                for (key, value) in pairs {
                    key.collect_scalars(into);
                    value.collect_scalars(into);
                }
                into.push(mark("}"));
            }
        }
    }

    /// Counts the values in it.
    fn weight(&self) -> usize {
        match &self.value {
            Value::Scalar(scalar) => 1 + scalar.text.len() / VALUE,
            Value::List(items) => 1 + items.iter().map(Self::weight).sum::<usize>(),
            Value::Map(pairs) => {
                let weights = pairs.iter().map(|(key, value)| key.weight() + value.weight());
                1 + weights.sum::<usize>()
            }
        }
    }

    /// Returns whether it is true: `true`, and unquoted also the other forms of YAML 1.1.
    pub(crate) fn is_true(&self) -> bool {
        let Some(scalar) = self.scalar() else { return false };
        let text = scalar.text.to_ascii_lowercase();
        text == "true" || scalar.style == Style::Plain && matches!(&*text, "yes" | "on")
    }

    /// Returns its class in Ruby.
    pub(crate) fn class(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "Array",
            Value::Map(_) => "Hash",
            Value::Scalar(_) => "String",
        }
    }
}

/// Parses the first document; `None` if there are only comments.
///
/// # Errors
/// What is invalid, and where.
pub(crate) fn read(text: &str, aliases: Aliases) -> Result<Option<Node>, Error> {
    let mut builder = Builder::new(text, aliases);
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| fault(&error))?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.take(event, span)?;
    }
    Ok(builder.root)
}

fn fault(error: &ScanError) -> Error {
    let place = Position { line: error.marker().line(), column: error.marker().col() + 1 };
    Error { place, message: error.info().to_owned() }
}

/// A list or a map that is not complete yet.
struct Open {
    items: Vec<Node>,
    is_map: bool,
    anchor: usize,
    start: usize,
    place: Position,
}

struct Builder<'a> {
    offsets: Offsets<'a>,
    open: Vec<Open>,
    root: Option<Node>,
    aliases: Aliases,
    /// The values with anchors, by their number.
    anchored: HashMap<usize, Node>,
    /// How many scalars aliases have added.
    aliased: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, aliases: Aliases) -> Self {
        let offsets = Offsets { text, character: 0, byte: 0 };
        let (open, anchored) = (Vec::new(), HashMap::new());
        Self { offsets, open, root: None, aliases, anchored, aliased: 0 }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Error> {
        let place = Position { line: span.start.line(), column: span.start.col() + 1 };
        let start = self.offsets.byte_of(span.start.index());
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let marked = anchor != 0 || tag.is_some();
                let text = Zeroizing::new(text.into_owned());
                let written =
                    written(&self.offsets.text[start..], style, &text).filter(|_| !marked);
                let end = match written {
                    Some(length) => start + length,
                    None => self.offsets.byte_of(span.end.index()),
                };
                let value = Value::Scalar(Scalar { text, style: style_of(style), marked });
                self.add(Node { value, span: start..end, place }, anchor);
            }
            Event::SequenceStart(anchor, _) => self.begin(false, anchor, start, place)?,
            Event::MappingStart(anchor, _) => self.begin(true, anchor, start, place)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(start),
            Event::Alias(_) if self.aliases == Aliases::Refused => {
                return Err(Error { place, message: ALIAS.to_owned() });
            }
            Event::Alias(anchor) => self.alias(anchor, place)?,
            _ => {}
        }
        Ok(())
    }

    /// Adds the value of an anchor once more.
    fn alias(&mut self, anchor: usize, place: Position) -> Result<(), Error> {
        let Some(node) = self.anchored.get(&anchor) else {
            let message = "an alias stands for a value that contains it".to_owned();
            return Err(Error { place, message });
        };
        self.aliased += node.weight();
        if self.aliased > MOST_ALIASED {
            let message = format!("aliases repeat more than {MOST_ALIASED} values");
            return Err(Error { place, message });
        }
        let node = node.clone();
        self.add(node, 0);
        Ok(())
    }

    fn begin(
        &mut self,
        is_map: bool,
        anchor: usize,
        start: usize,
        place: Position,
    ) -> Result<(), Error> {
        if self.open.len() == DEEPEST {
            let message = format!("lists and maps are nested more than {DEEPEST} deep");
            return Err(Error { place, message });
        }
        self.open.push(Open { items: Vec::new(), is_map, anchor, start, place });
        Ok(())
    }

    fn end(&mut self, end: usize) {
        let Some(Open { items, is_map, anchor, start, place }) = self.open.pop() else { return };
        let value = if is_map {
            let mut items = items.into_iter();
            let pairs = std::iter::from_fn(|| items.next().zip(items.next())).collect();
            Value::Map(if self.aliases == Aliases::Followed { merged(pairs) } else { pairs })
        } else {
            Value::List(items)
        };
        self.add(Node { value, span: start..end.max(start), place }, anchor);
    }

    fn add(&mut self, node: Node, anchor: usize) {
        if anchor != 0 && self.aliases == Aliases::Followed {
            self.anchored.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(node),
            None => self.root = Some(node),
        }
    }
}

/// Replaces each `<<` of a map by the pairs that it merges, which come first: those of the map itself count.
fn merged(pairs: Vec<(Node, Node)>) -> Vec<(Node, Node)> {
    let is_merge = |key: &Node| {
        let scalar = key.scalar();
        scalar.is_some_and(|it| it.style == Style::Plain && it.text.as_str() == "<<")
    };
    let (merges, own): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(key, _)| is_merge(key));
    let of_value = |node: Node| match node.value {
        Value::Map(pairs) => pairs,
        Value::List(items) => {
            // Of several, the first counts.
            let maps = items.into_iter().rev();
            maps.flat_map(|it| if let Value::Map(it) = it.value { it } else { Vec::new() })
                .collect()
        }
        Value::Scalar(_) => Vec::new(),
    };
    merges.into_iter().flat_map(|(_, value)| of_value(value)).chain(own).collect()
}

/// Returns the length of a scalar as written, with its quotes. The parser's own end of a quoted scalar is after the
/// comment that follows it (saphyr-parser 0.3.4, measured).
fn written(text: &str, style: ScalarStyle, meaning: &str) -> Option<usize> {
    match style {
        ScalarStyle::Plain => text.starts_with(meaning).then_some(meaning.len()),
        ScalarStyle::SingleQuoted => quoted(text, b'\'', b'\''),
        ScalarStyle::DoubleQuoted => quoted(text, b'"', b'\\'),
        ScalarStyle::Literal | ScalarStyle::Folded => None,
    }
}

/// Returns the length up to the closing quote; `escape` includes the byte after it.
fn quoted(text: &str, quote: u8, escape: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    loop {
        let escapes = bytes.get(at) == Some(&escape)
            && (escape != quote || bytes.get(at + 1) == Some(&quote));
        if !escapes && *bytes.get(at)? == quote {
            return Some(at + 1);
        }
        at += if escapes { 2 } else { 1 };
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

/// The parser counts characters; editing needs bytes.
struct Offsets<'a> {
    text: &'a str,
    character: usize,
    byte: usize,
}

impl Offsets<'_> {
    fn byte_of(&mut self, character: usize) -> usize {
        let (before, after) = self.text.split_at(self.byte);
        self.byte = match character.checked_sub(self.character) {
            Some(0) => self.byte,
            Some(on) => {
                after.char_indices().nth(on).map_or(self.text.len(), |(at, _)| self.byte + at)
            }
            None => {
                let back = self.character - character;
                before.char_indices().nth_back(back - 1).map_or(0, |(at, _)| at)
            }
        };
        self.character = character;
        self.byte
    }
}

/// Returns whether two YAML texts have the same structure and the same scalars, except for those that `is_meant` allows
/// to differ, given the old one and the new one.
#[must_use]
pub fn differ_only_in(old: &[u8], new: &[u8], is_meant: impl Fn(&str, &str) -> bool) -> bool {
    let scalars = |bytes: &[u8]| {
        let mut scalars = Vec::new();
        let root = read(std::str::from_utf8(bytes).ok()?, Aliases::Followed).ok()?;
        if let Some(root) = root {
            root.collect_scalars(&mut scalars);
        }
        Some(scalars)
    };
    let (Some(old), Some(new)) = (scalars(old), scalars(new)) else { return false };
    let is_same =
        |(old, new): (&Zeroizing<String>, &Zeroizing<String>)| old == new || is_meant(old, new);
    old.len() == new.len() && old.iter().zip(&new).all(is_same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_both_ways() {
        let text = "aöb€c";
        let mut offsets = Offsets { text, character: 0, byte: 0 };
        for (character, byte) in [(0, 0), (2, 3), (5, 8), (3, 4), (4, 7), (0, 0), (1, 1), (1, 1)] {
            assert_eq!(offsets.byte_of(character), byte, "{character}");
        }
    }

    #[test]
    fn spans_are_bytes_and_columns_characters() {
        let text = "\u{feff}ä: 'ö''' # ü\r\nß: \"\\u00e9\\\"\"\t \r\nc: 'x\n\n y' \nd: ö ö  # '\ne: [a , b]\nf: a\n  b # c\n";
        let Some(Node { value: Value::Map(pairs), .. }) = read(text, Aliases::Refused).unwrap()
        else {
            panic!()
        };
        let written: Vec<&str> = pairs.iter().map(|(_, node)| &text[node.span.clone()]).collect();
        assert_eq!(written[..4], ["'ö'''", "\"\\u00e9\\\"\"", "'x\n\n y'", "ö ö"]);
        assert_eq!(written[5], "a\n  b");
        let Value::List(items) = &pairs[4].1.value else { panic!() };
        assert_eq!(&text[items[0].span.clone()], "a");
        assert_eq!(pairs[1].1.place, Position { line: 2, column: 4 });
        assert_eq!(pairs[1].1.text(), Some("é\""));
    }

    #[test]
    fn depth_is_limited() {
        let error = read(&"[".repeat(DEEPEST + 20), Aliases::Refused).err().unwrap();
        assert_eq!(error.place, Position { line: 1, column: DEEPEST + 1 });
    }
}
