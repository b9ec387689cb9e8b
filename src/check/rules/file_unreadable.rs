//! `file-unreadable`: Logstash's account has no permission to read a file.

use super::case::{Case, Named};
use super::{Check, Fixable, Resolved, Rule};
use crate::check::finding::{Finding, Repair, Severity};

pub(super) const RULE: Rule = Rule {
    name: "file-unreadable",
    summary: "the account that Logstash runs as cannot read a file that a setting points to",
    severity: Severity::Error,
    fixable: Fixable::When("with `--grant`"),
    resolved_by_conversion: Resolved::AtSetting,
    page: include_str!("../../../docs/rules/file-unreadable.md"),
    check: Check::Loaded(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let key = case.key.iter().filter_map(|key| finding(key, Repair::GrantKey));
    let certificate = case.certificate.iter();
    key.chain(certificate.filter_map(|named| finding(named, Repair::GrantCertificate))).collect()
}

fn finding(named: &Named<'_>, repair: Repair) -> Option<Finding> {
    let file = named.file?;
    let closed = file.closed.as_ref()?;
    Some(
        Finding::new(Severity::Error, RULE.name, &*closed.message)
            .about(&file.located.path, None)
            .at(named.setting.value.clone())
            .hints(closed.hints.clone())
            .repair(repair),
    )
}
