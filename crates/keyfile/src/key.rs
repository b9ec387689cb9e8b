//! Private keys: encoding and algorithm, whether the numbers agree, and the PKCS#8 form.

pub mod cipher;
pub mod derivation;
pub mod dsa;
pub mod ec;
pub mod encryption;
mod error;
mod number;
pub mod octets;
mod pkcs8;
mod read_back;
pub mod rsa;

use std::fmt;

use der::asn1::ObjectIdentifier;
use der::{Encode as _, SecretDocument};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::algorithm;
use crate::ber::Element;
use crate::curve::{self, Curve};
use crate::public_key::PublicKey;
pub use crate::structure::Encoding;
use crate::unsigned::is_same_number;
pub use error::{Defect, Error};

/// An unencrypted private key in DER. Its bytes are erased on drop and never printed:
///
/// ```compile_fail,E0277
/// let der = zeroize::Zeroizing::new(Vec::new());
/// let key = keyfile::key::EncodedKey::new(keyfile::key::Encoding::Pkcs8, der, None);
/// println!("{key:?}");
/// ```
pub struct EncodedKey {
    /// Its encoding.
    pub encoding: Encoding,
    der: Zeroizing<Vec<u8>>,
    /// The content of a preceding `EC PARAMETERS` block.
    ec_parameters: Option<Vec<u8>>,
}

impl EncodedKey {
    /// Creates a key from DER; `ec_parameters` is the DER of a preceding `EC PARAMETERS` block.
    #[must_use]
    pub fn new(
        encoding: Encoding,
        der: Zeroizing<Vec<u8>>,
        ec_parameters: Option<Vec<u8>>,
    ) -> Self {
        let rewritten =
            (encoding == Encoding::Pkcs8).then(|| pkcs8::with_inner_der(&der)).flatten();
        Self { encoding, der: rewritten.unwrap_or(der), ec_parameters }
    }

    /// Returns the structure in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns whether an `EC PARAMETERS` block comes right before it.
    #[must_use]
    pub fn follows_parameters(&self) -> bool {
        self.ec_parameters.is_some()
    }

    /// Returns the one curve of TLS whose numbers are as long as that of a key on a curve.
    #[must_use]
    pub fn curve_by_length(&self) -> Option<&'static Curve> {
        match self.encoding {
            Encoding::Sec1 => ec::curve_by_length(&self.der),
            Encoding::Pkcs8 => {
                let fields = Element::only(&self.der).ok()?.children().ok()?;
                ec::curve_by_length(fields.get(2)?.content)
            }
            Encoding::Pkcs1 | Encoding::TraditionalDsa => None,
        }
    }

    /// Takes a curve, as that of its certificate, for the one that the key does not state, where its number is as long.
    ///
    /// # Errors
    /// When the curve cannot be written in DER.
    pub fn complete_curve(&mut self, oid: ObjectIdentifier) -> der::Result<()> {
        let is_as_long = match (curve::by_oid(oid), self.curve_by_length()) {
            (Some(curve), Some(by_length)) => curve.scalar_length == by_length.scalar_length,
            _ => true,
        };
        if is_as_long && matches!(self.read(), Err(Error::NoCurve)) {
            self.ec_parameters = Some(oid.to_der()?);
        }
        Ok(())
    }

    /// Takes the DER of the `EC PARAMETERS` block before it, where there is one.
    pub(crate) fn set_ec_parameters(&mut self, der: Option<Vec<u8>>) {
        self.ec_parameters = der;
    }

    /// Reads the numbers of the key.
    ///
    /// # Errors
    /// When the structure violates its standard or has no known curve.
    pub fn read(&self) -> Result<PrivateKey<'_>, Error> {
        let fields = Element::only(&self.der)?.children()?;
        let parameters = self.ec_parameters.as_deref().map(Element::only).transpose()?;
        let numbers = match self.encoding {
            Encoding::Pkcs1 => Numbers::Rsa(rsa::RsaKey::from_pkcs1(&self.der)?),
            Encoding::Sec1 => Numbers::Ec(ec::EcKey::from_sec1(&self.der, parameters)?),
            Encoding::TraditionalDsa => Numbers::Dsa(dsa::DsaKey::from_traditional(&fields)?),
            Encoding::Pkcs8 => return pkcs8::read(&fields, parameters),
        };
        Ok(PrivateKey { numbers, attributes: false, stated_public_key: None })
    }
}

/// An unencrypted private key, borrowed from its [`EncodedKey`]. It prints only its family and size; its numbers leave
/// it only through [`PrivateKey::to_pkcs8`]:
///
/// ```compile_fail,E0277
/// fn print(key: keyfile::key::PrivateKey<'_>) {
///     println!("{key:?}");
/// }
/// ```
pub struct PrivateKey<'a> {
    /// The numbers that make the key.
    pub numbers: Numbers<'a>,
    /// Whether it has attributes, which conversion drops (RFC 5958 §2).
    pub attributes: bool,
    /// The `[1]` public key of a version 1 PKCS#8 structure.
    stated_public_key: Option<&'a [u8]>,
}

