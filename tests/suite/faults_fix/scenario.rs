//! The ways of repairing three configurations that are put to the test: what is there before, and
//! what has to be there after.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use super::room::{self, MODE, attribute_is_kept};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// Keys, configurations and certificates have these names, each with its own ending. They are moved
/// in this order.
pub(crate) const NAMES: [&str; 3] = ["one", "three", "two"];

/// The old key, the same in PKCS#8, and the certificate.
fn fixtures(name: &str) -> [&'static str; 3] {
    match name {
        "one" => ["rsa2048-pkcs1.pem", "rsa2048-pkcs8.pem", "rsa2048.crt"],
        "two" => ["p256-sec1.pem", "p256-pkcs8.pem", "p256.crt"],
        _ => ["rsa2048-other-pkcs1.pem", "rsa2048-other-pkcs8.pem", "rsa2048-other.crt"],
    }
}

fn fixture(file: &str) -> Vec<u8> {
    fs::read(Path::new(FIXTURES).join(file)).expect("the fixture can be read")
}

/// A way of repairing the configurations.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) options: &'static [&'static str],
    /// The configurations that have a setting that has to go.
    passphrases: &'static [&'static str],
    /// A fault that each of its runs has, as `inject` of strace takes it.
    pub(crate) standing: Option<&'static str>,
    /// The account that cannot read what is there, where it is not the one that runs fixkey.
    pub(crate) account: Option<(u32, u32)>,
}

pub(crate) const DEFAULT: Scenario = Scenario {
    name: "default",
    options: &[],
    passphrases: &["two"],
    standing: None,
    account: None,
};

pub(crate) const NO_BACKUP: Scenario =
    Scenario { name: "--no-backup", options: &["--no-backup"], ..DEFAULT };

pub(crate) const IN_PLACE: Scenario =
    Scenario { name: "--in-place", options: &["--in-place"], passphrases: &NAMES, ..DEFAULT };

/// Certificates that the account is let read, beside everything else. Only root can do that.
pub(crate) const GRANT: Scenario =
    Scenario { name: "--grant", options: &["--grant"], account: Some((54_321, 54_322)), ..DEFAULT };

// NFS is one.
const NO_REPLACE: Scenario = Scenario {
    name: "a file system that cannot rename without replacing",
    standing: Some("renameat2:error=EINVAL"),
    ..DEFAULT
};

/// Those that are possible here.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let mut scenarios = vec![DEFAULT, NO_BACKUP, IN_PLACE, NO_REPLACE];
    scenarios.extend(Some(GRANT).filter(Scenario::is_possible));
    scenarios
}

/// Everything about a file that a run may change or has to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) owner: (u32, u32),
    pub(crate) attribute: bool,
}

/// Files by their path in the room.
pub(crate) type Tree = BTreeMap<String, File>;

const FOLDERS: [&str; 2] = ["certs", "conf.d"];

/// What is there.
pub(crate) fn found(folder: &Path) -> Tree {
    let paths = FOLDERS.iter().flat_map(|below| {
        let names = room::names(&folder.join(below)).into_iter();
        names.map(move |name| format!("{below}/{name}"))
    });
    paths.map(|path| (path.clone(), File::at(&folder.join(path)))).collect()
}

impl File {
    fn at(path: &Path) -> Self {
        let metadata = fs::symlink_metadata(path).expect("the file can be looked at");
        Self {
            content: fs::read(path).expect("the file can be read"),
            mode: metadata.mode() & 0o7777,
            owner: (metadata.uid(), metadata.gid()),
            attribute: attribute_is_kept(path),
        }
    }
}

pub(crate) fn configuration_path(name: &str) -> String {
    format!("conf.d/{name}.conf")
}

pub(crate) fn certificate_path(name: &str) -> String {
    format!("certs/{name}.crt")
}

