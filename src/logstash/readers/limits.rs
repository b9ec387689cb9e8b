//! The limits on where a key works, in whatever file: one measured fact per row.

use keyfile::algorithm;
use keyfile::key::{Flaw, Numbers, PrivateKey};

/// A reason why Logstash or its clients may not accept a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its kind.
    pub kind: LimitKind,
    /// The measured consequence, as a clause: `an RSA key under 2048 bits is weak, and …`.
    pub consequence: &'static str,
}

/// What a [`Limit`] keeps from working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// Not every reader loads keys of this algorithm.
    Unsupported,
    /// The key loads, but no TLS handshake completes with it.
    NoHandshake,
    /// Clients may refuse the key because it is too short.
    Weak,
    /// The key's numbers contradict each other; it works, but not everywhere.
    Flawed,
}

/// A property of a key that limits where it works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trait {
    RestrictedToPss,
    MultiPrime,
    RsaUpTo(usize),
    OtherCurve,
    Dsa,
    Dh,
    Sha256Rsa,
    Edwards,
    Montgomery,
    Unmeasured,
    Flawed(Flaw),
}

/// Source: the beats input's own Java (plugin 5.1.6 and 7.0.9) with 308 pairs on Netty 4.1.17, 4.1.48
/// and 4.1.118 with and without `BouncyCastle`, JDK 11 to 25, handshakes with OpenSSL 3.0.
const MEASURED: &[(Trait, LimitKind, &str)] = &[
    (
        Trait::RestrictedToPss,
        LimitKind::Unsupported,
        "the beats input loads RSA-PSS keys only where BouncyCastle is present",
    ),
    (
        Trait::MultiPrime,
        LimitKind::NoHandshake,
        "an RSA key of more than two primes completes no TLS handshake, and loads only where BouncyCastle is present",
    ),
    (
        Trait::RsaUpTo(511),
        LimitKind::Weak,
        "an RSA key under 512 bits protects nothing, and it was not measured whether it loads",
    ),
    (
        Trait::RsaUpTo(512),
        LimitKind::Weak,
        "an RSA key of 512 bits loads, but completes no TLS 1.3 handshake, and clients that verify reject it",
    ),
    (
        Trait::RsaUpTo(1024),
        LimitKind::Weak,
        "an RSA key of 1024 bits or less loads and works, but clients that verify may reject it as too weak",
    ),
    (
        Trait::RsaUpTo(2047),
        LimitKind::Weak,
        "an RSA key under 2048 bits is weak, and clients may reject it",
    ),
    (
        Trait::OtherCurve,
        LimitKind::NoHandshake,
        "Netty loads the key, but no curve except P-256, P-384 and P-521 completed a TLS handshake in our measurements",
    ),
    (
        Trait::Dsa,
        LimitKind::NoHandshake,
        "Netty loads a DSA key, but completes no TLS handshake with it",
    ),
    (
        Trait::Dh,
        LimitKind::NoHandshake,
        "this is a key for key agreement: Netty loads it, but completes no TLS handshake with it",
    ),
    (
        Trait::Sha256Rsa,
        LimitKind::NoHandshake,
        "the key is filed under the name of a signature algorithm, and completes no TLS handshake even if it loads",
    ),
    (
        Trait::Edwards,
        LimitKind::Unsupported,
        "the beats input loads Ed25519 and Ed448 keys only where BouncyCastle is present, on Java 15 or later",
    ),
    (
        Trait::Montgomery,
        LimitKind::NoHandshake,
        "an X25519 or X448 key is for key agreement, and completes no TLS handshake even if it loads",
    ),
    (
        Trait::Unmeasured,
        LimitKind::Unsupported,
        "fixkey does not read keys of this algorithm, and it was not measured whether Logstash loads them",
    ),
    (
        Trait::Flawed(Flaw::WrongPrivateExponent),
        LimitKind::Flawed,
        "the private exponent d contradicts the other numbers; the key works with Java, but BoringSSL rejects it",
    ),
    (
        Trait::Flawed(Flaw::ZeroPublicExponent),
        LimitKind::Flawed,
        "the public exponent e is zero; the key works with Java, but BoringSSL rejects it",
    ),
    (
        Trait::Flawed(Flaw::ZeroCrt),
        LimitKind::Flawed,
        "the CRT values of the key are zero; the key works with Java, but BoringSSL rejects it",
    ),
];

/// Returns the limits on where a key works. `flaw` is the result of [`PrivateKey::check`].
#[must_use]
pub fn limits(key: &PrivateKey<'_>, flaw: Option<Flaw>) -> Vec<Limit> {
    let traits = flaw.map(Trait::Flawed).into_iter().chain(traits(&key.numbers));
    traits
        .filter_map(|found| MEASURED.iter().find(|row| row.0 == found))
        .map(|&(_, kind, consequence)| Limit { kind, consequence })
        .collect()
}

fn traits(numbers: &Numbers<'_>) -> Vec<Trait> {
    let mut traits = Vec::new();
    match numbers {
        Numbers::Rsa(key) => {
            if key.is_pss() {
                traits.push(Trait::RestrictedToPss);
            }
            if key.is_multi_prime() {
                traits.push(Trait::MultiPrime);
            }
            traits.extend(
                [511, 512, 1024, 2047]
                    .into_iter()
                    .find(|most| key.bits() <= *most)
                    .map(Trait::RsaUpTo),
            );
        }
        Numbers::Ec(key) if !key.is_on_tls_curve() => traits.push(Trait::OtherCurve),
        Numbers::Ec(_) => {}
        Numbers::Dsa(_) => traits.push(Trait::Dsa),
        Numbers::Octets(key) if key.algorithm.name.starts_with("Ed") => traits.push(Trait::Edwards),
        Numbers::Octets(_) => traits.push(Trait::Montgomery),
        Numbers::Other { oid: algorithm::DH, .. } => traits.push(Trait::Dh),
        Numbers::Other { oid: algorithm::SHA256_RSA, .. } => traits.push(Trait::Sha256Rsa),
        Numbers::Other { .. } => traits.push(Trait::Unmeasured),
    }
    traits
}
