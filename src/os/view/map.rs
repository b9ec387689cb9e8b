//! Maps paths in configurations to paths on this machine.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use thiserror::Error as ThisError;

/// The most links that are followed; more count as a loop (Linux `path_resolution(7)`).
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

/// The location of a configured path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocatedPath {
    /// Its path on this machine; with maps, links are resolved.
    pub path: PathBuf,
    /// The link that the path's last name is: another program may change its target (certbot's `live/`, the `tls.key`
    /// of a mounted Kubernetes Secret), so fixkey puts nothing beside it.
    pub link: Option<Link>,
    /// The last link among the parent directories, such as `/etc/ssl -> /data/ssl`; harmless to write through unless
    /// another program moves it.
    pub folder: Option<Link>,
}

/// Finds the paths of configurations on this machine.
#[derive(Clone, Debug, Default)]
pub struct View {
    maps: Vec<Map>,
}

impl View {
    /// Returns a view through these maps, of which the longest `from` wins; without any, paths are those of this
    /// machine.
    #[must_use]
    pub fn new(maps: Vec<Map>) -> Self {
        Self { maps }
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
        let mut walk = Walk::new(self, &absolute);
        while walk.step() {}
        if walk.links > MOST_LINKS {
            return Err(LocateError::Loop);
        }
        let path = if self.maps.is_empty() { absolute } else { self.place(&walk.done) };
        Ok(LocatedPath { path, link: walk.link, folder: walk.folder })
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
        let is_in = |map: &Map| {
            let is_root = |to: &Path| folder == to && map.from == Path::new("/");
            fs::canonicalize(&map.to).is_ok_and(|to| folder.starts_with(&to) && !is_root(&to))
        };
        self.maps.is_empty() || self.maps.iter().any(is_in)
    }

    /// Returns the map with the longest `from` that this path begins with.
    fn map_of(&self, configured: &Path) -> Option<&Map> {
        let fitting = self.maps.iter().filter(|map| configured.starts_with(&map.from));
        fitting.max_by_key(|map| map.from.components().count())
    }

    /// Returns the location of a configured path without links and `..`.
    fn place(&self, configured: &Path) -> PathBuf {
        let beneath = self.map_of(configured).and_then(|map| {
            let rest = configured.strip_prefix(&map.from).ok()?;
            Some(if rest.as_os_str().is_empty() { map.to.clone() } else { map.to.join(rest) })
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
    folder: Option<Link>,
}

impl<'a> Walk<'a> {
    fn new(view: &'a View, absolute: &Path) -> Self {
        let rest = names(absolute).collect();
        Self { view, done: "/".into(), rest, links: 0, link: None, folder: None }
    }

    /// Advances by one name; `false` at the end and at too many links.
    fn step(&mut self) -> bool {
        self.enter_map();
        let Some(name) = self.rest.pop_front() else {
            return false;
        };
        if name == ".." {
            self.done.pop();
            return true;
        }
        self.done.push(name);
        let at = self.view.place(&self.done);
        // Missing and unreadable paths are reported by the reader.
        if let Ok(target) = fs::read_link(&at) {
            self.follow(at, target);
        }
        self.links <= MOST_LINKS
    }

    /// A mapped directory is where the map says, even if its configured parents are links here.
    fn enter_map(&mut self) {
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
        let link = Some(Link { at, target });
        match (&self.link, is_last) {
            (None, true) => self.link = link,
            (None, false) => self.folder = link,
            (Some(_), _) => {}
        }
    }
}

fn names(path: &Path) -> impl Iterator<Item = OsString> {
    let parts = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    parts.map(|part| part.as_os_str().to_owned())
}
