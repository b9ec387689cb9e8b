//! Converts BER to DER, the only encoding of a value, whatever length forms the input uses (X.690).

use std::ops::Range;

use thiserror::Error;
use zeroize::{Zeroize as _, Zeroizing};

/// Deeper than any key or certificate; keeps hostile input from exhausting the stack.
const DEEPEST: usize = 32;

/// A multi-prime RSA key has its further primes one level down.
const MOST_CHILDREN: usize = 64;

/// Larger than any key by far; limits the time and memory that hostile input takes.
const LARGEST: usize = 1 << 20;

const CONSTRUCTED: u8 = 0x20;

/// Identifier octets of the types that key structures are made of (X.690 §8.1.2).
pub mod tag {
    /// INTEGER
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING
    pub const OCTET_STRING: u8 = 0x04;
    /// OBJECT IDENTIFIER
    pub const OBJECT_IDENTIFIER: u8 = 0x06;
    /// SEQUENCE
    pub const SEQUENCE: u8 = 0x30;
    /// `[0]`, constructed
    pub const CONTEXT_0: u8 = 0xa0;
    /// `[1]`, constructed
    pub const CONTEXT_1: u8 = 0xa1;
    /// `[1]`, primitive
    pub const CONTEXT_1_PRIMITIVE: u8 = 0x81;
}

/// Why bytes are not exactly one BER element.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An outer or inner element is longer than the bytes there are.
    #[error("truncated: {found} of {expected} bytes")]
    Truncated {
        /// Bytes that the element and its header need.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// Bytes follow the outermost element.
    #[error("{0} extra bytes after the end of the DER structure")]
    Trailing(usize),
    /// A tag or length that BER does not allow.
    #[error("invalid DER at byte {0}")]
    Malformed(usize),
    /// Nested deeper than any key.
    #[error("the DER structure is nested too deeply")]
    TooDeep,
    /// Larger than any key, in bytes.
    #[error("too large for a key: {0} bytes")]
    TooLarge(usize),
}

/// One element of definite length.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    /// The first identifier octet: class, constructed or not, number.
    pub tag: u8,
    /// The content octets.
    pub content: &'a [u8],
    /// Header and content.
    pub whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Returns the element at the start of `input`, and what follows it.
    ///
    /// # Errors
    /// As [`to_der`], except that bytes may follow the element.
    pub fn first(input: &'a [u8]) -> Result<(Self, &'a [u8]), Error> {
        let header = Header::read(input, 0)?;
        let length = header.length.ok_or(Error::Malformed(0))?;
        let content = header.range(length, input.len())?;
        let (whole, rest) = input.split_at(content.end);
        Ok((Self { tag: input[0], content: &input[content], whole }, rest))
    }

    /// Returns the element that `input` consists of.
    ///
    /// # Errors
    /// As [`to_der`].
    pub fn only(input: &'a [u8]) -> Result<Self, Error> {
        match Self::first(input)? {
            (element, []) => Ok(element),
            (_, rest) => Err(Error::Trailing(rest.len())),
        }
    }

    /// Returns the one element inside an explicitly tagged one.
    ///
    /// # Errors
    /// As [`to_der`].
    pub(crate) fn inner(&self) -> Result<Self, Error> {
        Self::only(self.content)
    }

    /// Returns the whole bytes of a BIT STRING.
    ///
    /// # Errors
    /// When bits of its last byte are unused, or the count of these is missing.
    pub(crate) fn bit_string(&self) -> Result<&'a [u8], Error> {
        match self.content {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(Error::Malformed(0)),
        }
    }

    /// Returns the elements inside a constructed one, or inside a string that wraps DER.
    ///
    /// # Errors
    /// As [`to_der`]; also when there are more elements than in any key structure.
    pub fn children(&self) -> Result<Vec<Self>, Error> {
        let mut children = Vec::new();
        let mut rest = self.content;
        while !rest.is_empty() {
            if children.len() == MOST_CHILDREN {
                return Err(Error::Malformed(self.whole.len() - rest.len()));
            }
            let (child, after) = Self::first(rest)?;
            children.push(child);
            rest = after;
        }
        Ok(children)
    }
}

/// Converts the single BER element in `input` to DER: definite, minimal lengths, and strings in one piece.
///
/// # Errors
/// When `input` is not exactly one element: truncated, followed by more, or malformed.
pub fn to_der(input: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    if input.len() > LARGEST {
        return Err(Error::TooLarge(input.len()));
    }
    let mut der = Zeroizing::new(Vec::with_capacity(input.len() + 8));
    let end = Normaliser { input }.element(0, input.len(), 0, &mut der)?;
    match input.len() - end {
        0 => Ok(der),
        more => Err(Error::Trailing(more)),
    }
}

