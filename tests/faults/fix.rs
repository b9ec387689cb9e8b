//! Scenarios that repair three configurations.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;

use crate::injection::{self, Fault, Pair};
use crate::room::{MODE, place};
use crate::scenario::{Configuration, Scenario, fixture};
use crate::trace::Trace;
use crate::tree::{File, Tree};

const FAULTS: [Fault; 4] =
    [Fault::Error("EIO"), Fault::Error("ENOSPC"), Fault::Error("EROFS"), Fault::Signal("SIGKILL")];

/// Faults that are tried with one scenario only.
const FURTHER_FAULTS: [Fault; 2] = [Fault::Signal("SIGTERM"), Fault::ErrorAndKill];

/// Keys, configurations and certificates have these names, each with its own ending. They are moved
/// in this order.
pub(crate) const NAMES: [&str; 3] = ["one", "three", "two"];

/// Returns the old key, the same in PKCS#8, and the certificate.
fn fixtures(name: &str) -> [&'static str; 3] {
    match name {
        "one" => ["rsa2048-pkcs1.pem", "rsa2048-pkcs8.pem", "rsa2048.crt"],
        "two" => ["p256-sec1.pem", "p256-pkcs8.pem", "p256.crt"],
        _ => ["rsa2048-other-pkcs1.pem", "rsa2048-other-pkcs8.pem", "rsa2048-other.crt"],
    }
}

/// A way of repairing the configurations.
pub(crate) struct Fix {
    name: &'static str,
    options: &'static [&'static str],
    /// The configurations with a setting to remove.
    passphrases: &'static [&'static str],
    standing: Option<&'static str>,
    /// The account that cannot read the files, if it is not the one that runs fixkey.
    account: Option<(u32, u32)>,
}

pub(crate) const DEFAULT: Fix =
    Fix { name: "fix", options: &[], passphrases: &["two"], standing: None, account: None };

pub(crate) const NO_BACKUP: Fix =
    Fix { name: "fix --no-backup", options: &["--no-backup"], ..DEFAULT };

pub(crate) const IN_PLACE: Fix =
    Fix { name: "fix --in-place", options: &["--in-place"], passphrases: &NAMES, ..DEFAULT };

/// Gives the account access to certificates too, which only root can do.
pub(crate) const GRANT: Fix =
    Fix { name: "fix --grant", options: &["--grant"], account: Some((54_321, 54_322)), ..DEFAULT };

pub(crate) const SCENARIOS: [Fix; 5] = [
    DEFAULT,
    NO_BACKUP,
    IN_PLACE,
    // NFS is one.
    Fix {
        name: "fix, on a file system that cannot rename without replacing",
        standing: Some("renameat2:error=EINVAL"),
        ..DEFAULT
    },
    GRANT,
];

const FOLDERS: [&str; 2] = ["certs", "conf.d"];

fn configuration_path(name: &str) -> String {
    format!("conf.d/{name}.conf")
}

fn certificate_path(name: &str) -> String {
    format!("certs/{name}.crt")
}

fn old_key_path(name: &str) -> String {
    format!("certs/{name}.key")
}

/// Returns a configuration that points to the key with this ending.
fn configuration(name: &str, ending: &str, has_passphrase: bool) -> Vec<u8> {
    let passphrase = if has_passphrase { "    ssl_key_passphrase => \"not needed\"\n" } else { "" };
    format!(
        "input {{\n  beats {{\n    port => 5044\n    ssl_enabled => true\n    \
         ssl_certificate => \"/etc/logstash/certs/{name}.crt\"\n{passphrase}    \
         ssl_key => \"/etc/logstash/certs/{name}.{ending}\" # renewed by hand\n  }}\n}}\n"
    )
    .into_bytes()
}

impl Fix {
    fn is_in_place(&self) -> bool {
        self.options.contains(&"--in-place")
    }

    fn keeps_backups(&self) -> bool {
        !self.options.contains(&"--no-backup")
    }

    fn has_passphrase(&self, name: &str) -> bool {
        self.passphrases.contains(&name)
    }

    fn new_key_path(&self, name: &str) -> String {
        format!("certs/{name}.{}", self.new_ending())
    }

