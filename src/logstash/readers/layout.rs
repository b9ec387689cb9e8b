//! How the text of a private key is laid out, as far as it sets a file apart for those who read it.

mod facts;
mod place;

use std::collections::BTreeSet;

use super::{Judgement, Reader, Verdict};
use crate::{pem, source};
use place::Place;

/// What is unusual in the text of a private key.
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
    /// Another block that is no private key comes first; `EC PARAMETERS` is a matter of [`super::Form`].
    OtherBlockBefore,
    /// Something stands before BEGIN on its line.
    TextBeforeBegin,
    /// Blanks follow BEGIN on its line, and no line of the body.
    BlanksAfterBegin,
    /// Dashes that are no hyphens enclose BEGIN or END.
    NoHyphens,
    /// Four hyphens, or six and more, enclose BEGIN or END.
    HyphenCount,
    /// Blanks stand between BEGIN or END and its hyphens.
    SpacesInsideHyphens,
    /// BEGIN, END or the label are not in upper case.
    LowerCaseLabel,
    /// The label has a no-break space.
    NoBreakSpace,
    /// The label is not the one of the PKCS#8 structure that follows.
    Pkcs8UnderOtherLabel,
    /// The label is `PRIVATE KEY`, and PKCS#1, SEC1 or the old DSA form follows.
    TraditionalUnderPkcs8Label,
    /// END has another label than BEGIN.
    EndLabelDiffers,
    /// A key that is not encrypted has headers (RFC 1421 §4.6).
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
    /// Lines of the body begin with blanks, or have some in between; the rest does not.
    BlanksInBody,
    /// Lines of the body end with blanks, BEGIN's does not.
    BlanksAfterBody,
    /// Lines end with blanks, BEGIN's too.
    BlanksAfterLines,
    /// Characters that are not base64 and no blanks stand in the body.
    StrayCharacters,
    /// The `=` that fill up the last four characters are missing.
    Unpadded,
    /// There are more `=` than fill up the last four characters.
    ExtraPadding,
    /// A length takes more bytes than DER gives it (X.690 §10.1).
    LongLengths,
    /// The OCTET STRING of a PKCS#8 key is written in pieces, as BER allows (X.690 §8.7.3).
    OctetsInPieces,
    /// Bytes follow the end of the DER.
    BytesAfterDer,
}

/// What is unusual in how the first private key of a file is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout(BTreeSet<Oddity>);

impl Layout {
    /// The layout of the first private key in a file: of PEM text, also such as only Java reads. Nothing is
    /// odd about what is not there, or binary.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let text = source::decode(bytes);
        let blocks = pem::scan_as_java(&text).unwrap_or_default();
        let place = Place::first(bytes, &text, &blocks);
        Self(place.map(|place| place.oddities().collect()).unwrap_or_default())
    }

    /// What is unusual, in a fixed order.
    pub fn oddities(&self) -> impl Iterator<Item = Oddity> {
        self.0.iter().copied()
    }
}

/// What `reader` makes of a key for what is unusual in its layout, whatever the key: the worst of it.
#[must_use]
pub fn judge_layout(reader: Reader, layout: &Layout) -> Judgement {
    let judgements = layout.oddities().map(|oddity| judge_oddity(reader, oddity));
    judgements
        .max_by_key(|judgement| judgement.verdict)
        .unwrap_or(Judgement { verdict: Verdict::Loads, evidence: facts::USUAL })
}

/// What `reader` makes of a key for this oddity, whatever the key and its other oddities.
#[must_use]
pub fn judge_oddity(reader: Reader, oddity: Oddity) -> Judgement {
    let fits =
        |fact: &&facts::Fact| fact.readers.contains(&reader) && fact.oddities.contains(&oddity);
    facts::FACTS.iter().find(fits).map_or(
        Judgement { verdict: Verdict::NotKnown, evidence: super::facts::NOT_KNOWN },
        |fact| Judgement { verdict: fact.verdict, evidence: fact.evidence },
    )
}

impl Oddity {
    /// What is unusual, in words for people: a sentence about the key. Writing the key anew, as `fix` and
    /// the bare command do, removes every oddity that `file::recognise` reads through.
    #[must_use]
    pub fn description(self) -> &'static str {
        facts::DESCRIPTIONS
            .iter()
            .find(|row| row.0 == self)
            .map_or("its layout is odd", |row| row.1)
    }

    /// Whether writing the key anew removes it: not where fixkey refuses to read the file, which is where
    /// what follows the key, or its END, may be what it was meant to be.
    #[must_use]
    pub fn is_repaired_by_conversion(self) -> bool {
        !matches!(self, Self::EndLabelDiffers | Self::BytesAfterDer)
    }
}
