//! `setting-invalid`: the setting that turns TLS on or off is neither true nor false.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Tls;

pub(super) const RULE: Rule = Rule {
    name: "setting-invalid",
    summary: "the setting that turns TLS on or off is neither true nor false",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/setting-invalid.md"),
    check: Check::Endpoint(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let Tls::Invalid(name, value) = &case.endpoint.tls else { return None };
    let message = format!("{name} is neither true nor false, so Logstash refuses the pipeline");
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(EVIDENCE)
            .at(value.clone())
            .action(format!("set {name} to true or false")),
    )
}

/// Source: docs/messages.md §1.1.
const EVIDENCE: &str =
    "measured on Logstash 6.8.23 to 9.0.0 with \"yes\" and 1: Expected boolean 'true' or 'false'";
