//! The command line, as clap types.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use time::Duration;

use crate::report::Format;
use clap::{Args, Parser, ValueEnum};

const AFTER_HELP: &str = "\
Examples:
  fixkey our.key -o our.p8                         convert a key beside the old one
  fixkey our.key -o our.p8 --cert our.crt          and make sure that it belongs to the certificate
  fixkey our.key -o our.p8 --passin file:our.pass  decrypt it
  fixkey --in-place our.key                        replace the old key itself
  sops -d our.key | fixkey - -o our.p8             from standard input (`-o -`: to standard output)
  fixkey fix /etc/logstash                         convert the keys that configurations name (fixkey fix --help)
  fixkey check /etc/logstash                       say what is wrong, and change nothing (fixkey check --help)
  fixkey explain                                   list what check finds; explain a rule or a log (fixkey explain --help)

Exit status: 0 done; 1 the input is at fault; 2 wrong usage; 3 it could not be done";

/// Converts a private key that Logstash refuses to the one that it loads: unencrypted PKCS#8 in PEM
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(override_usage = "fixkey [OPTIONS] <KEY> <-o FILE | --in-place>")]
pub struct Arguments {
    /// The private key, in any form; `-` is standard input
    #[arg(value_name = "KEY")]
    pub key: PathBuf,

    /// Where the PKCS#8 key goes; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Replace KEY itself
    #[arg(short, long, conflicts_with = "output")]
    pub in_place: bool,

    /// Replace an existing, different output
    #[arg(long)]
    pub force: bool,

    /// The certificate that the key must belong to; of several keys it picks one
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// Where the passphrase comes from: `env:NAME`, `file:PATH`, `fd:N` or `stdin`; else it is asked for
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
  fixkey fix /etc/logstash                         convert keys, and name the new ones in the configurations
  fixkey fix conf.d/beats.conf                     the same for one file
  fixkey fix --map /usr/share/logstash/certs=./certs --user 1000 pipeline/  for what a container sees

Exit status: 0 done, or nothing to do; 1 something is left unfixed (--diff: would change); 2 wrong usage;
3 it could not be done";

/// Repairs the keys that Logstash configurations name: converts them, and points the settings at the new files
#[derive(Debug, Parser)]
#[command(name = "fixkey fix", bin_name = "fixkey fix", version, after_help = AFTER_FIX_HELP)]
#[command(arg_required_else_help = true)]
#[allow(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct FixArguments {
    /// Configurations, directories of them, pipelines.yml, logstash.yml, or a settings directory
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// Write nothing; print what would change
    #[arg(long, alias = "dry-run")]
    pub diff: bool,

    /// Convert the keys where they are, so that no path changes
    #[arg(short, long, conflicts_with = "key_dir")]
    pub in_place: bool,

    /// New keys go to this directory, as the configuration sees it
    #[arg(long, value_name = "DIR")]
    pub key_dir: Option<PathBuf>,

    /// Also decrypt keys whose encryption their reader does not support
    #[arg(long)]
    pub decrypt: bool,

    /// Keep no NAME~ of a changed configuration
    #[arg(long)]
    pub no_backup: bool,

    /// Give the account of --user read access, by its group, to keys and certificates that it cannot read
    #[arg(long)]
    pub grant: bool,

    /// How it is told
    #[arg(long, value_parser = Format::of_fix(), default_value = "human")]
    pub format: Format,

    /// What is looked at, and how it is judged.
    #[command(flatten)]
    pub judging: Judging,
}

const AFTER_CHECK_HELP: &str = "\
Examples:
  fixkey check /etc/logstash                       what its pipelines name: keys, certificates, who may read them
  fixkey check our.key --cert our.crt              one key and its certificate
  fixkey check --logstash 7.17.27 conf.d/          judge by what that release loads
  fixkey check --no-files --strict conf.d/         configurations alone, in CI without the keys
  fixkey check --map /usr/share/logstash/certs=./certs --user 1000 pipeline/  for what a container sees

