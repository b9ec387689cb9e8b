//! Tests that the commands of hints do what they are for.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use fixkey::check::hint::Hint;
use fixkey::logstash::readers::{self, Netty};
use keyfile::certificate::{Order, Role};

use super::common::{Sandbox, fixtures, has_peers};
use super::{found, read};

/// Returns the command in the hint for a fixture.
fn command(name: &str) -> String {
    let found = found(&fixtures().join(name), Role::Server, Netty::From4_1_79, &[]);
    let hints = found.into_iter().next().unwrap().hints;
    let commands = hints.into_iter().find_map(|hint| match hint {
        Hint::Command(text) => Some(text),
        Hint::Action(_) => None,
    });
    commands.unwrap()
}

/// Runs a command; returns the new file that it writes beside the fixture.
fn written(command: &str, new: &str) -> PathBuf {
    let sandbox = Sandbox::with_fixtures();
    let command = command.replace(fixtures().to_str().unwrap(), sandbox.0.to_str().unwrap());
    let status =
        Command::new("sh").args(["-c", &command]).current_dir(&sandbox.0).status().unwrap();
    assert!(status.success(), "{command}");
    let kept = sandbox.0.with_extension("kept");
    fs::copy(sandbox.0.join(new), &kept).unwrap();
    kept
}

#[test]
fn the_commands_put_chains_in_order() {
    if !has_peers(&["awk"]) {
        return;
    }
    for (name, length) in [
        ("chain-reversed.crt", 3),
        ("chain-shuffled.crt", 3),
        ("chain-duplicate-leaf.crt", 2),
        ("chain-unrelated.crt", 2),
    ] {
        let new = written(&command(name), &format!("{name}.pem"));
        let chain = read(&new).unwrap();
        assert_eq!((chain.order(), chain.iter().count()), (Order::InOrder, length), "{name}");
        assert!(chain.leaf.subject.contains("logstash.example"), "{name}");
        fs::remove_file(new).unwrap();
    }
}

#[test]
fn the_commands_mend_layouts() {
    if !has_peers(&["openssl", "sed", "iconv"]) {
        return;
    }
    for name in [
        "layout-certificate-indented.crt",
        "layout-certificate-trailing-blanks.crt",
        "layout-certificate-lower-case.crt",
        "layout-certificate-one-line.crt",
        "layout-certificate-literal-newlines.crt",
        "layout-certificate-utf16.crt",
        "p256-good.crt.der",
    ] {
        let new = written(&command(name), &format!("{name}.pem"));
        assert_eq!(readers::certificate_layout(&fs::read(&new).unwrap()), None, "{name}");
        let own = read(&fixtures().join("p256-good.crt")).unwrap().leaf.fingerprint;
        assert_eq!(read(&new).unwrap().leaf.fingerprint, own, "{name}");
        fs::remove_file(new).unwrap();
    }
}
