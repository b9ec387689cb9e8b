//! The form and the family of a key in its file, as far as readers differ.

use keyfile::algorithm::{DH, ECDH, SHA256_RSA};
use keyfile::ber::{Element, tag};
use keyfile::file::{Entry, What};
use keyfile::key::cipher::{Cipher, Part};
use keyfile::key::derivation::{Derivation, Hash};
use keyfile::key::encryption::{self, EncryptedKey, Scheme};
use keyfile::key::{EncodedKey, Encoding, Numbers, PrivateKey};

/// The form of a key in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Unencrypted PKCS#8.
    Pkcs8,
    /// Unencrypted PKCS#8 right after an `EC PARAMETERS` block.
    Pkcs8AfterParameters,
    /// Unencrypted PKCS#8 with the numbers of its curve instead of the name.
    Pkcs8ExplicitCurve,
    /// Unencrypted PKCS#8 of version 0 with the `[1]` public key of version 1.
    Pkcs8StrayPublicKey,
    /// Unencrypted PKCS#8 of version 1 (RFC 5958 §2), with a public key or without.
    Pkcs8Version1,
    /// Unencrypted PKCS#8 of an EC key with the curve only inside, not in the `AlgorithmIdentifier`.
    Pkcs8WithoutCurve,
    /// Unencrypted PKCS#8 whose inner version is not that of two-prime RSA or SEC1.
    Pkcs8InnerVersion,
    /// Unencrypted PKCS#1 (`RSA PRIVATE KEY`).
    Pkcs1,
    /// Unencrypted SEC1 (`EC PRIVATE KEY`).
    Sec1,
    /// Unencrypted SEC1 right after an `EC PARAMETERS` block.
    Sec1AfterParameters,
    /// Unencrypted SEC1 with the numbers of its curve instead of the name.
    Sec1ExplicitCurve,
    /// SEC1, not encrypted, which states no curve, and neither does a block before it.
    Sec1WithoutCurve,
    /// OpenSSL's own form of a DSA key (`DSA PRIVATE KEY`), not encrypted.
    TraditionalDsa,
    /// Encrypted PKCS#8 (`ENCRYPTED PRIVATE KEY`).
    EncryptedPkcs8(Encryption),
    /// A traditional block encrypted by its headers (`Proc-Type`, `DEK-Info`).
    EncryptedTraditional,
    /// The same with another cipher than AES, DES, Blowfish and RC2.
    EncryptedTraditionalOther,
    /// A binary file.
    Der,
}

/// How PKCS#8 is encrypted, as far as readers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encryption {
    /// PBE-SHA1-3DES, three keys.
    Sha1TripleDes,
    /// PBE-MD5-DES.
    Md5Des,
    /// PBE-SHA1-RC4-128, -RC4-40, -RC2-128, -RC2-40.
    Sha1Rc,
    /// PBE-SHA1-2DES, PBE-MD5-RC2-64, PBE-SHA1-DES, PBE-SHA1-RC2-64.
    OtherPbes1,
    /// PBES2 with PBKDF2 and AES-128-CBC or AES-256-CBC: OpenSSL's default since 1.1.
    Pbes2Aes,
    /// PBES2 with PBKDF2 and AES-192-CBC or triple DES.
    Pbes2Aes192OrTripleDes,
    /// PBES2 with any other cipher, key derivation function or PRF: the JDK and `BouncyCastle` have lists of what they
    /// take.
    Pbes2Other,
    /// PBES1 of PKCS#12 with a salt under 8 bytes.
    ShortSalt,
    /// PBES2 with an empty salt.
    Pbes2WithoutSalt,
    /// PBES2 with scrypt.
    Scrypt,
    /// Not measured.
    Unmeasured,
}

/// The family of a key, as far as readers differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// RSA with two primes.
    Rsa,
    /// RSA with more primes.
    MultiPrimeRsa,
    /// RSA restricted to PSS.
    RsaPss,
    /// On an elliptic curve.
    Ec,
    /// DSA.
    Dsa,
    /// Ed25519, Ed448.
    Edwards,
    /// X25519, X448.
    Montgomery,
    /// Diffie-Hellman.
    Dh,
    /// On an elliptic curve, and for key agreement alone by the name of its algorithm (`id-ecDH`).
    Ecdh,
    /// RSA under the name of a signature algorithm, `sha256WithRSAEncryption`.
    Sha256Rsa,
    /// Another, or one that cannot be told: the key is encrypted.
    Unknown,
}

