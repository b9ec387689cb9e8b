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
    let key = case.key.iter().map(|key| (key, Some(Repair::GrantKey)));
    let certificate = case.certificate.iter().map(|it| (it, Some(Repair::GrantCertificate)));
    let authorities = case.authorities.iter().enumerate();
    let authorities = authorities.map(|(at, it)| (it, Some(Repair::GrantAuthority(at))));
    // A truststore may hold private keys, and fixkey does not read it.
    let truststores = case.truststores.iter().map(|truststore| (truststore, None));
    let named = key.chain(certificate).chain(authorities).chain(truststores);
    named.filter_map(|(named, repair)| finding(named, repair)).collect()
}

fn finding(named: &Named<'_>, repair: Option<Repair>) -> Option<Finding> {
    let file = named.file?;
    let closed = file.closed.as_ref()?;
    let finding = Finding::new(Severity::Error, RULE.name, &*closed.message)
        .about(&file.located.path, None)
        .at(named.setting.value.clone())
        .hints(closed.hints.clone());
    Some(Finding { repair, ..finding })
}
