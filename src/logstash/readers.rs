//! How the code that loads Logstash's keys treats each kind of key, as measured.

mod certificate;
mod certificate_fault;
mod damage;
mod facts;
mod form;
mod layout;
mod limits;

pub use certificate::{
    CertificateLayout, Netty, NextStep, UnreadByGo, UnreadByJdk, certificate_layout,
    has_certificate_for_beats, unread_by_go, unread_by_jdk,
};
pub use certificate_fault::{NO_CERTIFICATE, judge_fault, judge_no_certificate};
pub use damage::{Damage, of_damage};
pub use form::{Encryption, Family, Form};
pub use layout::judge_oddity;
pub use limits::{Limit, LimitKind, limits};

/// The code that reads a key file, as far as it decides what loads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Netty before 4.1.49: its own PEM reader and the JDK.
    Netty,
    /// Netty from 4.1.49 to 4.1.79: as before, but it refuses a certificate chain that is out of order.
    NettyFrom4_1_49,
    /// Netty from 4.1.80 to 4.1.96: `BouncyCastle` first if present, else as before.
    NettyFrom4_1_80,
    /// Netty from 4.1.97: as before, and PBES2 with AES even without `BouncyCastle`.
    NettyFrom4_1_97,
    /// `BouncyCastle`'s `PEMParser`, which reads the first PEM object of the file.
    BouncyCastle,
    /// `OpenSSL::PKey::RSA` of jruby-openssl.
    OpensslRsa,
    /// `OpenSSL::PKey.read` of jruby-openssl.
    OpensslAny,
    /// Manticore, the HTTP client.
    Manticore,
    /// The `elastic_integration` filter's own reader.
    ElasticIntegration,
    /// That of Beats 7.17, which connect to Logstash.
    Beats7,
    /// That of later Beats and of Elastic Agent.
    Beats,
}

impl Reader {
    /// Returns whether it is any version of Netty.
    #[must_use]
    pub fn is_netty(self) -> bool {
        matches!(
            self,
            Self::Netty | Self::NettyFrom4_1_49 | Self::NettyFrom4_1_80 | Self::NettyFrom4_1_97
        )
    }
}

/// How a reader treats a key, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It loads.
    Loads,
    /// It was measured to load with a library that Logstash happens to include (`BouncyCastle`); no documentation
    /// promises that.
    LoadsUndocumented,
    /// It loads on one Java and not on another.
    DependsOnJava,
    /// Neither measured nor read in source.
    NotKnown,
    /// For an unnamed release: the documentation asks for another form; some releases refuse this one and some load it
    /// anyway.
    NotDocumented,
    /// It does not load.
    Refuses,
}

/// How a reader treats a key, and the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What was measured or read in source, for people: the end of a sentence about the key.
    pub evidence: &'static str,
}

/// How a reader treats a passphrase that is set for an unencrypted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PassphraseOnPlain {
    /// The key does not load with any passphrase, not even an empty one.
    Breaks,
    /// The passphrase is ignored.
    Ignored,
    /// There is no setting for a passphrase.
    NotASetting,
    /// Not measured.
    NotKnown,
}

/// Judges a key of this form and family. [`Family::Unknown`] with an encrypted form asks about the encryption alone,
/// and assumes that the reader loads the key inside.
#[must_use]
pub fn judge(reader: Reader, form: Form, family: Family) -> Judgement {
    let fact = |form: Form| {
        let fits = |fact: &&facts::Fact| {
            fact.readers.contains(&reader)
                && fact.forms.contains(&form)
                && fact.families.contains(&family)
        };
        facts::FACTS.iter().find(fits)
    };
    // The version makes a difference only where a fact says so.
    let of_version_0 = || fact(Form::Pkcs8).filter(|_| form == Form::Pkcs8Version1);
    fact(form)
        .or_else(of_version_0)
        .map_or(Judgement { verdict: Verdict::NotKnown, evidence: facts::NOT_KNOWN }, |fact| {
            Judgement { verdict: fact.verdict, evidence: fact.evidence }
        })
}

/// Judges a passphrase that is set for an unencrypted key, with the evidence.
#[must_use]
pub fn passphrase_on_plain(reader: Reader) -> (PassphraseOnPlain, &'static str) {
    let row = facts::PASSPHRASE_ON_PLAIN.iter().find(|row| row.0.contains(&reader));
    row.map_or((PassphraseOnPlain::NotKnown, facts::NOT_KNOWN), |row| (row.1, row.2))
}

/// Judges PKCS#8 that is encrypted with a passphrase of other characters than printable ASCII.
#[must_use]
pub fn unprintable_passphrase(reader: Reader) -> Judgement {
    by_reader(facts::UNPRINTABLE_PASSPHRASE, reader)
}

/// What `reader` makes of a file whose first key is not encrypted where a passphrase is set, or encrypted where none is,
/// and another key behind it.
#[must_use]
pub fn key_of_other_protection_first(reader: Reader) -> Judgement {
    by_reader(facts::KEY_OF_OTHER_PROTECTION_FIRST, reader)
}

fn by_reader((readers, verdict, evidence): facts::ByReader, reader: Reader) -> Judgement {
    if readers.contains(&reader) {
        Judgement { verdict, evidence }
    } else {
        Judgement { verdict: Verdict::NotKnown, evidence: facts::NOT_KNOWN }
    }
}
