//! What edits change, as a unified diff that `patch` takes, without the secrets that stand there.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

use super::secrets::{self, Comments};
use crate::os::display::escape;
use logstash_config::edit::{self, Edit};

/// Lines that are shown around a change.
const CONTEXT: usize = 3;

/// A unified diff. Where it has to leave out a secret, it does not apply.
pub struct Diff {
    /// Its lines.
    pub text: String,
    /// Whether a secret is masked in it.
    pub is_masked: bool,
}

/// What `edits` change from `old` to `new`, which are UTF-8 and the file at `path`; it applies with
/// `patch -p0` from `/`.
#[must_use]
pub fn unified(path: &Path, old: &[u8], new: &[u8], edits: &[Edit]) -> Diff {
    let name = escape(&path.strip_prefix("/").unwrap_or(path).to_string_lossy());
    // GNU patch takes a name with a blank up to the tab.
    let end = if name.contains(' ') { "\t" } else { "" };
    let text = format!("--- {name}{end}\n+++ {name}{end}\n");
    let mut diff = Diff { text, is_masked: false };
    let (old, new) = (Lines::of(old), Lines::of(new));
    for hunk in hunks(&old, edits) {
        diff.write(&old, &new, &hunk);
    }
    diff
}

/// The lines of a text, with their ends, as spans.
struct Lines<'a> {
    text: &'a [u8],
    spans: Vec<Range<usize>>,
    secrets: Vec<Range<usize>>,
}

/// Returns the spans in which a workflow command of GitHub Actions begins: `::` at the beginning of a line, after
/// blanks, and `##[` anywhere, if a name follows. They are masked as secrets are.
fn commands(text: &[u8]) -> Vec<Range<usize>> {
    let begins = |at: usize, mark: &[u8]| {
        text[at..].strip_prefix(mark).and_then(<[u8]>::first).is_some_and(u8::is_ascii_alphabetic)
    };
    let (mut spans, mut is_blank) = (Vec::new(), true);
    for (at, byte) in text.iter().enumerate() {
        let marks: &[&[u8]] = if is_blank { &[b"::", b"##["] } else { &[b"##["] };
        spans.extend(marks.iter().find(|mark| begins(at, mark)).map(|mark| at..at + mark.len()));
        is_blank = *byte == b'\n' || is_blank && !byte.is_ascii_graphic();
    }
    spans
}

impl<'a> Lines<'a> {
    fn of(text: &'a [u8]) -> Self {
        let mut end = 0;
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        let spans = lines.map(|line| {
            end += line.len();
            end - line.len()..end
        });
        let mut hidden = secrets::spans(text, Comments::Prose);
        let is_secret = |span: &Range<usize>| {
            let next = hidden.partition_point(|secret| secret.end <= span.start);
            hidden.get(next).is_some_and(|secret| secret.start < span.end)
        };
        let commands: Vec<_> = commands(text).into_iter().filter(|span| !is_secret(span)).collect();
        hidden.extend(commands);
        hidden.sort_by_key(|span| span.start);
        Self { text, spans: spans.collect(), secrets: hidden }
    }

    /// The line of a byte; the number of lines for the end of the text.
    fn at(&self, offset: usize) -> usize {
        self.spans.partition_point(|span| span.end <= offset)
    }

    /// The span of some lines.
    fn span(&self, lines: &Range<usize>) -> Range<usize> {
        let start = |line: usize| self.spans.get(line).map_or(self.text.len(), |span| span.start);
        start(lines.start)..start(lines.end)
    }

    fn holds_secret(&self, line: usize) -> bool {
        let span = &self.spans[line];
        self.secrets.iter().any(|secret| secret.start < span.end && secret.end > span.start)
    }
}

/// Lines of the old text, and those of the new one that come in their place.
struct Block {
    old: Range<usize>,
    new: Range<usize>,
}

/// The blocks that edits make, in hunks whose context would meet.
fn hunks(old: &Lines<'_>, edits: &[Edit]) -> Vec<Vec<Block>> {
    let mut hunks: Vec<Vec<Block>> = Vec::new();
    let mut moved = 0;
    for (rows, edits) in touched(old, edits) {
        let added = lines_after(old, &rows, &edits);
        let start = rows.start.saturating_add_signed(moved);
        moved += added.cast_signed() - rows.len().cast_signed();
        let block = Block { old: rows, new: start..start + added };
        let last = hunks.last_mut().filter(|hunk| {
            hunk.last().is_some_and(|last| block.old.start <= last.old.end + 2 * CONTEXT)
        });
        match last {
            Some(hunk) => hunk.push(block),
            None => hunks.push(vec![block]),
        }
    }
    hunks
}

