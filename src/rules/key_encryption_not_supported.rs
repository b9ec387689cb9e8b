//! `key-encryption-not-supported`: the reader cannot decrypt the key, whatever the passphrase.

use super::case::Case;
use super::key_not_pkcs8::severity;
use crate::finding::{Finding, Repair};
use crate::key_file::Sealed;
use crate::logstash::readers::Family;
use crate::report::shown;

pub(super) const NAME: &str = "key-encryption-not-supported";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let Sealed::Encrypted(encrypted) = &held.sealed else { return None };
    let found = case.judge(held.form, Family::Unknown);
    let severity = severity(found.verdict)?;
    let path = shown(case.key.as_ref()?.path.path()?);
    let scheme =
        encrypted.scheme().map_or_else(|error| error.to_string(), |scheme| scheme.to_string());
    let message = format!("the {} names {path}, which is encrypted ({scheme})", case.endpoint.name);
    let finding =
        Finding::new(severity, NAME, message).evidence(found.evidence).at(setting.value.clone());
    Some(if case.endpoint.is_harmed_by_conversion() {
        finding
    } else {
        finding.repair(Repair::ConvertKey)
    })
}
