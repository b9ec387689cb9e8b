//! Programs that the tests need and that may be missing.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Writes a line to standard error itself, since the output of tests is shown only when they fail.
pub(crate) fn say(line: &str) {
    // A test does not fail because of this line.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn pass_over(why: &str) {
    let required = std::env::var_os("FIXKEY_REQUIRE_PEERS").is_some_and(|value| value == "1");
    assert!(!required, "FIXKEY_REQUIRE_PEERS is set, but there is {why}");
    say(&format!("passed over: {why}"));
}

/// Returns whether no strace can trace `program`; says so.
pub(crate) fn strace_is_missing(program: &str) -> bool {
    if !succeeds("strace", &["-V"]) {
        pass_over("no strace on this machine (Debian package strace)");
        return true;
    }
    if !succeeds("strace", &["-f", "-o", "/dev/null", program, "--version"]) {
        pass_over("no permission to trace processes on this machine");
        return true;
    }
    false
}

/// Returns the start of a command line for a command that may mount; says so if there is none.
pub(crate) fn unshare_that_mounts() -> Option<&'static [&'static str]> {
    const UNSHARES: [&[&str]; 2] =
        [&["unshare", "--mount"], &["unshare", "--mount", "--map-root-user"]];
    let mounts = |unshare: &&[&str]| {
        let mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "fixkey-full", "/tmp"];
        succeeds(unshare[0], &[&unshare[1..], &mount].concat())
    };
    let found = UNSHARES.into_iter().find(mounts);
    if found.is_none() {
        pass_over("no permission to mount a small disk on this machine");
    }
    found
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
