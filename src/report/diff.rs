//! The difference between two texts as `patch` takes it, without their secrets.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::secrets;

/// Lines that are shown around a change.
const CONTEXT: usize = 3;

/// A unified diff. Where it has to leave out a secret, it says so, and does not apply there.
pub struct Diff {
    /// Its lines.
    pub text: String,
    /// Whether a secret is masked in it.
    pub is_masked: bool,
}

/// The difference from `old` to `new`, which are UTF-8, of the file at `path`; it applies with `patch -p0` from `/`.
#[must_use]
pub fn unified(path: &Path, old: &[u8], new: &[u8]) -> Diff {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let (old_lines, new_lines) = (Lines::of(&old), Lines::of(&new));
    let name = path.strip_prefix("/").unwrap_or(path).display();
    let mut diff = Diff { text: format!("--- {name}\n+++ {name}\n"), is_masked: false };
    let compared = TextDiff::configure().diff_slices(&old_lines.texts, &new_lines.texts);
    for group in compared.grouped_ops(CONTEXT) {
        let changes: Vec<_> = group.iter().flat_map(|op| compared.iter_changes(op)).collect();
        let rows = changes.iter().map(|change| match change.tag() {
            ChangeTag::Insert => Row::of('+', change.new_index(), &new_lines, change.value()),
            ChangeTag::Delete => Row::of('-', change.old_index(), &old_lines, change.value()),
            ChangeTag::Equal => Row::of(' ', change.old_index(), &old_lines, change.value()),
        });
        let rows: Vec<Row> = rows.collect();
        let Some(first) = group.first() else { continue };
        diff.write_hunk(&rows, first.old_range().start, first.new_range().start);
    }
    diff
}

/// The lines of a text, with their ends, and which of them hold secrets.
struct Lines<'a> {
    texts: Vec<&'a str>,
    starts: Vec<usize>,
    secrets: Vec<Range<usize>>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let texts: Vec<&str> = text.split_inclusive('\n').collect();
        let starts = texts.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end - line.len())
        });
        Self { starts: starts.collect(), texts, secrets: secrets::spans(text.as_bytes()) }
    }

    /// The secrets of a line, as spans of it.
    fn secrets_of(&self, index: usize) -> Vec<Range<usize>> {
        let (start, length) = (self.starts[index], self.texts[index].trim_end_matches('\n').len());
        let on_line = |span: &Range<usize>| {
            let clamp = |at: usize| at.clamp(start, start + length) - start;
            clamp(span.start)..clamp(span.end)
        };
        self.secrets.iter().map(on_line).filter(|span| !span.is_empty()).collect()
    }
}

/// A line of a hunk.
struct Row {
    mark: char,
    text: String,
    is_masked: bool,
}

impl Row {
    fn of(mark: char, index: Option<usize>, lines: &Lines<'_>, text: &str) -> Self {
        let secrets = index.map(|index| lines.secrets_of(index)).unwrap_or_default();
        let (text, _) = secrets::masked(text, &secrets, 0..0);
        Self { mark, text, is_masked: !secrets.is_empty() }
    }
}

impl Diff {
    /// Writes a hunk without the outer lines of context that hold secrets, so that it still applies.
    fn write_hunk(&mut self, rows: &[Row], old: usize, new: usize) {
        let is_context = |row: &&Row| row.mark == ' ';
        let before = rows.iter().take_while(is_context).collect::<Vec<_>>();
        let after = rows.iter().rev().take_while(is_context).collect::<Vec<_>>();
        let cut_before = before.iter().rposition(|row| row.is_masked).map_or(0, |at| at + 1);
        let cut_after = after.iter().rposition(|row| row.is_masked).map_or(0, |at| at + 1);
        let shown = &rows[cut_before..rows.len() - cut_after];
        self.is_masked |= shown.iter().any(|row| row.is_masked);
        let count = |left_out: char| shown.iter().filter(|row| row.mark != left_out).count();
        let start = |index: usize, lines: usize| index + cut_before + usize::from(lines > 0);
        let (removed, added) = (count('+'), count('-'));
        let _ = writeln!(
            self.text,
            "@@ -{},{removed} +{},{added} @@",
            start(old, removed),
            start(new, added)
        );
        for row in shown {
            self.text.push(row.mark);
            self.text.push_str(&row.text);
            if !row.text.ends_with('\n') {
                self.text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}
