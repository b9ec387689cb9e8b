//! Certificates: the contents of their files, and how they form a chain (RFC 5280).

mod chain;
mod signature;
mod usage;
pub mod verification;
mod violation;

pub use chain::{Chain, Fault, Missing, Order};
pub use usage::Usage;
pub use violation::Violation;

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use time::OffsetDateTime;
use x509_parser::prelude::{FromDer as _, X509Certificate, X509Name};

use crate::file::{self, Entry, Foreign, What};
use crate::public_key::{Fingerprint, PublicKey};

/// A certificate, with the fields that matter to load, present or verify it.
pub struct Certificate {
    /// The line, from 1, on which its block begins; `None` in a binary file.
    pub line: Option<usize>,
    /// The subject in the form of RFC 4514; not yet escaped for a terminal.
    pub subject: String,
    /// The issuer, in the same form.
    pub issuer: String,
    /// The serial number in hexadecimal, as `openssl x509 -serial` prints it.
    pub serial: String,
    /// Its public key, including keys that other readers refuse ([`PublicKey::ec_encoding`]).
    pub public_key: PublicKey,
    /// The first moment at which it is valid, UTC.
    pub not_before: OffsetDateTime,
    /// The last moment at which it is valid, UTC.
    pub not_after: OffsetDateTime,
    /// Its permitted uses and names.
    pub usage: Usage,
    /// The weak digest of its signature: `SHA-1`, `MD5` or `MD2`; `None` if the digest is not weak.
    pub weak_digest: Option<&'static str>,
    /// What it does that RFC 5280 forbids.
    pub violation: Option<Violation>,
    /// SHA-256 of the certificate in DER.
    pub fingerprint: Fingerprint,
    /// The certificate in DER.
    pub der: Vec<u8>,
    subject_to_compare: Vec<u8>,
    issuer_to_compare: Vec<u8>,
}

/// The side of a connection that presents a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It accepts connections.
    Server,
    /// It connects, and presents its certificate on request (RFC 8446 §4.4.2).
    Client,
}

/// Why a file has no readable certificate.
#[derive(Debug, Error)]
pub enum Error {
    /// The file holds something else.
    #[error("this is {}, not a certificate", .0.name())]
    Other(Other),
    /// A block of the file is broken.
    #[error(transparent)]
    Broken(#[from] file::Error),
    /// The structure cannot be read as a certificate.
    #[error("the certificate is damaged: it is not valid X.509")]
    Damaged,
}

/// What a file holds instead of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Other {
    /// A private key.
    PrivateKey,
    /// Curve parameters.
    EcParameters,
    /// Another known format.
    Foreign(Foreign),
}

impl Other {
    /// Returns its name, to follow "this is".
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::PrivateKey => "a private key".to_owned(),
            Self::EcParameters => "a set of curve parameters".to_owned(),
            Self::Foreign(Foreign::UnknownText) => "text without PEM blocks".to_owned(),
            Self::Foreign(foreign) => foreign.name(),
        }
    }
}

/// Returns the first certificate in a file: the leaf, whose key the server holds (RFC 8446 §4.4.2).
///
/// # Errors
/// When there is none or it is broken.
pub fn leaf(entries: &[Entry]) -> Result<Certificate, Error> {
    let first = entries.iter().find_map(|entry| match &entry.what {
        What::Certificate(der) => Some(Certificate::from_der(der, entry.line)),
        What::Broken(error) => Some(Err(error.clone().into())),
        _ => None,
    });
    first.unwrap_or_else(|| Err(nothing_but(entries)))
}

/// Returns every certificate in a file, in order.
///
/// # Errors
/// When there is none or one of them is damaged.
pub fn chain(entries: &[Entry]) -> Result<Chain, Error> {
    let mut all = Vec::new();
    let (mut broken, mut among, mut beside) = (None, None, None);
    for entry in entries {
        match &entry.what {
            What::Certificate(der) => all.push(Certificate::from_der(der, entry.line)?),
            What::Broken(error) => broken = broken.or(Some(error)),
            what => {
                beside = beside.or_else(|| Some((other(what), entry.line)));
                if entry.is_labelled_certificate() {
                    among = among.or(Some((what, entry.line)));
                }
            }
        }
    }
    let mut all = all.into_iter();
    match (all.next(), broken) {
        (Some(leaf), broken) => {
            let among = among.map(|(what, line)| Fault::Among { what: other(what).name(), line });
            let fault = among.or_else(|| broken.cloned().map(Fault::Broken));
            Ok(Chain { leaf, others: all.collect(), fault, beside })
        }
        (None, Some(error)) => Err(error.clone().into()),
        (None, None) => Err(nothing_but(entries)),
    }
}

fn other(what: &What) -> Other {
    match what {
        What::EcParameters(_) => Other::EcParameters,
        What::Foreign(foreign) => Other::Foreign(foreign.clone()),
        _ => Other::PrivateKey,
    }
}

