//! Examines the file that a key setting points to: whether it exists, what it holds, and which key.

mod contents;
mod facts;

use std::io;

pub use contents::{Instead, KeyAsWritten, KeyContents, KeyEntry, NotAKey, text_around};
pub use facts::{Facts, Refusal, open};

use zeroize::Zeroizing;

use crate::logstash::readers::{Damage, Form};
use crate::os::view::{self, Contents, OpenFile};
use contents::BROKEN_BLOCK;
use keyfile::file::{self, Entry, What};
use keyfile::key::encryption::EncryptedKey;
use keyfile::key::{self, EncodedKey, PrivateKey};
use keyfile::layout::Layout;
use keyfile::public_key::PublicKey;

/// What is at a path.
pub enum Held {
    /// Nothing, or something that cannot be a key file.
    Nothing(view::Error),
    /// A file that fixkey has no permission to read.
    Unreadable(view::Error),
    /// A file without a private key.
    NotAKey(NotAKey),
    /// A file whose PEM or key is broken.
    Broken(file::Error),
    /// A private key.
    Key(Box<HeldKey>),
}

/// The next step for a file that is broken after its key.
pub const WITHOUT_BROKEN: &str =
    "remove the broken part of the file if the first key is the right one";

/// The next step for a key that is truncated or corrupt.
pub const WHOLE_COPY: &str = "restore the key from a backup or from where it was created";

/// The next step if that is not possible.
pub const NEW_KEY: &str = "create a new key and get a certificate for it";

/// A private key in its file; of several, the first, which every reader takes.
pub struct HeldKey {
    /// The key.
    pub protection: Protection,
    /// Its form.
    pub form: Form,
    /// The layout of its text.
    pub layout: Layout,
    /// How it behaves if its numbers are wrong.
    pub damage: Option<Damage>,
    /// The line, from 1, on which it begins.
    pub line: Option<usize>,
    /// The regular file that it was read from.
    pub file: Option<OpenFile>,
    /// Private keys that are, or may be, different from this one.
    pub others: Vec<KeyEntry>,
    /// A fault after it, which a reader that takes the first key does not see.
    pub broken_behind: Option<file::Error>,
    /// Other content that must not be lost, and its line.
    pub beside: Option<(String, Option<usize>)>,
    /// Everything in the file.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// A private key by whether it is encrypted.
pub enum Protection {
    /// An unencrypted key and its facts.
    Unencrypted(EncodedKey, Result<Facts, key::Error>),
    /// An encrypted key.
    Encrypted(EncryptedKey),
}

/// The entries of a file and its bytes.
pub type Recognised = (Result<Vec<Entry>, file::Error>, Contents);

/// Returns what a key setting points to, given the contents or the error.
#[must_use]
pub fn held(contents: Result<Contents, view::Error>) -> Held {
    held_as(contents.map(|contents| (file::recognise(&contents.bytes), contents)))
}

/// Returns whether nothing can exist at such a path: a part of it is not a directory, or it is too long.
fn is_no_path(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename)
}

/// As [`held`], for contents that were recognised.
#[must_use]
pub fn held_as(contents: Result<Recognised, view::Error>) -> Held {
    match contents {
        Err(view::Error::Io(error)) if is_no_path(&error) => Held::Nothing(view::Error::Io(error)),
        Err(error @ (view::Error::Io(_) | view::Error::Changed)) => Held::Unreadable(error),
        Err(error) => Held::Nothing(error),
        Ok((entries, contents)) => match entries {
            Ok(entries) => of_entries(entries, contents),
            Err(error) => match file::recognise_lenient(&contents.bytes) {
                Ok(entries) if entries.iter().any(is_key) => read_through(error, entries, contents),
                _ => before_broken(error, contents),
            },
        },
    }
}

/// Returns a key with faults that Java's readers accept. Several faults may hide one of them: bytes after the DER of a
/// key may be another key.
fn read_through(error: file::Error, entries: Vec<Entry>, contents: Contents) -> Held {
    let second = entries.iter().filter(|entry| is_key(entry)).nth(1).map(|entry| entry.line);
    let mut held = of_entries(entries, contents);
    if let (Held::Key(held), Some(line)) = (&mut held, second) {
        held.beside = Some((BROKEN_BLOCK.to_owned(), error.line));
        held.broken_behind = (error.line >= line).then_some(error);
    }
    held
}

