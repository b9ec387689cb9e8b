//! The laws that more than one fuzz target holds private keys against; and, for `fix`, the folder that
//! it runs in and what it may change of a configuration.

pub mod configurations;
pub mod tree;

use keyfile::ber::{self, Element};
use keyfile::file::{self, What};
use keyfile::key::{EncodedKey, Numbers, PrivateKey};
use keyfile::pem;

/// Converts `encoded` as fixkey does: what comes out is the same key, in DER, as sound as before,
/// and its own conversion.
pub fn must_survive_conversion(encoded: &EncodedKey) {
    let Ok(original) = encoded.read() else { return };
    let soundness = original.check();
    let name = original.to_string();
    let Ok(der) = original.to_pkcs8() else { return };

    let written = only_key(&pem::encode("PRIVATE KEY", der.as_bytes()));
    let converted = written.read().expect("what is written is read");
    assert!(original.is_same_key(&converted), "the conversion of {name} is another key");
    assert_eq!(name, converted.to_string(), "the conversion goes by another name");
    if soundness.is_ok() {
        assert_eq!(soundness, converted.check(), "the conversion of {name} is less sound");
        must_keep_public_key(&original, &converted);
    }
    must_be_der_throughout(&converted, der.as_bytes());
    let again = converted.to_pkcs8().expect("what is written is converted");
    assert_eq!(der.as_bytes(), again.as_bytes(), "twice is not once");
}

fn only_key(text: &str) -> EncodedKey {
    let entries = file::recognise(text.as_bytes()).expect("what is written is recognised");
    let [entry] = <[_; 1]>::try_from(entries).ok().expect("one block is one entry");
    match entry.what {
        What::Key(key) => key,
        _ => panic!("what is written is not recognised as a private key"),
    }
}

/// A public key that is only stated beside the private one does not stay, and cannot be computed.
fn must_keep_public_key(original: &PrivateKey<'_>, converted: &PrivateKey<'_>) {
    if !original.public_key_is_only_stated() {
        let [before, after] = [original, converted]
            .map(|key| key.public_key().map(|public| public.fingerprint().to_string()));
        assert_eq!(before, after, "the conversion has another public key");
    }
}

/// The private key stands inside an OCTET STRING, into which normalising the outer structure does
/// not look; of an algorithm that fixkey does not know, nobody can say that it is DER at all.
fn must_be_der_throughout(key: &PrivateKey<'_>, der: &[u8]) {
    must_be_der(der);
    if !matches!(key.numbers, Numbers::Other { .. }) {
        let fields = Element::only(der).and_then(|info| info.children());
        must_be_der(fields.expect("PKCS#8 is a sequence")[2].content);
    }
}

/// Normalising changes nothing in `der`.
pub fn must_be_der(der: &[u8]) {
    let normalised = ber::to_der(der).expect("DER is BER");
    assert_eq!(der, &*normalised, "DER is not its own normal form");
}
