//! What the options of `check` and `fix` ask for, checked.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use time::{Duration, OffsetDateTime};

use crate::beats::releases::Beats;
use crate::check::access::{AccessPolicy, Asked};
use crate::check::clock::Clock;
use crate::check::hint::Hint;
use crate::check::inspection::{Context, Inspection};
use crate::check::judgement::Wanted;
use crate::check::named_file::{Closed, Readable};
use crate::check::report::Report;
use crate::check::rules::{self, declared::Upgrade};
use crate::cli::CommonOptions;
use crate::commands::{Failure, Status, near, passphrase_source};
use crate::logstash::installed::{CORE, Installed};
use crate::logstash::plugins::Baseline;
use crate::logstash::releases::{self, LATEST, Release};
use crate::logstash::settings::ClientAuth;
use crate::logstash::variables::Variables;
use crate::logstash::version::Versions;
use crate::os::account::{self, Accounts};
use crate::os::display::{quoted, shown};
use crate::os::passphrase::PassphraseSource;
use crate::os::view::{LocatedPath, Map, View};

/// A system, as Logstash or a shipper sees it.
pub(super) struct Host {
    /// Where its paths are on this machine.
    pub(super) view: View,
    /// The values of variables in configurations.
    pub(super) variables: Variables,
    /// Who has to be able to read files.
    pub(super) access: AccessPolicy,
}

/// The options, checked.
pub(super) struct Setup {
    /// The system of Logstash.
    pub(super) logstash: Host,
    /// The system of the shippers.
    pub(super) shipper: Host,
    /// Whether an option maps it on its own.
    pub(super) is_shipper_mapped: bool,
    pub(super) release: Option<Release>,
    /// The release of the shippers, if it is named.
    beats: Option<Beats>,
    /// Whether nothing says that it is the release.
    is_assumed: bool,
    /// The release to upgrade to, where only what it stops is wanted.
    upgrade: Option<Release>,
    pub(super) clock: Clock,
    installed: Option<Installed>,
    /// What to ask clients for, where an old setting allows two intentions.
    pub(super) client_auth: Option<ClientAuth>,
    pub(super) passin: Option<PassphraseSource>,
    pub(super) wanted: Wanted,
}

pub(super) fn usage(message: impl Into<String>) -> Failure {
    Failure::new(Status::Usage, message)
}

/// What to do where the system has no account or group of that name.
pub(super) fn unknown_account(error: &account::Error) -> Failure {
    usage(error.to_string()).hint("give its number instead of its name")
}

impl Setup {
    pub(super) fn of(arguments: &CommonOptions) -> Result<Self, Failure> {
        refuse_unknown_rules(arguments.only.iter().chain(&arguments.ignore))?;
        let logstash = host_of_logstash(arguments)?;
        let release = release("--logstash", arguments.logstash.as_deref())?;
        let mut setup = Self {
            installed: installed(&logstash.view, release.is_some())?,
            release,
            beats: beats(arguments.shipper.as_deref())?,
            is_assumed: false,
            upgrade: None,
            client_auth: None,
            clock: Clock {
                now: OffsetDateTime::now_utc(),
                expires_within: arguments.expires_within,
            },
            passin: passphrase_source(arguments.passin.as_deref())?,
            shipper: host_of_shippers(arguments, &logstash.view)?,
            is_shipper_mapped: !arguments.map_shipper.is_empty(),
            logstash,
            wanted: Wanted { only: arguments.only.clone(), ignored: arguments.ignore.clone() },
        };
        arguments.upgrade.as_deref().map_or(Ok(()), |version| setup.upgrade_to(version))?;
        Ok(setup)
    }

    /// Sets the release to upgrade to.
    fn upgrade_to(&mut self, version: &str) -> Result<(), Failure> {
        let upgrade = release("--upgrade", Some(version))?;
        self.upgrade = upgrade;
        if self.installed.is_none() && self.release.is_none() {
            self.release = upgrade.and_then(|upgrade| upgrade.last_of_major_before());
            self.is_assumed = true;
        }
        let running = self.running();
        if upgrade.zip(running).is_some_and(|(to, from)| to.versions.most < from.most) {
            let from = self.release_before();
            return Err(usage(format!("--upgrade: {version} is no later than {from}"))
                .hint("name the release that runs now with --logstash VERSION"));
        }
        Ok(())
    }

