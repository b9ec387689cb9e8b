//! Compares findings with the measured rows.

use fixkey::check::finding::{Finding, Severity};
use fixkey::logstash::readers::Netty;
use keyfile::certificate::Role;
use serde_json::Value;

use super::common::{data, rows};
use super::{found, rules};

fn measured() -> Vec<Value> {
    rows(&data().join("keys/matrix.jsonl"))
}

#[test]
fn every_measured_certificate_loads_as_said() {
    let columns = [
        ("netty-4.1.17", Netty::Before4_1_49),
        ("netty-4.1.48", Netty::Before4_1_79),
        ("netty-4.1.118", Netty::From4_1_79),
        ("netty-4.1.118+bc", Netty::From4_1_79),
    ];
    let mut refused = 0;
    for row in measured() {
        let path = data().join("keys").join(row["cert"].as_str().unwrap());
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

/// The findings for the certificates of the measured rows, with the newest Netty; other rows have none.
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
    let mut warned = Vec::new();
    for row in measured() {
        let id = row["id"].as_str().unwrap();
        let path = data().join("keys").join(row["cert"].as_str().unwrap());
        let found = rules(&found(&path, Role::Server, Netty::From4_1_79, &[]));
        if !found.is_empty() {
            warned.push((id.to_owned(), found));
        }
    }
    let warned: Vec<(&str, &str)> =
        warned.iter().map(|(id, found)| (id.as_str(), found.as_str())).collect();
    assert_eq!(warned, FOUND_IN_ROWS);
}