/// The file of a key as a configuration names it.
fn configuration(name: &str, ending: &str, has_passphrase: bool) -> Vec<u8> {
    let passphrase = if has_passphrase { "    ssl_key_passphrase => \"not needed\"\n" } else { "" };
    format!(
        "input {{\n  beats {{\n    port => 5044\n    ssl_enabled => true\n    \
         ssl_certificate => \"/etc/logstash/certs/{name}.crt\"\n{passphrase}    \
         ssl_key => \"/etc/logstash/certs/{name}.{ending}\" # renewed by hand\n  }}\n}}\n"
    )
    .into_bytes()
}

impl Scenario {
    /// Whether it can be tried here: nobody but root may give files to other groups.
    pub(crate) fn is_possible(&self) -> bool {
        self.account.is_none() || rustix::process::geteuid().is_root()
    }

    pub(crate) fn is_in_place(&self) -> bool {
        self.options.contains(&"--in-place")
    }

    pub(crate) fn has_further_faults(&self) -> bool {
        self.name == DEFAULT.name
    }

    pub(crate) fn keeps_backups(&self) -> bool {
        !self.options.contains(&"--no-backup")
    }

    fn has_passphrase(&self, name: &str) -> bool {
        self.passphrases.contains(&name)
    }

    /// The paths of the files that are moved to their places, in this order.
    pub(crate) fn outputs(&self) -> Vec<String> {
        let keys = NAMES.iter().map(|name| self.new_key_path(name));
        let configurations = NAMES.iter().map(|name| configuration_path(name));
        let configurations = configurations.flat_map(|path| {
            let backup = self.keeps_backups().then(|| format!("{path}~"));
            backup.into_iter().chain([path])
        });
        keys.chain(configurations).collect()
    }

    pub(crate) fn new_key_path(&self, name: &str) -> String {
        format!("certs/{name}.{}", self.new_ending())
    }

    fn new_ending(&self) -> &'static str {
        if self.is_in_place() { "key" } else { "p8" }
    }

    /// Puts what is there before a run in its folder.
    pub(crate) fn furnish(&self, folder: &Path) {
        for below in FOLDERS {
            fs::create_dir(folder.join(below)).expect("a folder can be made");
        }
        for name in NAMES {
            let [key, _, certificate] = fixtures(name).map(fixture);
            room::place(&folder.join(format!("certs/{name}.key")), &key);
            let path = folder.join(certificate_path(name));
            room::place(&path, &certificate);
            if let Some((_, group)) = self.account {
                // A new key gets the rights of the old one, so that only certificates need a grant.
                let key = folder.join(format!("certs/{name}.key"));
                chown(key, None, Some(group)).expect("root may give files to a group");
                fs::set_permissions(path, Permissions::from_mode(0o600))
                    .expect("a mode can be set");
            }
            let text = configuration(name, "key", self.has_passphrase(name));
            room::place(&folder.join(configuration_path(name)), &text);
        }
        fs::write(folder.join("env"), "").expect("a file can be written");
    }

    /// A file as the account can read it.
    fn granted(&self, file: &File) -> File {
        let Some((_, group)) = self.account else { return file.clone() };
        File { mode: file.mode | 0o040, owner: (file.owner.0, group), ..file.clone() }
    }

    /// What has to be there after a run, where `before` was there.
    pub(crate) fn after(&self, before: &Tree) -> Tree {
        let mut after = before.clone();
        for name in NAMES {
            let path = configuration_path(name);
            let old = &before[&path];
            if self.keeps_backups() {
                after.insert(format!("{path}~"), old.clone());
            }
            let content = configuration(name, self.new_ending(), false);
            after.insert(path, File { content, ..old.clone() });
            let old = &before[&format!("certs/{name}.key")];
            let content = fixture(fixtures(name)[1]);
            let attribute = self.is_in_place() && old.attribute;
            let new = File { content, attribute, ..self.granted(old) };
            assert_eq!(new.mode, MODE, "no right of others is at stake");
            after.insert(self.new_key_path(name), new);
            let path = certificate_path(name);
            after.insert(path.clone(), self.granted(&before[&path]));
        }
        after
    }
}

/// The paths at which two trees differ.
pub(crate) fn differences(one: &Tree, other: &Tree) -> BTreeSet<String> {
    let paths: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    paths.into_iter().filter(|path| one.get(*path) != other.get(*path)).cloned().collect()
}
