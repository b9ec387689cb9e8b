//! `key-not-pkcs8`: the key is PKCS#1, SEC1 or another form where PKCS#8 is documented.

use super::case::Case;
use crate::finding::{Finding, Repair, Severity};
use crate::key_file::Sealed;
use crate::logstash::readers::{Family, Form, Verdict};
use crate::report::shown;

pub(super) const NAME: &str = "key-not-pkcs8";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let Sealed::Plain(encoded) = &held.sealed else { return None };
    let key = encoded.read().ok()?;
    let family = Family::of(&key);
    let found = case.judge(held.form, family);
    let severity = severity(found.verdict)?;
    // A form is to blame only where PKCS#8 would do better.
    if case.judge(Form::Pkcs8, family).verdict >= found.verdict {
        return None;
    }
    let path = shown(case.key.as_ref()?.path.path()?);
    let form = if held.form == Form::Der {
        "DER, not PEM".to_owned()
    } else {
        encoded.encoding.to_string()
    };
    let message = format!(
        "the {} names the key {path}, which is {key} in {form}: {}",
        case.endpoint.name, found.evidence
    );
    Some(Finding::new(severity, NAME, message).at(setting.value.clone()).repair(Repair::ConvertKey))
}

/// How bad a verdict is; `None` where there is nothing to say.
pub(super) fn severity(verdict: Verdict) -> Option<Severity> {
    match verdict {
        Verdict::Refuses | Verdict::NotDocumented => Some(Severity::Error),
        Verdict::LoadsUndocumented => Some(Severity::Warning),
        Verdict::Loads | Verdict::NotKnown => None,
    }
}
