//! What the options that are `fix`'s own ask for, checked.

use std::path::{Path, PathBuf};

use crate::cli::FixArguments;
use crate::commands::Failure;
use crate::commands::setup::{self, Setup, usage};
use crate::fix::plan::Options;
use crate::logstash::variables;
use crate::os::display::quoted;

/// The options of `fix` alone.
pub(super) struct FixOptions {
    key_dir: Option<String>,
    /// The flags of `fix` alone that were given, but for `--diff` and `--decrypt`.
    own: String,
    /// What was given, but for `--diff` and the options in `own`, as a shell takes it.
    pub(super) command: String,
}

impl FixOptions {
    pub(super) fn of(arguments: &FixArguments) -> Result<Self, Failure> {
        if arguments.paths.is_empty() {
            let usual = [PathBuf::from("/etc/logstash")];
            let command = setup::command(&arguments.common, &usual);
            return Err(usage("missing PATH").hint(format!("fixkey fix {command}")));
        }
        if arguments.paths.iter().any(|path| path == Path::new("-")) {
            return Err(usage("standard input cannot be fixed; name the file"));
        }
        let decrypt = if arguments.decrypt { "--decrypt " } else { "" };
        let command = setup::command(&arguments.common, &arguments.paths);
        Ok(Self {
            key_dir: arguments.key_dir.as_deref().map(key_dir).transpose()?,
            own: own_options(arguments),
            command: format!("{decrypt}{command}"),
        })
    }

    /// Returns this very command with one more option; `--in-place` and `--key-dir` replace each other.
    pub(super) fn command_with(&self, option: &str) -> String {
        let is_place = option.starts_with("--in-place") || option.starts_with("--key-dir");
        let key_dir = self.key_dir.as_ref().filter(|_| !is_place);
        let key_dir =
            key_dir.map_or(String::new(), |path| format!("--key-dir {} ", quoted(Path::new(path))));
        format!("fixkey fix {option} {}{key_dir}{}", self.own, self.command)
    }

    /// How repairs are to be made.
    pub(super) fn planning<'a>(
        &'a self,
        arguments: &FixArguments,
        setup: &'a Setup,
    ) -> Options<'a> {
        Options {
            in_place: arguments.in_place,
            key_dir: self.key_dir.as_deref(),
            decrypt: arguments.decrypt,
            grant: arguments.grant,
            only_show: arguments.diff,
            view: &setup.view,
        }
    }
}

/// A folder that can stand in a configuration, in either kind of quotes and with escapes or without.
fn key_dir(folder: &Path) -> Result<String, Failure> {
    let is_plain =
        |text: &&str| !text.contains(['"', '\'', '\\']) && !text.chars().any(char::is_control);
    let is_literal = |text: &&str| !text.contains("${") && !variables::is_template(text);
    let text = folder.to_str().filter(is_plain).filter(is_literal).ok_or_else(|| {
        usage("--key-dir: the directory contains a quote, a backslash, a control character, ${ or a template mark")
    })?;
    if folder.is_relative() {
        return Err(usage(
            "--key-dir: the directory must be an absolute path, because fixkey writes it into the configuration",
        ));
    }
    Ok(text.to_owned())
}

/// The flags that say how to repair, each with a blank behind it.
fn own_options(arguments: &FixArguments) -> String {
    let flags = [
        (arguments.in_place, "--in-place "),
        (arguments.grant, "--grant "),
        (arguments.no_backup, "--no-backup "),
    ];
    flags.iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| *flag).collect()
}
