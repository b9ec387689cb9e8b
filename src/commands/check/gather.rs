//! What the paths of the command line lead to: configurations as Logstash finds them, and other files.

use std::path::{Path, PathBuf};

use crate::check::assembly::Origin;
use crate::check::look::Candidate;
use crate::cli::CheckArguments;
use crate::commands::setup::Setup;
use crate::commands::{Failure, Status};
use crate::logstash::discovery::{Discovery, Found, Note};
use crate::os::display::shown;
use crate::os::view::{self, View};
use crate::os::walk::{self, Walk};

/// What was found.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) sources: Vec<Origin>,
    pub(super) notes: Vec<Note>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) closed: Vec<(PathBuf, view::Error)>,
}

/// Looks where the paths of the command line lead.
pub(super) fn gather(arguments: &CheckArguments, setup: &Setup) -> Result<Gathered, Failure> {
    let mut gathered = Gathered::default();
    let mut walk = Walk::new(&setup.logstash.view);
    let mut discovery = Discovery::new(&setup.logstash.view, &setup.logstash.variables);
    let mut named = Vec::new();
    for path in &arguments.paths {
        if path.as_os_str() == "-" {
            named.push(path.clone());
        } else if setup.logstash.view.is_dir(path) {
            walk.folder(path);
        } else if walk::is_settings_file(path) {
            gathered.discover(path, &mut discovery)?;
        } else {
            refuse_missing(path, &setup.logstash.view)?;
            let resolved = setup.logstash.view.resolve(path);
            named.push(resolved.map_err(|error| could_not(path, &error.into()))?);
        }
    }
    for folder in &walk.settings {
        gathered.discover(folder, &mut discovery)?;
    }
    let below = |path: &Path| walk.settings.iter().any(|folder| path.starts_with(folder));
    let walked = walk.files.iter().filter(|file| !walk::is_settings_file(&file.path));
    let walked = walked.filter(|file| !named.contains(&file.path)).map(|file| Candidate {
        path: file.path.clone(),
        identity: Some(file.identity),
        may_be_configuration: !below(&file.path),
    });
    let outright = named.iter().map(|path| Candidate {
        path: path.clone(),
        identity: None,
        may_be_configuration: true,
    });
    gathered.candidates = outright.chain(walked).collect();
    gathered.closed = walk.closed;
    Ok(gathered)
}

impl Gathered {
    fn discover(&mut self, path: &Path, discovery: &mut Discovery<'_>) -> Result<(), Failure> {
        let found = discovery.discover(path).map_err(|error| could_not(path, &error.cause))?;
        let Found { sources, notes } = found;
        let origin = |source| Origin { source, path: path.to_owned() };
        self.sources.extend(sources.into_iter().map(origin));
        self.notes.extend(notes);
        Ok(())
    }
}

/// Refuses a path of the command line at which nothing is.
pub(super) fn refuse_missing(path: &Path, view: &View) -> Result<(), Failure> {
    match view.metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(could_not(path, &view::Error::Missing))
        }
        _ => Ok(()),
    }
}

pub(super) fn could_not(path: &Path, error: &view::Error) -> Failure {
    let failure = Failure::new(Status::CouldNot, format!("{}: {error}", shown(path)));
    match error {
        view::Error::Io(_) => failure.hint("run fixkey as root or as the owner of the file"),
        view::Error::Missing => {
            failure.hint("give keys, certificates, configurations, or a directory that holds them")
        }
        _ => failure,
    }
}
