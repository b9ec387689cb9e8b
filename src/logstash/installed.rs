//! Reads the gems of the installed Logstash from its lock file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::version::Version;
use crate::os::view::{self, View};

/// The gems' lock file in the packages and images of Logstash.
const LOCK_FILE: &str = "/usr/share/logstash/Gemfile.lock";

/// The gem whose version is that of Logstash.
pub const CORE: &str = "logstash-core";

/// The installed gems of a Logstash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// The lock file, on this machine.
    pub path: PathBuf,
    gems: BTreeMap<String, Version>,
}

impl Installed {
    /// Returns the gems of the Logstash in this view; `None` if there is no lock file, or it has none of the plugins.
    ///
    /// # Errors
    /// The path, and why the existing file cannot be read.
    pub fn find(view: &View) -> Result<Option<Self>, (PathBuf, view::Error)> {
        let Ok(located) = view.locate(Path::new(LOCK_FILE)) else { return Ok(None) };
        match view.read_file(&located.path) {
            Ok(contents) => {
                let found = Self::of(&located.path, &String::from_utf8_lossy(&contents.bytes));
                let is_logstash = found.gems.keys().any(|gem| gem.starts_with("logstash-"));
                Ok(is_logstash.then_some(found))
            }
            Err(view::Error::Missing | view::Error::DanglingLink(_)) => Ok(None),
            Err(error) => Err((located.path, error)),
        }
    }

    /// Parses the gems of a lock file.
    #[must_use]
    pub fn of(path: &Path, lock: &str) -> Self {
        Self { path: path.to_owned(), gems: gems(lock) }
    }

    /// Returns the version of a gem.
    #[must_use]
    pub fn gem(&self, gem: &str) -> Option<Version> {
        self.gems.get(gem).copied()
    }

    /// Returns what best identifies the baseline, for people: `Logstash 8.19.0 with logstash-input-beats 6.9.3`.
    #[must_use]
    pub fn summary(&self) -> String {
        let beats = "logstash-input-beats";
        match (self.gem(CORE), self.gem(beats)) {
            (Some(core), Some(version)) => format!("Logstash {core} with {beats} {version}"),
            (Some(core), None) => format!("Logstash {core} without {beats}"),
            (None, Some(version)) => format!("{beats} {version}"),
            (None, None) => format!("{} gems, without {beats}", self.gems.len()),
        }
    }
}

/// Parses the locked gems: lines with four blanks, a name, and a version in parentheses; dependencies are indented
/// further (Bundler's `LockfileGenerator`).
fn gems(lock: &str) -> BTreeMap<String, Version> {
    let gem = |line: &str| {
        let (name, rest) = line.strip_prefix("    ")?.split_once(" (")?;
        let version = Version::parse(rest.strip_suffix(')')?)?;
        (!name.starts_with(' ')).then(|| (name.to_owned(), version))
    };
    lock.lines().filter_map(gem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locked_gems_count_and_what_they_depend_on_does_not() {
        let lock = "GEM\n  remote: https://example.org/\n  specs:\n    logstash-input-beats (6.9.3-java)\n      \
                    concurrent-ruby (~> 1.0)\n    manticore (0.9.1-java)\n\nPLATFORMS\n  java\n\nDEPENDENCIES\n  \
                    logstash-input-beats\n";
        let gems = gems(lock);
        assert_eq!(gems.len(), 2);
        assert_eq!(gems["logstash-input-beats"], Version::parse("6.9.3").unwrap());
    }
}
