//! What is wrong with a text that is not in the language, in the words of a person.

use std::ops::Range;

use thiserror::Error as ThisError;

use super::parser::{Parser, Stop};

/// A bracket that is open, and where the construct begins that it belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) start: usize,
    pub(super) at: usize,
}

/// Where a text stopped being in the language.
#[derive(Default)]
pub(super) struct Failure {
    pub(super) at: usize,
    pub(super) expected: Option<Expected>,
    /// The brackets around it, the outermost first.
    pub(super) openings: Vec<Opening>,
    /// The name or value before it.
    pub(super) last: Range<usize>,
}

/// What could have stood at a place.
#[derive(Clone, Copy, Debug, ThisError, PartialEq, Eq)]
pub enum Expected {
    /// At the top of a file.
    #[error("`input`, `filter` or `output`")]
    Section,
    /// Behind a section's name.
    #[error("`{{` after the section's name")]
    SectionBrace,
    /// In a section or branch.
    #[error("a plugin, `if` or `}}`")]
    Plugin,
    /// Behind a plugin's name.
    #[error("`{{` after the plugin's name")]
    PluginBrace,
    /// In a plugin.
    #[error("a setting or `}}`")]
    Setting,
    /// Behind a setting's name.
    #[error("`=>` after the setting's name")]
    Arrow,
    /// Behind the arrow of a setting.
    #[error("a value after `=>`")]
    Value,
    /// Behind a value.
    #[error("white space or `}}` after the value")]
    Space,
    /// In an array.
    #[error("a value or `]`")]
    Element,
    /// Behind a value in an array.
    #[error("`,` or `]` after the value")]
    Separator,
    /// In a hash.
    #[error("a key or `}}`")]
    Entry,
    /// Behind a key.
    #[error("`=>` after the key")]
    EntryArrow,
    /// Behind the arrow of a key.
    #[error("a value after `=>`")]
    EntryValue,
    /// In a condition.
    #[error("a field, a string, a number or another operand")]
    Operand,
    /// Behind an operand of a branch's condition.
    #[error("an operator, or `{{` after the condition")]
    Operator,
    /// Behind an operand in parentheses.
    #[error("an operator or `)`")]
    Parenthesis,
    /// Behind an operand of a call.
    #[error("`,` or `)`")]
    Argument,
    /// Behind `!`.
    #[error("`(` or a field after `!`")]
    Negated,
    /// Behind `not`.
    #[error("`in` after `not`")]
    In,
    /// Behind `=~`.
    #[error("a string or a regular expression")]
    Pattern,
    /// Behind `else`.
    #[error("`{{` or `if` after `else`")]
    ElseBrace,
    /// The end of a string.
    #[error("the closing quote")]
    Quote,
    /// The end of a regular expression.
    #[error("the closing `/`")]
    Slash,
    /// The end of a comment.
    #[error("a line feed after the carriage return that ends a comment")]
    LineEnd,
}

/// Why a text is not in the language.
#[derive(Clone, Debug, ThisError, PartialEq, Eq)]
#[error("{what}")]
pub struct Error {
    what: String,
    span: Range<usize>,
    offset: usize,
}

impl Error {
    /// Where a person looks for it; it may be empty.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The byte that Logstash reports.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// What to do about it, where that is known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        None
    }

    /// Another place that belongs to it, and what is there.
    #[must_use]
    pub fn related(&self) -> Option<(Range<usize>, &'static str)> {
        None
    }

    pub(super) fn explain(parser: &Parser<'_>, stop: Stop) -> Self {
        let what = match (stop, parser.failure.expected) {
            (Stop::TooDeep, _) => "nested too deeply".to_owned(),
            (_, Some(expected)) => format!("expected {expected}"),
            _ => String::new(),
        };
        Self { what, span: parser.failure.at..parser.failure.at, offset: parser.furthest }
    }
}

pub(super) fn refuse_encoding(text: &[u8]) -> Result<(), Error> {
    if let Err(error) = std::str::from_utf8(text) {
        let at = error.valid_up_to();
        return Err(Error { what: "not UTF-8".to_owned(), span: at..at, offset: at });
    }
    Ok(())
}
