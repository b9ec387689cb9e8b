//! `key-cannot-handshake`: the key loads, and no TLS handshake succeeds with it.

use super::case::Case;
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::{Form, LimitKind, Verdict};

pub(super) const NAME: &str = "key-cannot-handshake";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(key) = case.facts() else { return Vec::new() };
    // What does not load in whatever form has that for its cause.
    if case.judge(Form::Pkcs8, key.family).verdict == Verdict::Refuses {
        return Vec::new();
    }
    // Handshakes were measured with the beats input alone.
    let is_measured = case.endpoint.is_read_by_netty(case.of);
    let severity = if is_measured { Severity::Error } else { Severity::Warning };
    let hint = "have a new key and certificate made, of RSA or on P-256";
    let found = case.limits(LimitKind::NoHandshake, NAME);
    found.map(|finding| Finding { severity, ..finding }.hint(hint)).collect()
}
