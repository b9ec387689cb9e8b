//! A key to convert, and where the new one goes.

use std::io::ErrorKind;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::{NewKeyPlace, Obstacle};
use crate::check::access::Sharing;
use crate::check::key_file::{self, Held, HeldKey, Protection};
use crate::check::named_file::NamedFile;
use crate::logstash::readers::Form;
use crate::os::view::{self, View};
use keyfile::key::{EncodedKey, PrivateKey};
use keyfile::pem;

/// An unencrypted key.
pub enum Converted<'a> {
    /// The key as read from its file.
    Plain(&'a EncodedKey),
    /// The decrypted key, and the name of the scheme.
    Decrypted(EncodedKey, String),
}

/// A key to convert.
pub struct KeyChange<'a> {
    /// The old key's file.
    pub file: &'a NamedFile,
    /// The key in it.
    pub held: &'a HeldKey,
    /// The decrypted key.
    key: Converted<'a>,
    /// The new key's path on this machine.
    pub new: PathBuf,
    /// The same without links.
    pub(super) resolved: PathBuf,
    /// The same in configurations.
    pub configured: PathBuf,
    /// The new key in PEM.
    pub text: Zeroizing<String>,
    /// Whether it already exists.
    pub is_there: bool,
    /// Who may get to read the new key.
    pub sharing: Sharing,
    /// Whether Logstash reads it, not only a shipper.
    pub is_of_logstash: bool,
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
        let is_there = false;
        let sharing = Sharing { may_grant: false, keeps_group: false };
        let is_of_logstash = true;
        let own = Self {
            file,
            held,
            key,
            new,
            resolved,
            configured,
            text,
            is_there,
            sharing,
            is_of_logstash,
        };
        Ok(own)
    }

    /// Reads the numbers of the key.
    ///
    /// # Errors
    /// When its structure violates its standard; a planned key has been read already.
    pub fn read(&self) -> Result<PrivateKey<'_>, keyfile::key::Error> {
        self.key.encoded().read()
    }

    /// Returns the key's name and its old encoding: `RSA 2048, PKCS#1`.
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

    /// Lets the key be shared where a configuration names it that nobody but root and the owner of the key can change.
    /// Where another can, nobody is to read the new key who could not read the old one: its directory may have kept
    /// them out, or its encryption.
    /// Logstash's account gets access by a configuration of Logstash alone.
    pub(super) fn share(&mut self, may_grant: bool, is_trusted: bool) {
        let stays = self.resolved.parent() == self.file.resolved.parent() && !self.was_encrypted();
        self.sharing = Sharing { may_grant, keeps_group: is_trusted || stays };
    }

    /// Whether the old key was encrypted.
    #[must_use]
    pub fn was_encrypted(&self) -> bool {
        matches!(self.key, Converted::Decrypted(..))
    }

    /// Returns whether the old key itself is replaced.
    #[must_use]
    pub fn is_in_place(&self) -> bool {
        self.new == self.file.located.path
    }

    /// Finds out whether the new key already exists, and refuses to replace anything else.
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

    /// Returns whether a file holds this key, in any form.
    fn is_held_in(&self, held: &Held) -> bool {
        let Held::Key(found) = held else { return false };
        match (found.plain(), self.read()) {
            (Some(Ok(found)), Ok(own)) => found.is_same_key(&own),
            _ => false,
        }
    }
}

/// Returns whether a file holds one key in PKCS#8 and nothing else, as a new one does.
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

    /// Returns whether the key was already checked when its file was read; a check takes arithmetic.
    fn was_checked(&self, held: &HeldKey) -> bool {
        match (self, &held.protection) {
            (Self::Plain(key), Protection::Unencrypted(own, Ok(_))) => std::ptr::eq(*key, own),
            _ => false,
        }
    }
}
