//! What RFC 5280 forbids in a certificate that can be read all the same.

use std::collections::HashSet;

use thiserror::Error;
use x509_parser::prelude::{AlgorithmIdentifier, ParsedExtension, X509Certificate, X509Extension};

use crate::ber::Element;

/// What a certificate does that RFC 5280 forbids, to follow "the certificate".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Violation {
    /// Its serial number is an INTEGER of no octets (X.690 §8.3.1).
    #[error("has an empty serial number")]
    EmptySerial,
    /// It has no issuer (RFC 5280 §4.1.2.4).
    #[error("has an empty issuer")]
    EmptyIssuer,
    /// It has no subject, and no critical `subjectAltName` in its place (RFC 5280 §4.1.2.6).
    #[error("has an empty subject, and no critical subjectAltName")]
    EmptySubject,
    /// It has fields that came with a later version (RFC 5280 §4.1.2.1, RFC 5280 §4.1.2.8, RFC 5280 §4.1.2.9).
    #[error("has fields that version {0} of X.509 does not allow")]
    Version(u32),
    /// The algorithm of its signature is another than the one that it signs (RFC 5280 §4.1.1.2).
    #[error("has two different signature algorithms")]
    SignatureAlgorithms,
    /// It has an extension twice (RFC 5280 §4.2).
    #[error("has the extension {0} twice")]
    ExtensionTwice(String),
    /// A critical extension is none of its kind (RFC 5280 §4.2.1).
    #[error("has an invalid critical extension: {0}")]
    CriticalExtension(&'static str),
}

/// The extensions of RFC 5280 §4.2.1, by the last arc of their object identifiers beneath `id-ce`, 2.5.29.
const EXTENSIONS: [(u8, &str); 13] = [
    (14, "subjectKeyIdentifier"),
    (15, "keyUsage"),
    (17, "subjectAltName"),
    (18, "issuerAltName"),
    (19, "basicConstraints"),
    (30, "nameConstraints"),
    (31, "cRLDistributionPoints"),
    (32, "certificatePolicies"),
    (33, "policyMappings"),
    (35, "authorityKeyIdentifier"),
    (36, "policyConstraints"),
    (37, "extKeyUsage"),
    (54, "inhibitAnyPolicy"),
];

const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 17];

impl Violation {
    /// Returns the first that a certificate commits.
    pub(super) fn of(certificate: &X509Certificate<'_>) -> Option<Self> {
        let extensions = certificate.extensions();
        if certificate.raw_serial().is_empty() {
            return Some(Self::EmptySerial);
        }
        if has_later_fields(certificate) {
            return Some(Self::Version(certificate.version.0.saturating_add(1)));
        }
        if let Some(twice) = twice(extensions) {
            return Some(Self::ExtensionTwice(name(twice)));
        }
        if let Some(invalid) = extensions.iter().find_map(invalid_critical) {
            return Some(Self::CriticalExtension(invalid));
        }
        if certificate.issuer().iter().next().is_none() {
            return Some(Self::EmptyIssuer);
        }
        let names = |one: &&X509Extension<'_>| one.oid.as_bytes() == ALTERNATIVE_NAMES;
        let is_named = extensions.iter().find(names).is_some_and(|names| names.critical);
        // Without any extension the JDK lets it pass.
        if certificate.subject().iter().next().is_none() && !extensions.is_empty() && !is_named {
            return Some(Self::EmptySubject);
        }
        let (inner, outer) = (&certificate.signature, &certificate.signature_algorithm);
        (!is_same(inner, outer)).then_some(Self::SignatureAlgorithms)
    }
}

fn has_later_fields(certificate: &X509Certificate<'_>) -> bool {
    let has_identifiers = certificate.issuer_uid.is_some() || certificate.subject_uid.is_some();
    match certificate.version.0 {
        0 => has_identifiers || !certificate.extensions().is_empty(),
        2 => false,
        _ => !certificate.extensions().is_empty(),
    }
}

fn twice<'a>(extensions: &'a [X509Extension<'a>]) -> Option<&'a X509Extension<'a>> {
    let mut seen = HashSet::new();
    extensions.iter().find(|one| !seen.insert(one.oid.as_bytes()))
}

/// Returns the name of an extension that is critical and known, and cannot be read.
fn invalid_critical(extension: &X509Extension<'_>) -> Option<&'static str> {
    let name = known(extension).filter(|_| extension.critical)?;
    let is_invalid = match extension.parsed_extension() {
        ParsedExtension::ParseError { .. } => true,
        ParsedExtension::SubjectAlternativeName(names) => names.general_names.is_empty(),
        _ => Element::only(extension.value).is_err(),
    };
    is_invalid.then_some(name)
}

fn known(extension: &X509Extension<'_>) -> Option<&'static str> {
    let [0x55, 0x1d, arc] = extension.oid.as_bytes() else { return None };
    EXTENSIONS.iter().find(|(known, _)| known == arc).map(|(_, name)| *name)
}

fn name(extension: &X509Extension<'_>) -> String {
    known(extension).map_or_else(|| extension.oid.to_id_string(), str::to_owned)
}

/// Whether two are the same algorithm: parameters of NULL are none.
fn is_same(one: &AlgorithmIdentifier<'_>, other: &AlgorithmIdentifier<'_>) -> bool {
    const NULL: u32 = 5;
    let parameters = |of: &AlgorithmIdentifier<'_>| {
        let found = of.parameters.as_ref().filter(|found| found.tag().0 != NULL);
        found.map(|found| (found.tag().0, found.data.to_vec()))
    };
    one.algorithm == other.algorithm && parameters(one) == parameters(other)
}
