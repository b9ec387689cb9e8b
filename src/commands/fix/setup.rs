//! What the options of `fix` ask for, checked.

use std::io;
use std::path::Path;

use crate::cli::FixArguments;
use crate::commands::rights::{Asked, Blocked, Rights};
use crate::commands::{Failure, Status, passphrase_source};
use crate::logstash::plugins::Of;
use crate::logstash::releases::Release;
use crate::logstash::variables::Variables;
use crate::plan::Options;
use crate::report::shown;
use crate::rules::RULES;
use crate::secret::PassphraseSource;
use crate::view::{Map, View};

/// The options, checked.
pub(super) struct Setup {
    pub(super) view: View,
    pub(super) is_mapped: bool,
    pub(super) variables: Variables,
    pub(super) release: Option<Release>,
    pub(super) passin: Option<PassphraseSource>,
    pub(super) key_dir: Option<String>,
    pub(super) rights: Rights,
    only: Vec<String>,
    ignored: Vec<String>,
}

fn usage(message: impl Into<String>) -> Failure {
    Failure::new(Status::Usage, message)
}

impl Setup {
    pub(super) fn of(arguments: &FixArguments) -> Result<Self, Failure> {
        if arguments.paths.iter().any(|path| path == Path::new("-")) {
            return Err(usage("standard input cannot be fixed; name the file"));
        }
        refuse_unknown_rules(arguments.only.iter().chain(&arguments.ignore))?;
        let maps = arguments.map.iter().map(|map| Map::parse(map));
        let maps: Vec<Map> =
            maps.collect::<Result<_, _>>().map_err(|error| usage(format!("--map: {error}")))?;
        let is_mapped = !maps.is_empty();
        let view = View::new(maps);
        let release = arguments.logstash.as_deref().map(str::parse).transpose();
        let release = release.map_err(|error: crate::logstash::releases::Error| {
            usage(format!("--logstash: {error}"))
        })?;
        let asked = Asked { user: arguments.user.as_deref(), owner: None, group: None, mode: None };
        Ok(Self {
            variables: variables(arguments, &view)?,
            release,
            passin: passphrase_source(arguments.passin.as_deref())?,
            key_dir: arguments.key_dir.as_deref().map(key_dir).transpose()?,
            rights: Rights::asked_for(&asked, &view.root())?,
            view,
            is_mapped,
            only: arguments.only.clone(),
            ignored: arguments.ignore.clone(),
        })
    }

    /// How repairs are to be made.
    pub(super) fn options(&self, arguments: &FixArguments) -> Options<'_> {
        Options {
            in_place: arguments.in_place,
            key_dir: self.key_dir.as_deref(),
            decrypt: arguments.decrypt,
            view: &self.view,
        }
    }

    /// By which Logstash keys are judged.
    pub(super) fn of_release(&self) -> Of<'_> {
        self.release.as_ref().map_or(Of::Documentation, Of::Release)
    }

    /// What keeps the account that needs a new key from reading it. Folders above what is mapped are not
    /// those that the account sees.
    pub(super) fn obstacle(&self, path: &Path) -> io::Result<Option<Blocked>> {
        let blocked = self.rights.obstacle(path)?;
        Ok(blocked.filter(|blocked| !self.is_mapped || blocked.is_of_file))
    }

    /// Whether the findings of a rule count.
    pub(super) fn is_wanted(&self, rule: &str) -> bool {
        let named = |rules: &[String]| rules.iter().any(|named| named == rule);
        (self.only.is_empty() || named(&self.only)) && !named(&self.ignored)
    }
}

fn refuse_unknown_rules<'a>(mut rules: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    let unknown = rules.find(|rule| !RULES.iter().any(|known| known.name == rule.as_str()));
    let Some(unknown) = unknown else { return Ok(()) };
    let known: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    Err(usage(format!("there is no rule \"{unknown}\""))
        .hint(format!("the rules are {}", known.join(", "))))
}

fn variables(arguments: &FixArguments, view: &View) -> Result<Variables, Failure> {
    let mut variables = Variables::new(std::env::vars_os());
    let refused = |path: &Path, error: &crate::view::Error| {
        Failure::new(Status::CouldNot, format!("{}: {error}", shown(path)))
    };
    for file in &arguments.env_file {
        variables.add_file(file).map_err(|error| refused(file, &error))?;
    }
    if arguments.env_file.is_empty() {
        variables.add_usual_files(view).map_err(|(path, error)| refused(&path, &error))?;
    }
    Ok(variables)
}

/// A folder that can stand in a configuration, in either kind of quotes and with escapes or without.
fn key_dir(folder: &Path) -> Result<String, Failure> {
    let text = folder.to_str().filter(|text| !text.contains(['"', '\'', '\\', '\n', '\r']));
    let text = text.ok_or_else(|| {
        usage("--key-dir: a folder with a quote, a backslash or a line end cannot be written into a configuration")
    })?;
    if folder.is_relative() {
        return Err(usage(
            "--key-dir: the folder is written into the configuration, so name it from / on",
        ));
    }
    Ok(text.to_owned())
}
