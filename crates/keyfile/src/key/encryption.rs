//! Recognises the scheme of encrypted keys and decrypts them (RFC 8018, RFC 7292 §C, RFC 1421 §4.6).

use std::fmt;

use der::Decode as _;
use der::asn1::ObjectIdentifier;
use thiserror::Error;
use zeroize::Zeroizing;

use super::EncodedKey;
use super::cipher::{self, Cipher, Part};
use super::derivation::{self, Derivation, Hash, Limits};
use crate::ber::{self, Element, tag};
use crate::structure::Structure;
use crate::unsigned::without_leading_zeros;
use crate::wipe;

/// Why a key cannot be decrypted.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A scheme, or a part of one, that is not decrypted.
    #[error("fixkey cannot decrypt {}{name}", part.article())]
    Unsupported {
        /// What is not supported.
        part: Part,
        /// Its name, or its object identifier.
        name: String,
    },
    /// The parameters of the encryption are not what the standard says.
    #[error("the key is damaged: invalid encryption parameters")]
    Parameters,
    /// It would take too much work.
    #[error(transparent)]
    Derivation(#[from] derivation::Error),
    /// The passphrase is wrong.
    #[error("wrong passphrase")]
    WrongPassphrase,
}

impl Error {
    /// Returns whether fixkey refuses the work; nothing is known to be wrong with the key.
    #[must_use]
    pub fn is_limit(&self) -> bool {
        use derivation::Error::{Iterations, Memory, ScryptMemory, Total};
        matches!(
            self,
            Self::Derivation(Iterations { .. } | Memory(_) | ScryptMemory { .. } | Total { .. })
        )
    }
}

/// How a key is encrypted.
pub struct Scheme<'a> {
    /// The usual name: `PBES2`, `PBES2 with scrypt`, `PBES1`, `PKCS#12 PBE` or `DEK-Info`.
    pub name: &'static str,
    cipher: Cipher,
    derivation: Derivation<'a>,
    /// Stated by PBES2 and DEK-Info, derived by the others.
    iv: Option<Vec<u8>>,
}

impl fmt::Display for Scheme<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.name, self.cipher)?;
        match self.derivation {
            // RFC 8018 has more, of which readers differ.
            Derivation::Pbkdf2 {
                prf: prf @ (Hash::Md5 | Hash::Sha512_224 | Hash::Sha512_256),
                ..
            } => write!(f, ", PRF HMAC-{prf}"),
            _ => Ok(()),
        }
    }
}

impl<'a> Scheme<'a> {
    /// Decrypts. The result is only likely to be right: the caller must check that it is a key.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`] when the padding is wrong; [`Error::Derivation`] for too much work.
    fn decrypt(
        &self,
        passphrase: &[u8],
        ciphertext: &[u8],
        limits: &Limits,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (key_length, iv_length) = (self.cipher.key_length(), self.cipher.iv_length());
        let derived = self.derivation.derive(passphrase, key_length, iv_length, limits)?;
        let iv = self.iv.as_deref().unwrap_or(&derived.iv);
        if iv.len() != iv_length {
            return Err(Error::Parameters);
        }
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let decrypted = self.cipher.decrypt(&derived.key, iv, &mut buffer);
        wipe::erase_stack();
        decrypted.ok_or(Error::WrongPassphrase)?;
        Ok(buffer)
    }

