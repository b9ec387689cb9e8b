//! Certificates: what is read of them against OpenSSL, what is found against the measured rows, and that
//! the commands of the hints work.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Sandbox, fixtures, has_peers, shared};
use fixkey::certificate::{self, Certificate, Chain, Netty, Order, Role};
use fixkey::date::{self, Clock, DAY};
use fixkey::file;
use fixkey::finding::{Finding, Severity};
use fixkey::rules::not_a_certificate;
use fixkey::rules::presented::{self, Presented};
use serde_json::Value;

/// 2026-11-25.
const CLOCK: Clock = Clock { now: 1_795_564_800, expires_within: 30 * DAY };

fn read(path: &Path) -> Result<Chain, certificate::Error> {
    certificate::chain(file::recognise(&fs::read(path).unwrap())?)
}

fn found(path: &Path, role: Role, netty: Netty, at_hand: &[&Certificate]) -> Vec<Finding> {
    let bytes = fs::read(path).unwrap();
    let layout = certificate::layout(&bytes);
    if let Some(found) = layout.and_then(|it| not_a_certificate::of_layout(path, it, Some(netty))) {
        return vec![found];
    }
    match read(path) {
        Ok(chain) => presented::findings(&Presented {
            path,
            chain: &chain,
            role,
            clock: CLOCK,
            netty: Some(netty),
            at_hand,
        }),
        Err(error) => vec![not_a_certificate::of_error(path, &error)],
    }
}

fn rules(found: &[Finding]) -> String {
    let names: Vec<_> = found.iter().map(|found| found.rule).collect();
    names.join(" ")
}

/// What is found in each fixture as a server's with the newest Netty.
const FOUND: &[(&str, &str)] = &[
    ("p256-good.crt", ""),
    ("rsa2048-good.crt", ""),
    ("rsa2048.crt", ""),
    ("p256.crt", ""),
    ("rsa2048-trusted.crt", ""),
    ("rsa2048-key-and-certificate.crt", ""),
    ("rsa1024.crt", "certificate-weak"),
    ("rsa1024-good.crt", "certificate-weak"),
    ("rsa2048-sha1.crt", "certificate-weak"),
    ("rsa2048-md5.crt", "certificate-weak"),
    ("rsa2048-sha1-self-signed.crt", ""),
    ("rsa2048-md5-self-signed.crt", ""),
    ("p256-expired.crt", "certificate-expired"),
    ("p256-intermediate-expired.crt", "certificate-expired"),
    ("p256-not-yet-valid.crt", "certificate-not-yet-valid"),
    ("p256-without-san.crt", "certificate-without-san"),
    ("p256-email-san.crt", "certificate-without-san"),
    ("p256-many-names.crt", ""),
    ("p256-client-usage.crt", "certificate-usage"),
    ("p256-both-usages.crt", ""),
    ("p256-sign-certificates-only.crt", "certificate-usage"),
    ("p256-ca.crt", "certificate-usage"),
    ("p256-intermediate-ca.crt", "certificate-usage"),
    ("p256-self-signed-ca.crt", ""),
    ("p256-public-policy.crt", "certificate-chain-incomplete"),
    ("p256-compressed.crt", "not-a-certificate"),
    ("p256-explicit-parameters.crt", "not-a-certificate"),
    ("sm2.crt", "not-a-certificate"),
    ("rsa2048-chain.crt", "certificate-chain-order"),
    ("chain-leaf-intermediate-root.crt", ""),
    ("chain-leaf-intermediate.crt", ""),
    ("chain-leaf.crt", ""),
    ("chain-reversed.crt", "certificate-chain-order"),
    ("chain-shuffled.crt", "certificate-chain-order"),
    ("chain-duplicate-leaf.crt", "certificate-chain-order"),
    ("chain-unrelated.crt", "certificate-chain-order"),
    ("chain-without-intermediate.crt", "certificate-chain-order"),
    ("layout-certificate-crlf.crt", ""),
    ("layout-certificate-byte-order-mark.crt", ""),
    ("layout-certificate-text-around.crt", ""),
    ("layout-certificate-trusted.crt", ""),
    ("layout-certificate-body-on-one-line.crt", ""),
    ("layout-certificate-indented.crt", "not-a-certificate"),
    ("layout-certificate-trailing-blanks.crt", "not-a-certificate"),
    ("layout-certificate-lower-case.crt", "not-a-certificate"),
    ("layout-certificate-one-line.crt", "not-a-certificate"),
    ("layout-certificate-literal-newlines.crt", "not-a-certificate"),
    ("layout-certificate-utf16.crt", "not-a-certificate"),
    ("layout-certificate-comment-inside.crt", "not-a-certificate"),
    ("p256-good.crt.der", "not-a-certificate"),
    ("rsa2048-truncated.crt", "not-a-certificate"),
    ("rsa2048-unterminated.crt", "not-a-certificate"),
    ("rsa2048-pkcs8.pem", "not-a-certificate"),
    ("foreign-pkcs7.pem", "not-a-certificate"),
    ("foreign-pkcs12.p12", "not-a-certificate"),
    ("foreign-request.pem", "not-a-certificate"),
    ("foreign-public-key.pem", "not-a-certificate"),
    ("foreign-empty", "not-a-certificate"),
    ("foreign-curve-parameters.pem", "not-a-certificate"),
];

