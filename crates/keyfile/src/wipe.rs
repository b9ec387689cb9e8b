//! Erases what ciphers leave behind.

use zeroize::Zeroize as _;

/// Overwrites the part of the stack that returned functions used, since ciphers leave plaintext there.
#[inline(never)]
pub(crate) fn erase_stack() {
    let mut used = [0u8; 16384];
    std::hint::black_box(&mut used).zeroize();
}
