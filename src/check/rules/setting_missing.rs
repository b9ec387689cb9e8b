//! `setting-missing`: TLS is on, and its key or its certificate is not set.

use super::case::Case;
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Tls;
use crate::logstash::plugins::Required;

pub(super) const NAME: &str = "setting-missing";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

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
    let message = format!("TLS is on for the {}, and {missing} not set", endpoint.name);
    Some(
        Finding::new(Severity::Error, NAME, message)
            .evidence(EVIDENCE)
            .at(endpoint.place.clone())
            .hint("name the files of the certificate and of its key"),
    )
}

/// Source: logstash-key-settings.md §5.
const EVIDENCE: &str = "Logstash refuses the pipeline (read in source: beats input from 6.0.12, http input from 3.7.0, tcp input from 6.4.0, redis output, elasticsearch plugins)";
