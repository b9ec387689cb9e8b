//! Locates paths on this machine, and reads only what is safe to read.

mod map;

pub use map::{Link, LocateError, LocatedPath, Map, MapError, View};

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, OFlags, Stat};
use thiserror::Error;
use zeroize::Zeroizing;

/// Larger than any file of keys or certificates, in bytes.
pub const LARGEST: u64 = 16 << 20;

/// Why a path cannot be read.
#[derive(Debug, Error)]
pub enum Error {
    /// The system refuses.
    #[error("cannot read the file: {0}")]
    Io(#[from] io::Error),
    /// Nothing is there.
    #[error("no such file")]
    Missing,
    /// A link that leads nowhere.
    #[error("broken link to {0:?}")]
    DanglingLink(PathBuf),
    /// A directory.
    #[error("this is a directory")]
    Directory,
    /// A device or a socket.
    #[error("this is {0}, not a file")]
    Special(&'static str),
    /// Another file replaced it meanwhile.
    #[error("another program replaced the file while fixkey read it")]
    Changed,
    /// A file larger than [`LARGEST`]; nothing was read.
    #[error("the file is over 16 MiB, too large for a key")]
    TooLarge,
}

/// The contents of a path.
pub struct Contents {
    /// The bytes, erased on drop.
    pub bytes: Zeroizing<Vec<u8>>,
    /// The regular file that was read, still open; `None` for a pipe.
    pub file: Option<OpenFile>,
}

/// An open regular file and its metadata at that time.
pub struct OpenFile {
    /// The file itself, so that later queries are not about another file.
    pub file: File,
    /// Owner, mode, size and times.
    pub metadata: Metadata,
}

/// Reads a file or FIFO.
///
/// # Errors
/// [`enum@Error`]; a device is not even opened, since that can have effects.
pub fn read(path: &Path) -> Result<Contents, Error> {
    read_expected(path, found_at(path)?)
}

/// What is expected at a path: its kind, device and inode.
type Expected = (FileType, u64, u64);

fn found_at(path: &Path) -> Result<Expected, Error> {
    let found = rustix::fs::stat(path).map_err(|error| absent(path, error.into()))?;
    Ok(expected(&found))
}

fn expected(found: &Stat) -> Expected {
    (FileType::from_raw_mode(found.st_mode), found.st_dev, found.st_ino)
}

fn read_expected(path: &Path, (kind, dev, ino): Expected) -> Result<Contents, Error> {
    if let Some(error) = unreadable(kind) {
        return Err(error);
    }
    // What has become of the path by now is not waited for, and not taken for what it was.
    let flags = if kind.is_file() { OFlags::NONBLOCK } else { OFlags::empty() };
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    let metadata = file.metadata()?;
    if (metadata.dev(), metadata.ino()) != (dev, ino) {
        return Err(Error::Changed);
    }
    read_open(file, metadata)
}

/// Reads a file whose path somebody else chose: refuses a FIFO, which may never end.
///
/// # Errors
/// As [`read`].
pub fn read_file(path: &Path) -> Result<Contents, Error> {
    read_file_expected(path, found_at(path)?)
}

/// Reads the file at a place, as [`read_file`] does.
///
/// # Errors
/// As [`read`].
pub fn read_located(file: &LocatedPath) -> Result<Contents, Error> {
    match file.route.as_ref().and_then(|route| route.end().ok()) {
        Some(end) => read_file_expected(&file.path, expected(&end.found)),
        None => read_file(&file.path),
    }
}

fn read_file_expected(path: &Path, expected: Expected) -> Result<Contents, Error> {
    if expected.0.is_fifo() {
        return Err(Error::Special("a pipe"));
    }
    read_expected(path, expected)
}

/// Reads an open file, such as standard input.
///
/// # Errors
/// As [`read`].
pub fn read_open(mut file: File, metadata: Metadata) -> Result<Contents, Error> {
    if metadata.len() > LARGEST {
        return Err(Error::TooLarge);
    }
    let bytes = read_all(&mut file, metadata.len())?;
    let file = metadata.is_file().then_some(OpenFile { file, metadata });
    Ok(Contents { bytes, file })
}

fn absent(path: &Path, error: io::Error) -> Error {
    match (error.kind(), fs::read_link(path)) {
        (io::ErrorKind::NotFound, Ok(target)) => Error::DanglingLink(target),
        (io::ErrorKind::NotFound, Err(_)) => Error::Missing,
        _ => Error::Io(error),
    }
}

fn unreadable(kind: FileType) -> Option<Error> {
    if kind.is_dir() {
        Some(Error::Directory)
    } else if kind.is_char_device() || kind.is_block_device() {
        Some(Error::Special("a device"))
    } else if kind.is_socket() {
        Some(Error::Special("a socket"))
    } else {
        None
    }
}

/// Reads all of a stream of about `expected` bytes.
///
/// # Errors
/// [`Error::TooLarge`] when the stream is longer than [`LARGEST`].
pub fn read_all(stream: &mut impl Read, expected: u64) -> Result<Zeroizing<Vec<u8>>, Error> {
    let expected = usize::try_from(expected).unwrap_or(0);
    let mut bytes = Zeroizing::new(vec![0; expected.max(4095) + 1]);
    let mut length = 0;
    loop {
        match stream.read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if length as u64 > LARGEST {
            return Err(Error::TooLarge);
        }
        if length == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; 2 * length]);
            larger[..length].copy_from_slice(&bytes);
            bytes = larger;
        }
    }
    bytes.truncate(length);
    Ok(bytes)
}
