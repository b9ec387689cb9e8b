//! Maps paths in configurations to paths on this machine.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustix::io::Errno;
use thiserror::Error as ThisError;

use super::windows::{from_root, is_relative};
use crate::os::place::{Place, Places, Route};

/// Links that are followed before a path counts as a loop (Linux `path_resolution(7)`).
const MOST_LINKS: usize = 40;

/// The longest path that the system accepts, in bytes (Linux `PATH_MAX`).
const LONGEST: usize = 4096;

/// Maps paths that begin with `from` to `to` on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// The path in configurations; absolute.
    pub from: PathBuf,
    /// The path on this machine.
    pub to: PathBuf,
}

/// Why a text is not a map.
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

/// Why a configured path has no location.
#[derive(Debug, ThisError)]
pub enum LocateError {
    /// The links form a loop.
    #[error("more than {MOST_LINKS} links in a row")]
    Loop,
    /// It is longer than any path.
    #[error("the path is too long")]
    TooLong,
    /// The path ends in no name (`/`, `..`), so nothing can be created there.
    #[error("the path does not end in a file name")]
    Nameless,
}

/// A symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where the link is, on this machine.
    pub at: PathBuf,
    /// Its target.
    pub target: PathBuf,
}

/// Where a configured path lies.
#[derive(Clone, Debug, Default)]
pub struct LocatedPath {
    /// Its path on this machine; with maps, links are resolved.
    pub path: PathBuf,
    /// The link that the path's last name is: another program may change its target (certbot's `live/`, the `tls.key`
    /// of a mounted Kubernetes Secret), so fixkey puts nothing beside it.
    pub link: Option<Link>,
    /// The way there, where a configuration names it.
    pub route: Option<Route>,
}

impl LocatedPath {
    /// A path of this machine as it is, links and all.
    #[must_use]
    pub fn of_this_machine(path: &Path) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }
}

/// A map, and the directory that it leads to without links.
#[derive(Clone, Debug)]
struct Mapped {
    map: Map,
    resolved: PathBuf,
}

/// A place beneath a mapped directory, by names of which none is a link.
pub(super) struct Beneath {
    /// The mapped directory, without links.
    pub(super) root: PathBuf,
    /// The rest of the path.
    pub(super) rest: PathBuf,
    /// Whether a link was met on the way beneath the root.
    has_link: bool,
    /// The whole path, as messages show it.
    path: PathBuf,
}

impl Beneath {
    /// Returns the whole path without links.
    pub(super) fn whole(&self) -> PathBuf {
        joined(&self.root, &self.rest)
    }
}

/// Finds the paths of configurations on this machine.
#[derive(Clone, Debug, Default)]
pub struct View {
    maps: Vec<Mapped>,
    /// What was found on the way so far.
    places: Arc<Places>,
}

impl View {
    /// Returns a view through these maps, of which the longest `from` wins; without any, paths are those of this
    /// machine.
    #[must_use]
    pub fn new(maps: Vec<Map>) -> Self {
        let mapped = |map: Map| {
            let resolved = fs::canonicalize(&map.to).unwrap_or_else(|_| map.to.clone());
            Mapped { map, resolved }
        };
        Self { maps: maps.into_iter().map(mapped).collect(), places: Arc::default() }
    }

    /// Locates a configured path. It need not exist. Relative paths count from `/`, since Logstash's unit has
    /// `WorkingDirectory=/`.
    ///
    /// # Errors
    /// [`LocateError`].
    pub fn locate(&self, configured: &Path) -> Result<LocatedPath, LocateError> {
        if configured.as_os_str().len() > LONGEST {
            return Err(LocateError::TooLong);
        }
        let absolute = from_root(configured);
        let walk = Walk::whole(self, &absolute, true);
        if walk.links > MOST_LINKS {
            return Err(LocateError::Loop);
        }
        let path = if self.maps.is_empty() { absolute } else { self.place(&walk.done) };
        Ok(LocatedPath { path, link: walk.link, route: Some(walk.route) })
    }

    /// The way to a path of this machine, which need not exist.
    ///
    /// # Errors
    /// When the current directory is not known.
    pub fn route(&self, path: &Path) -> io::Result<Route> {
        let view = Self { maps: Vec::new(), places: Arc::clone(&self.places) };
        Ok(Walk::whole(&view, &std::path::absolute(path)?, true).route)
    }

