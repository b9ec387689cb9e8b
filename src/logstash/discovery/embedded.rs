//! A configuration that stands in a YAML file as the value of `config.string`.

use std::ops::Range;

use zeroize::Zeroizing;

use super::yaml::{Place, Scalar, Style};

/// The text of a `config.string`, and how its bytes lie in the YAML file.
///
/// Logstash replaces `${VAR}` in this text before it parses it; here it is as written.
pub struct Embedded {
    /// The configuration.
    pub text: Zeroizing<Vec<u8>>,
    /// The scalar in the YAML file, with its quotes; of a block, its lines without the first one's indentation.
    pub scalar: Range<usize>,
    /// Where the scalar begins.
    pub place: Place,
    lines: Option<Vec<Line>>,
}

/// A line of the text.
struct Line {
    /// Where it begins in the text.
    text: usize,
    /// Where its content begins in the file, behind the indentation.
    file: usize,
    /// Where the file's line itself begins.
    whole: usize,
    /// Where its content ends in the file, before the line end.
    end: usize,
    /// Where the file's next line begins.
    next: usize,
}

impl Embedded {
    pub(super) fn new(scalar: &Scalar, span: Range<usize>, place: Place, yaml: &str) -> Self {
        let is_block = scalar.style == Style::Literal && !scalar.marked;
        let lines = if is_block { lines(&scalar.text, span.start, yaml) } else { None };
        // Where the file has no last line end, the text has none for Ruby either.
        let last = lines.as_ref().and_then(|lines| lines.last());
        let text = match scalar.text.strip_suffix('\n') {
            Some(text) if last.is_some_and(|last| last.end == last.next) => text,
            _ => &scalar.text,
        };
        Self { text: Zeroizing::new(text.as_bytes().to_vec()), scalar: span, place, lines }
    }

    /// Whether spans of the text have a place in the file, so that it can be edited there.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        self.lines.is_some()
    }

    /// The bytes of the file that a span of the text is. To replace them by text without a line end, or to
    /// remove them, changes the text just so, as long as its first line keeps its indentation.
    ///
    /// `None` where the text is not editable, or the span is the text's end together with the start of a line
    /// that stays.
    #[must_use]
    pub fn to_file(&self, span: Range<usize>) -> Option<Range<usize>> {
        let first = self.line(span.start)?;
        let start = first.file + (span.start - first.text);
        if span.is_empty() {
            return (start <= first.end).then_some(start..start);
        }
        let last = self.line(span.end - 1)?;
        let end = last.file + (span.end - last.text);
        if end <= last.end {
            return Some(start..end);
        }
        // A line end goes with the indentation of what comes behind it.
        match self.line(span.end).filter(|next| next.text == span.end && span.end < self.text.len())
        {
            Some(next) => Some(start..next.file),
            None => (span.start == first.text).then_some(first.whole..last.next),
        }
    }

    fn line(&self, at: usize) -> Option<&Line> {
        let lines = self.lines.as_ref().filter(|_| at <= self.text.len())?;
        lines[..lines.partition_point(|line| line.text <= at)].last()
    }
}

/// The lines of a literal block that the scanner found at `start`; `None` where they are not what the text says.
fn lines(text: &str, start: usize, yaml: &str) -> Option<Vec<Line>> {
    let texts: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    let first = texts.iter().position(|line| !line.trim_ascii().is_empty())?;
    let content = start + yaml[start..].find(|next: char| !next.is_ascii_whitespace())?;
    let mut whole = yaml[..content].rfind('\n')? + 1;
    for _ in 0..first {
        whole = yaml[..whole - 1].rfind('\n')? + 1;
    }
    let indentation =
        raw_line(yaml, whole_of(yaml, content)?).0.len().checked_sub(texts[first].len())?;
    let mut found = Vec::with_capacity(texts.len());
    let mut at = 0;
    for line in texts {
        let (raw, next) = raw_line(yaml, whole);
        let indentation = if line.is_empty() { raw.len().min(indentation) } else { indentation };
        let (blanks, rest) = raw.split_at_checked(indentation)?;
        if rest != line || blanks.bytes().any(|byte| byte != b' ') {
            return None;
        }
        found.push(Line {
            text: at,
            file: whole + indentation,
            whole,
            end: whole + raw.len(),
            next,
        });
        at += line.len() + 1;
        whole = next;
    }
    Some(found)
}

fn whole_of(yaml: &str, at: usize) -> Option<usize> {
    Some(yaml[..at].rfind('\n')? + 1)
}

/// The line that begins here, without its end, and where the next one begins.
fn raw_line(yaml: &str, whole: usize) -> (&str, usize) {
    let rest = &yaml[whole..];
    let (line, next) = match rest.find('\n') {
        Some(end) => (&rest[..end], whole + end + 1),
        None => (rest, yaml.len()),
    };
    (line.strip_suffix('\r').unwrap_or(line), next)
}