#[test]
fn each_fixture_is_found_to_have_its_flaw_and_no_other() {
    for (name, expected) in FOUND {
        let found = found(&fixtures().join(name), Role::Server, Netty::From4_1_79, &[]);
        assert_eq!(rules(&found), *expected, "{name}");
        for Finding { message, evidence, hint, .. } in found {
            assert!(evidence.is_some() && hint.is_some(), "{message}");
            assert!(!message.ends_with('.'), "{message}");
        }
    }
}

#[test]
fn a_clients_certificate_needs_its_own_usage_and_no_name() {
    let found = |name: &str| {
        let path = fixtures().join(name);
        rules(&found(&path, Role::Client, Netty::From4_1_79, &[]))
    };
    assert_eq!(found("p256-client-usage.crt"), "");
    assert_eq!(found("p256-both-usages.crt"), "");
    assert_eq!(found("p256-good.crt"), "certificate-usage");
    assert_eq!(found("rsa2048.crt"), "");
    assert_eq!(found("p256-compressed.crt"), "not-a-certificate");
}

#[test]
fn an_issuer_at_hand_shows_whether_a_chain_is_complete() {
    let leaf = fixtures().join("chain-leaf.crt");
    let other = |name: &str| read(&fixtures().join(name)).unwrap().leaf;
    let (intermediate, root) = (other("chain-intermediate.crt"), other("chain-root.crt"));
    let found = |path: &Path, at_hand: &[&Certificate]| {
        rules(&found(path, Role::Server, Netty::From4_1_79, at_hand))
    };
    assert_eq!(found(&leaf, &[]), "", "nothing is known");
    assert_eq!(found(&leaf, &[&intermediate]), "certificate-chain-incomplete");
    assert_eq!(found(&leaf, &[&root, &intermediate]), "certificate-chain-incomplete");
    assert_eq!(found(&leaf, &[&root]), "", "a root that did not issue it says nothing");
    let issued_by_root = fixtures().join("chain-leaf-intermediate.crt");
    assert_eq!(found(&issued_by_root, &[&root, &intermediate]), "");
}

#[test]
fn the_order_of_each_chain_is_named() {
    let order = |name: &str| read(&fixtures().join(name)).unwrap().order();
    assert_eq!(order("chain-leaf-intermediate-root.crt"), Order::InOrder);
    assert_eq!(order("chain-reversed.crt"), Order::Reversed);
    assert_eq!(order("chain-shuffled.crt"), Order::Shuffled(vec![0, 2, 1]));
    assert_eq!(order("chain-duplicate-leaf.crt"), Order::Duplicate { first: 0, again: 1 });
    assert_eq!(order("chain-unrelated.crt"), Order::Unrelated(2));
    assert_eq!(order("chain-without-intermediate.crt"), Order::Unrelated(1));
    assert_eq!(order("p256-good.crt"), Order::InOrder);
}

#[test]
fn logstash_6_4_loads_chains_out_of_order_and_fails_with_reversed_ones() {
    let severity = |name: &str, netty| {
        found(&fixtures().join(name), Role::Server, netty, &[]).first().unwrap().severity
    };
    assert_eq!(severity("chain-reversed.crt", Netty::Before4_1_49), Severity::Error);
    for name in ["chain-shuffled.crt", "chain-duplicate-leaf.crt", "chain-unrelated.crt"] {
        assert_eq!(severity(name, Netty::Before4_1_49), Severity::Warning);
        assert_eq!(severity(name, Netty::Before4_1_79), Severity::Error);
    }
}

