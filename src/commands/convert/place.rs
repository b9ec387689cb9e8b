//! What the options of a conversion ask for, and which of them contradict each other.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::check::new_name::new_name;
use crate::cli::Arguments;
use crate::commands::{Failure, Status};
use crate::os::display::{quoted, shown};

/// Names of commands to come, which are not taken for key files (`./check` is one).
const COMMANDS: [&str; 1] = ["generate"];

/// What there is to say when the first argument is the name of a command that does not exist yet.
pub(crate) fn command_of_later(first: &OsStr) -> Option<Failure> {
    let command = COMMANDS.into_iter().find(|command| first == *command)?;
    let message =
        format!("\"{command}\" is the name of a command, and this fixkey does not have it yet");
    Some(
        usage(message).hint(format!("for the key file of that name: fixkey ./{command} -o our.p8")),
    )
}

/// Where the new key goes.
pub(super) enum Destination<'a> {
    StandardOutput,
    File(&'a Path),
    KeyItself,
}

fn usage(message: impl Into<String>) -> Failure {
    Failure::new(Status::Usage, message)
}

/// Where the new key goes, if the options allow it.
pub(super) fn place(arguments: &Arguments) -> Result<Destination<'_>, Failure> {
    refuse_contradictions(arguments)?;
    match arguments.output.as_deref() {
        None if arguments.key.is_dir() && !arguments.in_place => {
            let key = &arguments.key;
            Err(usage(format!("{}: this is a directory, not a key", shown(key))).hint(format!(
                "to fix the keys that the configurations in it name: fixkey fix {}",
                quoted(key)
            )))
        }
        None if arguments.in_place => Ok(Destination::KeyItself),
        None => {
            let key = &arguments.key;
            Err(usage("no output is named, and a private key is not printed by omission")
                .hint(format!("fixkey {} -o {}", quoted(key), quoted(&suggestion(key)))))
        }
        Some(path) if path.as_os_str() == "-" => Ok(Destination::StandardOutput),
        Some(path) => Ok(Destination::File(path)),
    }
}

fn refuse_contradictions(arguments: &Arguments) -> Result<(), Failure> {
    let key = arguments.key.as_os_str();
    if key == "-" && arguments.in_place {
        return Err(usage("standard input cannot be replaced in place"));
    }
    let stdin = ["stdin", "fd:0"].map(OsStr::new).map(Some);
    if key == "-" && stdin.contains(&arguments.passin.as_deref()) {
        return Err(usage("standard input cannot give both the key and its passphrase"));
    }
    let named =
        [&arguments.user, &arguments.owner, &arguments.group].into_iter().any(Option::is_some);
    let of_files = named || arguments.mode.is_some() || arguments.force;
    if of_files && arguments.output.as_deref() == Some(Path::new("-")) {
        let message = "--user, --owner, --group, --mode and --force are for an output file, not for standard output";
        return Err(usage(message));
    }
    Ok(())
}

/// The output that `fix` would choose.
pub(super) fn suggestion(key: &Path) -> PathBuf {
    match key.file_name().and_then(|name| name.to_str()) {
        _ if key.as_os_str() == "-" => "our.p8".into(),
        Some(name) => key.with_file_name(new_name(name)),
        None => key.with_extension("p8"),
    }
}
