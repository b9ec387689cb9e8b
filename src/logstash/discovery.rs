//! Which texts make up the pipelines: what Logstash would read, given a path of the command line.

mod embedded;
mod files;
mod glob;
mod pipelines;
mod settings;
mod yaml;

pub use embedded::Embedded;
pub use settings::YamlScalar;
pub use yaml::{Style, differ_only_in};

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use source_text::Position;
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use crate::logstash::variables::Variables;
use crate::os::view::{self, View};

/// The file of process-wide settings.
const LOGSTASH_YML: &str = "logstash.yml";
/// The file that lists pipelines.
const PIPELINES_YML: &str = "pipelines.yml";

/// Why a path of the command line gives nothing.
#[derive(Debug, ThisError)]
#[error("{cause}")]
pub struct Error {
    /// The path.
    pub path: PathBuf,
    /// What stands in the way.
    #[source]
    pub cause: view::Error,
}

/// What a path leads to.
#[derive(Default)]
pub struct Found {
    /// The texts, in Logstash's order.
    pub sources: Vec<Source>,
    /// What is worth saying about the search itself, in the order in which it came up.
    pub notes: Vec<Note>,
}

/// A text that holds settings.
pub struct Source {
    /// The file on this machine that holds it.
    pub path: PathBuf,
    /// All bytes of that file; erased when they go.
    pub bytes: Arc<Zeroizing<Vec<u8>>>,
    /// Of the file when it was opened, to tell whether it was changed since; `None` of a pipe.
    pub metadata: Option<Metadata>,
    /// What it is.
    pub kind: SourceKind,
    /// The pipelines that it belongs to, in their order; empty where only Logstash's command line could tell.
    pub pipelines: Vec<Pipeline>,
}

impl Source {
    /// Whether backslashes in strings are escapes (`config.support_escapes`); `None` where it is not known, or
    /// differs between its pipelines.
    #[must_use]
    pub fn support_escapes(&self) -> Option<bool> {
        let first = self.pipelines.first()?.support_escapes;
        self.pipelines.iter().all(|pipeline| pipeline.support_escapes == first).then_some(first)
    }
}

/// What a text is.
pub enum SourceKind {
    /// A file in Logstash's configuration language.
    Configuration,
    /// The same within a YAML file.
    Embedded(Embedded),
    /// `logstash.yml`, with the settings in it that name private keys.
    LogstashYml(Vec<YamlScalar>),
}

/// A pipeline, as far as it changes what a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// `pipeline.id`
    pub id: String,
    /// `config.support_escapes`
    pub support_escapes: bool,
}

/// Something about the search that its result does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What sort of thing.
    pub kind: NoteKind,
    /// The file that it is about, on this machine.
    pub path: PathBuf,
    /// Where in that file.
    pub place: Option<Position>,
    /// What there is to say, without the path.
    pub message: String,
}

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Logstash refuses it, and does not start or has no pipelines: an error.
    Refused,
    /// fixkey may not read what Logstash would: the judgement is not complete.
    Unreadable,
    /// A name ends in `~`, so that Logstash skips the file.
    Backup,
    /// A pipe, socket or device, which fixkey does not read.
    Special,
    /// No file is there for `path.config`.
    NoMatch,
    /// `path.config` is an address, or a path that depends on who runs Logstash; it was not looked up.
    Elsewhere,
    /// A variable has no value here.
    NoValue,
    /// Pipelines are managed centrally, in Elasticsearch.
    CentralManagement,
    /// `pipelines.yml` is not read, since `logstash.yml` names a pipeline.
    PipelinesIgnored,
    /// Neither settings file names a pipeline.
    NoPipelines,
    /// A key stands twice, and the last one counts.
    DuplicateKey,
    /// `config.string` stands beside `path.config`, and counts.
    StringWins,
}

/// Finds the texts that Logstash would read for a path of the command line, which is a path of this machine:
/// a configuration, `pipelines.yml`, `logstash.yml`, a folder of settings, or a folder of configurations.
/// Settings files are told by their names.
///
/// # Errors
/// [`struct@Error`] when the path itself cannot be read.
pub fn discover(path: &Path, view: &View, variables: &Variables) -> Result<Found, Error> {
    let mut search = Search { view, variables, found: Found::default(), known: HashMap::new() };
    let name = path.file_name().and_then(|name| name.to_str());
    if !view.is_dir(path) {
        match name {
            Some(PIPELINES_YML) => search.pipelines_file(path)?,
            Some(LOGSTASH_YML) => search.settings_file(path)?,
            _ => search.configuration(path)?,
        }
    } else if [PIPELINES_YML, LOGSTASH_YML].iter().any(|name| search.exists(&path.join(name))) {
        search.settings_folder(path);
    } else {
        search.folder(path)?;
    }
    Ok(search.found)
}

