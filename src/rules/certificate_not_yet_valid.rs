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
                "the certificate \"{}\" is not valid before {}, and by the clock of this machine it is {}",
                escape(&one.subject),
                date::rfc3339(one.not_before),
                date::rfc3339(now)
            );
            Finding::new(Severity::Error, NAME, message)
                .evidence(EVIDENCE)
                .hint("if the clock is right, keep the certificate before it until then; see the clock: date -u")
        })
        .collect()
}

/// Source: what-logstash-loads.md, "Handshakes", row `cert-future`.
const EVIDENCE: &str = "Logstash loads it and answers without a word; a client that verifies it refuses it (measured with OpenSSL: error 9, certificate is not yet valid)";
