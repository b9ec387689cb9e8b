//! The facts about what each reader loads, one per row; the first row that fits counts.

use super::Encryption::{
    Md5Des, OtherPbes1, Pbes2Aes, Pbes2Aes192OrTripleDes, Pbes2Other, Pbes2WithoutSalt, Scrypt,
    Sha1Rc, Sha1TripleDes, ShortSalt,
};
use super::Family::{
    Dh, Dsa, Ec, Ecdh, Edwards, Montgomery, MultiPrimeRsa, Rsa, RsaPss, Sha256Rsa, Unknown,
};
use super::Form::{
    Der, EncryptedPkcs8, EncryptedTraditional, EncryptedTraditionalOther, Pkcs1, Pkcs8,
    Pkcs8AfterParameters, Pkcs8ExplicitCurve, Pkcs8InnerVersion, Pkcs8StrayPublicKey,
    Pkcs8Version1, Pkcs8WithoutCurve, Sec1, Sec1AfterParameters, Sec1ExplicitCurve,
    Sec1WithoutCurve, TraditionalDsa,
};
use super::PassphraseOnPlain::{Breaks, Ignored, NotASetting};
use super::Reader::{
    Beats, Beats7, BouncyCastle, ElasticIntegration, Manticore, Netty, NettyFrom4_1_49,
    NettyFrom4_1_80, NettyFrom4_1_97, OpensslRsa,
};
use super::Verdict::{DependsOnJava, Loads, LoadsUndocumented, Refuses};
use super::{Family, Form, PassphraseOnPlain, Reader, Verdict};

/// How readers treat keys of these forms and families.
pub(super) struct Fact {
    pub(super) readers: &'static [Reader],
    pub(super) forms: &'static [Form],
    pub(super) families: &'static [Family],
    pub(super) verdict: Verdict,
    /// What was measured, or read in source if it says so.
    pub(super) evidence: &'static str,
}

/// What these readers make of something, and how that is known.
pub(super) type ByReader = (&'static [Reader], Verdict, &'static str);

pub(super) const NOT_KNOWN: &str = "how it is taken is not measured";

const ANY: &[Family] =
    &[Rsa, MultiPrimeRsa, RsaPss, Ec, Dsa, Edwards, Montgomery, Dh, Ecdh, Sha256Rsa, Unknown];
const NOT_RSA: &[Family] = &[MultiPrimeRsa, RsaPss, Ec, Dsa, Edwards, Montgomery, Dh, Ecdh];
/// Families of which encrypted keys were measured; the rest is not known.
const ENCRYPTED: &[Family] = &[Rsa, Ec, Unknown];

const PLAIN: &[Form] = &[
    Pkcs8,
    Pkcs8AfterParameters,
    Pkcs8ExplicitCurve,
    Pkcs8StrayPublicKey,
    Pkcs8Version1,
    Pkcs8WithoutCurve,
    Pkcs8InnerVersion,
    Pkcs1,
    Sec1,
    Sec1AfterParameters,
    Sec1ExplicitCurve,
    Sec1WithoutCurve,
    TraditionalDsa,
];
const PKCS8: &[Form] = &[Pkcs8, Pkcs8AfterParameters];
const NOT_PKCS8: &[Form] =
    &[Pkcs1, Sec1, Sec1AfterParameters, Sec1ExplicitCurve, Sec1WithoutCurve, TraditionalDsa];
const EXPLICIT_CURVE: &[Form] = &[Pkcs8ExplicitCurve, Sec1ExplicitCurve];
const AFTER_PARAMETERS: &[Form] = &[Pkcs8AfterParameters, Sec1AfterParameters];
const TRADITIONAL: &[Form] = &[Pkcs1, Sec1, Sec1AfterParameters, TraditionalDsa];
const JDK_PBES1: &[Form] =
    &[EncryptedPkcs8(Sha1TripleDes), EncryptedPkcs8(Md5Des), EncryptedPkcs8(Sha1Rc)];
