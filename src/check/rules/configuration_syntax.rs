//! `configuration-syntax`: the configuration is not in Logstash's language.

use crate::check::finding::{Finding, Severity};

pub(super) const NAME: &str = "configuration-syntax";

pub(super) fn check(error: &logstash_config::Error) -> Finding {
    let mut finding = Finding::new(Severity::Error, NAME, error.to_string()).at(error.span());
    finding.hint = error.help().map(ToString::to_string);
    finding.related = error.related().map(|(span, what)| (span, what.to_string()));
    finding
}
