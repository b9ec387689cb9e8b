//! A view: which place on this machine a path in a configuration stands for.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use rustix::io::Errno;
use thiserror::Error as ThisError;

use super::windows::{from_root, is_relative};

/// Links that are followed before a path counts as a loop (Linux `path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// The longest path that the system takes, in bytes (Linux `PATH_MAX`).
const LONGEST: usize = 4096;

/// Paths that begin with `from` lie under `to` on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// Where configurations see it; absolute.
    pub from: PathBuf,
    /// Where it lies on this machine.
    pub to: PathBuf,
}

/// Why text is no map.
#[derive(Clone, Copy, Debug, ThisError, PartialEq, Eq)]
pub enum MapError {
    /// There is no `=`.
    #[error("write FROM=TO, such as /=image or /etc/ssl=certs")]
    NoSeparator,
    /// The first part is relative, or holds `..`.
    #[error("FROM must be an absolute path without \"..\"")]
    From,
    /// The second part is empty.
    #[error("TO must be a directory")]
    To,
}

impl Map {
    /// Reads `FROM=TO`; the first `=` separates.
    ///
    /// # Errors
    /// [`MapError`].
    pub fn parse(text: &OsStr) -> Result<Self, MapError> {
        let bytes = text.as_bytes();
        let at = bytes.iter().position(|byte| *byte == b'=').ok_or(MapError::NoSeparator)?;
        let from = Path::new(OsStr::from_bytes(&bytes[..at]));
        let to = Path::new(OsStr::from_bytes(&bytes[at + 1..]));
        let is_relative = is_relative(from);
        let from = from_root(from);
        if is_relative || from.components().any(|part| part == Component::ParentDir) {
            return Err(MapError::From);
        }
        if to.as_os_str().is_empty() {
            return Err(MapError::To);
        }
        Ok(Self { from: from.components().collect(), to: to.to_owned() })
    }
}

/// Why a configured path lies nowhere.
#[derive(Debug, ThisError)]
pub enum LocateError {
    /// Links lead to each other.
    #[error("more than {MOST_LINKS} links in a row")]
    Loop,
    /// It is longer than any path.
    #[error("the path is too long")]
    TooLong,
    /// It ends in no name (`/`, `..`), so nothing can be made there.
    #[error("the path does not end in a file name")]
    Nameless,
}

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where the link is, on this machine.
    pub at: PathBuf,
    /// What it holds.
    pub target: PathBuf,
}

/// Where a configured path lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedPath {
    /// Its path on this machine; with maps, links are resolved.
    pub path: PathBuf,
    /// Where the path's last name is itself a link: another program may give it another target (certbot's
    /// `live/`, the `tls.key` of a mounted Kubernetes Secret), so nothing belongs beside it.
    pub link: Option<Link>,
    /// The last link among the folders on the way, such as `/etc/ssl -> /data/ssl`; harmless to write through
    /// unless another program moves it.
    pub folder: Option<Link>,
}

/// The places on this machine of the paths that configurations name.
#[derive(Clone, Debug, Default)]
pub struct View {
    maps: Vec<Map>,
    /// Where each map leads to, without links; `None` where nothing is there.
    roots: Vec<Option<PathBuf>>,
}

/// A place beneath what is mapped, by names of which none is a link.
pub(super) struct Beneath {
    /// Where the map leads to, without links.
    pub(super) root: PathBuf,
    /// The rest of the path.
    pub(super) rest: PathBuf,
    /// Whether a link was met on the way beneath the root.
    has_link: bool,
    /// The whole path, as messages name it.
    path: PathBuf,
}

impl Beneath {
    /// The whole path without links.
    pub(super) fn whole(&self) -> PathBuf {
        joined(&self.root, &self.rest)
    }
}

impl View {
    /// A view through these maps, of which the longest `from` wins; without any, paths are those of this machine.
    #[must_use]
    pub fn new(maps: Vec<Map>) -> Self {
        let roots = maps.iter().map(|map| fs::canonicalize(&map.to).ok()).collect();
        Self { maps, roots }
    }

