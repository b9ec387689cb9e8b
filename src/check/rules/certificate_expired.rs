//! `certificate-expired`: the certificate has expired, and every client that verifies it refuses it.

use super::presented::{EXPIRED, Presented};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::escape;

pub(super) const RULE: Rule = Rule {
    name: "certificate-expired",
    summary: "the certificate has expired",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "for an authority, which Java trusts anyway")],
    of_shippers: true,
    page: include_str!("../../../docs/rules/certificate-expired.md"),
    check: Check::Certificate(check),
    ..Rule::DEFAULT
};

fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let expired = presented.verified().filter(|one| one.not_after < presented.clock.now);
    expired
        .map(|one| {
            let message = format!(
                "the certificate \"{}\" expired on {}, {}",
                escape(&one.subject),
                one.not_after.date(),
                presented.rejected()
            );
            Finding::new(Severity::Error, RULE.name, message)
                .evidence(presented.refused(EXPIRED))
                .action(Presented::renewal_of(one))
        })
        .collect()
}