    /// The release that runs until an upgrade, where that is known.
    fn running(&self) -> Option<Versions> {
        let installed = || self.installed.as_ref()?.gem(CORE).map(Versions::only);
        let named = self.release.filter(|_| self.upgrade.is_some());
        named.map_or_else(installed, |release| Some(release.versions))
    }

    /// Returns the Logstash that is assumed.
    pub(super) fn baseline(&self) -> Baseline<'_> {
        match &self.upgrade {
            Some(upgrade) => Baseline::Release(upgrade),
            None => self.baseline_before(),
        }
    }

    /// Returns the Logstash that runs until the upgrade.
    fn baseline_before(&self) -> Baseline<'_> {
        match (&self.release, &self.installed) {
            (Some(release), _) => Baseline::Release(release),
            (None, Some(installed)) => Baseline::Installed(installed),
            (None, None) => Baseline::Documentation,
        }
    }

    /// What the settings are to be migrated for.
    fn migrated_for(&self) -> Upgrade {
        let is_asked_for = self.upgrade.is_some();
        Upgrade { from: self.running(), client_auth: self.client_auth, is_asked_for }
    }

    /// The same in words, with the releases of shippers.
    pub(super) fn judged_by(&self, paths: &[PathBuf], inspection: &Inspection<'_>) -> String {
        let before = self.release_before();
        if let Some(upgrade) = &self.upgrade {
            return format!("the upgrade from {before} to {}", in_words(upgrade));
        }
        let beats: Vec<String> = inspection.beats().iter().map(Beats::to_string).collect();
        if beats.is_empty() {
            return before;
        }
        let beats = beats.join(", ");
        // What else the command line names is judged like a file of Logstash.
        let texts: HashSet<&Path> =
            inspection.texts.iter().map(|text| text.source.path.as_path()).collect();
        let view = &self.logstash.view;
        let is_of_shippers = |path: &PathBuf| {
            texts.contains(path.as_path())
                || view.is_dir(path)
                || view.resolve(path).is_ok_and(|resolved| texts.contains(resolved.as_path()))
        };
        let has_other = inspection.texts.iter().any(|text| text.shipper.is_none())
            || !paths.iter().all(is_of_shippers);
        if has_other { format!("{before}; shippers against {beats}") } else { beats }
    }

    /// The Logstash that runs until the upgrade, in words.
    fn release_before(&self) -> String {
        match (&self.release, &self.installed) {
            (Some(release), _) if self.is_assumed => {
                format!("{} (assumed: no Logstash was found here)", in_words(release))
            }
            (Some(release), _) => in_words(release),
            (None, Some(installed)) => {
                format!("{} (from {})", installed.summary(), shown(&installed.path))
            }
            (None, None) => {
                "the documentation of every supported release, since no Logstash was found here"
                    .to_owned()
            }
        }
    }

    /// How files and configurations are looked at.
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            view: &self.logstash.view,
            variables: &self.logstash.variables,
            readable: &self.logstash,
            shipper_view: &self.shipper.view,
            shipper_variables: &self.shipper.variables,
            shipper_readable: &self.shipper,
            beats: self.beats,
            baseline: self.baseline(),
            before: self.upgrade.map(|_| self.baseline_before()),
            upgrade: self.migrated_for(),
            clock: self.clock,
            looks_at_files: true,
            changes_files: false,
        }
    }
}

impl Readable for Host {
    fn closed(&self, file: &LocatedPath) -> Option<Closed> {
        self.access.obstacle(file, &self.view).ok().flatten().map(Closed::from)
    }

    fn closed_text(&self, path: &Path, listed: Option<&Path>) -> Option<Closed> {
        let file = LocatedPath::of_this_machine(path);
        self.access.obstacle_in(listed, &file, &self.view).ok().flatten().map(Closed::from)
    }

    fn uid(&self) -> Option<u32> {
        // In a copy that somebody made, owners and modes are not those of the system.
        let is_copy = self.view.root() != Path::new("/") && !rustix::process::geteuid().is_root();
        self.access.account_uid().filter(|_| !is_copy)
    }

