//! `not-a-private-key`: what the key's setting names is something else.

use super::case::Case;
use crate::finding::{Finding, Severity};
use crate::key_file::{Held, NotAKey};
use crate::report::{quoted, shown};
use crate::view;

pub(super) const NAME: &str = "not-a-private-key";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref()?;
    let file = named.file?;
    let path = &file.located.path;
    let at = |line: &Option<usize>| line.map_or(String::new(), |line| format!(" (line {line})"));
    let (what, hint) = match &file.held {
        Held::NotAKey(NotAKey { line, description, next_step }) => {
            let new = path.with_file_name("our.p8");
            let step = |step: &String| {
                let named = step.replace(" our.p8", &format!(" {}", quoted(&new)));
                let then = if named == *step { "" } else { "; then name that file here" };
                named.replace("{path}", &quoted(path)) + then
            };
            (format!("is {description}{}", at(line)), next_step.as_ref().map(step))
        }
        Held::Nothing(
            error @ (view::Error::Directory | view::Error::Special(_) | view::Error::TooLarge),
        ) => (format!("is no private key: {error}"), None),
        _ => return None,
    };
    let but = if what.contains("private key") { "" } else { ", not a private key" };
    let message = format!("{} {what}{but}", shown(path));
    let finding = Finding::new(Severity::Error, NAME, message).at(named.setting.value.clone());
    Some(Finding { hint, ..finding })
}
