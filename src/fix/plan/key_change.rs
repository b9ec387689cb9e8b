//! A key that is to be converted, and where to.

use std::io::ErrorKind;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{NewKeyPlace, Obstacle};
use crate::check::key_file::{self, Held, HeldKey, Protection};
use crate::check::named_file::NamedFile;
use crate::logstash::readers::Form;
use crate::os::view::{self, View};
use keyfile::key::{EncodedKey, PrivateKey};
use keyfile::pem;

/// A key, not encrypted.
pub enum Converted<'a> {
    /// As it stands in its file.
    Plain(&'a EncodedKey),
    /// Decrypted; with the name of the scheme.
    Decrypted(EncodedKey, String),
}

/// A key that is to be converted.
pub struct KeyChange<'a> {
    /// The old key's file.
    pub file: &'a NamedFile,
    /// What it holds.
    pub held: &'a HeldKey,
    /// The key.
    key: Converted<'a>,
    /// Where the new one comes to, on this machine.
    pub new: PathBuf,
    /// The same without links.
    pub(super) resolved: PathBuf,
    /// The same as configurations name it.
    pub configured: PathBuf,
    /// The new one in PEM.
    pub text: Zeroizing<String>,
    /// Whether it is there already.
    pub is_there: bool,
    /// Whether the account may be given access to the new key: a configuration names it that nobody but root and the
    /// owner of the key can change.
    pub may_grant: bool,
}

impl<'a> KeyChange<'a> {
    pub(super) fn new(
        file: &'a NamedFile,
        held: &'a HeldKey,
        key: Converted<'a>,
        place: NewKeyPlace,
    ) -> Result<Self, Obstacle> {
        let path = &file.located.path;
        let damaged = |error: &keyfile::key::Error| Obstacle::damaged(path, held.line, error);
        let read = key.encoded().read().map_err(|error| damaged(&error))?;
        if !key.was_checked(held) {
            read.check().map_err(|error| damaged(&error))?;
        }
        let der = read.to_pkcs8().map_err(|_| Obstacle::too_large(path))?;
        let text = pem::encode("PRIVATE KEY", der.as_bytes());
        let NewKeyPlace { new, resolved, configured } = place;
        let (is_there, may_grant) = (false, false);
        Ok(Self { file, held, key, new, resolved, configured, text, is_there, may_grant })
    }

    /// The key with its numbers.
    ///
    /// # Errors
    /// When its structure is not what its standard says; a planned one was read already.
    pub fn read(&self) -> Result<PrivateKey<'_>, keyfile::key::Error> {
        self.key.encoded().read()
    }

    /// What the key is and how it was written: `RSA 2048, PKCS#1`.
    #[must_use]
    pub fn description(&self) -> String {
        let encoded = self.key.encoded();
        let key = encoded.read().map_or_else(|_| "a key".to_owned(), |key| key.to_string());
        let der = if self.held.form == Form::Der { ", DER" } else { "" };
        let encrypted = match &self.key {
            Converted::Plain(_) => String::new(),
            Converted::Decrypted(_, scheme) => format!(", encrypted ({scheme})"),
        };
        format!("{key}, {}{der}{encrypted}", encoded.encoding)
    }

    /// Whether the old key was encrypted.
    #[must_use]
    pub fn was_encrypted(&self) -> bool {
        matches!(self.key, Converted::Decrypted(..))
    }

    /// Whether the old key itself is replaced.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.new == self.file.located.path
    }

    /// Finds out whether the new key is there already, and refuses to replace anything else.
    pub(super) fn look_for_new(&mut self, view: &View, in_place: bool) -> Result<(), Obstacle> {
        if in_place {
            return Ok(());
        }
        let held = match view.read_file(&self.new) {
            Err(view::Error::Missing) => return Ok(()),
            Err(view::Error::Io(error)) if error.kind() == ErrorKind::InvalidFilename => {
                return Err(Obstacle::long_name(&self.new));
            }
            contents => key_file::held(contents),
        };
        let is_same_key = self.is_held_in(&held);
        self.is_there = is_same_key && is_alone_in_pkcs8(&held);
        if self.is_there { Ok(()) } else { Err(Obstacle::exists(&self.new, &held, is_same_key)) }
    }

    /// Whether a file holds this key, in whatever form.
    fn is_held_in(&self, held: &Held) -> bool {
        let Held::Key(found) = held else { return false };
        match (found.plain(), self.read()) {
            (Some(Ok(found)), Ok(own)) => found.is_same_key(&own),
            _ => false,
        }
    }
}

/// Whether a file holds one key in PKCS#8 and nothing else, as a new one does.
fn is_alone_in_pkcs8(held: &Held) -> bool {
    let Held::Key(found) = held else { return false };
    found.form == Form::Pkcs8 && found.others.is_empty() && found.beside.is_none()
}

impl Converted<'_> {
    fn encoded(&self) -> &EncodedKey {
        match self {
            Self::Plain(key) => key,
            Self::Decrypted(key, _) => key,
        }
    }

    /// Whether the key was found whole when its file was read, which takes arithmetic.
    fn was_checked(&self, held: &HeldKey) -> bool {
        match (self, &held.protection) {
            (Self::Plain(key), Protection::Unencrypted(own, Ok(_))) => std::ptr::eq(*key, own),
            _ => false,
        }
    }
}