#[test]
fn what_ends_within_the_days_asked_for_ends_soon() {
    let path = fixtures().join("p256-good.crt");
    let chain = read(&path).unwrap();
    let end = chain.leaf.not_after;
    let at = |now| {
        let clock = Clock { now, ..CLOCK };
        let (role, netty) = (Role::Server, None);
        presented::findings(&Presented {
            path: &path,
            chain: &chain,
            role,
            clock,
            netty,
            at_hand: &[],
        })
    };
    assert_eq!(rules(&at(end - 30 * DAY)), "");
    let soon = at(end - 30 * DAY + 1);
    assert_eq!(rules(&soon), "certificate-expires-soon");
    assert!(soon[0].message.contains("expires in 29 days, on 2125-12-31"), "{}", soon[0].message);
    assert_eq!(rules(&at(end)), "certificate-expires-soon");
    assert_eq!(rules(&at(end + 1)), "certificate-expired");
}

#[test]
fn a_certificate_is_described_in_one_line() {
    let description = |name: &str| read(&fixtures().join(name)).unwrap().leaf.description();
    assert_eq!(
        description("p256-good.crt"),
        "certificate \"O=fixkey, CN=logstash.example\", EC P-256, valid 2026-01-01 to 2125-12-31, issued by \"CN=root\""
    );
    assert!(description("p256-ca.crt").ends_with("issued by itself"));
    let many = read(&fixtures().join("p256-many-names.crt")).unwrap().leaf.usage.names;
    assert_eq!(many, ["logstash.example", "*.logs.example", "192.0.2.7", "2001:db8::7"]);
}

fn openssl(arguments: &[&str], path: &Path) -> String {
    let output = Command::new("openssl").args(arguments).arg(path).output().unwrap();
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

fn certificates_here() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> =
        fs::read_dir(fixtures()).unwrap().map(|it| it.unwrap().path()).collect();
    if has_peers(&["shared"]) {
        all.extend(fs::read_dir(shared()).unwrap().map(|it| it.unwrap().path()));
    }
    all.retain(|path| {
        fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"-----BEGIN CERTIFICATE"))
    });
    all
}

/// How OpenSSL prints a public key's size and curve, against how it is described.
fn is_described(text: &str, description: &str) -> bool {
    let (algorithm, size) = description.split_once(' ').unwrap_or((description, ""));
    let curve = text.split("ASN1 OID: ").nth(1).and_then(|rest| rest.lines().next());
    let nist = text.split("NIST CURVE: ").nth(1).and_then(|rest| rest.lines().next());
    match algorithm {
        "RSA" | "RSA-PSS" | "DSA" => text.contains(&format!("({size} bit)")),
        "EC" => nist.or(curve).is_none_or(|curve| curve == size),
        _ => text.to_lowercase().contains(&algorithm.to_lowercase()),
    }
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
                "-dates",
                "-dateopt",
                "iso_8601",
                "-nameopt",
                "RFC2253",
                "-in",
            ],
            &path,
        );
        let shown = |seconds| date::rfc3339(seconds).replace('T', " ");
        for fact in [
            format!("notBefore={}", shown(leaf.not_before)),
            format!("notAfter={}", shown(leaf.not_after)),
        ] {
            assert!(text.contains(&fact), "{}: {fact}\n{text}", path.display());
        }
        let print = text.split("Fingerprint=").nth(1).unwrap().lines().next().unwrap();
        assert_eq!(print.replace(':', "").to_lowercase(), leaf.fingerprint.to_string());
        assert_eq!(text.contains("CA:TRUE"), leaf.usage.is_ca, "{}", path.display());
        let names = text.matches("DNS:").count() + text.matches("IP Address:").count();
        assert_eq!(names, leaf.usage.names.len(), "{}", path.display());
        let first = text.split("Signature Algorithm: ").nth(1).unwrap().lines().next().unwrap();
        let weak = ["md5", "sha1", "SHA1", "md2"].iter().any(|digest| first.contains(digest));
        assert_eq!(weak, leaf.weak_digest.is_some(), "{}: {first}", path.display());
        let key = leaf.public_key.to_string();
        assert!(is_described(&text, &key), "{}: {key}\n{text}", path.display());
        count += 1;
    }
    assert!(count > 70, "only {count}");
}

/// What OpenSSL says of a client that verifies: the file, the purpose, the root, and its error.
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
    // The last certificate of each is its root; of self-signed ones, itself.
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

fn hint(name: &str) -> String {
    let found = found(&fixtures().join(name), Role::Server, Netty::From4_1_79, &[]);
    found.into_iter().next().unwrap().hint.unwrap()
}

/// What a shell command writes to the file that it names last.
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
        let hint = hint(name);
        let command = &hint[hint.find("awk").unwrap()..hint.find(", and name").unwrap()];
        let new = written(command, "NEW.crt");
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
        let hint = hint(name);
        let new = written(hint.split("; then name").next().unwrap(), "our.crt");
        assert_eq!(certificate::layout(&fs::read(&new).unwrap()), None, "{name}");
        let own = read(&fixtures().join("p256-good.crt")).unwrap().leaf.fingerprint;
        assert_eq!(read(&new).unwrap().leaf.fingerprint, own, "{name}");
        fs::remove_file(new).unwrap();
    }
}

