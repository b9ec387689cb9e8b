//! The layout of the text of a private key or certificate, as far as readers differ.

mod place;

use std::collections::BTreeSet;

use crate::file::Foreign;
use crate::pem::{self, Block};
use place::{Place, Surroundings};

/// An oddity in the text of a private key or certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Oddity {
    /// The file begins with the byte-order mark of UTF-8.
    ByteOrderMark,
    /// The file is UTF-16.
    Utf16,
    /// Lines end with CR and LF.
    Crlf,
    /// Lines end with CR alone.
    CrAlone,
    /// Another key before this one is commented out with `#`.
    CommentedKeyBefore,
    /// A private key in OpenSSH's format comes first.
    ForeignKeyBefore,
    /// Another block that is no private key comes first; `EC PARAMETERS` is none of them.
    OtherBlockBefore,
    /// Text precedes BEGIN on its line.
    TextBeforeBegin,
    /// Blanks follow BEGIN on its line, without a line of the body.
    BlanksAfterBegin,
    /// Dashes other than hyphens enclose BEGIN or END.
    NoHyphens,
    /// Four hyphens, or more than five, enclose BEGIN or END.
    HyphenCount,
    /// Blanks separate BEGIN or END from its hyphens.
    SpacesInsideHyphens,
    /// BEGIN, END or the label is not in upper case.
    LowerCaseLabel,
    /// The label has a no-break space.
    NoBreakSpace,
    /// The label does not belong to the PKCS#8 structure that follows.
    Pkcs8UnderOtherLabel,
    /// The label is `PRIVATE KEY`, and PKCS#1, SEC1 or the old DSA form follows.
    TraditionalUnderPkcs8Label,
    /// The label is that of another traditional form than the one that follows.
    TraditionalUnderOtherLabel,
    /// The label is `PRIVATE KEY`, and headers say that the body is encrypted (RFC 1421 §4.6).
    EncryptedUnderPkcs8Label,
    /// END has another label than BEGIN.
    EndLabelDiffers,
    /// An unencrypted key has headers (RFC 1421 §4.6).
    Header,
    /// BEGIN, body and END are on one line.
    OneLine,
    /// The line ends are written out, as `\n`.
    LiteralNewlines,
    /// The body begins on the line of BEGIN.
    BodyOnBeginLine,
    /// END is on the last line of the body.
    EndOnBodyLine,
    /// BEGIN and every line of the body begin with blanks.
    Indented,
    /// Lines of the body begin with blanks or contain some; the other lines do not.
    BlanksInBody,
    /// Lines of the body end with blanks, but BEGIN's does not.
    BlanksAfterBody,
    /// Lines end with blanks, BEGIN's too.
    BlanksAfterLines,
    /// Control characters stand where a line of the body begins or ends, as a form feed.
    ControlCharacters,
    /// Characters that are not base64 and no blanks stand in the body.
    StrayCharacters,
    /// The `=` padding of the last four characters is missing.
    Unpadded,
    /// There is too much `=` padding.
    ExtraPadding,
    /// Other characters follow the `=` at the end of the body.
    AfterPadding,
    /// A length takes more bytes than DER gives it (X.690 §10.1).
    LongLengths,
    /// The OCTET STRING of a PKCS#8 key is in pieces, as BER allows (X.690 §8.7.3).
    OctetsInPieces,
    /// Bytes follow the end of the DER.
    BytesAfterDer,
}

/// The oddities in the layout of a private key or certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout(BTreeSet<Oddity>);

