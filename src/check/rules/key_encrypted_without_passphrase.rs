//! `key-encrypted-without-passphrase`: the key is encrypted, and no setting says with what.

use super::case::{Case, Opening};
use super::key_not_pkcs8::severity;
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Sealed;
use crate::logstash::readers::Family;

pub(super) const NAME: &str = "key-encrypted-without-passphrase";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let Sealed::Encrypted(_) = &held.sealed else { return None };
    // Where no passphrase would help, that is the cause.
    let is_refused =
        severity(case.judge(held.form, Family::Unknown).verdict) == Some(Severity::Error);
    let path = case.key.as_ref()?.path.path()?;
    if is_refused {
        return None;
    }
    if case.endpoint.is_outright() && matches!(case.opening, Opening::NotKnown) {
        return Some(Finding::new(Severity::Note, NAME, OUTRIGHT).hint(OUTRIGHT_HINT));
    }
    if !matches!(case.opening, Opening::NoPassphrase) {
        return None;
    }
    let message = format!("{} is encrypted, and no passphrase is set", case.naming(path));
    let finding =
        Finding::new(Severity::Error, NAME, message).evidence(EVIDENCE).at(setting.value.clone());
    Some(if case.endpoint.is_harmed_by_conversion() {
        finding.hint("set ssl_key_passphrase")
    } else {
        finding.repair(Repair::ConvertKey)
    })
}

const OUTRIGHT: &str =
    "this key is encrypted: it loads only where ssl_key_passphrase is set, and was not looked into";
const OUTRIGHT_HINT: &str =
    "give its passphrase with --passin env:NAME, file:PATH, fd:N or stdin to have it checked";

/// Source: what-logstash-loads.md, rows `v1-nopass`, `v2-nopass`, `trad-aes256-nopass`.
const EVIDENCE: &str = "Netty refuses an encrypted key without its passphrase (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)";
