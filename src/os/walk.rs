//! Finds the files at or below a path, each once.

use std::collections::HashSet;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::os::view::{self, View};

/// The depth to which directories are followed; links can make them endless.
const DEEPEST: usize = 64;

/// A file and its identity.
pub struct Walked {
    /// Where it is.
    pub path: PathBuf,
    /// Device and inode.
    pub identity: (u64, u64),
}

/// What a walk found.
pub struct Walk<'v> {
    /// Where links lead to.
    view: &'v View,
    /// Files and other non-directories by path, visible names before hidden ones; of several names of one file, the
    /// first counts.
    pub files: Vec<Walked>,
    /// Directories with `pipelines.yml` or `logstash.yml`.
    pub settings: Vec<PathBuf>,
    /// Paths that cannot be examined, and why.
    pub closed: Vec<(PathBuf, view::Error)>,
    /// Device and inode of everything that was seen.
    seen: HashSet<(u64, u64)>,
}

/// Returns whether a directory is in `proc(5)` or `sysfs(5)`, which have endless entries and no files.
fn is_of_the_system(folder: &Path) -> bool {
    let found = rustix::fs::statfs(folder);
    // PROC_SUPER_MAGIC and SYSFS_MAGIC, `statfs(2)`.
    found.is_ok_and(|found| matches!(found.f_type, 0x9fa0 | 0x6265_6572))
}

fn leads_nowhere(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || Errno::from_io_error(error) == Some(Errno::LOOP)
}

impl<'v> Walk<'v> {
    /// Returns a walk that has seen nothing yet.
    #[must_use]
    pub fn new(view: &'v View) -> Self {
        Self {
            view,
            files: Vec::new(),
            settings: Vec::new(),
            closed: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Adds a directory and everything below it; follows links.
    pub fn folder(&mut self, folder: &Path) {
        self.entry(folder, 0);
    }

    fn add(&mut self, path: PathBuf, found: &Metadata) {
        let identity = (found.dev(), found.ino());
        if self.seen.insert(identity) {
            self.files.push(Walked { path, identity });
        }
    }

    fn descend(&mut self, folder: &Path, found: &Metadata, depth: usize) {
        if !self.seen.insert((found.dev(), found.ino())) || is_of_the_system(folder) {
            return;
        }
        if depth > DEEPEST {
            let deep = view::Error::Special("a directory more than 64 levels deep");
            return self.closed.push((folder.to_owned(), deep));
        }
        let mut names = match self.view.names(folder) {
            Ok(names) => names,
            Err(error) => return self.closed.push((folder.to_owned(), error.into())),
        };
        names.sort_by_key(|name| (name.as_encoded_bytes().starts_with(b"."), name.clone()));
        if names.iter().any(|name| SETTINGS.iter().any(|settings| name == settings)) {
            self.settings.push(folder.to_owned());
        }
        for name in names {
            self.entry(&folder.join(name), depth + 1);
        }
    }

    fn entry(&mut self, path: &Path, depth: usize) {
        let resolved = self.view.resolve(path);
        match resolved.and_then(|path| Ok((self.view.metadata(&path)?, path))) {
            Ok((found, path)) if found.is_dir() => self.descend(&path, &found, depth),
            Ok((found, path)) => self.add(path, &found),
            // A link that leads nowhere, or to itself, is nothing.
            Err(error) if leads_nowhere(&error) => {}
            Err(error) => self.closed.push((path.to_owned(), error.into())),
        }
    }
}

/// The files of Logstash's settings directory.
const SETTINGS: &[&str] = &["logstash.yml", "pipelines.yml"];

/// Returns whether a name is one of Logstash's settings files.
#[must_use]
pub fn is_settings_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| SETTINGS.iter().any(|settings| name == *settings))
}

/// What makes a file a configuration, besides a text that begins like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DetectBy {
    /// Its name, `*.conf` or a backup of one, whatever it holds.
    Name,
    /// Its name, if a section of Logstash's language begins anywhere in the text: many programs use such names. Logstash
    /// reads no name that is hidden or ends in `~`, whatever the file holds.
    NameAndSection,
    /// Nothing: only its content counts.
    Content,
}

/// Returns whether a file is a configuration.
#[must_use]
pub fn is_configuration(path: &Path, text: &[u8], by: DetectBy) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    match by {
        DetectBy::Name => {
            let name = name.strip_suffix(b"~").unwrap_or(name);
            begins_as_configuration(text) || name.ends_with(b".conf") && !is_der(text)
        }
        DetectBy::NameAndSection => {
            let is_read = !name.starts_with(b".") && !name.ends_with(b"~");
            let has_section = || has_section(source_text::decode(text).as_bytes());
            is_read && (begins_as_configuration(text) || name.ends_with(b".conf") && has_section())
        }
        DetectBy::Content => begins_as_configuration(text),
    }
}

/// Returns whether a file begins with a SEQUENCE of DER, as keys, certificates and PKCS#12 do, and is no text.
fn is_der(bytes: &[u8]) -> bool {
    bytes.starts_with(b"0") && bytes.contains(&0)
}

/// Returns whether a section begins anywhere in a text.
#[must_use]
pub fn has_section(text: &[u8]) -> bool {
    SECTIONS.iter().any(|section| {
        let found = text.windows(section.len()).enumerate();
        found.filter(|(_, window)| *window == section.as_bytes()).any(|(at, _)| {
            let rest = &text[at + section.len()..];
            rest.trim_ascii_start().first() == Some(&b'{')
        })
    })
}

/// What sections begin with.
const SECTIONS: &[&str] = &["input", "filter", "output"];

/// Returns whether a text begins with `input`, `filter` or `output` and a brace, after comments.
#[must_use]
pub fn begins_as_configuration(text: &[u8]) -> bool {
    let mut rest = text.trim_ascii_start();
    while rest.first() == Some(&b'#') {
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        rest = rest[end..].trim_ascii_start();
    }
    let section = SECTIONS.iter().find_map(|section| rest.strip_prefix(section.as_bytes()));
    section.is_some_and(|rest| rest.trim_ascii_start().first() == Some(&b'{'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_is_told_by_its_name_or_its_beginning() {
        let is = |name: &str, text: &str| {
            is_configuration(Path::new(name), text.as_bytes(), DetectBy::Name)
        };
        assert!(is("a.conf", "what ever"));
        let walked = |text: &str| {
            is_configuration(Path::new("a.conf"), text.as_bytes(), DetectBy::NameAndSection)
        };
        assert!(walked("inputs {}\noutput {}") && !walked("server { listen 80; }"));
        assert!(is("a", "# c\n\n input\n{"));
        assert!(!is("a", "inputs {"));
        assert!(is("a.conf", "\0") && !walked("\0") && !is("a.conf", "0\x03\x02\x01\0"));
        assert!(is_configuration(Path::new("a.conf"), b"\xff\xfei\0", DetectBy::Name), "UTF-16");
        assert!(is(".a.conf", "inptu {") && is("a.conf~", "inptu {") && is("a~", "input {"));
        let is_walked =
            |name: &str| is_configuration(Path::new(name), b"input {", DetectBy::NameAndSection);
        assert!(is_walked("a") && !is_walked(".a.conf") && !is_walked("a.conf~"));
    }
}
