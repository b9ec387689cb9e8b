//! `setting-value`: the plugin takes no such value for a setting.

use std::borrow::Cow;

use super::declared::{self, DeclaredPlugin};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::settings::CIPHER_SUITES;
use crate::logstash::variables::is_template;
use logstash_config::{Attribute, Value, ValueKind};

pub(super) const RULE: Rule = Rule {
    name: "setting-value",
    summary: "the plugin takes no such value for a setting",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where no release is given and none is installed")],
    page: include_str!("../../../docs/rules/setting-value.md"),
    check: Check::Text(|configuration, baseline| {
        declared::each_setting(configuration, baseline, finding)
    }),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin, attribute: &Attribute<'_>) -> Option<Finding> {
    let setting = plugin.setting(attribute).filter(|setting| plugin.takes(setting))?;
    let (expected, is_of_every_release): (Wanted, bool) = match setting.kind {
        "boolean" => (Wanted::OneOf(vec!["true", "false"]), true),
        "number" => (Wanted::Number, true),
        "cipher_suite" => (Wanted::CipherSuite, false),
        kind if kind.contains('|') => (Wanted::OneOf(kind.split('|').collect()), false),
        _ => return None,
    };
    let wrong = texts(&attribute.value).into_iter().find(|value| !expected.is_met(value))?;
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
        let text = String::from_utf8_lossy(value.content());
        // What a variable, a field or another program writes there is not known.
        if is_template(&text) || ["${", "%{"].iter().any(|mark| text.contains(mark)) {
            return true;
        }
        match self {
            Self::OneOf(values) => values.iter().any(|one| *one == text),
            Self::Number => text.parse::<f64>().is_ok(),
            Self::CipherSuite => CIPHER_SUITES.contains(&Cow::as_ref(&text)),
        }
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
