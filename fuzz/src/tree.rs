//! A folder for `fix` to run in, with keys and certificates under known names, that is put back after
//! each run.

use std::collections::{BTreeMap, HashSet};
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use fixkey::os::view::{Map, View};
use keyfile::file::{self, What};
use keyfile::key::EncodedKey;
use keyfile::key::derivation::Limits;
use keyfile::pem;

/// The passphrase of the fixtures.
pub const PASSPHRASE: &str = "secret";

/// The places of keys, as configurations name them, and the fixtures that lie there. Most are RSA, since
/// the check of a key on a curve takes longer than all the rest.
const FIXTURES: &[(&str, &str)] = &[
    ("k/rsa.key", "rsa1024-pkcs1.pem"),
    ("k/ec.key", "p256-sec1.pem"),
    ("k/p8.p8", "ed25519-pkcs8.pem"),
    ("k/der", "rsa2048-pkcs1.der"),
    ("k/dek.pem", "rsa2048-pkcs1-aes128.pem"),
    // The same key under what is to be the same name.
    ("k/der.pem", "rsa2048-pkcs1.pem"),
    ("k/enc.key", "rsa2048-pkcs8-pbes2-aes128-sha256.pem"),
    ("k/enc.p12.pem", "ed25519-pkcs8-pbes2.pem"),
    // Its new name is that of another key.
    ("k/rsa.pem", "rsa2048-other-pkcs1.pem"),
    // Its new key is there already, or something else is.
    ("k/done.key", "rsa2048-pkcs1.pem"),
    ("k/done.p8", "rsa2048-pkcs8.pem"),
    ("k/taken.key", "rsa2048-other-pkcs1.pem"),
    ("k/taken.p8", "ed25519-pkcs8.pem"),
    ("k/parameters.key", "p256-sec1-after-parameters.pem"),
    ("k/wrong.key", "rsa2048-pkcs1-wrong-d.pem"),
    ("k/text.key", "foreign-text.txt"),
    ("k/cert.crt", "p256.crt"),
    ("k/rsa.crt", "rsa1024.crt"),
    ("new/kept.p8", "ed25519-pkcs8.pem"),
];

/// Files that hold more than one fixture.
const BUNDLES: &[(&str, [&str; 2])] = &[
    ("k/two.key", ["rsa1024-pkcs1.pem", "rsa2048-other-pkcs1.pem"]),
    ("k/bundle.pem", ["rsa1024-pkcs1.pem", "rsa1024.crt"]),
];

const LINKS: &[(&str, &str)] = &[("k/link", "rsa.key"), ("k/live.pem", "/k/ec.key"), ("d", "k")];

const FOLDERS: &[&str] = &["c", "s", "new/ü x"];

const TEXTS: &[(&str, &str)] = &[
    ("passphrase", "secret\n"),
    ("wrong-passphrase", "s3cr3t-p4ss\n"),
    ("etc/default/logstash", "KEYS=/k\nRSA=/k/rsa.key\nPASS=secret\n"),
];

/// What is at a path.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// A folder; what lies in it is at paths of its own.
    Folder,
    /// A file with its bytes.
    File(Vec<u8>),
    /// A symbolic link with what it holds.
    Link(PathBuf),
}

/// Everything beneath a folder.
pub type Snapshot = BTreeMap<PathBuf, Node>;

/// A folder in memory, where that is to be had; removed in the end.
pub struct Tree {
    /// Where it is.
    pub root: PathBuf,
    /// Paths of configurations lie in it.
    pub view: View,
    /// The private keys of the files in it that hold one, in PKCS#8.
    pub keys: BTreeMap<PathBuf, EncodedKey>,
    base: Snapshot,
    secrets: HashSet<[u8; 16]>,
}

impl Default for Tree {
    fn default() -> Self {
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        remove_those_of_ended_runs(&parent);
        let root = parent.join(format!("{NAME}{}", std::process::id()));
        fs::create_dir(&root).expect("the folder is this process's own");
        let map = Map::parse(&mapping(&root)).expect("this is how a map is written");
        let view = View::new(vec![map]);
        let mut tree = Self {
            root,
            view,
            keys: BTreeMap::new(),
            base: Snapshot::new(),
            secrets: HashSet::new(),
        };
        tree.fill();
        tree
    }
}

const NAME: &str = "fixkey-fuzz-";

