//! The programs of others that a test needs, and what it does on a machine without them.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;

/// Set to `1`, it turns the absence of a peer from a passed-over test into a failed one.
const REQUIRE_PEERS: &str = "FIXKEY_REQUIRE_PEERS";

/// Something that a test needs and that this package does not bring along.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    /// A program's name, looked up in `PATH`, or the absolute path of a file.
    pub file: &'static str,
    /// What it comes with.
    pub origin: &'static str,
    /// An environment variable that can name another file instead.
    pub variable: Option<&'static str>,
}

impl Peer {
    /// One that nothing but `PATH` leads to, or that lies where Debian puts it.
    pub const fn new(file: &'static str, origin: &'static str) -> Self {
        Self { file, origin, variable: None }
    }

    /// The file to start or to read.
    pub fn path(self) -> PathBuf {
        let named = self.variable.and_then(env::var_os);
        named.map_or_else(|| self.file.into(), PathBuf::from)
    }

    fn is_here(self) -> bool {
        let file = self.path();
        if file.is_absolute() {
            return file.is_file();
        }
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path).any(|folder| folder.join(&file).is_file())
    }
}

/// Whether a test that needs `peers` has to be passed over, because one of them is absent; says which.
///
/// # Panics
/// If one is absent and `FIXKEY_REQUIRE_PEERS` says that none may be.
pub fn are_absent<'a>(peers: impl IntoIterator<Item = &'a Peer>) -> bool {
    let Some(absent) = peers.into_iter().find(|peer| !peer.is_here()) else {
        return false;
    };
    let Peer { file, origin, .. } = absent;
    let absence = format!("no {file} on this machine ({origin})");
    assert!(
        env::var_os(REQUIRE_PEERS).is_none_or(|value| value != "1"),
        "{REQUIRE_PEERS} is 1, but there is {absence}"
    );
    // Not eprintln!: the test harness would swallow it, and the test would look as if it had run.
    let _ = writeln!(io::stderr(), "passed over: {absence}");
    true
}
