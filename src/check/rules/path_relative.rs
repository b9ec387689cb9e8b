//! `path-relative`: a relative path counts from the directory in which Logstash is started.

use super::case::{Case, Named};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::version::{Version, version};
use crate::os::view;

pub(super) const RULE: Rule = Rule {
    name: "path-relative",
    summary: "a path is relative, so it depends on where Logstash is started",
    severity: Severity::Warning,
    exceptions: &[(
        Severity::Error,
        "from Logstash 8.1, where the home of Logstash does not have the file too",
    )],
    silenced_by: &["file-missing"],
    page: include_str!("../../../docs/rules/path-relative.md"),
    check: Check::Endpoint(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    if case.endpoint.is_outright() {
        return Vec::new();
    }
    case.named().filter_map(|named| finding(case, named)).collect()
}

/// The first release that looks for a relative path in its home, while Netty still opens it in the working directory.
/// Source: docs/what-logstash-loads.md §8.4.
const LOOKS_IN_HOME: Version = version(8, 1, 0);

const EVIDENCE: &str =
    "measured on whole releases: only a file that is in both places works from 8.1";

fn finding(case: &Case<'_>, named: &Named<'_>) -> Option<Finding> {
    named.path.path().filter(|path| view::is_relative(path))?;
    let path = named.shown();
    let looks_in_home = case.baseline.may_reach(LOOKS_IN_HOME) == Some(true);
    let is_missing = looks_in_home && named.file.is_some_and(|file| !file.is_in_home);
    let (severity, message) = if is_missing {
        let message = format!(
            "\"{path}\" is relative: Logstash from 8.1 needs the file in its home, /usr/share/logstash, and in its working directory"
        );
        (Severity::Error, message)
    } else {
        let message = format!(
            "\"{path}\" is relative to the working directory of Logstash, which is / under systemd"
        );
        (Severity::Warning, message)
    };
    Some(
        Finding::new(severity, RULE.name, message)
            .evidence(EVIDENCE)
            .at(named.setting.value.clone())
            .action("write an absolute path"),
    )
}