fn nothing_but(entries: &[Entry]) -> Error {
    let first = entries.first().map(|entry| other(&entry.what));
    Error::Other(first.unwrap_or(Other::Foreign(Foreign::Empty)))
}

impl Certificate {
    /// Reads a certificate in DER that begins on `line` of its file.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn from_der(der: &[u8], line: Option<usize>) -> Result<Self, Error> {
        let (_, read) = X509Certificate::from_der(der).map_err(|_| Error::Damaged)?;
        let public_key = PublicKey::from_spki(read.public_key().raw).map_err(|_| Error::Damaged)?;
        Ok(Self {
            line,
            subject: read.subject().to_string(),
            issuer: read.issuer().to_string(),
            serial: serial(read.raw_serial()),
            public_key,
            not_before: read.validity().not_before.to_datetime(),
            not_after: read.validity().not_after.to_datetime(),
            usage: Usage::of(&read),
            violation: Violation::of(&read),
            weak_digest: weak_digest(&read.signature_algorithm.algorithm.to_id_string()),
            fingerprint: Fingerprint(Sha256::digest(der).into()),
            der: der.to_vec(),
            subject_to_compare: to_compare(read.subject()),
            issuer_to_compare: to_compare(read.issuer()),
        })
    }

    /// Returns whether its issuer has its own name, as in a root and a self-signed certificate. The signature is not
    /// checked, and no client checks it: it trusts such a certificate or does not.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.is_issued_by(self)
    }

    /// Returns whether `issuer` has the name of its issuer, which is all that the JDK compares
    /// (`PKCS12KeyStore.validateChain`, `X500Principal.equals`).
    #[must_use]
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        self.issuer_to_compare == issuer.subject_to_compare
    }

    /// Returns a description in one line; not yet escaped for a terminal.
    #[must_use]
    pub fn description(&self) -> String {
        let issuer = if self.is_self_issued() {
            "issued by itself".to_owned()
        } else {
            format!("issued by \"{}\"", self.issuer)
        };
        format!(
            "certificate \"{}\", {}, valid {} to {}, {issuer}",
            self.subject,
            self.public_key,
            self.not_before.date(),
            self.not_after.date()
        )
    }
}

/// Returns the number of an INTEGER (X.690 §8.3) in hexadecimal, without zeros in front.
fn serial(octets: &[u8]) -> String {
    let is_negative = octets.first().is_some_and(|first| first & 0x80 != 0);
    let mut magnitude = octets.to_vec();
    if is_negative {
        // Of two's complement: every bit the other way, and one more.
        let mut carries = true;
        for octet in magnitude.iter_mut().rev() {
            (*octet, carries) = (!*octet).overflowing_add(u8::from(carries));
        }
    }
    let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
    let magnitude = &magnitude[zeros.min(magnitude.len().saturating_sub(1))..];
    let sign = if is_negative { "-" } else { "" };
    magnitude.iter().fold(sign.to_owned(), |mut text, octet| {
        let _ = write!(text, "{octet:02X}");
        text
    })
}

/// Source: RFC 8017 §A.2.4, RFC 3279 §2.2, RFC 5758 §3, OIW's `secsig`. RSA-PSS states its digest separately and is not
/// examined.
const WEAK_SIGNATURES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.1.2", "MD2"),
    ("1.2.840.113549.1.1.4", "MD5"),
    ("1.2.840.113549.1.1.5", "SHA-1"),
    ("1.3.14.3.2.29", "SHA-1"),
    ("1.2.840.10040.4.3", "SHA-1"),
    ("1.2.840.10045.4.1", "SHA-1"),
];

fn weak_digest(algorithm: &str) -> Option<&'static str> {
    WEAK_SIGNATURES.iter().find(|(known, _)| *known == algorithm).map(|(_, digest)| *digest)
}

/// Returns a name in the form that the JDK compares: without case, the number of blanks, and string types (RFC 5280
/// §7.1).
fn to_compare(name: &X509Name<'_>) -> Vec<u8> {
    let mut parts = Vec::new();
    for relative in name.iter() {
        let mut attributes: Vec<Vec<u8>> = relative
            .iter()
            .map(|attribute| {
                let oid = attribute.attr_type().to_id_string();
                match attribute.as_str() {
                    Ok(text) => {
                        let words: Vec<&str> = text.split_whitespace().collect();
                        format!("{oid}={}", words.join(" ").to_lowercase()).into_bytes()
                    }
                    Err(_) => [oid.as_bytes(), b"=#", attribute.as_slice()].concat(),
                }
            })
            .collect();
        attributes.sort_unstable();
        for attribute in attributes {
            parts.extend_from_slice(&attribute.len().to_be_bytes());
            parts.extend_from_slice(&attribute);
        }
        parts.push(b'/');
    }
    parts
}
