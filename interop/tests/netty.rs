//! Netty, as Logstash's beats input uses it, loads what fixkey writes, and not what fixkey was given.

use std::path::Path;
use std::sync::LazyLock;

use fixkey_interop::netty::{self, Judge, Pair};
use fixkey_interop::openssl::{self, Algorithm};
use fixkey_interop::{convert_every_form, fixkey, peers};
use tempfile::TempDir;

static JUDGE: LazyLock<Judge> =
    LazyLock::new(|| Judge::compile(Path::new(env!("CARGO_TARGET_TMPDIR"))));

fn passed_over() -> bool {
    peers::are_absent(openssl::PEERS.iter().chain(netty::PEERS))
}

#[test]
fn a_converted_key_loads_in_netty_and_shakes_hands() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let pairs: Vec<_> = Algorithm::all()
        .flat_map(|algorithm| {
            let original = openssl::generate(algorithm, folder.path());
            let certificate = openssl::certify(&original);
            convert_every_form(&original)
                .into_iter()
                .map(move |key| Pair { certificate: certificate.clone(), key })
        })
        .collect();

    for (pair, verdict) in pairs.iter().zip(JUDGE.judge(&pairs)) {
        assert_eq!(verdict, "loads=yes tls1.2=yes tls1.3=yes", "{pair:?}");
    }
}

#[test]
fn a_pkcs1_or_sec1_key_does_not_load_in_netty() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let pairs: Vec<_> = Algorithm::all()
        .map(|algorithm| {
            let key = openssl::generate(algorithm, folder.path());
            let certificate = openssl::certify(&key);
            Pair { certificate, key }
        })
        .collect();

    for (pair, verdict) in pairs.iter().zip(JUDGE.judge(&pairs)) {
        let cause = verdict
            .strip_prefix("loads=no cause=")
            .unwrap_or_else(|| panic!("{pair:?}: {verdict}"));
        assert!(cause.contains("algid parse error, not a sequence"), "{pair:?}: {cause}");
    }
}

#[test]
fn a_converted_key_of_another_certificate_loads_in_netty_but_does_not_shake_hands() {
    if passed_over() {
        return;
    }
    let (folder, other_folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let pairs = [Algorithm::RSA[0], Algorithm::EC[0]].map(|algorithm| Pair {
        certificate: openssl::certify(&openssl::generate(algorithm, folder.path())),
        key: fixkey::convert(&openssl::generate(algorithm, other_folder.path())),
    });

    for (pair, verdict) in pairs.iter().zip(JUDGE.judge(&pairs)) {
        assert!(verdict.starts_with("loads=yes tls1.2=no tls1.3=no cause="), "{pair:?}: {verdict}");
    }
}
