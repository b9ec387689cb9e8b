//! `ignore-unused`: a comment silences a rule that found nothing there, or that there is not.

use super::{Check, Rule, UnusedIgnore, find};
use crate::check::finding::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    name: "ignore-unused",
    summary: "a comment silences a rule that finds nothing there",
    severity: Severity::Note,
    page: include_str!("../../../docs/rules/ignore-unused.md"),
    check: Check::IgnoreComment(|unused| vec![finding(unused)]),
    ..Rule::DEFAULT
};

fn finding(unused: &UnusedIgnore<'_>) -> Finding {
    let UnusedIgnore { comment, rule } = unused;
    let is_known = find(rule).is_some();
    let message = if is_known {
        format!("this comment silences {rule} on line {}, where it finds nothing", comment.line)
    } else {
        format!("there is no rule \"{rule}\" that this comment could silence")
    };
    let hint = match (is_known, comment.rules.len()) {
        (false, _) => "fixkey explain lists the rules".to_owned(),
        (true, 1) => "remove the comment".to_owned(),
        (true, _) => format!("take {rule} out of the brackets"),
    };
    Finding::new(Severity::Note, RULE.name, message).at(comment.span.clone()).hint(hint)
}
