//! Recognises a DER structure by the types of its fields, never by a label.

use std::fmt;

use crate::ber::{Element, tag};

/// The encoding of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `RSAPrivateKey` (RFC 8017 §A.1.2).
    Pkcs1,
    /// `ECPrivateKey` (RFC 5915 §3).
    Sec1,
    /// OpenSSL's own sequence of six integers.
    TraditionalDsa,
    /// `PrivateKeyInfo` or `OneAsymmetricKey` (RFC 5958 §2).
    Pkcs8,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs1 => "PKCS#1",
            Self::Sec1 => "SEC1",
            Self::TraditionalDsa => "traditional DSA",
            Self::Pkcs8 => "PKCS#8",
        })
    }
}

/// The structures that people use as private keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Structure {
    /// An unencrypted private key.
    PrivateKey(Encoding),
    /// `EncryptedPrivateKeyInfo` (RFC 5958 §3).
    EncryptedPrivateKey,
    /// `Certificate` (RFC 5280 §4.1).
    Certificate,
    /// `CertificationRequest` (RFC 2986 §4.2).
    CertificateRequest,
    /// `CertificateList` (RFC 5280 §5.1).
    Crl,
    /// `SubjectPublicKeyInfo` (RFC 5280 §4.1), or a bare `RSAPublicKey` (RFC 8017 §A.1.1).
    PublicKey,
    /// `ContentInfo` of signed data (RFC 5652 §3).
    Pkcs7,
    /// `PFX` (RFC 7292 §4).
    Pkcs12,
    /// `ECParameters` (RFC 5480 §2.1.1).
    EcParameters,
    /// `DHParameter` (PKCS #3 §9).
    DhParameters,
}

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// id-data (RFC 5652 §4), as the content of its OBJECT IDENTIFIER.
const ID_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

impl Structure {
    /// Recognises the DER element `der`; `None` for an unknown structure.
    pub(crate) fn of(der: &[u8]) -> Option<Self> {
        use tag::{BIT_STRING, CONTEXT_0, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE};
        let whole = Element::only(der).ok()?;
        if whole.tag == OBJECT_IDENTIFIER {
            return Some(Self::EcParameters);
        }
        let fields = whole.children().ok()?;
        let tags: Vec<u8> = fields.iter().map(|field| field.tag).collect();
        match (whole.tag, tags.as_slice()) {
            (SEQUENCE, [INTEGER, SEQUENCE, OCTET_STRING, ..]) => {
                Some(Self::PrivateKey(Encoding::Pkcs8))
            }
            (SEQUENCE, [INTEGER, OCTET_STRING, ..]) => Some(Self::PrivateKey(Encoding::Sec1)),
            (SEQUENCE, [INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, more @ ..]) => {
                match more {
                    [] => Some(Self::PrivateKey(Encoding::TraditionalDsa)),
                    [INTEGER, INTEGER, INTEGER, ..] => Some(Self::PrivateKey(Encoding::Pkcs1)),
                    _ => None,
                }
            }
            (SEQUENCE, [SEQUENCE, OCTET_STRING]) => Some(Self::EncryptedPrivateKey),
            (SEQUENCE, [SEQUENCE, BIT_STRING]) => Some(Self::PublicKey),
            (SEQUENCE, [SEQUENCE, SEQUENCE, BIT_STRING]) => Self::signed(fields[0]),
            (SEQUENCE, [OBJECT_IDENTIFIER, CONTEXT_0]) => Some(Self::Pkcs7),
            (SEQUENCE, [INTEGER, SEQUENCE, ..]) => Self::pkcs12_or_curve(&fields),
            (SEQUENCE, [INTEGER, INTEGER] | [INTEGER, INTEGER, INTEGER]) => {
                Some(Self::public_key_or_dh(fields[1]))
            }
            _ => None,
        }
    }

    /// Recognises a signed structure: a certificate, a request, a revocation list.
    fn signed(content: Element<'_>) -> Option<Self> {
        use tag::{CONTEXT_0, INTEGER, SEQUENCE};
        let tags: Vec<u8> = content.children().ok()?.iter().map(|field| field.tag).collect();
        match tags.as_slice() {
            [INTEGER, SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..]
            | [SEQUENCE, SEQUENCE, UTC_TIME | GENERALIZED_TIME, ..] => Some(Self::Crl),
            [CONTEXT_0, INTEGER, ..] | [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, ..] => {
                Some(Self::Certificate)
            }
            [INTEGER, SEQUENCE, SEQUENCE, ..] => Some(Self::CertificateRequest),
            _ => None,
        }
    }

    fn pkcs12_or_curve(fields: &[Element<'_>]) -> Option<Self> {
        match (fields[0].content, fields[1].children().ok()?.first()?.content) {
            ([3], ID_DATA) => Some(Self::Pkcs12),
            ([1..=3], _) if fields.len() >= 5 => Some(Self::EcParameters),
            _ => None,
        }
    }

    /// Recognises two or three numbers: n and e, where e is large or 3; or p, g, and perhaps a length.
    fn public_key_or_dh(second: Element<'_>) -> Self {
        match second.content {
            [3] | [_, _, ..] => Self::PublicKey,
            _ => Self::DhParameters,
        }
    }
}
