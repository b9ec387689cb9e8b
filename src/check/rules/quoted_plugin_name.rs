//! `quoted-plugin-name`: Logstash takes the quotes as a part of the name.

use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use logstash_config::Configuration;

pub(super) const RULE: Rule = Rule {
    name: "quoted-plugin-name",
    summary: "a plugin's name is in quotes, so Logstash does not find the plugin",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/quoted-plugin-name.md"),
    check: Check::Text(|configuration, _| check(configuration)),
    ..Rule::DEFAULT
};

fn check(configuration: &Configuration<'_>) -> Vec<Finding> {
    let quoted = configuration
        .plugins()
        .filter(|plugin| plugin.outer().is_none() && plugin.name().is_quoted());
    quoted
        .map(|plugin| {
            let name = plugin.name();
            let bare = String::from_utf8_lossy(name.text()).into_owned();
            let message = "Logstash finds no such plugin: the quotes become part of its name";
            Finding::new(Severity::Error, RULE.name, message)
                .at(name.span)
                .note("fixkey did not check the files of this plugin")
                .action(format!("write {bare} without quotes"))
        })
        .collect()
}
