//! `certificate-expired`: its time is over, and every client that verifies it refuses it.

use super::presented::Presented;
use crate::check::finding::{Finding, Severity};
use crate::os::display::{escape, quoted};

pub(super) const NAME: &str = "certificate-expired";

pub(super) fn findings(presented: &Presented<'_>) -> Vec<Finding> {
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
            Finding::new(Severity::Error, NAME, message).evidence(presented.refused(EXPIRED)).hint(hint)
        })
        .collect()
}

/// Source: what-logstash-loads.md, "Handshakes", row `cert-expired`; users-and-peers.md, 60.
const EXPIRED: &str = "error 10, certificate has expired";
