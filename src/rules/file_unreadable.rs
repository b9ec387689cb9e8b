//! `file-unreadable`: the account that Logstash runs as may not read a file.

use super::case::{Case, Named};
use crate::finding::{Finding, Severity};

pub(super) const NAME: &str = "file-unreadable";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    case.named().filter_map(finding).collect()
}

fn finding(named: &Named<'_>) -> Option<Finding> {
    let file = named.file?;
    let closed = file.closed.as_ref()?;
    Some(
        Finding::new(Severity::Error, NAME, &*closed.message)
            .about(&file.located.path, None)
            .at(named.setting.value.clone())
            .hint(&*closed.hint),
    )
}
