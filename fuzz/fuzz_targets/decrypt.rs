//! Decryption: whatever the parameters and the ciphertext say, it stays within its limits, and a
//! key that it opens survives its conversion.

#![no_main]

use fixkey_fuzz::must_survive_conversion;
use keyfile::file::{self, What};
use keyfile::key::derivation::Limits;
use keyfile::key::encryption::{EncryptedKey, Error};
use libfuzzer_sys::fuzz_target;

/// The passphrase of the fixtures.
const PASSPHRASE: &[u8] = b"secret";

/// OpenSSL writes 2048 iterations, so that seeds are opened. For scrypt it writes 16 MiB, and what
/// [`Limits`] lets a file ask for then, sixteen such rounds, is over a second with instrumentation.
const LIMITS: Limits = Limits { iterations: 4096, scrypt_bytes: 2 << 20 };

const NO_WORK: Limits = Limits { iterations: 0, scrypt_bytes: 0 };

fuzz_target!(|bytes: &[u8]| {
    for entry in file::recognise(bytes).unwrap_or_default() {
        if let What::Encrypted(key) = entry.what {
            must_ask_before_work(&key);
            match key.decrypt(PASSPHRASE, &LIMITS) {
                Ok(key) => must_survive_conversion(&key),
                Err(error) => drop(error.to_string()),
            }
        }
    }
});

/// Only the derivation of `DEK-Info`, which is three hashes at most, is done without leave.
fn must_ask_before_work(key: &EncryptedKey) {
    if let EncryptedKey::Pkcs8(_) = key {
        let outcome = key.decrypt(PASSPHRASE, &NO_WORK).err();
        assert!(
            outcome.is_some_and(|error| error != Error::WrongPassphrase),
            "a key was derived where none may be"
        );
    }
}
