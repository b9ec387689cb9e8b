//! Keys that are one string of octets: Ed25519, Ed448, X25519, X448 (RFC 8410).

use super::{Defect, Error};
use crate::algorithm::OctetsAlgorithm;
use crate::ber::{Element, tag};
use crate::public_key::PublicKey;

/// A private key that is one string of octets.
pub struct OctetsKey<'a> {
    /// Which algorithm it is for.
    pub algorithm: &'static OctetsAlgorithm,
    /// The `CurvePrivateKey`, an OCTET STRING, whole.
    pub(super) private_key: Element<'a>,
}

impl<'a> OctetsKey<'a> {
    /// Reads a `CurvePrivateKey` (RFC 8410 §7).
    ///
    /// # Errors
    /// [`Error::Damaged`] when it is not an OCTET STRING of the algorithm's length.
    pub(super) fn new(
        algorithm: &'static OctetsAlgorithm,
        private_key: &'a [u8],
    ) -> Result<Self, Error> {
        let private_key = Element::only(private_key)?;
        if private_key.tag != tag::OCTET_STRING || private_key.content.len() != algorithm.length {
            return Err(Error::Damaged(Defect::WrongLength));
        }
        Ok(Self { algorithm, private_key })
    }

    /// Returns the public key: computed for Ed25519, else as stated beside the private key.
    pub(super) fn public_key(&self, stated: Option<&[u8]>) -> Option<PublicKey> {
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
