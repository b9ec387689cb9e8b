//! Tests how chains are verified, with certificates that OpenSSL makes.

use std::process::Command;

use keyfile::certificate::verification::{Trust, Verifier};
use keyfile::certificate::{self, Certificate, Role};
use keyfile::file;
use time::OffsetDateTime;

use super::common::{fixtures, has_peers};

/// A self-signed certificate of this name for the key of a fixture.
fn self_signed(key: &str, serial: u32) -> Certificate {
    let output = Command::new("openssl")
        .args(["req", "-x509", "-subj", "/CN=renewed", "-days", "100", "-key"])
        .arg(fixtures().join(key))
        .args(["-set_serial", &serial.to_string()])
        .output()
        .unwrap();
    certificate::leaf(&file::recognise(&output.stdout).unwrap()).unwrap()
}

#[test]
fn a_certificate_that_was_renewed_many_times_is_refused_at_once() {
    if !has_peers(&["openssl"]) {
        return;
    }
    let chain: Vec<Certificate> = (1..=12).map(|n| self_signed("p256-pkcs8.pem", n)).collect();
    let [leaf, sent @ ..] = chain.as_slice() else { panic!() };
    let sent: Vec<&Certificate> = sent.iter().collect();
    let other = self_signed("p256-other-pkcs8.pem", 99);
    for (verifier, role) in [(Verifier::Go, Role::Server), (Verifier::Java, Role::Client)] {
        let now = OffsetDateTime::now_utc();
        let trust = Trust { anchors: vec![&other], verifier, now, role };
        assert!(trust.verify(leaf, &sent).is_err(), "{verifier:?}");
    }
}
