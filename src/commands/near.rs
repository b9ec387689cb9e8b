//! Rules with a name near to one that does not exist.

use super::{Failure, Status};
use crate::check::hint::Hint;
use crate::check::rules::RULES;
use crate::os::display::escape;

/// How many names are offered.
const OFFERED: usize = 5;

/// Returns the failure for a rule that does not exist, with the names that may be meant.
pub(super) fn no_rule(name: &str) -> Failure {
    let mut failure = Failure::new(Status::Usage, format!("there is no rule \"{}\"", escape(name)));
    if let Some((last, others)) = to(name, RULES.iter().map(|rule| rule.name)).split_last() {
        let others = if others.is_empty() { String::new() } else { others.join(", ") + " or " };
        failure = failure.hint(format!("did you mean {others}{last}?"));
    }
    failure.with(Hint::command("fixkey explain"))
}

/// The names that are a few letters away; else those that share a word with it.
fn to<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let names: Vec<&str> = names.collect();
    let mut near: Vec<(usize, &str)> =
        names.iter().map(|other| (strsim::osa_distance(name, other), *other)).collect();
    near.retain(|(distance, _)| *distance <= 3);
    near.sort_by_key(|(distance, _)| *distance);
    if !near.is_empty() {
        return near.into_iter().map(|(_, other)| other).take(OFFERED).collect();
    }
    let words: Vec<&str> = name.split('-').filter(|word| word.len() > 2).collect();
    let shared = |other: &&str| other.split('-').filter(|word| words.contains(word)).count();
    let mut sharing: Vec<&str> = names.into_iter().filter(|other| shared(other) > 0).collect();
    sharing.sort_by_key(|other| std::cmp::Reverse(shared(other)));
    sharing.truncate(OFFERED);
    sharing
}

#[cfg(test)]
mod tests {
    use super::to;

    #[test]
    fn misspelt_names_come_before_those_that_share_a_word() {
        let names = ["key-weak", "key-several", "file-missing"];
        assert_eq!(to("key-waek", names.into_iter()), ["key-weak"]);
        assert_eq!(to("missing", names.into_iter()), ["file-missing"]);
        assert_eq!(to("zzzzzzzzzz", names.into_iter()), [""; 0]);
    }
}
