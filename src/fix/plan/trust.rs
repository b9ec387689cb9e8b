//! Finds path components that users other than root and a file's owner could replace.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::check::named_file::NamedFile;

const WRITE_BY_GROUP: u32 = 0o020;
const WRITE_BY_OTHERS: u32 = 0o002;
/// The most links that the system follows, `path_resolution(7)`.
const MOST_LINKS: usize = 40;
const STICKY: u32 = 0o1000;

/// Returns the first of the configuration, the path and the directories on the way to both that an account other than
/// root and the owner of `file` may change.
pub(super) fn of_others(configuration: &Path, file: &NamedFile) -> Option<PathBuf> {
    let owner = file.metadata.as_ref()?.uid();
    let mut paths = vec![configuration.to_owned(), file.located.path.clone()];
    paths.extend(file.located.link.iter().flat_map(|link| links(&link.at)));
    let whole = paths.iter().filter_map(|path| fs::canonicalize(path).ok()).collect::<Vec<_>>();
    paths.extend(whole);
    paths.iter().filter_map(|path| std::path::absolute(path).ok()).find_map(|path| {
        let mut below = None;
        path.ancestors().find_map(|place| {
            // Whoever can change its directory can change a link; its own permissions do not matter.
            let found = fs::symlink_metadata(place).ok()?;
            let is_changed = is_changed_by_others(&found, below.as_ref(), owner);
            below = Some(found);
            is_changed.then(|| place.to_owned())
        })
    })
}

/// Returns each place that a link leads to, through further links.
fn links(link: &Path) -> Vec<PathBuf> {
    let next = |at: &PathBuf| Some(at.parent()?.join(fs::read_link(at).ok()?));
    std::iter::successors(Some(link.to_owned()), next).take(MOST_LINKS).collect()
}

/// Returns whether others may change what is there; in a sticky directory they may change only their own files.
fn is_changed_by_others(found: &Metadata, below: Option<&Metadata>, owner: u32) -> bool {
    let is_trusted = |uid: u32| uid == 0 || uid == owner;
    let mode = found.mode();
    let is_written = mode & WRITE_BY_OTHERS != 0 || mode & WRITE_BY_GROUP != 0 && found.gid() != 0;
    let is_held =
        found.is_dir() && mode & STICKY != 0 && below.is_some_and(|below| is_trusted(below.uid()));
    !is_trusted(found.uid()) || is_written && !found.is_symlink() && !is_held
}