Exit status: 0 nothing found; 1 an error was found (--strict: or a warning); 2 wrong usage;
3 something could not be looked at, or there was nothing to check";

/// Reports what would keep Logstash, or its clients, from working; never writes
#[derive(Debug, Parser)]
#[command(name = "fixkey check", bin_name = "fixkey check", version, after_help = AFTER_CHECK_HELP)]
#[command(arg_required_else_help = true)]
pub struct CheckArguments {
    /// Keys, certificates, configurations, pipelines.yml, logstash.yml, or directories; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// The certificate that goes with the one key that is checked
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// Judge the text of configurations only; look at no file that they name, or that is not named here
    #[arg(long, conflicts_with = "cert")]
    pub no_files: bool,

    /// Tell files by their content, never by their name; other files, and to find nothing, are then no error
    #[arg(long)]
    pub by_content: bool,

    /// How it is told
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,

    /// When to colour what is told
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,

    /// What is looked at, and how it is judged.
    #[command(flatten)]
    pub judging: Judging,
}

/// What is looked at and how it is judged, by `check` and `fix` alike.
#[derive(Debug, Args)]
pub struct Judging {
    /// Judge by what this release of Logstash loads, such as 7.17.27 or 8 [default: what is installed here]
    #[arg(long, value_name = "VERSION")]
    pub logstash: Option<String>,

    /// A path in a configuration that begins with FROM lies under TO here (repeatable)
    #[arg(long, value_name = "FROM=TO")]
    pub map: Vec<OsString>,

    /// Where `${VAR}` is looked up after the environment [default: /etc/default/logstash, /etc/sysconfig/logstash]
    #[arg(long, value_name = "FILE")]
    pub env_file: Vec<PathBuf>,

    /// Where a passphrase comes from that no setting holds: `env:NAME`, `file:PATH`, `fd:N` or `stdin`
    #[arg(long, value_name = "SOURCE")]
    pub passin: Option<OsString>,

    /// The account that Logstash runs as [default: logstash, where it exists]
    #[arg(long, value_name = "NAME|UID[:GID]")]
    pub user: Option<String>,

    /// Report certificates that end within this time, such as 12h, 30d or 8w
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = duration)]
    pub expires_within: Duration,

    /// Take only what this rule finds (repeatable)
    #[arg(long, value_name = "RULE")]
    pub only: Vec<String>,

    /// Leave out what this rule finds (repeatable)
    #[arg(long, value_name = "RULE")]
    pub ignore: Vec<String>,

    /// Count a warning as an error
    #[arg(long)]
    pub strict: bool,

    /// Tell only what is wrong, or left to do
    #[arg(short, long)]
    pub quiet: bool,
}

const AFTER_EXPLAIN_HELP: &str = "\
Examples:
  fixkey explain                                   list the rules
  fixkey explain key-not-pkcs8                     what this rule finds, why it matters, what to do
  fixkey explain 'Looks like you either have a bad certificate, an invalid key or ...'
  fixkey explain --log /var/log/logstash/logstash-plain.log
  journalctl -u logstash | fixkey explain -

Exit status: 0 known; 1 no message that is known; 2 wrong usage, or no such rule; 3 the log cannot be read";

/// Says what a rule finds, or what a line of a Logstash or Filebeat log means, and what to do
#[derive(Debug, Parser)]
#[command(name = "fixkey explain", bin_name = "fixkey explain", version, after_help = AFTER_EXPLAIN_HELP)]
#[command(override_usage = "fixkey explain [RULE | LINE | - | --log FILE]")]
pub struct ExplainArguments {
    /// A rule, or what a log says; `-` is a log on standard input; without it all rules are listed
    #[arg(value_name = "RULE | LINE", conflicts_with = "log")]
    pub subject: Vec<OsString>,

    /// A log, of whatever size
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
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

/// When to colour what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; `CLICOLOR_FORCE` also elsewhere.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Whether results are coloured.
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
