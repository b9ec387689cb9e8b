//! `plugin-unknown`: a plugin outside the table has a setting with the name of a key setting.

use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::plugins;
use logstash_config::{Attribute, Configuration, Plugin};

pub(super) const RULE: Rule = Rule {
    name: "plugin-unknown",
    summary: "an unknown plugin has a setting that looks like a key",
    severity: Severity::Note,
    page: include_str!("../../../docs/rules/plugin-unknown.md"),
    check: Check::Text(check),
    ..Rule::DEFAULT
};

fn check(configuration: &Configuration<'_>) -> Vec<Finding> {
    let unknown = configuration.plugins().filter(is_unknown);
    unknown
        .flat_map(|plugin| {
            let named = plugin.attributes().filter(names_a_key);
            named.map(move |found| finding(&plugin, &found))
        })
        .collect()
}

fn is_unknown(plugin: &Plugin<'_>) -> bool {
    let name = String::from_utf8_lossy(plugin.name().text());
    let is_known = plugin.outer().is_none() && plugins::plugin(plugin.section(), &name).is_some();
    !is_known && !plugin.name().is_quoted()
}

fn names_a_key(attribute: &Attribute<'_>) -> bool {
    std::str::from_utf8(attribute.name.text()).is_ok_and(plugins::names_a_key)
}

fn finding(plugin: &Plugin<'_>, attribute: &Attribute<'_>) -> Finding {
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    let kind = if plugin.outer().is_some() { "plugin" } else { plugin.section().keyword() };
    let message = format!(
        "not checked: fixkey does not know how the {} {kind} uses {}",
        text(plugin.name().text()),
        text(attribute.name.text())
    );
    Finding::new(Severity::Note, RULE.name, message).at(attribute.span())
}
