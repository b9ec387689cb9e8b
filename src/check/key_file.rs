//! The file that a setting names as its key: whether it is there, what it holds, and which key.

mod facts;

use std::io;

pub use facts::{Facts, Refusal, open};

use zeroize::Zeroizing;

use super::foreign;
use crate::logstash::readers::{Damage, Form};
use crate::os::view::{self, Contents, OpenFile};
use keyfile::file::{self, Entry, Foreign, What};
use keyfile::key::encryption::EncryptedKey;
use keyfile::key::{self, EncodedKey, PrivateKey};
use keyfile::layout::Layout;
use keyfile::public_key::PublicKey;

/// What is found at a path.
pub enum Held {
    /// Nothing, or what cannot be a file of keys.
    Nothing(view::Error),
    /// What fixkey itself may not read.
    Unreadable(view::Error),
    /// A file without a private key.
    NotAKey(NotAKey),
    /// A file whose PEM or key is broken.
    Broken(file::Error),
    /// A private key.
    Key(Box<HeldKey>),
}

/// What to do with a file that is broken behind its key.
pub const WITHOUT_BROKEN: &str =
    "take out of the file what is broken, if the first key is the one that is meant";

const BROKEN_BLOCK: &str = "a block that is broken";

const BROKEN_CERTIFICATE: &str = "a certificate that is broken";

const SWAPPED: &str =
    "ssl_key and ssl_certificate may be swapped; the key is often beside its certificate";

/// What a file without a private key is.
pub struct NotAKey {
    /// The line, from 1, on which it begins.
    pub line: Option<usize>,
    /// In a person's words: `a certificate`.
    pub description: String,
    /// What to do next; `{path}` stands for the file.
    pub next_step: Option<String>,
    /// Whether it may hold a key that another program has to bring out first.
    pub hides_keys: bool,
}

/// A private key in its file; of several the first, which is the one that every reader takes.
pub struct HeldKey {
    /// The key.
    pub protection: Protection,
    /// The form in which it stands there.
    pub form: Form,
    /// How its text is laid out.
    pub layout: Layout,
    /// What becomes of it for what is wrong with its numbers.
    pub damage: Option<Damage>,
    /// The line, from 1, on which it begins.
    pub line: Option<usize>,
    /// The regular file that it came from.
    pub file: Option<OpenFile>,
    /// Private keys that are others than this one, or may be.
    pub others: Vec<OtherKey>,
    /// What is wrong behind it, where a reader that takes the first key does not look.
    pub broken_behind: Option<file::Error>,
    /// What else the file holds that is worth keeping, and its line.
    pub beside: Option<(String, Option<usize>)>,
    /// Everything in the file.
    pub bytes: Zeroizing<Vec<u8>>,
}

/// A private key that stands behind another one in its file.
pub struct OtherKey {
    /// The line, from 1, on which it begins.
    pub line: Option<usize>,
    /// The key, where it is not encrypted.
    pub key: Option<EncodedKey>,
}

/// Whether a private key is encrypted in its file, and the key.
pub enum Protection {
    /// It is not; with what there is to know of it.
    Unencrypted(EncodedKey, Result<Facts, key::Error>),
    /// It is.
    Encrypted(EncryptedKey),
}

/// What a file holds, and its bytes.
pub type Recognised = (Result<Vec<Entry>, file::Error>, Contents);

/// What `contents`, or the error in their place, mean for a setting that names a key.
#[must_use]
pub fn held(contents: Result<Contents, view::Error>) -> Held {
    held_as(contents.map(|contents| (file::recognise(&contents.bytes), contents)))
}

/// Whether nothing can be at such a path, for nobody: a part of it is no folder, or it is too long for the system.
fn is_no_path(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotADirectory | io::ErrorKind::InvalidFilename)
}

/// The same of contents that were recognised.
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

/// A key with faults that Java's readers read through. Where there are more, such a fault may hide one: bytes
/// behind the DER of a key may be another key.
fn read_through(error: file::Error, entries: Vec<Entry>, contents: Contents) -> Held {
    let second = entries.iter().filter(|entry| is_key(entry)).nth(1).map(|entry| entry.line);
    let mut held = of_entries(entries, contents);
    if let (Held::Key(held), Some(line)) = (&mut held, second) {
        held.beside = Some((BROKEN_BLOCK.to_owned(), error.line));
        held.broken_behind = (error.line >= line).then_some(error);
    }
    held
}

/// The key that stands whole before what is broken, or else that something is.
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
            Held::NotAKey(NotAKey::plain(error.line, BROKEN_CERTIFICATE))
        }
        _ => Held::Broken(error),
    }
}

