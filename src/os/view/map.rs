//! A view: which place on this machine a path in a configuration stands for.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use thiserror::Error as ThisError;

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
        if !from.is_absolute() || from.components().any(|part| part == Component::ParentDir) {
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
}

impl View {
    /// A view through these maps, of which the longest `from` wins; without any, paths are those of this machine.
    #[must_use]
    pub fn new(maps: Vec<Map>) -> Self {
        Self { maps }
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
        let absolute = Path::new("/").join(configured);
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
            fs::canonicalize(&map.to).is_ok_and(|to| folder.starts_with(&to) && !is_root(&to))
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
        let beneath = self.map_of(configured).and_then(|map| {
            let rest = configured.strip_prefix(&map.from).ok()?;
            Some(if rest.as_os_str().is_empty() { map.to.clone() } else { map.to.join(rest) })
        });
        beneath.unwrap_or_else(|| configured.to_owned())
    }
}

/// A path on its way from name to name, all in the view of configurations: so an absolute target of a link is
/// mapped again, and `..` leads to the configured parent, never out of a mapped folder into its neighbours here.
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

    /// Goes on by one name; `false` at the end, and where there are too many links.
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
        // What is missing or out of reach is for the reader of the path to say.
        if let Ok(target) = fs::read_link(&at) {
            self.follow(at, target);
        }
        self.links <= MOST_LINKS
    }

    /// A mapped folder is where it is mapped to, whatever links its configured parents are here.
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
