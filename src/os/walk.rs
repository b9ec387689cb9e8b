//! Finds the files at or below a path, each once.

use std::collections::HashSet;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::os::view;

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
#[derive(Default)]
pub struct Walk {
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

impl Walk {
    /// Adds a directory and everything below it; follows links.
    pub fn folder(&mut self, folder: &Path) {
        self.descend(folder, 0);
    }

    fn add(&mut self, path: &Path, found: &Metadata) {
        let identity = (found.dev(), found.ino());
        if self.seen.insert(identity) {
            self.files.push(Walked { path: path.to_owned(), identity });
        }
    }

    fn descend(&mut self, folder: &Path, depth: usize) {
        if !self.is_new(folder) || is_of_the_system(folder) {
            return;
        }
        if depth > DEEPEST {
            let deep = view::Error::Special("a directory more than 64 levels deep");
            return self.closed.push((folder.to_owned(), deep));
        }
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut names: Vec<_> = match entries {
            Ok(entries) => entries.into_iter().map(|entry| entry.file_name()).collect(),
            Err(error) => return self.closed.push((folder.to_owned(), error.into())),
        };
        names.sort_by_key(|name| (name.as_encoded_bytes().starts_with(b"."), name.clone()));
        if names.iter().any(|name| SETTINGS.iter().any(|settings| name == settings)) {
            self.settings.push(folder.to_owned());
        }
        for name in names {
            self.entry(&folder.join(name), depth);
        }
    }

    fn entry(&mut self, path: &Path, depth: usize) {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => self.descend(path, depth + 1),
            Ok(found) => self.add(path, &found),
            // A broken link is skipped.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => self.closed.push((path.to_owned(), error.into())),
        }
    }

    fn is_new(&mut self, folder: &Path) -> bool {
        fs::metadata(folder).is_ok_and(|found| self.seen.insert((found.dev(), found.ino())))
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
    /// Its name, `*.conf`, whatever it holds.
    Name,
    /// Its name, if a section of Logstash's language begins anywhere in the text: many programs use such names.
    NameAndSection,
    /// Nothing: only its content counts.
    Content,
}

/// Returns whether a file is a configuration. Logstash reads no name that is hidden or ends in `~`.
#[must_use]
pub fn is_configuration(path: &Path, text: &[u8], by: DetectBy) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    if name.starts_with(b".") || name.ends_with(b"~") {
        return false;
    }
    // UTF-16 is meant to be text, although Logstash does not read it.
    let is_utf16 = matches!(text, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let is_named = name.ends_with(b".conf") && (is_utf16 || !text.contains(&0));
    begins_as_configuration(text)
        || match by {
            DetectBy::Name => is_named,
            DetectBy::NameAndSection => {
                is_named && has_section(source_text::decode(text).as_bytes())
            }
            DetectBy::Content => false,
        }
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
        assert!(!is("a.conf", "\0"));
        assert!(is_configuration(Path::new("a.conf"), b"\xff\xfei\0", DetectBy::Name), "UTF-16");
        assert!(!is(".a.conf", "input {"));
        assert!(!is("a.conf~", "input {"));
    }
}
