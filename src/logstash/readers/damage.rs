//! How damaged keys behave, as measured: whether they load, and whether handshakes complete.

use super::Reader;
use super::facts::{NEW, NOT_KNOWN};
use keyfile::key::{Defect, Error, Flaw, Numbers, PrivateKey};

/// How a key whose numbers disagree behaves with the JDK's TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Whether it loads where a sound key of its form and family does; `None` if not measured.
    pub loads: Option<bool>,
    /// Readers that refuse it although it loads elsewhere.
    pub refused_by: &'static [Reader],
    /// Whether it completes handshakes where it loads; `None` where nobody measured it.
    pub shakes_hands: Option<bool>,
    /// What was measured, for people.
    pub evidence: &'static str,
}

/// The result of [`PrivateKey::check`] or of reading a key, whether it loads, and whether handshakes complete.
struct DamageRow(Result<Flaw, Error>, bool, Option<bool>, &'static str);

const NEVER_SIGNS: &str = "it loads, and then no handshake completes (measured on Netty 4.1.17, 4.1.48 and 4.1.118: RSA private key operation failed)";
const SIGNS: &str = "it loads and shakes hands (measured on Netty 4.1.17, 4.1.48 and 4.1.118 with the JDK's TLS; BoringSSL refuses it)";

/// Source: docs/what-logstash-loads.md §10, rows `rsa-bad*`, `rsa-zerocrt`, `rsa-e0`, `ec-p8-wrongpub`, `p8ver2-rsa`;
/// rows `rsa-wrong-e` and `ec-scalar-plus-n` of tests/data/keys-2.
#[rustfmt::skip]
const DAMAGES: &[DamageRow] = &[
    DamageRow(Ok(Flaw::WrongPrivateExponent), true, Some(true), SIGNS),
    DamageRow(Ok(Flaw::ZeroPublicExponent),   true, Some(true), SIGNS),
    DamageRow(Ok(Flaw::ZeroCrt),              true, Some(true), SIGNS),
    DamageRow(Err(Error::Damaged(Defect::WrongDp)),                   true, Some(false), NEVER_SIGNS),
    DamageRow(Err(Error::Damaged(Defect::WrongCoefficient)),     true, Some(false), NEVER_SIGNS),
    DamageRow(Err(Error::Damaged(Defect::WrongE)),            true, Some(false), NEVER_SIGNS),
    DamageRow(Err(Error::Damaged(Defect::WrongProduct)),        true, Some(false), NEVER_SIGNS),
    DamageRow(Err(Error::Version { encoding: keyfile::key::Encoding::Pkcs8, version: 2 }), false, None,
        "the JDK refuses it (measured on Netty 4.1.17, 4.1.48 and 4.1.118: unknown version)"),
];

/// Source: row `ec-scalar-plus-n` of tests/data/keys-2 (with `BouncyCastle`: standard length exceeded for value).
const SIGNS_BEFORE_4_1_80: &str = "it loads and shakes hands on Netty 4.1.17, 4.1.48 and 4.1.74, and 4.1.118 with BouncyCastle refuses it (measured)";

const SIGNS_ON_ONE: &str =
    "it loads and shakes hands (measured on Netty 4.1.48 with the JDK's TLS, JDK 17)";

/// Judges a key by the fault that [`PrivateKey::check`] or [`keyfile::key::EncodedKey::read`] finds; `None` for a sound
/// key. `key` is the key if it could be read.
#[must_use]
pub fn of_damage(
    key: Option<&PrivateKey<'_>>,
    found: &Result<Option<Flaw>, Error>,
) -> Option<Damage> {
    let found = found.clone().transpose()?;
    let works = |evidence| Damage {
        loads: Some(true),
        refused_by: &[],
        shakes_hands: Some(true),
        evidence,
    };
    match (&found, key.map(|key| &key.numbers)) {
        // Source: docs/what-logstash-loads.md §10, row `ec-p8-wrongpub`, for EC; interop/tests/check.rs, with Debian's
        // Netty, for RSA.
        (Err(Error::Damaged(Defect::WrongPublicKey)), Some(Numbers::Ec(_))) => {
            return Some(works(SIGNS));
        }
        (Err(Error::Damaged(Defect::TooLongForCurve)), _) => {
            return Some(Damage { refused_by: NEW, ..works(SIGNS_BEFORE_4_1_80) });
        }
        (Err(Error::Damaged(Defect::WrongPublicKey)), Some(Numbers::Rsa(_)))
        // The JDK goes by the curve of the AlgorithmIdentifier. Source: interop/tests/check.rs.
        | (Err(Error::TwoCurves(..)), _) => return Some(works(SIGNS_ON_ONE)),
        _ => {}
    }
    let row = DAMAGES.iter().find(|row| row.0 == found);
    Some(match row {
        Some(DamageRow(_, loads, shakes_hands, evidence)) => {
            Damage { loads: Some(*loads), refused_by: &[], shakes_hands: *shakes_hands, evidence }
        }
        None => Damage { loads: None, refused_by: &[], shakes_hands: None, evidence: NOT_KNOWN },
    })
}
