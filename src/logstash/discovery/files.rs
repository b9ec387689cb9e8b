//! Finds the files of a `path.config`.
//!
//! Source: `ConfigPathLoader` of Logstash's `config/source/local.rb`.

use std::path::{Component, Path, PathBuf};

use super::glob::Limit;
use super::{Error, MOST_TEXT, Note, NoteKind, Pipeline, Read, Search, Source, SourceKind};
use crate::os::display::shown;
use crate::os::view::LARGEST;
use source_text::Position;

impl Search<'_, '_> {
    /// Takes the files of a `path.config`. `from` is its value as written, its file, and the position there.
    pub(super) fn files(
        &mut self,
        value: &str,
        from: (&str, &Path, Position),
        pipeline: &Pipeline,
    ) {
        if let Some(message) = elsewhere(value) {
            return self.note(NoteKind::Elsewhere, from.1, Some(from.2), message);
        }
        let before = self.found.notes.len();
        let limit = self.take_matches(value, from, pipeline);
        // The value of a variable may be a secret.
        if value != from.0 {
            let found = self.found.notes.iter_mut().skip(before);
            for note in found.filter(|note| note.kind == NoteKind::Unreadable) {
                note.path = PathBuf::from(from.0);
            }
        }
        if let Some(limit) = limit {
            self.note_limit(limit, from);
        }
    }

    /// Says once for a settings file which of its patterns are not read, since a report has each file once.
    fn note_limit(&mut self, limit: Limit, from: (&str, &Path, Position)) {
        let (pattern, line) = (shown(Path::new(from.0)), from.2.line);
        let is_said = |note: &&mut Note| {
            note.kind == NoteKind::Unreadable && note.path == from.1 && note.place.is_some()
        };
        if let Some(said) = self.found.notes.iter_mut().find(is_said) {
            let more = format!(", nor \"{pattern}\" of line {line}");
            said.message.push_str(&more);
            return;
        }
        let message = format!("line {line}: limit reached: {limit}, so \"{pattern}\" is not read");
        self.note(NoteKind::Unreadable, from.1, Some(from.2), message);
    }

    /// Returns the limit at which it ended.
    fn take_matches(
        &mut self,
        value: &str,
        from: (&str, &Path, Position),
        pipeline: &Pipeline,
    ) -> Option<Limit> {
        let path = absolute(without_scheme(value));
        let is_folder =
            self.view.locate(Path::new(&path)).is_ok_and(|found| self.view.is_dir(&found.path));
        let pattern = if is_folder { format!("{}/*", path.trim_end_matches('/')) } else { path };
        let found = self.run.globs.find(&pattern, self.view);
        for (path, errno) in &found.closed {
            let cause = std::io::Error::from(*errno).into();
            self.unreadable(&Error { path: path.clone(), cause });
        }
        if found.limit.is_some() {
            return found.limit;
        }
        let mut any = false;
        for configured in &found.paths {
            if let Ok(located) = self.view.locate(&configured.0) {
                let is_listed = configured.0 != Path::new(&pattern);
                let directory = configured.0.parent().filter(|_| is_listed);
                let listed = directory.and_then(|listed| self.view.locate(listed).ok());
                let listed = listed.map(|listed| listed.path);
                any |= self.file_of(&located.path, listed, Some(pipeline));
            }
        }
        if !any {
            let message = format!("path.config matches no file: \"{}\"", shown(Path::new(from.0)));
            self.note(NoteKind::NoMatch, from.1, Some(from.2), message);
        }
        None
    }

    /// Takes a file of a directory; `false` for a file that Logstash skips.
    pub(super) fn file_of(
        &mut self,
        path: &Path,
        listed: Option<PathBuf>,
        pipeline: Option<&Pipeline>,
    ) -> bool {
        let Ok(metadata) = self.view.metadata(path) else {
            return self.unseen(path);
        };
        if metadata.is_dir() {
            return false;
        }
        if path.as_os_str().as_encoded_bytes().ends_with(b"~") {
            self.note(
                NoteKind::Backup,
                path,
                None,
                "Logstash skips files whose names end in \"~\"",
            );
            return false;
        }
        if !metadata.is_file() {
            self.note(NoteKind::Special, path, None, "not read: this is not a regular file");
            return true;
        }
        self.take_file(path, listed, pipeline);
        true
    }

    /// Skips a broken link, but not an unreachable file.
    fn unseen(&mut self, path: &Path) -> bool {
        match self.view.metadata(path) {
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                self.unreadable(&Error { path: path.to_owned(), cause: error.into() });
                true
            }
            _ => false,
        }
    }

    fn take_file(&mut self, path: &Path, listed: Option<PathBuf>, pipeline: Option<&Pipeline>) {
        let identity = self.view.canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Some(at) = self.known.get(&identity) {
            let pipelines = &mut self.found.sources[*at].pipelines;
            pipelines.extend(pipeline.filter(|new| !pipelines.contains(new)).cloned());
            return;
        }
        if !self.may_read(path) {
            return;
        }
        match Read::new(path, self.view) {
            Ok(read) => {
                self.known.insert(identity, self.found.sources.len());
                let source = read.into_source(
                    SourceKind::Configuration,
                    pipeline.cloned().into_iter().collect(),
                );
                self.found.sources.push(Source { listed, ..source });
            }
            Err(error) => self.unreadable(&error),
        }
    }

    /// Returns whether the limit of the run allows one file more. The first that it does not is told.
    fn may_read(&mut self, path: &Path) -> bool {
        let Some(left) = self.run.text else { return false };
        let size = self.view.metadata(path).map_or(0, |found| found.len());
        self.run.text = if size > LARGEST { Some(left) } else { left.checked_sub(size) };
        if self.run.text.is_none() {
            let message = format!(
                "limit reached: the configurations of this run hold more than {} MiB; from this one on, they are not read",
                MOST_TEXT >> 20
            );
            self.note(NoteKind::Unreadable, path, None, message);
        }
        self.run.text.is_some()
    }
}

/// Returns why a `path.config` is not looked up.
fn elsewhere(value: &str) -> Option<&'static str> {
    if value.starts_with("http://") || value.starts_with("https://") {
        return Some("not checked: path.config is a URL");
    }
    let message = "not checked: path.config starts with ~, the home directory of the account that runs Logstash";
    without_scheme(value).starts_with('~').then_some(message)
}

fn without_scheme(value: &str) -> &str {
    match value.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("file://") => rest,
        _ => value,
    }
}

/// Resolves a path as `File.expand_path` does in `/`: `.` and `..` by the text alone.
fn absolute(path: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    for part in Path::new(path).components() {
        match part {
            Component::Normal(name) => names.extend(name.to_str()),
            Component::ParentDir => {
                names.pop();
            }
            _ => {}
        }
    }
    format!("/{}", names.join("/"))
}