    fn public(&self, file: &LocatedPath, metadata: &Metadata) -> Option<Vec<Hint>> {
        let is_entered = || {
            let route = self.view.route_of(file);
            self.view.is_mapped() || route.is_ok_and(|route| account::everyone_enters(&route))
        };
        let is_public = metadata.mode() & 0o004 != 0 && is_entered();
        is_public.then(|| self.access.closing(file, &self.view).unwrap_or_default())
    }
}

/// Returns the system of Logstash.
fn host_of_logstash(arguments: &CommonOptions) -> Result<Host, Failure> {
    let view = View::new(maps("--map", &arguments.map)?);
    let asked = Asked { user: arguments.user.as_deref(), owner: None, group: None, mode: None };
    let access = AccessPolicy::asked_for(&asked, accounts(&view))
        .map_err(|error| unknown_account(&error))?;
    Ok(Host { variables: variables(arguments, &view)?, view, access })
}

/// Root: the account of Beats in their packages.
const ACCOUNT_OF_SHIPPERS: &str = "0";

/// Returns the system of the shippers, which is that of Logstash unless an option says otherwise.
fn host_of_shippers(arguments: &CommonOptions, view: &View) -> Result<Host, Failure> {
    let variables = shipper_variables(arguments, view)?;
    let view = match arguments.map_shipper.as_slice() {
        [] => view.clone(),
        own => View::new(distinct(maps("--map-shipper", own)?)?),
    };
    let user = arguments.shipper_user.as_deref().or(Some(ACCOUNT_OF_SHIPPERS));
    let asked = Asked { user, owner: None, group: None, mode: None };
    let access = AccessPolicy::asked_for(&asked, accounts(&view))
        .map_err(|error| unknown_account(&error))?;
    Ok(Host { view, variables, access })
}

/// A release by its name; for one later than all that are known, the one that it is judged as.
fn in_words(release: &Release) -> String {
    if release.is_later_than_known() {
        return format!("Logstash {LATEST} (the last that fixkey knows before {release})");
    }
    format!("Logstash {release}")
}

/// The maps that an option gives.
fn maps(option: &str, given: &[OsString]) -> Result<Vec<Map>, Failure> {
    let maps = given.iter().map(|map| Map::parse(map)).collect::<Result<_, _>>();
    maps.map_err(|error| usage(format!("{option}: {error}")))
}

/// Refuses two maps of one path: the files of two shippers need a run each.
fn distinct(maps: Vec<Map>) -> Result<Vec<Map>, Failure> {
    let is_again = |(at, map): (usize, &Map)| maps[..at].iter().any(|other| other.from == map.from);
    if maps.iter().enumerate().any(is_again) {
        return Err(usage("--map-shipper: the same FROM is given twice")
            .hint("run fixkey once for each host of shippers"));
    }
    Ok(maps)
}

/// The release that an option names.
fn release(option: &str, version: Option<&str>) -> Result<Option<Release>, Failure> {
    let release = version.map(str::parse).transpose();
    release.map_err(|error: releases::Error| usage(format!("{option}: {error}")))
}

/// The release of shippers that the command line names.
fn beats(version: Option<&str>) -> Result<Option<Beats>, Failure> {
    let beats = version.map(Beats::parse).transpose();
    beats.map_err(|error| usage(format!("--shipper: {error}")))
}

/// The Logstash that is installed on the system that is looked at; not this machine's where only a part of another is
/// mapped. Where a release is named, it may be unreadable.
fn installed(view: &View, is_named: bool) -> Result<Option<Installed>, Failure> {
    if view.is_mapped() && view.root() == Path::new("/") {
        return Ok(None);
    }
    match Installed::find(view) {
        Ok(installed) => Ok(installed),
        Err(_) if is_named => Ok(None),
        Err((path, error)) => {
            Err(Failure::new(Status::CouldNot, format!("{}: {error}", shown(&path)))
                .hint("name the release: --logstash VERSION"))
        }
    }
}