struct Search<'a> {
    view: &'a View,
    variables: &'a Variables,
    found: Found,
    /// Where in `found` a file is, by its path without links.
    known: HashMap<PathBuf, usize>,
}

/// A file, read.
#[derive(Clone)]
struct Read {
    path: PathBuf,
    bytes: Arc<Zeroizing<Vec<u8>>>,
    metadata: Option<Metadata>,
}

impl Read {
    /// Reads a file, and closes it: there may be more of them than a process may have open.
    fn new(path: &Path, view: &View) -> Result<Self, Error> {
        let fault = |cause| Error { path: path.to_owned(), cause };
        let resolved = view.resolve(path).map_err(|error| fault(error.into()))?;
        let contents = view.read_file(&resolved).map_err(fault)?;
        let metadata = contents.file.map(|file| file.metadata);
        Ok(Self { path: resolved, bytes: Arc::new(contents.bytes), metadata })
    }

    fn into_source(self, kind: SourceKind, pipelines: Vec<Pipeline>) -> Source {
        Source { path: self.path, bytes: self.bytes, metadata: self.metadata, kind, pipelines }
    }
}

impl Search<'_> {
    fn note(
        &mut self,
        kind: NoteKind,
        path: &Path,
        place: Option<Position>,
        message: impl Into<String>,
    ) {
        let message = message.into();
        self.found.notes.push(Note { kind, path: path.to_owned(), place, message });
    }

    fn exists(&self, path: &Path) -> bool {
        self.view.metadata(path).is_ok()
    }

    fn unreadable(&mut self, error: &Error) {
        self.note(NoteKind::Unreadable, &error.path, None, error.cause.to_string());
    }

    /// A configuration that was named outright.
    fn configuration(&mut self, path: &Path) -> Result<(), Error> {
        self.found
            .sources
            .push(Read::new(path, self.view)?.into_source(SourceKind::Configuration, Vec::new()));
        Ok(())
    }

    /// A folder, as Logstash reads one that `path.config` names.
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let fault = |error: std::io::Error| Error { path: folder.to_owned(), cause: error.into() };
        let mut names = self.view.names(folder).map_err(fault)?;
        names.sort();
        names.retain(|name| !name.as_encoded_bytes().starts_with(b"."));
        for name in names {
            self.file_of(&folder.join(name), None);
        }
        Ok(())
    }

    fn settings_folder(&mut self, folder: &Path) {
        let settings = self.optional_settings(&folder.join(LOGSTASH_YML));
        self.take_settings(&settings);
        let pipelines = folder.join(PIPELINES_YML);
        let exists = self.exists(&pipelines);
        if self.is_managed_centrally(&settings) {
            return;
        }
        if settings.names_pipeline() {
            if exists {
                self.note(NoteKind::PipelinesIgnored, &pipelines, None, IGNORED);
            }
            self.own_pipeline(&settings);
        } else if !exists {
            self.note(NoteKind::NoPipelines, folder, None, NO_PIPELINES);
        } else if let Err(error) = self.listed_pipelines(&pipelines, &settings) {
            self.unreadable(&error);
        }
    }

    /// `logstash.yml`, named outright.
    fn settings_file(&mut self, path: &Path) -> Result<(), Error> {
        let settings = self.settings(path)?;
        self.take_settings(&settings);
        if !self.is_managed_centrally(&settings) {
            self.own_pipeline(&settings);
        }
        Ok(())
    }

    /// `pipelines.yml`, named outright: it is read even if Logstash would not, but with Logstash's defaults.
    fn pipelines_file(&mut self, path: &Path) -> Result<(), Error> {
        let settings = self.optional_settings(&path.with_file_name(LOGSTASH_YML));
        if settings.names_pipeline() {
            self.note(NoteKind::PipelinesIgnored, path, None, IGNORED);
        }
        self.is_managed_centrally(&settings);
        self.listed_pipelines(path, &settings)
    }
}

/// Source: `MultiLocal#match?` and `#config_conflict?` of Logstash's `config/source/multi_local.rb`.
const IGNORED: &str =
    "Logstash ignores pipelines.yml, because logstash.yml sets path.config or config.string";

/// Source: `MultiLocal#config_conflict?`; `-f` and `-e` are command-line options of Logstash.
const NO_PIPELINES: &str = "Logstash starts only with -f or -e: there is no pipelines.yml here, and logstash.yml sets neither path.config nor config.string";
