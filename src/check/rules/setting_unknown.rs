//! `setting-unknown`: the plugin has no setting of this name.

use super::declared::{DeclaredPlugin, SetSetting};
use super::setting_not_yet::later;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::State;

pub(super) const RULE: Rule = Rule {
    name: "setting-unknown",
    summary: "the plugin has no setting of this name",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where no release is given and none is installed")],
    page: include_str!("../../../docs/rules/setting-unknown.md"),
    check: Check::Setting(finding),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin<'_>, set: &SetSetting<'_>) -> Option<Finding> {
    let is_gone = match set.declared {
        None => true,
        Some(setting) => set.is_only(State::Absent) && later(plugin, setting).is_none(),
    };
    if !is_gone {
        return None;
    }
    let name = set.name();
    let message = format!(
        "{} has no setting {name}{}, so Logstash refuses the pipeline",
        plugin.name(),
        plugin.in_releases()
    );
    let finding =
        Finding::new(plugin.severity(true), RULE.name, message).at(set.place()).evidence(EVIDENCE);
    // `ssl.key` is how the shipper spells it.
    let spelled = name.replace(['.', '-'], "_");
    let distance = |name: &'static str| (strsim::osa_distance(&spelled, name), name);
    let near = plugin.taken().map(|setting| distance(setting.name)).min();
    let near = near.filter(|(distance, _)| *distance <= 2).map(|(_, near)| near);
    // `ssl` for `ssl_enabled`, `ssl_keyfile` for `ssl_key`.
    let longer = format!("{spelled}_enabled");
    let names = || plugin.taken().map(|setting| setting.name);
    let shortened = || names().filter(|name| name.contains('_') && spelled.starts_with(name));
    let near = near.or_else(|| names().find(|name| *name == longer));
    Some(match near.or_else(|| shortened().max_by_key(|name| name.len())) {
        Some(near) => finding.action(format!("set {near} instead, if you mean it")),
        None => finding,
    })
}

/// Source: [`crate::logstash::settings`]; docs/messages.md §1.1.
const EVIDENCE: &str =
    "Logstash refuses a setting that the plugin does not declare: Unknown setting '…' for …";
