//! DSA keys: OpenSSL's traditional form and the numbers of the PKCS#8 one (RFC 3279 §2.3.2).

use std::fmt;

use super::error::MOST_BITS;
use super::number::Number;
use super::{Defect, Error};
use crate::ber::{Element, tag};
use crate::public_key::PublicKey;
use crate::unsigned::{bits, is_same_number};

/// A DSA private key.
pub struct DsaKey<'a> {
    /// Prime modulus.
    pub(super) p: &'a [u8],
    /// Order of the generator.
    pub(super) q: &'a [u8],
    /// Generator.
    pub(super) g: &'a [u8],
    /// Private number.
    pub(super) x: &'a [u8],
    /// Public number, if the encoding states it.
    stated_y: Option<&'a [u8]>,
}

const MISSING: Error = Error::Damaged(Defect::MissingDsaNumber);

impl<'a> DsaKey<'a> {
    /// Reads OpenSSL's `SEQUENCE { 0, p, q, g, y, x }` from its fields.
    ///
    /// # Errors
    /// When a number is missing.
    #[allow(clippy::many_single_char_names, reason = "the standard's own")]
    pub(super) fn from_traditional(fields: &[Element<'a>]) -> Result<Self, Error> {
        let [_version, p, q, g, y, x] = fields else { return Err(MISSING) };
        Self::new([*p, *q, *g, *x], Some(y.content))
    }

    /// Builds the key from `Dss-Parms` and the private number of a PKCS#8 structure.
    ///
    /// # Errors
    /// When a number is missing.
    pub(super) fn from_pkcs8(
        parameters: Element<'a>,
        private_key: &'a [u8],
    ) -> Result<Self, Error> {
        let parameters = parameters.children()?;
        let [p, q, g] = parameters.as_slice() else { return Err(MISSING) };
        Self::new([*p, *q, *g, Element::only(private_key)?], None)
    }

    fn new(numbers: [Element<'a>; 4], stated_y: Option<&'a [u8]>) -> Result<Self, Error> {
        if numbers.iter().any(|number| number.tag != tag::INTEGER) {
            return Err(MISSING);
        }
        let [p, q, g, x] = numbers.map(|number| number.content);
        match [p, q, g, x].map(bits).into_iter().find(|bits| *bits > MOST_BITS) {
            Some(bits) => Err(Error::TooManyBits(bits)),
            None => Ok(Self { p, q, g, x, stated_y }),
        }
    }

    /// Returns the public key: y = g^x mod p.
    pub(super) fn public_key(&self) -> Option<PublicKey> {
        let y = self.computed_y()?;
        PublicKey::dsa([self.p, self.q, self.g], &y.to_be_bytes()).ok()
    }

    /// Checks that the stated public number belongs to the private one.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not.
    pub(super) fn check(&self) -> Result<(), Error> {
        let [p, q, x] = [self.p, self.q, self.x].map(Number::new);
        if bits(self.x) == 0 || !x.is_less_than(&q) || !q.is_less_than(&p) {
            return Err(Error::Damaged(Defect::OutOfRange));
        }
        let computed = self.computed_y().ok_or(Error::Damaged(Defect::EvenP))?;
        match self.stated_y {
            Some(stated) if Number::new(stated) != computed => {
                Err(Error::Damaged(Defect::WrongPublicKey))
            }
            _ => Ok(()),
        }
    }

    /// Returns whether every number is the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let numbers = |key: &Self| [key.p, key.q, key.g, key.x];
        numbers(self).into_iter().zip(numbers(other)).all(|(one, two)| is_same_number(one, two))
    }

    /// `None` for an even p, which no DSA prime is.
    fn computed_y(&self) -> Option<Number> {
        Number::new(self.g).power(&[&Number::new(self.x)], &Number::new(self.p))
    }
}

impl fmt::Display for DsaKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DSA {}", bits(self.p))
    }
}
