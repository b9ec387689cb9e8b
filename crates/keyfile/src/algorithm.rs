//! The algorithms of keys: object identifiers, usual names, parameters (RFC 3279, RFC 5480, RFC 8410).

use der::Encode as _;
use der::asn1::{ObjectIdentifier, UintRef};

/// rsaEncryption (RFC 8017 §A.1).
pub const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// rsa of X.509 (ITU-T X.509 Annex H), which Java and OpenSSL take for rsaEncryption.
pub const X500_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.8.1.1");
/// id-RSASSA-PSS (RFC 4055 §3.1).
pub const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
/// id-ecPublicKey (RFC 5480 §2.1.1).
pub const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// id-dsa (RFC 3279 §2.3.2).
pub const DSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10040.4.1");
/// dhKeyAgreement (PKCS #3 §9).
pub const DH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1");

/// id-ecDH (RFC 5480 §2.1.2).
pub const ECDH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.1.12");
/// sha256WithRSAEncryption (RFC 8017 §A.2.4), which is the name of a signature and not of a key.
pub const SHA256_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// Algorithms whose keys pass through unread; source: PKCS #3 §9, RFC 3279 §2.3.3, RFC 8017 §A.2.1, RFC 5480 §2.1.2,
/// NIST's Computer Security Objects Register.
const OTHERS: &[(ObjectIdentifier, &str)] = &[
    (DH, "DH"),
    (ObjectIdentifier::new_unwrap("1.2.840.10046.2.1"), "X9.42 DH"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.7"), "RSA-OAEP"),
    (SHA256_RSA, "sha256WithRSAEncryption"),
    (ECDH, "ECDH"),
    (ObjectIdentifier::new_unwrap("1.3.132.1.13"), "ECMQV"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"), "ML-DSA-44"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"), "ML-DSA-65"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"), "ML-DSA-87"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.1"), "ML-KEM-512"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.2"), "ML-KEM-768"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.4.3"), "ML-KEM-1024"),
];

/// Returns the name of an algorithm whose keys pass through unread.
pub(crate) fn name_of_other(oid: ObjectIdentifier) -> Option<&'static str> {
    OTHERS.iter().find(|(known, _)| *known == oid).map(|(_, name)| *name)
}

/// One of the algorithms of RFC 8410, whose keys are strings of octets.
#[derive(PartialEq, Eq)]
pub struct OctetsAlgorithm {
    /// Its usual name.
    pub name: &'static str,
    /// Its object identifier (RFC 8410 §3).
    pub oid: ObjectIdentifier,
    /// How many bytes a private key has.
    pub length: usize,
}

const fn row(name: &'static str, oid: &str, length: usize) -> OctetsAlgorithm {
    OctetsAlgorithm { name, oid: ObjectIdentifier::new_unwrap(oid), length }
}

/// Source: RFC 8410 §3, RFC 8032 §5, RFC 7748 §5.
const OF_OCTETS: &[OctetsAlgorithm] = &[
    row("X25519", "1.3.101.110", 32),
    row("X448", "1.3.101.111", 56),
    row("Ed25519", "1.3.101.112", 32),
    row("Ed448", "1.3.101.113", 57),
];

/// Finds an algorithm of RFC 8410.
pub(crate) fn of_octets(oid: ObjectIdentifier) -> Option<&'static OctetsAlgorithm> {
    OF_OCTETS.iter().find(|algorithm| algorithm.oid == oid)
}

/// Writes `Dss-Parms` (RFC 3279 §2.3.2) in DER.
pub(crate) fn dss_parms(numbers: [&[u8]; 3]) -> der::Result<Vec<u8>> {
    let [p, q, g] = numbers.map(UintRef::new);
    vec![p?, q?, g?].to_der()
}
