//! `passphrase-in-clear`: the passphrase stands in the configuration, where the keystore is meant for it.

use super::case::Case;
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::Sealed;

pub(super) const NAME: &str = "passphrase-in-clear";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let passphrase = case.endpoint.passphrases.first()?;
    // Beside a key that is not encrypted it is to go, not to move.
    let is_needless =
        case.held_key().is_some_and(|(_, held)| matches!(held.sealed, Sealed::Plain(..)));
    if passphrase.raw.is_empty() || passphrase.raw.contains("${") || is_needless {
        return None;
    }
    let message =
        format!("the passphrase stands in the configuration, as the value of {}", passphrase.name);
    let name = passphrase.span.start..passphrase.span.start + passphrase.name.len();
    Some(Finding::new(Severity::Note, NAME, message).at(name).hint(
        "put it into Logstash's keystore: bin/logstash-keystore add SSL_KEY_PASSPHRASE, and write \"${SSL_KEY_PASSPHRASE}\" here",
    ))
}
