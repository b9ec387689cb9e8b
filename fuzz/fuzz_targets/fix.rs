//! `fix`, planned and applied: whatever the configuration, what it changes is what it may change, every
//! key that it names is there, and twice is once.
//!
//! The input is three bytes that choose options and layout, see [`Case`], and a text.

#![no_main]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use fixkey::commands::{self, Failure, Status, Streams};
use fixkey::logstash::discovery::Source;
use fixkey::logstash::variables::Variables;
use fixkey_fuzz::configurations::{self, Changes};
use fixkey_fuzz::tree::{Node, Snapshot, Tree};
use keyfile::file::{self, What};
use keyfile::key::{EncodedKey, Encoding};
use keyfile::pem;
use libfuzzer_sys::fuzz_target;
use source_text::decode;

/// Passphrases of the seeds hold it, and of [`BESIDE`].
const CANARY: &[u8] = b"s3cr3t-p4ss";

/// A configuration that shares keys with that of the input.
const BESIDE: &str = "input { http { port => 1 ssl_key => \"/k/rsa.key\" } }
output { elasticsearch { ssl_key => '/d/rsa.key' } } # and
filter { elastic_integration { ssl_key => \"/k/dek.pem\" ssl_key_passphrase => \"${PASS}\" } }
input { tcp { ssl_key => \"/k/link\" ssl_key_passphrase => \"s3cr3t-p4ss\" } }
";

/// Names the text of the input, in which backslashes then mean something.
const LISTED: &str = "- pipeline.id: a\n  path.config: /c/x.conf\n  config.support_escapes: true\n";

/// Bits of the second byte; `fuzz/seed` has them, too.
const IN_PLACE: u8 = 1 << 0;
const KEY_DIR: u8 = 1 << 1;
const DECRYPT: u8 = 1 << 2;
const NO_BACKUP: u8 = 1 << 3;
const DIFF: u8 = 1 << 4;
const JSON: u8 = 1 << 5;
const QUIET: u8 = 1 << 6;
const STRICT: u8 = 1 << 7;

/// Options that are one of them alone.
const FLAGS: &[(u8, &str)] = &[
    (IN_PLACE, "--in-place"),
    (DECRYPT, "--decrypt"),
    (NO_BACKUP, "--no-backup"),
    (DIFF, "--diff"),
    (JSON, "--format=json"),
    (QUIET, "--quiet"),
    (STRICT, "--strict"),
];

thread_local! {
    static TREE: Rc<Tree> = Rc::default();
}

fuzz_target!(|bytes: &[u8]| {
    let [layout, switches, choices, text @ ..] = bytes else { return };
    let tree = TREE.with(Rc::clone);
    let case = Case::new(&tree, *layout, *switches, *choices, text);
    case.run();
    tree.restore(&tree.snapshot());
});

/// What lies where, and what is asked for.
struct Case<'t> {
    tree: &'t Tree,
    /// Configurations.
    files: BTreeMap<PathBuf, Vec<u8>>,
    before: Snapshot,
    path: PathBuf,
    options: Vec<OsString>,
    switches: u8,
    variables: Variables,
}

/// What a run said.
struct Said {
    status: Status,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

impl<'t> Case<'t> {
    fn new(tree: &'t Tree, layout: u8, switches: u8, choices: u8, text: &[u8]) -> Self {
        let (path, files) = lay(layout, text);
        let files: BTreeMap<PathBuf, Vec<u8>> =
            files.into_iter().map(|(place, bytes)| (tree.root.join(place), bytes)).collect();
        for (path, bytes) in &files {
            std::fs::write(path, bytes).expect("the tree can be written to");
        }
        let is_on = |bit: u8| switches & bit != 0;
        let mut options: Vec<OsString> = vec!["fixkey".into(), "fix".into()];
        options.extend(tree.mapped());
        if is_on(KEY_DIR) && !is_on(IN_PLACE) {
            let folder = ["/new", "/k", "/d/", "/new/ü x"][usize::from(choices >> 6)];
            options.extend(["--key-dir".into(), folder.into()]);
        }
        let flags = FLAGS.iter().filter(|(bit, _)| is_on(*bit));
        options.extend(flags.map(|(_, flag)| flag.into()));
        options.extend(["--passin".into(), passin(tree, choices & 3)]);
        let release = [None, Some("7.17.27"), Some("8.15.0"), Some("9.5.0")];
        if let Some(release) = release[usize::from(choices >> 2 & 3)] {
            options.extend(["--logstash".into(), release.into()]);
        }
        let only = [
            None,
            Some("key-not-pkcs8"),
            Some("key-encryption-not-supported"),
            Some("passphrase-on-plain-key"),
        ];
        if let Some(only) = only[usize::from(choices >> 4 & 3)] {
            options.extend(["--only".into(), only.into()]);
        }
        let path = tree.root.join(path);
        options.push(path.clone().into());
        let mut variables = Variables::new(std::env::vars_os());
        variables.add_usual_files(&tree.view).expect("they are in the tree");
        let before = tree.base_with(&files);
        Self { tree, files, before, path, options, switches, variables }
    }

    fn run(&self) {
        let texts = self.texts();
        let is_secret = configurations::is_secret(CANARY, &texts, self.contents());
        let said = self.fix();
        self.must_be_well_told(&said, is_secret);
        let after = self.tree.snapshot();
        if after == self.before {
            return;
        }
        assert!(!self.is_on(DIFF), "--diff changes something");
        self.must_leave_what_it_may_not_change(&texts, &after);
        let changes = configurations::changes(&texts, &self.texts());
        self.must_name_the_same_keys(&changes, &after);
        self.fix();
        assert!(self.tree.snapshot() == after, "twice is not once");
    }

    fn is_on(&self, switch: u8) -> bool {
        self.switches & switch != 0
    }

    fn contents(&self) -> impl Iterator<Item = &[u8]> {
        self.files.values().map(Vec::as_slice)
    }

    fn texts(&self) -> Vec<Source> {
        configurations::texts(&self.path, &self.tree.view, &self.variables)
    }

    fn fix(&self) -> Said {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut streams = Streams { stdout: &mut stdout, stderr: &mut stderr };
        let status = commands::run(self.options.clone(), &mut streams)
            .unwrap_or_else(|error| Failure::of(&error).print(streams.stderr));
        Said { status, stdout, stderr }
    }

    fn must_be_well_told(&self, said: &Said, is_secret: bool) {
        let expected = [Status::Done, Status::InputAtFault, Status::CouldNot];
        assert!(expected.contains(&said.status), "it ends with {:?}", said.status);
        let all = [said.stdout.as_slice(), &said.stderr].concat();
        let text = String::from_utf8(all).expect("what is said is UTF-8");
        assert!(!text.contains("please report this"), "the plan is not what it means: {text}");
        assert!(
            !is_secret || !text.as_bytes().windows(CANARY.len()).any(|found| found == CANARY),
            "a passphrase is told: {text}"
        );
        assert!(
            !self.tree.has_key_material(text.as_bytes()) || self.holds_key_material(),
            "a key is told"
        );
        if self.is_on(JSON) && said.status != Status::Usage {
            let document: serde_json::Value =
                serde_json::from_slice(&said.stdout).expect("it is one document");
            assert_eq!(document["status"], said.status.code());
            assert_eq!(document["error"].is_null(), said.stderr.is_empty());
        }
    }

    /// Whether the fuzzer itself put a key's characters into a configuration.
    fn holds_key_material(&self) -> bool {
        self.contents().any(|bytes| self.tree.has_key_material(bytes))
    }

    /// Old keys stay unless they are converted where they are, and what is new is a key or a backup.
    fn must_leave_what_it_may_not_change(&self, texts: &[Source], after: &Snapshot) {
        let is_text = |path: &Path| texts.iter().any(|source| is_same_file(&source.path, path));
        for path in self.before.keys() {
            assert!(after.contains_key(path), "{} is gone", path.display());
        }
        for (path, node) in after {
            let old = self.before.get(path);
            if old == Some(node) {
                continue;
            }
            let Node::File(bytes) = node else { panic!("{} is no file", path.display()) };
            match old {
                Some(_) if is_text(path) => {}
                Some(_) => {
                    let key = self.tree.keys.get(path).filter(|_| self.is_on(IN_PLACE));
                    must_be(bytes, key.expect("only keys change, and only in place"));
                }
                None => self.must_be_a_key_or_a_backup(path, bytes),
            }
        }
    }

    fn must_be_a_key_or_a_backup(&self, path: &Path, bytes: &[u8]) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are UTF-8");
        assert!(!name.contains("fixkey"), "{name} is left");
        if let Some(old) = name.strip_suffix('~') {
            let old = self.before.get(&path.with_file_name(old));
            assert!(
                !self.is_on(NO_BACKUP) && old == Some(&Node::File(bytes.to_vec())),
                "{name} is no backup"
            );
        } else {
            assert!(!self.is_on(IN_PLACE) && !name.starts_with('.'), "{name} is new");
            let is_known = self.tree.keys.values().any(|key| is_pkcs8_of(bytes, key));
            assert!(is_known, "{name} holds no key of before");
        }
    }

    fn must_name_the_same_keys(&self, changes: &Changes, after: &Snapshot) {
        let place = |configured: &str| {
            self.tree.view.locate(Path::new(configured)).expect("it is found").path
        };
        let file = |configured: &str| match after.get(&place(configured)) {
            Some(Node::File(bytes)) => bytes.as_slice(),
            _ => panic!("{configured} is not there"),
        };
        for renamed in &changes.renamed {
            assert!(!self.is_on(IN_PLACE), "{} changes with --in-place", renamed.old);
            let variables = self.variables.expand(&renamed.old).variables;
            assert!(variables.is_empty(), "{} may be another path for Logstash", renamed.old);
            let key = self.tree.keys.get(&place(&renamed.old));
            must_be(file(&renamed.new), key.expect("a key was there"));
        }
        for key in &changes.opened {
            let expansion = self.variables.expand(key).value.expect("the file was looked at");
            let bytes = file(&expansion);
            let entries = file::recognise(bytes).expect("a key is there");
            let is_plain = entries.iter().any(|entry| matches!(entry.what, What::Key(_)));
            assert!(is_plain, "{key} is encrypted, and has no passphrase any more");
        }
    }
}

/// What lies where, beside the keys, and the path that is fixed.
fn lay(layout: u8, text: &[u8]) -> (&'static str, Vec<(&'static str, Vec<u8>)>) {
    let beside = ("c/y.conf", BESIDE.into());
    let own = ("c/x.conf", text.to_vec());
    match layout % 6 {
        0 => ("c/x.conf", vec![own]),
        1 => ("c", vec![own, beside]),
        2 => ("s", vec![own, ("s/pipelines.yml", LISTED.into())]),
        3 => ("s/pipelines.yml", vec![("s/pipelines.yml", embedded(text)), beside]),
        4 => ("s/pipelines.yml", vec![("s/pipelines.yml", text.to_vec()), beside]),
        _ => ("s", vec![("s/logstash.yml", text.to_vec()), beside]),
    }
}

/// A text as a block in YAML, before another pipeline.
fn embedded(text: &[u8]) -> Vec<u8> {
    let mut yaml = b"- pipeline.id: a\n  config.string: |\n".to_vec();
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if !line.trim_ascii().is_empty() {
            yaml.extend_from_slice(b"    ");
        }
        yaml.extend_from_slice(line);
    }
    yaml.extend_from_slice(b"\n- pipeline.id: b\n  path.config: /c/y.conf\n");
    yaml
}

fn passin(tree: &Tree, choice: u8) -> OsString {
    let file = |name| {
        let mut source = OsString::from("file:");
        source.push(tree.root.join(name));
        source
    };
    match choice {
        0 => file("passphrase"),
        1 => file("wrong-passphrase"),
        2 => "env:FIXKEY_FUZZ_PASSPHRASE".into(),
        _ => "env:FIXKEY_FUZZ_NOT_SET".into(),
    }
}

/// A configuration may be found by a path that leads through a link.
fn is_same_file(one: &Path, two: &Path) -> bool {
    one == two || std::fs::canonicalize(one).is_ok_and(|one| one == two)
}

fn must_be(bytes: &[u8], key: &EncodedKey) {
    assert!(is_pkcs8_of(bytes, key), "it is not the same key in PKCS#8, and nothing else");
}

fn is_pkcs8_of(bytes: &[u8], key: &EncodedKey) -> bool {
    let text = decode(bytes);
    let blocks = pem::scan(&text).unwrap_or_default();
    let [block] = blocks.as_slice() else { return false };
    let entries = file::recognise(bytes).unwrap_or_default();
    let Ok([entry]) = <[_; 1]>::try_from(entries) else { return false };
    let What::Key(found) = &entry.what else { return false };
    let is_same = match (found.read(), key.read()) {
        (Ok(found), Ok(key)) => found.is_same_key(&key),
        _ => false,
    };
    block.label == "PRIVATE KEY" && found.encoding == Encoding::Pkcs8 && is_same
}
