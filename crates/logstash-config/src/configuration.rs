//! The parts of a configuration: sections, plugins, attributes and values, each with its place.

use std::fmt;
use std::ops::Range;

use crate::dialect::Rejection;
use crate::parser::Parser;
use crate::section::SectionKind;
use crate::token;
use crate::tree::{AttributeNode, PluginNode, SectionNode, Tree};

/// A valid text and its parts.
pub struct Configuration<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) tree: Tree,
}

impl<'a> Configuration<'a> {
    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Returns the sections, in order.
    pub fn sections(&self) -> impl Iterator<Item = Section> {
        let section = |node: &SectionNode| Section { kind: node.kind, span: node.span.range() };
        self.tree.sections.iter().map(section)
    }

    /// Returns what keeps it from being loaded although it parses, in the order of the text: keys that a hash has
    /// twice, and the first place that the older dialect does not have.
    #[must_use]
    pub fn rejections(&self) -> &[Rejection] {
        &self.tree.rejections
    }

    /// Returns every plugin in the order of their names in the text: those inside branches, and those inside
    /// the values of others, too.
    pub fn plugins(&self) -> impl Iterator<Item = Plugin<'_>> {
        self.tree.plugins.iter().map(|node| Plugin { configuration: self, node })
    }
}

/// One section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its kind.
    pub kind: SectionKind,
    /// From its keyword to its closing brace, inclusive.
    pub span: Range<usize>,
}

/// One plugin with its attributes.
#[derive(Clone, Copy)]
pub struct Plugin<'a> {
    configuration: &'a Configuration<'a>,
    node: &'a PluginNode,
}

impl<'a> Plugin<'a> {
    /// Returns the kind of section that it is in.
    #[must_use]
    pub fn section(&self) -> SectionKind {
        self.configuration.tree.sections[self.node.section as usize].kind
    }

    /// Returns its name. Logstash finds no plugin by a name in quotes.
    #[must_use]
    pub fn name(&self) -> Name<'a> {
        Name { text: self.configuration.text, span: self.node.name.range() }
    }

    /// Returns the span from its name to its closing brace, inclusive.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.node.name.range().start..self.node.body.range().end
    }

    /// Returns the span between its braces.
    #[must_use]
    pub fn body(&self) -> Range<usize> {
        let braces = self.node.body.range();
        braces.start + 1..braces.end - 1
    }

    /// Returns its own attributes in order, without those of plugins in their values.
    pub fn attributes(&self) -> impl Iterator<Item = Attribute<'a>> + use<'a> {
        let configuration = self.configuration;
        let mut range = self.node.attributes.range();
        std::iter::from_fn(move || {
            let node = configuration.tree.attributes.get(range.next()?)?;
            range.start = node.next as usize;
            Some(attribute(configuration.text, node))
        })
    }

    /// Returns the plugin in whose value it is.
    #[must_use]
    pub fn outer(&self) -> Option<Self> {
        let index = (self.node.outer as usize).checked_sub(1)?;
        let node = self.configuration.tree.plugins.get(index)?;
        Some(Self { configuration: self.configuration, node })
    }
}

/// The name of a plugin or of an attribute.
#[derive(Clone)]
pub struct Name<'a> {
    text: &'a [u8],
    /// Its span, with quotes.
    pub span: Range<usize>,
}

impl<'a> Name<'a> {
    /// Returns an attribute's name as Logstash reads it: without quotes, escapes as written.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        unquoted(self.raw())
    }

    /// Returns the name with its quotes.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        &self.text[self.span.clone()]
    }

    /// Returns whether it is quoted.
    #[must_use]
    pub fn is_quoted(&self) -> bool {
        quote(self.raw()).is_some()
    }
}

/// A setting of a plugin.
#[derive(Clone)]
pub struct Attribute<'a> {
    /// Its name.
    pub name: Name<'a>,
    /// Its value.
    pub value: Value<'a>,
}

impl Attribute<'_> {
    /// Returns the span from its name to the end of its value.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.name.span.start..self.value.span.end
    }
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ValueKind {
    /// A plugin, such as a codec.
    Plugin,
    /// A word without quotes, such as `true`.
    Bareword,
    /// A text in quotes of either kind.
    String,
    /// A number.
    Number,
    /// Values in brackets.
    Array,
    /// Keys and values in braces.
    Hash,
}

impl fmt::Display for ValueKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Plugin => "plugin",
            Self::Bareword => "bareword",
            Self::String => "string",
            Self::Number => "number",
            Self::Array => "array",
            Self::Hash => "hash",
        })
    }
}

/// The value of an attribute, or an element of an array.
#[derive(Clone)]
pub struct Value<'a> {
    text: &'a [u8],
    /// Its span, with quotes or brackets.
    pub span: Range<usize>,
}

impl<'a> Value<'a> {
    /// Returns its kind, which its first and last byte decide.
    #[must_use]
    pub fn kind(&self) -> ValueKind {
        let raw = self.raw();
        match (raw.first(), raw.last()) {
            (Some(b'['), _) => ValueKind::Array,
            (Some(b'{'), _) => ValueKind::Hash,
            (_, Some(b'}')) => ValueKind::Plugin,
            (Some(b'"' | b'\''), _) => ValueKind::String,
            (Some(b'-' | b'0'..=b'9'), _) => ValueKind::Number,
            _ => ValueKind::Bareword,
        }
    }

    /// Returns the value with its quotes or brackets.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        &self.text[self.span.clone()]
    }

    /// Returns the quote of a string.
    #[must_use]
    pub fn quote(&self) -> Option<u8> {
        quote(self.raw()).filter(|_| self.kind() == ValueKind::String)
    }

    /// Returns the text between the quotes of a string, escapes as written; the whole of other values.
    #[must_use]
    pub fn content(&self) -> &'a [u8] {
        if self.quote().is_some() { unquoted(self.raw()) } else { self.raw() }
    }

    /// Returns the elements of an array, in order; nothing for other values.
    #[must_use]
    pub fn elements(&self) -> Elements<'a> {
        let start = if self.kind() == ValueKind::Array { self.span.start } else { self.span.end };
        Elements { parser: Parser::begin_at(self.text, start), end: self.span.end }
    }
}

/// The elements of an array, parsed on demand.
pub struct Elements<'a> {
    parser: Parser<'a>,
    end: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        // The last byte is the closing bracket.
        if self.parser.at + 1 >= self.end {
            return None;
        }
        let span = self.parser.next_element()?;
        Some(Value { text: self.parser.text, span })
    }
}

fn quote(raw: &[u8]) -> Option<u8> {
    raw.first().copied().filter(|first| token::is_quote(*first))
}

fn unquoted(raw: &[u8]) -> &[u8] {
    match raw {
        [b'"' | b'\'', content @ .., _] => content,
        bare => bare,
    }
}

fn attribute<'a>(text: &'a [u8], node: &AttributeNode) -> Attribute<'a> {
    Attribute {
        name: Name { text, span: node.name.range() },
        value: Value { text, span: node.value.range() },
    }
}
