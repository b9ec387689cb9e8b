//! The passphrases that a configuration and the command line have for keys.

use std::path::Path;

use zeroize::Zeroizing;

use super::{Converted, Kind, Obstacle, Site};
use crate::key::derivation::Limits;
use crate::key::encryption::{self, EncryptedKey};
use crate::logstash::variables::Variables;
use crate::report::shown;
use crate::secret::{self, Passphrase, PassphraseSource};

/// Where passphrases come from: the setting, then `--passin`, then the terminal.
pub struct Passphrases<'a> {
    variables: &'a Variables,
    passin: Option<PassphraseSource>,
    given: Option<Passphrase>,
}

impl<'a> Passphrases<'a> {
    /// With the variables of the configuration, and the source of `--passin`.
    #[must_use]
    pub fn new(variables: &'a Variables, passin: Option<PassphraseSource>) -> Self {
        Self { variables, passin, given: None }
    }

    /// Decrypts a key that the endpoint names, which is at `path`.
    pub(super) fn decrypt<'k>(
        &mut self,
        key: &EncryptedKey,
        site: Site<'_>,
        path: &Path,
    ) -> Result<Converted<'k>, Obstacle> {
        let scheme = key.scheme().map_err(|error| refused(path, &error))?.to_string();
        let encoded = match self.of_setting(site) {
            Some(passphrase) => key.decrypt(passphrase.as_bytes(), &Limits::default()),
            None => key.decrypt(self.given(path)?.as_bytes(), &Limits::default()),
        };
        Ok(Converted::Decrypted(encoded.map_err(|error| refused(path, &error))?, scheme))
    }

    /// What the endpoint's setting holds, where all of its variables are set.
    fn of_setting(&self, site: Site<'_>) -> Option<Zeroizing<String>> {
        let setting = site.endpoint.passphrases.first()?;
        self.variables.expand(&setting.text(site.text.support_escapes())).value
    }

    fn given(&mut self, path: &Path) -> Result<&Passphrase, Obstacle> {
        if self.given.is_none() {
            let passphrase = match &self.passin {
                Some(source) => source.read(),
                None => secret::ask(&format!("passphrase for {}: ", shown(path))),
            };
            self.given = Some(passphrase.map_err(|error| not_had(path, &error))?);
        }
        self.given.as_ref().ok_or_else(|| not_had(path, &secret::Error::NoAnswer))
    }
}

fn not_had(path: &Path, error: &secret::Error) -> Obstacle {
    let obstacle = Obstacle::could_not(
        format!("{} is encrypted, and {error}", shown(path)),
        "give the passphrase with --passin env:NAME, file:PATH, fd:N or stdin",
    );
    match error {
        secret::Error::Interrupted(signal) => Obstacle { kind: Kind::Signal(*signal), ..obstacle },
        _ => obstacle,
    }
}

fn refused(path: &Path, error: &encryption::Error) -> Obstacle {
    let hint = match error {
        encryption::Error::WrongPassphrase => {
            "the passphrase is that of the setting beside the key; without one it comes from --passin"
        }
        encryption::Error::Unsupported(_) => {
            "decrypt it with the program that made it, then run fixkey again"
        }
        _ => "get a whole copy of the key from where it was made",
    };
    Obstacle::input(format!("{}: {error}", shown(path)), hint)
}
