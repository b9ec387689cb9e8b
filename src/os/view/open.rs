//! Files and folders of this machine, opened so that links beneath what is mapped stay there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Dir, Mode, OFlags};

use super::{Contents, Error, View, beneath, read_open, unreadable};

impl View {
    /// Opens what is at a path of this machine.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let flags = flags | OFlags::CLOEXEC;
        Ok(match self.beneath(path)? {
            Some(place) => beneath::open(&place.root, &place.rest, flags)?,
            None => {
                rustix::io::retry_on_intr(|| rustix::fs::openat(CWD, path, flags, Mode::empty()))?
            }
        })
    }

    /// Returns owner, mode, size and times of what is at a path of this machine.
    ///
    /// # Errors
    /// What the system says.
    pub fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        match self.beneath(path)? {
            Some(place) => {
                File::from(beneath::open(&place.root, &place.rest, OFlags::PATH | OFlags::CLOEXEC)?)
                    .metadata()
            }
            None => fs::metadata(path),
        }
    }

    /// Whether a directory is at a path of this machine.
    #[must_use]
    pub fn is_dir(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.is_dir())
    }

    /// Returns the names in a directory of this machine, in no order.
    ///
    /// # Errors
    /// What the system says.
    pub fn names(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        let open = self.open(directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut names = Vec::new();
        for entry in Dir::new(open)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                names.push(OsStr::from_bytes(name).to_owned());
            }
        }
        Ok(names)
    }

    /// Returns the path of what is at a path of this machine, without any links.
    ///
    /// # Errors
    /// When nothing is there.
    pub fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.beneath(path)? {
            Some(place) => self.metadata(path).map(|_| place.whole()),
            None => fs::canonicalize(path),
        }
    }

    /// Reads a file or FIFO.
    ///
    /// # Errors
    /// [`enum@Error`]; a device is not even opened, since that can have effects.
    pub fn read(&self, path: &Path) -> Result<Contents, Error> {
        let found = self.metadata(path).map_err(|error| self.absent(path, error))?;
        self.read_expected(path, &found)
    }

    /// Reads a file that somebody else named: a FIFO, which may never end, is refused.
    ///
    /// # Errors
    /// As [`View::read`].
    pub fn read_file(&self, path: &Path) -> Result<Contents, Error> {
        let found = self.metadata(path).map_err(|error| self.absent(path, error))?;
        if found.file_type().is_fifo() {
            return Err(Error::Special("a pipe"));
        }
        self.read_expected(path, &found)
    }

    fn read_expected(&self, path: &Path, expected: &Metadata) -> Result<Contents, Error> {
        if let Some(error) = unreadable(expected.file_type()) {
            return Err(error);
        }
        // What has become of the path by now is not waited for, and not taken for what it was.
        let flags = if expected.is_file() { OFlags::NONBLOCK } else { OFlags::empty() };
        let file = File::from(self.open(path, OFlags::RDONLY | flags)?);
        let metadata = file.metadata()?;
        if (metadata.dev(), metadata.ino()) != (expected.dev(), expected.ino()) {
            return Err(Error::Changed);
        }
        read_open(file, metadata)
    }

    fn absent(&self, path: &Path, error: io::Error) -> Error {
        match (error.kind(), self.link_at(path)) {
            (io::ErrorKind::NotFound, Some(target)) => Error::DanglingLink(target),
            (io::ErrorKind::NotFound, None) => Error::Missing,
            _ => Error::Io(error),
        }
    }

    /// What the link at a path of this machine holds.
    fn link_at(&self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = self.resolve(folder.unwrap_or(Path::new("."))).ok()?;
        fs::read_link(folder.join(path.file_name()?)).ok()
    }
}

/// As [`View::read`], where nothing is mapped.
///
/// # Errors
/// As there.
pub fn read(path: &Path) -> Result<Contents, Error> {
    View::default().read(path)
}

/// As [`View::read_file`], where nothing is mapped.
///
/// # Errors
/// As there.
pub fn read_file(path: &Path) -> Result<Contents, Error> {
    View::default().read_file(path)
}
