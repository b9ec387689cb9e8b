//! Opens files and directories of this machine so that links beneath mapped directories stay there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, Stat};

use super::{Contents, Error, LocatedPath, View, beneath, read_open, unreadable};

impl View {
    /// Opens what is at a path of this machine.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(&self, path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
        let flags = flags | OFlags::CLOEXEC;
        Ok(match self.within(path)? {
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
        match self.within(path)? {
            Some(place) => {
                File::from(beneath::open(&place.root, &place.rest, OFlags::PATH | OFlags::CLOEXEC)?)
                    .metadata()
            }
            None => fs::metadata(path),
        }
    }

    /// Returns whether a directory is at a path of this machine.
    #[must_use]
    pub fn is_dir(&self, path: &Path) -> bool {
        self.metadata(path).is_ok_and(|found| found.is_dir())
    }

    /// Returns the names in a directory of this machine, in no order.
    ///
    /// # Errors
    /// What the system says.
    pub fn names(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        let entries = self.entries(directory)?;
        Ok(entries.into_iter().map(|(name, _)| name).collect())
    }

    /// Returns the names in a directory of this machine, in no order, each with what it is the name of:
    /// [`FileType::Unknown`] on a file system whose directories do not say.
    ///
    /// # Errors
    /// What the system says.
    pub fn entries(&self, directory: &Path) -> io::Result<Vec<(OsString, FileType)>> {
        let open = self.open(directory, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut entries = Vec::new();
        for entry in Dir::new(open)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if !matches!(name, b"." | b"..") {
                entries.push((OsStr::from_bytes(name).to_owned(), entry.file_type()));
            }
        }
        Ok(entries)
    }

    /// Returns the path of what is at a path of this machine, without any links.
    ///
    /// # Errors
    /// When nothing is there.
    pub fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.within(path)? {
            Some(place) => self.metadata(path).map(|_| place.whole()),
            None => fs::canonicalize(path),
        }
    }

    /// Reads a file or FIFO.
    ///
    /// # Errors
    /// [`enum@Error`]; a device is not even opened, since that can have effects.
    pub fn read(&self, path: &Path) -> Result<Contents, Error> {
        self.read_again(path, |found| self.read_expected(path, found))
    }

    /// Reads a file that somebody else named: a FIFO, which may never end, is refused.
    ///
    /// # Errors
    /// As [`View::read`].
    pub fn read_file(&self, path: &Path) -> Result<Contents, Error> {
        self.read_again(path, |found| self.read_file_expected(path, found))
    }

    /// Reads a file, and again where another program replaced it between the look at it and its opening: that program
    /// is done then, unless it does so all the time.
    fn read_again(
        &self,
        path: &Path,
        read: impl Fn(Expected) -> Result<Contents, Error>,
    ) -> Result<Contents, Error> {
        for _ in 1..TRIES {
            match read(self.found_at(path)?) {
                Err(Error::Changed) => {}
                done => return done,
            }
        }
        read(self.found_at(path)?)
    }

    /// Reads the file at a place, as [`View::read_file`] does.
    ///
    /// # Errors
    /// As [`View::read`].
    pub fn read_located(&self, file: &LocatedPath) -> Result<Contents, Error> {
        match file.route.as_ref().and_then(|route| route.end().ok()) {
            Some(end) => self.read_file_expected(&file.path, expected(&end.found)),
            None => self.read_file(&file.path),
        }
    }

    fn found_at(&self, path: &Path) -> Result<Expected, Error> {
        let found = match self.within(path)? {
            Some(place) => beneath::open(&place.root, &place.rest, OFlags::PATH | OFlags::CLOEXEC)
                .and_then(rustix::fs::fstat),
            None => rustix::fs::stat(path),
        };
        Ok(expected(&found.map_err(|error| self.absent(path, error.into()))?))
    }

    fn read_file_expected(&self, path: &Path, expected: Expected) -> Result<Contents, Error> {
        if expected.0.is_fifo() {
            return Err(Error::Special("a pipe"));
        }
        self.read_expected(path, expected)
    }

    fn read_expected(&self, path: &Path, (kind, dev, ino): Expected) -> Result<Contents, Error> {
        if let Some(error) = unreadable(kind) {
            return Err(error);
        }
        // What has become of the path by now is not waited for, and not taken for what it was.
        let flags = if kind.is_file() { OFlags::NONBLOCK } else { OFlags::empty() };
        let file = File::from(self.open(path, OFlags::RDONLY | flags)?);
        let metadata = file.metadata()?;
        if (metadata.dev(), metadata.ino()) != (dev, ino) {
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

    /// Returns the target of the link at a path of this machine.
    fn link_at(&self, path: &Path) -> Option<PathBuf> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = self.resolve(folder.unwrap_or(Path::new("."))).ok()?;
        fs::read_link(folder.join(path.file_name()?)).ok()
    }
}

/// How often a file is opened that other programs replace.
const TRIES: usize = 4;

/// What is expected at a path: its kind, device and inode.
type Expected = (FileType, u64, u64);

fn expected(found: &Stat) -> Expected {
    (FileType::from_raw_mode(found.st_mode), found.st_dev, found.st_ino)
}

/// Reads as [`View::read`] does, where nothing is mapped.
///
/// # Errors
/// As there.
pub fn read(path: &Path) -> Result<Contents, Error> {
    View::default().read(path)
}
