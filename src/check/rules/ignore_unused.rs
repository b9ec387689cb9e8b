//! `ignore-unused`: a comment silences a rule that found nothing there, or that there is not.

use crate::check::finding::{Finding, Severity};
use crate::check::ignore::Ignore;

pub(super) const NAME: &str = "ignore-unused";

/// What to say of a rule in a comment that silenced nothing.
pub(super) fn finding(ignore: &Ignore, rule: &str, is_known: bool) -> Finding {
    let message = if is_known {
        format!("this comment silences {rule} on line {}, where it finds nothing", ignore.line)
    } else {
        format!("there is no rule \"{rule}\" that this comment could silence")
    };
    let hint = match (is_known, ignore.rules.len()) {
        (false, _) => "fixkey explain lists the rules".to_owned(),
        (true, 1) => "remove the comment".to_owned(),
        (true, _) => format!("take {rule} out of the brackets"),
    };
    Finding::new(Severity::Note, NAME, message).at(ignore.span.clone()).hint(hint)
}
