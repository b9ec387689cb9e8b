//! `ignore-unused`: a comment silences a rule that found nothing there or does not exist.

use super::{Check, Rule, UnusedIgnore, find};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::Hint;

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
        format!(
            "this comment silences {rule} on line {}, but the rule finds nothing there",
            comment.line
        )
    } else {
        format!("unknown rule \"{rule}\" in this comment")
    };
    let hint = match (is_known, comment.rules.len()) {
        (false, _) => Hint::command("fixkey explain"),
        (true, 1) => Hint::action("remove the comment"),
        (true, _) => Hint::Action(format!("remove {rule} from the brackets")),
    };
    Finding::new(Severity::Note, RULE.name, message).at(comment.span.clone()).hints(vec![hint])
}