    /// Returns a path of this machine without links if one beneath a mapped directory leads elsewhere in the examined
    /// system than here. Other paths stay as given.
    ///
    /// # Errors
    /// When links lead to each other.
    pub fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        let leads_here =
            |beneath: &Beneath| fs::canonicalize(path).is_ok_and(|found| found == beneath.whole());
        let beneath = self.within(path)?;
        let beneath = beneath.filter(|beneath| beneath.has_link && !leads_here(beneath));
        Ok(beneath.map_or_else(|| path.to_owned(), |beneath| beneath.path))
    }

    /// Returns where a path of this machine leads to beneath a mapped directory; `None` if it enters none.
    pub(super) fn within(&self, path: &Path) -> io::Result<Option<Beneath>> {
        if self.maps.is_empty() {
            return Ok(None);
        }
        let walk = Walk::whole(self, &std::path::absolute(path)?, false);
        if walk.links > MOST_LINKS {
            return Err(Errno::LOOP.into());
        }
        let mapped = self.map_of(&walk.done).filter(|_| walk.is_configured);
        Ok(mapped.map(|Mapped { map, resolved }| {
            let rest = walk.done.strip_prefix(&map.from).unwrap_or(&walk.done).to_owned();
            let (root, path) = (resolved.clone(), joined(&map.to, &rest));
            Beneath { root, rest, has_link: walk.confined.is_some(), path }
        }))
    }

    /// A path of this machine without links; `None` where nothing is there.
    #[must_use]
    pub fn resolved(&self, path: &Path) -> Option<PathBuf> {
        Some(self.route(path).ok()?.end().ok()?.path.clone())
    }

    /// The way to a file: that of a configured path as configurations see it.
    ///
    /// # Errors
    /// As [`View::route`].
    pub fn route_of(&self, file: &LocatedPath) -> io::Result<Route> {
        file.route.clone().map_or_else(|| self.route(&file.path), Ok)
    }

    /// Locates a file that does not exist yet: in its located directory under its own name, even if that name is a link
    /// by now.
    ///
    /// # Errors
    /// [`LocateError`].
    pub fn locate_new(&self, configured: &Path) -> Result<PathBuf, LocateError> {
        let configured = from_root(configured);
        let name = configured.file_name().ok_or(LocateError::Nameless)?;
        let folder = configured.parent().unwrap_or(Path::new("/"));
        Ok(self.locate(folder)?.path.join(name))
    }

    /// Returns whether paths of this machine stand for those of another system.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        !self.maps.is_empty()
    }

    /// Returns the root of the system's own files (`/etc/passwd`).
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.place(Path::new("/"))
    }

    /// Returns whether configurations see a directory of this machine (given without links): not one above what is
    /// mapped, nor their root.
    #[must_use]
    pub fn shows(&self, folder: &Path) -> bool {
        let is_in = |Mapped { map, resolved }: &Mapped| {
            let is_root = folder == resolved && map.from == Path::new("/");
            folder.starts_with(resolved) && !is_root
        };
        self.maps.is_empty() || self.maps.iter().any(is_in)
    }

    /// The map with the longest `from` that this path begins with.
    fn map_of(&self, configured: &Path) -> Option<&Mapped> {
        let fitting = self.maps.iter().filter(|mapped| configured.starts_with(&mapped.map.from));
        fitting.max_by_key(|mapped| mapped.map.from.components().count())
    }

    /// Returns the location of a configured path without links and `..`.
    fn place(&self, configured: &Path) -> PathBuf {
        self.beneath(configured, |mapped| &mapped.map.to)
    }

    /// What is at that place.
    fn look(&self, configured: &Path) -> io::Result<Arc<Place>> {
        self.places.at(self.beneath(configured, |mapped| &mapped.resolved))
    }

    fn beneath(&self, configured: &Path, to: impl Fn(&Mapped) -> &PathBuf) -> PathBuf {
        let beneath = self.map_of(configured).and_then(|mapped| {
            let rest = configured.strip_prefix(&mapped.map.from).ok()?;
            Some(joined(to(mapped), rest))
        });
        beneath.unwrap_or_else(|| configured.to_owned())
    }
}

/// A path being resolved name by name. Where configurations see it, all is in their view: an absolute link target is
/// mapped again, and `..` leads to the configured parent. A link beneath a mapped directory never leads out of what is
/// mapped: a target that no map covers counts from the directory of the link's own map.
struct Walk<'a> {
    view: &'a View,
    done: PathBuf,
    rest: VecDeque<OsString>,
    /// Whether `done` is a path that configurations see, and not one of this machine.
    is_configured: bool,
    /// The map whose directory a path of this machine has entered.
    entered: Option<&'a Mapped>,
    /// The map beneath which the last link was met.
    confined: Option<&'a Mapped>,
    links: usize,
    link: Option<Link>,
    route: Route,
}

