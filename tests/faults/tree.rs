//! The properties of a room's files that a run may change or must keep.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use crate::room::{Room, attribute_is_kept};
use crate::scenario::Scenario;

/// A file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) owner: (u32, u32),
    pub(crate) attribute: bool,
}

/// Files by their path in the room.
pub(crate) type Tree = BTreeMap<String, File>;

/// The files before a run and after it.
pub(crate) struct Trees {
    pub(crate) before: Tree,
    pub(crate) after: Tree,
}

impl Trees {
    pub(crate) fn of(scenario: &dyn Scenario) -> Self {
        let room = Room::with(|folder| scenario.furnish(folder));
        let before = found(room.folder());
        Self { after: scenario.after(&before), before }
    }
}

impl File {
    fn at(path: &Path) -> Self {
        let metadata = fs::symlink_metadata(path).expect("the file can be looked at");
        Self {
            content: fs::read(path).expect("the file can be read"),
            mode: metadata.mode() & 0o7777,
            owner: (metadata.uid(), metadata.gid()),
            attribute: attribute_is_kept(path),
        }
    }
}

/// Returns the files in a directory and its subdirectories.
pub(crate) fn found(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    add(&mut tree, folder, "");
    tree
}

fn add(tree: &mut Tree, folder: &Path, before: &str) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let path = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            add(tree, &entry.path(), &format!("{path}/"));
        } else {
            tree.insert(path, File::at(&entry.path()));
        }
    }
}

/// Returns the paths at which two trees differ.
pub(crate) fn differences(one: &Tree, other: &Tree) -> BTreeSet<String> {
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    paths.into_iter().filter(|path| one.get(*path) != other.get(*path)).cloned().collect()
}
