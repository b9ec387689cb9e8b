//! Compares parsed certificates and findings with OpenSSL.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fixkey::logstash::readers;
use keyfile::certificate::{Certificate, Chain};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::common::{Sandbox, data, fixtures, has_peers};
use super::read;

fn openssl(arguments: &[&str], path: &Path) -> String {
    let output = Command::new("openssl").args(arguments).arg(path).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn certificates_here() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(fixtures()).unwrap().map(|it| it.unwrap().path()).collect();
    all.extend(fs::read_dir(data().join("keys")).unwrap().map(|it| it.unwrap().path()));
    all.retain(|path| {
        let is_plain = |bytes: &[u8]| readers::certificate_layout(bytes).is_none();
        // OpenSSL does not tell END from a BEGIN on the same line.
        let is_glued = |bytes: &[u8]| bytes.windows(15).any(|it| it == b"----------BEGIN");
        let is_readable = |bytes: &[u8]| is_plain(bytes) && !is_glued(bytes);
        fs::read(path).is_ok_and(|it| it.starts_with(b"-----BEGIN CERTIFICATE") && is_readable(&it))
    });
    all
}

/// Returns whether a description matches how OpenSSL prints a public key's size and curve.
fn is_described(text: &str, description: &str) -> bool {
    let (algorithm, size) = description.split_once(' ').unwrap_or((description, ""));
    let curve = text.split("ASN1 OID: ").nth(1).and_then(|rest| rest.lines().next());
    let nist = text.split("NIST CURVE: ").nth(1).and_then(|rest| rest.lines().next());
    match algorithm {
        "RSA" | "RSA-PSS" | "DSA" => text.contains(&format!("({size} bit)")),
        "EC" => curve.is_none() || [nist, curve].contains(&Some(size)),
        _ => text.to_lowercase().contains(&algorithm.to_lowercase()),
    }
}

/// Returns the names in `subjectAltName` as OpenSSL prints them, but only the kind of IP addresses.
fn alternative_names(text: &str) -> Vec<String> {
    let names = text.split("X509v3 Subject Alternative Name:").nth(1);
    let names = names.and_then(|rest| rest.lines().nth(1)).unwrap_or_default();
    let name = |name: &str| match name.split_once("IP Address:") {
        Some(_) => "IP".to_owned(),
        None => name.to_owned(),
    };
    names.trim().split(", ").filter(|name| !name.is_empty()).map(name).collect()
}

/// Returns the names that fixkey reads, in the same form.
fn described_names(certificate: &Certificate) -> Vec<String> {
    let names = certificate.usage.alternative_names.iter();
    names.map(|name| if name.starts_with("IP:") { "IP".to_owned() } else { name.clone() }).collect()
}

#[test]
fn openssl_reads_the_same_in_every_certificate() {
    if !has_peers(&["openssl"]) {
        return;
    }
    let mut count = 0;
    for path in certificates_here() {
        let Ok(Chain { leaf, .. }) = read(&path) else { continue };
        let text = openssl(
            &[
                "x509",
                "-noout",
                "-text",
                "-fingerprint",
                "-sha256",
                "-serial",
                "-dates",
                "-dateopt",
                "iso_8601",
                "-nameopt",
                "RFC2253",
                "-in",
            ],
            &path,
        );
        let shown = |moment: OffsetDateTime| moment.format(&Rfc3339).unwrap().replace('T', " ");
        for fact in [
            format!("notBefore={}", shown(leaf.not_before)),
            format!("notAfter={}", shown(leaf.not_after)),
            format!("serial={}\n", leaf.serial),
        ] {
            assert!(text.contains(&fact), "{}: {fact}\n{text}", path.display());
        }
        let print = text.split("Fingerprint=").nth(1).unwrap().lines().next().unwrap();
        assert_eq!(print.replace(':', "").to_lowercase(), leaf.fingerprint.to_string());
        assert_eq!(text.contains("CA:TRUE"), leaf.usage.is_ca, "{}", path.display());
        let names = text.matches("DNS:").count() + text.matches("IP Address:").count();
        assert_eq!(names, leaf.usage.names().count(), "{}", path.display());
        assert_eq!(alternative_names(&text), described_names(&leaf), "{}", path.display());
        let first = text.split("Signature Algorithm: ").nth(1).unwrap().lines().next().unwrap();
        let weak = ["md5", "sha1", "SHA1", "md2"].iter().any(|digest| first.contains(digest));
        assert_eq!(weak, leaf.weak_digest.is_some(), "{}: {first}", path.display());
        let key = leaf.public_key.to_string();
        assert!(is_described(&text, &key), "{}: {key}\n{text}", path.display());
        count += 1;
    }
    assert!(count > 70, "only {count}");
}

/// OpenSSL's result for a client that verifies: the file, the purpose, the root, and its error.
const VERIFIED: &[(&str, &str, u8)] = &[
    ("p256-good.crt", "sslserver", 0),
    ("rsa2048-good.crt", "sslserver", 0),
    ("p256-good.crt", "sslclient", 26),
    ("p256-client-usage.crt", "sslclient", 0),
    ("p256-client-usage.crt", "sslserver", 26),
    ("p256-sign-certificates-only.crt", "sslserver", 26),
    ("p256-both-usages.crt", "sslserver", 0),
    ("p256-expired.crt", "sslserver", 10),
    ("p256-not-yet-valid.crt", "sslserver", 9),
    ("rsa1024-good.crt", "sslserver", 66),
    ("rsa2048-sha1.crt", "sslserver", 68),
    ("rsa2048-md5.crt", "sslserver", 68),
    ("rsa2048-md5-self-signed.crt", "sslserver", 0),
    ("chain-leaf.crt", "sslserver", 20),
    ("p256-public-policy.crt", "sslserver", 20),
];

#[test]
fn a_verifying_client_refuses_what_is_found_and_takes_the_rest() {
    if !has_peers(&["openssl"]) {
        return;
    }
    let roots = Sandbox::empty().0.with_extension("roots");
    let mut all = fs::read_to_string(fixtures().join("chain-root.crt")).unwrap();
    // The last certificate of each is its root.
    for name in ["rsa2048-sha1.crt", "rsa2048-md5.crt", "rsa2048-md5-self-signed.crt"] {
        let text = fs::read_to_string(fixtures().join(name)).unwrap();
        all.push_str(&text[text.rfind("-----BEGIN").unwrap()..]);
    }
    fs::write(&roots, all).unwrap();
    for (name, purpose, expected) in VERIFIED {
        let arguments = [
            "verify",
            "-auth_level",
            "2",
            "-attime",
            "1795564800",
            "-purpose",
            purpose,
            "-CAfile",
            roots.to_str().unwrap(),
        ];
        let said = openssl(&arguments, &fixtures().join(name));
        let error = if *expected == 0 { ": OK".to_owned() } else { format!("error {expected} at") };
        assert!(said.contains(&error), "{name} {purpose}: {said}");
    }
    fs::remove_file(roots).unwrap();
}
