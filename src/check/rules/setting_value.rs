//! `setting-value`: the plugin takes no such value for a setting.

use super::declared::values::scalars;
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
    check: Check::Setting(finding),
    ..Rule::DEFAULT
};

fn finding(plugin: &DeclaredPlugin<'_>, set: &SetSetting<'_>) -> Option<Finding> {
    let setting = set.declared.filter(|_| set.is_taken())?;
    let expected = match setting.kind {
        "boolean" => Wanted::OneOf(vec!["true", "false"]),
        "number" => Wanted::Number,
        // The values of older releases are not in the table.
        _ if !plugin.is_of_supported_releases() => return None,
        "cipher_suite" => Wanted::CipherSuite,
        "string" | "password" | "path" | "uri" => Wanted::One,
        "hash" => Wanted::Pairs,
        kind if kind.contains('|') => Wanted::OneOf(kind.split('|').collect()),
        _ => return None,
    };
    let value = &set.attribute.as_ref()?.value;
    let name = setting.name;
    let count = if value.kind() == ValueKind::Array { value.elements().count() } else { 1 };
    let (is_not, place) = if matches!(expected, Wanted::Pairs) {
        let is_hash = matches!(value.kind(), ValueKind::Hash | ValueKind::Plugin);
        let is_met = is_hash || setting.is_list || count % 2 == 0;
        (expected.is_not(), (!is_met).then(|| value.span.clone())?)
    } else if count > 1 && !setting.is_list {
        (Wanted::One.is_not(), value.span.clone())
    } else {
        let wrong = scalars(value).into_iter().find(|value| !expected.is_met(value))?;
        (expected.is_not(), wrong.span)
    };
    // Every release checks these types in the same way.
    let is_certain = matches!(setting.kind, "boolean" | "number");
    let severity = if is_certain { Severity::Error } else { plugin.severity(true) };
    let message = format!("{name} {is_not}, so Logstash refuses the pipeline");
    let finding = Finding::new(severity, RULE.name, message).evidence(EVIDENCE).at(place);
    Some(finding.action(expected.action(name)))
}

/// What a setting wants.
enum Wanted {
    OneOf(Vec<&'static str>),
    Number,
    CipherSuite,
    /// One of any kind.
    One,
    /// A hash, or a list of keys and values in turn.
    Pairs,
}

impl Wanted {
    fn is_met(&self, value: &Value<'_>) -> bool {
        let text = value.content();
        let is_right = match self {
            Self::OneOf(values) => values.iter().any(|one| one.as_bytes() == text),
            Self::Number => value.kind() == ValueKind::Number || is_number(text),
            Self::One | Self::Pairs => true,
            Self::CipherSuite => CIPHER_SUITES.iter().any(|suite| suite.as_bytes() == text),
        };
        // What a variable or another program writes there is not known.
        let text = || String::from_utf8_lossy(text);
        is_right || is_template(&text()) || text().contains("${")
    }

    fn is_not(&self) -> String {
        match self {
            Self::OneOf(values) => match values.as_slice() {
                [one, other] => format!("is neither {one} nor {other}"),
                _ => format!("is not one of {}", quoted_list(values)),
            },
            Self::Number => "is not a number".to_owned(),
            Self::CipherSuite => "has a cipher suite that Java 17 does not have".to_owned(),
            Self::One => "has several values, and takes one".to_owned(),
            Self::Pairs => "is neither a hash nor a list of pairs".to_owned(),
        }
    }

    fn action(&self, name: &str) -> String {
        match self {
            Self::OneOf(values) => match values.as_slice() {
                [one, other] => format!("set {name} to {one} or {other}"),
                _ => format!("set {name} to one of {}", quoted_list(values)),
            },
            Self::Number => format!("set {name} to a number"),
            Self::One => format!("set {name} to one value"),
            Self::Pairs => format!("set {name} => {{ KEY => VALUE }}"),
            Self::CipherSuite => {
                format!("remove it from {name}, or write it as Java does, in upper case")
            }
        }
    }
}

/// Writes values in quotes, each once.
fn quoted_list(values: &[&str]) -> String {
    let is_first = |(at, value): &(usize, &&str)| !values[..*at].contains(value);
    let first = values.iter().enumerate().filter(is_first);
    first.map(|(_, value)| format!("\"{value}\"")).collect::<Vec<_>>().join(", ")
}

/// Returns whether Logstash takes a text for a number: only as Ruby itself would write it, so not `007`, `1.50` or `1e3`.
fn is_number(text: &[u8]) -> bool {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let is_whole = |digits: &[u8]| {
        let is_plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        is_plain && (digits == b"0" || digits[0] != b'0')
    };
    match unsigned.iter().position(|byte| *byte == b'.') {
        None => is_whole(unsigned) && text != b"-0",
        Some(dot) => {
            let (whole, fraction) = (&unsigned[..dot], &unsigned[dot + 1..]);
            let is_short = fraction.len() == 1 || fraction.last() != Some(&b'0');
            let is_plain = !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit);
            is_whole(whole) && is_plain && is_short
        }
    }
}

/// Source: docs/messages.md §1.1; docs/plugins-and-settings.md §6; [`crate::logstash::settings`].
const EVIDENCE: &str = "Logstash refuses another value (read in mixin.rb, measured by running the plugins' own declarations, and on Logstash 6.8.23 to 9.0.0: Expected boolean 'true' or 'false', Expected one of …)";