    /// Returns the cipher.
    #[must_use]
    pub fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// Returns how the passphrase becomes the cipher's key.
    #[must_use]
    pub fn derivation(&self) -> &Derivation<'a> {
        &self.derivation
    }

    /// Returns the forms of a passphrase for this scheme. PKCS#12 takes UTF-16; the second form is for old OpenSSL,
    /// which widened each byte instead (RFC 7292 §B.1).
    fn forms_of(&self, passphrase: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
        if !matches!(self.derivation, Derivation::Pkcs12 { .. }) {
            return vec![Zeroizing::new(passphrase.to_vec())];
        }
        let widened = passphrase.iter().flat_map(|byte| [0, *byte]).collect();
        let utf16 = std::str::from_utf8(passphrase)
            .map(|text| text.encode_utf16().flat_map(u16::to_be_bytes).collect())
            .ok();
        let mut forms: Vec<Zeroizing<Vec<u8>>> =
            utf16.into_iter().chain([widened]).map(Zeroizing::new).collect();
        forms.dedup();
        forms
    }

    /// Reads the `AlgorithmIdentifier` of an `EncryptedPrivateKeyInfo` (RFC 5958 §3).
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the name of an unsupported cipher.
    fn from_algorithm(algorithm: Element<'a>) -> Result<Self, Error> {
        let (oid, parameters) = algorithm_identifier(algorithm)?;
        let parameters = parameters.ok_or(Error::Parameters)?;
        if oid == PBES2 {
            return Self::pbes2(parameters);
        }
        let row = SALT_AND_COUNT.iter().find(|row| row.0 == oid);
        let (_, name, hash, cipher) = row.ok_or_else(|| unsupported(Part::Scheme, oid))?;
        let fields = parameters.children().map_err(|_| Error::Parameters)?;
        let [salt, iterations] = fields.as_slice() else { return Err(Error::Parameters) };
        let (salt, iterations) = (salt.content, unsigned(*iterations)?);
        let derivation = match hash {
            Some(hash) => Derivation::Pbkdf1 { hash: *hash, salt, iterations },
            None => Derivation::Pkcs12 { salt, iterations },
        };
        Ok(Self { name, cipher: *cipher, derivation, iv: None })
    }

    fn pbes2(parameters: Element<'a>) -> Result<Self, Error> {
        let fields = parameters.children().map_err(|_| Error::Parameters)?;
        let [derivation, cipher] = fields.as_slice() else { return Err(Error::Parameters) };
        let (derivation, key_length) = pbes2_derivation(*derivation)?;
        // A key length that is not the cipher's is ignored, as Java does.
        let (cipher, iv) = pbes2_cipher(*cipher, key_length)?;
        let name = match derivation {
            Derivation::Scrypt { .. } => "PBES2 with scrypt",
            _ => "PBES2",
        };
        Ok(Self { name, cipher, derivation, iv: Some(iv.to_vec()) })
    }

    /// Reads the value of a `DEK-Info` header: the name of a cipher, and the vector in hexadecimal.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the name of an unsupported cipher.
    fn from_dek_info(value: &str) -> Result<Self, Error> {
        let (name, hex) = value.split_once(',').unwrap_or((value, ""));
        let cipher = TRADITIONAL.iter().find(|row| row.0.eq_ignore_ascii_case(name));
        let (_, cipher) = cipher
            .ok_or_else(|| Error::Unsupported { part: Part::Cipher, name: name.to_owned() })?;
        let iv = hexadecimal(hex).ok_or(Error::Parameters)?;
        let salt = *iv.first_chunk().ok_or(Error::Parameters)?;
        let derivation = Derivation::OpenSsl { salt };
        Ok(Self { name: "DEK-Info", cipher: *cipher, derivation, iv: Some(iv) })
    }
}

/// An encrypted private key.
pub enum EncryptedKey {
    /// An `EncryptedPrivateKeyInfo` in DER.
    Pkcs8(Zeroizing<Vec<u8>>),
    /// A traditional PEM block with a `DEK-Info` header.
    Traditional {
        /// The header's value.
        dek_info: String,
        /// The body.
        ciphertext: Zeroizing<Vec<u8>>,
    },
}

impl EncryptedKey {
    /// Returns how it is encrypted.
    ///
    /// # Errors
    /// [`Error::Unsupported`] with the name of an unsupported cipher; [`Error::Parameters`].
    pub fn scheme(&self) -> Result<Scheme<'_>, Error> {
        match self {
            Self::Pkcs8(der) => Scheme::from_algorithm(encrypted_fields(der)?[0]),
            Self::Traditional { dek_info, .. } => Scheme::from_dek_info(dek_info),
        }
    }

    /// Returns what trying one passphrase costs, for a [`derivation::Budget`].
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.scheme().map_or(0, |scheme| scheme.derivation.cost())
    }

    /// Decrypts it with the first of these passphrases that opens it.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`] when none is; else as [`EncryptedKey::decrypt`].
    pub fn decrypt_with<'p>(
        &self,
        passphrases: impl IntoIterator<Item = &'p [u8]>,
        limits: &Limits,
    ) -> Result<EncodedKey, Error> {
        let mut tried = passphrases.into_iter().map(|passphrase| self.decrypt(passphrase, limits));
        let opened = tried.find(|tried| !matches!(tried, Err(Error::WrongPassphrase)));
        opened.unwrap_or(Err(Error::WrongPassphrase))
    }

    /// Decrypts it.
    ///
    /// # Errors
    /// [`Error::WrongPassphrase`] when the result is not a private key.
    pub fn decrypt(&self, passphrase: &[u8], limits: &Limits) -> Result<EncodedKey, Error> {
        let scheme = self.scheme()?;
        let ciphertext = match self {
            Self::Pkcs8(der) => encrypted_fields(der)?[1].content,
            Self::Traditional { ciphertext, .. } => ciphertext,
        };
        for passphrase in scheme.forms_of(passphrase) {
            match scheme.decrypt(&passphrase, ciphertext, limits) {
                Err(Error::WrongPassphrase) => {}
                Err(error) => return Err(error),
                Ok(plaintext) => {
                    if let Some(key) = private_key(&plaintext) {
                        return Ok(key);
                    }
                }
            }
        }
        Err(Error::WrongPassphrase)
    }
}

