//! What the code that loads Logstash's keys makes of each kind of key, as measured.

mod certificate;
mod facts;
mod form;
mod handshake;
mod layout;

pub use certificate::{CertificateLayout, Netty, UnreadByJdk, certificate_layout, unread_by_jdk};
pub use form::{Encryption, Family, Form};
pub use handshake::{Damage, Handshake, handshake, of_damage};
pub use layout::{judge_layout, judge_oddity};

use crate::check::finding::{Finding, Severity};
use keyfile::key::{Flaw, Numbers, PrivateKey};

/// The code that turns a key file into a key, as far as it decides what loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Netty before 4.1.49: its own PEM reader and the JDK.
    Netty,
    /// Netty from 4.1.49 to 4.1.79: as before, and a chain of certificates that is out of order is refused.
    NettyFrom4_1_49,
    /// Netty from 4.1.80 to 4.1.96: `BouncyCastle` first where it is present, else as before.
    NettyFrom4_1_80,
    /// Netty from 4.1.97: as before, and PBES2 with AES also without `BouncyCastle`.
    NettyFrom4_1_97,
    /// `BouncyCastle`'s `PEMParser`, which takes the first PEM object of the file.
    BouncyCastle,
    /// `OpenSSL::PKey::RSA` of jruby-openssl.
    OpensslRsa,
    /// `OpenSSL::PKey.read` of jruby-openssl.
    OpensslAny,
    /// Manticore, the HTTP client.
    Manticore,
    /// The `elastic_integration` filter's own reader.
    ElasticIntegration,
}

impl Reader {
    /// Whether it is Netty, of whatever version.
    #[must_use]
    pub fn is_netty(self) -> bool {
        matches!(
            self,
            Self::Netty | Self::NettyFrom4_1_49 | Self::NettyFrom4_1_80 | Self::NettyFrom4_1_97
        )
    }
}

/// What becomes of a key, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It loads.
    Loads,
    /// It was measured to load with what Logstash happens to bring along (`BouncyCastle`), and no
    /// documentation promises that; it was not tried in a whole Logstash.
    LoadsUndocumented,
    /// Nobody measured it or read it in source.
    NotKnown,
    /// Of an unnamed release: the documentation asks for another form; some releases refuse this one
    /// and some load it all the same.
    NotDocumented,
    /// It does not load.
    Refuses,
}

/// What becomes of a key, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// What becomes of it.
    pub verdict: Verdict,
    /// What was measured or read in source, in words for people: the end of a sentence about the key.
    pub evidence: &'static str,
}

/// What a reader makes of a passphrase that is set for a key that is not encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassphraseOnPlain {
    /// The key does not load, whatever the passphrase, also an empty one.
    Breaks,
    /// Nothing.
    Ignored,
    /// There is no setting for a passphrase.
    NotASetting,
    /// Nobody measured it.
    NotKnown,
}

/// What `reader` makes of a key of this form and family. [`Family::Unknown`] with an encrypted form asks
/// about the encryption alone, and takes it that the key inside is one that the reader loads.
#[must_use]
pub fn judge(reader: Reader, form: Form, family: Family) -> Judgement {
    let fits = |fact: &&facts::Fact| {
        fact.readers.contains(&reader)
            && fact.forms.contains(&form)
            && fact.families.contains(&family)
    };
    facts::FACTS
        .iter()
        .find(fits)
        .map_or(Judgement { verdict: Verdict::NotKnown, evidence: facts::NOT_KNOWN }, |fact| {
            Judgement { verdict: fact.verdict, evidence: fact.evidence }
        })
}

/// What `reader` makes of a passphrase that is set for a key that is not encrypted, and how that is known.
#[must_use]
pub fn passphrase_on_plain(reader: Reader) -> (PassphraseOnPlain, &'static str) {
    let row = facts::PASSPHRASE_ON_PLAIN.iter().find(|row| row.0.contains(&reader));
    row.map_or((PassphraseOnPlain::NotKnown, facts::NOT_KNOWN), |row| (row.1, row.2))
}

/// What `reader` makes of PKCS#8 that is encrypted under a passphrase with other characters than ASCII.
#[must_use]
pub fn non_ascii_passphrase(reader: Reader) -> Judgement {
    let (readers, verdict, evidence) = facts::NON_ASCII_PASSPHRASE;
    if readers.contains(&reader) {
        Judgement { verdict, evidence }
    } else {
        Judgement { verdict: Verdict::NotKnown, evidence: facts::NOT_KNOWN }
    }
}

