//! `certificate-expires-soon`: its time is over within the days that were asked for.

use super::presented::Presented;
use crate::certificate::Certificate;
use crate::date::{self, DAY};
use crate::finding::{Finding, Severity};
use crate::report::{escape, quoted};

pub(super) const NAME: &str = "certificate-expires-soon";

pub(super) fn findings(presented: &Presented<'_>) -> Vec<Finding> {
    let left = |one: &Certificate| one.not_after - presented.clock.now;
    let soon = |one: &&Certificate| {
        (0..presented.clock.expires_within).contains(&left(one))
            && one.not_before <= presented.clock.now
    };
    presented
        .verified()
        .filter(soon)
        .map(|one| {
            let days = match left(one) / DAY {
                0 => "in less than a day".to_owned(),
                1 => "in 1 day".to_owned(),
                days => format!("in {days} days"),
            };
            let message = format!(
                "the certificate \"{}\" expires {days}, on {}",
                escape(&one.subject),
                date::day(one.not_after)
            );
            let hint = format!(
                "have \"{}\" issue it anew, then look at its dates: openssl x509 -in {} -noout -dates",
                escape(&one.issuer),
                quoted(presented.path)
            );
            Finding::new(Severity::Warning, NAME, message).evidence(EVIDENCE).hint(hint)
        })
        .collect()
}

/// Source: what-logstash-loads.md, "Handshakes", row `cert-expired`.
const EVIDENCE: &str = "once it has expired, Logstash still loads it and answers without a word, and a client that verifies it refuses it (measured with OpenSSL: error 10)";
