//! Maps paths in configurations to paths on this machine.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use thiserror::Error as ThisError;

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
        if !from.is_absolute() || from.components().any(|part| part == Component::ParentDir) {
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
        let absolute = Path::new("/").join(configured);
        let walk = Walk::whole(self, &absolute);
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
        Ok(Walk::whole(&view, &std::path::absolute(path)?).route)
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
        let name = configured.file_name().ok_or(LocateError::Nameless)?;
        let folder = configured.parent().unwrap_or(Path::new("/"));
        Ok(self.locate(folder)?.path.join(name))
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
            let to = to(mapped);
            Some(if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) })
        });
        beneath.unwrap_or_else(|| configured.to_owned())
    }
}

/// A path being resolved name by name, in the view of configurations: an absolute link target is mapped again, and `..`
/// leads to the configured parent, never out of a mapped directory into its neighbours here.
struct Walk<'a> {
    view: &'a View,
    done: PathBuf,
    rest: VecDeque<OsString>,
    links: usize,
    link: Option<Link>,
    route: Route,
}

impl<'a> Walk<'a> {
    /// The whole way, or as much of it as has no more links than the system follows.
    fn whole(view: &'a View, absolute: &Path) -> Self {
        let (done, rest, route) = (PathBuf::from("/"), names(absolute).collect(), Route::default());
        let mut walk = Self { view, done, rest, links: 0, link: None, route };
        let mut end = None;
        while let Some(place) = walk.step() {
            end = Some(place);
        }
        // A link to `/` has nothing behind it that would be looked at.
        let is_link = |found: &io::Result<Arc<Place>>| {
            found.as_ref().is_ok_and(|place| place.target.is_some())
        };
        let end = end.filter(|end| !is_link(end)).unwrap_or_else(|| view.look(&walk.done));
        walk.route = walk.route.ending_at(end);
        walk
    }

    /// Goes on by one name, to what is there; `None` at the end, and where there are too many links.
    fn step(&mut self) -> Option<io::Result<Arc<Place>>> {
        self.enter_map();
        let name = self.rest.pop_front().filter(|_| self.links <= MOST_LINKS)?;
        self.route.pass(&self.view.look(&self.done));
        if name == ".." {
            self.done.pop();
            return Some(self.view.look(&self.done));
        }
        self.done.push(name);
        let found = self.view.look(&self.done);
        // What is missing or out of reach is for the reader of the path to say.
        if let Ok(Place { target: Some(target), .. }) = found.as_deref() {
            self.route.pass(&found);
            self.follow(self.view.place(&self.done), target.clone());
        }
        Some(found)
    }

    /// A mapped directory is where the map says, even if its configured parents are links here.
    fn enter_map(&mut self) {
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

    fn follow(&mut self, at: PathBuf, target: PathBuf) {
        self.links += 1;
        self.done.pop();
        if target.is_absolute() {
            self.done = "/".into();
        }
        let is_last = self.rest.is_empty();
        for name in names(&target).collect::<Vec<_>>().into_iter().rev() {
            self.rest.push_front(name);
        }
        if is_last && self.link.is_none() {
            self.link = Some(Link { at, target });
        }
    }
}

fn names(path: &Path) -> impl Iterator<Item = OsString> {
    let parts = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    parts.map(|part| part.as_os_str().to_owned())
}
