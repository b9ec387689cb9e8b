//! What an upgrade stops: the errors of one release that another does not have.

use crate::check::finding::{Finding, Severity};
use crate::check::rules;

/// Returns the findings of the new release about what works with the old one.
#[must_use]
pub(super) fn stopped(new: Vec<Finding>, old: &[Finding]) -> Vec<Finding> {
    let is_stopped = |finding: &Finding| {
        let stops = finding.severity == Severity::Error || rules::is_of_change(finding.rule);
        let is_old =
            || old.iter().any(|old| old.severity == Severity::Error && is_about_same(old, finding));
        // What nobody could read may hide anything.
        rules::leaves_unread(finding.rule) || stops && !is_old()
    };
    new.into_iter().filter(is_stopped).collect()
}

/// Whether two findings are about the same cause. What is wrong with a setting has a rule for each kind of release.
fn is_about_same(one: &Finding, other: &Finding) -> bool {
    let is_of_setting = |finding: &Finding| finding.rule.starts_with("setting-");
    let is_same_rule = one.rule == other.rule || is_of_setting(one) && is_of_setting(other);
    is_same_rule && one.span == other.span && one.about == other.about
}