const PBES2: &[Form] = &[
    EncryptedPkcs8(Pbes2Aes),
    EncryptedPkcs8(Pbes2Aes192OrTripleDes),
    EncryptedPkcs8(Pbes2Other),
    EncryptedPkcs8(Pbes2WithoutSalt),
    EncryptedPkcs8(Scrypt),
];
const ENCRYPTED_ALL: &[Form] = &[
    EncryptedPkcs8(Sha1TripleDes),
    EncryptedPkcs8(Md5Des),
    EncryptedPkcs8(Sha1Rc),
    EncryptedPkcs8(OtherPbes1),
    EncryptedPkcs8(ShortSalt),
    EncryptedPkcs8(Pbes2Aes),
    EncryptedPkcs8(Pbes2Aes192OrTripleDes),
    EncryptedPkcs8(Pbes2Other),
    EncryptedPkcs8(Pbes2WithoutSalt),
    EncryptedPkcs8(Scrypt),
    EncryptedPkcs8(super::Encryption::Unmeasured),
    EncryptedTraditional,
    EncryptedTraditionalOther,
];

/// Every Netty before 4.1.80.
const OLD: &[Reader] = &[Netty, NettyFrom4_1_49];
/// From 4.1.80, whichever it is.
pub(super) const NEW: &[Reader] = &[NettyFrom4_1_80, NettyFrom4_1_97];
const EVERY_NETTY: &[Reader] = &[Netty, NettyFrom4_1_49, NettyFrom4_1_80, NettyFrom4_1_97];

/// Beats of every release.
pub(super) const BEATS: &[Reader] = &[Beats7, Beats];

