//! `key-algorithm-not-supported`: the reader takes no key of this algorithm, in whatever form.

use super::case::Case;
use crate::finding::{Finding, Severity};
use crate::key_file::Sealed;
use crate::logstash::readers::{Family, Form, Verdict};
use crate::report::shown;

pub(super) const NAME: &str = "key-algorithm-not-supported";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let Sealed::Plain(encoded) = &held.sealed else { return None };
    if case.endpoint.is_harmed_by_conversion() {
        return None;
    }
    let key = encoded.read().ok().filter(|key| key.check().is_ok())?;
    let best = case.judge(Form::Pkcs8, Family::of(&key));
    let severity = match best.verdict {
        Verdict::Refuses => Severity::Error,
        Verdict::NotDocumented | Verdict::LoadsUndocumented => Severity::Warning,
        Verdict::Loads | Verdict::NotKnown => return None,
    };
    let path = shown(case.key.as_ref()?.path.path()?);
    let message = format!("the {} names {path}, which is {key}", case.endpoint.name);
    Some(
        Finding::new(severity, NAME, message)
            .evidence(best.evidence)
            .at(setting.value.clone())
            .hint("have a new key and certificate made, of RSA"),
    )
}