impl Layout {
    /// Returns the layout of the first private key in a file: of PEM text, even text that only a lenient reader
    /// accepts. A missing or binary key has no oddities.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let text = source_text::decode(bytes);
        let blocks = pem::scan_lenient(&text).unwrap_or_default();
        let is_key =
            |block: &Block<'_>| block.label.ends_with("PRIVATE KEY") && !is_of_foreign_key(block);
        let first = blocks.iter().position(is_key);
        let text = Surroundings::new(bytes, &text, &blocks);
        let place = first.map(|first| Place::new(&text, first));
        Self(place.map(|place| place.oddities().collect()).unwrap_or_default())
    }

    /// Returns the layouts of the certificates in a file of PEM text, in order.
    #[must_use]
    pub fn of_certificates(bytes: &[u8]) -> Vec<Self> {
        let text = source_text::decode(bytes);
        let blocks = pem::scan(&text).unwrap_or_default();
        let is_certificate = |at: &usize| blocks[*at].label.ends_with("CERTIFICATE");
        let text = Surroundings::new(bytes, &text, &blocks);
        let layout = |at| Self(Place::new(&text, at).oddities().collect());
        (0..blocks.len()).filter(is_certificate).map(layout).collect()
    }

    /// Returns whether it has this oddity.
    #[must_use]
    pub fn has(&self, oddity: Oddity) -> bool {
        self.0.contains(&oddity)
    }

    /// Returns the oddities in a fixed order.
    pub fn oddities(&self) -> impl Iterator<Item = Oddity> {
        self.0.iter().copied()
    }
}

/// Whether a block is a private key by its label, in a form that is not read here.
fn is_of_foreign_key(block: &Block<'_>) -> bool {
    block.label.ends_with("PRIVATE KEY")
        && Foreign::by_label(&block.label, || block.decode().ok()).is_some()
}

impl Oddity {
    /// Returns every oddity of a key, in the order of the checks.
    pub fn all() -> impl Iterator<Item = Self> {
        place::TESTS.iter().map(|(oddity, _)| *oddity)
    }

    /// Returns a sentence about the key for people. Rewriting the key removes every oddity that `recognise` accepts.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "it starts with a byte-order mark",
            Self::Utf16 => "it is in UTF-16",
            Self::Crlf => "it has Windows line ends (CRLF)",
            Self::CrAlone => "its line ends are CR alone",
            Self::CommentedKeyBefore => "a commented-out key comes before it",
            Self::ForeignKeyBefore => "a private key in OpenSSH format comes before it",
            Self::OtherBlockBefore => "another block comes before it",
            Self::TextBeforeBegin => "BEGIN is not at the start of its line",
            Self::BlanksAfterBegin => "blanks follow the BEGIN line",
            Self::NoHyphens => "the dashes around BEGIN or END are not hyphens",
            Self::HyphenCount => "BEGIN or END does not have five hyphens on each side",
            Self::SpacesInsideHyphens => "there are blanks between the hyphens and BEGIN or END",
            Self::LowerCaseLabel => "its label is in lower case",
            Self::NoBreakSpace => "its label has a no-break space",
            Self::Pkcs8UnderOtherLabel => "it is PKCS#8, but has another label",
            Self::TraditionalUnderPkcs8Label => "it is not PKCS#8, but has the label of PKCS#8",
            Self::TraditionalUnderOtherLabel => "its label is that of another kind of key",
            Self::EncryptedUnderPkcs8Label => {
                "it is encrypted by its headers, but has the label of PKCS#8"
            }
            Self::EndLabelDiffers => "BEGIN and END have different labels",
            Self::Header => "it has headers before the body",
            Self::OneLine => "it is on one line",
            Self::LiteralNewlines => "it has \"\\n\" in place of line ends",
            Self::BodyOnBeginLine => "the body begins on the BEGIN line",
            Self::EndOnBodyLine => "END is on the last line of the body",
            Self::Indented => "its lines are indented",
            Self::BlanksInBody => "the body contains blanks",
            Self::BlanksAfterBody => "lines of the body end with blanks",
            Self::BlanksAfterLines => "its lines end with blanks",
            Self::ControlCharacters => "the body contains control characters",
            Self::StrayCharacters => "the body contains characters that are not base64",
            Self::Unpadded => "the \"=\" at the end of the body is missing",
            Self::ExtraPadding => "the body ends with too many \"=\"",
            Self::AfterPadding => "characters follow the \"=\" at the end of the body",
            Self::OctetsInPieces => "it has a constructed octet string, which DER does not allow",
            Self::LongLengths => "its lengths are longer than DER allows",
            Self::BytesAfterDer => "extra bytes follow the DER structure",
        }
    }

    /// Returns whether rewriting the key removes it: not if `recognise` refuses the file, since what follows the key,
    /// or its END, may be what was meant.
    #[must_use]
    pub fn is_repaired_by_conversion(self) -> bool {
        !matches!(self, Self::EndLabelDiffers | Self::AfterPadding | Self::BytesAfterDer)
    }
}
