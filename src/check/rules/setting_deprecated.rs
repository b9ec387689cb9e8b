//! `setting-deprecated`: the release warns of a setting, which a later one refuses.

use super::declared::{self, DeclaredPlugin, short};
use super::setting_obsolete::instead;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::State;
use crate::logstash::version::version;
use logstash_config::Attribute;

pub(super) const RULE: Rule = Rule {
    name: "setting-deprecated",
    summary: "the release warns of a setting",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/setting-deprecated.md"),
    check: Check::Text(|configuration, baseline| {
        declared::each_setting(configuration, baseline, finding)
    }),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin, attribute: &Attribute<'_>) -> Option<Finding> {
    let setting = plugin.setting(attribute)?;
    // That some release refuses it says more.
    if plugin.standing(setting, State::Obsolete).is_some() {
        return None;
    }
    plugin.standing(setting, State::Deprecated)?;
    let gone = setting.first_in(State::Obsolete, version(0, 0, 0));
    let gone =
        gone.map_or(String::new(), |gone| format!(", and refuses it from {} on", short(gone)));
    let message = format!(
        "the setting {} of {} is deprecated: Logstash warns{gone}",
        setting.name, plugin.name
    );
    let finding =
        Finding::new(Severity::Warning, RULE.name, message).at(attribute.name.span.clone());
    Some(instead(finding, setting, attribute))
}
