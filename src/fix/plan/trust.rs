//! Whether anybody but root and a file's owner decides that a configuration leads to this file.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::named_file::NamedFile;
use crate::os::account;
use crate::os::place::{Place, Route};
use crate::os::view::View;

const STICKY: u32 = 0o1000;

/// Returns the first place that anybody but root and the owner of `file` can change: one of the texts that
/// `decide` which file it is, the file, or a directory or link on the way to one of these. What cannot be looked
/// at counts as changed.
pub(super) fn changed_by_others<'p>(
    decide: impl Iterator<Item = &'p Path>,
    file: &'p NamedFile,
    view: &View,
) -> Option<PathBuf> {
    let owner = file.metadata.as_ref()?.uid();
    let path = file.located.path.as_path();
    // With maps, the links in an image are followed there, and the way to the image is of this machine.
    let seen = file.located.route.iter().find_map(|route| changed_place(route, owner));
    seen.or_else(|| {
        decide.chain([path]).find_map(|path| match view.route(path) {
            Ok(route) if route.directories().is_ok() => changed_place(&route, owner),
            _ => Some(path.to_owned()),
        })
    })
}

fn changed_place(route: &Route, owner: u32) -> Option<PathBuf> {
    let is_changed = |place: &&Arc<Place>| {
        // A link cannot be written: who owns its directory replaces it.
        let is_written = match place.target {
            Some(_) => !is_trusted(place, owner),
            None => account::is_written_by_others(owner, place),
        };
        is_written && !is_held(place, route, owner)
    };
    route.places().find(is_changed).map(|place| place.path.clone())
}

fn is_trusted(place: &Place, owner: u32) -> bool {
    [0, owner].contains(&place.found.st_uid)
}

/// Whether a directory is sticky, so that others can change only what is theirs, and nothing on the way is.
fn is_held(directory: &Place, route: &Route, owner: u32) -> bool {
    let is_in = |place: &&Arc<Place>| place.path.parent() == Some(&directory.path);
    directory.is_directory()
        && directory.found.st_mode & STICKY != 0
        && is_trusted(directory, owner)
        && route.places().filter(is_in).all(|place| is_trusted(place, owner))
}
