//! `setting-conflict`: a plugin does not take two settings together, or one without another.

use super::declared::{self, DeclaredPlugin};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::{CONSTRAINTS, Constraint, State};
use logstash_config::Attribute;

pub(super) const RULE: Rule = Rule {
    name: "setting-conflict",
    summary: "a plugin does not take two settings together, or one without another",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where only some of the releases that are meant refuse it")],
    page: include_str!("../../../docs/rules/setting-conflict.md"),
    check: Check::Text(|configuration, baseline| {
        declared::each(configuration, baseline, |plugin, attributes| {
            let twice =
                attributes.iter().filter_map(|old| in_both_spellings(plugin, old, attributes));
            twice.chain(constraints(plugin, attributes)).collect()
        })
    }),
    ..Rule::DEFAULT
};

/// The old name of a setting beside the new one.
fn in_both_spellings(
    plugin: &DeclaredPlugin,
    old: &Attribute<'_>,
    attributes: &[Attribute<'_>],
) -> Option<Finding> {
    let setting = plugin
        .setting(old)
        .filter(|setting| plugin.states(setting).contains(&State::Deprecated))?;
    let new = setting.replaced_by?;
    attributes.iter().find(|attribute| attribute.name.text() == new.as_bytes())?;
    let severity = plugin.severity(!plugin.states(setting).contains(&State::Fine));
    let message = format!(
        "{} and {new} of {} are both set, and Logstash takes only one of them",
        setting.name, plugin.name
    );
    let finding = Finding::new(severity, RULE.name, message).evidence(TWICE);
    Some(finding.at(old.name.span.clone()).action(format!("remove {}", setting.name)))
}

fn constraints(plugin: &DeclaredPlugin, attributes: &[Attribute<'_>]) -> Vec<Finding> {
    let own = CONSTRAINTS.iter().filter(|row| row.plugins.contains(&plugin.key()));
    own.filter_map(|row| constraint(plugin, row, attributes)).collect()
}

fn constraint(
    plugin: &DeclaredPlugin,
    row: &Constraint,
    attributes: &[Attribute<'_>],
) -> Option<Finding> {
    let named = |name: &str| attributes.iter().find(|it| it.name.text() == name.as_bytes());
    let has = |name: &str, values: &[&str]| {
        let found = named(name)?;
        let text = String::from_utf8_lossy(found.value.content());
        let fits = values.is_empty() || text.contains("${") || values.contains(&&*text);
        fits.then_some(found)
    };
    let setting = has(row.setting, row.values)?;
    let is_taken = plugin.setting(setting).is_some_and(|setting| plugin.takes(setting));
    let is_off = row.switches.iter().any(|switch| has(switch, &["false"]).is_some());
    let is_on = row.switches.is_empty()
        || row.switches.iter().any(|switch| has(switch, &["true"]).is_some());
    if !is_taken
        || is_off
        || !is_on
        || row.needs.iter().any(|(name, values)| has(name, values).is_some())
    {
        return None;
    }
    let message = format!("{} of {} {}", row.setting, plugin.name, row.says);
    let finding = Finding::new(plugin.severity(true), RULE.name, message).evidence(row.source);
    Some(finding.at(setting.name.span.clone()).action(row.action))
}

/// Source: rows 028 and 058 of tests/data/settings/migrations.jsonl, and tests/data/logstash, situations `set-both-true`.
const TWICE: &str = "Logstash refuses the pipeline (measured: Both `ssl_enabled` and (deprecated) `ssl` were set. Use only `ssl_enabled`.)";
