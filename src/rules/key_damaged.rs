//! `key-damaged`: the file is that of a key, and broken.

use super::case::Case;
use crate::file;
use crate::finding::{Finding, Severity};
use crate::key_file::{Held, Sealed};
use crate::report::shown;

pub(super) const NAME: &str = "key-damaged";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    finding(case).into_iter().collect()
}

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref().filter(|named| named.contradicting.is_none())?;
    let file = named.file?;
    let error = match &file.held {
        Held::Broken(error) => located(error),
        Held::Key(held) => {
            let Sealed::Plain(_, Err(error)) = &held.sealed else { return None };
            located(&file::Error { cause: error.clone().into(), line: held.line })
        }
        _ => return None,
    };
    let message = format!("{}: {error}", shown(&file.located.path));
    Some(
        Finding::new(Severity::Error, NAME, message).at(named.setting.value.clone()).hint(
            "get a whole copy of the key from where it was made, or have a new key and certificate made",
        ),
    )
}

fn located(error: &file::Error) -> String {
    error.line.map_or_else(|| error.to_string(), |line| format!("line {line}: {error}"))
}
