//! How Netty treats certificates: their layout, their order, and the curve of their key.

use std::fmt;

use keyfile::certificate::{Certificate, Violation};
use keyfile::curve::SM2;
use keyfile::layout::Layout;
use keyfile::layout::Oddity::{
    self, BlanksAfterBody, BlanksAfterLines, BlanksInBody, BodyOnBeginLine, Header, Indented,
    LiteralNewlines, LowerCaseLabel, NoBreakSpace, NoHyphens, OneLine, SpacesInsideHyphens,
    StrayCharacters, Utf16,
};
use keyfile::public_key::PublicKey;

/// The versions of Netty that differ in which certificates load, by the measured releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Netty {
    /// As 4.1.17, with Logstash 6.4: the order of a chain is not checked.
    Before4_1_49,
    /// As 4.1.48, with the JDK's own TLS.
    Before4_1_79,
    /// As 4.1.118, with the new `PemReader`.
    From4_1_79,
}

impl Netty {
    /// Returns whether it refuses to load a chain that is out of order. Source: docs/what-logstash-loads.md §10, rows
    /// `chain-*`.
    #[must_use]
    pub fn refuses_chains_out_of_order(self) -> bool {
        self != Self::Before4_1_49
    }
}

/// A layout that some Netty does not read as a certificate.
#[derive(Debug, PartialEq, Eq)]
pub struct CertificateLayout {
    /// The oddity, to follow "the certificate".
    pub what: &'static str,
    /// Whether Netty before 4.1.79 reads it.
    loads_before_4_1_79: bool,
    /// The evidence.
    pub evidence: &'static str,
    /// How to rewrite it for Netty.
    pub next_step: NextStep,
}

/// How to rewrite a certificate file for Netty.
#[derive(Debug, PartialEq, Eq)]
pub enum NextStep {
    /// A command, with `{path}` for the file and `{new}` for the new one.
    Command(&'static str),
    /// A sentence.
    Action(&'static str),
}

impl CertificateLayout {
    /// Returns whether this Netty reads it.
    #[must_use]
    pub fn loads(&self, netty: Netty) -> bool {
        self.loads_before_4_1_79 && netty != Netty::From4_1_79
    }
}

const fn row(what: &'static str, evidence: &'static str, next_step: NextStep) -> CertificateLayout {
    CertificateLayout { what, loads_before_4_1_79: false, evidence, next_step }
}

/// The evidence for layouts that were measured with keys. Source: docs/what-logstash-loads.md §4.3.
const AS_KEYS: &str =
    "measured with keys, which the same reader of Netty finds in the same way: it finds nothing";

/// Source: docs/what-logstash-loads.md §10, row `cert-der`.
const DER: CertificateLayout = row(
    "is in DER, not in PEM",
    "Netty finds no certificate in such a file (measured on 4.1.17, 4.1.48 and 4.1.118)",
    NextStep::Command("openssl x509 -inform DER -in {path} -out {new}"),
);

/// Source: docs/what-logstash-loads.md §10, row `cert-lower`.
const LOWER_CASE: CertificateLayout = CertificateLayout {
    loads_before_4_1_79: true,
    ..row(
        "has its label in lower case",
        "Netty finds no certificate under such a label from 4.1.79 on, and finds it before that (measured on 4.1.118, and on 4.1.17 and 4.1.48)",
        NextStep::Command("sed 's/^-----.*-----$/\\U&/' {path} > {new}"),
    )
};

/// Source: docs/what-logstash-loads.md §10, rows `cert-indent` and `cert-trailspace`.
const BLANKS: CertificateLayout = row(
    "has blanks at the start or end of its lines",
    "Netty finds no certificate in such a file, or takes its first line for the whole (measured on 4.1.17, 4.1.48 and 4.1.118)",
    NextStep::Command("sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//' {path} > {new}"),
);

/// Source: row `utf16le-bom`.
const UTF_16: CertificateLayout =
    row("is in UTF-16", AS_KEYS, NextStep::Command("iconv -f UTF-16 -t UTF-8 {path} > {new}"));

/// Source: row `literal-n`.
const LITERAL: CertificateLayout = row(
    "has `\\n` in place of line ends",
    AS_KEYS,
    NextStep::Command("printf '%b' \"$(cat {path})\" > {new}"),
);

/// Source: rows `oneline-all` and `begin-body-sameline`.
const ONE_LINE: CertificateLayout = row(
    "has no line end after BEGIN CERTIFICATE",
    AS_KEYS,
    NextStep::Command(
        "sed 's/-----BEGIN CERTIFICATE-----/&\\n/g; s/-----END CERTIFICATE-----/\\n&\\n/g' {path} > {new}",
    ),
);

/// Source: rows `unicode-dash`, `nbsp` and `spacelabel`.
const MARKERS: CertificateLayout = row(
    "has wrong dashes or blanks in its BEGIN line",
    AS_KEYS,
    NextStep::Action("write the line as -----BEGIN CERTIFICATE-----"),
);

/// Source: rows `rfc1421hdr`, `commentinside` and `badb64`: N or a truncated key.
const OTHER_TEXT: CertificateLayout = row(
    "has text that is not base64 between BEGIN and END",
    "measured with keys, which the same reader of Netty finds in the same way: it finds nothing, or only a part",
    NextStep::Action("remove every line between BEGIN and END that is not base64"),
);

/// The layouts by their oddities; the first row that fits counts.
const LAYOUTS: &[(&[Oddity], CertificateLayout)] = &[
    (&[Utf16], UTF_16),
    (&[NoHyphens, NoBreakSpace, SpacesInsideHyphens], MARKERS),
    (&[LiteralNewlines], LITERAL),
    (&[OneLine, BodyOnBeginLine], ONE_LINE),
    (&[Header, StrayCharacters], OTHER_TEXT),
    (&[Indented, BlanksInBody, BlanksAfterBody, BlanksAfterLines], BLANKS),
    (&[LowerCaseLabel], LOWER_CASE),
];

/// Returns the layout of the certificates in a file, if some Netty does not read it; the first such certificate
/// decides. `None` also for a file without certificates.
#[must_use]
pub fn certificate_layout(bytes: &[u8]) -> Option<&'static CertificateLayout> {
    let layouts = Layout::of_certificates(bytes);
    if layouts.is_empty() && bytes.first() == Some(&0x30) {
        return Some(&DER);
    }
    layouts.iter().find_map(|layout| {
        let fits = |row: &&(&[Oddity], _)| row.0.iter().any(|oddity| layout.has(*oddity));
        LAYOUTS.iter().find(fits).map(|(_, found)| found)
    })
}

/// Returns whether Go finds a PEM certificate: markers that are lines of their own, from their first column on.
/// Source: docs/what-shippers-load.md §3.2; Go 1.26.6, `encoding/pem`.
#[must_use]
pub fn has_certificate_for_beats(bytes: &[u8]) -> bool {
    let mut has_begun = false;
    bytes.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii_end();
        has_begun |= line == b"-----BEGIN CERTIFICATE-----";
        has_begun && line == b"-----END CERTIFICATE-----"
    })
}

