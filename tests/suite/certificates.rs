//! Tests certificates: parsing against OpenSSL, findings against the measured rows, and the commands of hints.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;
#[path = "certificates/chains.rs"]
mod chains;
#[path = "certificates/hints.rs"]
mod hints;
#[path = "certificates/jdk.rs"]
mod jdk;
#[path = "certificates/openssl.rs"]
mod openssl;
#[path = "certificates/rows.rs"]
mod rows;

use std::fs;
use std::path::Path;

use common::fixtures;
use fixkey::check::clock::Clock;
use fixkey::check::finding::{Finding, Severity};
use fixkey::check::rules::of_certificate_file;
use fixkey::check::rules::presented::{CertificateFile, NotLoaded, Presented};
use fixkey::logstash::readers::{self, Netty};
use keyfile::certificate::{self, Certificate, Chain, Order, Role};
use keyfile::file;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

/// 2026-11-25.
const CLOCK: Clock =
    Clock { now: datetime!(2026-11-25 00:00 UTC), expires_within: Duration::days(30) };

fn read(path: &Path) -> Result<Chain, certificate::Error> {
    certificate::chain(&file::recognise(&fs::read(path).unwrap())?)
}

fn found(
    path: &Path,
    role: Role,
    netty: Netty,
    at_hand: &[(Option<&Path>, &Certificate)],
) -> Vec<Finding> {
    let bytes = fs::read(path).unwrap();
    let read = read(path);
    let presented = |chain| Presented {
        path,
        chain,
        role,
        clock: CLOCK,
        netty: Some(netty),
        lacks_tls_1_3: false,
        at_hand: at_hand.to_vec(),
        has_key: false,
        is_authority: false,
        shipper: None,
    };
    let found = read.as_ref().map(presented).map_err(NotLoaded::NoCertificate);
    of_certificate_file(&CertificateFile::new(path, found, readers::certificate_layout(&bytes)))
}

fn rules(found: &[Finding]) -> String {
    let names: Vec<_> = found.iter().map(|found| found.rule).collect();
    names.join(" ")
}

/// The findings for each fixture as a server's with the newest Netty.
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
        for Finding { message, evidence, hints, .. } in found {
            assert!(evidence.is_some() && !hints.is_empty(), "{message}");
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
        let at_hand: Vec<_> =
            at_hand.iter().map(|one| (Some(Path::new("beside.crt")), *one)).collect();
        rules(&found(path, Role::Server, Netty::From4_1_79, &at_hand))
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
    assert_eq!(
        order("chain-issuer-in-other-case.crt"),
        Order::InOrder,
        "as the JDK compares names"
    );
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
    let at = |now: OffsetDateTime| {
        let clock = Clock { now, ..CLOCK };
        let (path, chain, role, netty) = (path.as_path(), &chain, Role::Server, None);
        let (lacks_tls_1_3, at_hand, has_key) = (false, Vec::new(), false);
        let presented = Presented {
            path,
            chain,
            role,
            clock,
            netty,
            lacks_tls_1_3,
            at_hand,
            has_key,
            is_authority: false,
            shipper: None,
        };
        of_certificate_file(&CertificateFile::new(path, Ok(presented), None))
    };
    assert_eq!(rules(&at(end - Duration::days(30))), "");
    let soon = at(end - Duration::days(30) + Duration::SECOND);
    assert_eq!(rules(&soon), "certificate-expires-soon");
    assert!(soon[0].message.contains("expires on 2125-12-31"), "{}", soon[0].message);
    let later = at(end);
    assert_eq!(rules(&later), "certificate-expires-soon");
    assert_eq!(later[0].message, soon[0].message, "fingerprints of findings are to last");
    assert_eq!(rules(&at(end + Duration::SECOND)), "certificate-expired");
}

#[test]
fn a_certificate_is_described_in_one_line() {
    let description = |name: &str| read(&fixtures().join(name)).unwrap().leaf.description();
    assert_eq!(
        description("p256-good.crt"),
        "certificate \"O=fixkey, CN=logstash.example\", EC P-256, valid 2026-01-01 to 2125-12-31, issued by \"CN=root\""
    );
    assert!(description("p256-ca.crt").ends_with("issued by itself"));
    let many = read(&fixtures().join("p256-many-names.crt"))
        .unwrap()
        .leaf
        .usage
        .names()
        .collect::<Vec<_>>();
    assert_eq!(many, ["logstash.example", "*.logs.example", "192.0.2.7", "2001:db8::7"]);
}
