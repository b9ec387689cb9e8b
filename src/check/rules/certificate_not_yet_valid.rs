//! `certificate-not-yet-valid`: the certificate is not yet valid, and every client that verifies it refuses it.

use super::presented::Presented;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::escape;
use time::format_description::well_known::Rfc3339;

pub(super) const RULE: Rule = Rule {
    name: "certificate-not-yet-valid",
    summary: "the certificate is not yet valid",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "for an authority, which Java trusts anyway")],
    of_shippers: true,
    page: include_str!("../../../docs/rules/certificate-not-yet-valid.md"),
    check: Check::Certificate(check),
    ..Rule::DEFAULT
};

fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let now = presented.clock.now;
    let early = presented.verified().filter(|one| one.not_before > now);
    early
        .map(|one| {
            let message = format!(
                "the certificate \"{}\" is not valid before {}, {}",
                escape(&one.subject),
                one.not_before.format(&Rfc3339).unwrap_or_default(),
                presented.rejected()
            );
            Finding::new(Severity::Error, RULE.name, message)
                .evidence(presented.refused(NOT_YET_VALID))
                .action("check the clock of this machine with: date -u")
                .action("if the clock is right, use the previous certificate until then")
        })
        .collect()
}

/// Source: docs/what-logstash-loads.md §5, row `cert-future`.
const NOT_YET_VALID: &str = "error 9, certificate is not yet valid";
