//! `key-algorithm-not-supported`: the reader takes no key of this algorithm, in whatever form.

use super::case::Case;
use crate::finding::{Finding, Severity};
use crate::logstash::readers::{Form, Verdict};

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
        Verdict::Loads | Verdict::NotKnown => return None,
    };
    let path = case.key.as_ref()?.path.path()?;
    let message = format!("{} is {}", case.naming(path), key.name);
    Some(
        Finding::new(severity, NAME, message)
            .evidence(best.evidence)
            .at(setting.value.clone())
            .hint("have a new key and certificate made, of RSA"),
    )
}
