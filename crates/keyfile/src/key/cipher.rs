//! The ciphers that encrypt private keys.

use std::fmt;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, InnerIvInit as _, KeyInit};
use der::asn1::ObjectIdentifier;
use rc4::StreamCipher as _;
use zeroize::Zeroizing;

/// A cipher that encrypts private keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// AES-CBC with a key of this many bits.
    Aes(usize),
    /// Triple DES in CBC mode, with three keys or two.
    TripleDes {
        /// 3, or 2 if the third equals the first.
        keys: usize,
    },
    /// DES-CBC.
    Des,
    /// RC2-CBC.
    Rc2 {
        /// Length of the key in bytes.
        length: usize,
        /// Effective bits (RFC 2268 §6).
        effective_bits: usize,
    },
    /// RC4 with a key of this many bits.
    Rc4(usize),
}

impl Cipher {
    /// Returns the length of its key in bytes.
    pub(super) fn key_length(self) -> usize {
        match self {
            Self::Aes(bits) | Self::Rc4(bits) => bits / 8,
            Self::TripleDes { keys } => keys * 8,
            Self::Des => 8,
            Self::Rc2 { length, .. } => length,
        }
    }

    /// Returns the length of its initialisation vector in bytes.
    pub(super) fn iv_length(self) -> usize {
        match self {
            Self::Aes(_) => 16,
            Self::TripleDes { .. } | Self::Des | Self::Rc2 { .. } => 8,
            Self::Rc4(_) => 0,
        }
    }

    /// Decrypts in place; `None` when the padding is wrong.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        buffer: &mut Zeroizing<Vec<u8>>,
    ) -> Option<()> {
        match self {
            Self::Aes(128) => cbc(aes::Aes128::new_from_slice(key).ok()?, iv, buffer),
            Self::Aes(192) => cbc(aes::Aes192::new_from_slice(key).ok()?, iv, buffer),
            Self::Aes(_) => cbc(aes::Aes256::new_from_slice(key).ok()?, iv, buffer),
            Self::TripleDes { keys: 2 } => {
                cbc(des::TdesEde2::new_from_slice(key).ok()?, iv, buffer)
            }
            Self::TripleDes { .. } => cbc(des::TdesEde3::new_from_slice(key).ok()?, iv, buffer),
            Self::Des => cbc(des::Des::new_from_slice(key).ok()?, iv, buffer),
            Self::Rc2 { effective_bits, .. } => {
                cbc(rc2::Rc2::new_with_eff_key_len(key, effective_bits), iv, buffer)
            }
            Self::Rc4(_) => {
                rc4::Rc4::new_from_slice(key).ok()?.apply_keystream(buffer);
                Some(())
            }
        }
    }
}

/// Decrypts in place and removes the padding; `None` if there is no padding.
fn cbc<C: BlockCipherDecrypt>(cipher: C, iv: &[u8], buffer: &mut Zeroizing<Vec<u8>>) -> Option<()> {
    let mode = cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    let length = mode.decrypt_padded::<Pkcs7>(buffer).ok()?.len();
    buffer.truncate(length);
    Some(())
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aes(bits) => write!(f, "AES-{bits}-CBC"),
            Self::TripleDes { keys: 2 } => f.write_str("two-key DES-EDE3-CBC"),
            Self::TripleDes { .. } => f.write_str("DES-EDE3-CBC"),
            Self::Des => f.write_str("DES-CBC"),
            Self::Rc2 { effective_bits, .. } => write!(f, "RC2-{effective_bits}-CBC"),
            Self::Rc4(bits) => write!(f, "RC4-{bits}"),
        }
    }
}

/// A part of the encryption of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The scheme as a whole.
    Scheme,
    /// The key derivation function of PBES2.
    Derivation,
    /// The pseudorandom function (PRF) of PBKDF2.
    Prf,
    /// The cipher.
    Cipher,
}

impl Part {
    /// Returns what comes before the name of such a part.
    pub(super) fn article(self) -> &'static str {
        match self {
            Self::Scheme | Self::Cipher => "",
            Self::Derivation => "a key with the key derivation function ",
            Self::Prf => "a key with the PRF ",
        }
    }
}

/// What decrypts a key that is not decrypted here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// OpenSSL.
    OpenSsl,
    /// OpenSSL before 3, and OpenSSL 3 with its legacy provider.
    LegacyOpenSsl,
    /// None is known.
    Unknown,
}