/// Writes an element with the contents joined.
pub(crate) fn element(tag: u8, contents: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let content = Zeroizing::new(contents.concat());
    let mut der = Zeroizing::new(Vec::with_capacity(content.len() + 8));
    write(&[tag], &content, &mut der);
    der
}

/// The identifier and length octets of an element.
struct Header {
    /// The identifier octets.
    tag: Range<usize>,
    /// Where the content begins.
    content: usize,
    /// Content length in bytes; `None` is the indefinite form (X.690 §8.1.3.6).
    length: Option<usize>,
}

impl Header {
    fn read(input: &[u8], start: usize) -> Result<Self, Error> {
        let truncated = |expected| Error::Truncated { expected, found: input.len() };
        let byte = |at: usize| input.get(at).copied().ok_or(truncated(at + 1));
        let mut at = start + 1;
        if byte(start)? & 0x1f == 0x1f {
            while byte(at)? & 0x80 != 0 {
                at += 1;
            }
            at += 1;
        }
        let tag = start..at;
        let first = byte(at)?;
        at += 1;
        let length = match first {
            0x80 => None,
            0..0x80 => Some(usize::from(first)),
            _ => {
                let octets = usize::from(first & 0x7f);
                let digits = input.get(at..at + octets).ok_or(truncated(at + octets))?;
                at += octets;
                Some(big_endian(digits).ok_or(Error::Malformed(start))?)
            }
        };
        Ok(Self { tag, content: at, length })
    }

    fn range(&self, length: usize, limit: usize) -> Result<Range<usize>, Error> {
        let end = self.content.saturating_add(length);
        if end > limit {
            return Err(Error::Truncated { expected: end, found: limit });
        }
        Ok(self.content..end)
    }
}

fn big_endian(digits: &[u8]) -> Option<usize> {
    digits
        .iter()
        .try_fold(0usize, |value, digit| value.checked_mul(256)?.checked_add(usize::from(*digit)))
}

struct Normaliser<'a> {
    input: &'a [u8],
}

impl Normaliser<'_> {
    /// Writes the element that begins at `start` and must end by `limit`; returns where it ends.
    fn element(
        &self,
        start: usize,
        limit: usize,
        depth: usize,
        der: &mut Zeroizing<Vec<u8>>,
    ) -> Result<usize, Error> {
        if depth > DEEPEST {
            return Err(Error::TooDeep);
        }
        let header = Header::read(&self.input[..limit], start)?;
        let identifier = &self.input[header.tag.clone()];
        if identifier[0] & CONSTRUCTED == 0 {
            let length = header.length.ok_or(Error::Malformed(start))?;
            let content = header.range(length, limit)?;
            write(identifier, &self.input[content.clone()], der);
            return Ok(content.end);
        }
        let capacity = header.length.unwrap_or(0).min(limit - start);
        let mut inner = Zeroizing::new(Vec::with_capacity(capacity));
        let end = self.children(&header, limit, depth, &mut inner)?;
        if identifier[0] == tag::OCTET_STRING | CONSTRUCTED {
            write(&[tag::OCTET_STRING], &joined(&inner)?, der);
        } else {
            write(identifier, &inner, der);
        }
        Ok(end)
    }

    fn children(
        &self,
        header: &Header,
        limit: usize,
        depth: usize,
        inner: &mut Zeroizing<Vec<u8>>,
    ) -> Result<usize, Error> {
        let mut at = header.content;
        let Some(length) = header.length else {
            while !self.input[at..limit].starts_with(&[0, 0]) {
                at = self.element(at, limit, depth + 1, inner)?;
            }
            return Ok(at + 2);
        };
        let end = header.range(length, limit)?.end;
        while at < end {
            at = self.element(at, end, depth + 1, inner)?;
        }
        Ok(end)
    }
}

/// Joins the primitive strings of a constructed one.
fn joined(pieces: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut whole = Zeroizing::new(Vec::with_capacity(pieces.len()));
    let mut rest = pieces;
    while !rest.is_empty() {
        let (piece, after) = Element::first(rest)?;
        whole.extend_from_slice(piece.content);
        rest = after;
    }
    Ok(whole)
}

/// Appends an element. Grows the buffer by hand, so that the old one is erased.
fn write(tag: &[u8], content: &[u8], der: &mut Zeroizing<Vec<u8>>) {
    let mut length = content.len().to_be_bytes();
    let significant = length.iter().skip_while(|byte| **byte == 0).count();
    let needed = der.len() + tag.len() + 1 + significant + content.len();
    if der.capacity() < needed {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed * 2));
        larger.extend_from_slice(der);
        *der = larger;
    }
    der.extend_from_slice(tag);
    if let Ok(short @ 0..0x80) = u8::try_from(content.len()) {
        der.push(short);
    } else {
        der.push(0x80 | u8::try_from(significant).unwrap_or(0));
        der.extend_from_slice(&length[length.len() - significant..]);
    }
    der.extend_from_slice(content);
    length.zeroize();
}
