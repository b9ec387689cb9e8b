//! Finds PEM blocks in the layouts that occur in practice, and writes one (RFC 7468, RFC 1421).

mod error;

pub use error::{Error, NotBase64};

use std::ops::Range;

use base64ct::{Base64Unpadded, Encoding as _};
use zeroize::Zeroizing;

/// One block, from its BEGIN marker to its END.
pub struct Block<'a> {
    /// The label in upper case with single spaces, such as `RSA PRIVATE KEY`.
    pub label: String,
    /// Header names and values, such as `DEK-Info` (RFC 1421 §4.6).
    pub headers: Vec<(&'a str, &'a str)>,
    /// The whole block with its markers, as byte offsets.
    pub span: Range<usize>,
    /// The text between its markers, as byte offsets.
    pub inside: Range<usize>,
    body: &'a str,
    body_start: usize,
}

impl Block<'_> {
    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// Decodes the body. Accepts missing or superfluous padding at the end: the structure inside states its length.
    ///
    /// # Errors
    /// [`Error::Base64`], with the place.
    pub fn decode(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.decode_body(self.body)
    }

    /// The same up to the first `=`, as Java's readers have it.
    ///
    /// # Errors
    /// [`Error::Base64`], with the place.
    pub fn decode_to_padding(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.decode_body(self.body.split('=').next().unwrap_or_default())
    }

    fn decode_body(&self, body: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
        decode(body).map_err(|(what, span)| {
            let span = self.body_start + span.start..self.body_start + span.end;
            Error::Base64 { label: self.label.clone(), what, span }
        })
    }
}

/// Returns the bytes that base64 stands for, whatever blanks are in it and however it is padded.
///
/// # Errors
/// [`NotBase64`], with the place.
pub(crate) fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, (NotBase64, Range<usize>)> {
    let error = |what, at: usize, length: usize| (what, at..at + length);
    let mut digits = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut padding = None;
    let mut at = 0;
    while let Some(byte) = body.as_bytes().get(at) {
        let rest = &body[at..];
        let run = rest.bytes().take_while(|byte| is_digit(*byte)).count();
        match (byte, padding) {
            (_, None) if run > 0 => digits.extend_from_slice(&rest.as_bytes()[..run]),
            (_, Some(padding)) if run > 0 => {
                return Err(error(NotBase64::Padding, padding, 1));
            }
            (b'=', _) => padding = padding.or(Some(at)),
            _ if blank_length(rest) > 0 => {}
            _ => {
                let character = rest.chars().next().unwrap_or_default();
                return Err(error(NotBase64::from(character), at, character.len_utf8()));
            }
        }
        at += if run > 0 { run } else { blank_length(rest).max(1) };
    }
    if digits.is_empty() {
        return Err(error(NotBase64::Empty, 0, 0));
    }
    let mut bytes = Zeroizing::new(vec![0; digits.len() / 4 * 3 + 2]);
    let length = Base64Unpadded::decode(digits.as_slice(), &mut bytes)
        .map_err(|_| error(NotBase64::Length, body.trim_end().len(), 0))?
        .len();
    bytes.truncate(length);
    Ok(bytes)
}

/// Returns whether a byte stands for six bits in base64 (RFC 4648 §4).
pub(crate) fn is_digit(byte: u8) -> bool {
    // Used for every byte of every file.
    const DIGITS: [bool; 256] = {
        let mut digits = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            digits[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
            byte += 1;
        }
        digits
    };
    DIGITS[usize::from(byte)]
}

/// Returns the length in bytes of the blank at the start of `text`: white space, the invisible characters of word
/// processors, quotes, and line ends as JSON and shells escape them.
fn blank_length(text: &str) -> usize {
    // A text that was put into JSON twice has `\\\\n`, and so on.
    let escaped = text.trim_start_matches('\\');
    if escaped.len() < text.len() && escaped.starts_with(['r', 'n', 't', '\r', '\n']) {
        return text.len() - escaped.len() + 1;
    }
    match text.chars().next() {
        Some(blank) if blank.is_whitespace() || INVISIBLE.contains(&blank) => blank.len_utf8(),
        Some('"' | '\'') => 1,
        _ => 0,
    }
}

