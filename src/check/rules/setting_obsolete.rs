//! `setting-obsolete`: the release refuses a setting that older ones took.

use super::declared::migration::in_modes;
use super::declared::{DeclaredPlugin, SetSetting, short};
use super::{Check, Fixable, Rule};
use std::sync::Arc;

use crate::check::finding::{Finding, Migrated, Repair, Severity};
use crate::logstash::settings::{DeclaredSetting, State};

pub(super) const RULE: Rule = Rule {
    name: "setting-obsolete",
    summary: "the release refuses a setting that older ones took",
    severity: Severity::Error,
    fixable: FIXABLE,
    exceptions: &[(Severity::Warning, "where only some of the assumed releases refuse it")],
    page: include_str!("../../../docs/rules/setting-obsolete.md"),
    check: Check::Setting(finding),
    ..Rule::DEFAULT
};

/// Where settings are replaced.
pub(super) const FIXABLE: Fixable =
    Fixable::When("where the release is known and it is clear what replaces the setting");

fn finding(plugin: &DeclaredPlugin<'_>, set: &SetSetting<'_>) -> Option<Finding> {
    let setting = set.declared?;
    let standing = plugin.standing(set, State::Obsolete)?;
    let from = standing.since.map_or(String::new(), |since| format!(" from {} on", short(since)));
    let message = format!(
        "Logstash{from} refuses the setting {} of {}, which is obsolete",
        setting.name,
        plugin.name()
    );
    let finding = Finding::new(standing.severity, RULE.name, message).at(set.place());
    Some(instead(plugin, finding.evidence(plugin.refused()), set, setting))
}

/// Says what to set instead, if the releases take that: older ones had other successors, which the table does not have.
pub(super) fn instead(
    plugin: &DeclaredPlugin<'_>,
    finding: Finding,
    set: &SetSetting<'_>,
    setting: &DeclaredSetting,
) -> Finding {
    let finding = match &set.migration {
        Some(migration) => finding.repair(Repair::Migrate(Arc::clone(migration))),
        None => finding,
    };
    if let Some(Ok(Migrated { says: Some(says), .. })) = set.migration.as_deref() {
        return finding.note(says.clone()).action(format!("remove {}", setting.name));
    }
    // A settings file's message is that of the release that refuses it.
    let says = setting.message.filter(|_| !plugin.is_file() || set.is(State::Obsolete));
    let says = says.map(|says| format!("Logstash says: {says}"));
    let Some(new) = setting.replaced_by else {
        let finding = finding.action(format!("remove {}", setting.name));
        return match says.filter(|_| plugin.is_file()) {
            Some(says) => finding.note(says),
            None => finding,
        };
    };
    // Of several successors, the first stands for all.
    let first = new.split(' ').next();
    if !plugin.taken().any(|taken| Some(taken.name) == first) {
        return finding;
    }
    let finding = finding.action(format!("set {} instead", in_modes(new)));
    match says {
        Some(says) => finding.note(says),
        None => finding,
    }
}
