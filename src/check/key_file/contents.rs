//! The contents of a file that should hold a private key: its keys, and what else must not be lost.

use std::path::Path;

use keyfile::file::{self, Entry, Foreign, What};
use keyfile::key::EncodedKey;
use keyfile::key::encryption::EncryptedKey;

use crate::check::foreign;
use crate::check::hint::Hint;
use crate::logstash::readers::Form;

/// The contents of a file with private keys.
pub struct KeyContents {
    /// The private keys, in their order; at least one.
    pub keys: Vec<KeyEntry>,
    /// The first other content that must not be lost, and its line.
    pub beside: Option<(String, Option<usize>)>,
}

/// A private key in a file.
pub struct KeyEntry {
    /// The line, from 1, on which it begins; `None` in a binary file.
    pub line: Option<usize>,
    /// The form in which it is written.
    pub form: Form,
    /// The key.
    pub key: KeyAsWritten,
}

/// A private key, encrypted or not.
pub enum KeyAsWritten {
    /// Not encrypted.
    Unencrypted(EncodedKey),
    /// Encrypted.
    Encrypted(EncryptedKey),
}

/// A file without a private key.
pub struct NotAKey {
    /// The line, from 1, on which what it holds begins.
    pub line: Option<usize>,
    /// What it holds instead.
    pub what: Instead,
}

/// What a file without a private key holds.
pub enum Instead {
    /// Nothing at all.
    Nothing,
    /// A certificate.
    Certificate,
    /// A block labelled as a certificate that cannot be parsed.
    BrokenCertificate(file::Error),
    /// The parameters of a curve.
    CurveParameters,
    /// Another known format.
    Foreign(Foreign),
}

impl KeyContents {
    /// Sorts the entries of a file into keys and other contents.
    ///
    /// # Errors
    /// [`NotAKey`], if there is no private key among them.
    pub fn of(entries: Vec<Entry>) -> Result<Self, NotAKey> {
        let (mut keys, mut others) = (Vec::new(), Vec::new());
        for entry in entries {
            let (line, form) = (entry.line, Form::of(&entry));
            match (entry.what, form) {
                (What::Key(key), Some(form)) => {
                    keys.push(KeyEntry { line, form, key: KeyAsWritten::Unencrypted(key) });
                }
                (What::Encrypted(key), Some(form)) => {
                    keys.push(KeyEntry { line, form, key: KeyAsWritten::Encrypted(key) });
                }
                (what, _) => others.extend(Instead::of(what).map(|what| NotAKey { line, what })),
            }
        }
        if keys.is_empty() {
            let nothing = NotAKey { line: None, what: Instead::Nothing };
            // Curve parameters usually come with something more informative.
            let is_said = |other: &NotAKey| !matches!(other.what, Instead::CurveParameters);
            let first = others.iter().position(is_said).unwrap_or(0);
            return Err(others.into_iter().nth(first).unwrap_or(nothing));
        }
        let beside = others.iter().find_map(|other| Some((other.what.name()?, other.line)));
        Ok(Self { keys, beside })
    }
}

/// Returns text around the PEM blocks of a file, as other content that must not be lost.
#[must_use]
pub fn text_around(bytes: &[u8]) -> Option<(String, Option<usize>)> {
    let line = file::text_around(bytes)?;
    Some(("text around the key".to_owned(), Some(line)))
}

impl Instead {
    fn of(what: What) -> Option<Self> {
        match what {
            What::Certificate(_) => Some(Self::Certificate),
            What::Broken(error) => Some(Self::BrokenCertificate(error)),
            What::EcParameters(_) => Some(Self::CurveParameters),
            What::Foreign(foreign) => Some(Self::Foreign(foreign)),
            What::Key(_) | What::Encrypted(_) => None,
        }
    }

    /// Returns its name as other content beside a key; `None` if losing it does no harm.
    fn name(&self) -> Option<String> {
        match self {
            Self::Certificate => Some("a certificate".to_owned()),
            Self::BrokenCertificate(_) => Some(BROKEN_BLOCK.to_owned()),
            Self::Foreign(foreign) => Some(foreign.name()),
            Self::CurveParameters | Self::Nothing => None,
        }
    }

    /// Returns what it is, to follow "this is".
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::Nothing => "an empty file".to_owned(),
            Self::Certificate => "a certificate".to_owned(),
            Self::BrokenCertificate(_) => "a certificate that is broken".to_owned(),
            Self::CurveParameters => "a set of curve parameters".to_owned(),
            Self::Foreign(foreign) => foreign.description(),
        }
    }

    /// Returns the next step, with `{path}` for the file.
    #[must_use]
    pub fn next_steps(&self, path: &Path) -> Vec<Hint> {
        match self {
            Self::Foreign(foreign) => foreign::next_steps(foreign, path),
            _ => Vec::new(),
        }
    }

    /// Returns whether it may hold a key that another program has to extract first.
    #[must_use]
    pub fn hides_keys(&self) -> bool {
        matches!(self, Self::Foreign(foreign) if foreign.hides_keys())
    }
}

/// The description of a block that cannot be parsed.
pub(super) const BROKEN_BLOCK: &str = "a block that is broken";

impl KeyAsWritten {
    /// Returns the key, if it is unencrypted.
    #[must_use]
    pub fn unencrypted(&self) -> Option<&EncodedKey> {
        match self {
            Self::Unencrypted(key) => Some(key),
            Self::Encrypted(_) => None,
        }
    }
}
