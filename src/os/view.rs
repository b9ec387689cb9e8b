//! Locates paths on this machine, and reads only what is safe to read.

mod beneath;
mod map;
mod open;
mod windows;

pub use map::{Link, LocateError, LocatedPath, Map, MapError, View};
pub use open::read;
pub use windows::{is_elsewhere, is_relative, is_windows};

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::PathBuf;

use rustix::fs::FileType;
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
    #[error("the file is over 16 MiB, and fixkey reads no larger file")]
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
