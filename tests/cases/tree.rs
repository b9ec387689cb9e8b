//! The files in a sandbox.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::common::{Sandbox, fixtures};

/// Every entry in a sandbox, by its relative path.
pub(crate) struct Tree(BTreeMap<String, Entry>);

struct Entry {
    mode: u32,
    /// Owner and group, if they differ from the sandbox's.
    owner: String,
    content: Content,
}

enum Content {
    Folder { is_empty: bool },
    Link(String),
    Bytes(Vec<u8>),
    Special,
}

impl Tree {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let root = sandbox.0.display().to_string();
        let mut entries = BTreeMap::new();
        let own = owner(&fs::metadata(&sandbox.0).unwrap());
        for (path, metadata) in walk(&sandbox.0) {
            let content = content(&path, &metadata, &root);
            let name = path.strip_prefix(&sandbox.0).unwrap().display().to_string();
            let owner = Some(owner(&metadata)).filter(|owner| *owner != own).unwrap_or_default();
            entries.insert(name, Entry { mode: metadata.mode() & 0o7777, owner, content });
        }
        Self(entries)
    }

    /// Returns the bytes of a file.
    pub(crate) fn text(&self, path: &str) -> Option<Vec<u8>> {
        match &self.0.get(path)?.content {
            Content::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }

    /// Returns the bytes of every file.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.0.values().filter_map(|entry| match &entry.content {
            Content::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
    }

    /// Returns a line for every entry, and the texts that are neither a fixture nor a file of `before`.
    pub(crate) fn described(&self, before: &Self) -> (String, Vec<(String, Vec<u8>)>) {
        let (mut list, mut texts) = (String::new(), Vec::new());
        for (path, Entry { mode, owner, content }) in &self.0 {
            let what = match content {
                Content::Folder { is_empty: false } if *mode == 0o755 && owner.is_empty() => {
                    continue;
                }
                Content::Folder { .. } => "folder".to_owned(),
                Content::Link(target) => format!("-> {target}"),
                Content::Special => "special".to_owned(),
                Content::Bytes(bytes) => before.name_of(path, bytes).unwrap_or_else(|| {
                    texts.push((path.clone(), bytes.clone()));
                    "changed".to_owned()
                }),
            };
            list.push_str(&format!("{mode:04o} {owner}{path} {what}\n"));
        }
        (list, texts)
    }

    /// Returns the name of known content.
    fn name_of(&self, path: &str, bytes: &[u8]) -> Option<String> {
        if let Some(fixture) = fixture(bytes) {
            return Some(format!("= {fixture}"));
        }
        if self.text(path).is_some_and(|before| before == bytes) {
            return Some("as before".to_owned());
        }
        let same = self.0.keys().find(|other| self.text(other).is_some_and(|old| old == bytes));
        same.map(|other| format!("= {other} before"))
    }
}

fn owner(metadata: &Metadata) -> String {
    format!("{}:{} ", metadata.uid(), metadata.gid())
}

fn content(path: &Path, metadata: &Metadata, root: &str) -> Content {
    let here = |text: String| text.replace(root, "$TMP");
    if metadata.is_dir() {
        Content::Folder { is_empty: fs::read_dir(path).unwrap().next().is_none() }
    } else if metadata.is_symlink() {
        Content::Link(here(fs::read_link(path).unwrap().display().to_string()))
    } else if metadata.is_file() {
        let bytes = fs::read(path).unwrap();
        Content::Bytes(match String::from_utf8(bytes) {
            Ok(text) => here(text).into_bytes(),
            Err(error) => error.into_bytes(),
        })
    } else {
        Content::Special
    }
}

/// Returns the name of the fixture with these bytes.
fn fixture(bytes: &[u8]) -> Option<String> {
    static NAMES: OnceLock<HashMap<Vec<u8>, String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> = entries.collect();
        paths.sort();
        let named = |path: PathBuf| {
            (fs::read(&path).unwrap(), path.file_name().unwrap().to_string_lossy().into_owned())
        };
        // Of identical files, the first.
        paths.into_iter().rev().map(named).collect()
    });
    names.get(bytes).cloned()
}

fn walk(folder: &Path) -> Vec<(PathBuf, Metadata)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let metadata = fs::symlink_metadata(entry.path()).unwrap();
        let is_folder = metadata.is_dir();
        found.push((entry.path(), metadata));
        if is_folder {
            found.extend(walk(&entry.path()));
        }
    }
    found
}

/// Every entry with its inode and change time: if these are equal, it was not touched.
pub(crate) struct Snapshot(BTreeMap<PathBuf, (u64, i64, i64)>);

impl Snapshot {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        let own = (sandbox.0.clone(), fs::metadata(&sandbox.0).unwrap());
        let all = walk(&sandbox.0).into_iter().chain([own]);
        let stamp = |found: &Metadata| (found.ino(), found.ctime(), found.ctime_nsec());
        Self(all.map(|(path, metadata)| (path, stamp(&metadata))).collect())
    }

    pub(crate) fn differences(&self, what: &str, now: &Self) -> Vec<String> {
        let paths = self.0.keys().chain(now.0.keys().filter(|path| !self.0.contains_key(*path)));
        let touched = paths.filter(|path| self.0.get(*path) != now.0.get(*path));
        touched.map(|path| format!("{what} touches {}", path.display())).collect()
    }
}