/// What sets a key apart for those who load it and shake hands with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trait {
    RestrictedToPss,
    MultiPrime,
    RsaUpTo(usize),
    OtherCurve,
    Dsa,
    Dh,
    Edwards,
    Montgomery,
    Unmeasured,
    Flawed(Flaw),
}

/// The row of a trait: the rule that reports it, and the measured consequence.
struct Row(Trait, &'static str, &'static str);

/// Source: the beats input's own Java (plugin 5.1.6 and 7.0.9) with 308 pairs on Netty 4.1.17, 4.1.48
/// and 4.1.118 with and without `BouncyCastle`, JDK 11 to 25, handshakes with OpenSSL 3.0.
const MEASURED: &[Row] = &[
    Row(
        Trait::RestrictedToPss,
        "key-algorithm-not-supported",
        "the beats input's Netty loads an RSA-PSS key only where BouncyCastle is present (measured: 4.1.17, 4.1.48 and 4.1.118 refuse it without)",
    ),
    Row(
        Trait::MultiPrime,
        "key-cannot-handshake",
        "an RSA key of more than two primes is refused without BouncyCastle, and with it loads but completes no handshake (measured on Netty 4.1.118)",
    ),
    Row(
        Trait::RsaUpTo(511),
        "key-weak",
        "an RSA key under 512 bits protects nothing, and what becomes of it is not measured",
    ),
    Row(
        Trait::RsaUpTo(512),
        "key-weak",
        "an RSA key of 512 bits loads, but completes no TLS 1.3 handshake, and clients that verify refuse it (measured with OpenSSL 3.0: key too weak)",
    ),
    Row(
        Trait::RsaUpTo(1024),
        "key-weak",
        "an RSA key of 1024 bits or less loads and shakes hands, but clients that verify may refuse it (measured with OpenSSL 3.0: key too weak)",
    ),
    Row(
        Trait::RsaUpTo(2047),
        "key-weak",
        "an RSA key under 2048 bits is weak, and clients may refuse it",
    ),
    Row(
        Trait::OtherCurve,
        "key-cannot-handshake",
        "Netty loads keys on other curves than P-256, P-384 and P-521, but none that was measured completed a TLS handshake",
    ),
    Row(
        Trait::Dsa,
        "key-cannot-handshake",
        "Netty loads a DSA key, but completes no TLS handshake with it (measured: no available authentication scheme)",
    ),
    Row(
        Trait::Dh,
        "key-cannot-handshake",
        "this is a key for key agreement: Netty loads it, but completes no TLS handshake with it (measured: no available authentication scheme)",
    ),
    Row(
        Trait::Edwards,
        "key-algorithm-not-supported",
        "the beats input's Netty loads an Ed25519 or Ed448 key only where BouncyCastle is present, on JDK 15 or later (measured: 4.1.17, 4.1.48 and 4.1.118 refuse it without)",
    ),
    Row(
        Trait::Montgomery,
        "key-cannot-handshake",
        "an X25519 or X448 key is for key agreement: where it loads at all, it completes no TLS handshake (measured: no available authentication scheme)",
    ),
    Row(
        Trait::Unmeasured,
        "key-algorithm-not-supported",
        "the key is passed on unread, and how Logstash takes keys of this algorithm is not measured",
    ),
    Row(
        Trait::Flawed(Flaw::WrongPrivateExponent),
        "key-damaged",
        "the private exponent d contradicts the other numbers; the key still loads and shakes hands (measured with the JDK's TLS; BoringSSL refuses it)",
    ),
    Row(
        Trait::Flawed(Flaw::ZeroPublicExponent),
        "key-damaged",
        "the public exponent e is zero; the key still loads and shakes hands (measured with the JDK's TLS; BoringSSL refuses it)",
    ),
    Row(
        Trait::Flawed(Flaw::ZeroCrt),
        "key-damaged",
        "the CRT values of the key are zero; it still loads and shakes hands (measured with the JDK's TLS; BoringSSL refuses it)",
    ),
];

/// What those who load the key, or shake hands with it, may not accept.
#[must_use]
pub fn findings(key: &PrivateKey<'_>, flaw: Option<Flaw>) -> Vec<Finding> {
    let traits = flaw.map(Trait::Flawed).into_iter().chain(traits(&key.numbers));
    traits
        .filter_map(|found| MEASURED.iter().find(|row| row.0 == found))
        .map(|Row(_, rule, consequence)| Finding::new(Severity::Warning, rule, *consequence))
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
        Numbers::Other { oid, .. } if *oid == keyfile::algorithm::DH => traits.push(Trait::Dh),
        Numbers::Other { .. } => traits.push(Trait::Unmeasured),
    }
    traits
}
