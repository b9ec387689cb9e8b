//! `key-world-readable`: every account of the machine can read the key.

use super::case::Case;
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::Held;
use crate::os::display::quoted;

pub(super) const NAME: &str = "key-world-readable";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref()?;
    let file = named.file?;
    let (Held::Key(_), Some(close)) = (&file.held, &file.public) else { return None };
    let path = &file.located.path;
    // Logstash may be one of all who can read it, but where a key is named alone, it may be another's.
    let close = if case.endpoint.is_outright() {
        format!("chmod o= {}", quoted(path))
    } else {
        close.clone()
    };
    Some(
        Finding::new(Severity::Warning, NAME, "everyone on this machine can read this private key")
            .about(path, None)
            .at(named.setting.value.clone())
            .hint(close),
    )
}
