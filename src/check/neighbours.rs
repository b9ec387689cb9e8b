//! Finds keys and certificates beside a file that may be the intended ones.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::check::key_file::{self, Held};
use crate::os::view::View;
use keyfile::certificate::{self, Certificate, Chain};
use keyfile::file;
use keyfile::public_key::PublicKey;

/// The most files of a directory that are examined.
const MOST: usize = 200;

/// Larger files cannot be keys or certificates of interest, in bytes.
const LARGEST: u64 = 1 << 16;

/// Directories that were examined.
pub struct Neighbours {
    view: View,
    folders: Mutex<HashMap<PathBuf, Arc<Vec<Neighbour>>>>,
}

/// A file with a key or certificates.
pub struct Neighbour {
    /// Its path on this machine.
    pub path: PathBuf,
    key: Option<PublicKey>,
    chain: Option<Chain>,
}

impl Neighbour {
    /// Returns its certificates.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.chain.iter().flat_map(Chain::iter)
    }

    /// Whether it holds one certificate, and no other block.
    #[must_use]
    pub fn is_of_one_certificate(&self) -> bool {
        let is_one = |chain: &Chain| {
            chain.others.is_empty() && chain.beside.is_none() && chain.fault.is_none()
        };
        self.key.is_none() && self.chain.as_ref().is_some_and(is_one)
    }
}

impl Neighbours {
    /// Returns no directories yet, of those in this view.
    #[must_use]
    pub fn new(view: &View) -> Self {
        Self { view: view.clone(), folders: Mutex::default() }
    }

    /// Returns the files with keys or certificates in the directory of `path`, without that file itself.
    #[must_use]
    pub fn of(&self, path: &Path) -> Arc<Vec<Neighbour>> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let mut known = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(
            known.entry(folder.clone()).or_insert_with(|| Arc::new(look(&folder, &self.view))),
        )
    }

    /// Returns a file beside `path` that holds the private key of this public key.
    #[must_use]
    pub fn with_key(&self, path: &Path, public: &PublicKey) -> Option<PathBuf> {
        let is_its = |file: &&Neighbour| {
            file.path != path && file.key.as_ref().is_some_and(|key| key.is_same_key(public))
        };
        self.of(path).iter().find(is_its).map(|file| file.path.clone())
    }
}

fn look(folder: &Path, view: &View) -> Vec<Neighbour> {
    let names = view.names(folder).unwrap_or_default().into_iter();
    let mut paths: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
    paths.sort();
    let is_small = |path: &PathBuf| {
        view.metadata(path).is_ok_and(|found| found.is_file() && found.len() <= LARGEST)
    };
    paths.retain(is_small);
    paths.truncate(MOST);
    paths.into_iter().filter_map(|path| neighbour(path, view)).collect()
}

fn neighbour(path: PathBuf, view: &View) -> Option<Neighbour> {
    let contents = view.read_file(&path).ok()?;
    let entries = file::recognise(&contents.bytes);
    let chain = entries.as_ref().ok().and_then(|found| certificate::chain(found).ok());
    let key = match key_file::held_as(Ok((entries, contents))) {
        Held::Key(held) => held.into_public_key(),
        _ => None,
    };
    (key.is_some() || chain.is_some()).then_some(Neighbour { path, key, chain })
}
