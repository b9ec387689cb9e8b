//! The signatures of certificates, for rustls-webpki: RSA (RFC 8017), ECDSA (SEC 1) and Ed25519 (RFC 8032).

use std::fmt;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::DecodeRsaPublicKey as _;
use rustls_pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};
use sha1::Sha1;
use sha2::digest::const_oid::AssociatedOid;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A signature algorithm with the kind of key that it goes with.
#[derive(Debug)]
pub(super) struct Algorithm {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    verify: Verify,
}

/// Checks a signature by a public key, its message and itself; `None` if it is wrong.
type Check = fn(&[u8], &[u8], &[u8]) -> Option<()>;

struct Verify(Check);

impl fmt::Debug for Verify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verify")
    }
}

impl SignatureVerificationAlgorithm for Algorithm {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        (self.verify.0)(public_key, message, signature).ok_or(InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

const fn row(key: AlgorithmIdentifier, signature: AlgorithmIdentifier, verify: Check) -> Algorithm {
    Algorithm { key, signature, verify: Verify(verify) }
}

/// sha1WithRSAEncryption (RFC 3279 §2.2.1).
const RSA_SHA1: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05, 0x05, 0x00,
]);

/// ecdsa-with-SHA1 (RFC 3279 §2.2.3).
const ECDSA_SHA1: AlgorithmIdentifier =
    AlgorithmIdentifier::from_slice(&[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01]);

/// Every algorithm but those of weak digests.
#[rustfmt::skip]
pub(super) static STRONG: &[Algorithm] = &[
    row(alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA256, pkcs1::<Sha256>),
    row(alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA384, pkcs1::<Sha384>),
    row(alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA512, pkcs1::<Sha512>),
    row(alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA256,   pss::<Sha256>),
    row(alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA384,   pss::<Sha384>),
    row(alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA512,   pss::<Sha512>),
    row(alg_id::ECDSA_P256,     alg_id::ECDSA_SHA256,     p256::<Sha256>),
    row(alg_id::ECDSA_P256,     alg_id::ECDSA_SHA384,     p256::<Sha384>),
    row(alg_id::ECDSA_P256,     alg_id::ECDSA_SHA512,     p256::<Sha512>),
    row(alg_id::ECDSA_P384,     alg_id::ECDSA_SHA256,     p384::<Sha256>),
    row(alg_id::ECDSA_P384,     alg_id::ECDSA_SHA384,     p384::<Sha384>),
    row(alg_id::ECDSA_P384,     alg_id::ECDSA_SHA512,     p384::<Sha512>),
    row(alg_id::ECDSA_P521,     alg_id::ECDSA_SHA256,     p521::<Sha256>),
    row(alg_id::ECDSA_P521,     alg_id::ECDSA_SHA384,     p521::<Sha384>),
    row(alg_id::ECDSA_P521,     alg_id::ECDSA_SHA512,     p521::<Sha512>),
    row(alg_id::ED25519,        alg_id::ED25519,          ed25519),
];

/// Those of SHA-1, which Java accepts from private authorities and Go does not.
#[rustfmt::skip]
pub(super) static WITH_SHA1: &[Algorithm] = &[
    row(alg_id::RSA_ENCRYPTION, RSA_SHA1,   pkcs1::<Sha1>),
    row(alg_id::ECDSA_P256,     ECDSA_SHA1, p256::<Sha1>),
    row(alg_id::ECDSA_P384,     ECDSA_SHA1, p384::<Sha1>),
    row(alg_id::ECDSA_P521,     ECDSA_SHA1, p521::<Sha1>),
];

fn pkcs1<D: Digest + AssociatedOid>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = rsa::PublicKey::from_pkcs1_der(key).ok()?;
    let signature = rsa::pkcs1v15::Signature::try_from(signature).ok()?;
    let key = rsa::pkcs1v15::VerifyingKey::<D>::new(key);
    key.verify_prehash(&D::digest(message), &signature).ok()
}

fn pss<D>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()>
where
    D: Digest + sha2::digest::FixedOutputReset,
{
    let key = rsa::PublicKey::from_pkcs1_der(key).ok()?;
    let signature = rsa::pss::Signature::try_from(signature).ok()?;
    let key = rsa::pss::VerifyingKey::<D>::new(key);
    key.verify_prehash(&D::digest(message), &signature).ok()
}

fn p256<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = p256::ecdsa::Signature::from_der(signature).ok()?;
    key.verify_prehash(&digest::<D>(message, 32), &signature).ok()
}

fn p384<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = p384::ecdsa::Signature::from_der(signature).ok()?;
    key.verify_prehash(&digest::<D>(message, 48), &signature).ok()
}

fn p521<D: Digest>(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
    let signature = p521::ecdsa::Signature::from_der(signature).ok()?;
    key.verify_prehash(&digest::<D>(message, 66), &signature).ok()
}

/// Returns a digest of at least `least` octets, as the same number: the library refuses digests of less than half the
/// length of the field.
fn digest<D: Digest>(message: &[u8], least: usize) -> Vec<u8> {
    let digest = D::digest(message);
    let mut padded = vec![0; least.saturating_sub(digest.len())];
    padded.extend_from_slice(&digest);
    padded
}

fn ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> Option<()> {
    let key = ed25519_dalek::VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
    let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
    key.verify_strict(message, &signature).ok()
}
