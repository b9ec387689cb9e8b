//! `setting-value`: the plugin takes no such value for a setting.

use super::declared::{DeclaredPlugin, SetSetting};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::CIPHER_SUITES;
use crate::logstash::variables::is_template;
use logstash_config::{Value, ValueKind};

pub(super) const RULE: Rule = Rule {
    name: "setting-value",
    summary: "the plugin takes no such value for a setting",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where no release is given and none is installed")],
    page: include_str!("../../../docs/rules/setting-value.md"),
    check: Check::Declared(|plugin, settings| {
        settings.iter().filter_map(|set| finding(plugin, set)).collect()
    }),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin<'_>, set: &SetSetting<'_>) -> Option<Finding> {
    let setting = set.declared.filter(|_| set.is_taken())?;
    let (expected, is_of_every_release): (Wanted, bool) = match setting.kind {
        "boolean" => (Wanted::OneOf(vec!["true", "false"]), true),
        "number" => (Wanted::Number, true),
        "cipher_suite" => (Wanted::CipherSuite, false),
        kind if kind.contains('|') => (Wanted::OneOf(kind.split('|').collect()), false),
        _ => return None,
    };
    let wrong = texts(&set.attribute.value).into_iter().find(|value| !expected.is_met(value))?;
    let name = setting.name;
    let (is_not, action) = match &expected {
        Wanted::OneOf(values) => {
            let all = values.join(", ");
            match values.as_slice() {
                [one, other] => (
                    format!("is neither {one} nor {other}"),
                    format!("set {name} to {one} or {other}"),
                ),
                _ => (format!("is none of {all}"), format!("set {name} to one of {all}")),
            }
        }
        Wanted::Number => ("is not a number".to_owned(), format!("set {name} to a number")),
        Wanted::CipherSuite => (
            "has a cipher suite that Java 17 does not have".to_owned(),
            format!("remove it from {name}, or write it as Java does, in upper case"),
        ),
    };
    let severity = if is_of_every_release { Severity::Error } else { plugin.severity(true) };
    let message = format!("{name} {is_not}, so Logstash refuses the pipeline");
    Some(
        Finding::new(severity, RULE.name, message).evidence(EVIDENCE).at(wrong.span).action(action),
    )
}

/// What a setting wants.
enum Wanted {
    OneOf(Vec<&'static str>),
    Number,
    CipherSuite,
}

impl Wanted {
    fn is_met(&self, value: &Value<'_>) -> bool {
        let text = value.content();
        let is_right = match self {
            Self::OneOf(values) => values.iter().any(|one| one.as_bytes() == text),
            Self::Number => std::str::from_utf8(text).is_ok_and(|text| text.parse::<f64>().is_ok()),
            Self::CipherSuite => CIPHER_SUITES.iter().any(|suite| suite.as_bytes() == text),
        };
        // What a variable, a field or another program writes there is not known.
        let text = || String::from_utf8_lossy(text);
        is_right || is_template(&text()) || ["${", "%{"].iter().any(|mark| text().contains(mark))
    }
}

/// The values of a setting: those of an array, or the one.
fn texts<'a>(value: &Value<'a>) -> Vec<Value<'a>> {
    match value.kind() {
        ValueKind::Array => value.elements().flat_map(|element| texts(&element)).collect(),
        ValueKind::String | ValueKind::Bareword | ValueKind::Number => vec![value.clone()],
        ValueKind::Hash | ValueKind::Plugin => Vec::new(),
    }
}

/// Source: docs/messages.md §1.1; [`crate::logstash::settings`].
const EVIDENCE: &str = "Logstash refuses another value (measured by running the plugins' own declarations, and on Logstash 6.8.23 to 9.0.0: Wanted boolean 'true' or 'false', Wanted one of …)";
