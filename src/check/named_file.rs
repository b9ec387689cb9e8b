//! A file named by a setting or on the command line: where it is, what it holds, and who can read it.

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

/// A path on this machine and what is there.
pub struct NamedFile {
    /// Its location.
    pub located: LocatedPath,
    /// Whether the home of Logstash has a file at this path, where the path is relative.
    pub is_in_home: bool,
    /// The same as `located` without links, where it exists and a configuration names it.
    pub resolved: PathBuf,
    /// The result of searching it for a private key.
    pub held: Held,
    /// The result of searching it for certificates; `None` if it could not be read.
    pub chain: Option<Result<Chain, certificate::Error>>,
    /// A layout in which some reader does not find the certificates.
    pub certificate_layout: Option<&'static CertificateLayout>,
    /// Whether it holds a certificate in a form that Beats find.
    pub has_certificate_for_beats: bool,
    /// Whether it holds certificates and nothing else.
    pub is_of_certificates_alone: bool,
    /// Owner, mode and times, if it exists.
    pub metadata: Option<Metadata>,
    /// What keeps Logstash's account from reading it.
    pub closed: Option<Closed>,
    /// What restricts its permissions, if every account of this machine can read it.
    pub public: Option<Vec<Hint>>,
}

/// What keeps an account from reading a file.
#[derive(Clone, Debug)]
pub struct Closed {
    /// The message.
    pub message: String,
    /// The hints that give it access.
    pub hints: Vec<Hint>,
    /// The permissions that give it access, or why they are not given.
    pub grant: Result<Grant, String>,
}

/// Who can read files.
pub trait Readable: Sync {
    /// What keeps Logstash's account from reading a file.
    fn closed(&self, file: &LocatedPath) -> Option<Closed>;

    /// The same of a text of Logstash's own, which it may find by listing a directory.
    fn closed_text(&self, path: &Path, listed: Option<&Path>) -> Option<Closed>;

    /// Returns the user id of the account; `None` if it is not known, or the owners of files are not.
    fn uid(&self) -> Option<u32>;

    /// Where every account can read it, what leaves that to Logstash's.
    fn public(&self, file: &LocatedPath, metadata: &Metadata) -> Option<Vec<Hint>>;
}

/// The home of Logstash in its packages and images.
const HOME: &str = "/usr/share/logstash";

fn is_in_home(path: &Path, view: &View) -> bool {
    view.locate(&Path::new(HOME).join(path)).is_ok_and(|located| located.path.exists())
}

impl NamedFile {
    /// Examines the file at a configured path, as the view shows it.
    #[must_use]
    pub fn configured(path: &Path, view: &View, readable: &dyn Readable) -> Self {
        match view.locate(path) {
            Ok(located) => {
                let contents = view.read_located(&located);
                let end = located.route.as_ref().and_then(|route| route.end().ok());
                let resolved = end.map_or(&located.path, |end| &end.path).clone();
                let is_in_home = path.is_relative() && is_in_home(path, view);
                Self { is_in_home, resolved, ..Self::new(located, contents, readable) }
            }
            Err(error) => {
                let located = LocatedPath::of_this_machine(path);
                let nowhere = || view::Error::Io(io::Error::other(error.to_string()));
                // Nobody can read it, not only fixkey.
                let held = Held::Nothing(nowhere());
                Self { held, ..Self::new(located, Err(nowhere()), readable) }
            }
        }
    }

    /// Builds the result of reading a place.
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
        // If the file has a fault, its layout does not decide.
        let has_chain = matches!(&chain, Some(Ok(Chain { fault: None, .. })));
        let certificate_layout = match &recognised {
            Ok((_, contents)) if has_chain => readers::certificate_layout(&contents.bytes),
            _ => None,
        };
        let has_certificate_for_beats = recognised
            .as_ref()
            .is_ok_and(|(_, contents)| readers::has_certificate_for_beats(&contents.bytes));
        let is_of_certificates_alone = recognised.as_ref().is_ok_and(|(entries, contents)| {
            has_chain && is_of_certificates_alone(entries, &contents.bytes)
        });
        let held = key_file::held_as(recognised);
        let is_there = !matches!(held, Held::Nothing(_) | Held::Unreadable(_));
        let closed = if is_there { readable.closed(&located) } else { None };
        let is_file = |found: &&Metadata| is_there && found.is_file();
        let public = metadata.as_ref().filter(is_file);
        let public = public.and_then(|found| readable.public(&located, found));
        Self {
            located,
            is_in_home: false,
            resolved,
            held,
            chain,
            certificate_layout,
            has_certificate_for_beats,
            is_of_certificates_alone,
            metadata,
            closed,
            public,
        }
    }

    /// Returns its identity: device and inode.
    #[must_use]
    pub fn identity(&self) -> Option<(u64, u64)> {
        self.metadata.as_ref().map(|found| (found.dev(), found.ino()))
    }

    /// Returns the certificates in it.
    #[must_use]
    pub fn certificates(&self) -> Option<&Chain> {
        self.chain.as_ref()?.as_ref().ok()
    }

    /// Returns whether it holds certificates, sound or broken, and no private key.
    #[must_use]
    pub fn is_of_certificates(&self) -> bool {
        use certificate::Error::{Broken, Damaged};
        matches!(self.held, Held::NotAKey(_))
            && matches!(self.chain, Some(Ok(_) | Err(Broken(_) | Damaged)))
    }

    /// Counts the lines of what it holds from this one, which is the first of it in a larger text.
    pub(crate) fn count_lines_from(&mut self, first: usize) {
        let shift = |line: &mut Option<usize>| *line = line.map(|line| line + first - 1);
        match &mut self.held {
            Held::Key(held) => shift(&mut held.line),
            Held::NotAKey(found) => shift(&mut found.line),
            Held::Broken(error) => shift(&mut error.line),
            Held::Nothing(_) | Held::Unreadable(_) => {}
        }
        match &mut self.chain {
            Some(Ok(chain)) => {
                shift(&mut chain.leaf.line);
                chain.others.iter_mut().for_each(|one| shift(&mut one.line));
            }
            Some(Err(certificate::Error::Broken(error))) => shift(&mut error.line),
            _ => {}
        }
    }

    /// Drops what is only needed for changing the file: its bytes, and the open file.
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

/// Returns the certificates of a file. If markers do not match, complete ones may precede them.
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
