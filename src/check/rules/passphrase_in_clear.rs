//! `passphrase-in-clear`: the passphrase is in the configuration instead of the keystore.

use super::case::Case;
use super::{Check, Resolved, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::Protection;

pub(super) const RULE: Rule = Rule {
    name: "passphrase-in-clear",
    summary: "a passphrase is written in the configuration instead of the keystore",
    severity: Severity::Note,
    resolved_by_conversion: Resolved::AtPlugin,
    page: include_str!("../../../docs/rules/passphrase-in-clear.md"),
    check: Check::Endpoint(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let passphrase = case.endpoint.passphrases.first()?;
    // With an unencrypted key, it should be removed, not moved.
    let is_needless = case
        .held_key()
        .is_some_and(|(_, held)| matches!(held.protection, Protection::Unencrypted(..)));
    if passphrase.raw.is_empty() || passphrase.raw.contains("${") || is_needless {
        return None;
    }
    let message = format!(
        "the configuration holds the passphrase itself, as the value of {}",
        passphrase.name
    );
    let name = passphrase.span.start..passphrase.span.start + passphrase.name.len();
    Some(
        Finding::new(Severity::Note, RULE.name, message)
            .at(name)
            .action("store the passphrase with: logstash-keystore add SSL_KEY_PASSPHRASE")
            .action(format!("set {} to \"${{SSL_KEY_PASSPHRASE}}\"", passphrase.name)),
    )
}
