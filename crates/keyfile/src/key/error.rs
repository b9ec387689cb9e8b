//! Why a private key structure cannot be used.

use thiserror::Error as ThisError;

use crate::ber;
use crate::curve::ParametersError;
use crate::structure::Encoding;

/// The largest RSA modulus that OpenSSL computes with (`OPENSSL_RSA_MAX_MODULUS_BITS`).
pub(super) const MOST_BITS: usize = 16384;

/// Why a private key structure cannot be converted.
#[derive(Clone, Debug, ThisError, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// It is not one whole BER structure.
    #[error("the key is damaged: {0}")]
    Ber(#[from] ber::Error),
    /// A field violates its standard, or the numbers contradict each other.
    #[error("the key is damaged: {0}")]
    Damaged(Defect),
    /// A version outside the standard.
    #[error("the key is damaged: {encoding} version {version} does not exist")]
    Version {
        /// The structure that holds the version.
        encoding: Encoding,
        /// What it holds.
        version: u8,
    },
    /// A number that would take too long to check.
    #[error("the key has a number of {0} bits, more than the limit of {MOST_BITS} bits")]
    TooManyBits(usize),
    /// Explicit parameters of an unknown curve.
    #[error("unknown curve: the explicit parameters match no named curve")]
    UnknownParameters,
    /// Neither the key nor an `EC PARAMETERS` block states the curve.
    #[error("the key does not state its curve")]
    NoCurve,
    /// What is named as the curve is an algorithm of RFC 8410.
    #[error("the key is an EC key by its structure, but states {0} as its curve")]
    NotACurve(&'static str),
    /// Two places name different curves and nothing decides between them.
    #[error("the key states two curves, {0} and {1}")]
    TwoCurves(String, String),
}

/// What makes a key unusable. It never holds a part of the key.
#[derive(Clone, Copy, Debug, ThisError, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// The block is labelled as a private key but holds another structure.
    #[error("it does not have the structure of a private key")]
    OtherStructure,
    /// An extra field that the standard does not have.
    #[error("it has a field that the standard does not define")]
    UnknownField,
    /// `OneAsymmetricKey` has fewer than three fields (RFC 5958 §2).
    #[error("a field of the PKCS#8 structure is missing")]
    MissingField,
    /// The `AlgorithmIdentifier` has no field, or more than two (RFC 5280 §4.1.1.2).
    #[error("invalid algorithm parameters")]
    Algorithm,
    /// The `AlgorithmIdentifier` does not begin with an object identifier.
    #[error("the algorithm is missing")]
    AlgorithmName,
    /// `RSAPrivateKey` lacks a number (RFC 8017 §A.1.2).
    #[error("a number of the RSA key is missing")]
    MissingRsaNumber,
    /// p, q, g or x is missing (RFC 3279 §2.3.2).
    #[error("a number of the DSA key is missing")]
    MissingDsaNumber,
    /// A PKCS#8 structure of DSA without `Dss-Parms` (RFC 3279 §2.3.2).
    #[error("the DSA parameters are missing")]
    MissingDsaParameters,
    /// `ECPrivateKey` has fewer than two fields (RFC 5915 §3).
    #[error("the private number of the EC key is missing")]
    MissingEcNumber,
    /// The identifier of the curve cannot be read.
    #[error("the curve is not an object identifier")]
    CurveName,
    /// A key of RFC 8410 has the wrong number of octets.
    #[error("the private key has the wrong length for its algorithm")]
    WrongLength,
    /// The private number is zero, or not less than the order of the curve.
    #[error("the private number is out of range for its curve")]
    OutOfCurve,
    /// The private number has more bytes than the order of the curve; less that order, it would be in range.
    #[error("the private number is longer than its curve allows")]
    TooLongForCurve,
    /// The private number of a DSA key is zero or not less than q, or q is not less than p.
    #[error("the private number is out of range")]
    OutOfRange,
    /// The stated public key belongs to another key.
    #[error("the public key does not belong to the private key")]
    WrongPublicKey,
    /// p of a DSA key is even, and so no prime.
    #[error("p is even")]
    EvenP,
    /// n of an RSA key is zero.
    #[error("n is zero")]
    ZeroNumber,
    /// n of an RSA key is even.
    #[error("n is even")]
    EvenModulus,
    /// n is not the product of the primes.
    #[error("n is not the product of the primes")]
    WrongProduct,
    /// dP is neither the inverse of e nor d modulo p - 1.
    #[error("dP does not match p")]
    WrongDp,
    /// dQ is neither the inverse of e nor d modulo q - 1.
    #[error("dQ does not match q")]
    WrongDq,
    /// The exponent of a prime after the second does not belong to it.
    #[error("an exponent does not match its prime")]
    WrongExponent,
    /// qInv is not the inverse of q modulo p, or the coefficient of a further prime is wrong.
    #[error("qInv is not the inverse of q modulo p")]
    WrongCoefficient,
    /// Only e is wrong.
    #[error("e contradicts the other numbers")]
    WrongE,
    /// Neither e nor d belongs to the primes.
    #[error("d contradicts the other numbers")]
    WrongD,
    /// In a key without primes, e·d is not 1 modulo the order of the group.
    #[error("d is not the inverse of e")]
    NotInverse,
}

impl From<Defect> for Error {
    fn from(defect: Defect) -> Self {
        Self::Damaged(defect)
    }
}

impl From<ParametersError> for Error {
    fn from(error: ParametersError) -> Self {
        match error {
            ParametersError::BrokenName => Self::Damaged(Defect::CurveName),
            ParametersError::UnknownNumbers => Self::UnknownParameters,
            ParametersError::Implicit => Self::NoCurve,
        }
    }
}
