//! What the options that are `fix`'s own ask for, checked.

use std::path::{Path, PathBuf};

use crate::check::hint::Hint;
use crate::cli::FixArguments;
use crate::commands::Failure;
use crate::commands::setup::{self, Setup, usage};
use crate::fix::plan::Options;
use crate::logstash::variables;
use crate::os::display::quoted;
use crate::os::view;

/// The options of `fix` alone.
pub(super) struct FixOptions<'a> {
    arguments: &'a FixArguments,
    key_dir: Option<String>,
}

impl<'a> FixOptions<'a> {
    pub(super) fn of(arguments: &'a FixArguments) -> Result<Self, Failure> {
        let key_dir = arguments.key_dir.as_deref().map(key_dir).transpose()?;
        let options = Self { arguments, key_dir };
        if arguments.paths.is_empty() {
            let command = options.command(None, &[PathBuf::from("/etc/logstash")]);
            return Err(usage("missing PATH").with(Hint::command(command)));
        }
        if arguments.paths.iter().any(|path| path == Path::new("-")) {
            return Err(usage("standard input cannot be fixed; name the file"));
        }
        Ok(options)
    }

    /// Returns this very command.
    pub(super) fn same_command(&self) -> String {
        let options = setup::outcome_options(&self.arguments.common);
        let option = (!options.is_empty()).then(|| options.join(" "));
        self.command(option.as_deref(), &self.arguments.paths)
    }

    /// Returns this very command with one more option; `--in-place` and `--key-dir` replace each other.
    pub(super) fn command_with(&self, option: &str) -> String {
        self.command(Some(option), &self.arguments.paths)
    }

    /// Returns this command for other paths, with everything else that was given, `--diff` too: who asked what would
    /// change does not get a command that changes it.
    pub(super) fn command_for(&self, path: PathBuf) -> String {
        self.command(None, &[path])
    }

    fn command(&self, option: Option<&str>, paths: &[PathBuf]) -> String {
        let FixArguments { diff, in_place, decrypt, grant, no_backup, .. } = *self.arguments;
        let is_place =
            |option: &str| option.starts_with("--in-place") || option.starts_with("--key-dir");
        let has_place = option.is_some_and(is_place);
        let flags = [
            (diff, "--diff"),
            (in_place && !has_place, "--in-place"),
            (decrypt, "--decrypt"),
            (grant, "--grant"),
            (no_backup, "--no-backup"),
        ];
        let given = flags.iter().filter(|(is_given, flag)| *is_given && option != Some(flag));
        let mut words = vec!["fixkey fix".to_owned()];
        words.extend(option.map(str::to_owned));
        let is_choice = option.is_some_and(|option| option.starts_with("--client-auth"));
        let choice = self.arguments.client_auth.filter(|_| !is_choice);
        words.extend(choice.map(|choice| format!("--client-auth {}", choice.value())));
        words.extend(given.map(|(_, flag)| (*flag).to_owned()));
        let key_dir = self.key_dir.as_ref().filter(|_| !has_place);
        words.extend(key_dir.map(|path| format!("--key-dir {}", quoted(Path::new(path)))));
        words.push(setup::command(&self.arguments.common, paths));
        words.join(" ")
    }

    /// How repairs are to be made.
    pub(super) fn planning<'p>(&'p self, setup: &'p Setup) -> Options<'p> {
        let FixArguments { diff, in_place, decrypt, grant, no_backup, .. } = *self.arguments;
        Options {
            in_place,
            key_dir: self.key_dir.as_deref(),
            decrypt,
            grant,
            no_backup,
            only_show: diff,
            is_shipper_mapped: setup.is_shipper_mapped,
            is_shipper_root: setup.shipper.access.account_uid() == Some(0),
            view: &setup.logstash.view,
        }
    }
}

/// Returns a directory as a configuration can hold it, in either kind of quotes and with escapes or without.
fn key_dir(directory: &Path) -> Result<String, Failure> {
    let is_plain =
        |text: &&str| !text.contains(['"', '\'', '\\']) && !text.chars().any(char::is_control);
    let is_literal = |text: &&str| !text.contains("${") && !variables::is_template(text);
    let text = directory.to_str().filter(is_plain).filter(is_literal).ok_or_else(|| {
        usage("--key-dir: the directory contains a quote, a backslash, a control character, ${ or a template mark")
    })?;
    if view::is_relative(directory) {
        return Err(usage(
            "--key-dir: the directory must be an absolute path, because fixkey writes it into the configuration",
        ));
    }
    Ok(text.to_owned())
}