    /// Returns a path of this machine without links where one beneath what is mapped leads somewhere else in the system
    /// that is looked at than here. Other paths are as they were given.
    ///
    /// # Errors
    /// Where links lead to each other.
    pub fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let leads_here =
            |beneath: &Beneath| fs::canonicalize(path).is_ok_and(|found| found == beneath.whole());
        let beneath = self.beneath(path)?;
        let beneath = beneath.filter(|beneath| beneath.has_link && !leads_here(beneath));
        Ok(beneath.map_or_else(|| path.to_owned(), |beneath| beneath.path))
    }

    /// Returns where a path of this machine leads to beneath what is mapped; `None` where that is not on its way.
    pub(super) fn beneath(&self, path: &Path) -> io::Result<Option<Beneath>> {
        if self.maps.is_empty() {
            return Ok(None);
        }
        let mut walk = Walk::of_this_machine(self, &std::path::absolute(path)?);
        while walk.step() {}
        if walk.links > MOST_LINKS {
            return Err(Errno::LOOP.into());
        }
        let mapped = self.map_of(&walk.done).filter(|_| walk.is_configured);
        let Some((map, root)) = mapped.and_then(|map| Some((map, self.root_of(map)?))) else {
            return Ok(None);
        };
        let rest = walk.done.strip_prefix(&map.from).unwrap_or(&walk.done).to_owned();
        let path = joined(&map.to, &rest);
        let has_link = walk.confined.is_some();
        Ok(Some(Beneath { root: root.to_owned(), rest, has_link, path }))
    }

    fn root_of(&self, map: &Map) -> Option<&Path> {
        let at = self.maps.iter().position(|own| own == map)?;
        self.roots[at].as_deref()
    }

    /// Where a path that a configuration names lies. It need not exist. Relative paths count from `/`, since
    /// Logstash's unit has `WorkingDirectory=/`.
    ///
    /// # Errors
    /// [`LocateError`].
    pub fn locate(&self, configured: &Path) -> Result<LocatedPath, LocateError> {
        if configured.as_os_str().len() > LONGEST {
            return Err(LocateError::TooLong);
        }
        let absolute = from_root(configured);
        let mut walk = Walk::new(self, &absolute);
        while walk.step() {}
        if walk.links > MOST_LINKS {
            return Err(LocateError::Loop);
        }
        let path = if self.maps.is_empty() { absolute } else { self.place(&walk.done) };
        Ok(LocatedPath { path, link: walk.link, folder: walk.folder })
    }

    /// Where a file lies that is yet to be made: in its folder, located, with its own name, even where that is
    /// a link by now.
    ///
    /// # Errors
    /// [`LocateError`].
    pub fn locate_new(&self, configured: &Path) -> Result<PathBuf, LocateError> {
        let configured = from_root(configured);
        let name = configured.file_name().ok_or(LocateError::Nameless)?;
        let folder = configured.parent().unwrap_or(Path::new("/"));
        Ok(self.locate(folder)?.path.join(name))
    }

    /// The root under which the system's own files (`/etc/passwd`) are looked up.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.place(Path::new("/"))
    }

    /// Whether configurations see a folder of this machine, which is named without links: not one above what is
    /// mapped, nor one that is their root.
    #[must_use]
    pub fn shows(&self, folder: &Path) -> bool {
        let is_in = |map: &Map| {
            let is_root = |to: &Path| folder == to && map.from == Path::new("/");
            self.root_of(map).is_some_and(|to| folder.starts_with(to) && !is_root(to))
        };
        self.maps.is_empty() || self.maps.iter().any(is_in)
    }

    /// The map with the longest `from` that this path begins with.
    fn map_of(&self, configured: &Path) -> Option<&Map> {
        let fitting = self.maps.iter().filter(|map| configured.starts_with(&map.from));
        fitting.max_by_key(|map| map.from.components().count())
    }

    /// The place of a configured path without links and `..`.
    fn place(&self, configured: &Path) -> PathBuf {
        let beneath = self
            .map_of(configured)
            .and_then(|map| Some(joined(&map.to, configured.strip_prefix(&map.from).ok()?)));
        beneath.unwrap_or_else(|| configured.to_owned())
    }
}

/// A path on its way from name to name. Where configurations see it, all is in their view: an absolute target of a link
/// is mapped again, and `..` leads to the configured parent. A link beneath what is mapped never leads out of it: where
/// no map knows its target, that counts from where the link's own map begins.
struct Walk<'a> {
    view: &'a View,
    done: PathBuf,
    rest: VecDeque<OsString>,
    /// Whether `done` is a path that configurations see, and not one of this machine.
    is_configured: bool,
    /// What a path of this machine has entered.
    entered: Option<(&'a Map, &'a Path)>,
    /// The map beneath which a link was met.
    confined: Option<&'a Map>,
    links: usize,
    link: Option<Link>,
    folder: Option<Link>,
}

