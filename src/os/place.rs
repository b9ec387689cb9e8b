//! The way to a file as the kernel goes it, `path_resolution(7)`: every directory and link that it passes.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use crate::os::acl;

/// A directory, a link or a file.
pub struct Place {
    /// Where it is on this machine; only the last name may be a link.
    pub path: PathBuf,
    /// What is there: of a link, the link itself.
    pub found: Stat,
    /// What a link holds.
    pub target: Option<PathBuf>,
    acl: OnceLock<Result<Option<Vec<u8>>, Errno>>,
}

impl Place {
    fn new(path: &Path) -> io::Result<Self> {
        let found = rustix::fs::lstat(path)?;
        let is_link = FileType::from_raw_mode(found.st_mode) == FileType::Symlink;
        let target = is_link.then(|| std::fs::read_link(path)).transpose()?;
        Ok(Self { path: path.to_owned(), found, target, acl: OnceLock::new() })
    }

    /// Whether it is a directory.
    #[must_use]
    pub fn is_directory(&self) -> bool {
        FileType::from_raw_mode(self.found.st_mode) == FileType::Directory
    }

    /// Its access control list, as the attribute holds it; `None` where it has none.
    ///
    /// # Errors
    /// When there may be one that cannot be read.
    pub fn acl(&self) -> io::Result<Option<&[u8]>> {
        if self.target.is_some() {
            return Ok(None);
        }
        let read = || {
            let read = acl::acl_of(&self.path);
            read.map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
        };
        match self.acl.get_or_init(read) {
            Ok(acl) => Ok(acl.as_deref()),
            Err(error) => Err((*error).into()),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.fmt(formatter)
    }
}

/// The directories and links that were looked at: each once a run, however many files lie behind it.
#[derive(Default)]
pub(super) struct Places(Mutex<HashMap<PathBuf, Arc<Place>>>);

impl fmt::Debug for Places {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Places")
    }
}

impl Places {
    /// What is at a path, of which only the last name may be a link. A file is looked at anew: it may be replaced.
    pub(super) fn at(&self, path: PathBuf) -> io::Result<Arc<Place>> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known().get(&path) {
            return Ok(Arc::clone(place));
        }
        let place = Arc::new(Place::new(&path)?);
        if place.is_directory() || place.target.is_some() {
            known().insert(path, Arc::clone(&place));
        }
        Ok(place)
    }
}

/// The way to a file.
#[derive(Clone, Debug)]
pub struct Route {
    /// The directories that are entered and the links that are followed, each once, in the order of the way.
    passed: Vec<Arc<Place>>,
    /// Why a directory on the way could not be looked at.
    broken: Option<Errno>,
    /// What is at its end.
    end: Result<Arc<Place>, Errno>,
}

impl Default for Route {
    fn default() -> Self {
        Self { passed: Vec::new(), broken: None, end: Err(Errno::NOENT) }
    }
}

impl Route {
    /// The directories on the way, each of which has to be entered.
    ///
    /// # Errors
    /// When one cannot be looked at.
    pub fn directories(&self) -> io::Result<impl Iterator<Item = &Arc<Place>>> {
        let directories = self.passed.iter().filter(|place| place.is_directory());
        self.broken.map_or(Ok(directories), |error| Err(error.into()))
    }

    /// What is at its end.
    ///
    /// # Errors
    /// When that cannot be looked at.
    pub fn end(&self) -> io::Result<&Arc<Place>> {
        self.end.as_ref().map_err(|error| (*error).into())
    }

    /// The directories and links on the way and what is at its end, as far as they can be looked at.
    pub fn places(&self) -> impl Iterator<Item = &Arc<Place>> {
        self.passed.iter().chain(&self.end)
    }

    /// Adds a directory or link that is passed.
    pub(super) fn pass(&mut self, place: &io::Result<Arc<Place>>) {
        match place {
            Ok(place) if self.passed.iter().any(|passed| Arc::ptr_eq(passed, place)) => {}
            Ok(place) => self.passed.push(Arc::clone(place)),
            Err(error) => self.broken = Some(errno(error)),
        }
    }

    /// The same with its end.
    pub(super) fn ending_at(self, end: io::Result<Arc<Place>>) -> Self {
        Self { end: end.map_err(|error| errno(&error)), ..self }
    }
}

fn errno(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}
