//! `setting-conflict`: a plugin does not take two settings together, or one without another.

use super::declared::values::{scalars, text_of};
use super::declared::{DeclaredPlugin, SetSetting};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::{CONSTRAINTS, Constraint, RENAMED_KEYS, State};
use crate::logstash::variables::is_template;

pub(super) const RULE: Rule = Rule {
    name: "setting-conflict",
    summary: "a plugin does not take two settings together, or one without another",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "where only some of the assumed releases refuse it, or this was not measured",
    )],
    page: include_str!("../../../docs/rules/setting-conflict.md"),
    check: Check::Settings(|plugin, settings| {
        let twice = settings.iter().filter_map(|old| in_both_spellings(plugin, old, settings));
        twice.chain(constraints(plugin, settings)).collect()
    }),
    ..Rule::DEFAULT
};

/// The old name of a setting beside the new one.
fn in_both_spellings(
    plugin: &DeclaredPlugin<'_>,
    old: &SetSetting<'_>,
    settings: &[SetSetting<'_>],
) -> Option<Finding> {
    let setting = old.declared.filter(|_| old.is(State::Deprecated))?;
    let new = setting.replaced_by?;
    let is_new = |set: &&SetSetting<'_>| set.name() == new;
    settings.iter().find(is_new).filter(|new| new.is_taken())?;
    let is_alias = RENAMED_KEYS.contains(&(setting.name, new));
    let is_measured = is_alias || REFUSED_TOGETHER.contains(&(setting.name, new));
    let (takes, severity, evidence) = if is_measured {
        let evidence = if is_alias { TOGETHER_IN_FILE } else { TOGETHER };
        ("takes", plugin.severity(!old.is(State::Fine)), evidence)
    } else {
        ("may take", Severity::Warning, LIKE_OTHERS)
    };
    let message = format!(
        "{} and {new} of {} are both set, and Logstash {takes} only one of them",
        setting.name,
        plugin.name()
    );
    let finding = Finding::new(severity, RULE.name, message).evidence(evidence);
    Some(finding.at(old.place()).action(format!("remove {}", setting.name)))
}

fn constraints(plugin: &DeclaredPlugin<'_>, settings: &[SetSetting<'_>]) -> Vec<Finding> {
    // What older releases ask was not measured.
    if !plugin.is_of_supported_releases() {
        return Vec::new();
    }
    let own = CONSTRAINTS.iter().filter(|row| row.plugins.iter().any(|key| plugin.is(key)));
    own.filter_map(|row| constraint(plugin, row, settings)).collect()
}

fn constraint(
    plugin: &DeclaredPlugin<'_>,
    row: &Constraint,
    settings: &[SetSetting<'_>],
) -> Option<Finding> {
    let set = |name: &str, values: &[&str], is_met_by_a_variable: bool| {
        let found = settings.iter().find(|set| set.name() == name)?;
        let text = found.text()?;
        let may_be = || is_met_by_a_variable && (is_template(&text) || text.contains("${"));
        let is_it = |value: &&str| value.eq_ignore_ascii_case(&text);
        (values.is_empty() || values.iter().any(is_it) || may_be()).then_some(found)
    };
    let setting = set(row.setting, row.values, false).filter(|setting| setting.is_taken())?;
    let has_https_host = || {
        let hosts = set("hosts", &[], false).and_then(|hosts| hosts.attribute.as_ref());
        hosts.is_some_and(|hosts| {
            scalars(&hosts.value).iter().any(|it| text_of(it).starts_with("https:"))
        })
    };
    let is_on = row.switches.iter().any(|switch| set(switch, &["true"], false).is_some())
        || has_https_host();
    let lacks_what_it_needs = !row.needs.is_empty()
        && !row.needs.iter().any(|(name, values)| set(name, values, true).is_some());
    let is_given = |name: &&str| {
        set(name, &[], true).is_some_and(|set| set.text().is_some_and(|text| text != "[]"))
    };
    let is_never_taken = row.needs.is_empty() && row.excludes.is_empty();
    let is_refused = is_never_taken || lacks_what_it_needs || row.excludes.iter().any(is_given);
    let is_of_mode = row.mode.is_none() || plugin.mode(settings).as_deref() == row.mode;
    if !is_on || !is_of_mode || !is_refused {
        return None;
    }
    let message = format!("{} of {} {}", row.setting, plugin.name(), row.says);
    let finding = Finding::new(plugin.severity(true), RULE.name, message).evidence(row.source);
    Some(finding.at(setting.place()).action(row.action))
}

/// Source: rows 028, 058 and 068 of tests/data/settings/migrations.jsonl; tests/data/logstash, situations `set-both-true`.
const REFUSED_TOGETHER: &[(&str, &str)] =
    &[("ssl", "ssl_enabled"), ("ssl_peer_metadata", "enrich")];
/// Source: `SettingWithDeprecatedAlias` of Logstash's `settings.rb` @015e0e70.
const TOGETHER_IN_FILE: &str = "Logstash does not start (read in its source: Both `api.http.host` and its deprecated alias `http.host` have been set. Please only set `api.http.host`)";
const LIKE_OTHERS: &str = "of ssl and ssl_enabled it was measured that Logstash refuses the pipeline; of these two it was not";
const TOGETHER: &str = "Logstash refuses the pipeline (measured: Both `ssl_enabled` and (deprecated) `ssl` were set. Use only `ssl_enabled`.; both `enrich` and (deprecated) ssl_peer_metadata were provided)";
