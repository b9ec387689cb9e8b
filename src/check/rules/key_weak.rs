//! `key-weak`: the key is too short, and clients may refuse it.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::LimitKind;

pub(super) const RULE: Rule = Rule {
    name: "key-weak",
    summary: "the key is too short for today's clients",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/key-weak.md"),
    check: Check::Loaded(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let hint = "create a new key of 2048 bits or more and get a certificate for it";
    case.limits(LimitKind::Weak, RULE.name).map(|finding| finding.action(hint)).collect()
}
