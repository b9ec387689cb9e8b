//! `key-several`: the file holds more than one private key, and the first one counts.

use super::case::Case;
use super::{Check, Fixable, Rule};
use crate::check::finding::{Finding, Repair, Severity};
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
    // The first one keeps every handshake from succeeding.
    let is_other_first = case.chosen().is_some() && case.is_matched() != Some(true);
    let first =
        if is_other_first { ", and the first is not the one of the certificate" } else { "" };
    let message =
        format!("the file holds different private keys, on lines {}{first}", lines.join(" and "));
    let severity = if is_other_first { Severity::Error } else { Severity::Warning };
    let finding = Finding::new(severity, RULE.name, message)
        .evidence(EVIDENCE)
        .about(&file.located.path, held.line)
        .at(setting.value.clone());
    Some(match (case.chosen(), case.leaf()) {
        (Some(_), _) => finding.repair(Repair::ConvertKey),
        (None, Some(_)) => finding.hint("leave in the file the one key that is meant"),
        (None, None) => {
            let old = quoted(&file.located.path);
            finding.hint(format!("fixkey {old} -o FILE --cert CERTIFICATE writes the one that belongs to the certificate; name FILE here"))
        }
    })
}

/// Source: docs/what-logstash-loads.md §10, rows `twokeys` and `twokeys-wrongfirst`.
const EVIDENCE: &str = "the first one counts (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";
