//! `certificate-expired`: its time is over, and every client that verifies it refuses it.

use super::presented::Presented;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::{escape, quoted};

pub(super) const RULE: Rule = Rule {
    name: "certificate-expired",
    summary: "the certificate has expired",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/certificate-expired.md"),
    check: Check::Certificate(check),
    ..Rule::DEFAULT
};

fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let expired = presented.verified().filter(|one| one.not_after < presented.clock.now);
    expired
        .map(|one| {
            let message = format!(
                "the certificate \"{}\" expired on {}",
                escape(&one.subject),
                one.not_after.date()
            );
            let hint = format!(
                "have \"{}\" issue it anew, then look at its dates: openssl x509 -in {} -noout -dates",
                escape(&one.issuer),
                quoted(presented.path)
            );
            Finding::new(Severity::Error, RULE.name, message).evidence(presented.refused(EXPIRED)).hint(hint)
        })
        .collect()
}

/// Source: docs/what-logstash-loads.md §5, row `cert-expired`; docs/messages.md §3.8, report 60.
const EXPIRED: &str = "error 10, certificate has expired";
