//! Keys on elliptic curves: SEC1 in and out, named and explicit parameters (RFC 5915, RFC 5480, SEC 1 §C).

use std::cell::OnceCell;
use std::fmt;

use der::SecretDocument;
use p256::elliptic_curve::group::Group as _;
use p256::elliptic_curve::group::ff::Field as _;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::elliptic_curve::{CurveArithmetic, NonZeroScalar};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

use super::{Defect, Encoding, Error};
use crate::algorithm;
use crate::ber::{Element, tag};
use crate::curve::{self, Curve, NamedCurve};
use crate::public_key::PublicKey;
use crate::unsigned::{is_same_number, without_leading_zeros};

/// The curves of the signature schemes of TLS 1.3 (RFC 8446 §4.2.3).
const TLS_CURVES: [&str; 3] = ["P-256", "P-384", "P-521"];

/// Returns the curve of TLS whose numbers are as long as that of an `ECPrivateKey` (RFC 5915 §3).
pub(super) fn curve_by_length(der: &[u8]) -> Option<&'static Curve> {
    let fields = Element::only(der).ok()?.children().ok()?;
    let length = fields.get(1)?.content.len();
    let mut curves = TLS_CURVES.iter().filter_map(|name| curve::by_name(name));
    curves.find(|curve| curve.scalar_length == length)
}

/// What an uncompressed point begins with (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A private key on an elliptic curve.
pub struct EcKey<'a> {
    /// The curve of the key or its parameters.
    pub curve: NamedCurve,
    scalar: &'a [u8],
    /// The stated public point, compressed or not (SEC 1 §2.3.3).
    stated_point: Option<&'a [u8]>,
    /// The uncompressed public point on a curve of TLS, computed once because that is slow.
    computed_point: OnceCell<Option<Vec<u8>>>,
}

/// Returns a number modulo the order of a curve; `None` for zero.
fn reduced<C: CurveArithmetic>(number: &[u8]) -> Option<NonZeroScalar<C>> {
    let base = C::Scalar::from(256);
    let scalar = number
        .iter()
        .fold(C::Scalar::ZERO, |scalar, digit| scalar * base + C::Scalar::from(u64::from(*digit)));
    NonZeroScalar::new(scalar).into_option()
}

/// Returns the one curve of TLS on which the stated public point belongs to the private number.
fn deduced(scalar: &[u8], stated_point: Option<&[u8]>) -> Option<NamedCurve> {
    let key = |curve: &'static Curve| {
        let curve = NamedCurve { oid: curve.oid, known: Some(curve) };
        EcKey { curve, scalar, stated_point, computed_point: OnceCell::new() }
    };
    let belongs = |key: &EcKey<'_>| key.computes_stated_point();
    TLS_CURVES
        .iter()
        .filter_map(|name| curve::by_name(name))
        .map(key)
        .find(belongs)
        .map(|key| key.curve)
}

impl<'a> EcKey<'a> {
    /// Reads an `ECPrivateKey`; `outer` are the parameters outside it, in an `AlgorithmIdentifier` or an `EC
    /// PARAMETERS` block.
    ///
    /// # Errors
    /// When a field or the curve is missing, or two curves are stated and the public key does not decide.
    pub(super) fn from_sec1(der: &'a [u8], outer: Option<Element<'_>>) -> Result<Self, Error> {
        let fields = Element::only(der)?.children()?;
        let [version, scalar, optional @ ..] = fields.as_slice() else {
            return Err(Error::Damaged(Defect::MissingEcNumber));
        };
        let ([] | [1], tag::OCTET_STRING) = (without_leading_zeros(version.content), scalar.tag)
        else {
            let version = version.content.last().copied().unwrap_or(0);
            return Err(Error::Version { encoding: Encoding::Sec1, version });
        };
        let (inner, stated_point) =
            super::optional_fields(optional, tag::CONTEXT_0, tag::CONTEXT_1)?;
        let inner = inner.as_ref().map(Element::inner).transpose()?;
        let stated_point = stated_point.map(|field| field.inner()?.bit_string()).transpose()?;
        let [outer, inner] =
            [outer, inner].map(|parameters| parameters.map(NamedCurve::from_parameters));
        let (curve, doubted) = match (outer.transpose()?, inner.transpose()?) {
            (Some(outer), Some(inner)) if outer != inner => (outer, Some(inner)),
            (Some(curve), _) | (None, Some(curve)) => (curve, None),
            (None, None) => (deduced(scalar.content, stated_point).ok_or(Error::NoCurve)?, None),
        };
        let scalar = scalar.content;
        let key = Self { curve, scalar, stated_point, computed_point: OnceCell::new() };
        if let Some(known) = algorithm::of_octets(key.curve.oid) {
            return Err(Error::NotACurve(known.name));
        }
        match doubted {
            Some(other) if !key.computes_stated_point() => {
                Err(Error::TwoCurves(key.curve.to_string(), other.to_string()))
            }
            _ => Ok(key),
        }
    }

