//! `certificate-not-yet-valid`: its time has not come, and every client that verifies it refuses it.

use super::presented::Presented;
use crate::date;
use crate::finding::{Finding, Severity};
use crate::report::escape;

pub(super) const NAME: &str = "certificate-not-yet-valid";

pub(super) fn findings(presented: &Presented<'_>) -> Vec<Finding> {
    let now = presented.clock.now;
    let early = presented.verified().filter(|one| one.not_before > now);
    early
        .map(|one| {
            let message = format!(
                "the certificate \"{}\" is not valid before {}",
                escape(&one.subject),
                date::rfc3339(one.not_before)
            );
            Finding::new(Severity::Error, NAME, message)
                .evidence(presented.refused(NOT_YET_VALID))
                .hint("see whether the clock of this machine is right: date -u; if it is, keep the certificate before this one until then")
        })
        .collect()
}

/// Source: what-logstash-loads.md, "Handshakes", row `cert-future`.
const NOT_YET_VALID: &str = "error 9, certificate is not yet valid";
