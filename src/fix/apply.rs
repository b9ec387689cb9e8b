//! Carries out a plan: stages and verifies everything, then moves all of it or nothing.

mod grants;

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use thiserror::Error as ThisError;

use crate::check::access::{Access, AccessChange, AccessPolicy, Blocked};
use crate::check::finding::Severity;
use crate::check::inspection::Inspection;
use crate::check::key_file::Held;
use crate::check::report::Remark;
use crate::fix::backup::{self, old_beside};
use crate::fix::new_key::{self, GivenAccess, NewKey, StagedKey};
use crate::fix::plan::{KeyChange, Plan, Rewrite};
use crate::fix::transaction::{self, Change, Old};
use crate::os::display::shown;
use crate::os::replace::{self, Staged, Target, Version};
use crate::os::sabotage::{Sabotage, is_sabotaged};
use crate::os::view::View;

/// The result of a plan that was carried out.
#[derive(Default)]
pub(crate) struct Applied {
    /// The remarks about each new key, in the order of the plan.
    pub(crate) keys: Vec<Vec<Remark>>,
    /// The remarks about each file with new permissions, in the order of the plan.
    pub(crate) grants: Vec<Vec<Remark>>,
    /// The backup of each key that was replaced in place, in the order of the plan.
    pub(crate) key_backups: Vec<Option<PathBuf>>,
    /// The backup of each changed file, in the order of the rewrites.
    pub(crate) backups: Vec<Option<PathBuf>>,
    /// The remarks about each changed file.
    pub(crate) files: Vec<Vec<Remark>>,
}

/// The places that a change writes to.
struct Places {
    target: Target,
    /// Where the old content is kept, or held for undoing; and which of the two.
    old: Option<(Target, bool)>,
}

impl Places {
    /// Returns the backup of the old content.
    fn backup(&self) -> Option<PathBuf> {
        let kept = self.old.as_ref().filter(|(_, is_kept)| *is_kept);
        kept.map(|(target, _)| target.path.clone())
    }
}

/// Why nothing was changed.
#[derive(Debug, ThisError)]
pub(crate) enum Error {
    /// A file cannot be replaced, or its permissions cannot be changed.
    #[error("{}: {error}", shown(path))]
    Replace { path: PathBuf, error: replace::Error },
    /// A file cannot be staged with its intended owner, mode and attributes.
    #[error("{}: {error}", shown(path))]
    Staged { path: PathBuf, error: new_key::Error },
    /// A key that was read once cannot be read again.
    #[error("{}: {error}", shown(path))]
    Key { path: PathBuf, error: keyfile::key::Error },
    /// Something could not be moved into place; earlier changes were undone, except for what is stuck.
    #[error("{}: {}", shown(&.0.path), .0.error)]
    RolledBack(transaction::FailedChange),
}

impl Error {
    pub(crate) fn replace(path: &Path, error: replace::Error) -> Self {
        Self::Replace { path: path.to_owned(), error }
    }

    fn staged(path: &Path, error: new_key::Error) -> Self {
        match error {
            new_key::Error::Replace(error) => Self::replace(path, error),
            error => Self::Staged { path: path.to_owned(), error },
        }
    }
}

/// The settings for carrying out a plan.
pub(crate) struct Means<'a> {
    /// Who must be able to read new keys of Logstash.
    pub(crate) access: &'a AccessPolicy,
    /// Who must be able to read those of shippers.
    pub(crate) shipper_access: &'a AccessPolicy,
    /// Where configured paths are on this machine.
    pub(crate) view: &'a View,
    /// Whether old configurations are not kept.
    pub(crate) no_backup: bool,
}

/// Carries the plan out.
pub(crate) fn apply(
    plan: &Plan<'_>,
    rewrites: &[Rewrite],
    means: &Means<'_>,
) -> Result<Applied, Error> {
    let new_keys: Vec<&KeyChange<'_>> = plan.keys.iter().filter(|key| !key.is_there).collect();
    let key_places =
        new_keys.iter().map(|key| places_of_key(key, means)).collect::<Result<Vec<_>, _>>()?;
    let file_places = rewrites
        .iter()
        .map(|rewrite| places_of_file(rewrite, means))
        .collect::<Result<Vec<_>, _>>()?;
    let grant_targets = grants::targets(plan, means)?;
    let mut applied = Applied::default();
    let mut changes = Vec::new();
    let mut given = Vec::new();
    for (key, places) in new_keys.iter().zip(&key_places) {
        let (change, access) = stage_key(key, places, means)?;
        changes.push(change);
        given.push(access);
    }
    for (rewrite, places) in rewrites.iter().zip(&file_places) {
        let (change, notes) = stage_file(rewrite, places)?;
        changes.push(change);
        applied.files.push(notes);
        applied.backups.push(places.backup());
    }
    let mut key_backups = key_places.iter().map(Places::backup);
    let key_backup = |key: &KeyChange<'_>| if key.is_there { None } else { key_backups.next()? };
    applied.key_backups = plan.keys.iter().map(key_backup).collect();
    new_keys.iter().try_for_each(|key| refuse_changed_key(key))?;
    let found = plan.keys.iter().filter(|key| key.is_there);
    found.map(|key| &key.new).try_for_each(|path| refuse_missing_key(path))?;
    let grants = grants::opened(plan, &grant_targets)?;
    if is_sabotaged(Sabotage::ConfigurationsFirst) {
        changes.rotate_left(new_keys.len());
    }
    let left = transaction::commit(changes, &grants).map_err(Error::RolledBack)?;
    applied.keys = told_of_keys(plan, given, means);
    applied.grants = grants::told(plan, means);
    if let Some(notes) = applied.files.last_mut().or(applied.keys.last_mut()) {
        notes.extend(left.iter().map(|(path, error)| {
            Remark::warning(format!("cannot remove {}: {error}", shown(path)))
        }));
    }
    Ok(applied)
}

