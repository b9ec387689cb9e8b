//! rustls-pemfile and rsa load what fixkey writes, and find in it the key that fixkey was given.

use std::fs;
use std::path::{Path, PathBuf};

use fixkey_interop::openssl::{self, Algorithm};
use fixkey_interop::{convert_every_form, fixkey, peers};
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::der::pem;
use rsa::pkcs8::{DecodePrivateKey, PrivateKeyInfoRef};
use rsa::sha2::Sha256;
use rustls_pemfile::Item;
use rustls_pki_types::PrivateKeyDer;
use tempfile::TempDir;

const MESSAGE: &[u8] = b"signed with one of the two, verified with the other";

fn passed_over() -> bool {
    peers::are_absent(openssl::PEERS)
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

fn der(path: &Path) -> Vec<u8> {
    pem::decode_vec(&fs::read(path).unwrap()).unwrap().1
}

fn pkcs1(path: &Path) -> PrivateKey {
    PrivateKey::from_pkcs1_pem(&text(path)).unwrap()
}

fn pkcs8(path: &Path) -> PrivateKey {
    PrivateKey::from_pkcs8_pem(&text(path)).unwrap()
}

/// rustls-pemfile cannot tell: it passes over what it does not know.
fn is_one_block_and_nothing_else(file: &str) -> bool {
    file.strip_prefix("-----BEGIN PRIVATE KEY-----\n")
        .and_then(|rest| rest.strip_suffix("\n-----END PRIVATE KEY-----\n"))
        .is_some_and(|body| !body.contains('-'))
}

/// A PKCS#1 key, and what fixkey made of it.
fn pkcs1_and_pkcs8(algorithm: Algorithm, folder: &TempDir) -> (PathBuf, PathBuf) {
    let original = openssl::generate(algorithm, folder.path());
    let converted = fixkey::convert(&original);
    (original, converted)
}

fn signed_by_one_is_verified_by_the_other(signer: &PrivateKey, verifier: &PrivateKey) -> bool {
    let signature = signer.pss_sign::<Sha256>(MESSAGE).unwrap();
    let public_key = verifier.to_public_key();
    public_key.pss_verify::<Sha256>(MESSAGE, &signature).is_ok()
}

#[test]
fn rustls_pemfile_finds_one_pkcs8_key_and_nothing_else() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for algorithm in Algorithm::all() {
        for converted in convert_every_form(&openssl::generate(algorithm, folder.path())) {
            let file = text(&converted);

            let key = rustls_pemfile::private_key(&mut file.as_bytes()).unwrap();
            assert!(matches!(key, Some(PrivateKeyDer::Pkcs8(_))), "{converted:?}");

            let items: Vec<_> = rustls_pemfile::read_all(&mut file.as_bytes()).collect();
            assert!(matches!(items[..], [Ok(Item::Pkcs8Key(_))]), "{converted:?}");

            assert!(is_one_block_and_nothing_else(&file), "{converted:?}");
        }
    }
}

#[test]
fn rustls_pemfile_finds_no_pkcs8_key_in_an_original() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for algorithm in Algorithm::all() {
        let original = openssl::generate(algorithm, folder.path());
        let keys = rustls_pemfile::pkcs8_private_keys(&mut text(&original).as_bytes()).count();
        assert_eq!(keys, 0, "{original:?}");
    }
}

#[test]
fn rsa_loads_from_every_converted_form_the_key_that_it_loads_from_pkcs1() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for algorithm in Algorithm::RSA {
        let original = openssl::generate(algorithm, folder.path());
        for converted in convert_every_form(&original) {
            assert_eq!(pkcs8(&converted), pkcs1(&original), "{converted:?}");
        }
    }
}

/// Equality in rsa does not look at the CRT values of the file, which it computes anew.
#[test]
fn a_converted_rsa_key_holds_the_very_bytes_of_the_pkcs1_key() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for algorithm in Algorithm::RSA {
        let (original, converted) = pkcs1_and_pkcs8(algorithm, &folder);
        let converted_der = der(&converted);
        let info = PrivateKeyInfoRef::try_from(&*converted_der).unwrap();
        assert!(info.private_key.as_bytes() == der(&original), "{converted:?}");
    }
}

#[test]
fn what_the_original_signs_the_converted_key_verifies_and_the_reverse() {
    if passed_over() {
        return;
    }
    let folder = TempDir::new().unwrap();
    for algorithm in Algorithm::RSA {
        let (original, converted) = pkcs1_and_pkcs8(algorithm, &folder);
        let (before, after) = (pkcs1(&original), pkcs8(&converted));
        assert!(signed_by_one_is_verified_by_the_other(&before, &after), "{converted:?}");
        assert!(signed_by_one_is_verified_by_the_other(&after, &before), "{converted:?}");
    }
}

#[test]
fn what_another_key_signs_the_converted_key_does_not_verify() {
    if passed_over() {
        return;
    }
    let (folder, other_folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (_, converted) = pkcs1_and_pkcs8(Algorithm::RSA[0], &folder);
    let other = openssl::generate(Algorithm::RSA[0], other_folder.path());

    assert_ne!(pkcs1(&other), pkcs8(&converted));
    assert!(!signed_by_one_is_verified_by_the_other(&pkcs1(&other), &pkcs8(&converted)));
}
