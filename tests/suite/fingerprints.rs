//! Compares the fingerprints in messages with OpenSSL's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::process::Command;

use common::{FIXKEY, fixtures, has_peers};

fn shell(command: &str) -> String {
    let output = Command::new("sh").args(["-c", command]).current_dir(fixtures()).output().unwrap();
    assert!(output.status.success(), "{command}");
    String::from_utf8(output.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_mismatch_gives_the_fingerprints_that_openssl_gives() {
    if !has_peers(&["openssl", "sha256sum"]) {
        return;
    }
    for (key, certificate) in [
        ("rsa2048-pkcs1", "p256"),
        ("p256-sec1", "rsa2048"),
        ("p384-sec1", "p521"),
        ("secp256k1-sec1", "ed25519"),
        ("dsa2048-traditional", "rsapss2048"),
        ("ed25519-pkcs8", "dsa2048"),
        ("rsapss2048-pkcs8", "brainpoolP256r1"),
    ] {
        let output = Command::new(FIXKEY)
            .args([&format!("{key}.pem"), "-o", "-", "--cert", &format!("{certificate}.crt")])
            .current_dir(fixtures())
            .output()
            .unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        let spki = "-pubout -outform DER | sha256sum";
        let of_key = shell(&format!("openssl pkey -in {key}.pem {spki}"));
        let public = format!("openssl x509 -in {certificate}.crt -pubkey -noout");
        let of_certificate = shell(&format!("{public} | openssl pkey -pubin {spki}"));
        let expected = format!("{of_key} (key), {of_certificate} (certificate)");
        assert!(message.contains(&expected), "{message}\nexpected {expected}");
        assert_eq!(output.status.code(), Some(1));
    }
}
