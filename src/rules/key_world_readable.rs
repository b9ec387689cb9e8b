//! `key-world-readable`: every account of the machine can read the key.

use super::case::Case;
use crate::finding::{Finding, Severity};
use crate::key_file::Held;
use crate::report::quoted;

pub(super) const NAME: &str = "key-world-readable";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref()?;
    let file = named.file.filter(|file| file.is_public)?;
    let Held::Key(_) = &file.held else { return None };
    let path = &file.located.path;
    let place = quoted(path);
    // Logstash may be one of all who can read it.
    let then = if case.endpoint.is_outright() {
        String::new()
    } else {
        format!("; if Logstash can then not read it: chgrp logstash {place} && chmod 640 {place}")
    };
    Some(
        Finding::new(Severity::Warning, NAME, "everyone on this machine can read this private key")
            .about(path, None)
            .at(named.setting.value.clone())
            .hint(format!("chmod o= {place}{then}")),
    )
}
