//! Manual pages: one for fixkey, and one for each command.

use std::io;

use clap::Command;
use clap_mangen::Man;

/// The date on the pages: that of the release.
const RELEASED: &str = "2026-11-28";

/// Longer lines than this are broken, in bytes.
const LONGEST_LINE: usize = 78;

/// A page, and the name of its file.
pub(super) struct Page {
    pub(super) file_name: String,
    pub(super) text: String,
}

/// Returns the page of fixkey, then those of its commands.
///
/// # Errors
/// None in practice: the pages are rendered in memory.
pub(super) fn pages(mut tree: Command) -> io::Result<Vec<Page>> {
    // Commands then know their whole names.
    tree.build();
    let commands: Vec<Command> = tree
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .cloned()
        .collect();
    std::iter::once(tree).chain(commands).map(page).collect()
}

fn page(command: Command) -> io::Result<Page> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let after_help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_commands = command.get_subcommands().any(|it| !it.is_hide_set());
    let man = Man::new(command)
        .title(name.to_uppercase())
        .date(RELEASED)
        .source(concat!("fixkey ", env!("CARGO_PKG_VERSION")))
        .manual("fixkey");
    let mut roff = Vec::new();
    man.render_title(&mut roff)?;
    man.render_name_section(&mut roff)?;
    man.render_synopsis_section(&mut roff)?;
    man.render_description_section(&mut roff)?;
    man.render_options_section(&mut roff)?;
    if has_commands {
        man.render_subcommands_section(&mut roff)?;
    }
    let roff = String::from_utf8_lossy(&roff);
    Ok(Page { file_name: format!("{name}.1"), text: tidy(&roff) + &examples(&after_help) })
}

/// The sections of what stands behind the options in the help: examples, and the exit status.
fn examples(after_help: &str) -> String {
    let (examples, status) = after_help.split_once("\n\nExit status: ").unwrap_or((after_help, ""));
    let examples = examples.lines().skip(1).filter_map(|line| {
        let (command, meaning) = line.trim().split_once("  ")?;
        Some(format!(".TP\n{}\n{}\n", escaped(command), escaped(meaning.trim())))
    });
    let examples: String = examples.collect();
    let mut text = format!(".SH EXAMPLES\n{examples}");
    if !status.is_empty() {
        let statuses = status.split(['\n', ' ']).collect::<Vec<_>>().join(" ");
        let statuses = statuses.split("; ").filter_map(|status| status.split_once(' '));
        let entries =
            statuses.map(|(number, meaning)| format!(".TP\n{number}\n{}\n", escaped(meaning)));
        text += ".SH EXIT STATUS\n";
        text.extend(entries);
    }
    text
}

/// Text as roff takes it.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq")
}

/// The page as mandoc wants it: no blank at the end of a line, no empty line, no long one.
fn tidy(roff: &str) -> String {
    let mut tidy = String::new();
    let mut lines = roff.lines().map(str::trim_end).filter(|line| !line.is_empty()).peekable();
    while let Some(line) = lines.next() {
        if line == ".br" && lines.peek() == Some(&".br") {
            continue;
        }
        let is_text = !line.starts_with(['.', '\'']);
        let mut rest = line;
        while is_text && rest.len() > LONGEST_LINE {
            let can_break = |at: &usize| !rest[at + 1..].starts_with(['.', '\'']);
            let blanks = rest.match_indices(' ').map(|(at, _)| at).filter(can_break);
            let Some(at) = blanks.take_while(|at| *at <= LONGEST_LINE).last() else { break };
            tidy.push_str(&rest[..at]);
            tidy.push('\n');
            rest = &rest[at + 1..];
        }
        tidy.push_str(rest);
        tidy.push('\n');
    }
    tidy
}
