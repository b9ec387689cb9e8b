//! Natural numbers that are erased on drop, and the arithmetic for checking a key.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Odd, Resize as _};
use zeroize::Zeroizing;

use crate::unsigned::without_leading_zeros;

/// A natural number. Computations take a time that depends on sizes, not on values, unless a method says otherwise.
pub(super) struct Number(Zeroizing<BoxedUint>);

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

impl Number {
    /// Reads big-endian bytes. Takes a time that depends on the number of leading zeros.
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self::from(BoxedUint::from_be_slice_vartime(without_leading_zeros(bytes)))
    }

    fn from(number: BoxedUint) -> Self {
        Self(Zeroizing::new(number))
    }

    /// Returns whether it is less than the other. Takes a time that depends on both.
    pub(super) fn is_less_than(&self, other: &Self) -> bool {
        self.0.cmp_vartime(&*other.0).is_lt()
    }

    pub(super) fn is_one(&self) -> bool {
        *self.0 == BoxedUint::one()
    }

    pub(super) fn to_be_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_be_bytes().into_vec())
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        Self::from((*self.0).concatenating_mul(&*other.0))
    }

    /// Subtracts one; zero becomes the largest number of its size.
    pub(super) fn minus_one(&self) -> Self {
        Self::from(self.0.wrapping_sub(BoxedUint::one()))
    }

    /// Returns the remainder of a division; `None` by zero.
    pub(super) fn modulo(&self, modulus: &Self) -> Option<Self> {
        let modulus = NonZero::new((*modulus.0).clone()).into_option().map(Zeroizing::new)?;
        let (quotient, remainder) = self.0.div_rem(&*modulus);
        drop(Self::from(quotient));
        Some(Self::from(remainder))
    }

    /// Raises this number to each of the exponents in turn; `None` if the modulus is even.
    pub(super) fn power(&self, exponents: &[&Self], modulus: &Self) -> Option<Self> {
        let base = self.modulo(modulus)?;
        let modulus = Odd::new((*modulus.0).clone()).into_option()?;
        let parameters = BoxedMontyParams::new(modulus);
        let base = (*base.0).clone().resize(parameters.bits_precision());
        let mut power = Zeroizing::new(BoxedMontyForm::new(base, &parameters));
        for exponent in exponents {
            power = Zeroizing::new(power.pow(&exponent.0));
        }
        Some(Self::from(power.retrieve()))
    }
}
