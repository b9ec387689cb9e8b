//! What the options of `fix` ask for, checked.

use std::ffi::{OsStr, OsString};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::account::Accounts;
use crate::cli::FixArguments;
use crate::commands::rights::{Asked, Blocked, Rights};
use crate::commands::{Failure, Status, passphrase_source};
use crate::logstash::plugins::Of;
use crate::logstash::releases::Release;
use crate::logstash::variables::{self, Variables};
use crate::plan::Options;
use crate::report::{quoted, shown};
use crate::rules::RULES;
use crate::rules::case::Closed;
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
    /// What was given, but for `--diff`, as a shell takes it.
    command: String,
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
            rights: Rights::asked_for(&asked, accounts(&view, is_mapped))?,
            view,
            is_mapped,
            only: arguments.only.clone(),
            ignored: arguments.ignore.clone(),
            command: command(arguments),
        })
    }

    /// A hint with the commands in it spelled out, see [`crate::plan::Obstacle::hint`].
    pub(super) fn spelled_out(&self, hint: &str) -> String {
        let mut spelled = String::new();
        let mut rest = hint;
        while let Some((before, after)) = rest.split_once('\u{2}') {
            let (option, after) = after.split_once('\u{3}').unwrap_or((after, ""));
            let _ = write!(spelled, "{before}fixkey fix {option} {}", self.command);
            rest = after;
        }
        spelled + rest
    }

    /// How repairs are to be made.
    pub(super) fn options(&self, arguments: &FixArguments) -> Options<'_> {
        Options {
            in_place: arguments.in_place,
            key_dir: self.key_dir.as_deref(),
            decrypt: arguments.decrypt,
            only_show: arguments.diff,
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

    /// The same for a file that is named.
    pub(super) fn closed(&self, path: &Path) -> Option<Closed> {
        let Blocked { what, hint, .. } = self.obstacle(path).ok().flatten()?;
        Some(Closed { message: format!("{}: {what}", shown(path)), hint })
    }

    /// Whether the findings of a rule count.
    pub(super) fn is_wanted(&self, rule: &str) -> bool {
        let named = |rules: &[String]| rules.iter().any(|named| named == rule);
        (self.only.is_empty() || named(&self.only)) && !named(&self.ignored)
    }
}

/// Those of the system that is looked at. Where only a part of it is mapped, this machine's are not its.
fn accounts(view: &View, is_mapped: bool) -> Accounts {
    let root = view.root();
    if is_mapped && root == Path::new("/") { Accounts::unknown() } else { Accounts::beneath(&root) }
}

/// The arguments that say what is looked at and how it is judged, as a shell takes them.
fn command(arguments: &FixArguments) -> String {
    let maps = arguments.map.iter().flat_map(|map| ["--map".into(), map.clone()]);
    let files = arguments.env_file.iter().flat_map(|file| ["--env-file".into(), file.into()]);
    let option = |name: &str, value: &Option<String>| {
        let value = value.as_ref().map(|value| [OsString::from(name), value.into()]);
        value.into_iter().flatten()
    };
    let paths = arguments.paths.iter().map(OsString::from);
    let passin = arguments.passin.iter().flat_map(|source| ["--passin".into(), source.clone()]);
    let decrypt = arguments.decrypt.then(|| OsString::from("--decrypt"));
    let all = maps
        .chain(files)
        .chain(option("--user", &arguments.user))
        .chain(option("--logstash", &arguments.logstash))
        .chain(decrypt)
        .chain(passin)
        .chain(paths);
    all.map(|argument| argument_quoted(&argument)).collect::<Vec<_>>().join(" ")
}

fn argument_quoted(argument: &OsStr) -> String {
    if argument.as_encoded_bytes().starts_with(b"--") {
        return argument.to_string_lossy().into_owned();
    }
    quoted(Path::new(argument))
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
        variables.add_file(file).map_err(|error| {
            Failure::new(Status::CouldNot, format!("--env-file: {}: {error}", shown(file)))
        })?;
    }
    if arguments.env_file.is_empty() {
        variables.add_usual_files(view).map_err(|(path, error)| refused(&path, &error))?;
    }
    Ok(variables)
}

/// A folder that can stand in a configuration, in either kind of quotes and with escapes or without.
fn key_dir(folder: &Path) -> Result<String, Failure> {
    let is_plain =
        |text: &&str| !text.contains(['"', '\'', '\\']) && !text.chars().any(char::is_control);
    let is_literal = |text: &&str| !text.contains("${") && !variables::is_template(text);
    let text = folder.to_str().filter(is_plain).filter(is_literal).ok_or_else(|| {
        usage("--key-dir: a folder with a quote, a backslash, a control character, ${ or a template's mark cannot be written into a configuration")
    })?;
    if folder.is_relative() {
        return Err(usage(
            "--key-dir: the folder is written into the configuration, so name it from / on",
        ));
    }
    Ok(text.to_owned())
}