fn places_of_key(key: &KeyChange<'_>, means: &Means<'_>) -> Result<Places, Error> {
    let failed = |error: replace::Error| Error::replace(&key.new, error);
    if !key.is_in_place() {
        let mut target = Target::open_new(&key.new, means.view).map_err(failed)?;
        target.kept.extend(key.held.file.as_ref().map(|file| inode(&file.metadata)));
        return Ok(Places { target, old: None });
    }
    let target = Target::open(&key.new, means.view).map_err(failed)?;
    refuse_changed(&target, key.held.file.as_ref().map(|file| &file.metadata))?;
    let old = old_beside(&target, means.no_backup).map_err(failed)?;
    Ok(Places { target, old: Some((old, !means.no_backup)) })
}

fn inode(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn places_of_file(rewrite: &Rewrite, means: &Means<'_>) -> Result<Places, Error> {
    let path = &rewrite.path;
    let target = Target::open(path, means.view).map_err(|error| Error::replace(path, error))?;
    refuse_changed(&target, rewrite.metadata.as_ref())?;
    let old = old_beside(&target, means.no_backup).map_err(|error| Error::replace(path, error))?;
    Ok(Places { target, old: Some((old, !means.no_backup)) })
}

/// Refuses a file that is not the one that was read.
pub(crate) fn refuse_changed(target: &Target, read: Option<&Metadata>) -> Result<(), Error> {
    if is_sabotaged(Sabotage::ChangeSinceReadIgnored) {
        return Ok(());
    }
    let now = target.existing.as_ref().map(Version::of);
    if now.is_some() && now == read.map(Version::of_metadata) {
        return Ok(());
    }
    Err(Error::replace(&target.path, replace::Error::Changed))
}

fn refuse_changed_key(key: &KeyChange<'_>) -> Result<(), Error> {
    if is_sabotaged(Sabotage::ChangedKeyIgnored) {
        return Ok(());
    }
    let Some(file) = &key.held.file else { return Ok(()) };
    let path = &key.file.located.path;
    let now = rustix::fs::stat(path).map(|found| Version::of(&found));
    if now == Ok(Version::of_metadata(&file.metadata)) {
        return Ok(());
    }
    Err(Error::replace(path, replace::Error::Changed))
}

/// Refuses to point to a key that existed during planning, but that another run has since moved back.
fn refuse_missing_key(path: &Path) -> Result<(), Error> {
    let is_there = std::fs::exists(path).unwrap_or(false);
    if is_there { Ok(()) } else { Err(Error::replace(path, replace::Error::Changed)) }
}

fn stage_key<'t>(
    key: &KeyChange<'_>,
    places: &'t Places,
    means: &Means<'_>,
) -> Result<(Change<'t>, GivenAccess), Error> {
    let path = &key.file.located.path;
    let read = key.read().map_err(|error| Error::Key { path: path.clone(), error })?;
    let old_file = key.held.file.as_ref();
    let new = NewKey { text: key.text.as_bytes(), key: &read, old: old_file, sharing: key.sharing };
    let staged =
        new.stage(&places.target, means.access).map_err(|error| Error::staged(&key.new, error))?;
    let StagedKey { staged, mut given } = staged;
    let old = match &places.old {
        Some((backup, is_kept)) => {
            let (copy, lost) = copy(&places.target, backup, &key.held.bytes, 0o7777)?;
            given.remarks.extend(lost);
            Some(if *is_kept { Old::Kept(copy) } else { Old::Held(copy) })
        }
        None => None,
    };
    let change = Change { target: &places.target, new: staged, old };
    Ok((change, given))
}

