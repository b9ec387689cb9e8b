//! Points at which a build with the feature `sabotage` goes wrong on purpose, so that a test can show that the
//! checks of `tests/faults/` notice.
//!
//! The environment variable `FIXKEY_SABOTAGE` names the point at which a run goes wrong. In a build without the
//! feature, [`is_sabotaged`] is `false` when it is compiled, and nothing of a point remains.

use clap::ValueEnum;

#[cfg(all(feature = "sabotage", not(debug_assertions)))]
compile_error!("the feature `sabotage` is for tests, and not for a release");

/// A point, with what goes wrong there. Its name in `FIXKEY_SABOTAGE` is in kebab case: `file-not-synced`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sabotage {
    /// The content of a new file is not synced.
    FileNotSynced,
    /// The content of a new file is synced only after it is moved to its place.
    FileSyncedAfterMove,
    /// The directory of a new file is not synced.
    DirectoryNotSynced,
    /// The old file is truncated before the new one replaces it.
    OldFileTruncated,
    /// A temporary file that exists already is opened and written to.
    TemporaryFileTakenOver,
    /// The temporary file is created with read permission for everybody.
    TemporaryFileReadable,
    /// A failed run does not remove its temporary file.
    TemporaryFileLeft,
    /// The temporary file of a killed run stops the next run.
    LeftoverInTheWay,
    /// `fix` does not remove the temporary files of a killed run.
    LeftoverNotRemoved,
    /// A file that changed after it was read is replaced.
    ChangeSinceReadIgnored,
    /// A file that changed after its replacement was staged is replaced.
    ChangeSinceStagedIgnored,
    /// A key that changed after it was read is converted as it was read.
    ChangedKeyIgnored,
    /// Configurations are moved before the keys that they name.
    ConfigurationsFirst,
    /// A configuration is moved, and its backup is not.
    BackupNotMoved,
    /// The copy of an old file is not held until all is done.
    CopyNotHeld,
    /// A failed run does not put back what it moved.
    NothingPutBack,
    /// A failed run does not put back the permissions that it granted.
    PermissionsNotPutBack,
    /// A directory that another run has locked is used.
    LockIgnored,
}

/// Returns whether this run goes wrong at `point`.
#[cfg(not(feature = "sabotage"))]
#[must_use]
pub const fn is_sabotaged(_point: Sabotage) -> bool {
    false
}

/// Returns whether this run goes wrong at `point`.
///
/// # Panics
/// When `FIXKEY_SABOTAGE` is the name of no point.
#[cfg(feature = "sabotage")]
#[must_use]
pub fn is_sabotaged(point: Sabotage) -> bool {
    static CHOSEN: std::sync::LazyLock<Option<Sabotage>> = std::sync::LazyLock::new(|| {
        let name = std::env::var("FIXKEY_SABOTAGE").ok()?;
        let point = Sabotage::from_str(&name, false);
        Some(point.unwrap_or_else(|_| panic!("FIXKEY_SABOTAGE names no point: {name}")))
    });
    *CHOSEN == Some(point)
}
