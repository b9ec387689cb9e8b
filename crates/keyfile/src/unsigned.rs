//! Unsigned big-endian numbers, as key standards have them.

use subtle::ConstantTimeEq as _;

/// Returns the number without its leading zeros.
pub(crate) fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

/// Compares two numbers without revealing by timing where they differ.
pub(crate) fn is_same_number(one: &[u8], two: &[u8]) -> bool {
    without_leading_zeros(one).ct_eq(without_leading_zeros(two)).into()
}

/// Returns the number of bits.
pub(crate) fn bits(number: &[u8]) -> usize {
    let number = without_leading_zeros(number);
    number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}
