//! `fixkey generate`: manual pages and completions, from the tree of arguments.

mod manual;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

use self::manual::Page;
use super::{Failure, Status, Streams};
use crate::check::hint::Hint;
use crate::check::rules::RULES;
use crate::cli::{Arguments, GenerateArguments, Generated};
use crate::os::display::{quoted, shown};

/// Prints what is asked for.
pub(crate) fn run(
    arguments: &GenerateArguments,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    let shell = match arguments.what {
        Generated::Man => return print_manual(arguments, streams),
        Generated::Bash => Shell::Bash,
        Generated::Zsh => Shell::Zsh,
        Generated::Fish => Shell::Fish,
        Generated::Powershell => Shell::PowerShell,
    };
    if arguments.out.is_some() {
        return Err(Failure::new(Status::Usage, "--out is for generate man").into());
    }
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut visible(&tree()), "fixkey", &mut script);
    streams.stdout.write_all(&script)?;
    Ok(Status::Done)
}

/// The pages, in a directory; without one, that of fixkey on standard output.
fn print_manual(
    arguments: &GenerateArguments,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    let pages = manual::pages(tree())?;
    let Some(directory) = &arguments.out else {
        streams.stdout.write_all(pages[0].text.as_bytes())?;
        return Ok(Status::Done);
    };
    if !directory.is_dir() {
        let message = format!("{}: there is no such directory", shown(directory));
        return Err(Failure::new(Status::CouldNot, message)
            .with(Hint::command(format!("mkdir -p {}", quoted(directory))))
            .into());
    }
    for Page { file_name, text } in pages {
        let path = directory.join(file_name);
        write(&path, text.as_bytes()).map_err(|error| {
            Failure::new(Status::CouldNot, format!("{}: {error}", shown(&path)))
        })?;
    }
    Ok(Status::Done)
}

/// Writes a page by a new file that takes its name: no link is followed, and no page is ever half there.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".fixkey-new");
    let new = path.with_file_name(name);
    let written = File::create_new(&new)
        .and_then(|mut file| file.write_all(text))
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}

/// The tree without hidden commands, which some shells would complete.
fn visible(tree: &Command) -> Command {
    let shown = tree.get_subcommands().filter(|command| !command.is_hide_set());
    Command::new("fixkey")
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .args(tree.get_arguments().cloned())
        .subcommands(shown.cloned())
}

/// The tree of arguments, in which options that take a rule know the rules.
fn tree() -> Command {
    let names = || PossibleValuesParser::new(RULES.iter().map(|rule| rule.name));
    let with_rules = |command: Command| {
        let with = |command: Command, option: &str| {
            command.mut_arg(option, |it| it.value_parser(names()).hide_possible_values(true))
        };
        with(with(command, "only"), "ignore")
    };
    let subject = |command: Command| {
        command.mut_arg("subject", |it| it.value_parser(names()).hide_possible_values(true))
    };
    Arguments::command()
        .mut_subcommand("check", with_rules)
        .mut_subcommand("fix", with_rules)
        .mut_subcommand("explain", subject)
}
