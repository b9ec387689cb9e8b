//! `configuration-syntax`: the configuration is not valid in Logstash's language.

use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::Hint;

pub(super) const RULE: Rule = Rule {
    name: "configuration-syntax",
    summary: "the configuration has a syntax error",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/configuration-syntax.md"),
    check: Check::Syntax(|error| vec![finding(error)]),
    ..Rule::DEFAULT
};

fn finding(error: &logstash_config::Error) -> Finding {
    let mut finding = Finding::new(Severity::Error, RULE.name, error.to_string()).at(error.span());
    finding.hints.extend(error.help().map(|help| Hint::Action(help.to_string())));
    finding.related = error.related().map(|(span, what)| (span, what.to_string()));
    finding
}
