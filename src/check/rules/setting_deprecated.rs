//! `setting-deprecated`: the release warns of a setting, which a later one refuses.

use super::declared::{DeclaredPlugin, SetSetting, short};
use super::setting_obsolete::{FIXABLE, instead};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::State;
use crate::logstash::version::version;

pub(super) const RULE: Rule = Rule {
    name: "setting-deprecated",
    summary: "the release warns of a setting",
    severity: Severity::Warning,
    fixable: FIXABLE,
    page: include_str!("../../../docs/rules/setting-deprecated.md"),
    check: Check::Setting(finding),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin<'_>, set: &SetSetting<'_>) -> Option<Finding> {
    let setting = set.declared?;
    // That some release refuses it says more.
    if plugin.standing(set, State::Obsolete).is_some() {
        return None;
    }
    plugin.standing(set, State::Deprecated)?;
    let gone = setting.first_in(State::Obsolete, version(0, 0, 0));
    let gone =
        gone.map_or(String::new(), |gone| format!(", and refuses it from {} on", short(gone)));
    let message = format!(
        "the setting {} of {} is deprecated: Logstash warns{gone}",
        setting.name,
        plugin.name()
    );
    let finding = Finding::new(Severity::Warning, RULE.name, message).at(set.place());
    Some(instead(plugin, finding, set, setting))
}
