//! Reads and writes RSA keys in PKCS#1, and checks that the numbers agree (RFC 8017 §3.2).

use std::fmt;

use der::asn1::{AnyRef, UintRef};
use der::{Decode as _, SecretDocument};
use pkcs1::{OtherPrimeInfo, RsaPrivateKey};
use spki::AlgorithmIdentifierRef;

use super::error::MOST_BITS;
use super::number::Number;
use super::{Defect, Encoding, Error, Flaw};
use crate::algorithm::{RSA, RSA_PSS};
use crate::ber::{Element, tag};
use crate::public_key::PublicKey;
use crate::unsigned::{bits, is_same_number, without_leading_zeros};

/// An RSA private key.
pub struct RsaKey<'a> {
    n: &'a [u8],
    e: &'a [u8],
    d: &'a [u8],
    p: &'a [u8],
    q: &'a [u8],
    dp: &'a [u8],
    dq: &'a [u8],
    q_inverse: &'a [u8],
    /// Primes after the second, each with its exponent and coefficient.
    other_primes: Vec<[&'a [u8]; 3]>,
    scheme: Scheme<'a>,
}

/// The permitted use of an RSA key, by its algorithm.
#[derive(Clone, Copy)]
enum Scheme<'a> {
    /// rsaEncryption (RFC 8017 §A.1): anything.
    Any,
    /// id-RSASSA-PSS (RFC 4055 §3.1): signatures, with its parameters if stated.
    Pss(Option<Element<'a>>),
}

const MISSING: Error = Error::Damaged(Defect::MissingRsaNumber);

impl<'a> RsaKey<'a> {
    /// Reads an `RSAPrivateKey`.
    ///
    /// Negative and zero-padded integers are read as the intended unsigned numbers, as OpenSSL does.
    ///
    /// # Errors
    /// When a number is missing or the version is unknown.
    #[allow(clippy::many_single_char_names, reason = "the standard's own")]
    pub(super) fn from_pkcs1(der: &'a [u8]) -> Result<Self, Error> {
        let fields = Element::only(der)?.children()?;
        let [version, n, e, d, p, q, dp, dq, q_inverse, others @ ..] = fields.as_slice() else {
            return Err(MISSING);
        };
        if fields[..9].iter().any(|field| field.tag != tag::INTEGER) {
            return Err(MISSING);
        }
        let ([] | [1], [] | [_]) = (without_leading_zeros(version.content), others) else {
            let version = version.content.last().copied().unwrap_or(0);
            return Err(Error::Version { encoding: Encoding::Pkcs1, version });
        };
        let mut other_primes = Vec::new();
        for other in others.first().map(Element::children).transpose()?.unwrap_or_default() {
            match other.children()?.as_slice() {
                [r, d, t] => other_primes.push([r.content, d.content, t.content]),
                _ => return Err(MISSING),
            }
        }
        let numbers = [n, e, d, p, q, dp, dq, q_inverse].into_iter().map(|field| field.content);
        if let Some(bits) = numbers
            .chain(other_primes.iter().flatten().copied())
            .map(bits)
            .find(|bits| *bits > MOST_BITS)
        {
            return Err(Error::TooManyBits(bits));
        }
        let [n, e, d, p, q, dp, dq, q_inverse] =
            [n, e, d, p, q, dp, dq, q_inverse].map(|field| field.content);
        Ok(Self { n, e, d, p, q, dp, dq, q_inverse, other_primes, scheme: Scheme::Any })
    }

    /// Returns the same key restricted to PSS signatures, with the parameters of `id-RSASSA-PSS`, if any.
    pub(super) fn restricted_to_pss(self, parameters: Option<Element<'a>>) -> Self {
        Self { scheme: Scheme::Pss(parameters), ..self }
    }

    /// Returns whether the key is restricted to PSS.
    #[must_use]
    pub fn is_pss(&self) -> bool {
        matches!(self.scheme, Scheme::Pss(_))
    }

