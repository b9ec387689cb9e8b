//! `setting-obsolete`: the release refuses a setting that older ones took.

use super::declared::{self, DeclaredPlugin, SetSetting, short};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::{DeclaredSetting, State};

pub(super) const RULE: Rule = Rule {
    name: "setting-obsolete",
    summary: "the release refuses a setting that older ones took",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where only some of the releases that are meant refuse it")],
    page: include_str!("../../../docs/rules/setting-obsolete.md"),
    check: Check::Declared(|plugin, settings| {
        settings.iter().filter_map(|set| finding(plugin, set)).collect()
    }),
    ..Rule::DEFAULT
};

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
    Some(instead(finding.evidence(declared::REFUSED), setting))
}

/// Says what to set instead.
pub(super) fn instead(finding: Finding, setting: &DeclaredSetting) -> Finding {
    let finding = match setting.message {
        Some(message) => finding.note(format!("Logstash says: {message}")),
        None => finding,
    };
    match setting.replaced_by {
        Some(new) => finding.action(format!("set {new} instead")),
        None => finding.action(format!("remove {}", setting.name)),
    }
}
