//! Editions of the language, and what one refuses although the text parses.

use crate::error::Error;

/// An edition of the language, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// White space alone separates the entries of a hash, and every comment ends with a line end.
    Older,
    /// Comments, or nothing, may separate the entries of a hash, and a text may end in a comment.
    Newest,
}

/// What keeps a text that parses from being loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The last edition that refuses the text; those before it do too.
    pub last: Dialect,
    /// What is wrong.
    pub error: Error,
}
