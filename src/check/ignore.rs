//! Comments that silence a rule: `# fixkey: ignore[rule] reason`, on the line of a setting or on the one above.

use std::ops::Range;

use memchr::memmem;
use source_text::LineIndex;

/// The start of such a comment.
const MARK: &[u8] = b"fixkey: ignore[";

/// A comment that silences rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The text between the brackets, as byte offsets.
    pub span: Range<usize>,
    /// The rules in it.
    pub rules: Vec<String>,
    /// The line, from 1, on which it silences them.
    pub line: usize,
}

impl Ignore {
    /// Returns whether it silences this rule on a line.
    #[must_use]
    pub fn silences(&self, rule: &str, line: usize) -> bool {
        self.line == line && self.rules.iter().any(|silenced| silenced == rule)
    }
}

/// Returns whether some text looks like such a comment.
#[must_use]
pub fn may_be_in(text: &[u8]) -> bool {
    memmem::find(text, MARK).is_some()
}

/// Returns the comments in `text` that silence rules; `is_text` returns whether an offset is within a string.
#[must_use]
pub fn ignores(text: &[u8], lines: &LineIndex<'_>, is_text: impl Fn(usize) -> bool) -> Vec<Ignore> {
    let mut found = Vec::new();
    let mut from = 0;
    // Adjacent comments all apply to the setting after them.
    let mut comments = 0..0;
    while let Some(at) = memmem::find(&text[from..], MARK).map(|at| from + at) {
        from = at + MARK.len();
        found.extend(ignore(text, lines, from, &mut comments).filter(|_| !is_text(at)));
    }
    found
}

/// Returns the comment whose list of rules begins at `start`.
fn ignore(
    text: &[u8],
    lines: &LineIndex<'_>,
    start: usize,
    comments: &mut Range<usize>,
) -> Option<Ignore> {
    let (number, line) = lines.line(start);
    let before = &text[line.start..start - MARK.len()];
    let hash = before.iter().rposition(|byte| *byte == b'#')?;
    if !before[hash + 1..].trim_ascii().is_empty() {
        return None;
    }
    let length = text[start..line.end].iter().position(|byte| *byte == b']')?;
    let list = std::str::from_utf8(&text[start..start + length]).ok()?;
    let rules = list.split(',').map(|rule| rule.trim().to_owned()).collect();
    let is_alone = before[..hash].trim_ascii().is_empty();
    if is_alone && !comments.contains(&number) {
        *comments = number..next_setting(text, lines, number);
    }
    let line = if is_alone { comments.end } else { number };
    Some(Ignore { span: start..start + length, rules, line })
}

/// Returns the first line after `number` that has more than a comment.
fn next_setting(text: &[u8], lines: &LineIndex<'_>, number: usize) -> usize {
    let is_comment = |line: &Range<usize>| text[line.clone()].trim_ascii_start().starts_with(b"#");
    let following = (number + 1..).map_while(|number| lines.numbered(number));
    number + 1 + following.take_while(is_comment).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Vec<String>, usize)> {
        let lines = LineIndex::of(text.as_bytes());
        let ignores = ignores(text.as_bytes(), &lines, |_| false);
        ignores.into_iter().map(|ignore| (ignore.rules, ignore.line)).collect()
    }

    #[test]
    fn a_comment_alone_counts_for_the_next_line_that_is_none() {
        assert_eq!(
            found("# fixkey: ignore[a, b] why\n  # more\n x => 1\n"),
            [(vec!["a".to_owned(), "b".to_owned()], 3)]
        );
    }

    #[test]
    fn a_comment_behind_a_setting_counts_for_its_line() {
        assert_eq!(found("x => 1 #fixkey: ignore[a]\n"), [(vec!["a".to_owned()], 1)]);
    }

    #[test]
    fn what_is_no_comment_silences_nothing() {
        assert_eq!(found("x fixkey: ignore[a]\n# see fixkey: ignore[a]\n# fixkey: ignore[a\n"), []);
    }
}
