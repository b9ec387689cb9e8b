//! Verifies written keys with readers that share no code with the one that read the key: PEM as rustls reads it, DER as
//! the crates `pkcs8`, `pkcs1` and `sec1` do.

use der::Decode as _;
use der::asn1::UintRef;
use pkcs8::PrivateKeyInfoRef;
use rustls_pki_types::pem::{PemObject as _, SectionKind};
use zeroize::Zeroizing;

use super::{EncodedKey, Encoding, PrivateKey};
use crate::algorithm::{EC, RSA, RSA_PSS};

impl PrivateKey<'_> {
    /// Returns whether `text` is one PEM block `PRIVATE KEY` with this key as [`PrivateKey::to_pkcs8`] writes it, in
    /// strict DER.
    #[must_use]
    pub fn is_written_in(&self, text: &[u8]) -> bool {
        let Some(der) = only_pkcs8(text) else { return false };
        let is_strict = PrivateKeyInfoRef::from_der(&der).is_ok_and(|info| is_strict(&info));
        let is_canonical = self.to_pkcs8().is_ok_and(|own| own.as_bytes() == der.as_slice());
        let is_same = |written: PrivateKey<'_>| written.is_same_key(self);
        is_strict
            && is_canonical
            && EncodedKey::new(Encoding::Pkcs8, der, None).read().is_ok_and(is_same)
    }
}

/// Returns whether the inner key is in DER too, if there is a strict reader for its algorithm.
fn is_strict(info: &PrivateKeyInfoRef<'_>) -> bool {
    let inner = info.private_key.as_bytes();
    match info.algorithm.oid {
        RSA | RSA_PSS => pkcs1::RsaPrivateKey::<UintRef<'_>>::from_der(inner).is_ok(),
        EC => sec1::EcPrivateKey::from_der(inner).is_ok(),
        _ => true,
    }
}

/// Returns the bytes of the only block in a text, a `PRIVATE KEY`.
///
/// The reader collects the body of a block in a buffer that it does not erase. So a longer block that it skips precedes
/// the text, to grow the buffer, and another one follows, to overwrite the key.
fn only_pkcs8(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let body = vec![b'A'; text.len()];
    let filler = [b"-----BEGIN FILLER-----\n", &*body, b"\n-----END FILLER-----\n"].concat();
    let framed = Zeroizing::new([&filler, text, &filler].concat());
    let mut blocks = <(SectionKind, Vec<u8>)>::pem_slice_iter(&framed);
    let (kind, der) = blocks.next()?.ok()?;
    let der = Zeroizing::new(der);
    (kind == SectionKind::PrivateKey && blocks.next().is_none()).then_some(der)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails so")]

    use super::{EncodedKey, Encoding, Zeroizing};
    use crate::pem;

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/../../fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn is_written_in(text: &str) -> bool {
        let der = Zeroizing::new(fixture("rsa2048-pkcs1.der"));
        let key = EncodedKey::new(Encoding::Pkcs1, der, None);
        key.read().unwrap().is_written_in(text.as_bytes())
    }

    fn written() -> String {
        pem::encode("PRIVATE KEY", &fixture("rsa2048-pkcs8.der")).to_string()
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert!(is_written_in(&written()));
    }

    #[test]
    fn a_cut_body_is_noticed() {
        let text = written();
        let lines: Vec<&str> = text.lines().collect();
        for missing in 1..lines.len() - 1 {
            let cut = [&lines[..missing], &lines[missing + 1..]].concat().join("\n");
            assert!(!is_written_in(&cut), "without line {missing}");
        }
        assert!(!is_written_in(&text[..text.len() / 2]));
    }

    #[test]
    fn another_label_is_noticed() {
        let text = written();
        assert!(!is_written_in(&text.replace("PRIVATE KEY", "RSA PRIVATE KEY")));
        assert!(!is_written_in(&text.replace("END PRIVATE", "END RSA PRIVATE")));
        assert!(!is_written_in(&pem::encode("PRIVATE KEY", &fixture("rsa2048-pkcs1.der"))));
    }

    #[test]
    fn a_second_block_and_another_key_are_noticed() {
        let text = written();
        assert!(!is_written_in(&format!("{text}{text}")));
        assert!(!is_written_in(&pem::encode("PRIVATE KEY", &fixture("p256-pkcs8.der"))));
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let der = fixture("rsa2048-pkcs8.der");
        for (byte, bit) in (0..der.len()).flat_map(|byte| (0..8).map(move |bit| (byte, bit))) {
            let mut flipped = der.clone();
            flipped[byte] ^= 1 << bit;
            assert!(!is_written_in(&pem::encode("PRIVATE KEY", &flipped)), "bit {bit} of {byte}");
        }
    }
}
