//! Public keys: `SubjectPublicKeyInfo`, fingerprint and comparison (RFC 5280 §4.1.2.7).

use std::fmt;

use base64ct::{Base64, Encoding as _};
use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, UintRef};
use der::{Decode as _, Encode as _};
use sha2::{Digest as _, Sha256};
use spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use crate::algorithm::{self, DSA, EC, RSA, RSA_PSS, dss_parms};
use crate::ber::Element;
use crate::curve::{self, NamedCurve, SM2};
use crate::unsigned::{bits, without_leading_zeros};

/// A public key.
#[derive(Clone)]
pub struct PublicKey {
    spki: Vec<u8>,
    identity: Identity,
}

/// What makes two public keys the same, however they are written.
#[derive(Clone, PartialEq, Eq)]
enum Identity {
    /// The numbers, without leading zeros.
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    Ec {
        curve: ObjectIdentifier,
        point: Point,
    },
    Other {
        algorithm: ObjectIdentifier,
        key: Vec<u8>,
    },
}

impl PublicKey {
    /// Creates an RSA key with this `algorithm`.
    ///
    /// # Errors
    /// When it cannot be written in DER.
    pub(crate) fn rsa(
        n: &[u8],
        e: &[u8],
        algorithm: AlgorithmIdentifierRef<'_>,
    ) -> der::Result<Self> {
        let key =
            pkcs1::RsaPublicKey { modulus: UintRef::new(n)?, public_exponent: UintRef::new(e)? };
        Self::new(algorithm.oid, algorithm.parameters, &key.to_der()?)
    }

    /// Creates the key of a point on a curve.
    ///
    /// # Errors
    /// When it cannot be written in DER.
    pub(crate) fn ec(curve: ObjectIdentifier, point: &[u8]) -> der::Result<Self> {
        Self::new(EC, Some((&curve).into()), point)
    }

    /// Creates a DSA key.
    ///
    /// # Errors
    /// When it cannot be written in DER.
    pub(crate) fn dsa(parameters: [&[u8]; 3], y: &[u8]) -> der::Result<Self> {
        let parameters = dss_parms(parameters)?;
        let y = UintRef::new(y)?.to_der()?;
        Self::new(DSA, Some(AnyRef::from_der(&parameters)?), &y)
    }

    /// Creates a key of an algorithm in RFC 8410.
    ///
    /// # Errors
    /// When it cannot be written in DER.
    pub(crate) fn octets(algorithm: ObjectIdentifier, key: &[u8]) -> der::Result<Self> {
        Self::new(algorithm, None, key)
    }

    fn new(oid: ObjectIdentifier, parameters: Option<AnyRef<'_>>, key: &[u8]) -> der::Result<Self> {
        let algorithm = AlgorithmIdentifierRef { oid, parameters };
        let subject_public_key = BitStringRef::from_bytes(key)?;
        let spki = SubjectPublicKeyInfoRef { algorithm, subject_public_key }.to_der()?;
        Self::from_spki(&spki)
    }

    /// Reads a `SubjectPublicKeyInfo` in DER.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_spki(der: &[u8]) -> der::Result<Self> {
        let spki = SubjectPublicKeyInfoRef::from_der(der)?;
        let key = spki.subject_public_key.raw_bytes();
        let identity = identity(spki.algorithm, key).unwrap_or_else(|| Identity::Other {
            algorithm: spki.algorithm.oid,
            key: key.to_vec(),
        });
        Ok(Self { spki: der.to_vec(), identity })
    }

    /// Returns whether both are the same key, in whatever encoding.
    ///
    /// A private key with e = 0, which the JDK signs with anyway, is the key of its modulus.
    #[must_use]
    pub fn is_same_key(&self, other: &Self) -> bool {
        match (&self.identity, &other.identity) {
            (Identity::Rsa { n, e }, Identity::Rsa { n: other, .. }) if e.is_empty() => n == other,
            (one, other) => one == other,
        }
    }

    /// Returns the curve that it is on, of a key on a curve that is named.
    #[must_use]
    pub fn curve(&self) -> Option<ObjectIdentifier> {
        match &self.identity {
            Identity::Ec { curve, .. } => Some(*curve),
            Identity::Rsa { .. } | Identity::Other { .. } => None,
        }
    }

    /// Whether `key`, the content of a BIT STRING, states this key.
    #[must_use]
    pub(crate) fn is_stated_as(&self, key: &[u8]) -> bool {
        let Ok(own) = SubjectPublicKeyInfoRef::from_der(&self.spki) else { return false };
        identity(own.algorithm, key).map_or_else(
            || own.subject_public_key.raw_bytes() == key,
            |stated| stated == self.identity,
        )
    }

    /// Returns the size of the modulus of an RSA key in bits; `None` for other keys.
    #[must_use]
    pub fn rsa_bits(&self) -> Option<usize> {
        match &self.identity {
            Identity::Rsa { n, .. } => Some(bits(n)),
            _ => None,
        }
    }

    /// Returns the size of the public exponent of an RSA key in bits; `None` for other keys.
    #[must_use]
    pub fn rsa_exponent_bits(&self) -> Option<usize> {
        match &self.identity {
            Identity::Rsa { e, .. } => Some(bits(e)),
            _ => None,
        }
    }

    /// Whether it is an RSA key that is for signatures of RSASSA-PSS alone (RFC 4055 §1.2).
    #[must_use]
    pub fn is_rsa_pss(&self) -> bool {
        SubjectPublicKeyInfoRef::from_der(&self.spki).is_ok_and(|own| own.algorithm.oid == RSA_PSS)
    }

    /// Says how a key on an elliptic curve is written; `None` for other keys.
    #[must_use]
    pub fn ec_encoding(&self) -> Option<EcEncoding> {
        let own = SubjectPublicKeyInfoRef::from_der(&self.spki).ok()?;
        if own.algorithm.oid != EC {
            return None;
        }
        Some(EcEncoding {
            curve_name: own.algorithm.parameters?.decode_as().ok(),
            has_uncompressed_point: own.subject_public_key.raw_bytes().first() == Some(&4),
        })
    }

    /// Returns the SHA-256 of the `SubjectPublicKeyInfo`, as `openssl pkey -pubout -outform DER | sha256sum` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(&self.spki).into())
    }
}

