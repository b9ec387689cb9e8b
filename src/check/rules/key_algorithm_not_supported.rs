//! `key-algorithm-not-supported`: the reader takes no key of this algorithm, in whatever form.

use super::case::Case;
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::{Form, LimitKind, Verdict};

pub(super) const NAME: &str = "key-algorithm-not-supported";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    if case.endpoint.is_harmed_by_conversion() {
        return None;
    }
    let key = held.facts()?;
    let best = case.judge(Form::Pkcs8, key.family);
    let severity = match best.verdict {
        Verdict::Refuses => Severity::Error,
        Verdict::NotDocumented | Verdict::LoadsUndocumented => Severity::Warning,
        // Nobody measured it, which is worth a word.
        Verdict::NotKnown => return case.limits(LimitKind::Unsupported, NAME).next(),
        Verdict::Loads => return None,
    };
    // What completes no handshake anyway has that for its cause.
    let fails = key.limits.iter().any(|limit| limit.kind == LimitKind::NoHandshake);
    if fails && severity != Severity::Error {
        return None;
    }
    let path = case.key.as_ref()?.path.path()?;
    let message = format!("{} is {}", case.naming(path), key.name);
    Some(
        Finding::new(severity, NAME, message)
            .evidence(best.evidence)
            .at(setting.value.clone())
            .hint("have a new key and certificate made, of RSA"),
    )
}
