//! `setting-default`: the release has another default for a setting that is not set.

use std::sync::Arc;

use super::declared::migration::keep_default;
use super::declared::{DeclaredPlugin, SetSetting, short};
use super::{Check, Fixable, Rule};
use crate::check::finding::{Finding, Repair, Severity, Undecided};
use crate::logstash::settings::{CHANGED_DEFAULTS, ChangedDefault};
use crate::logstash::variables::is_template;

pub(super) const RULE: Rule = Rule {
    name: "setting-default",
    summary: "the release has another default for a setting that is not set",
    severity: Severity::Warning,
    fixable: Fixable::Yes,
    page: include_str!("../../../docs/rules/setting-default.md"),
    check: Check::Settings(|plugin, settings| {
        let changed = CHANGED_DEFAULTS.iter();
        changed.filter_map(|default| finding(plugin, settings, default)).collect()
    }),
    ..Rule::DEFAULT
};

fn finding(
    plugin: &DeclaredPlugin<'_>,
    settings: &[SetSetting<'_>],
    default: &ChangedDefault,
) -> Option<Finding> {
    let find = |name: &str| settings.iter().position(|set| set.name() == name);
    let is_set = find(default.setting).or_else(|| find(default.old)).is_some();
    let mode = plugin.mode(settings).unwrap_or_default();
    let is_mode_known = !mode.contains("${") && !is_template(&mode);
    let is_meant = plugin.is(default.plugin)
        && (mode == default.mode || !is_mode_known)
        && plugin.comes_from_before(ChangedDefault::SINCE, settings);
    // The current name stays where both are set.
    let switch = default.switches.iter().find_map(|name| find(name));
    let switch = switch.filter(|_| is_meant && !is_set)?;
    if settings[switch].text().as_deref() == Some("false") {
        return None;
    }
    let message = format!(
        "{} is not set, and the {} of Logstash from {} on {}",
        default.setting,
        plugin.name().trim_start_matches("the "),
        short(ChangedDefault::SINCE),
        default.says
    );
    let migration = if is_mode_known {
        keep_default(plugin, settings, switch, default)
    } else {
        Err(Undecided {
            message: format!(
                "whether it has {} depends on mode, which is not known",
                default.setting
            ),
            actions: vec![format!(
                "in mode {}, set {} to \"{}\" or \"{}\"",
                default.mode, default.setting, default.before, default.after
            )],
            choices: Vec::new(),
        })
    };
    let finding = Finding::new(Severity::Warning, RULE.name, message)
        .at(settings[switch].place())
        .evidence(EVIDENCE)
        .note(format!("the default was \"{}\", and is \"{}\"", default.before, default.after))
        .action(format!(
            "set {} to \"{}\" or \"{}\"",
            default.setting, default.before, default.after
        ))
        .repair(Repair::Migrate(Arc::new(migration)));
    Some(finding)
}

/// Source: rows 114 and 116 of tests/data/settings/migrations.jsonl.
const EVIDENCE: &str = "measured: with the same settings, ssl_verification_mode is none on Logstash 8.19.20 and full on 9.5.2";
