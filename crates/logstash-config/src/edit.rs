//! Replaces spans of a text and leaves all other bytes unchanged.

use std::ops::Range;

use thiserror::Error;
use zeroize::Zeroizing;

/// A replacement of one span.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// Where it begins, as a byte offset.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The new text.
    pub text: String,
}

/// Two edits change the same bytes; their offset.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("two edits change the same bytes, at {0}")]
pub struct Overlap(pub usize);

impl Edit {
    /// Replaces the text at `span`.
    #[must_use]
    pub fn new(span: Range<usize>, text: impl Into<String>) -> Self {
        Self { start: span.start, end: span.end, text: text.into() }
    }

    /// Removes the text at `span`: with its line, if only other parts of `removed` (in order) share it, else with the
    /// blanks beside it.
    #[must_use]
    pub fn removal(text: &[u8], span: Range<usize>, removed: &[Range<usize>]) -> Self {
        let (first, last) =
            (source_text::line_start(text, span.start), source_text::line_end(text, span.end));
        let is_blank = |at: &usize| {
            let next = removed.partition_point(|span| span.end <= *at);
            matches!(text[*at], b' ' | b'\t')
                || removed.get(next).is_some_and(|span| span.contains(at))
        };
        let before = (first..span.start).rev().take_while(is_blank).count();
        let after = (span.end..last).take_while(is_blank).count();
        let begins = span.start - before == first;
        let ends = span.end + after == last;
        let span = match (begins, ends) {
            (true, true) => first..source_text::next_line(text, last),
            (false, true) => span.start - before..span.end,
            (_, false) => span.start..span.end + after,
        };
        Self::new(span, "")
    }
}

/// Sorts edits; merges equal edits, and removals that overlap.
#[must_use]
pub fn merged(edits: &[Edit]) -> Vec<Edit> {
    let mut edits = edits.to_vec();
    edits.sort();
    edits.dedup();
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.last_mut() {
            Some(last) if edit.start < last.end && last.text.is_empty() && edit.text.is_empty() => {
                last.end = last.end.max(edit.end);
            }
            _ => merged.push(edit),
        }
    }
    merged
}

/// Applies `edits`, in any order. The new text is erased on drop, since configurations hold passphrases.
///
/// # Errors
/// [`Overlap`]
pub fn apply(text: &[u8], edits: &[Edit]) -> Result<Zeroizing<Vec<u8>>, Overlap> {
    let edits = merged(edits);
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut edited = Zeroizing::new(Vec::with_capacity(text.len() + added));
    let mut at = 0;
    for edit in &edits {
        if edit.start < at {
            return Err(Overlap(edit.start));
        }
        edited.extend_from_slice(&text[at..edit.start]);
        edited.extend_from_slice(edit.text.as_bytes());
        at = edit.end;
    }
    edited.extend_from_slice(&text[at..]);
    Ok(edited)
}
