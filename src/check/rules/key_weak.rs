//! `key-weak`: the key is too short for what it protects, and clients may refuse it.

use super::case::Case;
use crate::check::finding::Finding;

pub(super) const NAME: &str = "key-weak";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let hint = "have a new key of 2048 bits or more made, and a certificate for it";
    warned(case, NAME).into_iter().map(|finding| finding.hint(hint)).collect()
}

/// What was measured of keys like this one, and belongs to this rule.
pub(super) fn warned(case: &Case<'_>, rule: &str) -> Vec<Finding> {
    let (Some((setting, held)), Some(key)) = (case.held_key(), case.facts()) else {
        return Vec::new();
    };
    let Some(file) = case.key.as_ref().and_then(|named| named.file) else { return Vec::new() };
    let found = key.warnings.iter().filter(|warning| warning.rule == rule);
    let placed = |warning: &Finding| {
        let message = format!("{}: {}", key.name, warning.message);
        let finding = Finding { message, ..warning.clone() };
        finding.about(&file.located.path, held.line).at(setting.value.clone())
    };
    found.map(placed).collect()
}
