//! The facts about how each reader treats a layout, one per row; the first row that fits counts.

use super::Reader::{
    self, BouncyCastle, Manticore, Netty, NettyFrom4_1_49, NettyFrom4_1_80, NettyFrom4_1_97,
    OpensslRsa,
};
use super::Verdict::{self, Loads, LoadsUndocumented, Refuses};
use super::facts::{BEATS, NOT_KNOWN};
use super::{Family, Form, Judgement, judge};
use Keys::{Any, EncryptedPkcs8, OfBouncyCastle};
use keyfile::layout::Oddity::{
    self, AfterPadding, BlanksAfterBegin, BlanksAfterBody, BlanksAfterLines, BlanksInBody,
    BodyOnBeginLine, ByteOrderMark, BytesAfterDer, CommentedKeyBefore, ControlCharacters, CrAlone,
    Crlf, EncryptedUnderPkcs8Label, EndLabelDiffers, EndOnBodyLine, ExtraPadding, ForeignKeyBefore,
    Header, HyphenCount, Indented, LiteralNewlines, LongLengths, LowerCaseLabel, NoBreakSpace,
    NoHyphens, OctetsInPieces, OneLine, OtherBlockBefore, Pkcs8UnderOtherLabel,
    SpacesInsideHyphens, StrayCharacters, TextBeforeBegin, TraditionalUnderOtherLabel,
    TraditionalUnderPkcs8Label, Unpadded, Utf16,
};

/// What `reader` makes of a key of this form and family for this oddity, whatever its other oddities.
#[must_use]
pub fn judge_oddity(reader: Reader, form: Form, family: Family, oddity: Oddity) -> Judgement {
    let is_such = |keys| match keys {
        Keys::Any => true,
        Keys::EncryptedPkcs8 => matches!(form, Form::EncryptedPkcs8(_)),
        Keys::OfBouncyCastle => judge(reader, form, family).verdict == LoadsUndocumented,
    };
    let fits = |fact: &&Fact| {
        fact.readers.contains(&reader) && fact.oddities.contains(&oddity) && is_such(fact.keys)
    };
    FACTS.iter().find(fits).map_or(
        Judgement { verdict: Verdict::NotKnown, evidence: NOT_KNOWN },
        |fact| Judgement { verdict: fact.verdict, evidence: fact.evidence },
    )
}

/// How readers treat a key with one of these oddities.
struct Fact {
    keys: Keys,
    readers: &'static [Reader],
    oddities: &'static [Oddity],
    verdict: Verdict,
    /// What was measured, or read in source if it says so.
    evidence: &'static str,
}

/// The keys that a fact is about.
#[derive(Clone, Copy)]
enum Keys {
    Any,
    /// Encrypted PKCS#8.
    EncryptedPkcs8,
    /// Those in a form that Netty loads by `BouncyCastle` alone, such as PKCS#1: its parser refuses some layouts that
    /// Netty's own reads.
    OfBouncyCastle,
}

/// Before 4.1.80, which makes no difference for keys.
const OLD: &[Reader] = &[Netty, NettyFrom4_1_49];
const NEW: &[Reader] = &[NettyFrom4_1_80, NettyFrom4_1_97];
const EVERY_NETTY: &[Reader] = &[Netty, NettyFrom4_1_49, NettyFrom4_1_80, NettyFrom4_1_97];

