//! Finds passphrases for keys in the configuration, on the command line and on the terminal.

use std::path::Path;

use zeroize::Zeroizing;

use super::{Converted, Obstacle, ObstacleKind};
use crate::check::inspection::Site;
use crate::logstash::variables::Variables;
use crate::os::display::shown;
use crate::os::passphrase::{self, Passphrase, PassphraseSource};
use keyfile::key::derivation::{Budget, Limits};
use keyfile::key::encryption::{self, EncryptedKey};

/// The sources of passphrases: the setting, then `--passin`, then the terminal.
pub struct Passphrases<'a> {
    variables: &'a Variables,
    passin: Option<PassphraseSource>,
    given: Option<Passphrase>,
    budget: Budget,
}

impl<'a> Passphrases<'a> {
    /// Takes the variables of the configuration, and the source of `--passin`.
    #[must_use]
    pub fn new(variables: &'a Variables, passin: Option<PassphraseSource>) -> Self {
        Self { variables, passin, given: None, budget: Budget::default() }
    }

    /// Decrypts the endpoint's key, which is at `path`.
    pub(super) fn decrypt<'k>(
        &mut self,
        key: &EncryptedKey,
        site: Site<'_>,
        path: &Path,
    ) -> Result<Converted<'k>, Obstacle> {
        let unread = |error| refused(path, &error, "");
        let scheme = key.scheme().map_err(unread)?.to_string();
        self.budget.take(key.cost()).map_err(|error| unread(error.into()))?;
        let (encoded, from) = if let Some((name, passphrase)) = self.of_setting(site) {
            (key.decrypt(passphrase.as_bytes(), &Limits::default()), name)
        } else {
            let given = self.given(path)?;
            (key.decrypt_with(given.forms(), &Limits::default()), "the given passphrase".to_owned())
        };
        Ok(Converted::Decrypted(encoded.map_err(|error| refused(path, &error, &from))?, scheme))
    }

    /// Returns what to call the endpoint's setting, and its value, if all of its variables are set.
    fn of_setting(&self, site: Site<'_>) -> Option<(String, Zeroizing<String>)> {
        let setting = site.endpoint.passphrases.first()?;
        let value = self.variables.expand(&setting.text(site.text.support_escapes())).value?;
        Some((format!("the value of {}", setting.name), value))
    }

    fn given(&mut self, path: &Path) -> Result<&Passphrase, Obstacle> {
        if self.given.is_none() {
            let passphrase = match &self.passin {
                Some(source) => source.read(),
                None => passphrase::ask(&format!("passphrase for {}: ", shown(path))),
            };
            self.given = Some(passphrase.map_err(|error| not_had(path, &error))?);
        }
        self.given.as_ref().ok_or_else(|| not_had(path, &passphrase::Error::NoAnswer))
    }
}

fn not_had(path: &Path, error: &passphrase::Error) -> Obstacle {
    let obstacle = Obstacle::could_not(
        format!("cannot decrypt {}: {error}", shown(path)),
        "add --passin env:NAME, file:PATH, fd:N or stdin",
    );
    match error {
        passphrase::Error::Interrupted(signal) => obstacle.of_kind(ObstacleKind::Signal(*signal)),
        _ => obstacle,
    }
}

/// Returns the obstacle of a key that is not decrypted; `from` says where its passphrase came from.
pub(super) fn refused(path: &Path, error: &encryption::Error, from: &str) -> Obstacle {
    match error {
        encryption::Error::WrongPassphrase => Obstacle::input(
                format!("wrong passphrase: {from} does not decrypt {}", shown(path)),
                "correct the passphrase setting of the plugin; without that setting, give the passphrase with --passin",
        )
        .of_kind(ObstacleKind::WrongPassphrase),
        encryption::Error::Unsupported { .. } => Obstacle::input(
            format!("{}: {error}", shown(path)),
            "decrypt the key with the program that created it, and point the setting to the result",
        ),
        _ if error.is_limit() => Obstacle::could_not(
            format!("{}: {error}", shown(path)),
            "decrypt the key with the program that created it, and point the setting to the result",
        ),
        _ => Obstacle::input(
            format!("{}: {error}", shown(path)),
            "restore the key from a backup or from where it was created",
        ),
    }
}