/// Returns the program that decrypts keys with this cipher, by its name in [`Error::Unsupported`](super::encryption::Error).
///
/// Source: `provider-default(7)` and `provider-legacy(7)` of OpenSSL 3.
#[must_use]
pub fn elsewhere(part: Part, name: &str) -> Elsewhere {
    let name = name.to_ascii_uppercase();
    let has = |list: &[&str]| list.iter().any(|family| name.starts_with(family));
    if part != Part::Cipher || !["-CBC", "-CFB", "-OFB"].iter().any(|mode| name.ends_with(mode)) {
        Elsewhere::Unknown
    } else if has(&["AES-", "ARIA-", "CAMELLIA-", "SM4-"]) {
        Elsewhere::OpenSsl
    } else if has(&["BF-", "BLOWFISH-", "CAST5-", "DESX-", "IDEA-", "RC2-", "RC5-", "SEED-"]) {
        Elsewhere::LegacyOpenSsl
    } else {
        Elsewhere::Unknown
    }
}

/// Ciphers and schemes that are known by name but not decrypted. Source: `openssl list -objects` of OpenSSL 3.0.19.
const UNSUPPORTED: &[(ObjectIdentifier, &str)] = &[
    (oid("2.16.840.1.101.3.4.1.1"), "AES-128-ECB"),
    (oid("2.16.840.1.101.3.4.1.3"), "AES-128-OFB"),
    (oid("2.16.840.1.101.3.4.1.4"), "AES-128-CFB"),
    (oid("2.16.840.1.101.3.4.1.6"), "AES-128-GCM"),
    (oid("2.16.840.1.101.3.4.1.23"), "AES-192-OFB"),
    (oid("2.16.840.1.101.3.4.1.24"), "AES-192-CFB"),
    (oid("2.16.840.1.101.3.4.1.26"), "AES-192-GCM"),
    (oid("2.16.840.1.101.3.4.1.43"), "AES-256-OFB"),
    (oid("2.16.840.1.101.3.4.1.44"), "AES-256-CFB"),
    (oid("2.16.840.1.101.3.4.1.46"), "AES-256-GCM"),
    (oid("1.2.392.200011.61.1.1.1.2"), "Camellia-128-CBC"),
    (oid("1.2.392.200011.61.1.1.1.3"), "Camellia-192-CBC"),
    (oid("1.2.392.200011.61.1.1.1.4"), "Camellia-256-CBC"),
    (oid("1.2.410.200046.1.1.2"), "ARIA-128-CBC"),
    (oid("1.2.410.200046.1.1.7"), "ARIA-192-CBC"),
    (oid("1.2.410.200046.1.1.12"), "ARIA-256-CBC"),
    (oid("1.2.410.200004.1.4"), "SEED-CBC"),
    (oid("1.2.156.10197.1.104.2"), "SM4-CBC"),
    (oid("1.3.6.1.4.1.3029.1.2"), "Blowfish-CBC"),
    (oid("1.2.840.113533.7.66.10"), "CAST5-CBC"),
    (oid("1.3.6.1.4.1.188.7.1.1.2"), "IDEA-CBC"),
    (oid("1.2.840.113549.3.9"), "RC5-CBC"),
    (oid("1.2.643.2.2.21"), "GOST 28147-89"),
    (oid("2.16.840.1.101.3.4.2.13"), "HMAC-SHA3-224"),
    (oid("2.16.840.1.101.3.4.2.14"), "HMAC-SHA3-256"),
    (oid("2.16.840.1.101.3.4.2.15"), "HMAC-SHA3-384"),
    (oid("2.16.840.1.101.3.4.2.16"), "HMAC-SHA3-512"),
    (oid("1.2.643.7.1.1.4.1"), "HMAC-Streebog-256"),
    (oid("1.2.643.7.1.1.4.2"), "HMAC-Streebog-512"),
    (oid("1.2.840.113549.1.5.1"), "PBES1 with MD2 and DES"),
    (oid("1.2.840.113549.1.5.4"), "PBES1 with MD2 and RC2"),
];

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// Returns the name of a cipher or scheme that is not decrypted, or its object identifier.
pub(super) fn name_of_unsupported(oid: ObjectIdentifier) -> String {
    let known = UNSUPPORTED.iter().find(|(known, _)| *known == oid);
    known.map_or_else(|| format!("algorithm {oid}"), |(_, name)| (*name).to_owned())
}
