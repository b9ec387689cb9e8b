//! `file-unreadable`: the account that Logstash runs as may not read a file.

use super::case::{Case, Named};
use crate::check::finding::{Finding, Repair, Severity};

pub(super) const NAME: &str = "file-unreadable";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let key = case.key.iter().filter_map(|key| finding(key, Repair::GrantKey));
    let certificate = case.certificate.iter();
    key.chain(certificate.filter_map(|named| finding(named, Repair::GrantCertificate))).collect()
}

fn finding(named: &Named<'_>, repair: Repair) -> Option<Finding> {
    let file = named.file?;
    let closed = file.closed.as_ref()?;
    Some(
        Finding::new(Severity::Error, NAME, &*closed.message)
            .about(&file.located.path, None)
            .at(named.setting.value.clone())
            .hint(&*closed.hint)
            .repair(repair),
    )
}
