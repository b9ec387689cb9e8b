#![doc = include_str!("../README.md")]

use std::ops::Range;

use zeroize::Zeroizing;

/// Text borrowed from a file's bytes, or a decoded copy that is erased on drop.
pub enum Text<'a> {
    /// The bytes are UTF-8 already.
    Borrowed(&'a str),
    /// Decoded from UTF-16, or with U+FFFD for invalid UTF-8.
    Decoded(Zeroizing<String>),
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Decoded(text) => text,
        }
    }
}

/// Reads bytes as text: UTF-8, or UTF-16 as Windows PowerShell writes it, with or without a byte-order mark.
#[must_use]
pub fn decode(bytes: &[u8]) -> Text<'_> {
    if let Some(read) = utf16_order(bytes) {
        let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
        let mut text = Zeroizing::new(String::with_capacity(bytes.len() / 2 * 3));
        text.extend(
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
        );
        return Text::Decoded(text);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Text::Borrowed(text),
        Err(_) => Text::Decoded(Zeroizing::new(String::from_utf8_lossy(bytes).into_owned())),
    }
}

/// Returns how to read units of UTF-16, if `bytes` are UTF-16: by the byte-order mark, else by the zero bytes of its
/// ASCII characters.
fn utf16_order(bytes: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    let ascii = |byte: u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    match bytes {
        [0xff, 0xfe, ..] => Some(u16::from_le_bytes),
        [0xfe, 0xff, ..] => Some(u16::from_be_bytes),
        [a, 0, b, 0, ..] if ascii(*a) && ascii(*b) => Some(u16::from_le_bytes),
        [0, a, 0, b, ..] if ascii(*a) && ascii(*b) => Some(u16::from_be_bytes),
        _ => None,
    }
}

/// Counts the lines that end in `span`, given in byte offsets of `text`. CR, LF and CRLF each end a line.
#[must_use]
pub fn line_ends(text: &str, span: Range<usize>) -> usize {
    ends(text.as_bytes(), span)
}

fn ends(text: &[u8], span: Range<usize>) -> usize {
    span.filter(|at| is_line_end(text, *at)).count()
}

fn is_line_end(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'\n' => true,
        b'\r' => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// A position in a text, for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1; CR, LF and CRLF each end a line.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The line offsets of a text, to look up positions quickly. CR, LF and CRLF each end a line.
pub struct LineIndex<'a> {
    text: &'a [u8],
    /// Where each line begins.
    starts: Vec<usize>,
    /// Offsets between characters, with the number of characters before each: lines may be long.
    marks: Vec<(usize, usize)>,
}

/// Bytes between two marks, at least.
const BETWEEN_MARKS: usize = 1024;

impl<'a> LineIndex<'a> {
    /// Indexes the lines of `text`.
    #[must_use]
    pub fn of(text: &'a [u8]) -> Self {
        let ends = (0..text.len()).filter(|at| is_line_end(text, *at));
        let starts = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
        Self { text, starts, marks: marks(text) }
    }

    /// Returns the number of the line of a byte, from 1, and the span of that line without its end.
    #[must_use]
    pub fn line(&self, offset: usize) -> (usize, Range<usize>) {
        let number = self.starts.partition_point(|start| *start <= offset);
        (number, self.numbered(number).unwrap_or_default())
    }

    /// Returns the span of the line with this number, from 1, without its end.
    #[must_use]
    pub fn numbered(&self, number: usize) -> Option<Range<usize>> {
        let start = *self.starts.get(number.checked_sub(1)?)?;
        let Some(next) = self.starts.get(number) else { return Some(start..self.text.len()) };
        let end = if self.text[start..*next].ends_with(b"\r\n") { 2 } else { 1 };
        Some(start..next - end)
    }

    /// Returns the position of a byte. Invalid UTF-8 counts as one character per byte.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let (line, span) = self.line(offset);
        let column = 1 + self.characters(offset) - self.characters(span.start);
        Position { line, column }
    }

    /// Returns the number of characters before a byte.
    fn characters(&self, offset: usize) -> usize {
        let next = self.marks.partition_point(|(at, _)| *at <= offset);
        let (at, before) = next.checked_sub(1).map_or((0, 0), |mark| self.marks[mark]);
        before + characters(&self.text[at..offset])
    }
}

/// Counts characters. Bytes that are no UTF-8 count as one each.
fn characters(text: &[u8]) -> usize {
    text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// Returns offsets between characters, with the number of characters before each.
fn marks(text: &[u8]) -> Vec<(usize, usize)> {
    let (mut marks, mut at, mut before) = (Vec::new(), 0, 0);
    while at + BETWEEN_MARKS < text.len() {
        let is_inside = |at: &usize| text[*at] & 0xc0 == 0x80;
        let end = (at + BETWEEN_MARKS..text.len()).find(|at| !is_inside(at));
        let end = end.unwrap_or(text.len());
        before += characters(&text[at..end]);
        marks.push((end, before));
        at = end;
    }
    marks
}

/// Returns the offset at which the line of `offset` begins.
#[must_use]
pub fn line_start(text: &[u8], offset: usize) -> usize {
    (1..=offset).rev().find(|at| is_line_end(text, at - 1)).unwrap_or(0)
}

/// Returns the offset of the line end after `offset`: CR, LF or CRLF, or the end of the text.
#[must_use]
pub fn line_end(text: &[u8], offset: usize) -> usize {
    (offset..text.len()).find(|at| matches!(text[*at], b'\n' | b'\r')).unwrap_or(text.len())
}

/// Returns the offset at which the next line begins, or the end of the text.
#[must_use]
pub fn next_line(text: &[u8], offset: usize) -> usize {
    (offset..text.len()).find(|at| is_line_end(text, *at)).map_or(text.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Position};

    #[test]
    fn a_column_in_a_long_line_is_the_number_of_characters_before_it() {
        let text = [
            &b"a\r\n"[..],
            &"b\u{e9}\u{20ac}\u{1f511}".repeat(900).into_bytes(),
            b"\xff\xc3\n",
            &[b'x'; 5000],
        ];
        let text = text.concat();
        let lines = LineIndex::of(&text);
        let (mut line, mut column) = (1, 1);
        for chunk in text.utf8_chunks() {
            let valid = chunk
                .valid()
                .char_indices()
                .map(|(at, c)| (chunk.valid().as_ptr() as usize + at, c));
            let invalid =
                chunk.invalid().iter().map(|byte| (std::ptr::from_ref(byte) as usize, '?'));
            for (address, character) in valid.chain(invalid) {
                let offset = address - text.as_ptr() as usize;
                assert_eq!(lines.position(offset), Position { line, column }, "{offset}");
                (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
        }
    }
}
