//! Keys that are one string of octets: Ed25519, Ed448, X25519, X448 (RFC 8410).

use der::asn1::ObjectIdentifier;

use super::{Defect, Error};
use crate::ber::{Element, tag};
use crate::public_key::PublicKey;

/// One of the algorithms of RFC 8410.
#[derive(PartialEq, Eq)]
pub struct Algorithm {
    /// Its usual name.
    pub name: &'static str,
    /// Its object identifier (RFC 8410 §3).
    pub oid: ObjectIdentifier,
    /// Bytes of a private key.
    pub length: usize,
}

/// Source: RFC 8410 §3, RFC 8032 §5, RFC 7748 §5.
const ALGORITHMS: &[Algorithm] = &[
    Algorithm { name: "X25519", oid: ObjectIdentifier::new_unwrap("1.3.101.110"), length: 32 },
    Algorithm { name: "X448", oid: ObjectIdentifier::new_unwrap("1.3.101.111"), length: 56 },
    Algorithm { name: "Ed25519", oid: ObjectIdentifier::new_unwrap("1.3.101.112"), length: 32 },
    Algorithm { name: "Ed448", oid: ObjectIdentifier::new_unwrap("1.3.101.113"), length: 57 },
];

/// The algorithm with this object identifier.
#[must_use]
pub fn algorithm(oid: ObjectIdentifier) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.oid == oid)
}

/// A private key that is one string of octets.
pub struct OctetsKey<'a> {
    /// Which algorithm it is for.
    pub algorithm: &'static Algorithm,
    /// The `CurvePrivateKey`, an OCTET STRING, whole.
    pub private_key: Element<'a>,
}

impl<'a> OctetsKey<'a> {
    /// Reads a `CurvePrivateKey` (RFC 8410 §7).
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not an OCTET STRING of the algorithm's length.
    pub fn new(algorithm: &'static Algorithm, private_key: &'a [u8]) -> Result<Self, Error> {
        let private_key = Element::only(private_key)?;
        if private_key.tag != tag::OCTET_STRING || private_key.content.len() != algorithm.length {
            return Err(Error::Damaged(Defect::WrongLength));
        }
        Ok(Self { algorithm, private_key })
    }

    /// The public key: computed for Ed25519, else as stated beside the private key.
    #[must_use]
    pub fn public_key(&self, stated: Option<&[u8]>) -> Option<PublicKey> {
        let public = self.computed().or_else(|| stated.map(<[u8]>::to_vec))?;
        PublicKey::octets(self.algorithm.oid, &public).ok()
    }

    fn computed(&self) -> Option<Vec<u8>> {
        let seed = self.private_key.content.try_into().ok()?;
        (self.algorithm.name == "Ed25519").then(|| {
            ed25519_dalek::SigningKey::from_bytes(seed).verifying_key().to_bytes().to_vec()
        })
    }
}
