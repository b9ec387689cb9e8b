//! `path-relative`: a relative path counts from the folder that Logstash is started in.

use super::case::{Case, Named};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::view;

pub(super) const RULE: Rule = Rule {
    name: "path-relative",
    summary: "a path is relative, so it depends on where Logstash is started",
    severity: Severity::Warning,
    silenced_by: &["file-missing"],
    page: include_str!("../../../docs/rules/path-relative.md"),
    check: Check::Endpoint(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    if case.endpoint.is_outright() {
        return Vec::new();
    }
    case.named().filter_map(finding).collect()
}

fn finding(named: &Named<'_>) -> Option<Finding> {
    named.path.path().filter(|path| view::is_relative(path))?;
    let message = format!(
        "\"{}\" is relative to the working directory of Logstash, which is / under systemd",
        named.shown()
    );
    Some(
        Finding::new(Severity::Warning, RULE.name, message)
            .at(named.setting.value.clone())
            .action("write an absolute path"),
    )
}
