//! `plugin-unknown`: the release does not have a plugin, or a plugin outside the table has a setting that is called
//! like one that names a key.

use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::plugins::{self, Baseline};
use logstash_config::{Attribute, Configuration, Plugin};

pub(super) const RULE: Rule = Rule {
    name: "plugin-unknown",
    summary: "the release does not have a plugin, or an unknown plugin has a setting that looks like a key",
    severity: Severity::Note,
    exceptions: &[(Severity::Error, "where the release does not have the plugin")],
    page: include_str!("../../../docs/rules/plugin-unknown.md"),
    check: Check::Text(check),
    ..Rule::DEFAULT
};

fn check(configuration: &Configuration<'_>, baseline: Baseline<'_>) -> Vec<Finding> {
    let missing = configuration.plugins().filter_map(|plugin| missing(&plugin, baseline));
    missing.chain(of_unknown(configuration)).collect()
}

/// A plugin by a name that came with a later release.
fn missing(plugin: &Plugin<'_>, baseline: Baseline<'_>) -> Option<Finding> {
    let name = String::from_utf8_lossy(plugin.name().raw());
    let (section, is_outer) = (plugin.section(), plugin.outer().is_none());
    let since = plugins::alias_since(section, &name).filter(|_| is_outer)?;
    let (major, minor) = (since.major, since.minor);
    (baseline.may_precede(since) == Some(true)).then(|| {
        let kind = section.keyword();
        let message = format!("Logstash before {major}.{minor} does not find the {name} {kind}");
        let finding = Finding::new(Severity::Error, RULE.name, message).at(plugin.name().span);
        match plugins::plugin(section, &name).map(|known| known.names[0]) {
            Some(known) => finding.action(format!("write {known}, the same plugin")),
            None => finding,
        }
    })
}

fn of_unknown(configuration: &Configuration<'_>) -> Vec<Finding> {
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
