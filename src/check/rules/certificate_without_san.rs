//! `certificate-without-san`: only the subject holds the server's name, and not every client reads it there.

use super::presented::Presented;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::escape;
use keyfile::certificate::Role;

pub(super) const RULE: Rule = Rule {
    name: "certificate-without-san",
    summary: "the certificate has its host name only in the common name, not as a subjectAltName",
    severity: Severity::Warning,
    silenced_by: &["certificate-usage"],
    page: include_str!("../../../docs/rules/certificate-without-san.md"),
    check: Check::PresentedChain(check),
    ..Rule::DEFAULT
};

/// Skips clients: nobody compares a client's name with an address.
fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let leaf = presented.chain.true_leaf();
    if presented.role == Role::Client || leaf.usage.has_alternative_names() {
        return Vec::new();
    }
    let message = format!(
        "the certificate \"{}\" has no DNS name or IP address in subjectAltName, and not every client accepts its common name",
        escape(&leaf.subject)
    );
    vec![
        Finding::new(Severity::Warning, RULE.name, message)
            .evidence(EVIDENCE)
            .action("get a certificate whose subjectAltName has the name that clients connect to")
            .action(
                "with openssl req, add: -addext subjectAltName=DNS:logstash.example,IP:192.0.2.1",
            ),
    ]
}

/// Source: docs/what-shippers-load.md §4.4; docs/what-logstash-loads.md §5, row `cert-nosan`.
const EVIDENCE: &str = "Beats accept the common name with verification_mode full and not with strict, and OpenSSL accepts it (measured); clients in Go do not";
