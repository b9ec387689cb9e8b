//! The exceptions of the measured keys, and the rules that may explain each row.

use fixkey::logstash::messages::{self, Depth};
use serde_json::Value;

use crate::common::{data, rows};

/// What is wrong with a row, by its id: the first match counts. `*` at either end matches anything.
#[rustfmt::skip]
const WRONG: &[(&str, &[&str])] = &[
    ("certtool-p8-empty",   &["key-encryption-not-supported"]),
    ("certtool-rsa*",       &["key-not-pkcs8"]),
    ("certtool-ec",         &["key-not-pkcs8"]),
    ("p12*",                &["not-a-private-key"]),
    ("der-*",               &["key-not-pkcs8"]),
    ("pass-on-p*",          &["passphrase-on-plain-key"]),
    ("emptypass-on-plain",  &["passphrase-on-plain-key"]),
    ("label-enc-*-pass",    &["passphrase-on-plain-key"]),
    ("trad-aes256-nopass",  &["key-encrypted-without-passphrase", "key-encryption-not-supported"]),
    ("*-nopass",            &["key-encrypted-without-passphrase"]),
    ("*-wrongpass",         &["key-wrong-passphrase", "key-encryption-not-supported"]),
    ("v*-emptypass",        &["key-wrong-passphrase", "key-encryption-not-supported"]),
    ("v*-utf8pass",         &["key-encryption-not-supported", "key-wrong-passphrase"]),
    ("enc-*",               &["key-encryption-not-supported"]),
    ("ec-enc-*",            &["key-encryption-not-supported"]),
    ("trad-*",              &["key-encryption-not-supported"]),
    ("ec-p256-expl*",       &["not-a-certificate"]),
    ("ec-p8-compressed*",   &["not-a-certificate"]),
    ("sm2*",                &["not-a-certificate"]),
    ("ec-p8-*",             &["key-not-pkcs8"]),
    ("rsa-innerver1",       &["key-not-pkcs8"]),
    ("label-p8-body-*",     &["key-not-pkcs8", "key-mislabelled"]),
    ("*-p1",                &["key-not-pkcs8"]),
    ("*-sec1",              &["key-not-pkcs8"]),
    ("*-expl-p8",           &["key-not-pkcs8"]),
    ("dsa-trad",            &["key-not-pkcs8"]),
    ("p1*",                 &["key-not-pkcs8"]),
    ("rsapss*",             &["key-algorithm-not-supported"]),
    ("rsa-3prime-p8",       &["key-algorithm-not-supported"]),
    ("ed*",                 &["key-algorithm-not-supported"]),
    ("x25519*",             &["key-algorithm-not-supported"]),
    ("x448*",               &["key-algorithm-not-supported"]),
    ("p8v2-ed25519",        &["key-algorithm-not-supported"]),
    ("openssh-*",           &["not-a-private-key"]),
    ("p8v1-withpub-rsa",    &["key-not-pkcs8"]),
    ("longlen",             &["key-layout"]),
    ("p8ver2-rsa",          &["key-damaged"]),
    ("chain-*",             &["certificate-chain-order"]),
    ("cert-as-key",         &["not-a-private-key"]),
    ("cert-*",              &["not-a-certificate"]),
    ("swapped",             &["not-a-certificate"]),
    ("nodir",               &["not-a-private-key"]),
    ("jks",                 &["not-a-private-key"]),
    ("json",                &["not-a-private-key"]),
    ("ppk",                 &["not-a-private-key"]),
    ("pubkey",              &["not-a-private-key"]),
    ("csr-as-key",          &["not-a-private-key"]),
    ("empty",               &["not-a-private-key"]),
    ("ws",                  &["not-a-private-key"]),
    ("badb64*",             &["key-damaged"]),
    ("allgarbage",          &["key-damaged"]),
    ("emptybody",           &["key-damaged"]),
    ("trunc-*",             &["key-damaged"]),
    ("no*",                 &["key-damaged", "key-layout"]),
    ("commentinside",       &["key-damaged", "key-layout"]),
    // The rest are complete PKCS#8 keys with a layout fault.
    ("*",                   &["key-layout"]),
];

fn fits(id: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => id == pattern,
        Some((start, end)) => id.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
    }
}

#[test]
fn every_exception_of_the_measured_keys_is_known_and_its_cause_is_the_rows() {
    let (mut count, mut wrong) = (0, Vec::new());
    for row in rows(&data().join("keys/matrix.jsonl")) {
        let id = row["id"].as_str().unwrap();
        let expected = WRONG.iter().find(|(pattern, _)| fits(id, pattern)).unwrap().1;
        for exception in row["loads"].as_object().unwrap().values().filter_map(Value::as_str) {
            count += 1;
            for text in [exception.to_owned(), trace(exception)] {
                let log = messages::scan(text.as_bytes()).unwrap();
                let [found] = &log.sightings[..] else {
                    wrong.push(format!("{id}: {} messages in {text}", log.sightings.len()));
                    continue;
                };
                let rules = found.message.causes.iter().map(|it| it.rule.unwrap_or("(none)"));
                let is_consistent = rules.clone().any(|rule| expected.contains(&rule));
                if !is_consistent || found.message.depth != Depth::Cause {
                    wrong.push(format!("{id}: {:?} for {text}", rules.collect::<Vec<_>>()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(count, 161 + 165 + 153 + 98, "as many as the four columns refuse");
}

/// Returns the exception as a log shows it.
fn trace(exception: &str) -> String {
    let frame =
        "\n\tat io.netty.handler.ssl.SslContextBuilder.keyManager(SslContextBuilder.java:388)";
    let causes = exception.replace("  <-  ", &format!("{frame}\nCaused by: "));
    format!("[2026-01-02T03:04:05,006][ERROR][logstash.inputs.beats][main] {causes}{frame}\n")
}
