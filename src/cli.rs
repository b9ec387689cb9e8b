//! The command line, as clap types.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use time::Duration;

use crate::logstash::settings::ClientAuth;
use crate::report::Format;
use clap::{Args, Parser, Subcommand, ValueEnum};

const AFTER_HELP: &str = "\
Examples:
  fixkey our.key -o our.p8                         convert a key to a new file
  fixkey our.key -o our.p8 --cert our.crt          and make sure that it belongs to the certificate
  fixkey our.key -o our.p8 --passin file:our.pass  decrypt it
  fixkey --in-place our.key                        replace the key itself
  sops -d our.key | fixkey - -o our.p8             read standard input (`-o -` writes standard output)
  fixkey check /etc/logstash                       find what is wrong, and change nothing
  fixkey fix --diff /etc/logstash                  show what fix would change
  fixkey fix /etc/logstash                         convert keys and update the configurations

Exit status: 0 done; 1 the input is at fault; 2 wrong usage; 3 could not do it";

/// Converts a private key that Logstash refuses to unencrypted PKCS#8, and checks and repairs the TLS files of Logstash
#[derive(Debug, Parser)]
#[command(name = "fixkey", version, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    propagate_version = true
)]
#[command(
    override_usage = "fixkey [OPTIONS] <KEY> -o <FILE>\n       fixkey <COMMAND> [OPTIONS] ..."
)]
pub struct Arguments {
    /// What to do; without it, a key is converted.
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What `fixkey KEY -o FILE` says.
    #[command(flatten)]
    pub conversion: ConvertArguments,
}

/// The commands, by the names that the command line has for them.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reports what keeps Logstash, or its clients, from working; never writes
    Check(CheckArguments),
    /// Repairs what check calls fixable: converts keys and updates the configurations
    Fix(FixArguments),
    /// Explains a rule, or a line of a Logstash or Filebeat log
    Explain(ExplainArguments),
    /// Prints the manual pages or a shell's completions
    Generate(GenerateArguments),
    /// The same as `fixkey KEY -o FILE`
    #[command(hide = true)]
    Convert(ConvertArguments),
}

/// The options of a conversion.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct ConvertArguments {
    /// The private key, in any format; `-` is standard input. With --in-place, one or more keys
    #[arg(value_name = "KEY", required = true)]
    pub keys: Vec<PathBuf>,

    /// Write the PKCS#8 key to this file; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Replace KEY itself, or each of several keys
    #[arg(short, long, conflicts_with = "output")]
    pub in_place: bool,

    /// Replace an existing, different output file
    #[arg(long)]
    pub force: bool,

    /// Require the key to belong to this certificate; of several keys in KEY, choose the one that does
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// Read the passphrase from `env:NAME`, `file:PATH`, `fd:N` or `stdin` [default: ask on the terminal]
    // Not parsed here: clap would print the value, which may be a passphrase.
    #[arg(long, value_name = "SOURCE")]
    pub passin: Option<OsString>,

    /// The account that must be able to read the new key [default: logstash, where it exists]
    #[arg(long, value_name = "NAME|UID[:GID]")]
    pub user: Option<String>,

    /// Owner of the new key
    #[arg(long, value_name = "NAME|UID")]
    pub owner: Option<String>,

    /// Group of the new key
    #[arg(long, value_name = "NAME|GID")]
    pub group: Option<String>,

    /// Mode of the new key, in octal
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub mode: Option<u32>,

    /// Write nothing; print what would change
    #[arg(long, visible_alias = "dry-run")]
    pub diff: bool,

    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub format: ConvertFormat,

    /// Show only problems
    #[arg(short, long)]
    pub quiet: bool,
}

/// The output formats of a conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ConvertFormat {
    /// Text for people
    Human,
    /// One JSON document
    Json,
}

/// What `generate` prints.
#[derive(Debug, Args)]
#[command(after_help = AFTER_GENERATE_HELP, arg_required_else_help = true)]
pub struct GenerateArguments {
    /// What to print
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Generated,

    /// Write one manual page for each command to this directory
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

const AFTER_GENERATE_HELP: &str = "\
Examples:
  fixkey generate man | man -l -                              read the manual page
  fixkey generate man --out /usr/local/share/man/man1         install a page for each command
  fixkey generate bash > /etc/bash_completion.d/fixkey        install completions";

/// What `generate` can print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Generated {
    /// The manual page of fixkey; with --out, a page for each command
    Man,
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
    /// Completions for PowerShell
    Powershell,
}

