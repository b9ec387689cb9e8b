//! What the options of a conversion ask for, and which of them contradict each other.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::check::hint::{COMMANDS, key_argument};
use crate::check::new_name::new_name;
use crate::cli::{ConvertArguments, ConvertFormat};
use crate::commands::{Failure, Status};
use crate::os::display::{escape, quoted, shown};

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
pub(super) fn place(arguments: &ConvertArguments) -> Result<Destination<'_>, Failure> {
    refuse_misspelt_command(&arguments.keys)?;
    let [key] = arguments.keys.as_slice() else { return place_of_several(arguments) };
    refuse_contradictions(arguments, key)?;
    match arguments.output.as_deref() {
        None if arguments.in_place => Ok(Destination::KeyItself),
        None if key.is_dir() => {
            Err(usage(format!("{}: this is a directory, not a key", shown(key)))
                .hint(format!("fixkey fix {}", quoted(key))))
        }
        None => Err(without_output(key, &suggestion(key))),
        Some(path) if path.as_os_str() == "-" => Ok(Destination::StandardOutput),
        Some(path) => Ok(Destination::File(path)),
    }
}

/// Where several keys go: each in its own place, or nowhere.
fn place_of_several(arguments: &ConvertArguments) -> Result<Destination<'_>, Failure> {
    let keys = &arguments.keys;
    if arguments.in_place {
        if keys.iter().any(|key| key.as_os_str() == "-") {
            return Err(usage("standard input cannot be replaced in place"));
        }
        if arguments.cert.is_some() {
            return Err(usage("--cert needs a single KEY"));
        }
        return Ok(Destination::KeyItself);
    }
    if keys.iter().any(|key| matches!(key.to_str(), Some("-o" | "--output" | "-i" | "--in-place")))
    {
        return Err(usage("missing -o FILE").hint("options go before \"--\", file names after it"));
    }
    match (keys.as_slice(), &arguments.output) {
        ([key, output], None) if !output.exists() => Err(without_output(key, output)),
        (_, None) => Err(usage("missing -o FILE").hint("convert one key at a time")),
        (_, Some(_)) => Err(usage("-o FILE needs a single KEY").hint("convert one key at a time")),
    }
}

/// A private key never lands in a terminal or a log by omission.
fn without_output(key: &Path, output: &Path) -> Failure {
    usage("missing -o FILE (use -o - to print the private key to standard output)").hint(format!(
        "fixkey {} -o {}",
        key_argument(key),
        quoted(output)
    ))
}

/// Says which command was meant where the first word is no file and nearly a command.
fn refuse_misspelt_command(keys: &[PathBuf]) -> Result<(), Failure> {
    let Some((first, others)) = keys.split_first() else { return Ok(()) };
    let Some(word) = first.to_str().filter(|_| !first.exists()) else { return Ok(()) };
    let mut shown = COMMANDS.iter().filter(|name| **name != "convert");
    let near = shown.find(|name| strsim::osa_distance(name, word) <= 2);
    let Some(near) = near else { return Ok(()) };
    let words: Vec<String> = others.iter().map(|path| quoted(path)).collect();
    let words = match (words.as_slice(), *near) {
        ([], "fix") => "/etc/logstash".to_owned(),
        ([], "generate") => "man".to_owned(),
        (words, _) => words.join(" "),
    };
    let command = format!("fixkey {near} {words}").trim_end().to_owned();
    Err(usage(format!("unrecognized command \"{}\"", escape(word))).hint(command))
}

fn refuse_contradictions(arguments: &ConvertArguments, key: &Path) -> Result<(), Failure> {
    let key = key.as_os_str();
    if key == "-" && arguments.in_place {
        return Err(usage("standard input cannot be replaced in place"));
    }
    let stdin = ["stdin", "fd:0"].map(OsStr::new).map(Some);
    if key == "-" && stdin.contains(&arguments.passin.as_deref()) {
        return Err(usage("standard input cannot give both the key and its passphrase"));
    }
    let named =
        [&arguments.user, &arguments.owner, &arguments.group].into_iter().any(Option::is_some);
    let of_files = named || arguments.mode.is_some() || arguments.force || arguments.diff;
    let is_printed = arguments.output.as_deref() == Some(Path::new("-"));
    if of_files && is_printed {
        let message = "--user, --owner, --group, --mode, --force and --diff need an output file, not standard output";
        return Err(usage(message));
    }
    if is_printed && arguments.format == ConvertFormat::Json {
        return Err(usage("--format json needs an output file: standard output holds the key"));
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
