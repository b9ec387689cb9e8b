//! A block in its surrounding text, and its oddities.

use zeroize::Zeroizing;

use super::Oddity;
use crate::ber::{self, Element, tag};
use crate::pem::{self, Block};
use crate::structure::{Encoding, Structure};

/// A text with its blocks, and what is the same for all of them.
pub(super) struct Surroundings<'a> {
    bytes: &'a [u8],
    decoded: &'a str,
    blocks: &'a [Block<'a>],
    /// Where the first line ends that is the BEGIN of a private key as a comment.
    commented_key: Option<usize>,
    /// The number of the first block of a foreign key, from 0.
    foreign_key: Option<usize>,
    /// The number of the first block that is not one of parameters, from 0.
    other: Option<usize>,
}

impl<'a> Surroundings<'a> {
    pub(super) fn new(bytes: &'a [u8], decoded: &'a str, blocks: &'a [Block<'a>]) -> Self {
        let mut ends = decoded.split_inclusive('\n').scan(0, |end, line| {
            *end += line.len();
            Some((*end, line))
        });
        let position =
            |is_such: fn(&str) -> bool| blocks.iter().position(|block| is_such(&block.label));
        Self {
            bytes,
            decoded,
            blocks,
            commented_key: ends.find(|(_, line)| is_commented_key(line)).map(|(end, _)| end),
            foreign_key: position(|label| label == "OPENSSH PRIVATE KEY"),
            other: position(|label| label != "EC PARAMETERS"),
        }
    }
}

/// The block of a private key or certificate, with its surroundings.
pub(super) struct Place<'a> {
    text: &'a Surroundings<'a>,
    /// Its number, from 0.
    at: usize,
    block: &'a Block<'a>,
    /// The text before it, at least from the beginning of its line.
    before: &'a str,
    begin: &'a str,
    /// The rest of the line of BEGIN, the lines up to END, and the text before END on its line.
    lines: Vec<&'a str>,
    /// Those of the inner lines that hold more than base64 and `=`.
    other_lines: Vec<&'a str>,
    inside: &'a str,
    end: &'a str,
    /// The body of a private key as bytes, if it is BER.
    ber: Option<Zeroizing<Vec<u8>>>,
}

