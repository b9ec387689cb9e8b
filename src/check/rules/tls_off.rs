//! `tls-off`: TLS settings are present, but TLS is off.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Tls;
use crate::logstash::plugins::{Baseline, Switch};

pub(super) const RULE: Rule = Rule {
    name: "tls-off",
    summary: "a key or certificate is set, but TLS is off",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/tls-off.md"),
    check: Check::Endpoint(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let endpoint = case.endpoint;
    let first = endpoint.certificates.iter().chain(&endpoint.keys).map(|setting| &setting.span);
    let first = first.min_by_key(|span| span.start)?;
    let switch = endpoint.names().switch?;
    let (span, why) = match &endpoint.tls {
        Tls::Off(span) => (span.clone(), "TLS is off here".to_owned()),
        Tls::OffByDefault => (first.clone(), "TLS is not on".to_owned()),
        Tls::On | Tls::NotKnown | Tls::Invalid(..) => return None,
    };
    let message = format!("{why}, so the {} does not use its key and certificate", endpoint.name);
    let finding = Finding::new(Severity::Warning, RULE.name, message).evidence(EVIDENCE).at(span);
    let mut finding = finding.action(format!("set {} => {}", switch.name, switch.on));
    let is_needed = |old: &&Switch| match (old.gone_in, case.baseline) {
        (Some(gone), Baseline::Release(release)) => !release.is_at_least(gone),
        _ => true,
    };
    if let Some(old) = endpoint.names().old_switch.filter(is_needed) {
        finding = finding
            .action(format!("in releases without {}, set {} => {}", switch.name, old.name, old.on));
    }
    Some(finding.action("remove the TLS settings if TLS is not wanted"))
}

/// Source: docs/messages.md §1.
const EVIDENCE: &str = "Logstash says so in its log, as \"Configured SSL settings are not used when `ssl_enabled` is set to `false`\" (read in source: beats input from 6.6.0, http and tcp inputs)";
