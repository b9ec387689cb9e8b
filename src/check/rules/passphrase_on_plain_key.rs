//! `passphrase-on-plain-key`: with a passphrase, even an empty one, the reader refuses an unencrypted key.

use super::case::Case;
use super::{Check, Fixable, Rule};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Protection;
use crate::logstash::readers::PassphraseOnPlain;
use crate::os::display::shown;

pub(super) const RULE: Rule = Rule {
    name: "passphrase-on-plain-key",
    summary: "a passphrase, even an empty one, is set for an unencrypted key",
    severity: Severity::Error,
    fixable: Fixable::Yes,
    page: include_str!("../../../docs/rules/passphrase-on-plain-key.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let passphrase = case.endpoint.passphrases.first()?;
    let (_, held) = case.held_key()?;
    let (effect, evidence) = case.passphrase_on_plain();
    if !matches!(held.protection, Protection::Unencrypted(..))
        || effect != PassphraseOnPlain::Breaks
        || case.endpoint.is_harmed_by_conversion()
        || case.used_instead().is_some()
    {
        return None;
    }
    let path = shown(case.key.as_ref()?.path.path()?);
    let message = format!(
        "{} is set, but {path} is unencrypted, so the {} cannot load it",
        passphrase.name, case.endpoint.name
    );
    let name = passphrase.span.start..passphrase.span.start + passphrase.name.len();
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(evidence)
            .at(name)
            .repair(Repair::RemovePassphrase),
    )
}
