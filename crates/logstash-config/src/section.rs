//! The kinds of section.

use std::fmt;

/// A kind of section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    /// `input`
    Input,
    /// `filter`
    Filter,
    /// `output`
    Output,
}

impl SectionKind {
    /// All kinds, in the order in which events pass through them.
    pub const ALL: [Self; 3] = [Self::Input, Self::Filter, Self::Output];

    /// Returns its keyword.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Filter => "filter",
            Self::Output => "output",
        }
    }
}

impl fmt::Display for SectionKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.keyword())
    }
}