pub(super) type Test = fn(&Place<'_>) -> bool;

pub(super) const TESTS: &[(Oddity, Test)] = &[
    (Oddity::ByteOrderMark, |place| place.text.bytes.starts_with(b"\xef\xbb\xbf")),
    (Oddity::Utf16, |place| place.is_utf16()),
    (Oddity::Crlf, |place| place.inside.contains("\r\n")),
    (Oddity::CrAlone, |place| {
        place.inside.contains('\r') && place.inside.replace("\r\n", "").contains('\r')
    }),
    (Oddity::CommentedKeyBefore, |place| {
        place.text.commented_key.is_some_and(|end| end <= place.block.span.start)
    }),
    (Oddity::ForeignKeyBefore, |place| place.text.foreign_key.is_some_and(|at| at < place.at)),
    (Oddity::OtherBlockBefore, |place| place.text.other.is_some_and(|at| at < place.at)),
    (Oddity::TextBeforeBegin, |place| !place.indent().is_empty() && !place.is_indented()),
    (Oddity::BlanksAfterBegin, |place| {
        place.has_blanks_after_begin() && !place.has_blanks_after_body()
    }),
    (Oddity::NoHyphens, |place| {
        place.markers().any(|marker| !marker.starts_with('-') || !marker.ends_with('-'))
    }),
    (Oddity::HyphenCount, |place| place.markers().any(|marker| !is_five(hyphens(marker)))),
    (Oddity::SpacesInsideHyphens, |place| {
        place.markers().any(|marker| inner(marker).starts_with(is_blank))
    }),
    (Oddity::LowerCaseLabel, |place| place.has_lower_case()),
    (Oddity::NoBreakSpace, |place| place.markers().any(|marker| marker.contains('\u{a0}'))),
    (Oddity::Pkcs8UnderOtherLabel, |place| {
        place.expected_label().is_some_and(|label| {
            label.ends_with(PKCS8) && label != place.block.label && !is_traditional(label)
        })
    }),
    (Oddity::TraditionalUnderPkcs8Label, |place| {
        place.block.label == PKCS8 && place.expected_label().is_some_and(is_traditional)
    }),
    (Oddity::TraditionalUnderOtherLabel, |place| {
        is_traditional(&place.block.label)
            && place
                .expected_label()
                .is_some_and(|label| is_traditional(label) && label != place.block.label)
    }),
    (Oddity::EncryptedUnderPkcs8Label, |place| {
        place.block.label == PKCS8 && place.is_encrypted_by_headers()
    }),
    (Oddity::EndLabelDiffers, |place| label(place.begin) != label(place.end)),
    (Oddity::Header, |place| !place.block.headers.is_empty() && !place.is_encrypted_by_headers()),
    (Oddity::OneLine, |place| {
        place.lines.len() == 1 && !place.has_literal_newlines() && !place.is_set_off()
    }),
    (Oddity::LiteralNewlines, |place| place.has_literal_newlines()),
    (Oddity::BodyOnBeginLine, |place| {
        place.lines.len() > 1
            && place.lines.first().is_some_and(|rest| !rest.trim().is_empty())
            && !place.is_set_off()
    }),
    (Oddity::EndOnBodyLine, |place| {
        place.lines.len() > 1 && place.lines.last().is_some_and(|rest| !rest.trim().is_empty())
    }),
    (Oddity::Indented, |place| place.is_indented()),
    (Oddity::BlanksInBody, |place| place.has_blanks_in_body() && !place.is_indented()),
    (Oddity::BlanksAfterBody, |place| {
        place.has_blanks_after_body() && !place.has_blanks_after_begin()
    }),
    (Oddity::BlanksAfterLines, |place| {
        place.has_blanks_after_body() && place.has_blanks_after_begin()
    }),
    (Oddity::ControlCharacters, |place| place.has_control_characters()),
    (Oddity::StrayCharacters, |place| place.has_stray_characters()),
    (Oddity::Unpadded, |place| place.padding() < 0),
    (Oddity::ExtraPadding, |place| place.padding() > 0),
    (Oddity::AfterPadding, |place| place.has_more_after_padding() && !place.has_literal_newlines()),
    (Oddity::LongLengths, |place| {
        let has = |whole| ber::to_der(whole).is_ok() && has_long_length(whole);
        place.element().is_some_and(|(element, _)| has(element.whole))
    }),
    (Oddity::OctetsInPieces, |place| {
        place.ber.as_deref().is_some_and(|ber| has_octets_in_pieces(ber).unwrap_or(false))
    }),
    (Oddity::BytesAfterDer, |place| place.element().is_some_and(|(_, rest)| !rest.is_empty())),
];

const PKCS8: &str = "PRIVATE KEY";

/// OCTET STRING, constructed (X.690 §8.7).
const CONSTRUCTED_OCTETS: u8 = 0x24;

impl<'a> Place<'a> {
    /// Builds the place of block number `at`, from 0.
    pub(super) fn new(whole: &'a Surroundings<'a>, at: usize) -> Self {
        let Surroundings { decoded: text, blocks, .. } = *whole;
        let block = &blocks[at];
        let inside = &text[block.inside.clone()];
        let one_before = at.checked_sub(1).map_or(0, |one| blocks[one].span.start);
        let is_plain_key = block.label.ends_with(PKCS8) && block.header("DEK-Info").is_none();
        let lines: Vec<&str> = inside.split(['\n', '\r']).collect();
        Self {
            text: whole,
            at,
            block,
            before: &text[one_before..block.span.start],
            begin: &text[block.span.start..block.inside.start],
            other_lines: between(&lines).filter(|line| !is_of_base64(line)).collect(),
            lines,
            inside,
            end: &text[block.inside.end..block.span.end],
            ber: is_plain_key.then(|| block.decode_to_padding().ok()).flatten(),
        }
    }

    pub(super) fn oddities(&self) -> impl Iterator<Item = Oddity> {
        TESTS.iter().filter(|(_, test)| test(self)).map(|(oddity, _)| *oddity)
    }

    fn markers(&self) -> impl Iterator<Item = &'a str> {
        [self.begin, self.end].into_iter()
    }

    /// Returns the lines of base64, without headers and text beside the markers.
    fn body(&self) -> impl Iterator<Item = &'a str> {
        between(&self.lines).filter(is_no_header)
    }

    /// Returns the lines of the body that may hold something else.
    fn other_lines(&self) -> impl Iterator<Item = &'a str> {
        self.other_lines.iter().copied().filter(is_no_header)
    }

    /// Returns the text before BEGIN on its line.
    fn indent(&self) -> &'a str {
        let line = self.before.rsplit(['\n', '\r']).next().unwrap_or_default();
        line.trim_start_matches('\u{feff}')
    }

    fn is_indented(&self) -> bool {
        let indent = self.indent();
        let mut body = self.body().filter(|line| !line.trim().is_empty()).peekable();
        !indent.is_empty()
            && indent.chars().all(is_blank)
            && body.peek().is_some()
            && body.all(|line| line.starts_with(is_blank))
    }

    fn has_blanks_after_begin(&self) -> bool {
        let rest = self.lines.first().copied().unwrap_or_default();
        self.lines.len() > 1 && !rest.is_empty() && rest.chars().all(is_blank)
    }

    /// Whether blanks stand in the body: what stands before its first character belongs to the line of BEGIN.
    fn has_blanks_in_body(&self) -> bool {
        let inside = |line: &str| line.trim_end().contains(is_blank);
        let mut body = self.body().skip_while(|line| line.trim().is_empty());
        let first = body.next().unwrap_or_default().trim_start_matches(is_blank);
        !self.other_lines.is_empty() && (inside(first) || body.any(inside))
    }

    fn has_blanks_after_body(&self) -> bool {
        self.other_lines().any(|line| !line.trim().is_empty() && line.ends_with(is_blank))
    }

    /// Returns whether only a blank separates the body of a certificate from BEGIN, and nothing else is wrong with it.
    fn is_set_off(&self) -> bool {
        self.block.label.ends_with("CERTIFICATE")
            && self.inside.starts_with(is_blank)
            && self.inside.trim().split(['\n', '\r']).all(is_of_base64)
    }

    fn has_literal_newlines(&self) -> bool {
        ["\\n", "\\r"].iter().any(|escape| self.inside.contains(escape))
    }

    fn has_stray_characters(&self) -> bool {
        let is_base64 = |c: char| u8::try_from(c).is_ok_and(pem::is_digit) || c == '=';
        let is_stray = |c: char| !is_base64(c) && !is_blank(c);
        self.other_lines().any(|line| line.trim_matches(is_control).contains(is_stray))
            && !self.has_literal_newlines()
    }

    fn has_control_characters(&self) -> bool {
        self.other_lines().any(|line| line.starts_with(is_control) || line.ends_with(is_control))
    }

    /// Whether what follows the first `=` of the body is more than `=` and blanks.
    fn has_more_after_padding(&self) -> bool {
        let body = self.body().chain(self.lines.last().copied());
        let mut padded = body.skip_while(|line| !line.contains('='));
        let behind = padded.next().and_then(|line| line.split_once('=')).map(|(_, behind)| behind);
        behind.into_iter().chain(padded).any(|line| line.bytes().any(pem::is_digit))
    }

    fn has_lower_case(&self) -> bool {
        let words = ["BEGIN", "END", "PRIVATE", "KEY", "CERTIFICATE"];
        let is_lower = |word: &str| {
            !words.contains(&word) && words.iter().any(|upper| upper.eq_ignore_ascii_case(word))
        };
        self.markers().any(|marker| inner(marker).split(char::is_whitespace).any(is_lower))
    }

    fn is_utf16(&self) -> bool {
        matches!(
            self.text.bytes,
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, _, 0, ..] | [0, _, 0, _, ..]
        )
    }

    fn is_encrypted_by_headers(&self) -> bool {
        self.block.header("DEK-Info").is_some()
    }

    /// Returns the number of superfluous `=`, negative if some are missing; zero if the body has other text that may
    /// look like base64.
    fn padding(&self) -> i32 {
        let others = !self.block.headers.is_empty()
            || self.has_literal_newlines()
            || self.has_stray_characters()
            || self.has_more_after_padding();
        if others {
            return 0;
        }
        let count = |is_such: fn(u8) -> bool| self.inside.bytes().filter(|c| is_such(*c)).count();
        let missing = count(pem::is_digit).wrapping_neg() % 4;
        count(|c| c == b'=').cmp(&missing) as i32
    }

    /// Returns the outermost element of the body, and what follows it.
    fn element(&self) -> Option<(Element<'_>, &[u8])> {
        Element::first(self.ber.as_deref()?).ok().filter(|(first, _)| first.tag == tag::SEQUENCE)
    }

    /// Returns the label for a structure like this one (RFC 7468 §10, §11, and what OpenSSL writes).
    fn expected_label(&self) -> Option<&'static str> {
        let ber = self.ber.as_deref()?;
        let first = self.element().map_or(ber.as_slice(), |(element, _)| element.whole);
        let der = ber::to_der(first).ok()?;
        match Structure::of(&der)? {
            Structure::PrivateKey(Encoding::Pkcs8) => Some(PKCS8),
            Structure::PrivateKey(Encoding::Pkcs1) => Some("RSA PRIVATE KEY"),
            Structure::PrivateKey(Encoding::Sec1) => Some("EC PRIVATE KEY"),
            Structure::PrivateKey(Encoding::TraditionalDsa) => Some("DSA PRIVATE KEY"),
            Structure::EncryptedPrivateKey => Some("ENCRYPTED PRIVATE KEY"),
            _ => None,
        }
    }
}

