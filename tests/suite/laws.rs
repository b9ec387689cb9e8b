//! Laws for every input, tried on many.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(
    clippy::format_push_string,
    clippy::use_debug,
    reason = "speed and looks do not matter here"
)]

use fixkey::logstash::readers;
use keyfile::ber;
use keyfile::file::{self, What};
use keyfile::key::{EncodedKey, PrivateKey};
use keyfile::pem;
use proptest::prelude::*;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn only_key(bytes: &[u8]) -> Option<EncodedKey> {
    let entries = file::recognise(bytes).ok()?;
    entries.into_iter().find_map(|entry| match entry.what {
        What::Key(key) => Some(key),
        _ => None,
    })
}

fn to_pem(key: &PrivateKey<'_>) -> String {
    pem::encode("PRIVATE KEY", key.to_pkcs8().unwrap().as_bytes()).to_string()
}

/// Returns PKCS#1 and SEC1 fixtures in DER, each with its canonical form.
fn keys() -> Vec<(Vec<u8>, String)> {
    ["rsa2048-pkcs1.der", "p256-sec1.der", "rsa2048-pkcs8.der", "p256-pkcs8.der"]
        .map(|name| {
            let der = fixture(name);
            let canonical = to_pem(&only_key(&der).unwrap().read().unwrap());
            (der, canonical)
        })
        .to_vec()
}

/// Returns a key file in one of the unambiguous layouts.
fn laid_out(
    der: &[u8],
    width: usize,
    indent: &str,
    end: &str,
    before: &str,
    after: &str,
) -> String {
    let block = pem::encode("PRIVATE KEY", der);
    let body: String = block.lines().filter(|line| !line.starts_with('-')).collect();
    let mut text = format!("{before}{end}{indent}-----BEGIN PRIVATE KEY-----{end}");
    for line in body.as_bytes().chunks(width) {
        text += &format!("{indent}{}{end}", std::str::from_utf8(line).unwrap());
    }
    text + &format!("{indent}-----END PRIVATE KEY-----{end}{after}")
}

/// Returns whether a changed key is refused, warned about, or still the same in a form that says so.
fn is_noticed(changed: &[u8], canonical: &str) -> bool {
    let original = only_key(canonical.as_bytes()).unwrap();
    let Some(encoded) = only_key(changed) else { return true };
    let Ok(key) = encoded.read() else { return true };
    let Ok(flaw) = key.check() else { return true };
    !readers::limits(&key, flaw).is_empty() || key.is_same_key(&original.read().unwrap())
}

#[test]
fn no_flipped_bit_goes_unnoticed() {
    for (der, canonical) in keys() {
        for (byte, bit) in (0..der.len()).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
            let mut flipped = der.clone();
            flipped[byte] ^= 1 << bit;
            assert!(is_noticed(&flipped, &canonical), "bit {bit} of byte {byte} of {}", der.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_is_scanned(bytes in prop::collection::vec(any::<u8>(), 1..2000), label in "[A-Z][A-Z0-9]{0,9}( [A-Z0-9]{1,9}){0,3}") {
        let text = pem::encode(&label, &bytes);
        let blocks = pem::scan(&text).unwrap();
        prop_assert_eq!(blocks.len(), 1);
        prop_assert_eq!(&blocks[0].label, &label);
        prop_assert_eq!(&blocks[0].span, &(0..text.len() - 1));
        prop_assert_eq!(&*blocks[0].decode().unwrap(), &bytes);
    }

    #[test]
    fn no_text_makes_the_scanner_panic(text in "(-{0,6}|BEGIN |END |[A-Z ]{0,9}|[\\r\\n\\\\n:=]|.{0,3}){0,60}") {
        for block in pem::scan(&text).unwrap_or_default() {
            prop_assert!(text.get(block.span.clone()).is_some());
            let _ = block.decode();
        }
    }

    #[test]
    fn der_is_its_own_der(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(der) = ber::to_der(&bytes) {
            prop_assert_eq!(&*ber::to_der(&der).unwrap(), &*der);
        }
    }

    #[test]
    fn a_layout_with_one_reading_does_not_matter(
        which in 0..4usize,
        width in 1..100usize,
        indent in "[ \t]{0,5}",
        end in prop::sample::select(vec!["\n", "\r\n", "\r", " \n", "\\n", "\\r\\n", "\n\n", "\t\r\n"]),
        before in "[ a-z.,\n]{0,40}",
        after in "[ a-z.,\n]{0,40}",
    ) {
        let (der, canonical) = &keys()[which];
        let text = laid_out(der, width, &indent, end, &before, &after);
        let key = only_key(text.as_bytes()).expect("one reading");
        prop_assert_eq!(&to_pem(&key.read().unwrap()), canonical);
        let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        prop_assert_eq!(&to_pem(&only_key(&utf16).unwrap().read().unwrap()), canonical);
    }

    #[test]
    fn convert_twice_is_convert_once(which in 0..4usize) {
        let (_, canonical) = &keys()[which];
        let again = only_key(canonical.as_bytes()).unwrap();
        prop_assert_eq!(&to_pem(&again.read().unwrap()), canonical);
    }

    #[test]
    fn no_truncated_key_is_a_key(which in 0..4usize, length in any::<prop::sample::Index>()) {
        let (der, _) = &keys()[which];
        let cut = &der[..length.index(der.len())];
        prop_assert!(only_key(cut).is_none());
        prop_assert!(only_key(pem::encode("PRIVATE KEY", cut).as_bytes()).is_none());
    }
}