impl<'a> Walk<'a> {
    /// The whole way, or as much of it as has no more links than the system follows.
    fn whole(view: &'a View, absolute: &Path, is_configured: bool) -> Self {
        let mut walk = Self {
            view,
            done: PathBuf::from("/"),
            rest: names(absolute).collect(),
            is_configured,
            entered: None,
            confined: None,
            links: 0,
            link: None,
            route: Route::default(),
        };
        let mut end = None;
        while let Some(place) = walk.step() {
            end = Some(place);
        }
        // A link to `/` has nothing behind it that would be looked at.
        let is_link = |found: &io::Result<Arc<Place>>| {
            found.as_ref().is_ok_and(|place| place.target.is_some())
        };
        let end = end.filter(|end| !is_link(end)).unwrap_or_else(|| walk.look());
        walk.route = walk.route.ending_at(end);
        walk
    }

    /// Goes on by one name, to what is there; `None` at the end, and where there are too many links.
    fn step(&mut self) -> Option<io::Result<Arc<Place>>> {
        self.enter_root();
        self.enter_map();
        let name = self.rest.pop_front().filter(|_| self.links <= MOST_LINKS)?;
        if !self.is_between_maps() {
            self.route.pass(&self.look());
        }
        if name == ".." {
            self.ascend();
            return Some(self.look());
        }
        self.done.push(name);
        let found = self.look();
        // What is missing or out of reach is for the reader of the path to say.
        if let Ok(Place { target: Some(target), .. }) = found.as_deref() {
            self.route.pass(&found);
            self.follow(self.here(), target.clone());
        }
        Some(found)
    }

    /// What is at the path so far.
    fn look(&self) -> io::Result<Arc<Place>> {
        if self.is_between_maps() {
            Err(Errno::NOENT.into())
        } else if self.is_configured {
            self.view.look(&self.done)
        } else {
            self.view.places.at(self.done.clone())
        }
    }

    /// Where that is on this machine.
    fn here(&self) -> PathBuf {
        if self.is_configured { self.view.place(&self.done) } else { self.done.clone() }
    }

    /// Whether a link leads from one map to another by a directory that no map covers: that is not one of this machine.
    fn is_between_maps(&self) -> bool {
        self.is_configured && self.confined.is_some() && self.view.map_of(&self.done).is_none()
    }

    /// A mapped directory of this machine is one that configurations see.
    fn enter_root(&mut self) {
        let is_here = |mapped: &&Mapped| !self.is_configured && mapped.resolved == self.done;
        if let Some(mapped) = self.view.maps.iter().find(is_here) {
            self.done.clone_from(&mapped.map.from);
            self.is_configured = true;
            self.entered = Some(mapped);
        }
    }

    /// A mapped directory is where the map says, even if its configured parents are links here.
    fn enter_map(&mut self) {
        if !self.is_configured {
            return;
        }
        let mut whole = self.done.clone();
        whole.extend(&self.rest);
        if let Some(Mapped { map, .. }) = self.view.map_of(&whole)
            && map.from.starts_with(&self.done)
        {
            let names = names(&map.from).count() - names(&self.done).count();
            self.rest.drain(..names);
            self.done.clone_from(&map.from);
        }
    }

    fn ascend(&mut self) {
        match (self.confined, self.entered) {
            (Some(Mapped { map, .. }), _) if self.done == map.from => {
                let parent = self.done.parent().unwrap_or(&self.done).to_owned();
                if !self.leads_out(&parent) {
                    self.done = parent;
                }
            }
            (None, Some(Mapped { map, resolved }))
                if self.is_configured && self.done == map.from =>
            {
                self.done = resolved.parent().unwrap_or(resolved).to_owned();
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
            self.done = root.map_or_else(|| "/".into(), |mapped| mapped.map.from.clone());
        }
        if is_last && self.link.is_none() {
            self.link = Some(Link { at, target });
        }
    }

    /// Whether no map covers where the rest of the path leads from here.
    fn leads_out(&self, from: &Path) -> bool {
        let mut whole = from.to_owned();
        for name in &self.rest {
            if name == ".." {
                whole.pop();
            } else {
                whole.push(name);
            }
        }
        self.view.map_of(&whole).is_none()
    }
}

fn names(path: &Path) -> impl Iterator<Item = OsString> {
    let parts = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    parts.map(|part| part.as_os_str().to_owned())
}

/// A path beneath a directory, which is the directory itself if nothing is left.
fn joined(folder: &Path, rest: &Path) -> PathBuf {
    if rest.as_os_str().is_empty() { folder.to_owned() } else { folder.join(rest) }
}
