//! The ciphers with which private keys are encrypted.

use std::fmt;

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt as _, InnerIvInit as _, KeyInit};
use rc4::StreamCipher as _;
use zeroize::Zeroizing;

/// A cipher with which private keys are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// AES-CBC with a key of this many bits.
    Aes(usize),
    /// Triple DES in CBC mode, with three keys or two.
    TripleDes {
        /// 3, or 2 where the third is the first again.
        keys: usize,
    },
    /// DES-CBC.
    Des,
    /// RC2-CBC.
    Rc2 {
        /// Length of the key in bytes.
        length: usize,
        /// Effective bits (RFC 2268 §6).
        effective_bits: usize,
    },
    /// RC4 with a key of this many bits.
    Rc4(usize),
}

impl Cipher {
    /// Bytes of its key.
    pub(super) fn key_length(self) -> usize {
        match self {
            Self::Aes(bits) | Self::Rc4(bits) => bits / 8,
            Self::TripleDes { keys } => keys * 8,
            Self::Des => 8,
            Self::Rc2 { length, .. } => length,
        }
    }

    /// Bytes of its initialisation vector.
    pub(super) fn iv_length(self) -> usize {
        match self {
            Self::Aes(_) => 16,
            Self::TripleDes { .. } | Self::Des | Self::Rc2 { .. } => 8,
            Self::Rc4(_) => 0,
        }
    }

    /// Decrypts in place; `None` when the padding is wrong.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        iv: &[u8],
        buffer: &mut Zeroizing<Vec<u8>>,
    ) -> Option<()> {
        match self {
            Self::Aes(128) => cbc(aes::Aes128::new_from_slice(key).ok()?, iv, buffer),
            Self::Aes(192) => cbc(aes::Aes192::new_from_slice(key).ok()?, iv, buffer),
            Self::Aes(_) => cbc(aes::Aes256::new_from_slice(key).ok()?, iv, buffer),
            Self::TripleDes { keys: 2 } => {
                cbc(des::TdesEde2::new_from_slice(key).ok()?, iv, buffer)
            }
            Self::TripleDes { .. } => cbc(des::TdesEde3::new_from_slice(key).ok()?, iv, buffer),
            Self::Des => cbc(des::Des::new_from_slice(key).ok()?, iv, buffer),
            Self::Rc2 { effective_bits, .. } => {
                cbc(rc2::Rc2::new_with_eff_key_len(key, effective_bits), iv, buffer)
            }
            Self::Rc4(_) => {
                rc4::Rc4::new_from_slice(key).ok()?.apply_keystream(buffer);
                Some(())
            }
        }
    }
}

/// Decrypts in place and takes the padding off; `None` where there is no padding.
fn cbc<C: BlockCipherDecrypt>(cipher: C, iv: &[u8], buffer: &mut Zeroizing<Vec<u8>>) -> Option<()> {
    let mode = cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    let length = mode.decrypt_padded::<Pkcs7>(buffer).ok()?.len();
    buffer.truncate(length);
    Some(())
}

impl fmt::Display for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aes(bits) => write!(f, "AES-{bits}-CBC"),
            Self::TripleDes { keys: 2 } => f.write_str("two-key DES-EDE3-CBC"),
            Self::TripleDes { .. } => f.write_str("DES-EDE3-CBC"),
            Self::Des => f.write_str("DES-CBC"),
            Self::Rc2 { effective_bits, .. } => write!(f, "RC2-{effective_bits}-CBC"),
            Self::Rc4(bits) => write!(f, "RC4-{bits}"),
        }
    }
}
