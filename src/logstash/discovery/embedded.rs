//! A configuration in a YAML file, as the value of `config.string`.

use std::ops::Range;

use zeroize::Zeroizing;

use crate::yaml::{Scalar, Style};

/// The text of a `config.string`, and the positions of its bytes in the YAML file.
///
/// Logstash replaces `${VAR}` in this text before it parses it; here it is unchanged.
pub struct Embedded {
    /// The configuration.
    pub text: Zeroizing<Vec<u8>>,
    /// The scalar in the YAML file, with its quotes; for a block, its lines without the indentation of the first.
    pub scalar: Range<usize>,
    lines: Option<Vec<Line>>,
}

/// A line of the text.
struct Line {
    /// Where it begins in the text.
    text: usize,
    /// Where its content begins in the file, after the indentation.
    file: usize,
    /// Where the file's line itself begins.
    whole: usize,
    /// Where its content ends in the file, before the line end.
    end: usize,
    /// Where the file's next line begins.
    next: usize,
}

impl Line {
    fn indentation(&self) -> usize {
        self.file - self.whole
    }
}

impl Embedded {
    pub(super) fn new(scalar: &Scalar, span: Range<usize>, yaml: &[u8]) -> Self {
        let is_block = scalar.style == Style::Literal && !scalar.marked;
        let lines = if is_block { lines(&scalar.text, span.start, yaml) } else { None };
        // If the file has no final line end, Ruby gives the text none either.
        let last = lines.as_ref().and_then(|lines| lines.last());
        let text = match scalar.text.strip_suffix('\n') {
            Some(text) if last.is_some_and(|last| last.end == last.next) => text,
            _ => &scalar.text,
        };
        Self { text: Zeroizing::new(text.as_bytes().to_vec()), scalar: span, lines }
    }

    /// Returns the bytes of the file for a span of the text. Removing them, or replacing them by text in the form
    /// of [`Self::indented`], has the same effect on the text, as long as its first line keeps its indentation.
    ///
    /// `None` if the text is not editable, and for a span over several lines that would join a part of the last one to
    /// a blank line or to what follows the text.
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
            // A blank line may lack the indentation that the rest of the last line needs.
            return (first.indentation() >= last.indentation()).then_some(start..end);
        }
        if span.start == first.text {
            return Some(first.whole..last.next);
        }
        // A line end includes the indentation of the next line.
        let next = self.line(span.end).filter(|_| span.end < self.text.len())?;
        Some(start..next.file)
    }

    /// Returns text for this place in the form for the file: each further line as far in as the one at the place.
    #[must_use]
    pub fn indented(&self, at: usize, text: String, yaml: &[u8]) -> String {
        let Some(line) = self.line(at).filter(|_| text.contains('\n')) else { return text };
        let is_crlf = yaml[line.end..line.next].starts_with(b"\r\n");
        let line_end = if is_crlf { "\r\n" } else { "\n" };
        text.replace('\n', &(line_end.to_owned() + &" ".repeat(line.indentation())))
    }

    fn line(&self, at: usize) -> Option<&Line> {
        let lines = self.lines.as_ref().filter(|_| at <= self.text.len())?;
        lines[..lines.partition_point(|line| line.text <= at)].last()
    }
}