    fn new_ending(&self) -> &'static str {
        if self.is_in_place() { "key" } else { "p8" }
    }

    /// Returns a file as the account can read it.
    fn granted(&self, file: &File) -> File {
        let Some((_, group)) = self.account else { return file.clone() };
        File { mode: file.mode | 0o040, owner: (file.owner.0, group), ..file.clone() }
    }
}

impl Scenario for Fix {
    fn name(&self) -> &'static str {
        self.name
    }

    fn standing(&self) -> Option<&'static str> {
        self.standing
    }

    /// Only root can give files to other groups.
    fn is_possible(&self) -> bool {
        self.account.is_none() || rustix::process::geteuid().is_root()
    }

    fn arguments(&self, owner: (u32, u32)) -> Vec<String> {
        const PLACE: [&str; 5] = ["--map", "/etc/logstash=.", "--env-file", "env", "conf.d"];
        let (user, group) = self.account.unwrap_or(owner);
        let account = format!("{user}:{group}");
        let start = ["fix", "--user", account.as_str()];
        let all = start.iter().chain(&PLACE).chain(self.options);
        all.map(|&argument| argument.to_owned()).collect()
    }

    fn furnish(&self, folder: &Path) {
        for below in FOLDERS {
            fs::create_dir(folder.join(below)).expect("a folder can be made");
        }
        for name in NAMES {
            let [key, _, certificate] = fixtures(name).map(fixture);
            place(&folder.join(old_key_path(name)), &key);
            let path = folder.join(certificate_path(name));
            place(&path, &certificate);
            if let Some((_, group)) = self.account {
                // A new key inherits the permissions of the old one, so only certificates need a grant.
                let key = folder.join(old_key_path(name));
                chown(key, None, Some(group)).expect("root may give files to a group");
                fs::set_permissions(path, Permissions::from_mode(0o600))
                    .expect("a mode can be set");
            }
            let text = configuration(name, "key", self.has_passphrase(name));
            place(&folder.join(configuration_path(name)), &text);
        }
        place(&folder.join("env"), b"");
    }

    fn after(&self, before: &Tree) -> Tree {
        let mut after = before.clone();
        for name in NAMES {
            let path = configuration_path(name);
            let old = &before[&path];
            if self.keeps_backups() {
                after.insert(format!("{path}~"), old.clone());
            }
            let content = configuration(name, self.new_ending(), false);
            after.insert(path, File { content, ..old.clone() });
            let old = &before[&old_key_path(name)];
            let content = fixture(fixtures(name)[1]);
            let attribute = self.is_in_place() && old.attribute;
            let new = File { content, attribute, ..self.granted(old) };
            assert_eq!(new.mode, MODE, "no right of others is at stake");
            if self.is_in_place() && self.keeps_backups() {
                after.insert(format!("{}~", old_key_path(name)), old.clone());
            }
            after.insert(self.new_key_path(name), new);
            let path = certificate_path(name);
            after.insert(path.clone(), self.granted(&before[&path]));
        }
        after
    }

    fn outputs(&self) -> Vec<String> {
        let keys = NAMES.iter().map(|name| self.new_key_path(name));
        let keys = keys.flat_map(|path| {
            let is_kept = self.is_in_place() && self.keeps_backups();
            is_kept.then(|| format!("{path}~")).into_iter().chain([path])
        });
        let configurations = NAMES.iter().map(|name| configuration_path(name));
        let configurations = configurations.flat_map(|path| {
            let backup = self.keeps_backups().then(|| format!("{path}~"));
            backup.into_iter().chain([path])
        });
        keys.chain(configurations).collect()
    }

    fn configurations(&self) -> Vec<Configuration> {
        let configuration = |name| Configuration {
            path: configuration_path(name),
            old_key: old_key_path(name),
            new_key: self.new_key_path(name),
        };
        NAMES.map(configuration).into()
    }

    fn pairs<'t>(&self, trace: &'t Trace) -> Vec<Pair<'t>> {
        let first = trace.first_write().expect("a file is written");
        let mut pairs = injection::pairs(trace, first, &FAULTS);
        if self.name == DEFAULT.name {
            pairs.extend(injection::pairs(trace, first, &FURTHER_FAULTS));
        }
        assert!(pairs.len() >= 200, "{}: {} pairs only", self.name, pairs.len());
        pairs
    }
}
