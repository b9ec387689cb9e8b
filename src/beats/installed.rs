//! Finds out which Beat is installed with a shipper's file.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{self, Path};

use crate::logstash::version::Version;
use crate::os::view::View;

/// Where packages and images keep the directory with the name of a Beat that holds its configuration.
const DIRECTORIES: &[&str] = &["/etc", "/usr/share"];

/// Returns whether a file is the one that a Beat of its system starts with, such as `/etc/filebeat/filebeat.yml`.
#[must_use]
pub fn is_in_place(view: &View, file: &Path) -> bool {
    beat(view, file).is_some()
}

/// Returns the release of the Beat that starts with this file. Source: docs/what-shippers-load.md §1.2.
#[must_use]
pub fn release(view: &View, file: &Path) -> Option<Version> {
    let readme = Path::new("/usr/share").join(beat(view, file)?).join("README.md");
    let contents = view.read_located(&view.locate(&readme).ok()?).ok()?;
    let first = contents.bytes.split(|byte| *byte == b'\n').next()?;
    let line = str::from_utf8(first).ok()?.strip_prefix("# Welcome to ")?;
    Version::parse(line.split_whitespace().next_back()?)
}

/// Returns the name of the Beat that starts with this file.
fn beat(view: &View, file: &Path) -> Option<OsString> {
    // Where only a part of another system is mapped, the rest is of this one.
    if view.is_mapped() && view.root() == Path::new("/") {
        return None;
    }
    let file = path::absolute(file).ok()?;
    let beat = file.parent()?.file_name()?;
    let identity = |path: &Path| fs::metadata(path).ok().map(|it| (it.dev(), it.ino()));
    let own = identity(&file)?;
    let is_it = |directory: &str| {
        let usual = Path::new(directory).join(beat).join(file.file_name().unwrap_or_default());
        view.locate(&usual).is_ok_and(|usual| identity(&usual.path) == Some(own))
    };
    DIRECTORIES.iter().any(|directory| is_it(directory)).then(|| beat.to_owned())
}