/// The numbers of a key, by algorithm.
pub enum Numbers<'a> {
    /// RSA, also restricted to PSS.
    Rsa(rsa::RsaKey<'a>),
    /// An elliptic curve in Weierstrass form.
    Ec(ec::EcKey<'a>),
    /// DSA.
    Dsa(dsa::DsaKey<'a>),
    /// Ed25519, Ed448, X25519, X448.
    Octets(octets::OctetsKey<'a>),
    /// A key of an unparsed algorithm, with its original PKCS#8 structure.
    Other {
        /// The whole `AlgorithmIdentifier`.
        algorithm: Element<'a>,
        /// Its object identifier.
        oid: ObjectIdentifier,
        /// Content of the private key's OCTET STRING.
        private_key: &'a [u8],
    },
}

/// A fault in a key that can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Only the private exponent contradicts the other numbers.
    WrongPrivateExponent,
    /// The public exponent is zero, which makes the JDK sign without it.
    ZeroPublicExponent,
    /// The values for the Chinese remainder theorem are zero.
    ZeroCrt,
}

impl PrivateKey<'_> {
    /// Checks that the numbers agree with each other and with the stated public key.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the key cannot sign, or does not belong to its stated public key.
    pub fn check(&self) -> Result<Option<Flaw>, Error> {
        let flaw = match &self.numbers {
            Numbers::Rsa(key) => key.check()?,
            Numbers::Ec(key) => key.check().map(|()| None)?,
            Numbers::Dsa(key) => key.check().map(|()| None)?,
            Numbers::Octets(_) | Numbers::Other { .. } => None,
        };
        match (self.stated_public_key, self.public_key()) {
            (Some(stated), Some(own)) if !own.is_stated_as(stated) => {
                Err(Error::Damaged(Defect::WrongPublicKey))
            }
            _ => Ok(flaw),
        }
    }

    /// Returns the public key: computed if possible, else as stated; `None` if neither.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKey> {
        match &self.numbers {
            Numbers::Rsa(key) => key.public_key(),
            Numbers::Ec(key) => key.public_key(self.stated_public_key),
            Numbers::Dsa(key) => key.public_key(),
            Numbers::Octets(key) => key.public_key(self.stated_public_key),
            Numbers::Other { .. } => None,
        }
    }

    /// Returns whether the public key is only stated, and cannot be computed here.
    #[must_use]
    pub fn public_key_is_only_stated(&self) -> bool {
        match &self.numbers {
            Numbers::Ec(key) => {
                !key.is_on_tls_curve() && key.public_key(self.stated_public_key).is_some()
            }
            Numbers::Octets(key) => {
                key.public_key(None).is_none() && self.stated_public_key.is_some()
            }
            Numbers::Rsa(_) | Numbers::Dsa(_) | Numbers::Other { .. } => false,
        }
    }

    /// Returns the canonical PKCS#8 form: version 0, no attributes, no public key beside the private one.
    ///
    /// # Errors
    /// When the key is too large for DER.
    pub fn to_pkcs8(&self) -> der::Result<SecretDocument> {
        pkcs8::write(&self.numbers)
    }

    /// Returns whether both have the same private numbers, in whatever encoding.
    #[must_use]
    pub fn is_same_key(&self, other: &PrivateKey<'_>) -> bool {
        match (&self.numbers, &other.numbers) {
            (Numbers::Rsa(one), Numbers::Rsa(two)) => one.is_same(two),
            (Numbers::Ec(one), Numbers::Ec(two)) => one.is_same(two),
            (Numbers::Dsa(one), Numbers::Dsa(two)) => one.is_same(two),
            (Numbers::Octets(one), Numbers::Octets(two)) => {
                one.algorithm == two.algorithm
                    && is_same_number(one.private_key.content, two.private_key.content)
            }
            (
                Numbers::Other { algorithm: one, private_key: first, .. },
                Numbers::Other { algorithm: two, private_key: second, .. },
            ) => one.whole == two.whole && first.ct_eq(second).into(),
            _ => false,
        }
    }
}

/// The usual name of the key by family and size: `RSA 2048`, `EC P-256`.
impl fmt::Display for PrivateKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.numbers {
            Numbers::Rsa(key) => key.fmt(f),
            Numbers::Ec(key) => key.fmt(f),
            Numbers::Dsa(key) => key.fmt(f),
            Numbers::Octets(key) => key.algorithm.name.fmt(f),
            Numbers::Other { oid, .. } => match algorithm::name_of_other(*oid) {
                Some(name) => f.write_str(name),
                None => write!(f, "algorithm {oid}"),
            },
        }
    }
}

/// Returns the two optional fields at the end of a structure, by tag, in order and at most once each.
fn optional_fields<'a>(
    fields: &[Element<'a>],
    first: u8,
    second: u8,
) -> Result<(Option<Element<'a>>, Option<Element<'a>>), Error> {
    match fields {
        [] => Ok((None, None)),
        [one] if one.tag == first => Ok((Some(*one), None)),
        [two] if two.tag == second => Ok((None, Some(*two))),
        [one, two] if one.tag == first && two.tag == second => Ok((Some(*one), Some(*two))),
        _ => Err(Error::Damaged(Defect::UnknownField)),
    }
}
