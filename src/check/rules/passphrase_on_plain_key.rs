//! `passphrase-on-plain-key`: with a passphrase, even an empty one, the reader refuses a plain key.

use super::case::Case;
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Sealed;
use crate::logstash::readers::PassphraseOnPlain;
use crate::os::display::shown;

pub(super) const NAME: &str = "passphrase-on-plain-key";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let passphrase = case.endpoint.passphrases.first()?;
    let (_, held) = case.held_key()?;
    let (effect, evidence) = case.passphrase_on_plain();
    if !matches!(held.sealed, Sealed::Plain(..))
        || effect != PassphraseOnPlain::Breaks
        || case.endpoint.is_harmed_by_conversion()
    {
        return None;
    }
    let path = shown(case.key.as_ref()?.path.path()?);
    let message = format!("{} is set for {path}, which is not encrypted", passphrase.name);
    let name = passphrase.span.start..passphrase.span.start + passphrase.name.len();
    Some(
        Finding::new(Severity::Error, NAME, message)
            .evidence(evidence)
            .at(name)
            .repair(Repair::RemovePassphrase),
    )
}