/// The lines that edits touch, each with the edits there.
fn touched(lines: &Lines<'_>, edits: &[Edit]) -> Vec<(Range<usize>, Vec<Edit>)> {
    let mut touched: Vec<(Range<usize>, Vec<Edit>)> = Vec::new();
    for edit in edit::merged(edits) {
        let rows = rows(lines, &edit);
        match touched.last_mut() {
            Some((last, edits)) if rows.start < last.end => {
                last.end = last.end.max(rows.end);
                edits.push(edit);
            }
            _ => touched.push((rows, vec![edit])),
        }
    }
    touched
}

/// The lines that an edit touches; only those that it removes, where it removes whole lines.
fn rows(lines: &Lines<'_>, edit: &Edit) -> Range<usize> {
    let (first, last) = (lines.at(edit.start), lines.at(edit.end));
    let begins =
        |offset: usize| lines.spans.get(lines.at(offset)).is_none_or(|span| span.start == offset);
    let is_whole = edit.text.is_empty() && begins(edit.start) && begins(edit.end);
    first..if is_whole && last > first { last } else { (last + 1).min(lines.spans.len()) }
}

/// How many lines these are after the edits in them.
fn lines_after(lines: &Lines<'_>, rows: &Range<usize>, edits: &[Edit]) -> usize {
    let span = lines.span(rows);
    let edits: Vec<Edit> = edits
        .iter()
        .map(|edit| Edit::new(edit.start - span.start..edit.end - span.start, &*edit.text))
        .collect();
    let text = edit::apply(&lines.text[span], &edits).unwrap_or_default();
    text.split_inclusive(|byte| *byte == b'\n').count()
}

impl Diff {
    /// Writes a hunk with as much context as holds no secret.
    fn write(&mut self, old: &Lines<'_>, new: &Lines<'_>, hunk: &[Block]) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
        let is_open = |line: &usize| !old.holds_secret(*line);
        let above = (0..first.old.start).rev().take(CONTEXT);
        let below = (last.old.end..old.spans.len()).take(CONTEXT);
        let before = above.clone().take_while(is_open).count();
        let after = below.clone().take_while(is_open).count();
        // `patch` takes a hunk with less context on one side for one at that end of the file.
        let is_cut = before < above.count() || after < below.count();
        let (before, after) =
            if is_cut { (before.min(after), before.min(after)) } else { (before, after) };
        let old_rows = first.old.start - before..last.old.end + after;
        let new_rows = first.new.start - before..last.new.end + after;
        let range = |rows: &Range<usize>| {
            format!("{},{}", rows.start + usize::from(!rows.is_empty()), rows.len())
        };
        let _ = writeln!(self.text, "@@ -{} +{} @@", range(&old_rows), range(&new_rows));
        let mut at = old_rows.start;
        for block in hunk {
            self.rows(' ', old, at..block.old.start);
            self.rows('-', old, block.old.clone());
            self.rows('+', new, block.new.clone());
            at = block.old.end;
        }
        self.rows(' ', old, at..old_rows.end);
    }

    fn rows(&mut self, mark: char, lines: &Lines<'_>, rows: Range<usize>) {
        for row in rows {
            let span = lines.spans[row].clone();
            let text = String::from_utf8_lossy(&lines.text[span.clone()]);
            let end = text.trim_end_matches('\n').len();
            let on_line = |secret: &Range<usize>| {
                let clamp = |at: usize| at.clamp(span.start, span.start + end) - span.start;
                clamp(secret.start)..clamp(secret.end)
            };
            let secrets: Vec<Range<usize>> =
                lines.secrets.iter().map(on_line).filter(|secret| !secret.is_empty()).collect();
            self.is_masked |= !secrets.is_empty();
            self.text.push(mark);
            self.text.push_str(&secrets::masked(&text, &secrets, 0..0).0);
            if end == text.len() {
                self.text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
}
