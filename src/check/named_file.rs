//! A file that a setting or the command line names: where it is, what it holds, and who may read it.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::check::hint::Hint;
use crate::check::key_file::{self, Held};
use crate::logstash::readers::{self, CertificateLayout};
use crate::os::account::Grant;
use crate::os::view::{self, Contents, LocatedPath, View};
use keyfile::certificate::{self, Chain, Fault};
use keyfile::file::{self, Entry, What};

/// A place on this machine and what is there.
pub struct NamedFile {
    /// Where it is.
    pub located: LocatedPath,
    /// The same without links, where it exists and a configuration names it.
    pub resolved: PathBuf,
    /// What is there, for who looks for a private key.
    pub held: Held,
    /// What is there, for who looks for certificates; `None` where nothing could be read.
    pub chain: Option<Result<Chain, certificate::Error>>,
    /// A layout in which not every reader finds the certificates.
    pub certificate_layout: Option<&'static CertificateLayout>,
    /// Whether it holds certificates and nothing else at all.
    pub is_of_certificates_alone: bool,
    /// Owner, mode and times, where it exists.
    pub metadata: Option<Metadata>,
    /// What keeps Logstash's account from reading it.
    pub closed: Option<Closed>,
    /// What keeps everyone else from reading it, where every account of this machine can.
    pub public: Option<Vec<Hint>>,
}

/// What keeps an account from reading a file.
#[derive(Clone, Debug)]
pub struct Closed {
    /// In words.
    pub message: String,
    /// What lets it.
    pub hints: Vec<Hint>,
    /// The rights that let it, or why they are not given.
    pub grant: Result<Grant, String>,
}

/// Who may read files.
pub trait Readable: Sync {
    /// What keeps Logstash's account from reading the file at a path of this machine.
    fn closed(&self, path: &Path) -> Option<Closed>;

    /// Where every account can read it, what leaves that to Logstash's.
    fn public(&self, path: &Path, metadata: &Metadata) -> Option<Vec<Hint>>;
}

impl NamedFile {
    /// The file of a configured path, as the view shows it.
    #[must_use]
    pub fn configured(path: &Path, view: &View, readable: &dyn Readable) -> Self {
        match view.locate(path) {
            Ok(located) => {
                let contents = view.read_file(&located.path);
                let resolved = fs::canonicalize(&located.path);
                let resolved = resolved.unwrap_or_else(|_| located.path.clone());
                Self { resolved, ..Self::new(located, contents, readable) }
            }
            Err(error) => {
                let located = LocatedPath { path: path.to_owned(), link: None, folder: None };
                let nowhere = || view::Error::Io(io::Error::other(error.to_string()));
                // Not fixkey alone, but nobody can read it.
                let held = Held::Nothing(nowhere());
                Self { held, ..Self::new(located, Err(nowhere()), readable) }
            }
        }
    }

    /// What is at a place, once it was read.
    #[must_use]
    pub fn new(
        located: LocatedPath,
        contents: Result<Contents, view::Error>,
        readable: &dyn Readable,
    ) -> Self {
        let resolved = located.path.clone();
        let metadata = match &contents {
            Ok(Contents { file: Some(file), .. }) => Some(file.metadata.clone()),
            _ => fs::metadata(&located.path).ok(),
        };
        let recognised = contents.map(|contents| (file::recognise(&contents.bytes), contents));
        let chain =
            recognised.as_ref().ok().map(|(entries, contents)| chain(entries, &contents.bytes));
        // Where something is wrong in the file, its layout is not what decides.
        let has_chain = matches!(&chain, Some(Ok(Chain { fault: None, .. })));
        let certificate_layout = match &recognised {
            Ok((_, contents)) if has_chain => readers::certificate_layout(&contents.bytes),
            _ => None,
        };
        let is_of_certificates_alone = recognised.as_ref().is_ok_and(|(entries, contents)| {
            has_chain && is_of_certificates_alone(entries, &contents.bytes)
        });
        let held = key_file::held_as(recognised);
        let is_there = !matches!(held, Held::Nothing(_) | Held::Unreadable(_));
        let closed = if is_there { readable.closed(&located.path) } else { None };
        let is_file = |found: &&Metadata| is_there && found.is_file();
        let public = metadata.as_ref().filter(is_file);
        let public = public.and_then(|found| readable.public(&located.path, found));
        Self {
            located,
            resolved,
            held,
            chain,
            certificate_layout,
            is_of_certificates_alone,
            metadata,
            closed,
            public,
        }
    }

    /// What tells it from other files: device and inode.
    #[must_use]
    pub fn identity(&self) -> Option<(u64, u64)> {
        self.metadata.as_ref().map(|found| (found.dev(), found.ino()))
    }

    /// The certificates in it.
    #[must_use]
    pub fn certificates(&self) -> Option<&Chain> {
        self.chain.as_ref()?.as_ref().ok()
    }

    /// Whether it holds certificates, sound or broken, and no private key.
    #[must_use]
    pub fn is_of_certificates(&self) -> bool {
        use certificate::Error::{Broken, Damaged};
        matches!(self.held, Held::NotAKey(_))
            && matches!(self.chain, Some(Ok(_) | Err(Broken(_) | Damaged)))
    }

    /// Lets go of what only who changes the file needs: its bytes, and the file itself.
    pub fn close(&mut self) {
        if let Held::Key(held) = &mut self.held {
            held.file = None;
            held.bytes = Zeroizing::new(Vec::new());
        }
    }
}

fn is_of_certificates_alone(entries: &Result<Vec<Entry>, file::Error>, bytes: &[u8]) -> bool {
    let is_certificate = |entry: &Entry| matches!(entry.what, What::Certificate(_));
    let are_all = entries.as_ref().is_ok_and(|entries| entries.iter().all(is_certificate));
    are_all && file::text_around(bytes).is_none()
}

/// The certificates of a file. Where markers do not belong together, there may be whole ones before these.
fn chain(
    entries: &Result<Vec<Entry>, file::Error>,
    bytes: &[u8],
) -> Result<Chain, certificate::Error> {
    let error = match entries {
        Ok(entries) => return certificate::chain(entries),
        Err(error) => error,
    };
    let before = file::whole_before(bytes, error).and_then(|before| file::recognise(before).ok());
    let whole = before.and_then(|entries| certificate::chain(&entries).ok());
    let chain = whole.ok_or_else(|| error.clone())?;
    Ok(Chain { fault: Some(Fault::Broken(error.clone())), ..chain })
}
