//! `setting-not-yet`: the release does not know a setting that later ones have.

use super::declared::{DeclaredPlugin, SetSetting, short};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::{DeclaredSetting, State};
use crate::logstash::version::Version;

pub(super) const RULE: Rule = Rule {
    name: "setting-not-yet",
    summary: "the release does not know a setting that later ones have",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where some of the assumed releases know it")],
    page: include_str!("../../../docs/rules/setting-not-yet.md"),
    check: Check::Setting(finding),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin<'_>, set: &SetSetting<'_>) -> Option<Finding> {
    let setting = set.declared?;
    let absent = plugin.standing(set, State::Absent)?;
    let since = later(plugin, setting)?;
    let message = format!(
        "Logstash before {} refuses the setting {} of {}, which it does not know",
        short(since),
        setting.name,
        plugin.name()
    );
    let finding = Finding::new(absent.severity, RULE.name, message)
        .at(set.place())
        .evidence(plugin.refused());
    // Where several settings became one, none of them alone stands for it.
    let mut old = plugin.taken().filter(|old| old.replaced_by == Some(setting.name));
    Some(match (old.next(), old.next()) {
        (Some(old), None) => finding.action(format!("set {} instead", old.name)),
        _ => finding,
    })
}

/// The release that begins to take a setting after those that are meant and lack it.
pub(super) fn later(plugin: &DeclaredPlugin<'_>, setting: &DeclaredSetting) -> Option<Version> {
    let first = plugin.first_release()?;
    let lacking = setting
        .states()
        .find(|(state, versions)| *state == State::Absent && versions.most >= first)?;
    let taken = |state| setting.first_in(state, lacking.1.most);
    [State::Fine, State::Deprecated].into_iter().filter_map(taken).min()
}