/// Why the JDK does not read a certificate, so that no Netty loads a file that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadByJdk<'a> {
    /// The numbers of its key's curve stand in it, not the name: `Only named ECParameters supported`. Source of the
    /// first three: docs/what-logstash-loads.md §10, rows `ec-p256-explcert`, `ec-p8-compressed-both` and `sm2-p8`.
    ExplicitParameters,
    /// The point of its key is compressed, or hybrid: `Only uncompressed point format supported`.
    NotUncompressed,
    /// Its key is on the curve SM2: `Unknown named curve: 1.2.156.10197.1.301`.
    Sm2,
    /// Its RSA key has a modulus over 3072 bits and an exponent over 64. Source: tests/data/keys-2/matrix.jsonl, row
    /// `rsa4096-e101bit`.
    LongExponent,
    /// It breaks a rule that the JDK checks. Source: tests/suite/certificates/jdk.rs, which asks the JDK; the rows
    /// `crt-serial-empty`, `crt-issuer-empty`, `crt-ext-twice` and `crt-bc-garbage-critical` of
    /// tests/data/keys-2/matrix.jsonl.
    Violation(&'a Violation),
}

/// Returns why the JDK does not read a certificate; `None` where it does.
#[must_use]
pub fn unread_by_jdk(certificate: &Certificate) -> Option<UnreadByJdk<'_>> {
    let of_key = unread_key(&certificate.public_key);
    of_key.or_else(|| certificate.violation.as_ref().map(UnreadByJdk::Violation))
}

/// Why Go does not read a certificate, so that no shipper does. Source: docs/what-shippers-load.md §3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadByGo<'a> {
    /// Its serial number is negative: `x509: negative serial number`.
    NegativeSerial,
    /// It has this extension twice: `x509: certificate contains duplicate extensions`.
    ExtensionTwice(&'a str),
    /// A name in `subjectAltName` is not ASCII: `x509: SAN dNSName is malformed`.
    NameBeyondAscii,
}

impl fmt::Display for UnreadByGo<'_> {
    /// Writes what follows "the certificate".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NegativeSerial => f.write_str("has a negative serial number"),
            Self::ExtensionTwice(name) => write!(f, "has the extension {name} twice"),
            Self::NameBeyondAscii => f.write_str("has a name in subjectAltName that is not ASCII"),
        }
    }
}

/// Returns why Go does not read a certificate; `None` where it does. Go before 1.23 reads negative serial numbers.
#[must_use]
pub fn unread_by_go(
    certificate: &Certificate,
    refuses_negative_serial: bool,
) -> Option<UnreadByGo<'_>> {
    if certificate.usage.has_negative_serial && refuses_negative_serial {
        return Some(UnreadByGo::NegativeSerial);
    }
    if let Some(Violation::ExtensionTwice(name)) = &certificate.violation {
        return Some(UnreadByGo::ExtensionTwice(name));
    }
    certificate.usage.has_name_beyond_ascii.then_some(UnreadByGo::NameBeyondAscii)
}

fn unread_key(key: &PublicKey) -> Option<UnreadByJdk<'static>> {
    let is_over = |bits: Option<usize>, most| bits.is_some_and(|bits| bits > most);
    if is_over(key.rsa_bits(), 3072) && is_over(key.rsa_exponent_bits(), 64) {
        return Some(UnreadByJdk::LongExponent);
    }
    let encoding = key.ec_encoding()?;
    match encoding.curve_name {
        None => Some(UnreadByJdk::ExplicitParameters),
        Some(SM2) => Some(UnreadByJdk::Sm2),
        Some(_) if !encoding.has_uncompressed_point => Some(UnreadByJdk::NotUncompressed),
        Some(_) => None,
    }
}
