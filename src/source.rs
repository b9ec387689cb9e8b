//! Text of a file: any encoding to UTF-8, and byte offsets to lines.

use std::ops::Range;

use zeroize::Zeroizing;

/// Text borrowed from a file's bytes, or a decoded copy that is erased when it goes.
pub enum Text<'a> {
    /// The bytes are UTF-8 already.
    Borrowed(&'a str),
    /// Decoded from UTF-16, or with U+FFFD for bytes that are no UTF-8.
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

/// How to read UTF-16 units, where `bytes` are in UTF-16: by the byte-order mark, else by the zero
/// bytes that ASCII characters have in it.
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

/// How many lines end in `span`, given in byte offsets of `text`. CR, LF and CRLF each end a line.
#[must_use]
pub fn line_ends(text: &str, span: Range<usize>) -> usize {
    let bytes = text.as_bytes();
    let ends = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    span.filter(ends).count()
}