/// Returns the key that is complete before the fault, or else the fault.
fn before_broken(error: file::Error, contents: Contents) -> Held {
    let before = file::whole_before(&contents.bytes, &error);
    let layout = before.map(Layout::of).unwrap_or_default();
    let entries = before.and_then(|before| file::recognise(before).ok()).unwrap_or_default();
    match of_entries(entries, contents) {
        Held::Key(mut held) => {
            held.layout = layout;
            held.beside = Some((BROKEN_BLOCK.to_owned(), error.line));
            held.broken_behind = Some(error);
            Held::Key(held)
        }
        _ if error.is_of_certificate() => {
            let line = error.line;
            Held::NotAKey(NotAKey { line, what: Instead::BrokenCertificate(error) })
        }
        _ => Held::Broken(error),
    }
}

fn is_key(entry: &Entry) -> bool {
    matches!(entry.what, What::Key(_) | What::Encrypted(_))
}

fn of_entries(entries: Vec<Entry>, contents: Contents) -> Held {
    let KeyContents { mut keys, beside } = match KeyContents::of(entries) {
        Ok(contents) => contents,
        Err(instead) => return Held::NotAKey(instead),
    };
    let KeyEntry { line, form, key } = keys.remove(0);
    let (protection, damage) = match key {
        KeyAsWritten::Unencrypted(key) => {
            let (facts, damage) = Facts::with_damage(&key);
            (Protection::Unencrypted(key, facts), damage)
        }
        KeyAsWritten::Encrypted(key) => (Protection::Encrypted(key), None),
    };
    keys.retain(|other| is_other(&other.key, &protection));
    let Contents { bytes, file } = contents;
    Held::Key(Box::new(HeldKey {
        protection,
        form,
        layout: Layout::of(&bytes),
        damage,
        line,
        file,
        others: keys,
        broken_behind: None,
        beside: beside.or_else(|| text_around(&bytes)),
        bytes,
    }))
}

/// Returns whether a private key may be different from the first one.
fn is_other(key: &KeyAsWritten, first: &Protection) -> bool {
    match (key, first) {
        (KeyAsWritten::Unencrypted(other), Protection::Unencrypted(first, _)) => {
            !is_same_key(first, other)
        }
        _ => true,
    }
}

fn is_same_key(one: &EncodedKey, two: &EncodedKey) -> bool {
    match (one.read(), two.read()) {
        (Ok(one), Ok(two)) => one.is_same_key(&two),
        _ => false,
    }
}

impl Held {
    /// Returns the encrypted key.
    #[must_use]
    pub fn encrypted(&self) -> Option<&EncryptedKey> {
        match self {
            Self::Key(held) => match &held.protection {
                Protection::Encrypted(key) => Some(key),
                Protection::Unencrypted(..) => None,
            },
            _ => None,
        }
    }
}

impl HeldKey {
    /// Returns the key's name and its encoding: `RSA 2048, PKCS#8`.
    #[must_use]
    pub fn description(&self) -> String {
        match &self.protection {
            Protection::Unencrypted(key, facts) => {
                let name = facts.as_ref().map_or("a private key", |facts| &*facts.name);
                format!("{name}, {}", key.encoding)
            }
            Protection::Encrypted(key) => match key.scheme() {
                Ok(scheme) => format!("a private key, encrypted ({scheme})"),
                Err(_) => "a private key, encrypted".to_owned(),
            },
        }
    }

    /// Returns the public key, if known.
    #[must_use]
    pub fn into_public_key(self) -> Option<PublicKey> {
        match self.protection {
            Protection::Unencrypted(_, Ok(facts)) => facts.public_key,
            _ => None,
        }
    }

    /// Reads the numbers of an unencrypted key.
    #[must_use]
    pub fn plain(&self) -> Option<Result<PrivateKey<'_>, key::Error>> {
        match &self.protection {
            Protection::Unencrypted(key, _) => Some(key.read()),
            Protection::Encrypted(_) => None,
        }
    }

    /// Returns the facts about the key, if it is unencrypted and its numbers agree.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        match &self.protection {
            Protection::Unencrypted(_, facts) => facts.as_ref().ok(),
            Protection::Encrypted(_) => None,
        }
    }
}
