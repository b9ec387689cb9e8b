//! `path-relative`: a relative path counts from the folder that Logstash is started in.

use super::case::{Case, Named};
use super::file_missing::is_missing;
use crate::check::finding::{Finding, Severity};

pub(super) const NAME: &str = "path-relative";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    if case.endpoint.is_outright() {
        return Vec::new();
    }
    // Of a file that is not there, that is said.
    case.named().filter(|named| !is_missing(named)).filter_map(finding).collect()
}

fn finding(named: &Named<'_>) -> Option<Finding> {
    named.path.path().filter(|path| path.is_relative())?;
    let message = format!(
        "\"{}\" counts from the folder that Logstash is started in, not from this file's: under systemd that is /",
        named.shown()
    );
    Some(
        Finding::new(Severity::Warning, NAME, message)
            .at(named.setting.value.clone())
            .hint("write the path from / on"),
    )
}