impl<'a> Walk<'a> {
    fn new(view: &'a View, absolute: &Path) -> Self {
        Self {
            view,
            done: "/".into(),
            rest: names(absolute).collect(),
            is_configured: true,
            entered: None,
            confined: None,
            links: 0,
            link: None,
            folder: None,
        }
    }

    fn of_this_machine(view: &'a View, absolute: &Path) -> Self {
        Self { is_configured: false, ..Self::new(view, absolute) }
    }

    /// Goes on by one name; `false` at the end, and where there are too many links.
    fn step(&mut self) -> bool {
        self.enter_root();
        self.enter_map();
        let Some(name) = self.rest.pop_front() else {
            return false;
        };
        if name == ".." {
            self.ascend();
            return true;
        }
        self.done.push(name);
        // On the way from one map to another nothing is looked at.
        if self.confined.is_some() && self.is_unmapped(&self.done) {
            return true;
        }
        let at = if self.is_configured { self.view.place(&self.done) } else { self.done.clone() };
        // What is missing or out of reach is for the reader of the path to say.
        if let Ok(target) = fs::read_link(&at) {
            self.follow(at, target);
        }
        self.links <= MOST_LINKS
    }

    /// A folder of this machine that is mapped is one that configurations see.
    fn enter_root(&mut self) {
        let is_here = |(_, root): &(&Map, &Option<PathBuf>)| root.as_ref() == Some(&self.done);
        if !self.is_configured
            && let Some((map, Some(root))) =
                self.view.maps.iter().zip(&self.view.roots).find(is_here)
        {
            self.done.clone_from(&map.from);
            self.is_configured = true;
            self.entered = Some((map, root));
        }
    }

    /// A mapped folder is where it is mapped to, whatever links its configured parents are here.
    fn enter_map(&mut self) {
        if !self.is_configured {
            return;
        }
        let mut whole = self.done.clone();
        whole.extend(&self.rest);
        if let Some(map) = self.view.map_of(&whole)
            && map.from.starts_with(&self.done)
        {
            let names = names(&map.from).count() - names(&self.done).count();
            self.rest.drain(..names);
            self.done.clone_from(&map.from);
        }
    }

    fn ascend(&mut self) {
        match (self.confined, self.entered) {
            (Some(map), _) if self.done == map.from => {
                let parent = self.done.parent().unwrap_or(&self.done).to_owned();
                if !self.leads_out(&parent) {
                    self.done = parent;
                }
            }
            (None, Some((map, root))) if self.is_configured && self.done == map.from => {
                self.done = root.parent().unwrap_or(root).to_owned();
                self.is_configured = false;
            }
            _ => {
                self.done.pop();
            }
        }
    }

    fn follow(&mut self, at: PathBuf, target: PathBuf) {
        self.links += 1;
        if self.is_configured {
            self.confined = self.view.map_of(&self.done).or(self.confined);
        }
        self.done.pop();
        let is_last = self.rest.is_empty();
        for name in names(&target).collect::<Vec<_>>().into_iter().rev() {
            self.rest.push_front(name);
        }
        if target.is_absolute() {
            let root = self.confined.filter(|_| self.leads_out(Path::new("/")));
            self.done = root.map_or_else(|| "/".into(), |map| map.from.clone());
        }
        let link = Some(Link { at, target });
        match (&self.link, is_last) {
            (None, true) => self.link = link,
            (None, false) => self.folder = link,
            (Some(_), _) => {}
        }
    }

    /// Whether no map knows where the rest of the path leads from here.
    fn leads_out(&self, from: &Path) -> bool {
        let mut whole = from.to_owned();
        for name in &self.rest {
            if name == ".." {
                whole.pop();
            } else {
                whole.push(name);
            }
        }
        self.is_unmapped(&whole)
    }

    fn is_unmapped(&self, configured: &Path) -> bool {
        self.view.map_of(configured).is_none()
    }
}

fn names(path: &Path) -> impl Iterator<Item = OsString> {
    let parts = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    parts.map(|part| part.as_os_str().to_owned())
}

/// A path beneath a folder, which is the folder itself where nothing is left.
fn joined(folder: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { folder.to_owned() } else { folder.join(rest) }
}
