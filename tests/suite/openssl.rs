//! Tests byte equality with `openssl pkcs8 -topk8 -nocrypt` for algorithms, encodings and protections.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(
    clippy::format_push_string,
    clippy::use_debug,
    reason = "speed and looks do not matter here"
)]

use crate::common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{FIXKEY, Sandbox, has_peers};

const PASSPHRASE: &str = "pass:secret";
const ALGORITHMS: [&str; 9] =
    ["RSA 1024", "RSA 2048", "RSA 3072", "RSA 4096", "P-256", "P-384", "P-521", "secp256k1", "DSA"];
const TRADITIONAL: [&str; 5] = ["aes128", "aes192", "aes256", "des3", "des"];
const PBES2: [&str; 8] = [
    "aes-128-cbc",
    "aes-192-cbc",
    "aes-256-cbc",
    "des3",
    "des-cbc",
    "rc2-cbc",
    "rc2-64-cbc",
    "rc2-40-cbc",
];
const PSEUDO_RANDOM: [&str; 5] =
    ["hmacWithSHA1", "hmacWithSHA224", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"];
const VERSION1: [&str; 10] = [
    "PBE-MD5-DES",
    "PBE-SHA1-DES",
    "PBE-MD5-RC2-64",
    "PBE-SHA1-RC2-64",
    "PBE-SHA1-3DES",
    "PBE-SHA1-2DES",
    "PBE-SHA1-RC2-128",
    "PBE-SHA1-RC2-40",
    "PBE-SHA1-RC4-128",
    "PBE-SHA1-RC4-40",
];

fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {message}");
    output.stdout
}

fn with_legacy<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [arguments, &["-provider", "default", "-provider", "legacy"]].concat()
}

/// Creates `plain.pem`, a key in PKCS#8.
fn generate(folder: &Path, algorithm: &str) {
    let parameter = match algorithm.split_once(' ') {
        Some((_, bits)) => format!("rsa_keygen_bits:{bits}"),
        None => format!("group:{algorithm}"),
    };
    let generate = match algorithm {
        "DSA" => {
            openssl(folder, &["dsaparam", "-out", "parameters", "2048"]);
            vec!["genpkey", "-paramfile", "parameters", "-out", "plain.pem"]
        }
        _ if algorithm.starts_with("RSA") => {
            vec!["genpkey", "-algorithm", "RSA", "-pkeyopt", &parameter, "-out", "plain.pem"]
        }
        _ => vec!["genpkey", "-algorithm", "EC", "-pkeyopt", &parameter, "-out", "plain.pem"],
    };
    openssl(folder, &generate);
}

/// Returns every protection with which OpenSSL writes PKCS#8, as arguments of `openssl pkcs8 -topk8`.
fn protections() -> Vec<Vec<&'static str>> {
    let pbes2 = PBES2.iter().flat_map(|cipher| {
        PSEUDO_RANDOM.iter().map(|prf| vec!["-passout", PASSPHRASE, "-v2", cipher, "-v2prf", prf])
    });
    let version1 = VERSION1.iter().map(|scheme| vec!["-passout", PASSPHRASE, "-v1", scheme]);
    let scrypt = vec!["-passout", PASSPHRASE, "-scrypt"];
    pbes2.chain(version1).chain([scrypt, vec!["-nocrypt"]]).collect()
}

/// Writes the key in every form; returns the files, each with OpenSSL's name of its form.
fn write_forms(folder: &Path, traditional: &str) -> Vec<(PathBuf, &'static str)> {
    let mut files = Vec::new();
    let mut write = |arguments: Vec<&str>, form: &'static str| {
        let path = folder.join(format!("{}.{form}", files.len()));
        let name = path.to_str().unwrap().to_owned();
        openssl(
            folder,
            &with_legacy(&[&arguments[..], &["-outform", form, "-out", &name]].concat()),
        );
        files.push((path, form));
    };
    for form in ["PEM", "DER"] {
        for protection in protections() {
            write([&["pkcs8", "-topk8", "-in", "plain.pem"], &protection[..]].concat(), form);
        }
        let rsa = if traditional == "rsa" { &["-traditional"][..] } else { &[] };
        write([&[traditional, "-in", "plain.pem"], rsa].concat(), form);
    }
    for cipher in TRADITIONAL {
        let flag = format!("-{cipher}");
        let rsa = if traditional == "rsa" { &["-traditional"][..] } else { &[] };
        write(
            [&[traditional, "-in", "plain.pem", &flag, "-passout", PASSPHRASE], rsa].concat(),
            "PEM",
        );
    }
    files
}

fn converted(path: &Path) -> Vec<u8> {
    let output = Command::new(FIXKEY)
        .arg(path)
        .args(["-o", "-", "--passin", "env:PASSPHRASE"])
        .env("PASSPHRASE", "secret")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}: {}",
        path.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

fn every_form_of(algorithm: &str) -> usize {
    let sandbox = Sandbox::empty();
    generate(&sandbox.0, algorithm);
    let traditional = match algorithm {
        "DSA" => "dsa",
        _ if algorithm.starts_with("RSA") => "rsa",
        _ => "ec",
    };
    let files = write_forms(&sandbox.0, traditional);
    for (path, form) in &files {
        let name = path.to_str().unwrap();
        let arguments =
            ["pkcs8", "-topk8", "-nocrypt", "-in", name, "-inform", form, "-passin", PASSPHRASE];
        let expected = openssl(&sandbox.0, &with_legacy(&arguments));
        assert!(converted(path) == expected, "{algorithm}, {name}: not what OpenSSL writes");
    }
    files.len()
}

#[test]
fn what_comes_out_is_what_openssl_writes() {
    if !has_peers(&["openssl"]) {
        return;
    }
    let forms: usize = std::thread::scope(|scope| {
        let threads = ALGORITHMS.map(|algorithm| scope.spawn(move || every_form_of(algorithm)));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    println!("{forms} files, each byte for byte what OpenSSL writes");
    assert_eq!(forms, ALGORITHMS.len() * (2 * (8 * 5 + 10 + 1 + 1 + 1) + 5));
}