/// Source: docs/what-logstash-loads.md §2 (308 pairs through the beats input's own Java on Netty 4.1.17, 4.1.48,
/// 4.1.118 with and without `BouncyCastle` 1.72, JDK 17) for Netty; docs/plugins-and-settings.md §4 and §5
/// (`JRuby` 9.3.9, jruby-openssl 0.14.0, Netty 4.1.87) for the others; §1 to §3 for what says "by its source".
#[rustfmt::skip]
pub(super) const FACTS: &[Fact] = &[
    // Netty before 4.1.80
    // Source: docs/what-logstash-loads.md §10, rows `p8v2-*`; row `ec-p8v2-other-public` of tests/data/keys-2.
    Fact { readers: OLD, forms: &[Pkcs8Version1], families: &[Rsa, Ec], verdict: DependsOnJava,
        evidence: "Java 17 loads PKCS#8 of version 1, and Java 11 refuses it (measured on Netty 4.1.17 and 4.1.118: version mismatch)" },
    Fact { readers: OLD, forms: PKCS8, families: &[Rsa, Ec, Dsa, Dh], verdict: Loads,
        evidence: "Netty 4.1.17 and 4.1.48 load it (measured with JDK 17)" },
    Fact { readers: OLD, forms: PKCS8, families: &[RsaPss, MultiPrimeRsa, Edwards, Montgomery], verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 refuse keys of this algorithm as PKCS#8 too (measured)" },
    Fact { readers: OLD, forms: &[Pkcs1], families: &[Rsa], verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 refuse PKCS#1 (measured); it loads only where another plugin, such as a tcp input with TLS, has registered BouncyCastle first" },
    Fact { readers: OLD, forms: NOT_PKCS8, families: ANY, verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 refuse any form but PKCS#8 (measured)" },
    Fact { readers: OLD, forms: JDK_PBES1, families: ENCRYPTED, verdict: Loads,
        evidence: "Netty 4.1.17 and 4.1.48 load it with its passphrase (measured)" },
    Fact { readers: OLD, forms: &[EncryptedPkcs8(OtherPbes1)], families: ANY, verdict: Refuses,
        evidence: "the JDK has no such encryption: Netty 4.1.17 and 4.1.48 refuse it (measured)" },
    Fact { readers: OLD, forms: &[EncryptedPkcs8(ShortSalt)], families: ANY, verdict: Refuses,
        evidence: "the JDK wants a salt of 8 bytes (measured on Netty 4.1.48: Salt must be at least 8 bytes long)" },
    Fact { readers: OLD, forms: PBES2, families: ANY, verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 refuse PBES2, which OpenSSL writes unless told otherwise (measured)" },
    Fact { readers: OLD, forms: &[EncryptedTraditional, EncryptedTraditionalOther], families: ANY, verdict: Refuses,
        evidence: "Netty 4.1.17 and 4.1.48 refuse keys that are encrypted by their headers (measured)" },

    // Netty from 4.1.80
    Fact { readers: NEW, forms: PKCS8, families: &[Rsa, Ec, Dsa, Dh], verdict: Loads,
        evidence: "Netty loads it (measured on 4.1.118 with JDK 17, with BouncyCastle and without)" },
    Fact { readers: NEW, forms: PKCS8, families: &[RsaPss, MultiPrimeRsa, Edwards, Montgomery], verdict: LoadsUndocumented,
        evidence: "Netty loads keys of this algorithm only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured: 4.1.17, 4.1.48 and 4.1.118 refuse it without; JDK 11 refuses Ed25519 even so)" },
    Fact { readers: NEW, forms: &[Pkcs1], families: &[MultiPrimeRsa], verdict: Refuses,
        evidence: "Netty 4.1.118 refuses PKCS#1 of more than two primes, with BouncyCastle and without (measured)" },
    Fact { readers: NEW, forms: TRADITIONAL, families: &[Rsa, Ec, Dsa], verdict: LoadsUndocumented,
        evidence: "the documentation asks for PKCS#8; Netty loads PKCS#1, SEC1 and DSA keys of the old form only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured: 4.1.17, 4.1.48 and 4.1.118 refuse it without)" },
    Fact { readers: NEW, forms: JDK_PBES1, families: ENCRYPTED, verdict: Loads,
        evidence: "Netty loads it with its passphrase (measured on 4.1.48 and 4.1.118)" },
    Fact { readers: NEW, forms: &[EncryptedPkcs8(OtherPbes1)], families: ENCRYPTED, verdict: LoadsUndocumented,
        evidence: "the JDK has no such encryption: Netty loads it only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118)" },
    Fact { readers: NEW, forms: &[EncryptedPkcs8(ShortSalt)], families: ENCRYPTED, verdict: LoadsUndocumented,
        evidence: "the JDK wants a salt of 8 bytes: Netty loads it only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on BouncyCastle 1.72)" },
    Fact { readers: NEW, forms: &[EncryptedPkcs8(Pbes2WithoutSalt)], families: ANY, verdict: Refuses,
        evidence: "Java takes no empty salt (measured on BouncyCastle 1.72: the salt parameter must not be empty)" },
    Fact { readers: &[NettyFrom4_1_97], forms: &[EncryptedPkcs8(Pbes2Aes)], families: ENCRYPTED, verdict: Loads,
        evidence: "Netty loads it with its passphrase from 4.1.97, and refuses it before that where BouncyCastle is not present (measured on 4.1.48, 4.1.87 and 4.1.118)" },
    Fact { readers: &[NettyFrom4_1_80], forms: &[EncryptedPkcs8(Pbes2Aes)], families: ENCRYPTED, verdict: LoadsUndocumented,
        evidence: "Netty before 4.1.97 loads PBES2 only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.87)" },
    Fact { readers: NEW, forms: &[EncryptedPkcs8(Pbes2Aes192OrTripleDes)], families: ENCRYPTED, verdict: LoadsUndocumented,
        evidence: "Netty loads PBES2 with this cipher only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118)" },
    Fact { readers: NEW, forms: &[EncryptedPkcs8(Pbes2Other), EncryptedPkcs8(Scrypt)], families: ANY, verdict: Refuses,
        evidence: "no Netty that was measured decrypts PBES2 with another cipher than AES and triple DES, or another PRF than HMAC with SHA-1 or SHA-2, with BouncyCastle or without (4.1.17, 4.1.48, 4.1.118)" },
    Fact { readers: NEW, forms: &[EncryptedTraditional], families: &[Rsa, Unknown], verdict: LoadsUndocumented,
        evidence: "Netty loads keys that are encrypted by their headers only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118)" },
    Fact { readers: NEW, forms: &[EncryptedTraditionalOther], families: ANY, verdict: Refuses,
        evidence: "Netty decrypts a key with such headers by BouncyCastle alone, which does not know this cipher (measured with SEED on 4.1.118, with Camellia, ARIA and CAST5 on BouncyCastle 1.72)" },
    Fact { readers: NEW, forms: &[Sec1WithoutCurve], families: &[Ec], verdict: Refuses,
        evidence: "Netty loads SEC1 by BouncyCastle alone, which refuses a key that does not state its curve (measured on 4.1.118)" },

    // Every Netty
    Fact { readers: EVERY_NETTY, forms: PKCS8, families: &[Ecdh], verdict: Refuses,
        evidence: "the JDK refuses a key of the algorithm id-ecDH (measured on Netty 4.1.17, 4.1.48, 4.1.74 and 4.1.118 with JDK 11, 17 and 21)" },
    Fact { readers: &[Netty], forms: PKCS8, families: &[Sha256Rsa], verdict: DependsOnJava,
        evidence: "Netty 4.1.17 loads it on Java 17, and refuses it on Java 11 (measured)" },
    Fact { readers: EVERY_NETTY, forms: PKCS8, families: &[Sha256Rsa], verdict: Refuses,
        evidence: "Java has no keys of this algorithm (measured on Netty 4.1.48, 4.1.74 and 4.1.118: SHA256withRSA KeyFactory not available)" },
    Fact { readers: EVERY_NETTY, forms: EXPLICIT_CURVE, families: &[Ec], verdict: Refuses,
        evidence: "the JDK refuses a key that gives its curve as numbers and not by name (measured on Netty 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { readers: EVERY_NETTY, forms: &[Pkcs8StrayPublicKey], families: &[Rsa], verdict: Refuses,
        evidence: "the JDK refuses a key of version 0 that has the public key of version 1 beside it (measured on Netty 4.1.17, 4.1.48 and 4.1.118 with JDK 17, with BouncyCastle and without; JDK 11 loads it)" },
    Fact { readers: EVERY_NETTY, forms: &[Pkcs8WithoutCurve], families: &[Ec], verdict: Refuses,
        evidence: "the JDK refuses a key whose algorithm does not name its curve (measured on Netty 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)" },
    Fact { readers: OLD, forms: &[Pkcs8InnerVersion], families: &[Rsa, Ec], verdict: Refuses,
        evidence: "the JDK refuses a key with a wrong version inside (measured on Netty 4.1.17 and 4.1.48)" },
    Fact { readers: NEW, forms: &[Pkcs8InnerVersion], families: &[Rsa, Ec], verdict: LoadsUndocumented,
        evidence: "the JDK refuses a key with a wrong version inside: Netty loads it only from 4.1.80, and only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118)" },
    Fact { readers: EVERY_NETTY, forms: &[Der], families: ANY, verdict: Refuses,
        evidence: "Netty reads PEM alone: 4.1.17, 4.1.48 and 4.1.118 find no private key in a binary file (measured)" },

    // BouncyCastle's PEMParser
    Fact { readers: &[BouncyCastle], forms: AFTER_PARAMETERS, families: &[Ec], verdict: Refuses,
        evidence: "BouncyCastle's parser takes the first block of the file, which is EC PARAMETERS and no key (measured)" },
    Fact { readers: &[BouncyCastle], forms: &[Pkcs8], families: &[Rsa, Ec, Edwards, RsaPss], verdict: Loads,
        evidence: "BouncyCastle's parser loads it (measured)" },
    Fact { readers: &[BouncyCastle], forms: &[Pkcs1], families: &[Rsa], verdict: Loads,
        evidence: "BouncyCastle's parser loads PKCS#1 as well as PKCS#8 (measured)" },
    Fact { readers: &[BouncyCastle], forms: &[Sec1], families: &[Ec], verdict: Loads,
        evidence: "BouncyCastle's parser loads SEC1 as well as PKCS#8 (measured)" },
    Fact { readers: &[BouncyCastle], forms: &[EncryptedPkcs8(Pbes2Aes), EncryptedPkcs8(Sha1TripleDes), EncryptedTraditional], families: &[Rsa, Unknown], verdict: Loads,
        evidence: "BouncyCastle loads it with its passphrase (measured)" },
    Fact { readers: &[BouncyCastle], forms: &[EncryptedPkcs8(Scrypt)], families: ANY, verdict: Refuses,
        evidence: "BouncyCastle does not decrypt PBES2 with scrypt here (measured)" },
    Fact { readers: &[BouncyCastle], forms: &[Der], families: ANY, verdict: Refuses,
        evidence: "BouncyCastle's parser reads PEM alone (measured)" },

    // OpenSSL::PKey::RSA of jruby-openssl
    Fact { readers: &[OpensslRsa], forms: &[Pkcs8, Pkcs1], families: &[Rsa], verdict: Loads,
        evidence: "jruby-openssl loads RSA keys as PKCS#1 and as PKCS#8 (measured on 0.14.0)" },
    Fact { readers: &[OpensslRsa], forms: PLAIN, families: &[Ec, Edwards, RsaPss], verdict: Refuses,
        evidence: "it is read as an RSA key and nothing else: jruby-openssl refuses other algorithms in any form (measured on 0.14.0)" },
    Fact { readers: &[OpensslRsa], forms: &[EncryptedPkcs8(Md5Des), EncryptedTraditional], families: &[Rsa, Unknown], verdict: Loads,
        evidence: "jruby-openssl loads it with its passphrase (measured on 0.14.0)" },
    Fact { readers: &[OpensslRsa], forms: &[EncryptedPkcs8(Pbes2Aes), EncryptedPkcs8(Scrypt), EncryptedPkcs8(Sha1TripleDes)], families: ANY, verdict: Refuses,
        evidence: "jruby-openssl does not decrypt it (measured on 0.14.0)" },

    // Manticore
    Fact { readers: &[Manticore], forms: &[Pkcs8], families: &[Rsa], verdict: Loads,
        evidence: "Manticore loads it (measured)" },
    Fact { readers: &[Manticore], forms: &[Pkcs1], families: &[Rsa], verdict: Refuses,
        evidence: "Manticore refuses PKCS#1 (measured); it loads only where another plugin, such as a tcp input with TLS, has registered BouncyCastle first" },
    Fact { readers: &[Manticore], forms: PLAIN, families: &[Ec, Edwards, RsaPss], verdict: Refuses,
        evidence: "Manticore reads every key as an RSA key: it refuses this algorithm in any form (measured)" },
    Fact { readers: &[Manticore], forms: PLAIN, families: &[Dsa, Montgomery, Dh], verdict: Refuses,
        evidence: "Manticore reads every key as an RSA key (by its source)" },
    Fact { readers: &[Manticore], forms: ENCRYPTED_ALL, families: ANY, verdict: Refuses,
        evidence: "Manticore takes no passphrase, and no encrypted key (by its source; measured for PBES2 and for PKCS#1 with headers)" },

    // The elastic_integration filter
    Fact { readers: &[ElasticIntegration], forms: PLAIN, families: ANY, verdict: Refuses,
        evidence: "the elastic_integration filter loads encrypted PKCS#8 alone, and asks for its passphrase (measured with plain PKCS#8 and PKCS#1)" },
    Fact { readers: &[ElasticIntegration], forms: ENCRYPTED_ALL, families: NOT_RSA, verdict: Refuses,
        evidence: "the elastic_integration filter reads every key as an RSA key (by its source)" },
    Fact { readers: &[ElasticIntegration], forms: &[EncryptedPkcs8(Sha1TripleDes)], families: &[Rsa, Unknown], verdict: Loads,
        evidence: "the elastic_integration filter loads it with its passphrase (measured)" },
    Fact { readers: &[ElasticIntegration], forms: PBES2, families: ANY, verdict: Refuses,
        evidence: "the elastic_integration filter refuses PBES2, which OpenSSL writes unless told otherwise (measured: PBES2 SecretKeyFactory not available)" },
    Fact { readers: &[ElasticIntegration], forms: &[EncryptedTraditional], families: ANY, verdict: Refuses,
        evidence: "the elastic_integration filter refuses keys that are encrypted by their headers (measured)" },

    // Beats and Elastic Agent
    Fact { readers: BEATS, forms: &[Der], families: ANY, verdict: Refuses,
        evidence: "Beats read PEM only (measured with Go 1.21, 1.24 and 1.26)" },
    Fact { readers: BEATS, forms: EXPLICIT_CURVE, families: ANY, verdict: Refuses,
        evidence: "Beats refuse explicit curve parameters (measured with Go 1.21, 1.24 and 1.26: x509: invalid ECDSA parameters)" },
    Fact { readers: BEATS, forms: PLAIN, families: &[Rsa, MultiPrimeRsa, Ec, Edwards, Unknown], verdict: Loads,
        evidence: "Beats load it (measured with Go 1.21, 1.24 and 1.26)" },
    Fact { readers: BEATS, forms: PLAIN, families: &[RsaPss, Dsa, Montgomery, Dh, Ecdh, Sha256Rsa], verdict: Refuses,
        evidence: "Beats load RSA, EC and Ed25519 keys only (measured with Go 1.21, 1.24 and 1.26; read in source for key agreement)" },
    Fact { readers: BEATS, forms: &[EncryptedTraditional], families: ANY, verdict: LoadsUndocumented,
        evidence: "Beats 7.17, 8 and 9 decrypt it, newer ones with a warning that this form is deprecated (read in source, measured with Go)" },
    Fact { readers: BEATS, forms: &[EncryptedTraditionalOther], families: ANY, verdict: Refuses,
        evidence: "Beats do not decrypt Camellia, ARIA and SEED (measured: unknown encryption mode)" },
    Fact { readers: &[Beats], forms: &[EncryptedPkcs8(Pbes2Aes), EncryptedPkcs8(Pbes2Aes192OrTripleDes)], families: ANY, verdict: Loads,
        evidence: "Beats 8.19 and 9 decrypt it; Beats 7.17 do not (read in source, measured with Go)" },
    Fact { readers: &[Beats], forms: JDK_PBES1, families: ANY, verdict: Refuses,
        evidence: "Beats decrypt PBES2 only (measured with Go: only PBES2 supported)" },
    Fact { readers: &[Beats], forms: &[EncryptedPkcs8(OtherPbes1), EncryptedPkcs8(ShortSalt)], families: ANY, verdict: Refuses,
        evidence: "Beats decrypt PBES2 only (measured with Go: only PBES2 supported)" },
    Fact { readers: &[Beats7], forms: ENCRYPTED_ALL, families: ANY, verdict: Refuses,
        evidence: "Beats 7.17 do not decrypt PKCS#8 (read in source)" },
];

/// Source: docs/plugins-and-settings.md §5.2, §5.3, §4.
#[rustfmt::skip]
pub(super) const PASSPHRASE_ON_PLAIN: &[(&[Reader], PassphraseOnPlain, &str)] = &[
    (EVERY_NETTY,                 Breaks,      "a key that is not encrypted does not load where a passphrase is set, even an empty one (measured on Netty 4.1.17, 4.1.48, 4.1.87 and 4.1.118, with BouncyCastle and without: overrun, bytes = N)"),
    (&[ElasticIntegration],       Breaks,      "a key that is not encrypted does not load (measured: overrun, bytes = N)"),
    (&[BouncyCastle, OpensslRsa], Ignored,     "a passphrase that the key does not need is ignored (measured)"),
    (&[Manticore],                NotASetting, "there is no setting for a passphrase"),
    (BEATS,                       Ignored,     "Beats ignore a passphrase that the key does not need (measured)"),
];

/// Source: docs/what-logstash-loads.md §10, rows `v1-utf8pass` and `v2-utf8pass`; §8.8 for control characters.
pub(super) const UNPRINTABLE_PASSPHRASE: ByReader = (
    EVERY_NETTY,
    Refuses,
    "Java 17 takes no passphrase with other characters than printable ASCII (measured on Netty 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without: Password is not ASCII; Java 25 takes it on 4.1.118)",
);

/// Source: row `plain-then-enc-pass` of tests/data/keys-2; docs/what-logstash-loads.md §8.8 without a passphrase.
pub(super) const KEY_OF_OTHER_PROTECTION_FIRST: ByReader = (
    NEW,
    LoadsUndocumented,
    "Netty passes over keys that are not encrypted where a passphrase is set, and over encrypted ones where none is, only where BouncyCastle is present, which Logstash happens to bring and no documentation promises (measured on 4.1.118)",
);