fn mode(octal: &str) -> Result<u32, String> {
    match u32::from_str_radix(octal, 8) {
        Ok(mode @ 0..=0o777) => Ok(mode),
        _ => Err("a mode is octal digits up to 777, such as 640".to_owned()),
    }
}

const AFTER_FIX_HELP: &str = "\
Examples:
  fixkey fix --diff /etc/logstash                  show what would change, and change nothing
  fixkey fix /etc/logstash                         convert keys and update the configurations
  fixkey fix conf.d/beats.conf                     the same for one file
  fixkey fix --map /usr/share/logstash=. --user 1000:1000 pipeline/  fix what a container reads

Exit status: 0 done, or nothing to do; 1 an error is left (--diff: or something would change);
2 wrong usage; 3 could not do it";

/// The options of `fix`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_FIX_HELP, override_usage = "fixkey fix [OPTIONS] <PATH>...")]
#[allow(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct FixArguments {
    /// A configuration, a directory of configurations, pipelines.yml, logstash.yml, a settings directory, filebeat.yml or
    /// another shipper's file, or the directory that holds it
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Write nothing; print what would change
    #[arg(long, visible_alias = "dry-run")]
    pub diff: bool,

    /// Replace each key itself, so that no path changes
    #[arg(short, long, conflicts_with = "key_dir")]
    pub in_place: bool,

    /// Write new keys to this directory; the configuration gets this path
    #[arg(long, value_name = "DIR")]
    pub key_dir: Option<PathBuf>,

    /// Also decrypt keys that the plugin cannot decrypt
    #[arg(long)]
    pub decrypt: bool,

    /// Do not keep the old configuration as NAME~
    #[arg(long)]
    pub no_backup: bool,

    /// Let the account of --user read, through its group, keys and certificates that it cannot read
    #[arg(long)]
    pub grant: bool,

    /// What to ask clients for, where the old settings can mean two things
    #[arg(long, value_enum, value_name = "WHAT")]
    pub client_auth: Option<ClientAuth>,

    /// Output format
    #[arg(long, value_parser = Format::of_fix(), default_value = "human")]
    pub format: Format,

    /// When to color the output
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,

    /// What both commands take.
    #[command(flatten)]
    pub common: CommonOptions,
}

const AFTER_CHECK_HELP: &str = "\
Examples:
  fixkey check                                     check /etc/logstash: configurations, keys, certificates, permissions
  fixkey check our.key --cert our.crt              check one key and its certificate
  fixkey check --logstash 7.17.27 conf.d/          check against that release
  fixkey check --upgrade 9                         find what stops with Logstash 9
  fixkey check /etc/filebeat/filebeat.yml /etc/logstash  say whether they connect
  fixkey check --map-shipper /=web web/ /etc/logstash  the same with a copy
  fixkey check --no-files --strict conf.d/         check the configurations only, in CI without the keys
  fixkey check --map /usr/share/logstash=. --user 1000:1000 pipeline/  check what a container reads

Exit status: 0 no error; 1 an error (--strict: or a warning); 2 wrong usage;
3 a file is unreadable, or there is nothing to check";

/// The options of `check`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_CHECK_HELP, override_usage = "fixkey check [OPTIONS] [PATH]...")]
pub struct CheckArguments {
    /// Keys, certificates, configurations, pipelines.yml, logstash.yml, filebeat.yml and other shippers' files, or
    /// directories; `-` is standard input
    #[arg(value_name = "PATH", default_value = "/etc/logstash")]
    pub paths: Vec<PathBuf>,

    /// The certificate of the one key that is checked
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// Check the text of configurations only, without the files that they point to
    #[arg(long, conflicts_with = "cert")]
    pub no_files: bool,

    /// Recognize files by content, never by name; pass over other files, even if none is left
    #[arg(long)]
    pub by_content: bool,

    /// Output format
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,

    /// When to color the output
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,

    /// What both commands take.
    #[command(flatten)]
    pub common: CommonOptions,
}

/// What `check` and `fix` both take.
#[derive(Clone, Debug, Args)]
pub struct CommonOptions {
    /// Check against this release of Logstash, such as 7.17.27 or 8 [default: what is installed here]
    #[arg(long, value_name = "VERSION")]
    pub logstash: Option<String>,

