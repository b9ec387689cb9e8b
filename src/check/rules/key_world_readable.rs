//! `key-world-readable`: every account of the machine can read the key.

use super::case::Case;
use super::{Check, Resolved, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::Hint;
use crate::check::key_file::Held;
use crate::os::display::quoted;

pub(super) const RULE: Rule = Rule {
    name: "key-world-readable",
    summary: "every account on this machine can read the private key",
    severity: Severity::Warning,
    resolved_by_conversion: Resolved::AtSetting,
    keeps_severity: true,
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-world-readable.md"),
    check: Check::Endpoint(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref()?;
    let file = named.file?;
    let (Held::Key(_), Some(close)) = (&file.held, &file.public) else { return None };
    let path = &file.located.path;
    // Logstash or the shipper may be among the accounts that read it; but a key named alone may belong to another account.
    let close = if case.endpoint.is_outright() {
        vec![Hint::Command(format!("chmod o= {}", quoted(path)))]
    } else {
        close.clone()
    };
    Some(
        Finding::new(
            Severity::Warning,
            RULE.name,
            "every account on this machine can read this private key",
        )
        .about(path, None)
        .at(named.setting.value.clone())
        .hints(close),
    )
}