    /// Returns whether every number is the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let numbers = |key: &Self| {
            let first = [key.n, key.e, key.d, key.p, key.q, key.dp, key.dq, key.q_inverse];
            first.into_iter().chain(key.other_primes.iter().flatten().copied()).collect::<Vec<_>>()
        };
        let (own, others) = (numbers(self), numbers(other));
        own.len() == others.len()
            && own.into_iter().zip(others).all(|(one, two)| is_same_number(one, two))
            && self.algorithm() == other.algorithm()
    }

    /// Returns the `RSAPrivateKey` in DER.
    ///
    /// # Errors
    /// When a number is too large for DER.
    pub(super) fn to_pkcs1(&self) -> der::Result<SecretDocument> {
        let other_prime_infos = self
            .other_primes
            .iter()
            .map(|[prime, exponent, coefficient]| {
                Ok(OtherPrimeInfo {
                    prime: UintRef::new(prime)?,
                    exponent: UintRef::new(exponent)?,
                    coefficient: UintRef::new(coefficient)?,
                })
            })
            .collect::<der::Result<Vec<_>>>()?;
        SecretDocument::encode_msg(&RsaPrivateKey {
            modulus: UintRef::new(self.n)?,
            public_exponent: UintRef::new(self.e)?,
            private_exponent: UintRef::new(self.d)?,
            prime1: UintRef::new(self.p)?,
            prime2: UintRef::new(self.q)?,
            exponent1: UintRef::new(self.dp)?,
            exponent2: UintRef::new(self.dq)?,
            coefficient: UintRef::new(self.q_inverse)?,
            other_prime_infos: (!other_prime_infos.is_empty()).then_some(other_prime_infos),
        })
    }

    /// Returns the `AlgorithmIdentifier` of the key.
    ///
    /// # Errors
    /// When its parameters are not DER.
    pub(super) fn algorithm(&self) -> der::Result<AlgorithmIdentifierRef<'a>> {
        Ok(match self.scheme {
            Scheme::Any => AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::NULL) },
            Scheme::Pss(parameters) => {
                let parameters =
                    parameters.map(|found| AnyRef::from_der(found.whole)).transpose()?;
                AlgorithmIdentifierRef { oid: RSA_PSS, parameters }
            }
        })
    }

    /// Returns the size of the modulus in bits.
    #[must_use]
    pub fn bits(&self) -> usize {
        bits(self.n)
    }

    /// Returns whether there are more than two primes.
    #[must_use]
    pub fn is_multi_prime(&self) -> bool {
        !self.other_primes.is_empty()
    }

    /// Returns the public key, from n and e.
    pub(super) fn public_key(&self) -> Option<PublicKey> {
        PublicKey::rsa(self.n, self.e, self.algorithm().ok()?).ok()
    }

    /// Checks that the numbers agree, so that the key can sign.
    ///
    /// # Errors
    /// [`Error::Damaged`] with the wrong number.
    pub(super) fn check(&self) -> Result<Option<Flaw>, Error> {
        let zero = |number: &[u8]| bits(number) == 0;
        if zero(self.n) {
            return Err(Error::Damaged(Defect::ZeroNumber));
        }
        if [self.dp, self.dq, self.q_inverse].into_iter().all(zero) {
            return self.check_without_crt().map(|()| Some(Flaw::ZeroCrt));
        }
        self.check_product()?;
        let mut by_e = true;
        let mut by_d = true;
        for (prime, exponent, defect) in self.primes() {
            let (agrees_with_e, agrees_with_d) = self.exponent_agrees(prime, exponent);
            if !agrees_with_e && !agrees_with_d {
                return Err(Error::Damaged(defect));
            }
            by_e &= agrees_with_e;
            by_d &= agrees_with_d;
        }
        self.check_coefficients()?;
        match (by_e, by_d) {
            (true, true) => Ok(None),
            (true, false) => Ok(Some(Flaw::WrongPrivateExponent)),
            (false, true) if bits(self.e) == 0 => Ok(Some(Flaw::ZeroPublicExponent)),
            (false, true) => Err(Error::Damaged(Defect::WrongE)),
            (false, false) => Err(Error::Damaged(Defect::WrongD)),
        }
    }

    fn primes(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8], Defect)> {
        let first_two = [(self.p, self.dp, Defect::WrongDp), (self.q, self.dq, Defect::WrongDq)];
        let others = self
            .other_primes
            .iter()
            .map(|[prime, exponent, _]| (*prime, *exponent, Defect::WrongExponent));
        first_two.into_iter().chain(others)
    }

    fn check_product(&self) -> Result<(), Error> {
        let primes = self.primes().map(|(prime, _, _)| Number::new(prime));
        match primes.reduce(|product, prime| product.times(&prime)) {
            Some(product) if product == Number::new(self.n) => Ok(()),
            _ => Err(Error::Damaged(Defect::WrongProduct)),
        }
    }

    /// Returns whether the exponent of `prime` is the inverse of e, and whether it is d, modulo prime - 1.
    fn exponent_agrees(&self, prime: &[u8], exponent: &[u8]) -> (bool, bool) {
        let order = Number::new(prime).minus_one();
        let exponent = Number::new(exponent);
        let product = Number::new(self.e).times(&exponent).modulo(&order);
        let reduced = Number::new(self.d).modulo(&order);
        (product.is_some_and(|product| product.is_one()), reduced == Some(exponent))
    }

    /// Checks qInv·q ≡ 1 (mod p), and the same for each further prime and the product of those before it.
    fn check_coefficients(&self) -> Result<(), Error> {
        let is_inverse = |coefficient: &[u8], of: &Number, prime: &[u8]| {
            let product = Number::new(coefficient).times(of).modulo(&Number::new(prime));
            product.is_some_and(|product| product.is_one())
        };
        let mut inverses = is_inverse(self.q_inverse, &Number::new(self.q), self.p);
        let mut product = Number::new(self.p).times(&Number::new(self.q));
        for [prime, _, coefficient] in &self.other_primes {
            inverses &= is_inverse(coefficient, &product, prime);
            product = product.times(&Number::new(prime));
        }
        if inverses { Ok(()) } else { Err(Error::Damaged(Defect::WrongCoefficient)) }
    }

    /// Without primes, only the exponents can be tested: 2^(e·d) ≡ 2 (mod n).
    fn check_without_crt(&self) -> Result<(), Error> {
        if bits(self.p) != 0 {
            self.check_product()?;
        }
        let [two, e, d, n] = [&[2], self.e, self.d, self.n].map(Number::new);
        match two.power(&[&e, &d], &n) {
            Some(power) if power == two => Ok(()),
            Some(_) => Err(Error::Damaged(Defect::NotInverse)),
            None => Err(Error::Damaged(Defect::EvenModulus)),
        }
    }
}

impl fmt::Display for RsaKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = if self.is_pss() { "RSA-PSS" } else { "RSA" };
        write!(f, "{name} {}", self.bits())?;
        if self.is_multi_prime() {
            write!(f, " ({} primes)", 2 + self.other_primes.len())?;
        }
        Ok(())
    }
}
