//! What the tests of this package share: making keys, converting them, and asking others to load them.
//!
//! | module | holds |
//! |---|---|
//! | [`peers`] | which programs of others are here, and what a test does without one |
//! | [`openssl`] | keys in the forms in which people have them, and certificates |
//! | [`fixkey`] | the binary under test |
//! | [`netty`] | Netty's judgement of pairs of a certificate and a key |
//! | [`pki`] | authorities and what they sign, good and bad |
//! | [`handshakes`] | shippers that connect to beats inputs |
//! | [`cases`] | which shippers, and to which inputs |
//!
//! A step that fails panics and says why: everything here runs inside a test.

pub mod cases;
pub mod fixkey;
pub mod handshakes;
pub mod netty;
pub mod openssl;
pub mod peers;
pub mod pki;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use openssl::{Encryption, Passphrase};

/// Lets fixkey convert `original`, which is not encrypted, and each of its encrypted forms;
/// returns the files that fixkey wrote.
pub fn convert_every_form(original: &Path) -> Vec<PathBuf> {
    let passphrase = Passphrase::beside(original);
    let from_encrypted = Encryption::ALL.map(|encryption| {
        let encrypted = openssl::encrypt(original, encryption, &passphrase);
        fixkey::convert_encrypted(&encrypted, &passphrase)
    });
    let mut converted = vec![fixkey::convert(original)];
    converted.extend(from_encrypted);
    converted
}

/// Runs `command` to its end; anything but success is a panic with what it wrote to standard error.
fn run(command: &mut Command) -> Output {
    let output =
        command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
