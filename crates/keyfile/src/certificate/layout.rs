//! Layouts in which fixkey reads a certificate and Netty finds none, or none that is whole.

use crate::pem::{self, Block};

/// Netty, as far as it decides which certificates load: by the releases that were measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Netty {
    /// As 4.1.17 does it, with Logstash 6.4: the order of a chain is not looked at.
    Before4_1_49,
    /// As 4.1.48 does it, with the JDK's own TLS.
    Before4_1_79,
    /// As 4.1.118 does it: `PemReader` is new.
    From4_1_79,
}

impl Netty {
    /// Whether a chain that is out of order is refused when it is loaded. Source: what-logstash-loads.md,
    /// rows `chain-*`.
    #[must_use]
    pub fn refuses_chains_out_of_order(self) -> bool {
        self != Self::Before4_1_49
    }
}

/// A layout in which some Netty reads no certificate.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// What is peculiar, to follow "the certificate".
    pub what: &'static str,
    /// Whether Netty before 4.1.79 reads it.
    pub loads_before_4_1_79: bool,
    /// Whether Netty from 4.1.79 on reads it.
    pub loads_from_4_1_79: bool,
    /// How that is known.
    pub evidence: &'static str,
    /// The command that writes it as Netty reads it, with `{path}` and `{new}`.
    pub next_step: &'static str,
}

impl Layout {
    /// Whether this Netty reads it.
    #[must_use]
    pub fn loads(&self, netty: Netty) -> bool {
        if netty == Netty::From4_1_79 { self.loads_from_4_1_79 } else { self.loads_before_4_1_79 }
    }
}

const fn row(what: &'static str, evidence: &'static str, next_step: &'static str) -> Layout {
    Layout { what, loads_before_4_1_79: false, loads_from_4_1_79: false, evidence, next_step }
}

/// For layouts that were measured with keys. Source: what-logstash-loads.md, "Layout" of the truth table.
const AS_KEYS: &str =
    "measured with keys, which the same reader of Netty finds in the same way: it finds nothing";

/// Source: what-logstash-loads.md, row `cert-der`.
const DER: Layout = row(
    "is in DER, not in PEM",
    "Netty finds no certificate in such a file (measured on 4.1.17, 4.1.48 and 4.1.118)",
    "openssl x509 -inform DER -in {path} -out {new}",
);

/// Source: what-logstash-loads.md, row `cert-lower`.
const LOWER_CASE: Layout = Layout {
    loads_before_4_1_79: true,
    ..row(
        "has its label in lower case",
        "Netty finds no certificate under such a label from 4.1.79 on, and finds it before that (measured on 4.1.118, and on 4.1.17 and 4.1.48)",
        "sed 's/^-----.*-----$/\\U&/' {path} > {new}",
    )
};

/// Source: what-logstash-loads.md, rows `cert-indent` and `cert-trailspace`.
const BLANKS: Layout = row(
    "has blanks at the beginning or the end of its lines",
    "Netty finds no certificate in such a file, or takes its first line for the whole (measured on 4.1.17, 4.1.48 and 4.1.118)",
    "sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//' {path} > {new}",
);

/// Source: row `utf16le-bom`.
const UTF_16: Layout = row("is in UTF-16", AS_KEYS, "iconv -f UTF-16 -t UTF-8 {path} > {new}");

/// Source: row `literal-n`.
const LITERAL: Layout = row(
    "has `\\n` in the place of ends of lines",
    AS_KEYS,
    "printf '%b' \"$(cat {path})\" > {new}",
);

/// Source: rows `oneline-all` and `begin-body-sameline`.
const ONE_LINE: Layout = row(
    "has no end of line after its BEGIN line",
    AS_KEYS,
    "sed 's/-----BEGIN CERTIFICATE-----/&\\n/g; s/-----END CERTIFICATE-----/\\n&\\n/g' {path} > {new}",
);

/// Source: rows `unicode-dash`, `nbsp` and `spacelabel`.
const MARKERS: Layout = row(
    "has other dashes or blanks than it should in its BEGIN line",
    AS_KEYS,
    "write the line anew as -----BEGIN CERTIFICATE-----",
);

/// Source: rows `rfc1421hdr`, `commentinside` and `badb64`: N or a key that is cut short.
const OTHER_TEXT: Layout = row(
    "has other text between its BEGIN and END lines than base64",
    "measured with keys, which the same reader of Netty finds in the same way: it finds nothing, or only a part",
    "remove every line between BEGIN and END that is not base64",
);

/// What is peculiar in the layout of the certificates in a file, if some Netty does not read them so;
/// of several, what comes first. `None` also for a file in which there is no certificate.
#[must_use]
pub fn layout(bytes: &[u8]) -> Option<&'static Layout> {
    let text = source_text::decode(bytes);
    let blocks = pem::scan(&text).unwrap_or_default();
    let is_certificate = |block: &&Block<'_>| block.label.ends_with("CERTIFICATE");
    if blocks.is_empty() && bytes.first() == Some(&0x30) {
        return Some(&DER);
    }
    let mut certificates = blocks.iter().filter(is_certificate).peekable();
    certificates.peek()?;
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [_, 0, _, 0, ..] | [0, _, 0, _, ..]) {
        return Some(&UTF_16);
    }
    certificates.find_map(|block| of_block(&text[block.span.clone()]))
}

/// The same for one block, from the first dash of its BEGIN line to the last of its END line.
///
/// Netty looks for `-+BEGIN\s[^-]*CERTIFICATE[^-]*-+\s+`, then for base64 and ends of lines, then for the END line.
fn of_block(block: &str) -> Option<&'static Layout> {
    let Some(marker) = begin_marker(block) else { return Some(&MARKERS) };
    let (inside, end) = block[marker.len()..].rsplit_once("-----END").unwrap_or_else(|| {
        let rest = &block[marker.len()..];
        rest.rsplit_once("-----end").unwrap_or((rest, ""))
    });
    let is_lower = |text: &str| text.contains(|c: char| c.is_ascii_lowercase());
    let lower_case = (is_lower(marker) || is_lower(end)).then_some(&LOWER_CASE);
    of_inside(inside).or(lower_case)
}

/// The same for what stands between the BEGIN and the END line.
fn of_inside(inside: &str) -> Option<&'static Layout> {
    if inside.contains("\\n") || inside.contains("\\r") {
        return Some(&LITERAL);
    }
    if !inside.starts_with(|c: char| c.is_ascii_whitespace()) {
        return Some(&ONE_LINE);
    }
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=\r\n".contains(c);
    let mut others = inside.trim().chars().filter(|c| !is_base64(*c));
    let first = others.next()?;
    let is_blank = |c: char| c == ' ' || c == '\t';
    Some(if is_blank(first) && others.all(is_blank) { &BLANKS } else { &OTHER_TEXT })
}

/// The BEGIN line up to its last dash, where it is written with hyphens and blanks alone.
fn begin_marker(block: &str) -> Option<&str> {
    let label = block.trim_start_matches('-');
    let upper = label.get(..6)?.to_ascii_uppercase();
    if label.len() == block.len() || !["BEGIN ", "BEGIN\t"].contains(&upper.as_str()) {
        return None;
    }
    let length = label.find('-')?;
    let end = label[length..].find(|c| c != '-').unwrap_or(label.len() - length) + length;
    label[..length].is_ascii().then(|| &block[..block.len() - label.len() + end])
}
