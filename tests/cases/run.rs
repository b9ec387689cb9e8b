//! Runs a command in a sandbox.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::common::{FIXKEY, Sandbox};
use crate::script::{quoted, without_blank_lines};

/// The output of a command, with `$TMP` for the sandbox, and its status.
pub(crate) struct Run {
    /// Standard output, or both streams if they are joined.
    pub(crate) stdout: String,
    /// Both streams.
    pub(crate) printed: String,
    pub(crate) status: Option<i32>,
}

/// Runs a command with both streams joined, as on a terminal, optionally under another program.
pub(crate) fn run(command: &str, under: Option<&str>, sandbox: &Sandbox) -> Run {
    let command =
        under.map_or(command.to_owned(), |under| format!("{under} {}", in_quotes(command)));
    shell(&format!("umask 022; exec 2>&1; {command}"), sandbox)
}

/// Runs a command with separate streams.
pub(crate) fn run_apart(command: &str, sandbox: &Sandbox) -> Run {
    shell(&format!("umask 022; {command}"), sandbox)
}

fn in_quotes(command: &str) -> String {
    format!("'{}'", command.replace('\'', r"'\''"))
}

fn shell(script: &str, sandbox: &Sandbox) -> Run {
    let programs = Path::new(FIXKEY).parent().unwrap().display();
    let path = std::env::var("PATH").unwrap_or_default();
    // Without a controlling terminal, nothing can ask questions.
    let output = Command::new("setsid")
        .args(["--wait", "sh", "-c", script])
        .env("PATH", format!("{programs}:{path}"))
        .env("TMP", &sandbox.0)
        .env("LC_ALL", "C.UTF-8")
        .current_dir(&sandbox.0)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let folder = sandbox.0.display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "$TMP");
    let stdout = text(&output.stdout);
    // A diff has the path without its first slash, as `patch -p0` expects it.
    let printed = (stdout.clone() + &text(&output.stderr)).replace(&folder[1..], "TMP");
    Run { stdout, printed: without_own_account(&printed), status: output.status.code() }
}

/// Replaces the account that runs the tests, and its group, by OWN.
fn without_own_account(printed: &str) -> String {
    static OWN: OnceLock<Vec<(String, &str)>> = OnceLock::new();
    let own = OWN.get_or_init(|| {
        let words = [("-u", "owner"), ("-un", "owner"), ("-g", "group"), ("-gn", "group")];
        let replaced = words.map(|(option, word)| {
            let name = Command::new("id").arg(option).output().unwrap().stdout;
            let name = String::from_utf8_lossy(&name).trim().to_owned();
            [
                (
                    format!("{word} {name},"),
                    if word == "owner" { "owner OWN," } else { "group OWN," },
                ),
                (
                    format!("\"{word}\": \"{name}\""),
                    if word == "owner" { "\"owner\": \"OWN\"" } else { "\"group\": \"OWN\"" },
                ),
            ]
        });
        replaced.into_iter().flatten().collect()
    });
    own.iter().fold(printed.to_owned(), |text, (name, own)| text.replace(name, own))
}

impl Run {
    /// Returns output and status in the form of a session.
    pub(crate) fn shown(&self) -> String {
        let printed = &self.printed;
        let mut printed = if printed.is_empty() || printed.ends_with('\n') {
            without_blank_lines(printed).to_owned()
        } else {
            format!("{printed}(no newline)\n")
        };
        printed = quoted(&without_digests(&printed));
        match self.status {
            Some(0) => {}
            Some(code) => printed.push_str(&format!("? {code}\n")),
            None => printed.push_str("? killed\n"),
        }
        printed
    }
}

/// Fingerprints change with the fixtures; `tests/suite/fingerprints.rs` compares them with OpenSSL's.
fn without_digests(printed: &str) -> String {
    let is_digest =
        |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = printed.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let word = |word: &str| match word.char_indices().last() {
        Some((at, _)) if is_digest(&word[..at]) => format!("SHA256{}", &word[at..]),
        _ => word.to_owned(),
    };
    words.map(word).collect()
}
