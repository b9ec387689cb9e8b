//! `configuration-syntax`: the configuration is not valid in Logstash's language.

use super::{Check, Rule, SyntaxError};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::Hint;
use crate::logstash::releases::NEWEST_DIALECT;

pub(super) const RULE: Rule = Rule {
    name: "configuration-syntax",
    summary: "the configuration has a syntax error",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "where only older releases refuse it, and the release is unknown",
    )],
    page: include_str!("../../../docs/rules/configuration-syntax.md"),
    check: Check::Syntax(|found| Vec::from_iter(finding(found))),
    ..Rule::DEFAULT
};

fn finding(found: &SyntaxError<'_>) -> Option<Finding> {
    let error = found.error;
    let mut message = error.to_string();
    let mut severity = Severity::Error;
    if found.is_of_older {
        severity = match found.baseline.may_precede(NEWEST_DIALECT) {
            Some(false) => return None,
            Some(true) => Severity::Error,
            None => Severity::Warning,
        };
        message.push_str("; Logstash before 8.15 refuses the configuration");
    }
    let mut finding = Finding::new(severity, RULE.name, message).at(error.span());
    finding.hints.extend(error.help().map(|help| Hint::Action(help.to_string())));
    finding.related = error.related().map(|(span, what)| (span, what.to_string()));
    Some(finding)
}