fn encrypted_fields(der: &[u8]) -> Result<Vec<Element<'_>>, Error> {
    let fields = Element::only(der).and_then(|info| info.children()).unwrap_or_default();
    if fields.len() == 2 { Ok(fields) } else { Err(Error::Parameters) }
}

fn private_key(plaintext: &[u8]) -> Option<EncodedKey> {
    let der = ber::to_der(plaintext).ok()?;
    match Structure::of(&der) {
        Some(Structure::PrivateKey(encoding)) => Some(EncodedKey::new(encoding, der, None)),
        _ => None,
    }
}

const PBES2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.13");
const PBKDF2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.5.12");
const SCRYPT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11591.4.11");
const RC2_CBC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.3.2");

const RC2_64: Cipher = Cipher::Rc2 { length: 8, effective_bits: 64 };

type SaltAndCount = (ObjectIdentifier, &'static str, Option<Hash>, Cipher);

/// Schemes whose parameters are a salt and a count; without a hash, PKCS#12's derivation applies. Source: RFC 8018
/// §A.3, RFC 7292 §C.
const SALT_AND_COUNT: &[SaltAndCount] = &[
    (oid("1.2.840.113549.1.5.3"), "PBES1", Some(Hash::Md5), Cipher::Des),
    (oid("1.2.840.113549.1.5.6"), "PBES1", Some(Hash::Md5), RC2_64),
    (oid("1.2.840.113549.1.5.10"), "PBES1", Some(Hash::Sha1), Cipher::Des),
    (oid("1.2.840.113549.1.5.11"), "PBES1", Some(Hash::Sha1), RC2_64),
    (oid("1.2.840.113549.1.12.1.1"), "PKCS#12 PBE", None, Cipher::Rc4(128)),
    (oid("1.2.840.113549.1.12.1.2"), "PKCS#12 PBE", None, Cipher::Rc4(40)),
    (oid("1.2.840.113549.1.12.1.3"), "PKCS#12 PBE", None, Cipher::TripleDes { keys: 3 }),
    (oid("1.2.840.113549.1.12.1.4"), "PKCS#12 PBE", None, Cipher::TripleDes { keys: 2 }),
    (
        oid("1.2.840.113549.1.12.1.5"),
        "PKCS#12 PBE",
        None,
        Cipher::Rc2 { length: 16, effective_bits: 128 },
    ),
    (
        oid("1.2.840.113549.1.12.1.6"),
        "PKCS#12 PBE",
        None,
        Cipher::Rc2 { length: 5, effective_bits: 40 },
    ),
];

/// Ciphers of PBES2 whose parameters are the initialisation vector. Source: RFC 8018 §B.2, NIST CSOR.
const PBES2_CIPHERS: &[(ObjectIdentifier, Cipher)] = &[
    (oid("2.16.840.1.101.3.4.1.2"), Cipher::Aes(128)),
    (oid("2.16.840.1.101.3.4.1.22"), Cipher::Aes(192)),
    (oid("2.16.840.1.101.3.4.1.42"), Cipher::Aes(256)),
    (oid("1.2.840.113549.3.7"), Cipher::TripleDes { keys: 3 }),
    (oid("1.3.14.3.2.7"), Cipher::Des),
];

/// Functions under PBKDF2. Source: RFC 8018 §B.1; `openssl list -objects` of OpenSSL 3.0.19 for MD5.
const PSEUDO_RANDOM_FUNCTIONS: &[(ObjectIdentifier, Hash)] = &[
    (oid("1.2.840.113549.2.6"), Hash::Md5),
    (oid("1.2.840.113549.2.7"), Hash::Sha1),
    (oid("1.2.840.113549.2.8"), Hash::Sha224),
    (oid("1.2.840.113549.2.9"), Hash::Sha256),
    (oid("1.2.840.113549.2.10"), Hash::Sha384),
    (oid("1.2.840.113549.2.11"), Hash::Sha512),
    (oid("1.2.840.113549.2.12"), Hash::Sha512_224),
    (oid("1.2.840.113549.2.13"), Hash::Sha512_256),
];

/// Cipher names in a `DEK-Info` header. Source: what `openssl rsa -traditional` of OpenSSL 3.0 writes.
const TRADITIONAL: &[(&str, Cipher)] = &[
    ("AES-128-CBC", Cipher::Aes(128)),
    ("AES-192-CBC", Cipher::Aes(192)),
    ("AES-256-CBC", Cipher::Aes(256)),
    ("DES-EDE3-CBC", Cipher::TripleDes { keys: 3 }),
    ("DES-CBC", Cipher::Des),
];

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

fn unsupported(part: Part, oid: ObjectIdentifier) -> Error {
    Error::Unsupported { part, name: cipher::name_of_unsupported(oid) }
}

fn algorithm_identifier(
    element: Element<'_>,
) -> Result<(ObjectIdentifier, Option<Element<'_>>), Error> {
    let fields = element.children().map_err(|_| Error::Parameters)?;
    let [oid, parameters @ ..] = fields.as_slice() else { return Err(Error::Parameters) };
    let oid = ObjectIdentifier::from_der(oid.whole).map_err(|_| Error::Parameters)?;
    Ok((oid, parameters.first().copied()))
}

/// Returns the derivation of PBES2 and the key length in bytes, if stated (RFC 8018 §A.2, RFC 7914 §7.1).
fn pbes2_derivation(element: Element<'_>) -> Result<(Derivation<'_>, Option<usize>), Error> {
    let (oid, parameters) = algorithm_identifier(element)?;
    let fields = parameters.ok_or(Error::Parameters)?.children().map_err(|_| Error::Parameters)?;
    match (oid, fields.as_slice()) {
        (PBKDF2, [salt, iterations, optional @ ..]) => {
            let prf = optional.iter().find(|field| field.tag == tag::SEQUENCE);
            let prf = prf.map_or(Ok(Hash::Sha1), |prf| pseudo_random_function(*prf))?;
            let derivation =
                Derivation::Pbkdf2 { prf, salt: salt.content, iterations: unsigned(*iterations)? };
            Ok((derivation, key_length(optional)?))
        }
        (SCRYPT, [salt, cost, block_size, parallelisation, optional @ ..]) => {
            let derivation = Derivation::Scrypt {
                salt: salt.content,
                cost: unsigned(*cost)?,
                block_size: unsigned(*block_size)?,
                parallelisation: unsigned(*parallelisation)?,
            };
            Ok((derivation, key_length(optional)?))
        }
        (PBKDF2 | SCRYPT, _) => Err(Error::Parameters),
        _ => Err(unsupported(Part::Derivation, oid)),
    }
}

fn pseudo_random_function(element: Element<'_>) -> Result<Hash, Error> {
    let (oid, _) = algorithm_identifier(element)?;
    let known = PSEUDO_RANDOM_FUNCTIONS.iter().find(|(known, _)| *known == oid);
    known.map(|(_, hash)| *hash).ok_or_else(|| unsupported(Part::Prf, oid))
}

fn key_length(optional: &[Element<'_>]) -> Result<Option<usize>, Error> {
    let Some(length) = optional.first().filter(|field| field.tag == tag::INTEGER) else {
        return Ok(None);
    };
    usize::try_from(unsigned(*length)?).map(Some).map_err(|_| Error::Parameters)
}

/// Returns the cipher of PBES2 and its initialisation vector (RFC 8018 §B.2).
fn pbes2_cipher(element: Element<'_>, key_length: Option<usize>) -> Result<(Cipher, &[u8]), Error> {
    let (oid, parameters) = algorithm_identifier(element)?;
    if oid == RC2_CBC {
        return rc2(parameters.ok_or(Error::Parameters)?, key_length);
    }
    let known = PBES2_CIPHERS.iter().find(|(known, _)| *known == oid);
    let (_, cipher) = known.ok_or_else(|| unsupported(Part::Cipher, oid))?;
    Ok((*cipher, parameters.ok_or(Error::Parameters)?.content))
}

/// `RC2-CBC-Parameter`: effective bits as a coded version, and the vector (RFC 8018 §B.2.3).
fn rc2(parameters: Element<'_>, key_length: Option<usize>) -> Result<(Cipher, &[u8]), Error> {
    let (version, iv) = match parameters.tag {
        tag::OCTET_STRING => (None, parameters),
        _ => match parameters.children().map_err(|_| Error::Parameters)?.as_slice() {
            [iv] => (None, *iv),
            [version, iv] => (Some(unsigned(*version)?), *iv),
            _ => return Err(Error::Parameters),
        },
    };
    let effective_bits = match version {
        None => 32,
        Some(160) => 40,
        Some(120) => 64,
        Some(58) => 128,
        Some(bits @ 256..=1024) => usize::try_from(bits).map_err(|_| Error::Parameters)?,
        Some(_) => return Err(Error::Parameters),
    };
    match key_length.unwrap_or(effective_bits / 8) {
        length @ 1..=128 => Ok((Cipher::Rc2 { length, effective_bits }, iv.content)),
        _ => Err(Error::Parameters),
    }
}

fn unsigned(element: Element<'_>) -> Result<u64, Error> {
    let digits = without_leading_zeros(element.content);
    if element.tag != tag::INTEGER || digits.len() > 8 {
        return Err(Error::Parameters);
    }
    Ok(digits.iter().fold(0, |value, digit| value << 8 | u64::from(*digit)))
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    digits.chunks(2).map(|pair| u8::try_from(pair.first()? * 16 + pair.get(1)?).ok()).collect()
}
