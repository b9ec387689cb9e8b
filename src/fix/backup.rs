//! Where the old content of a file is kept.

use std::ffi::OsString;

use crate::os::replace::{self, Target};

/// The first of `NAME~`, `NAME.~1~`, `NAME.~2~` … that nothing has; Logstash skips them all.
fn free_backup(target: &Target) -> Result<Target, replace::Error> {
    let numbered = (1..=MOST_BACKUPS).map(|number| format!(".~{number}~"));
    for end in std::iter::once("~".to_owned()).chain(numbered) {
        let backup = target.beside(named(target, &end))?;
        if backup.existing.is_none() {
            return Ok(backup);
        }
    }
    Err(replace::Error::Exists)
}

/// More than anybody keeps.
const MOST_BACKUPS: u32 = 10_000;

/// Where the old content is kept or, without a backup, held while the new one is moved in.
///
/// # Errors
/// When no such place is free, or its name would be too long.
pub(super) fn old_beside(target: &Target, no_backup: bool) -> Result<Target, replace::Error> {
    if no_backup { target.held_beside() } else { free_backup(target) }
}

/// The name of the target with something after it.
pub(super) fn named(target: &Target, after: &str) -> OsString {
    let mut name = target.path.file_name().unwrap_or_default().to_owned();
    name.push(after);
    name
}
