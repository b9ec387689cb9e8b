//! `plugin-unknown`: a plugin outside the table has a setting that is called like one that names a key.

use crate::finding::{Finding, Severity};
use crate::logstash::parse::{Attribute, Configuration, Plugin};
use crate::logstash::plugins;

pub(super) const NAME: &str = "plugin-unknown";

pub(super) fn check(configuration: &Configuration<'_>) -> Vec<Finding> {
    let unknown = configuration.plugins().filter(is_unknown);
    unknown
        .flat_map(|plugin| plugin.attributes().filter(names_a_key).map(|found| finding(&found)))
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

fn finding(attribute: &Attribute<'_>) -> Finding {
    let message =
        "fixkey does not know how this plugin loads its key, so this setting is left alone";
    Finding::new(Severity::Note, NAME, message).at(attribute.span())
}
