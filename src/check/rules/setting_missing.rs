//! `setting-missing`: TLS is on, but its key or certificate is not set.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Tls;
use crate::logstash::plugins::Required;

pub(super) const RULE: Rule = Rule {
    name: "setting-missing",
    summary: "TLS is on, but its key or certificate is not set",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/setting-missing.md"),
    check: Check::Endpoint(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let endpoint = case.endpoint;
    if endpoint.tls != Tls::On || endpoint.is_outright() || !endpoint.lists.is_empty() {
        return None;
    }
    let names = endpoint.names();
    let missing =
        match (endpoint.keys.is_empty(), endpoint.certificates.is_empty(), endpoint.required()) {
            (true, true, Required::Both) => format!("{} and {} are", names.certificate, names.key),
            (true, false, Required::Both | Required::Together) => format!("{} is", names.key),
            (false, true, Required::Both | Required::Together) => {
                format!("{} is", names.certificate)
            }
            _ => return None,
        };
    let message = format!(
        "TLS is on for the {}, but {missing} not set, so Logstash refuses the pipeline",
        endpoint.name
    );
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(EVIDENCE)
            .at(endpoint.place.clone())
            .action(format!("set {} and {}", names.certificate, names.key)),
    )
}

/// Source: docs/messages.md §1.
const EVIDENCE: &str = "Logstash refuses the pipeline (read in source: beats input from 6.0.12, http input from 3.7.0, tcp input from 6.4.0, redis output, elasticsearch plugins)";