    /// Returns the `ECPrivateKey` in DER, without parameters: the `AlgorithmIdentifier` holds them.
    ///
    /// # Errors
    /// When it is too large for DER.
    pub(super) fn to_sec1(&self) -> der::Result<SecretDocument> {
        SecretDocument::encode_msg(&EcPrivateKey {
            private_key: &self.padded_scalar(),
            parameters: None,
            public_key: self.stated_point,
        })
    }

    /// Returns the public point: computed on the curves of TLS, else as stated in the key or beside it.
    pub(super) fn public_key(&self, stated_beside: Option<&[u8]>) -> Option<PublicKey> {
        let stated = self.stated_point.or(stated_beside).map(<[u8]>::to_vec);
        let point = self.computed_point().map(<[u8]>::to_vec).or(stated)?;
        PublicKey::ec(self.curve.oid, &point).ok()
    }

    /// Checks that the stated public point belongs to the private number.
    ///
    /// # Errors
    /// [`Error::Damaged`] when it does not, or when the private number is out of range.
    pub(super) fn check(&self) -> Result<(), Error> {
        let scalar = without_leading_zeros(self.scalar);
        let too_long = |curve: &Curve| scalar.len() > curve.scalar_length;
        let is_too_long = self.curve.known.is_some_and(too_long);
        if scalar.is_empty() || is_too_long && !self.is_on_tls_curve() {
            return Err(Error::Damaged(Defect::OutOfCurve));
        }
        match (self.is_on_tls_curve(), self.computed_point(), self.stated_point) {
            (true, None, _) => Err(Error::Damaged(Defect::OutOfCurve)),
            (true, Some(_), Some(_)) if !self.computes_stated_point() => {
                Err(Error::Damaged(Defect::WrongPublicKey))
            }
            _ if is_too_long => Err(Error::Damaged(Defect::TooLongForCurve)),
            _ => Ok(()),
        }
    }

    /// Returns whether curve and private number are the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.curve == other.curve && is_same_number(self.scalar, other.scalar)
    }

    fn computes_stated_point(&self) -> bool {
        let keys = [self.computed_point(), self.stated_point]
            .map(|point| PublicKey::ec(self.curve.oid, point?).ok());
        matches!(keys, [Some(computed), Some(stated)] if computed.is_same_key(&stated))
    }

    /// Returns the scalar in as many bytes as the order has (RFC 5915 §3).
    fn padded_scalar(&self) -> Zeroizing<Vec<u8>> {
        let scalar = without_leading_zeros(self.scalar);
        let Some(curve) = self.curve.known else { return Zeroizing::new(self.scalar.to_vec()) };
        let mut padded = Zeroizing::new(vec![0; curve.scalar_length.max(scalar.len())]);
        let start = padded.len() - scalar.len();
        padded[start..].copy_from_slice(scalar);
        padded
    }

    /// Returns whether the curve is one of the three for signatures in TLS 1.3 (RFC 8446 §4.2.3).
    #[must_use]
    pub fn is_on_tls_curve(&self) -> bool {
        self.curve.known.is_some_and(|curve| TLS_CURVES.contains(&curve.name))
    }

    /// Returns the uncompressed public point, on the curves of TLS.
    fn computed_point(&self) -> Option<&[u8]> {
        self.computed_point.get_or_init(|| self.compute_point()).as_deref()
    }

    fn compute_point(&self) -> Option<Vec<u8>> {
        let scalar = self.padded_scalar();
        macro_rules! point {
            ($curve:ident) => {{
                let key = if scalar.len() > self.curve.known?.scalar_length {
                    let reduced: $curve::NonZeroScalar = reduced(&scalar)?;
                    $curve::SecretKey::from(reduced)
                } else {
                    $curve::SecretKey::from_slice(&scalar).ok()?
                };
                Some(key.public_key().to_sec1_point(false).as_bytes().to_vec())
            }};
        }
        match self.curve.known?.name {
            "P-256" if scalar.len() > 32 => point!(p256),
            "P-256" => self.compute_p256_point(&scalar),
            "P-384" => point!(p384),
            "P-521" => point!(p521),
            _ => None,
        }
    }

    /// Computes the point on P-256, the most common curve. Confirming that a point is the stated one is cheaper than
    /// computing its coordinates.
    fn compute_p256_point(&self, scalar: &[u8]) -> Option<Vec<u8>> {
        let key = p256::SecretKey::from_slice(scalar).ok()?;
        let scalar = Zeroizing::new(key.to_nonzero_scalar());
        let point = p256::ProjectivePoint::mul_by_generator(&scalar);
        let is_own = |stated: &&[u8]| {
            let stated = p256::PublicKey::from_sec1_bytes(stated);
            stated.is_ok_and(|stated| stated.to_projective() == point)
        };
        let stated = self.stated_point.filter(|point| point.first() == Some(&UNCOMPRESSED));
        let own = stated.filter(is_own).map(<[u8]>::to_vec);
        own.or_else(|| Some(point.to_affine().to_sec1_point(false).as_bytes().to_vec()))
    }
}

impl fmt::Display for EcKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EC {}", self.curve)
    }
}
