//! `certificate-expires-soon`: the certificate expires within the requested number of days.

use super::presented::{EXPIRED, Presented};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::escape;
use keyfile::certificate::Certificate;
use time::Duration;

pub(super) const RULE: Rule = Rule {
    name: "certificate-expires-soon",
    summary: "the certificate expires within the time that --expires-within sets",
    severity: Severity::Warning,
    of_shippers: true,
    page: include_str!("../../../docs/rules/certificate-expires-soon.md"),
    check: Check::Certificate(check),
    ..Rule::DEFAULT
};

fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let left = |one: &Certificate| one.not_after - presented.clock.now;
    let soon = |one: &&Certificate| {
        (Duration::ZERO..presented.clock.expires_within).contains(&left(one))
            && one.not_before <= presented.clock.now
    };
    presented
        .verified()
        .filter(soon)
        .map(|one| {
            // Without the number of days, so that the message is the same from one day to the next.
            let message = format!(
                "the certificate \"{}\" expires on {}",
                escape(&one.subject),
                one.not_after.date()
            );
            Finding::new(Severity::Warning, RULE.name, message)
                .evidence(format!("once it has expired: {}", presented.refused(EXPIRED)))
                .action(Presented::renewal_of(one))
        })
        .collect()
}