/// The encoding of a public key on an elliptic curve (RFC 5480 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EcEncoding {
    /// The object identifier of its curve; `None` if the numbers of the curve take its place.
    pub curve_name: Option<ObjectIdentifier>,
    /// Whether its point is uncompressed: neither compressed nor hybrid (SEC 1 §2.3.3).
    pub has_uncompressed_point: bool,
}

impl fmt::Display for PublicKey {
    /// Writes algorithm and size in the form of a private key: `RSA 2048`, `EC P-256`, `Ed25519`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm =
            SubjectPublicKeyInfoRef::from_der(&self.spki).map_err(|_| fmt::Error)?.algorithm;
        match (algorithm.oid, &self.identity) {
            (RSA_PSS, Identity::Rsa { n, .. }) => write!(f, "RSA-PSS {}", bits(n)),
            (_, Identity::Rsa { n, .. }) => write!(f, "RSA {}", bits(n)),
            (_, Identity::Ec { curve, .. }) if *curve == SM2 => f.write_str("EC SM2"),
            (_, Identity::Ec { curve, .. }) => {
                write!(f, "EC {}", NamedCurve { oid: *curve, known: curve::by_oid(*curve) })
            }
            (EC, _) => f.write_str("EC on a curve without a name"),
            (DSA, _) => match dsa_bits(algorithm) {
                Some(bits) => write!(f, "DSA {bits}"),
                None => f.write_str("DSA"),
            },
            (oid, _) => match algorithm::of_octets(oid) {
                Some(algorithm) => f.write_str(algorithm.name),
                None => write!(f, "algorithm {oid}"),
            },
        }
    }
}

/// Returns the size of p in bits, if it is among the parameters (RFC 3279 §2.3.2).
fn dsa_bits(algorithm: AlgorithmIdentifierRef<'_>) -> Option<usize> {
    let parameters = algorithm.parameters?.to_der().ok()?;
    let p = *Element::only(&parameters).ok()?.children().ok()?.first()?;
    Some(bits(p.content))
}

fn identity(algorithm: AlgorithmIdentifierRef<'_>, key: &[u8]) -> Option<Identity> {
    match algorithm.oid {
        RSA | RSA_PSS => {
            let fields = Element::only(key).ok()?.children().ok()?;
            let number =
                |index: usize| Some(without_leading_zeros(fields.get(index)?.content).to_vec());
            Some(Identity::Rsa { n: number(0)?, e: number(1)? })
        }
        EC => {
            let parameters = algorithm.parameters?.to_der().ok()?;
            let curve = NamedCurve::from_parameters(Element::only(&parameters).ok()?).ok()?.oid;
            Some(Identity::Ec { curve, point: Point(key.to_vec()) })
        }
        _ => None,
    }
}

/// A point on a curve, compressed or not (SEC 1 §2.3.3).
#[derive(Clone, Eq)]
struct Point(Vec<u8>);

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        match (self.coordinates(), other.coordinates()) {
            (Some(one), Some(two)) if one.len() == two.len() && !self.is_compressed() => one == two,
            (Some(_), Some(_)) => self.x_and_sign() == other.x_and_sign(),
            _ => self.0 == other.0,
        }
    }
}

impl Point {
    fn is_compressed(&self) -> bool {
        matches!(self.0.first(), Some(2 | 3))
    }

    /// Returns what follows the octet for the form: compressed, uncompressed or hybrid.
    fn coordinates(&self) -> Option<&[u8]> {
        match self.0.split_first()? {
            (2..=4, coordinates) => Some(coordinates),
            // Hybrid: the sign must be that of y.
            (form @ (6 | 7), coordinates) if coordinates.last()? & 1 == form & 1 => {
                Some(coordinates)
            }
            _ => None,
        }
    }

    /// Returns the x coordinate, and the sign of y as compressed points on a prime field state it.
    fn x_and_sign(&self) -> Option<(&[u8], u8)> {
        let coordinates = self.coordinates()?;
        if self.is_compressed() {
            return Some((coordinates, *self.0.first()?));
        }
        let (x, y) = coordinates.split_at(coordinates.len() / 2);
        Some((x, 2 | (y.last()? & 1)))
    }
}

/// SHA-256 of a `SubjectPublicKeyInfo`; prints as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// Returns it in base64, as `ca_sha256` of Beats has it.
    #[must_use]
    pub fn to_base64(&self) -> String {
        Base64::encode_string(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