/// Those of the system that is looked at. Where only a part of it is mapped, this machine's are not its.
fn accounts(view: &View) -> Accounts {
    let is_a_part = view.is_mapped() && view.root() == Path::new("/");
    if is_a_part { Accounts::unknown() } else { Accounts::seen_in(view) }
}

/// The arguments that say what is looked at and how it is judged, as a shell takes them.
pub(super) fn command(arguments: &CommonOptions, paths: &[PathBuf]) -> String {
    let maps = arguments.map.iter().flat_map(|map| ["--map".into(), map.clone()]);
    let maps = maps
        .chain(arguments.map_shipper.iter().flat_map(|map| ["--map-shipper".into(), map.clone()]));
    let files = arguments.env_file.iter().flat_map(|file| ["--env-file".into(), file.into()]);
    let option = |name: &str, value: &Option<String>| {
        let value = value.as_ref().map(|value| [OsString::from(name), value.into()]);
        value.into_iter().flatten()
    };
    let passin = arguments.passin.iter().flat_map(|source| ["--passin".into(), source.clone()]);
    let rules = |name: &'static str, rules: &[String]| -> Vec<OsString> {
        rules.iter().flat_map(|rule| [OsString::from(name), rule.into()]).collect()
    };
    let all = maps
        .chain(files)
        .chain(rules("--only", &arguments.only))
        .chain(rules("--ignore", &arguments.ignore))
        .chain(option("--user", &arguments.user))
        .chain(option("--shipper-user", &arguments.shipper_user))
        .chain(option("--logstash", &arguments.logstash))
        .chain(option("--upgrade", &arguments.upgrade))
        .chain(option("--shipper", &arguments.shipper))
        .chain(passin)
        .chain(paths.iter().map(OsString::from));
    all.map(|argument| argument_quoted(&argument)).collect::<Vec<_>>().join(" ")
}

/// The options that change the outcome of a run and not what it looks at.
pub(super) fn outcome_options(arguments: &CommonOptions) -> Vec<String> {
    let strict = arguments.strict.then(|| "--strict".to_owned());
    let within = arguments.expires_within;
    let within = (within != Duration::days(30))
        .then(|| format!("--expires-within {}s", within.whole_seconds()));
    strict.into_iter().chain(within).collect()
}

/// The command as root would give it, where this account has no permission to read a file.
pub(super) fn privileged(report: &Report, command: impl FnOnce() -> String) -> Option<String> {
    let mut unread = report.unread();
    let is_denied = unread.any(|(_, why)| why.contains("Permission denied"));
    let is_wanted = is_denied && !rustix::process::geteuid().is_root();
    is_wanted.then(|| format!("sudo {}", command()))
}

fn argument_quoted(argument: &OsStr) -> String {
    if argument.as_encoded_bytes().starts_with(b"--") {
        return argument.to_string_lossy().into_owned();
    }
    quoted(Path::new(argument))
}

fn refuse_unknown_rules<'a>(mut rules: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    let unknown = rules.find(|rule| rules::find(rule).is_none());
    unknown.map_or(Ok(()), |unknown| Err(near::no_rule(unknown)))
}

/// The variables of shippers: not those of the service of Logstash.
fn shipper_variables(arguments: &CommonOptions, view: &View) -> Result<Variables, Failure> {
    let mut variables = Variables::new(std::env::vars_os());
    for file in &arguments.env_file {
        variables.add_file(file, view).map_err(|error| {
            Failure::new(Status::CouldNot, format!("--env-file: {}: {error}", shown(file)))
        })?;
    }
    Ok(variables)
}

fn variables(arguments: &CommonOptions, view: &View) -> Result<Variables, Failure> {
    let mut variables = Variables::new(std::env::vars_os());
    let refused = |path: &Path, error: &crate::os::view::Error| {
        Failure::new(Status::CouldNot, format!("{}: {error}", shown(path)))
    };
    for file in &arguments.env_file {
        variables.add_file(file, view).map_err(|error| {
            Failure::new(Status::CouldNot, format!("--env-file: {}: {error}", shown(file)))
        })?;
    }
    if arguments.env_file.is_empty() {
        variables.add_usual_files(view).map_err(|(path, error)| refused(&path, &error))?;
    } else {
        variables.complete(view);
    }
    Ok(variables)
}
