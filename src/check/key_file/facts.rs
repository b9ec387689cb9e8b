//! The facts about a private key, computed once.

use crate::logstash::readers::{self, Damage, Family, Limit};
use keyfile::key::derivation::Limits;
use keyfile::key::encryption::{self, EncryptedKey};
use keyfile::key::{self, EncodedKey, Encoding};
use keyfile::public_key::PublicKey;

/// The facts about a key whose numbers agree; computed once, since that takes arithmetic.
pub struct Facts {
    /// Family and size: `RSA 2048`.
    pub name: String,
    /// How it is written, or was inside of its encryption.
    pub encoding: Encoding,
    /// The family.
    pub family: Family,
    /// Its public key, if known.
    pub public_key: Option<PublicKey>,
    /// The limits on where it works.
    pub limits: Vec<Limit>,
}

impl Facts {
    /// Reads and checks a key.
    ///
    /// # Errors
    /// When its structure violates its standard, or its numbers contradict each other.
    pub fn of(key: &EncodedKey) -> Result<Self, key::Error> {
        Self::with_damage(key).0
    }

    /// Returns the facts, and how a damaged key behaves.
    pub(super) fn with_damage(key: &EncodedKey) -> (Result<Self, key::Error>, Option<Damage>) {
        let encoding = key.encoding;
        let key = match key.read() {
            Ok(key) => key,
            Err(error) => {
                let damage = readers::of_damage(None, &Err(error.clone()));
                return (Err(error), damage);
            }
        };
        let checked = key.check();
        let damage = readers::of_damage(Some(&key), &checked);
        let facts = checked.map(|flaw| Self {
            name: key.to_string(),
            encoding,
            family: Family::of(&key),
            public_key: key.public_key(),
            limits: readers::limits(&key, flaw),
        });
        (facts, damage)
    }
}

/// Why an encrypted key cannot be used.
#[derive(Debug)]
pub enum Refusal {
    /// It cannot be decrypted.
    Encrypted(encryption::Error),
    /// The decrypted key is damaged.
    Damaged(key::Error),
}

impl Refusal {
    /// Returns which limit was reached, where fixkey refused the work.
    pub(crate) fn limit(&self) -> Option<String> {
        match self {
            Self::Encrypted(error) if error.is_limit() => Some(error.to_string()),
            _ => None,
        }
    }
}

/// Decrypts a key, and finds out what there is to know of it.
///
/// # Errors
/// [`Refusal`]
pub fn open<'p>(
    key: &EncryptedKey,
    passphrases: impl IntoIterator<Item = &'p [u8]>,
    limits: &Limits,
) -> Result<Facts, Refusal> {
    let key = key.decrypt_with(passphrases, limits).map_err(Refusal::Encrypted)?;
    Facts::of(&key).map_err(Refusal::Damaged)
}
