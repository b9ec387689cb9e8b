//! Finds the texts that Logstash would read for a path on the command line.

mod embedded;
mod files;
mod glob;
mod pipelines;
mod settings;

pub use embedded::Embedded;
pub use settings::{SettingsFile, YamlKey, YamlScalar};

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use source_text::Position;
use thiserror::Error as ThisError;
use zeroize::Zeroizing;

use self::glob::Globs;
use crate::logstash::variables::Variables;
use crate::os::view::{self, Contents, View};

/// The file of process-wide settings.
const LOGSTASH_YML: &str = "logstash.yml";
/// The file that lists pipelines.
const PIPELINES_YML: &str = "pipelines.yml";

/// Why a path on the command line yields nothing.
#[derive(Debug, ThisError)]
#[error("{cause}")]
pub struct Error {
    /// The path.
    pub path: PathBuf,
    /// The obstacle.
    #[source]
    pub cause: view::Error,
}

/// The result of a search.
#[derive(Default)]
pub struct Found {
    /// The texts, in Logstash's order.
    pub sources: Vec<Source>,
    /// Notes about the search itself, in the order in which they arose.
    pub notes: Vec<Note>,
}

/// A text with settings.
pub struct Source {
    /// The file on this machine that holds it.
    pub path: PathBuf,
    /// All bytes of that file; erased on drop.
    pub bytes: Arc<Zeroizing<Vec<u8>>>,
    /// The metadata at opening, to detect later changes; `None` for a pipe.
    pub metadata: Option<Metadata>,
    /// Its kind.
    pub kind: SourceKind,
    /// The pipelines that it belongs to, in order; empty if only Logstash's command line could tell.
    pub pipelines: Vec<Pipeline>,
    /// The directory on this machine that has to be listed to find the file.
    pub listed: Option<PathBuf>,
}

impl Source {
    /// Returns the file of a shipper.
    #[must_use]
    pub fn of_shipper(path: PathBuf, contents: Contents) -> Self {
        let Contents { bytes, file } = contents;
        let metadata = file.map(|file| file.metadata);
        let (kind, pipelines, listed) = (SourceKind::Shipper, Vec::new(), None);
        Self { path, bytes: Arc::new(bytes), metadata, kind, pipelines, listed }
    }

    /// Returns whether backslashes in strings are escapes (`config.support_escapes`); `None` if that is unknown or
    /// differs between its pipelines.
    #[must_use]
    pub fn support_escapes(&self) -> Option<bool> {
        let first = self.pipelines.first()?.support_escapes;
        self.pipelines.iter().all(|pipeline| pipeline.support_escapes == first).then_some(first)
    }
}

/// The kind of a text.
pub enum SourceKind {
    /// A file in Logstash's configuration language.
    Configuration,
    /// The same within a YAML file.
    Embedded(Embedded),
    /// `logstash.yml` or `pipelines.yml`, with what is known of its settings.
    SettingsFile(SettingsFile),
    /// The file of a shipper.
    Shipper,
}

/// The parts of a pipeline that change what a text means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// `pipeline.id`
    pub id: String,
    /// `config.support_escapes`
    pub support_escapes: bool,
    /// The settings files on this machine that describe it.
    pub settings: Vec<PathBuf>,
}

/// A fact about the search that its result does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its kind.
    pub kind: NoteKind,
    /// The file that it is about, on this machine.
    pub path: PathBuf,
    /// The position in that file.
    pub place: Option<Position>,
    /// The message, without the path.
    pub message: String,
}

/// The kind of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteKind {
    /// Logstash refuses it, and does not start or has no pipelines: an error.
    Refused,
    /// fixkey has no permission to read what Logstash would read: the check is incomplete.
    Unreadable,
    /// A name ends in `~`, so that Logstash skips the file.
    Backup,
    /// A pipe, socket or device, which fixkey does not read.
    Special,
    /// `path.config` matches no file.
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
    /// A key appears twice, and the last one counts.
    DuplicateKey,
    /// `config.string` takes precedence over `path.config`.
    StringWins,
}

/// The most that the configurations of a run hold together, in bytes.
const MOST_TEXT: u64 = 64 << 20;

/// Finds the texts that Logstash would read, for the paths of one run.
pub struct Discovery<'a> {
    view: &'a View,
    variables: &'a Variables,
    globs: Globs,
    /// How many more bytes the configurations of settings files may hold; `None` once they held more.
    text: Option<u64>,
}

impl<'a> Discovery<'a> {
    /// Returns a run that has found nothing yet.
    #[must_use]
    pub fn new(view: &'a View, variables: &'a Variables) -> Self {
        Self { view, variables, globs: Globs::default(), text: Some(MOST_TEXT) }
    }

    /// Finds the texts for a path on the command line, which is a path on this machine: a configuration, `pipelines.yml`,
    /// `logstash.yml`, a directory of settings, or a directory of configurations. Settings files are recognised by name.
    ///
    /// # Errors
    /// [`struct@Error`] when the path itself cannot be read.
    pub fn discover(&mut self, path: &Path) -> Result<Found, Error> {
        let Self { view, variables, .. } = *self;
        let (found, known) = (Found::default(), HashMap::new());
        let mut search = Search { view, variables, run: self, found, known };
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
}

struct Search<'a, 'r> {
    view: &'a View,
    variables: &'a Variables,
    run: &'r mut Discovery<'a>,
    found: Found,
    /// The index of a file in `found`, by its path without links.
    known: HashMap<PathBuf, usize>,
}

/// A file that was read.
#[derive(Clone)]
struct Read {
    path: PathBuf,
    bytes: Arc<Zeroizing<Vec<u8>>>,
    metadata: Option<Metadata>,
}

impl Read {
    /// Reads and closes a file: there may be more files than a process can have open.
    fn new(path: &Path, view: &View) -> Result<Self, Error> {
        let fault = |cause| Error { path: path.to_owned(), cause };
        let resolved = view.resolve(path).map_err(|error| fault(error.into()))?;
        let contents = view.read_file(&resolved).map_err(fault)?;
        let metadata = contents.file.map(|file| file.metadata);
        Ok(Self { path: resolved, bytes: Arc::new(contents.bytes), metadata })
    }

    fn into_source(self, kind: SourceKind, pipelines: Vec<Pipeline>) -> Source {
        let Self { path, bytes, metadata } = self;
        Source { path, bytes, metadata, kind, pipelines, listed: None }
    }
}

impl Search<'_, '_> {
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

    /// Takes a configuration named on the command line.
    fn configuration(&mut self, path: &Path) -> Result<(), Error> {
        self.found
            .sources
            .push(Read::new(path, self.view)?.into_source(SourceKind::Configuration, Vec::new()));
        Ok(())
    }

    /// Takes a directory, as Logstash reads one in `path.config`.
    fn folder(&mut self, folder: &Path) -> Result<(), Error> {
        let fault = |error: std::io::Error| Error { path: folder.to_owned(), cause: error.into() };
        let mut names = self.view.names(folder).map_err(fault)?;
        names.sort();
        names.retain(|name| !name.as_encoded_bytes().starts_with(b"."));
        for name in names {
            self.file_of(&folder.join(name), Some(folder.to_owned()), None);
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

    /// Takes a `logstash.yml` named on the command line.
    fn settings_file(&mut self, path: &Path) -> Result<(), Error> {
        let settings = self.settings(path)?;
        self.take_settings(&settings);
        if !self.is_managed_centrally(&settings) {
            self.own_pipeline(&settings);
        }
        Ok(())
    }

    /// Takes a `pipelines.yml` named on the command line, even if Logstash would not read it, with Logstash's defaults.
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