/// How the names of the ciphers begin with which `BouncyCastle` decrypts a traditional block. Source:
/// docs/what-logstash-loads.md §8.8; row `dek-seed` of tests/data/keys-2.
const BOUNCY_CASTLE_CIPHERS: &[&str] = &["AES-", "DES-", "BF-", "RC2-"];

impl Form {
    /// Returns the form of a private key in a file; `None` for other entries.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let form = match &entry.what {
            What::Key(key) => Self::of_key(key),
            What::Encrypted(key) => Self::of_encrypted(key),
            _ => return None,
        };
        Some(if entry.line.is_none() { Self::Der } else { form })
    }

    /// Returns the form of a key in a text file.
    #[must_use]
    pub fn of_key(key: &EncodedKey) -> Self {
        let after_parameters = key.follows_parameters();
        let fields = children(Element::only(key.der()).ok());
        match key.encoding {
            Encoding::Pkcs8 => match oddity_of_pkcs8(&fields) {
                Some(form) => form,
                None if after_parameters => Self::Pkcs8AfterParameters,
                None => Self::Pkcs8,
            },
            Encoding::Pkcs1 => Self::Pkcs1,
            Encoding::Sec1 if names_explicit_curve(&fields) => Self::Sec1ExplicitCurve,
            Encoding::Sec1 if after_parameters => Self::Sec1AfterParameters,
            Encoding::Sec1 if !fields.iter().any(|field| field.tag == tag::CONTEXT_0) => {
                Self::Sec1WithoutCurve
            }
            Encoding::Sec1 => Self::Sec1,
            Encoding::TraditionalDsa => Self::TraditionalDsa,
        }
    }

    /// Returns the form of an encrypted key in a text file.
    #[must_use]
    pub fn of_encrypted(key: &EncryptedKey) -> Self {
        match key {
            EncryptedKey::Traditional { dek_info, .. } => {
                let cipher = dek_info.to_ascii_uppercase();
                if BOUNCY_CASTLE_CIPHERS.iter().any(|family| cipher.starts_with(family)) {
                    Self::EncryptedTraditional
                } else {
                    Self::EncryptedTraditionalOther
                }
            }
            EncryptedKey::Pkcs8(_) => Self::EncryptedPkcs8(match key.scheme() {
                Ok(scheme) => Encryption::of(&scheme),
                Err(encryption::Error::Unsupported {
                    part: Part::Cipher | Part::Derivation | Part::Prf,
                    ..
                }) => Encryption::Pbes2Other,
                Err(_) => Encryption::Unmeasured,
            }),
        }
    }

    /// Returns whether it is encrypted; `None` for a binary file, whose form does not say.
    #[must_use]
    pub fn is_encrypted(self) -> Option<bool> {
        match self {
            Self::EncryptedPkcs8(_)
            | Self::EncryptedTraditional
            | Self::EncryptedTraditionalOther => Some(true),
            Self::Der => None,
            _ => Some(false),
        }
    }
}

/// PRFs of PBKDF2 that the JDK's PBES2 takes. Source: docs/what-logstash-loads.md §10, rows `enc-v2-*-hmacWith*`; rows
/// `pbes2-md5` and `pbes2-sha512_256` of tests/data/keys-2 for what it refuses ("expecting the object identifier for a
/// `HmacSHA` key derivation function"), except that Java 21 takes SHA-512/256.
const JDK_PRFS: &[Hash] = &[Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512];

