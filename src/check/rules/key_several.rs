//! `key-several`: the file holds more than one private key, and the first one counts.

use super::case::Case;
use super::{Check, Fixable, Rule};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::hint::key_argument;
use crate::check::key_file::KeyAsWritten;
use crate::os::display::quoted;

pub(super) const RULE: Rule = Rule {
    name: "key-several",
    summary: "the file holds several different private keys, and Logstash uses the first",
    severity: Severity::Warning,
    exceptions: &[(Severity::Error, "where the certificate belongs to a key other than the first")],
    fixable: Fixable::When(
        "where `ssl_certificate` decides which is meant, and not with `--in-place`",
    ),
    page: include_str!("../../../docs/rules/key-several.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    if held.others.is_empty() {
        return None;
    }
    let file = case.key.as_ref()?.file?;
    let lines = std::iter::once(held.line).chain(held.others.iter().map(|other| other.line));
    let lines: Vec<String> = lines.flatten().map(|line| line.to_string()).collect();
    let first = match case.used_instead().map(|used| &used.key) {
        None => "",
        Some(KeyAsWritten::Encrypted(_)) => " that is encrypted",
        Some(KeyAsWritten::Unencrypted(_)) => " that is not encrypted",
    };
    // It makes every handshake fail.
    let is_other_first = case.chosen().is_some() && case.is_matched() == Some(false);
    let other = if is_other_first { ", which is not the key of the certificate" } else { "" };
    let message = format!(
        "the file holds several private keys (lines {}), and Logstash uses the first{first}{other}",
        lines.join(" and ")
    );
    let severity = if is_other_first { Severity::Error } else { Severity::Warning };
    let finding = Finding::new(severity, RULE.name, message)
        .evidence(EVIDENCE)
        .about(&file.located.path, held.line)
        .at(setting.value.clone());
    if case.chosen().is_some() {
        return Some(finding.repair(Repair::ConvertKey));
    }
    let old = key_argument(&file.located.path);
    let of_setting = case.certificate.as_ref().and_then(|named| named.file);
    let certificate = of_setting.map_or("CERTIFICATE".into(), |file| quoted(&file.located.path));
    Some(finding.action(format!(
        "extract the key of your certificate with: fixkey {old} -o FILE --cert {certificate}"
    )))
}

/// Source: docs/what-logstash-loads.md §10, rows `twokeys` and `twokeys-wrongfirst`.
const EVIDENCE: &str = "the first one counts (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";
