//! `key-cannot-handshake`: the key loads, and no TLS handshake succeeds with it.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::{Form, LimitKind, Verdict};

pub(super) const RULE: Rule = Rule {
    name: "key-cannot-handshake",
    summary: "the key loads, but no TLS handshake completes with it",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "for plugins whose handshakes were not measured")],
    page: include_str!("../../../docs/rules/key-cannot-handshake.md"),
    check: Check::Loaded(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(key) = case.facts() else { return Vec::new() };
    // Only a key that loads in some form gets as far as a handshake.
    if case.judge(Form::Pkcs8, key.family).verdict == Verdict::Refuses {
        return Vec::new();
    }
    // Handshakes were measured with the beats input alone.
    let is_measured = case.endpoint.is_read_by_netty(case.baseline);
    let severity = if is_measured { Severity::Error } else { Severity::Warning };
    let hint = "create a new RSA or EC P-256 key and get a certificate for it";
    let found = case.limits(LimitKind::NoHandshake, RULE.name);
    found.map(|finding| Finding { severity, ..finding }.action(hint)).collect()
}