#[test]
fn every_measured_certificate_loads_as_said() {
    if !has_peers(&["shared"]) {
        return;
    }
    let rows = fs::read_to_string(shared().join("matrix.jsonl")).unwrap();
    let columns = [
        ("netty-4.1.17", Netty::Before4_1_49),
        ("netty-4.1.48", Netty::Before4_1_79),
        ("netty-4.1.118", Netty::From4_1_79),
        ("netty-4.1.118+bc", Netty::From4_1_79),
    ];
    let mut refused = 0;
    for row in rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()) {
        let path = shared().join(row["cert"].as_str().unwrap());
        for (column, netty) in columns {
            let found = found(&path, Role::Server, netty, &[]);
            let is_refused = |found: &Finding| {
                found.severity == Severity::Error
                    && (found.rule == "not-a-certificate"
                        || found.rule == "certificate-chain-order" && netty != Netty::Before4_1_49)
            };
            let said = found.iter().any(is_refused);
            let measured = row["loads"][column].as_str().unwrap_or_default();
            let measured =
                measured.contains("valid certificates") || measured.contains("chain is not valid");
            assert_eq!(said, measured, "{} {column}: {}", row["id"], rules(&found));
            refused += usize::from(said);
        }
    }
    // 10 files and 4 keys in every column, one label in two, 4 chains in three.
    assert_eq!(refused, 14 * 4 + 2 + 4 * 3);
}

/// What is found in the certificates of the measured rows, with the newest Netty; in those of all other rows, nothing.
const FOUND_IN_ROWS: &[(&str, &str)] = &[
    ("rsa512-p8", "certificate-weak"),
    ("rsa768-p8", "certificate-weak"),
    ("rsa1024-p8", "certificate-weak"),
    ("rsa1024-p1", "certificate-weak"),
    ("ec-p256-explcert", "not-a-certificate"),
    ("ec-p256-explboth", "not-a-certificate"),
    ("ec-p8-compressed-both", "not-a-certificate"),
    ("x25519-p8", "certificate-without-san"),
    ("x448-p8", "certificate-without-san"),
    ("sm2-p8", "not-a-certificate"),
    ("swapped", "not-a-certificate"),
    ("cert-der", "not-a-certificate"),
    ("cert-empty", "not-a-certificate"),
    ("cert-noend", "not-a-certificate"),
    ("cert-trunc", "not-a-certificate"),
    ("cert-p7", "not-a-certificate"),
    ("cert-lower", "not-a-certificate"),
    ("cert-indent", "not-a-certificate"),
    ("cert-trailspace", "not-a-certificate"),
    ("cert-pub", "not-a-certificate"),
    ("cert-csr", "not-a-certificate"),
    ("chain-reversed", "certificate-chain-order"),
    ("chain-shuffled", "certificate-chain-order"),
    ("chain-dup", "certificate-chain-order"),
    ("chain-unrelated", "certificate-chain-order"),
    ("cert-expired", "certificate-expired certificate-without-san"),
    ("cert-future", "certificate-not-yet-valid certificate-without-san"),
    ("cert-nosan", "certificate-without-san"),
    ("cert-ku-certsign", "certificate-usage"),
    ("cert-ku-keyenc", "certificate-without-san"),
    ("cert-ku-dsig", "certificate-without-san"),
    ("cert-eku-client", "certificate-usage"),
    ("cert-eku-server", "certificate-without-san"),
    ("cert-sha1", "certificate-without-san"),
    ("cert-md5", "certificate-without-san"),
    ("cert-v1", "certificate-without-san"),
    ("cert-psssig", "certificate-without-san"),
];

#[test]
fn of_most_measured_certificates_nothing_is_said() {
    if !has_peers(&["shared"]) {
        return;
    }
    let rows = fs::read_to_string(shared().join("matrix.jsonl")).unwrap();
    let mut warned = Vec::new();
    for row in rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()) {
        let id = row["id"].as_str().unwrap();
        let path = shared().join(row["cert"].as_str().unwrap());
        let found = rules(&found(&path, Role::Server, Netty::From4_1_79, &[]));
        if !found.is_empty() {
            warned.push((id.to_owned(), found));
        }
    }
    let warned: Vec<(&str, &str)> =
        warned.iter().map(|(id, found)| (id.as_str(), found.as_str())).collect();
    assert_eq!(warned, FOUND_IN_ROWS);
}
