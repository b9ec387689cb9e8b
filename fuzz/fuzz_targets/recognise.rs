//! The recogniser: whatever the bytes, it says what they are, and a private key among them survives
//! its conversion.

#![no_main]

use fixkey_fuzz::{must_be_der, must_survive_conversion};
use keyfile::ber;
use keyfile::certificate;
use keyfile::file::{self, Entry, What};
use libfuzzer_sys::fuzz_target;
use source_text::decode;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(der) = ber::to_der(bytes) {
        must_be_der(&der);
    }
    match file::recognise(bytes) {
        Ok(entries) => {
            must_have_lines(bytes, entries.iter().map(|entry| entry.line));
            entries.iter().for_each(describe);
            describe_leaf(&entries);
        }
        Err(error) => {
            must_have_lines(bytes, [error.line]);
            drop(error.to_string());
        }
    }
});

/// The lines that are named exist, and come in order.
fn must_have_lines(bytes: &[u8], named: impl IntoIterator<Item = Option<usize>>) {
    let last = decode(bytes).matches(['\n', '\r']).count() + 1;
    let named: Vec<usize> = named.into_iter().flatten().collect();
    assert!(named.is_sorted(), "entries are out of order");
    assert!(named.iter().all(|line| (1..=last).contains(line)), "no line is {named:?}");
}

fn describe(entry: &Entry) {
    match &entry.what {
        What::Key(key) => must_survive_conversion(key),
        What::Encrypted(key) => drop(key.scheme().map(|scheme| scheme.to_string())),
        What::Certificate(der) | What::EcParameters(der) => {
            ber::to_der(der).expect("what is recognised is BER");
        }
        What::Broken(error) => drop(error.to_string()),
        What::Foreign(foreign) => drop(foreign.name()),
    }
}

fn describe_leaf(entries: &[Entry]) {
    match certificate::leaf(entries) {
        Ok(leaf) => assert!(leaf.public_key.is_same_key(&leaf.public_key)),
        Err(error) => drop(error.to_string()),
    }
}