/// Zero-width space, non-joiner and joiner; byte-order mark; DOS end of file.
const INVISIBLE: [char; 5] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{feff}', '\u{1a}'];

/// Returns whether it can stand for the hyphens around BEGIN: a hyphen, or what word processors make of several.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

struct Marker {
    begin: bool,
    label: String,
    span: Range<usize>,
}

/// Finds the blocks of `text`. Skips text around them, and blocks whose BEGIN line is commented out with `#`.
///
/// # Errors
/// When a BEGIN and an END do not match.
pub fn scan(text: &str) -> Result<Vec<Block<'_>>, Error> {
    scan_while(text, |begin, end| begin == end)
}

/// As [`scan`], except that the END label of any private key ends a private key, as in Java's readers.
///
/// # Errors
/// When a BEGIN and an END do not match.
pub fn scan_lenient(text: &str) -> Result<Vec<Block<'_>>, Error> {
    let is_key = |label: &str| label.ends_with("PRIVATE KEY");
    scan_while(text, |begin, end| begin == end || is_key(begin) && is_key(end))
}

fn scan_while(
    text: &str,
    belong_together: impl Fn(&str, &str) -> bool,
) -> Result<Vec<Block<'_>>, Error> {
    let mut blocks = Vec::new();
    let mut open: Option<Marker> = None;
    for marker in markers(text) {
        open = match (open, marker) {
            (None, marker) if marker.begin => Some(marker),
            (None, Marker { label, span, .. }) => return Err(Error::NotBegun { label, span }),
            (Some(Marker { label, span, .. }), marker) if marker.begin => {
                return Err(Error::Unterminated { label, span });
            }
            (Some(begin), end) if !belong_together(&begin.label, &end.label) => {
                let (begin, end, span) = (begin.label, end.label, end.span);
                return Err(Error::EndDiffers { begin, end, span });
            }
            (Some(begin), end) => {
                blocks.push(block(text, begin, &end));
                None
            }
        }
    }
    match open {
        Some(Marker { label, span, .. }) => Err(Error::Unterminated { label, span }),
        None => Ok(blocks),
    }
}

fn block<'a>(text: &'a str, begin: Marker, end: &Marker) -> Block<'a> {
    let inside = begin.span.end..end.span.start;
    let (headers, body) = split_headers(&text[inside.clone()]);
    Block {
        label: begin.label,
        headers,
        span: begin.span.start..end.span.end,
        inside,
        body,
        body_start: end.span.start - body.len(),
    }
}

/// Separates `Name: value` headers from the body, whatever represents the line ends.
fn split_headers(inside: &str) -> (Vec<(&str, &str)>, &str) {
    let mut headers = Vec::new();
    let mut body = inside;
    loop {
        let start = skip_blanks(body);
        let Some((name, rest)) = start.split_once(':') else { return (headers, body) };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            return (headers, body);
        }
        let value = rest.trim_start_matches([' ', '\t']);
        let (value, after) = value.split_at(header_end(name, value));
        headers.push((name, value));
        body = after;
    }
}

