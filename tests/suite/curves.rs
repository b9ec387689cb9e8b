//! Compares the table of curves with the curves of the machine's OpenSSL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::process::{Command, Stdio};

use common::{FIXKEY, has_peers};

fn run(program: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::io::Write::write_all(child.stdin.as_mut().unwrap(), input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}");
    output.stdout
}

/// Returns the OpenSSL curves that have their own identifier.
fn curves() -> Vec<String> {
    let list = String::from_utf8(run("openssl", &["ecparam", "-list_curves"], b"")).unwrap();
    let names = list.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim());
    names
        .filter(|name| !name.is_empty() && !name.starts_with("wap") && !name.starts_with("Oakley"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_curve_of_openssl_is_known_by_name_and_by_parameters() {
    if !has_peers(&["openssl"]) {
        return;
    }
    let curves = curves();
    for curve in &curves {
        let named = run("openssl", &["ecparam", "-name", curve, "-genkey", "-noout"], b"");
        let explicit = run("openssl", &["ec", "-param_enc", "explicit"], &named);
        let expected = run("openssl", &["pkcs8", "-topk8", "-nocrypt"], &named);
        assert!(run(FIXKEY, &["-", "-o", "-"], &named) == expected, "{curve} by name");
        assert!(run(FIXKEY, &["-", "-o", "-"], &explicit) == expected, "{curve} by parameters");
    }
    println!("{} curves", curves.len());
    assert!(curves.len() > 20, "{curves:?}");
}
