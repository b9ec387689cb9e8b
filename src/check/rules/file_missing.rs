//! `file-missing`: the file does not exist, so that the pipeline does not start.

use super::case::{Case, Named};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::Held;
use crate::os::display::shown;
use crate::os::view;

pub(super) const RULE: Rule = Rule {
    name: "file-missing",
    summary: "a file that a setting points to does not exist",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "for the authorities of the beats, http and tcp inputs while TLS is off",
    )],
    of_shippers: true,
    page: include_str!("../../../docs/rules/file-missing.md"),
    check: Check::Endpoint(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let is_ignored = case.endpoint.ignores_authorities();
    let severity = if is_ignored { Severity::Warning } else { Severity::Error };
    let own = |named: &Named<'_>| finding(named, case.endpoint.is_of_shipper());
    let trusted = case.trusted().filter_map(own);
    let trusted = trusted.map(|finding| Finding { severity, ..finding });
    // A shipper reads nothing while TLS is off.
    let of_pair = if case.endpoint.is_of_shipper() { severity } else { Severity::Error };
    let pair = case.pair().filter_map(own).map(|finding| Finding { severity: of_pair, ..finding });
    pair.chain(trusted).collect()
}

/// Returns whether nothing is at the path.
fn is_missing(named: &Named<'_>) -> bool {
    use view::Error::{DanglingLink, Io, Missing};
    let held = named.file.map(|file| &file.held);
    matches!(held, Some(Held::Nothing(Missing | DanglingLink(_) | Io(_))))
}

fn finding(named: &Named<'_>, is_of_shipper: bool) -> Option<Finding> {
    let file = named.file.filter(|_| is_missing(named))?;
    let Held::Nothing(error) = &file.held else { return None };
    let (located, configured) = (&file.located.path, named.path.path()?);
    let is_elsewhere = view::is_elsewhere(configured, located);
    let at = if is_elsewhere {
        format!("the Windows path {}", place(named.shown()))
    } else if named.is_to_be_hidden() || located == configured {
        place(named.shown())
    } else {
        format!("{} ({} on this machine)", place(named.shown()), place(shown(located)))
    };
    let message = format!("{} points to {at}: {error}", named.setting.name);
    let finding = Finding::new(Severity::Error, RULE.name, message).at(named.setting.value.clone());
    let (program, map) =
        if is_of_shipper { ("the shipper", "--map-shipper") } else { ("Logstash", "--map") };
    Some(if is_of_shipper && view::is_relative(configured) && !configured.starts_with("~") {
        finding.action("write an absolute path: relative paths count from the working directory of the shipper")
    } else if is_elsewhere && is_of_shipper {
        finding.action(format!(
            "if the shipper runs on Windows, copy its files here and add {map} 'C:\\DIR=COPY'"
        ))
    } else if is_elsewhere {
        finding
            .action("if Logstash runs on Windows, copy its files here and add --map 'C:\\DIR=COPY'")
            .action("if Logstash runs on this machine, write a path of this machine")
    } else if configured.starts_with("~") {
        finding.action(format!("write an absolute path: {program} does not expand ~"))
    } else if view::is_relative(configured) {
        finding.action("write an absolute path: relative paths count from Logstash's working directory, which is / under systemd")
    } else {
        finding
            .action("correct the path")
            .action(format!("if the file is in another place on this machine, add {map} FROM=TO"))
    })
}

/// Returns the path for a message, quoted if its blanks would not be visible.
fn place(path: String) -> String {
    if path.trim() == path { path } else { format!("\"{path}\"") }
}
