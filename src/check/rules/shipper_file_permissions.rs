//! `shipper-file-permissions`: Beats do not start with a file that another account can change.

use super::{Check, Rule, StartFile};
use crate::check::finding::{Finding, Severity};
use crate::os::display::quoted;

pub(super) const RULE: Rule = Rule {
    name: "shipper-file-permissions",
    summary: "Beats do not start with a configuration that another account can change",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/shipper-file-permissions.md"),
    check: Check::ShipperFile(check),
    ..Rule::DEFAULT
};

/// Write permission of the group and of others.
const WRITTEN_BY_OTHERS: u32 = 0o022;

/// Source: docs/what-shippers-load.md §2.5.
fn check(file: &StartFile<'_>) -> Option<Finding> {
    let StartFile { path, owner, mode, account } = *file;
    let (message, command) = if owner != 0 && owner != account {
        let message =
            format!("uid {owner} owns it, so Beats that run as uid {account} do not start");
        (message, format!("chown {account} {}", quoted(path)))
    } else if mode & WRITTEN_BY_OTHERS != 0 {
        let message = format!(
            "its group or others can write it (mode {:04o}), so Beats do not start",
            mode & 0o7777
        );
        (message, format!("chmod go-w {}", quoted(path)))
    } else {
        return None;
    };
    let finding = Finding::new(Severity::Error, RULE.name, message).evidence(STRICT);
    Some(finding.about(path, None).command(command))
}

const STRICT: &str = "Beats check it unless they start with --strict.perms=false (read in source, libbeat/common/config.go)";
