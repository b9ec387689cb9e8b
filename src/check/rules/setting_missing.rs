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
    of_shippers: true,
    page: include_str!("../../../docs/rules/setting-missing.md"),
    check: Check::Endpoint(|case| finding(case).into_iter().chain(authorities(case)).collect()),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let endpoint = case.endpoint;
    let is_of_secrets = endpoint.is_of_shipper() && endpoint.has_keystore;
    if endpoint.tls != Tls::On
        || endpoint.is_outright()
        || !endpoint.lists.is_empty()
        || is_of_secrets
    {
        return None;
    }
    let names = endpoint.names();
    let missing =
        match (endpoint.keys.is_empty(), endpoint.certificates.is_empty(), endpoint.required()) {
            (true, true, Required::Both | Required::BothOrKeystore) if !endpoint.has_keystore => {
                format!("{} and {} are", names.certificate, names.key)
            }
            (true, false, Required::Both | Required::BothOrKeystore | Required::Together) => {
                format!("{} is", names.key)
            }
            (false, true, Required::Both | Required::BothOrKeystore | Required::Together) => {
                format!("{} is", names.certificate)
            }
            _ => return None,
        };
    let (consequence, evidence) = if endpoint.is_of_shipper() {
        ("it does not start", OF_SHIPPER)
    } else {
        ("Logstash refuses the pipeline", EVIDENCE)
    };
    let message =
        format!("TLS is on for the {}, but {missing} not set, so {consequence}", endpoint.name);
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(evidence)
            .at(endpoint.place.clone())
            .action(format!("set {} and {}", names.certificate, names.key)),
    )
}

/// A server that asks clients for certificates needs authorities to verify them.
fn authorities(case: &Case<'_>) -> Option<Finding> {
    let endpoint = case.endpoint;
    let asking = endpoint.client_authentication.as_ref()?;
    if endpoint.tls != Tls::On || !endpoint.authorities.is_empty() {
        return None;
    }
    let name = endpoint.authorities_name()?;
    let message = format!(
        "{} is {}, but {name} is not set, so Logstash refuses the pipeline",
        asking.name,
        asking.raw.as_str()
    );
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(OF_AUTHORITIES)
            .at(asking.span.clone())
            .action(format!("set {name} to the authorities that issue the clients' certificates")),
    )
}

/// Source: [`crate::logstash::plugins::CLIENT_AUTHENTICATION`].
const OF_AUTHORITIES: &str =
    "Logstash refuses the pipeline (measured on Logstash 6.8.23 to 8.15.0)";

/// Source: docs/what-shippers-load.md §2.2.
const OF_SHIPPER: &str =
    "Beats refuse one without the other (read in source: key file not configured)";

/// Source: docs/messages.md §1.
const EVIDENCE: &str = "Logstash refuses the pipeline (read in source: beats input from 6.0.12, http input from 3.7.0, tcp input from 6.4.0, redis output, elasticsearch plugins)";