/// Returns the lines of a literal block that the scanner found at `start`; `None` if they differ from the text.
fn lines(text: &str, start: usize, yaml: &[u8]) -> Option<Vec<Line>> {
    let texts: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    let first = texts.iter().position(|line| !line.trim_ascii().is_empty())?;
    let content = start + yaml[start..].iter().position(|byte| !byte.is_ascii_whitespace())?;
    let mut whole = line_start(yaml, content)?;
    let indentation = raw_line(yaml, whole).0.len().checked_sub(texts[first].len())?;
    for _ in 0..first {
        whole = line_start(yaml, whole - 1)?;
    }
    let mut found = Vec::with_capacity(texts.len());
    let mut at = 0;
    for line in texts {
        let (raw, next) = raw_line(yaml, whole);
        let indentation = if line.is_empty() { raw.len().min(indentation) } else { indentation };
        let (blanks, rest) = raw.split_at_checked(indentation)?;
        if rest != line.as_bytes() || blanks.iter().any(|byte| *byte != b' ') {
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

/// Returns where the line with this place begins; `None` for the first line, which holds no block.
fn line_start(yaml: &[u8], at: usize) -> Option<usize> {
    Some(yaml[..at].iter().rposition(|byte| *byte == b'\n')? + 1)
}

/// Returns the line that begins here, without its end, and where the next one begins.
fn raw_line(yaml: &[u8], whole: usize) -> (&[u8], usize) {
    let rest = &yaml[whole..];
    let (line, next) = match rest.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&rest[..end], whole + end + 1),
        None => (rest, yaml.len()),
    };
    (line.strip_suffix(b"\r").unwrap_or(line), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{self, Aliases, Node, Value};

    /// Returns the value of the last pair of the first entry.
    fn embedded(yaml: &str) -> Option<Embedded> {
        let Value::List(entries) = yaml::read(yaml, Aliases::Refused).ok()??.value else {
            return None;
        };
        let Value::Map(pairs) = &entries.first()?.value else { return None };
        let (_, Node { value, span, .. }) = pairs.last()?;
        let Value::Scalar(scalar) = value else { return None };
        Some(Embedded::new(scalar, span.clone(), yaml.as_bytes()))
    }

    fn text(yaml: &str) -> Option<String> {
        String::from_utf8(embedded(yaml)?.text.to_vec()).ok()
    }

    const FILES: &[&str] = &[
        "- s: |\n    input {\n      a => 1\n    }\n",
        "- s: |\n    input {\n\n      ä => 1 \n    }\n- id: next\n",
        "- id: x\n  s: |  # comment\n   one\n   two\n\n\n- id: next\n",
        "- s: |-\n    one\n    two",
        "- s: |\n    one\n    two",
        "- s: |+\n    one\n\n\n",
        "- s: |2\n      one\n    two\n",
        "- s: |\r\n    one\r\n      two\r\n\r\n    three\r\n- id: next\r\n",
        "\u{feff}# ü\n-   s: |-\n\n        one\n        \ttwo\n",
    ];

    #[test]
    fn what_is_removed_in_the_file_is_removed_in_the_text() {
        for yaml in FILES {
            let whole = embedded(yaml).unwrap();
            assert!(whole.lines.is_some(), "{yaml:?}");
            let content = text(yaml).unwrap();
            let places: Vec<usize> =
                (0..=content.len()).filter(|at| content.is_char_boundary(*at)).collect();
            for (at, start) in places.iter().enumerate() {
                for end in &places[at..] {
                    check_removal(yaml, &content, &whole, *start..*end);
                }
            }
        }
    }

    fn check_removal(yaml: &str, content: &str, whole: &Embedded, span: Range<usize>) {
        let Some(place) = whole.to_file(span.clone()) else { return };
        let mut expected = content.to_owned();
        expected.replace_range(span.clone(), "");
        // The new first line sets the indentation, and trailing blanks may be lost.
        let first = expected.lines().find(|line| !line.is_empty()).unwrap_or(" ");
        if first.starts_with([' ', '\t']) || expected.trim_end() != expected.trim_end_matches('\n')
        {
            return;
        }
        let mut edited = (*yaml).to_owned();
        edited.replace_range(place.clone(), "");
        let actual = text(&edited).unwrap_or_default();
        assert_eq!(
            actual.trim_end_matches('\n'),
            expected.trim_end_matches('\n'),
            "{yaml:?} {span:?} {place:?}"
        );
    }

    #[test]
    fn every_byte_of_the_text_is_that_byte_of_the_file() {
        for yaml in FILES {
            let whole = embedded(yaml).unwrap();
            for (at, byte) in whole.text.iter().enumerate().filter(|(_, byte)| **byte != b'\n') {
                let place = whole.to_file(at..at + 1).unwrap();
                assert_eq!(yaml.as_bytes()[place], [*byte], "{yaml:?} {at}");
            }
        }
    }

    #[test]
    fn other_styles_have_no_places() {
        for yaml in [
            "- s: \"a\\nb\"\n",
            "- s: 'a'\n",
            "- s: a\n",
            "- s: >\n    a\n",
            "- s: &x |\n    a\n",
            "- s: |\n\n",
        ] {
            let whole = embedded(yaml).unwrap();
            assert!(whole.lines.is_none(), "{yaml:?}");
            assert_eq!(whole.to_file(0..1), None);
        }
    }
}