/// Source: docs/what-logstash-loads.md §4.3, §4.4 and the rows of §10 (308 pairs through the
/// beats input's own Java on Netty 4.1.17, 4.1.48, 4.1.118 with and without `BouncyCastle` 1.72, JDK 17)
/// for Netty; docs/plugins-and-settings.md §5.4, §3 and §4 for the others. What was measured is PKCS#8 of RSA; for PKCS#1
/// of RSA docs/what-logstash-loads.md §8.8.
#[rustfmt::skip]
const FACTS: &[Fact] = &[
    // Keys that only BouncyCastle loads, and encrypted ones
    Fact { keys: OfBouncyCastle, readers: &[NettyFrom4_1_97], oddities: &[BlanksAfterLines], verdict: LoadsUndocumented,
        evidence: "Logstash 8.15.0 and 9.0.0 load PKCS#1 with blanks at the ends of its lines, and 8.8.2 does not (measured): only BouncyCastle reads it, which Logstash happens to bring and no documentation promises" },
    Fact { keys: OfBouncyCastle, readers: NEW, oddities: &[ByteOrderMark, TextBeforeBegin, EndLabelDiffers], verdict: Refuses,
        evidence: "only BouncyCastle reads this kind of key, and its parser does not read this layout (measured with PKCS#1 on Logstash 8.8.2, 8.15.0 and 9.0.0)" },
    Fact { keys: OfBouncyCastle, readers: NEW, oddities: &[
            BlanksAfterBegin, HyphenCount, EndOnBodyLine, ExtraPadding, AfterPadding,
        ], verdict: Refuses,
        evidence: "only BouncyCastle reads this kind of key, and its parser does not read this layout (measured with PKCS#1 on BouncyCastle 1.72)" },
    Fact { keys: EncryptedPkcs8, readers: EVERY_NETTY, oddities: &[BytesAfterDer], verdict: Refuses,
        evidence: "Java refuses an encrypted key with bytes behind it (measured on Netty 4.1.17, 4.1.48, 4.1.74 and 4.1.118 with JDK 11, 17 and 21)" },

    // Every Netty
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[ForeignKeyBefore], verdict: Refuses,
        evidence: "Netty takes the first block whose label ends with PRIVATE KEY for the key, and refuses one in OpenSSH's format (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[TraditionalUnderOtherLabel, EncryptedUnderPkcs8Label], verdict: Refuses,
        evidence: "Netty refuses a key under the label of another form, with BouncyCastle too, which goes by the label (measured on 4.1.17, 4.1.48 and 4.1.118)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[Indented], verdict: Refuses,
        evidence: "Netty refuses a key whose lines are indented (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[BlanksAfterLines], verdict: Refuses,
        evidence: "Netty refuses a key whose lines, BEGIN's too, end with blanks (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[OneLine, LiteralNewlines, BodyOnBeginLine], verdict: Refuses,
        evidence: "Netty wants a line end after BEGIN, and finds no private key without one (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[SpacesInsideHyphens, NoHyphens, NoBreakSpace, Utf16], verdict: Refuses,
        evidence: "Netty finds no private key in the file (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[StrayCharacters], verdict: Refuses,
        evidence: "Netty refuses a body with other characters than those of base64 (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[Unpadded], verdict: Refuses,
        evidence: "Netty before 4.2 refuses base64 without the \"=\" at its end (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without; 4.2.13 loads it)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[TraditionalUnderPkcs8Label], verdict: Refuses,
        evidence: "Netty refuses PKCS#1 and SEC1 under the label of PKCS#8 (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[BytesAfterDer], verdict: LoadsUndocumented,
        evidence: "Java 17 passes over what follows the key; Java 21 and 25 refuse it (measured with Netty 4.1.118: extra data at the end)" },
    Fact { keys: Any, readers: EVERY_NETTY, oddities: &[
            ByteOrderMark, Crlf, CrAlone, OtherBlockBefore, TextBeforeBegin, BlanksAfterBegin, HyphenCount,
            Pkcs8UnderOtherLabel, EndLabelDiffers, EndOnBodyLine, ExtraPadding, AfterPadding,
        ], verdict: Loads,
        evidence: "Netty loads it (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },

    // Netty before 4.1.79, whose reader is this one
    Fact { keys: Any, readers: OLD, oddities: &[LowerCaseLabel, CommentedKeyBefore], verdict: Loads,
        evidence: "Netty 4.1.17 and 4.1.48 load it (measured; 4.1.118 refuses a label in lower case)" },
    Fact { keys: Any, readers: OLD, oddities: &[BlanksAfterBody, BlanksInBody], verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 find no private key where blanks stand in its body (measured)" },
    Fact { keys: Any, readers: OLD, oddities: &[ControlCharacters], verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 find no private key if its body contains a form feed (measured)" },
    Fact { keys: Any, readers: OLD, oddities: &[Header], verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 find no private key where headers stand before its body (measured)" },
    // Source: interop/tests/check.rs, with Debian's Netty.
    Fact { keys: Any, readers: OLD, oddities: &[OctetsInPieces], verdict: Refuses,
        evidence: "the JDK refuses a key whose octets are written in pieces (measured on Netty 4.1.48 with JDK 17: DER input not an octet string)" },
    Fact { keys: Any, readers: OLD, oddities: &[LongLengths], verdict: Refuses,
        evidence: "Java 17 refuses lengths that are longer than DER has them (measured on Netty 4.1.17 and 4.1.48: Redundant length bytes found; Java 21 and 25 load them)" },

    // Netty from 4.1.80; what was measured is 4.1.118
    Fact { keys: Any, readers: NEW, oddities: &[LowerCaseLabel], verdict: Refuses,
        evidence: "Netty from 4.1.79 wants BEGIN and its label in upper case (measured on 4.1.118, with BouncyCastle and without)" },
    Fact { keys: Any, readers: NEW, oddities: &[CommentedKeyBefore], verdict: LoadsUndocumented,
        evidence: "Netty from 4.1.79 takes the key that is commented out for the first one, and loads the file only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118)" },
    Fact { keys: Any, readers: NEW, oddities: &[BlanksAfterBody], verdict: LoadsUndocumented,
        evidence: "Netty reads blanks at the ends of lines only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured: 4.1.17, 4.1.48 and 4.1.118 refuse it without)" },
    Fact { keys: Any, readers: NEW, oddities: &[ControlCharacters], verdict: LoadsUndocumented,
        evidence: "Netty reads a form feed in the body only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118; 4.1.17 and 4.1.48 refuse it)" },
    Fact { keys: Any, readers: NEW, oddities: &[Header], verdict: LoadsUndocumented,
        evidence: "Netty reads headers only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured: 4.1.17, 4.1.48 and 4.1.118 refuse it without)" },
    Fact { keys: Any, readers: NEW, oddities: &[LongLengths], verdict: LoadsUndocumented,
        evidence: "Java before 21 refuses lengths that are longer than DER has them, except where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on Netty 4.1.118)" },

    // BouncyCastle's PEMParser
    Fact { keys: Any, readers: &[BouncyCastle], oddities: &[ByteOrderMark], verdict: Refuses,
        evidence: "BouncyCastle's parser finds no key after a byte-order mark (measured)" },
    Fact { keys: Any, readers: &[BouncyCastle], oddities: &[Indented], verdict: Refuses,
        evidence: "BouncyCastle's parser finds no key where the lines are indented (measured)" },
    Fact { keys: Any, readers: &[BouncyCastle], oddities: &[OtherBlockBefore], verdict: Refuses,
        evidence: "BouncyCastle's parser takes the first block of the file, which is no key (measured with a certificate and with EC PARAMETERS)" },
    Fact { keys: Any, readers: &[BouncyCastle], oddities: &[Crlf], verdict: Loads,
        evidence: "BouncyCastle's parser reads CR and LF as line ends (measured)" },

    // OpenSSL::PKey::RSA of jruby-openssl
    Fact { keys: Any, readers: &[OpensslRsa], oddities: &[ByteOrderMark, Crlf, Indented, OtherBlockBefore], verdict: Loads,
        evidence: "jruby-openssl loads it (measured on 0.14.0)" },

    // Manticore
    Fact { keys: Any, readers: &[Manticore], oddities: &[Crlf, ByteOrderMark, Indented], verdict: Refuses,
        evidence: "Manticore finds no key in it and sends no client certificate, without a word (measured)" },
    Fact { keys: Any, readers: &[Manticore], oddities: &[CrAlone, TextBeforeBegin], verdict: Refuses,
        evidence: "Manticore wants lines that end with LF, and BEGIN at the start of its line (by its source)" },
    Fact { keys: Any, readers: &[Manticore], oddities: &[OtherBlockBefore], verdict: Loads,
        evidence: "Manticore passes over a certificate before the key (measured)" },

    // Beats and Elastic Agent. Source: docs/what-shippers-load.md §3.2.
    Fact { keys: Any, readers: BEATS, oddities: &[
            ByteOrderMark, Utf16, CrAlone, Indented, OneLine, LiteralNewlines, BodyOnBeginLine, EndLabelDiffers, HyphenCount,
            NoHyphens, SpacesInsideHyphens, EndOnBodyLine, LowerCaseLabel, EncryptedUnderPkcs8Label,
        ], verdict: Refuses,
        evidence: "Beats find no private key in it (measured with Go 1.21, 1.24 and 1.26)" },
    Fact { keys: Any, readers: BEATS, oddities: &[
            Crlf, OtherBlockBefore, TextBeforeBegin, Pkcs8UnderOtherLabel, TraditionalUnderOtherLabel,
            TraditionalUnderPkcs8Label, BlanksAfterBegin,
        ], verdict: Loads,
        evidence: "Beats load it (measured with Go 1.21, 1.24 and 1.26)" },
];