fn is_traditional(label: &str) -> bool {
    label != PKCS8 && label != "ENCRYPTED PRIVATE KEY"
}

fn is_commented_key(line: &str) -> bool {
    line.trim_start().starts_with('#') && line.contains("BEGIN") && line.contains(PKCS8)
}

fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}

/// Whether Java takes it off the ends of a line, and it is no blank.
fn is_control(character: char) -> bool {
    character < ' ' && !is_blank(character)
}

/// Returns the lines between the first and the last.
fn between<'a>(lines: &[&'a str]) -> impl Iterator<Item = &'a str> {
    lines.get(1..lines.len() - 1).unwrap_or_default().iter().copied()
}

fn is_no_header(line: &&str) -> bool {
    !line.contains(':')
}

/// Returns whether a line holds only base64 and padding, as nearly every line does.
fn is_of_base64(line: &str) -> bool {
    line.bytes().all(|byte| pem::is_digit(byte) || byte == b'=')
}

/// Returns a marker without the dashes around it.
fn inner(marker: &str) -> &str {
    marker.trim_matches(|c: char| c == '-' || !c.is_ascii() && c != '\u{a0}')
}

/// Counts the hyphens at the start and end of a marker.
fn hyphens(marker: &str) -> [usize; 2] {
    let without = marker.len();
    [without - marker.trim_start_matches('-').len(), without - marker.trim_end_matches('-').len()]
}

