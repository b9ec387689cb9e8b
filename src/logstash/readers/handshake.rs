//! Whether a key that loads also shakes hands, as measured: by what it is, and by what is wrong with it.

use super::facts::NOT_KNOWN;
use keyfile::algorithm::DH;
use keyfile::key::{Defect, Error, Flaw, Numbers, PrivateKey};

/// Whether TLS handshakes complete with a key that loads, and with a certificate that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// Of TLS 1.2 and 1.3.
    Completes,
    /// Of TLS 1.2, not of 1.3.
    OnlyTls12,
    /// None.
    Fails,
    /// Nobody measured it.
    NotKnown,
}

/// What becomes of a key whose numbers disagree, with the JDK's TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Whether it loads where a sound key of its form and family does; `None` where nobody measured it.
    pub loads: Option<bool>,
    /// Whether it completes handshakes where it loads; `None` where nobody measured it.
    pub shakes_hands: Option<bool>,
    /// What was measured, in words for people.
    pub evidence: &'static str,
}

/// What [`PrivateKey::check`] says, or reading a key, whether it loads, whether it shakes hands.
struct Row(Result<Flaw, Error>, bool, Option<bool>, &'static str);

const NEVER_SIGNS: &str = "it loads, and then no handshake completes (measured on Netty 4.1.17, 4.1.48 and 4.1.118: RSA private key operation failed)";
const SIGNS: &str = "it loads and shakes hands (measured on Netty 4.1.17, 4.1.48 and 4.1.118 with the JDK's TLS; BoringSSL refuses it)";

/// Source: docs/what-logstash-loads.md §10, rows `rsa-bad*`, `rsa-zerocrt`, `rsa-e0`, `ec-p8-wrongpub`, `p8ver2-rsa`.
#[rustfmt::skip]
const DAMAGES: &[Row] = &[
    Row(Ok(Flaw::WrongPrivateExponent), true, Some(true), SIGNS),
    Row(Ok(Flaw::ZeroPublicExponent),   true, Some(true), SIGNS),
    Row(Ok(Flaw::ZeroCrt),              true, Some(true), SIGNS),
    Row(Err(Error::Damaged(Defect::WrongDp)),                   true, Some(false), NEVER_SIGNS),
    Row(Err(Error::Damaged(Defect::WrongCoefficient)),     true, Some(false), NEVER_SIGNS),
    Row(Err(Error::Damaged(Defect::WrongProduct)),        true, Some(false), NEVER_SIGNS),
    Row(Err(Error::Version { encoding: keyfile::key::Encoding::Pkcs8, version: 2 }), false, None,
        "the JDK refuses it (measured on Netty 4.1.17, 4.1.48 and 4.1.118: unknown version)"),
];

const SIGNS_ON_ONE: &str =
    "it loads and shakes hands (measured on Netty 4.1.48 with the JDK's TLS, JDK 17)";

/// What becomes of the key for what [`PrivateKey::check`] or [`keyfile::key::EncodedKey::read`] finds wrong
/// with it; `None` for a sound key. `key` is the key where it could be read.
#[must_use]
pub fn of_damage(
    key: Option<&PrivateKey<'_>>,
    found: &Result<Option<Flaw>, Error>,
) -> Option<Damage> {
    let found = found.clone().transpose()?;
    let works = |evidence| Damage { loads: Some(true), shakes_hands: Some(true), evidence };
    match (&found, key.map(|key| &key.numbers)) {
        // Source: docs/what-logstash-loads.md §10, row `ec-p8-wrongpub`, for EC; interop/tests/check.rs, with Debian's
        // Netty, for RSA.
        (Err(Error::Damaged(Defect::WrongPublicKey)), Some(Numbers::Ec(_))) => {
            return Some(works(SIGNS));
        }
        (Err(Error::Damaged(Defect::WrongPublicKey)), Some(Numbers::Rsa(_)))
        // The JDK goes by the curve of the AlgorithmIdentifier. Source: interop/tests/check.rs.
        | (Err(Error::TwoCurves(..)), _) => return Some(works(SIGNS_ON_ONE)),
        _ => {}
    }
    let row = DAMAGES.iter().find(|row| row.0 == found);
    Some(match row {
        Some(Row(_, loads, shakes_hands, evidence)) => {
            Damage { loads: Some(*loads), shakes_hands: *shakes_hands, evidence }
        }
        None => Damage { loads: None, shakes_hands: None, evidence: NOT_KNOWN },
    })
}

/// Whether a sound key shakes hands once it is loaded: no reader makes a difference (docs/what-logstash-loads.md §5:
/// the verdicts agree in all 124 rows tried).
#[must_use]
pub fn handshake(key: &PrivateKey<'_>) -> Handshake {
    match &key.numbers {
        Numbers::Rsa(key) if key.is_multi_prime() => Handshake::Fails,
        Numbers::Rsa(key) => match key.bits() {
            0..512 => Handshake::NotKnown,
            512 => Handshake::OnlyTls12,
            _ => Handshake::Completes,
        },
        Numbers::Ec(key) if key.is_on_tls_curve() => Handshake::Completes,
        Numbers::Octets(key) if key.algorithm.name.starts_with("Ed") => Handshake::Completes,
        Numbers::Ec(_) | Numbers::Dsa(_) | Numbers::Octets(_) => Handshake::Fails,
        Numbers::Other { oid, .. } if *oid == DH => Handshake::Fails,
        Numbers::Other { .. } => Handshake::NotKnown,
    }
}
