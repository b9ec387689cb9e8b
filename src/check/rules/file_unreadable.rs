//! `file-unreadable`: the account of Logstash, or of a shipper, has no permission to read a file.

use std::path::Path;

use super::case::{Case, Named};
use super::{Check, Fixable, Resolved, Rule};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::named_file::Closed;

pub(super) const RULE: Rule = Rule {
    name: "file-unreadable",
    summary: "the account that Logstash or a shipper runs as cannot read a configuration, or a file that a setting points to",
    severity: Severity::Error,
    fixable: Fixable::When("with `--grant`"),
    resolved_by_conversion: Resolved::AtSetting,
    page: include_str!("../../../docs/rules/file-unreadable.md"),
    check: Check::Loaded(check),
    of_shippers: true,
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
    // --grant knows the account of Logstash alone.
    let is_repaired = !case.endpoint.is_of_shipper();
    named.filter_map(|(named, repair)| finding(named, repair.filter(|_| is_repaired))).collect()
}

fn finding(named: &Named<'_>, repair: Option<Repair>) -> Option<Finding> {
    let file = named.file?;
    let finding = of_file(&file.located.path, file.closed.as_ref()?);
    Some(Finding { repair, ..finding.at(named.setting.value.clone()) })
}

/// Returns what there is to say about a file that Logstash or a shipper reads.
pub(super) fn of_file(path: &Path, closed: &Closed) -> Finding {
    Finding::new(Severity::Error, RULE.name, &*closed.message)
        .about(path, None)
        .hints(closed.hints.clone())
}