/// Other dashes count as none.
fn is_five(hyphens: [usize; 2]) -> bool {
    hyphens.iter().all(|count| matches!(count, 0 | 5))
}

/// Returns the label of a marker, in upper case with single spaces.
fn label(marker: &str) -> String {
    let words = inner(marker).split(char::is_whitespace).filter(|word| !word.is_empty()).skip(1);
    words.collect::<Vec<_>>().join(" ").to_ascii_uppercase()
}

/// Returns whether the third field of a structure, the octets of PKCS#8, is in pieces; its length may be indefinite.
fn has_octets_in_pieces(ber: &[u8]) -> Option<bool> {
    let length = *ber.get(1)?;
    let octets = if length > 0x80 { usize::from(length & 0x7f) } else { 0 };
    let (_version, rest) = Element::first(ber.get(2 + octets..)?).ok()?;
    let (_algorithm, rest) = Element::first(rest).ok()?;
    Some(rest.first() == Some(&CONSTRUCTED_OCTETS))
}

/// Returns whether a length in it takes more bytes than needed. For BER that [`ber::to_der`] accepts, whose depth is
/// limited.
fn has_long_length(elements: &[u8]) -> bool {
    let mut rest = elements;
    while let Ok((element, after)) = Element::first(rest) {
        let content = element.content.len();
        let octets = content.checked_ilog2().map_or(1, |log| log as usize / 8 + 1);
        let header = if content < 0x80 { 2 } else { 2 + octets };
        let is_constructed = element.tag & 0x20 != 0;
        if element.whole.len() - content > header
            || is_constructed && has_long_length(element.content)
        {
            return true;
        }
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Oddity};
    use crate::pem;

    #[test]
    fn what_is_written_has_nothing_odd() {
        let text = pem::encode("PRIVATE KEY", &[0x30, 3, 2, 1, 0]);
        assert_eq!(Layout::of(text.as_bytes()), Layout::default());
    }

    #[test]
    fn nested_bytes_do_not_exhaust_the_stack() {
        let nested = [0x30, 0x84, 0, 1, 0, 0].repeat(100_000);
        let text = pem::encode("PRIVATE KEY", &nested);
        let layout = Layout::of(text.as_bytes());
        assert_eq!(layout.oddities().collect::<Vec<_>>(), [Oddity::BytesAfterDer]);
    }
}
