//! `quoted-plugin-name`: Logstash takes the quotes for a part of the name.

use crate::check::finding::{Finding, Severity};
use logstash_config::Configuration;

pub(super) const NAME: &str = "quoted-plugin-name";

pub(super) fn check(configuration: &Configuration<'_>) -> Vec<Finding> {
    let quoted = configuration
        .plugins()
        .filter(|plugin| plugin.outer().is_none() && plugin.name().is_quoted());
    quoted
        .map(|plugin| {
            let name = plugin.name();
            let bare = String::from_utf8_lossy(name.text()).into_owned();
            let message = "Logstash takes the quotes for a part of the plugin's name, and finds no such plugin; what this one names is not looked at";
            Finding::new(Severity::Error, NAME, message)
                .at(name.span)
                .hint(format!("write {bare} without the quotes"))
        })
        .collect()
}
