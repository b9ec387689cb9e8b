//! Passphrases and where they come from; keeping secrets out of core files.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::str::FromStr;

use rustix::process::{DumpableBehavior, Resource, Rlimit};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::os::terminal::{self, Answer};
use crate::os::view;

/// A passphrase. It is erased on drop and never printed:
///
/// ```compile_fail,E0277
/// let passphrase = fixkey::os::passphrase::PassphraseSource::StandardInput.read().unwrap();
/// println!("{passphrase:?}");
/// ```
pub struct Passphrase {
    given: Zeroizing<Vec<u8>>,
    /// Whether line ends belong to it.
    is_whole: bool,
}

impl Passphrase {
    /// Returns what the passphrase may be: the first line, ended by CR or LF; the first line as OpenSSL reads it, ended
    /// by LF alone; all of the input, since a line end can belong to it.
    pub fn forms(&self) -> impl Iterator<Item = &[u8]> {
        let end = |is_end: fn(&u8) -> bool| self.given.iter().position(is_end);
        let line = end(|byte| b"\r\n".contains(byte)).filter(|_| !self.is_whole);
        let openssl_line = end(|byte| *byte == b'\n').filter(|_| !self.is_whole);
        let mut ends: Vec<usize> = line.into_iter().chain(openssl_line).collect();
        ends.push(self.given.len());
        ends.dedup();
        ends.into_iter().map(|end| &self.given[..end])
    }
}

/// Where a passphrase comes from: the value of `--passin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PassphraseSource {
    /// The environment variable of this name.
    Environment(String),
    /// A file: its first line or, if that does not open the key, all of it.
    File(PathBuf),
    /// An open file descriptor, read like a file.
    Descriptor(u32),
    /// Standard input, read like a file.
    StandardInput,
}

/// Why a value of `--passin` is invalid.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SourceError {
    /// `pass:…`
    #[error(
        "other accounts can see a passphrase on the command line; use env:NAME, file:PATH, fd:N or stdin"
    )]
    OnCommandLine,
    /// Any other value.
    #[error("invalid passphrase source; use env:NAME, file:PATH, fd:N or stdin")]
    Unknown,
}

impl FromStr for PassphraseSource {
    type Err = SourceError;

    fn from_str(source: &str) -> Result<Self, SourceError> {
        match source.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Environment(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(("fd", "0")) => Ok(Self::StandardInput),
            Some(("fd", number)) => {
                number.parse().map(Self::Descriptor).map_err(|_| SourceError::Unknown)
            }
            None if source == "stdin" => Ok(Self::StandardInput),
            Some(("pass", _)) => Err(SourceError::OnCommandLine),
            _ => Err(SourceError::Unknown),
        }
    }
}

/// Why there is no passphrase.
#[derive(Debug, Error)]
pub enum Error {
    /// The environment variable is not set.
    #[error("the environment variable {0} of --passin is not set")]
    NotSet(String),
    /// A file or descriptor cannot be read.
    #[error("cannot read the passphrase from {0}: {1}")]
    Unreadable(String, view::Error),
    /// There is no terminal.
    #[error("no passphrase, and no terminal to ask for it")]
    NoTerminal,
    /// Nothing was typed.
    #[error("no passphrase")]
    NoAnswer,
    /// A signal interrupted the prompt.
    #[error("interrupted")]
    Interrupted(i32),
    /// No file is open under this number.
    #[error("descriptor {0} of --passin is not open")]
    NotOpen(u32),
}

impl PassphraseSource {
    /// Reads the passphrase.
    ///
    /// # Errors
    /// [`enum@Error`]
    pub fn read(&self) -> Result<Passphrase, Error> {
        let unreadable = |error| Error::Unreadable(self.to_string(), error);
        let bytes = match self {
            Self::Environment(name) => {
                let value = std::env::var_os(name).ok_or_else(|| Error::NotSet(name.clone()))?;
                let given = Zeroizing::new(value.as_bytes().to_vec());
                return Ok(Passphrase { given, is_whole: true });
            }
            Self::File(path) => view::read(path).map_err(unreadable)?.bytes,
            Self::Descriptor(number) => {
                let file = File::open(format!("/dev/fd/{number}")).map_err(|error| match error
                    .kind()
                {
                    io::ErrorKind::NotFound => Error::NotOpen(*number),
                    _ => unreadable(error.into()),
                })?;
                all_of(file).map_err(unreadable)?
            }
            Self::StandardInput => all_of(io::stdin().lock()).map_err(unreadable)?,
        };
        Ok(Passphrase { given: bytes, is_whole: false })
    }
}

impl std::fmt::Display for PassphraseSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Descriptor(number) => write!(f, "fd:{number}"),
            Self::StandardInput => f.write_str("stdin"),
        }
    }
}

fn all_of(mut stream: impl Read) -> Result<Zeroizing<Vec<u8>>, view::Error> {
    view::read_all(&mut stream, 0)
}

/// Asks for a passphrase on the controlling terminal, without echo.
///
/// # Errors
/// [`Error::NoTerminal`], [`Error::NoAnswer`], [`Error::Interrupted`]
pub fn ask(prompt: &str) -> Result<Passphrase, Error> {
    match terminal::ask(prompt).map_err(|_| Error::NoTerminal)? {
        Answer::Line(given) => Ok(Passphrase { given, is_whole: true }),
        Answer::End => Err(Error::NoAnswer),
        Answer::Signal(signal) => Err(Error::Interrupted(signal)),
    }
}

/// Keeps the secrets of this process out of core files and out of other processes' view of its memory.
///
/// # Errors
/// When the system refuses.
pub fn forbid_core_dumps() -> io::Result<()> {
    rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}
