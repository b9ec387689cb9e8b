//! `key-damaged`: the file is that of a key, and broken.

use super::case::{Case, Named, Opening, Refusal};
use super::key_weak::warned;
use crate::finding::{Finding, Severity};
use crate::key_file::{Held, Sealed};

pub(super) const NAME: &str = "key-damaged";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref().filter(|named| named.contradicting.is_none())?;
    let file = named.file?;
    if let Held::Key(held) = &file.held {
        let of_flaw = warned(case, NAME).into_iter().next();
        if of_flaw.is_some() {
            return of_flaw;
        }
        if let Some(damage) = held.damage.filter(|damage| damage.shakes_hands == Some(true)) {
            let Sealed::Plain(_, Err(error)) = &held.sealed else { return None };
            let finding = damaged(named, error.to_string(), held.line).evidence(damage.evidence);
            return Some(Finding { severity: Severity::Warning, ..finding });
        }
    }
    let (message, line) = match (&file.held, case.opening) {
        (Held::Broken(error), _) => (error.to_string(), error.line),
        (Held::Key(held), opening) => match (&held.sealed, opening) {
            (Sealed::Plain(_, Err(error)), _)
            | (Sealed::Encrypted(_), Opening::Tried(Err(Refusal::Damaged(error)))) => {
                (error.to_string(), held.line)
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(damaged(named, message, line))
}

fn damaged(named: &Named<'_>, message: String, line: Option<usize>) -> Finding {
    let finding = Finding::new(Severity::Error, NAME, message).at(named.setting.value.clone());
    let finding = finding.hint(
        "get a whole copy of the key from where it was made, or have a new key and certificate made",
    );
    match named.file {
        Some(file) => finding.about(&file.located.path, line),
        None => finding,
    }
}
