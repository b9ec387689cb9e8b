//! Why PEM text is ambiguous, and where.

use std::ops::Range;

use thiserror::Error;

/// Why PEM text is ambiguous. Spans are byte offsets in the text.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A block begins and does not end.
    #[error("the block \"{label}\" has no END line")]
    Unterminated {
        /// Its label.
        label: String,
        /// Its BEGIN marker.
        span: Range<usize>,
    },
    /// A block ends that did not begin.
    #[error("the block \"{label}\" has no BEGIN line")]
    NotBegun {
        /// Its label.
        label: String,
        /// Its END marker.
        span: Range<usize>,
    },
    /// The labels of BEGIN and END differ.
    #[error("the block begins with \"{begin}\" but ends with \"{end}\"")]
    EndDiffers {
        /// Label of the BEGIN marker.
        begin: String,
        /// Label of the END marker.
        end: String,
        /// The END marker.
        span: Range<usize>,
    },
    /// The body is not base64.
    #[error("{what}")]
    Base64 {
        /// The label of its block.
        label: String,
        /// What is not base64.
        what: NotBase64,
        /// Its span.
        span: Range<usize>,
    },
}

/// Why a body is not base64.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotBase64 {
    /// A character that is not in the alphabet.
    #[error("the body is not base64: invalid character {0:?}")]
    Character(char),
    /// The characters of base64url, which JSON Web Keys use.
    #[error("the body is base64url, not base64: '{0}'")]
    UrlCharacter(char),
    /// Padding before the end.
    #[error("the body is not base64: '=' before the end")]
    Padding,
    /// The characters do not make whole bytes.
    #[error("the body is not base64: the end is missing")]
    Length,
    /// There is no body.
    #[error("the block has no body")]
    Empty,
}

impl From<char> for NotBase64 {
    fn from(character: char) -> Self {
        match character {
            '-' | '_' => Self::UrlCharacter(character),
            _ => Self::Character(character),
        }
    }
}

impl Error {
    /// Returns the label of the broken block.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Unterminated { label, .. }
            | Self::NotBegun { label, .. }
            | Self::Base64 { label, .. } => label,
            Self::EndDiffers { begin, .. } => begin,
        }
    }

    /// Returns the span of the fault.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Unterminated { span, .. }
            | Self::NotBegun { span, .. }
            | Self::EndDiffers { span, .. }
            | Self::Base64 { span, .. } => span.clone(),
        }
    }
}