    /// check: report only what works with the release of --logstash and stops with this one; fix: repair for this one
    /// [default of --logstash: what is installed here, else the last release of the major before]
    #[arg(long, value_name = "VERSION")]
    pub upgrade: Option<String>,

    /// Check shippers, such as Filebeat, against this release of Beats, such as 7.17.29 or 9 [default: what is installed
    /// here, else 8.19 and 9]
    #[arg(long, value_name = "VERSION")]
    pub shipper: Option<String>,

    /// Look up a path in a configuration that begins with FROM under TO (repeatable)
    #[arg(long, value_name = "FROM=TO")]
    pub map: Vec<OsString>,

    /// Look up a path in a shipper's file, such as filebeat.yml, that begins with FROM under TO: for copies of another
    /// host's files (repeatable) [default: as --map]
    #[arg(long, value_name = "FROM=TO")]
    pub map_shipper: Vec<OsString>,

    /// Look up `${VAR}` in this file after the environment (repeatable) [default: /etc/default/logstash, /etc/sysconfig/logstash]
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,

    /// Read a passphrase that no setting gives from `env:NAME`, `file:PATH`, `fd:N` or `stdin`
    #[arg(long, value_name = "SOURCE")]
    pub passin: Option<OsString>,

    /// The account that Logstash runs as [default: logstash, where it exists]
    #[arg(long, value_name = "NAME|UID[:GID]")]
    pub user: Option<String>,

    /// The account that shippers run as [default: root, as in their packages]
    #[arg(long, value_name = "NAME|UID[:GID]")]
    pub shipper_user: Option<String>,

    /// Report certificates that expire within this time, such as 12h, 30d or 8w
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = duration)]
    pub expires_within: Duration,

    /// Use only this rule (repeatable)
    #[arg(long, value_name = "RULE")]
    pub only: Vec<String>,

    /// Ignore this rule (repeatable)
    #[arg(long, value_name = "RULE")]
    pub ignore: Vec<String>,

    /// Treat warnings as errors
    #[arg(long)]
    pub strict: bool,

    /// Show only problems
    #[arg(short, long)]
    pub quiet: bool,

    /// Also list the files that were checked
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
}

const AFTER_EXPLAIN_HELP: &str = "\
Examples:
  fixkey explain                                   list the rules
  fixkey explain key-not-pkcs8                     what the rule finds, why it matters, what to do
  fixkey explain --log /var/log/logstash/logstash-plain.log
  journalctl -u logstash | fixkey explain -
  fixkey explain -                                 paste lines, then press Ctrl-D
  fixkey explain 'Looks like you either have a bad certificate, an invalid key or ...'

Exit status: 0 known; 1 unknown message; 2 wrong usage, or no such rule; 3 the log is unreadable";

/// What `explain` explains.
#[derive(Debug, Args)]
#[command(after_help = AFTER_EXPLAIN_HELP)]
#[command(override_usage = "fixkey explain [RULE | LINE | - | --log FILE...]")]
pub struct ExplainArguments {
    /// A rule or a log line; `-` reads a log from standard input; without it, list all rules
    #[arg(value_name = "RULE | LINE", conflicts_with = "log")]
    pub subject: Vec<OsString>,

    /// Read this log file (repeatable: the log of Logstash and that of a shipper tell one story)
    #[arg(long, value_name = "FILE")]
    pub log: Vec<PathBuf>,
}

/// A duration: a number of seconds, minutes, hours, days or weeks.
fn duration(text: &str) -> Result<Duration, String> {
    const UNITS: &[(char, i64)] =
        &[('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];
    let seconds = || {
        let unit = text.chars().last()?;
        let (_, seconds) = UNITS.iter().find(|(known, _)| *known == unit)?;
        let number: u32 = text.strip_suffix(unit)?.parse().ok()?;
        Some(Duration::seconds(i64::from(number) * seconds))
    };
    seconds().ok_or_else(|| "a duration is a number and s, m, h, d or w, such as 30d".to_owned())
}

/// When to color the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; elsewhere if `CLICOLOR_FORCE` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether the output is colored.
    #[must_use]
    pub fn is_wanted(self) -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if is_set("NO_COLOR") => false,
            Self::Auto => {
                std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
                    || std::io::stdout().is_terminal()
            }
        }
    }
}