fn is_key(entry: &Entry) -> bool {
    matches!(entry.what, What::Key(_) | What::Encrypted(_))
}

fn of_entries(mut entries: Vec<Entry>, contents: Contents) -> Held {
    let Some(first) = entries.iter().position(is_key) else {
        return Held::NotAKey(not_a_key(entries.into_iter().next()));
    };
    let first = entries.remove(first);
    let Some(form) = Form::of(&first) else {
        return Held::NotAKey(NotAKey::plain(first.line, "no private key"));
    };
    let Entry { what, line, .. } = first;
    let (protection, damage) = match what {
        What::Key(key) => {
            let (facts, damage) = Facts::with_damage(&key);
            (Protection::Unencrypted(key, facts), damage)
        }
        What::Encrypted(key) => (Protection::Encrypted(key), None),
        _ => return Held::NotAKey(NotAKey::plain(line, "no private key")),
    };
    let beside = entries.iter().find_map(beside).or_else(|| {
        let line = file::text_around(&contents.bytes)?;
        Some(("text around the key".to_owned(), Some(line)))
    });
    entries.retain(|entry| is_other(entry, &protection));
    let other = |entry: Entry| match entry.what {
        What::Key(key) => OtherKey { line: entry.line, key: Some(key) },
        _ => OtherKey { line: entry.line, key: None },
    };
    let others = entries.into_iter().map(other).collect();
    let Contents { bytes, file } = contents;
    let layout = Layout::of(&bytes);
    let broken_behind = None;
    Held::Key(Box::new(HeldKey {
        protection,
        form,
        layout,
        damage,
        line,
        file,
        others,
        broken_behind,
        beside,
        bytes,
    }))
}

/// Whether an entry is a private key that is not known to be the first one.
fn is_other(entry: &Entry, first: &Protection) -> bool {
    match (&entry.what, first) {
        (What::Key(other), Protection::Unencrypted(first, _)) => !is_same_key(first, other),
        (What::Key(_) | What::Encrypted(_), _) => true,
        _ => false,
    }
}

fn is_same_key(one: &EncodedKey, two: &EncodedKey) -> bool {
    match (one.read(), two.read()) {
        (Ok(one), Ok(two)) => one.is_same_key(&two),
        _ => false,
    }
}

fn beside(entry: &Entry) -> Option<(String, Option<usize>)> {
    let what = match &entry.what {
        What::Certificate(_) => "a certificate".to_owned(),
        What::Foreign(foreign) => Foreign::name(foreign),
        What::Broken(_) => BROKEN_BLOCK.to_owned(),
        What::Encrypted(_) => "another private key".to_owned(),
        What::Key(_) | What::EcParameters(_) => return None,
    };
    Some((what, entry.line))
}

impl Held {
    /// The encrypted key that it is.
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

impl NotAKey {
    fn plain(line: Option<usize>, description: &str) -> Self {
        Self { line, description: description.to_owned(), next_step: None, hides_keys: false }
    }
}

fn not_a_key(first: Option<Entry>) -> NotAKey {
    let Some(Entry { what, line, .. }) = first else {
        return NotAKey::plain(None, "an empty file");
    };
    match what {
        What::Certificate(_) => {
            NotAKey { next_step: Some(SWAPPED.to_owned()), ..NotAKey::plain(line, "a certificate") }
        }
        What::Foreign(foreign) => NotAKey {
            next_step: foreign::next_step(&foreign).map(str::to_owned),
            hides_keys: foreign.hides_keys(),
            ..NotAKey::plain(line, &foreign.description())
        },
        What::Broken(_) => NotAKey::plain(line, BROKEN_CERTIFICATE),
        What::EcParameters(_) => NotAKey::plain(line, "a set of curve parameters"),
        What::Key(_) | What::Encrypted(_) => NotAKey::plain(line, "no private key"),
    }
}

impl HeldKey {
    /// What the key is and how it is written: `RSA 2048, PKCS#8`.
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

    /// The public key, where it is known.
    #[must_use]
    pub fn into_public_key(self) -> Option<PublicKey> {
        match self.protection {
            Protection::Unencrypted(_, Ok(facts)) => facts.public_key,
            _ => None,
        }
    }

    /// The key with its numbers, where it is not encrypted.
    #[must_use]
    pub fn plain(&self) -> Option<Result<PrivateKey<'_>, key::Error>> {
        match &self.protection {
            Protection::Unencrypted(key, _) => Some(key.read()),
            Protection::Encrypted(_) => None,
        }
    }

    /// What there is to know of the key, where it is not encrypted and its numbers agree.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        match &self.protection {
            Protection::Unencrypted(_, facts) => facts.as_ref().ok(),
            Protection::Encrypted(_) => None,
        }
    }
}