fn stage_file<'t>(
    rewrite: &Rewrite,
    places: &'t Places,
) -> Result<(Change<'t>, Vec<Remark>), Error> {
    let target = &places.target;
    let failed = |error: replace::Error| Error::replace(&rewrite.path, error);
    let mut new = Staged::create(target).map_err(failed)?;
    let mut notes = match &target.existing {
        Some(existing) => new_key::keep_rights(target, existing, &new, 0o7777)
            .map_err(|error| Error::staged(&rewrite.path, error))?,
        None => Vec::new(),
    };
    new.write(&rewrite.new).map_err(failed)?;
    new.sync_and_verify(|found| found == rewrite.new.as_slice()).map_err(failed)?;
    let old = match &places.old {
        Some((backup, is_kept)) => {
            let (copy, lost) = copy(target, backup, &rewrite.old, 0o7777)?;
            notes.extend(lost);
            Some(if *is_kept { Old::Kept(copy) } else { Old::Held(copy) })
        }
        None => None,
    };
    Ok((Change { target, new, old }, notes))
}

/// Stages at `place` a copy of `target` with its permissions.
fn copy<'t>(
    target: &Target,
    place: &'t Target,
    content: &[u8],
    mask: u32,
) -> Result<(Staged<'t>, Vec<Remark>), Error> {
    let failed = |error: replace::Error| Error::replace(&place.path, error);
    let mut copy = Staged::create(place).map_err(failed)?;
    let mut notes = Vec::new();
    if let Some(existing) = &target.existing {
        let told = new_key::keep_rights(target, existing, &copy, mask)
            .map_err(|error| Error::staged(&place.path, error))?;
        // The remarks about the file itself already mention other hard links.
        notes.extend(told.into_iter().filter(|remark| remark.severity == Severity::Warning));
    }
    copy.write(content).map_err(failed)?;
    copy.sync_and_verify(|found| found == content).map_err(failed)?;
    Ok((copy, notes))
}

/// Returns the remarks about each key of the plan that is in place.
fn told_of_keys(plan: &Plan<'_>, given: Vec<GivenAccess>, means: &Means<'_>) -> Vec<Vec<Remark>> {
    let mut given = given.into_iter();
    let told = |key: &KeyChange<'_>| {
        let new = means.view.locate(&key.configured).map_err(std::io::Error::other);
        let access = if key.is_of_logstash { means.access } else { means.shipper_access };
        let blocked = new.and_then(|new| access.obstacle(&new, means.view));
        let given = if key.is_there { None } else { given.next() };
        let mut notes = Vec::new();
        if let Some(GivenAccess { after, granted, remarks }) = given {
            notes = remarks;
            let old = key.held.file.as_ref().map(|file| Access::of_metadata(&file.metadata));
            let name = shown(&key.file.located.path);
            let before = old.map(|access| (name.as_str(), access));
            let change = AccessChange { before, after, granted };
            notes.extend(access.told(&change, matches!(blocked, Ok(None))));
        }
        let state = if key.is_there { "the key is there" } else { "the key is written" };
        notes.extend(told_of_readers(blocked, state));
        notes
    };
    plan.keys.iter().map(told).collect()
}

/// Returns the remark on a file that its account cannot read, or may not be able to.
fn told_of_readers(blocked: std::io::Result<Option<Blocked>>, state: &str) -> Option<Remark> {
    match blocked {
        Ok(blocked) => blocked.map(|blocked| blocked.remark(state)),
        Err(error) => Some(Remark::warning(format!("not checked: who can read it: {error}"))),
    }
}

/// Removes leftovers of a killed run beside the examined files, as far as permissions allow.
pub(crate) fn remove_leftovers(inspection: &Inspection<'_>, plan: &Plan<'_>, view: &View) {
    if is_sabotaged(Sabotage::LeftoverNotRemoved) {
        return;
    }
    let new_keys = plan.keys.iter().map(|key| key.new.clone());
    let texts = inspection.texts.iter().map(|text| text.source.path.clone());
    let is_key = |held: &Held| matches!(held, Held::Key(_));
    let files = inspection.files.values().filter(|file| is_key(&file.held));
    let files = files.map(|file| file.located.path.clone());
    let kept = looked_at(inspection);
    for path in texts.chain(files).chain(new_keys) {
        let path = view.canonicalize(&path).unwrap_or(path);
        let Ok(target) = Target::open(&path, view) else { continue };
        let beside = [target.beside(backup::named(&target, "~")), target.held_beside()];
        for mut target in beside.into_iter().flatten().chain([target]) {
            target.kept.clone_from(&kept);
            let _: Result<(), replace::Error> = target.remove_leftover();
        }
    }
}

/// Returns device and inode of every examined file: none is a leftover, whatever its name.
fn looked_at(inspection: &Inspection<'_>) -> Vec<(u64, u64)> {
    let texts = inspection.texts.iter().filter_map(|text| text.source.metadata.as_ref());
    let files = inspection.files.values();
    let files = files.filter_map(|file| std::fs::metadata(&file.located.path).ok());
    texts.map(inode).chain(files.map(|found| inode(&found))).collect()
}
