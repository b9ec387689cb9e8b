//! What the options that are `fix`'s own ask for, checked.

use std::path::{Path, PathBuf};

use crate::cli::FixArguments;
use crate::commands::Failure;
use crate::commands::setup::{self, Setup, usage};
use crate::fix::plan::Options;
use crate::logstash::variables;

/// The options of `fix` alone.
pub(super) struct FixOptions {
    key_dir: Option<String>,
    /// What was given, but for `--diff`, as a shell takes it.
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
            command: format!("{decrypt}{command}"),
        })
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
        usage("--key-dir: a folder with a quote, a backslash, a control character, ${ or a template's mark cannot be written into a configuration")
    })?;
    if folder.is_relative() {
        return Err(usage(
            "--key-dir: the folder is written into the configuration, so name it from / on",
        ));
    }
    Ok(text.to_owned())
}
