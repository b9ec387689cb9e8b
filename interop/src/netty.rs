//! Netty's judgement of pairs of a certificate and a key, by way of `netty/LoadAndHandshake.java`.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peers::Peer;
use crate::run;

const JDK: &str = "Debian package default-jdk-headless";
const NETTY: &str = "Debian package libnetty-java";

/// What this module needs on the machine.
pub const PEERS: &[Peer] = &[
    program("javac"),
    program("java"),
    // Not netty-all.jar: in Debian it holds no classes.
    jar("/usr/share/java/netty-buffer.jar"),
    jar("/usr/share/java/netty-codec.jar"),
    jar("/usr/share/java/netty-common.jar"),
    jar("/usr/share/java/netty-handler.jar"),
    jar("/usr/share/java/netty-resolver.jar"),
    jar("/usr/share/java/netty-transport.jar"),
];

const fn program(file: &'static str) -> Peer {
    Peer::new(file, JDK)
}

const fn jar(file: &'static str) -> Peer {
    Peer::new(file, NETTY)
}

/// What the settings of a beats input name.
#[derive(Debug)]
pub struct Pair {
    /// `ssl_certificate`
    pub certificate: PathBuf,
    /// `ssl_key`
    pub key: PathBuf,
}

/// The compiled Java program.
#[derive(Debug)]
pub struct Judge {
    class_path: OsString,
}

impl Judge {
    /// Compiles it into a folder in `target`.
    pub fn compile(target: &Path) -> Self {
        Self { class_path: compile("LoadAndHandshake", target) }
    }

    /// One verdict a pair, in their order; the Java program says what a verdict looks like.
    pub fn judge(&self, pairs: &[Pair]) -> Vec<String> {
        let output = run(Command::new("java")
            .arg("-cp")
            .arg(&self.class_path)
            .arg("LoadAndHandshake")
            .args(pairs.iter().flat_map(|pair| [&pair.certificate, &pair.key])));
        let verdicts: Vec<_> =
            String::from_utf8_lossy(&output.stdout).lines().map(String::from).collect();
        assert_eq!(verdicts.len(), pairs.len(), "{verdicts:#?}");
        verdicts
    }
}

/// Compiles the program `class` into a folder in `target`; returns the class path with which it runs.
pub(crate) fn compile(class: &str, target: &Path) -> OsString {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("netty/{class}.java"));
    let classes = target.join("netty-classes");
    let class_path = class_path(&classes);
    run(Command::new("javac").arg("-d").arg(&classes).arg("-cp").arg(&class_path).arg(source));
    class_path
}

/// Nothing but Netty: with `BouncyCastle` beside it, newer releases load PKCS#1 and SEC1 too.
fn class_path(classes: &Path) -> OsString {
    let jars = PEERS.iter().filter(|peer| peer.origin == NETTY).map(|jar| jar.file.into());
    env::join_paths([classes.to_owned()].into_iter().chain(jars))
        .expect("no path on the class path holds a colon")
}