impl Encryption {
    fn of(scheme: &Scheme<'_>) -> Self {
        match (scheme.derivation(), scheme.cipher()) {
            (Derivation::Scrypt { .. }, _) => Self::Scrypt,
            (Derivation::Pkcs12 { salt, .. }, _) if salt.len() < 8 => Self::ShortSalt,
            (Derivation::Pbkdf2 { salt: [], .. }, _) => Self::Pbes2WithoutSalt,
            (Derivation::Pkcs12 { .. }, Cipher::TripleDes { keys: 3 }) => Self::Sha1TripleDes,
            (Derivation::Pkcs12 { .. }, Cipher::Rc2 { .. } | Cipher::Rc4(_)) => Self::Sha1Rc,
            (Derivation::Pbkdf1 { hash: Hash::Md5, .. }, Cipher::Des) => Self::Md5Des,
            (Derivation::Pkcs12 { .. } | Derivation::Pbkdf1 { .. }, _) => Self::OtherPbes1,
            (Derivation::Pbkdf2 { prf, .. }, _) if !JDK_PRFS.contains(prf) => Self::Pbes2Other,
            (Derivation::Pbkdf2 { .. }, Cipher::Aes(128 | 256)) => Self::Pbes2Aes,
            (Derivation::Pbkdf2 { .. }, Cipher::Aes(_) | Cipher::TripleDes { .. }) => {
                Self::Pbes2Aes192OrTripleDes
            }
            (Derivation::Pbkdf2 { .. }, Cipher::Des | Cipher::Rc2 { .. }) => Self::Pbes2Other,
            _ => Self::Unmeasured,
        }
    }
}

impl Family {
    /// Returns the family of a key that was read.
    #[must_use]
    pub fn of(key: &PrivateKey<'_>) -> Self {
        match &key.numbers {
            Numbers::Rsa(key) if key.is_multi_prime() => Self::MultiPrimeRsa,
            Numbers::Rsa(key) if key.is_pss() => Self::RsaPss,
            Numbers::Rsa(_) => Self::Rsa,
            Numbers::Ec(_) => Self::Ec,
            Numbers::Dsa(_) => Self::Dsa,
            Numbers::Octets(key) if key.algorithm.name.starts_with("Ed") => Self::Edwards,
            Numbers::Octets(_) => Self::Montgomery,
            Numbers::Other { oid: DH, .. } => Self::Dh,
            Numbers::Other { oid: ECDH, .. } => Self::Ecdh,
            Numbers::Other { oid: SHA256_RSA, .. } => Self::Sha256Rsa,
            Numbers::Other { .. } => Self::Unknown,
        }
    }
}

/// Returns an oddity of a PKCS#8 structure that the JDK refuses and conversion removes (RFC 5958 §2).
fn oddity_of_pkcs8(fields: &[Element<'_>]) -> Option<Form> {
    let [version, algorithm, key, rest @ ..] = fields else { return None };
    let algorithm = children(Some(*algorithm));
    let inside = children(Element::only(key.content).ok());
    let is_ec = algorithm.first().is_some_and(|oid| oid.content == EC_PUBLIC_KEY);
    let is_rsa = algorithm.first().is_some_and(|oid| oid.content == RSA_ENCRYPTION);
    let has_version = |number: u8| inside.first().is_some_and(|field| field.content == [number]);
    let is_public_key =
        |field: &Element<'_>| matches!(field.tag, tag::CONTEXT_1 | tag::CONTEXT_1_PRIMITIVE);
    match algorithm.get(1).map(|parameters| parameters.tag) {
        _ if version.content == [0] && rest.iter().any(is_public_key) => {
            Some(Form::Pkcs8StrayPublicKey)
        }
        Some(tag::SEQUENCE) if is_ec => Some(Form::Pkcs8ExplicitCurve),
        None if is_ec => Some(Form::Pkcs8WithoutCurve),
        _ if is_ec && !has_version(1) => Some(Form::Pkcs8InnerVersion),
        _ if is_rsa && inside.len() == 9 && !has_version(0) => Some(Form::Pkcs8InnerVersion),
        _ if version.content == [1] => Some(Form::Pkcs8Version1),
        _ => None,
    }
}

/// Returns whether the `[0]` of SEC1 holds the curve as numbers: a SEQUENCE, not an identifier (RFC 5915 §3).
fn names_explicit_curve(fields: &[Element<'_>]) -> bool {
    let curve = children(fields.iter().find(|field| field.tag == tag::CONTEXT_0).copied());
    curve.first().is_some_and(|parameters| parameters.tag == tag::SEQUENCE)
}

fn children(element: Option<Element<'_>>) -> Vec<Element<'_>> {
    element.and_then(|element| element.children().ok()).unwrap_or_default()
}

/// rsaEncryption, as the content of its OBJECT IDENTIFIER (RFC 8017 §A.1).
const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// id-ecPublicKey, as the content of its OBJECT IDENTIFIER (RFC 5480 §2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