/// libFuzzer ends a process that found something without further ado.
fn remove_those_of_ended_runs(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix(NAME));
        let process = process.and_then(|number| number.parse::<u32>().ok());
        if process.is_some_and(|number| !Path::new(&format!("/proc/{number}")).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn mapping(root: &Path) -> OsString {
    let mut map = OsString::from("/=");
    map.push(root);
    map
}

impl Tree {
    fn fill(&mut self) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures");
        let fixture = |name: &str| fs::read(fixtures.join(name)).expect("fixtures/make makes it");
        for (place, name) in FIXTURES {
            self.put(place, &Node::File(fixture(name)));
        }
        for (place, names) in BUNDLES {
            self.put(place, &Node::File(names.map(fixture).concat()));
        }
        for (place, text) in TEXTS {
            self.put(place, &Node::File((*text).into()));
        }
        for place in FOLDERS {
            self.put(place, &Node::Folder);
        }
        for (place, target) in LINKS {
            self.put(place, &Node::Link(target.into()));
        }
        self.base = self.snapshot();
        for (path, node) in &self.base {
            if let Node::File(bytes) = node
                && let Some(key) = key_of(bytes)
            {
                self.secrets.extend(windows(bytes));
                self.secrets.extend(windows(to_pkcs8(&key).as_bytes()));
                self.keys.insert(path.clone(), key);
            }
        }
    }

    fn put(&self, place: &str, node: &Node) {
        write(&self.root.join(place), node);
    }

    /// Everything that lies in it.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let mut found = Snapshot::new();
        add(&self.root, &mut found);
        found
    }

    /// What lay in it at first, with these files.
    #[must_use]
    pub fn base_with(&self, files: &BTreeMap<PathBuf, Vec<u8>>) -> Snapshot {
        let files = files.iter().map(|(path, bytes)| (path.clone(), Node::File(bytes.clone())));
        self.base.clone().into_iter().chain(files).collect()
    }

    /// Puts everything back, given what lies in it.
    pub fn restore(&self, now: &Snapshot) {
        for path in now.keys().rev().filter(|path| self.base.get(*path) != now.get(*path)) {
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
        for (path, node) in self.base.iter().filter(|(path, node)| now.get(*path) != Some(node)) {
            write(path, node);
        }
    }

    /// Whether 16 characters of a key's base64 stand in a text.
    #[must_use]
    pub fn has_key_material(&self, text: &[u8]) -> bool {
        text.windows(16).any(|window| self.secrets.contains(window))
    }

    /// The arguments that make configurations see it as `/`.
    #[must_use]
    pub fn mapped(&self) -> [OsString; 2] {
        ["--map".into(), mapping(&self.root)]
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn write(path: &Path, node: &Node) {
    let folder = path.parent().expect("it lies in the tree");
    fs::create_dir_all(folder).expect("the tree can be written to");
    match node {
        Node::Folder => fs::create_dir_all(path),
        Node::File(bytes) => fs::write(path, bytes),
        Node::Link(target) => symlink(target, path),
    }
    .expect("the tree can be written to");
}

fn add(folder: &Path, found: &mut Snapshot) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let entry = entry.expect("the folder is there");
        let (path, kind) = (entry.path(), entry.file_type().expect("the system tells it"));
        let node = if kind.is_dir() {
            add(&path, found);
            Node::Folder
        } else if kind.is_symlink() {
            Node::Link(fs::read_link(&path).expect("it is a link"))
        } else {
            Node::File(fs::read(&path).expect("it is a file"))
        };
        found.insert(path, node);
    }
}

/// The first private key of a file, decrypted.
fn key_of(bytes: &[u8]) -> Option<EncodedKey> {
    file::recognise(bytes).ok()?.into_iter().find_map(|entry| match entry.what {
        What::Key(key) => Some(key),
        What::Encrypted(key) => key.decrypt(PASSPHRASE.as_bytes(), &Limits::default()).ok(),
        _ => None,
    })
}

fn to_pkcs8(key: &EncodedKey) -> String {
    let key = key.read().expect("the fixture is read");
    let der = key.to_pkcs8().expect("the fixture is converted");
    pem::encode("PRIVATE KEY", der.as_bytes()).to_string()
}

/// Each 16 characters of the lines of base64 in PEM.
fn windows(pem: &[u8]) -> impl Iterator<Item = [u8; 16]> {
    let lines = pem.split(|byte| *byte == b'\n').filter(|line| !line.contains(&b' '));
    lines.flat_map(|line| line.array_windows().copied())
}