/// Returns where a header's value ends: at the end of its line or, for the two headers of encrypted keys, at a blank,
/// so that they are found in a block on one line.
fn header_end(name: &str, value: &str) -> usize {
    let known = ["Proc-Type", "DEK-Info"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let ends = |at: &usize| match blank_length(&value[*at..]) {
        0 => false,
        _ if known => true,
        _ => value[*at..].starts_with(['\r', '\n', '\\']),
    };
    value.char_indices().map(|(at, _)| at).find(ends).unwrap_or(value.len())
}

/// Returns the offset of the first thing that is not blank.
pub(crate) fn first_not_blank(text: &str) -> Option<usize> {
    let rest = skip_blanks(text);
    (!rest.is_empty()).then(|| text.len() - rest.len())
}

fn skip_blanks(mut text: &str) -> &str {
    while let length @ 1.. = blank_length(text) {
        text = &text[length..];
    }
    text
}

fn markers(text: &str) -> impl Iterator<Item = Marker> {
    let is_ascii = text.is_ascii();
    let mut at = 0;
    let mut seen = 0;
    let mut commented = false;
    std::iter::from_fn(move || {
        while let Some(found) = next_dash(&text[at..], is_ascii) {
            let start = at + found;
            at = start + dashes(&text[start..]).len();
            let Some(marker) = marker(text, start..at) else { continue };
            if marker.begin {
                commented = is_commented(&text[seen..start], commented);
            }
            at = marker.span.end;
            seen = at;
            if !commented {
                return Some(marker);
            }
        }
        None
    })
}

/// Returns the distance to the first dash. Nearly every text is ASCII, where many bytes are searched at a time.
fn next_dash(text: &str, is_ascii: bool) -> Option<usize> {
    if is_ascii { text.find('-') } else { text.find(is_dash) }
}

/// Returns whether the line that `before` ends in begins with `#`; if `before` has no line end, the line before it
/// decides.
fn is_commented(before: &str, previous: bool) -> bool {
    match before.rsplit_once(['\n', '\r']) {
        Some((_, line)) => line.trim_start().starts_with('#'),
        None => previous || before.trim_start().starts_with('#'),
    }
}

/// Returns the marker that the dashes at `opening` begin: dashes, BEGIN or END, a label, dashes, on one line.
fn marker(text: &str, opening: Range<usize>) -> Option<Marker> {
    let inside = text[opening.end..].trim_start_matches(is_inner_blank);
    let starts =
        |word: &str| inside.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let (begin, length) = match (starts("BEGIN"), starts("END")) {
        (true, _) => (true, 5),
        (_, true) => (false, 3),
        _ => return None,
    };
    let inside = &inside[length..];
    let label_length = inside.find(|c: char| is_dash(c) || c.is_control() || c == '\\')?;
    let (label, rest) = inside.split_at(label_length);
    let closing = closing(rest);
    let words: Vec<&str> = label.split(is_inner_blank).filter(|word| !word.is_empty()).collect();
    let is_label = label.starts_with(is_inner_blank)
        && !words.is_empty()
        && words.iter().all(|word| word.is_ascii());
    let end = text.len() - rest.len() + closing.len();
    (is_label && is_enclosing(&text[opening.clone()]) && is_enclosing(closing)).then(|| Marker {
        begin,
        label: words.join(" ").to_ascii_uppercase(),
        span: opening.start..end,
    })
}

/// Returns the run of dashes that `text` begins with.
fn dashes(text: &str) -> &str {
    &text[..text.len() - text.trim_start_matches(is_dash).len()]
}

/// Returns the dashes that close a marker: half of them, where they also open the next one, as where files were put
/// together of which the first has no line end at its end.
fn closing(text: &str) -> &str {
    let run = dashes(text);
    let next = text[run.len()..].trim_start_matches(is_inner_blank);
    let is_shared = run.len() >= 8
        && run.bytes().all(|dash| dash == b'-')
        && next.get(..5).is_some_and(|word| word.eq_ignore_ascii_case("BEGIN"));
    if is_shared { &run[..run.len() / 2] } else { run }
}

/// Four hyphens or more, or one of the long dashes that word processors make of them.
fn is_enclosing(dashes: &str) -> bool {
    dashes.len() >= 4 || dashes.chars().any(|dash| dash != '-')
}

fn is_inner_blank(character: char) -> bool {
    character == ' ' || character == '\t' || character == '\u{a0}'
}

/// Writes one block: 64 columns, LF, and nothing around it (RFC 7468 §2).
#[must_use]
pub fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    const COLUMNS: usize = 64;
    let body_length = der.len().div_ceil(3) * 4;
    let lines = body_length.div_ceil(COLUMNS);
    let mut body = Zeroizing::new(vec![0; body_length]);
    let mut text =
        Zeroizing::new(String::with_capacity(body_length + lines + 2 * (label.len() + 17)));
    text.extend(["-----BEGIN ", label, "-----\n"]);
    let body = base64ct::Base64::encode(der, &mut body).unwrap_or_default();
    for line in body.as_bytes().chunks(COLUMNS) {
        text.extend([std::str::from_utf8(line).unwrap_or_default(), "\n"]);
    }
    text.extend(["-----END ", label, "-----\n"]);
    text
}
