//! `setting-repeated`: Logstash makes a list of two different values, and refuses a list for a path.

use std::ops::Range;

use super::case::{Case, Named};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    name: "setting-repeated",
    summary: "a path is set twice to different values, or is a list",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/setting-repeated.md"),
    check: Check::Endpoint(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let list = |(name, span): &(String, Range<usize>)| {
        let message = format!("{name} is a list, but Logstash accepts only one path");
        Finding::new(Severity::Error, RULE.name, message)
            .at(span.clone())
            .action("write the path without brackets")
    };
    case.named().filter_map(finding).chain(case.endpoint.lists.iter().map(list)).collect()
}

fn finding(named: &Named<'_>) -> Option<Finding> {
    let other = named.contradicting?;
    let message = format!(
        "{} has two different values: Logstash merges them into a list, which is not a path",
        named.setting.name
    );
    let mut finding = Finding::new(Severity::Error, RULE.name, message)
        .at(other.span.clone())
        .action("remove the wrong value");
    finding.related = Some((named.setting.span.clone(), "first set here".to_owned()));
    Some(finding)
}
