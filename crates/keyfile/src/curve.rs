//! The named curves of SEC 2, ANSI X9.62 and RFC 5639, and how to recognise one by its explicit parameters.

use std::fmt;

use der::Decode as _;
use der::asn1::ObjectIdentifier;
use sha2::{Digest as _, Sha256};

use crate::ber::{Element, tag};
use crate::unsigned::without_leading_zeros;

/// The curve of GB/T 32918.
pub const SM2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.156.10197.1.301");

/// An elliptic curve that has an object identifier.
#[derive(PartialEq, Eq)]
pub struct Curve {
    /// The common name: NIST's if there is one, else OpenSSL's.
    pub name: &'static str,
    /// The identifier that `AlgorithmIdentifier` holds (RFC 5480 §2.1.1.1).
    pub oid: ObjectIdentifier,
    /// Bytes of the group's order, which is the length of a private scalar (RFC 5915 §3).
    pub scalar_length: usize,
    fingerprint: u128,
}

const fn row(name: &'static str, oid: &str, scalar_length: usize, fingerprint: u128) -> Curve {
    Curve { name, oid: ObjectIdentifier::new_unwrap(oid), scalar_length, fingerprint }
}

/// Source: `openssl ecparam -list_curves` of OpenSSL 3.0.19 without the WAP and Oakley names, which
/// repeat other curves; `tests/suite/curves.rs` compares every row with the OpenSSL of the machine.
#[allow(clippy::unreadable_literal, reason = "a hash has no digits to group")]
const CURVES: &[Curve] = &[
    row("secp112r1", "1.3.132.0.6", 14, 0x4a260c25a34f62a509be6ef2668d595b),
    row("secp112r2", "1.3.132.0.7", 14, 0xc03e854338870920157ef835936d6839),
    row("secp128r1", "1.3.132.0.28", 16, 0x602d09db849d0cb26874a52681a5658f),
    row("secp128r2", "1.3.132.0.29", 16, 0x092a45194297c140a821bbb1c2f8b947),
    row("secp160k1", "1.3.132.0.9", 21, 0xe4bd6f04724ff1ea7d50ca144dcf2e09),
    row("secp160r1", "1.3.132.0.8", 21, 0xbf3c041d9e59d24f5641aa7dcedc6bbf),
    row("secp160r2", "1.3.132.0.30", 21, 0x97917feb2870cfaee6569c24464054a4),
    row("secp192k1", "1.3.132.0.31", 24, 0x1a1484a1f1fdfadd0c7280c163a65542),
    row("secp224k1", "1.3.132.0.32", 29, 0x044a50b49a2b9c37d346d90c3bfbaeb2),
    row("P-224", "1.3.132.0.33", 28, 0x5519ff17f39a2d1f7b7292d69d442179),
    row("secp256k1", "1.3.132.0.10", 32, 0x37cc4aedf8ac65c0ce40fc4a3214c8dc),
    row("P-384", "1.3.132.0.34", 48, 0x921990f294039b71cca4419b58019efb),
    row("P-521", "1.3.132.0.35", 66, 0x3f54dc6eeb8b4f08202170d51cdb4c87),
    row("P-192", "1.2.840.10045.3.1.1", 24, 0xaf612e669b1def3f6fc836729f62de00),
    row("prime192v2", "1.2.840.10045.3.1.2", 24, 0xdc7667f3456375092793fb53df6f1612),
    row("prime192v3", "1.2.840.10045.3.1.3", 24, 0x1aca5fdafaf402d3791bcc70c06d0f72),
    row("prime239v1", "1.2.840.10045.3.1.4", 30, 0x8198e7723e215555b6fe055778a911a2),
    row("prime239v2", "1.2.840.10045.3.1.5", 30, 0xd6e47248fa0283c57c39b45aafbf695d),
    row("prime239v3", "1.2.840.10045.3.1.6", 30, 0x8ff9a0a1c95dbf0b990df47b5145d388),
    row("P-256", "1.2.840.10045.3.1.7", 32, 0x8fbd7110d6537fff1bd0bee6905b9657),
    row("sect113r1", "1.3.132.0.4", 15, 0x085600e3243cbc4f1dedbba194bafa33),
    row("sect113r2", "1.3.132.0.5", 15, 0x9693459cf6c8ce18ece870f666aeea75),
    row("sect131r1", "1.3.132.0.22", 17, 0x8a1f4f139747420a867de1826bef06a7),
    row("sect131r2", "1.3.132.0.23", 17, 0x05b0e3f88329c6b75da930789810e979),
    row("sect163k1", "1.3.132.0.1", 21, 0xcc2930ca72e270a402e61f5243ceb202),
    row("sect163r1", "1.3.132.0.2", 21, 0x5caf0a7c8887b61382a8cda176dd952a),
    row("sect163r2", "1.3.132.0.15", 21, 0x54f1ca6f3d539e8a1b94c3721938d3e7),
    row("sect193r1", "1.3.132.0.24", 25, 0x638c55488c5da7d5a69fd276cc6cc1b0),
    row("sect193r2", "1.3.132.0.25", 25, 0x4e595d2daf540584ab7ceb66b7385151),
    row("sect233k1", "1.3.132.0.26", 29, 0x79e75ed4c7cab1f06d6117377fd57146),
    row("sect233r1", "1.3.132.0.27", 30, 0xd70d1ae49333ec44801a10f2fe0724e3),
    row("sect239k1", "1.3.132.0.3", 30, 0xcb64a4142d505bd8954320e8ff9c798b),
    row("sect283k1", "1.3.132.0.16", 36, 0x36e1a74b833d528a551d6548880cf75e),
    row("sect283r1", "1.3.132.0.17", 36, 0xd31353136b72ef11d14624eb68f2cc61),
    row("sect409k1", "1.3.132.0.36", 51, 0x070377e30f888e77ba7a9010275f53f5),
    row("sect409r1", "1.3.132.0.37", 52, 0x9a8b62d5d8e4b8d2c4078650e1507dae),
    row("sect571k1", "1.3.132.0.38", 72, 0x44761d68d049a27e4d2032369cb473a3),
    row("sect571r1", "1.3.132.0.39", 72, 0x0fa228b47de603b853c2e076724980a3),
    row("c2pnb163v1", "1.2.840.10045.3.0.1", 21, 0x2c191bf8dacc4393528e2865c7fb0ec6),
    row("c2pnb163v2", "1.2.840.10045.3.0.2", 21, 0x832bec05e097296a8f8a8340c40db1c5),
    row("c2pnb163v3", "1.2.840.10045.3.0.3", 21, 0x6c4e27adc1e80fbf150dbae74234cd8c),
    row("c2pnb176v1", "1.2.840.10045.3.0.4", 21, 0xab7c6c792efea21a3a1e9ed21d66c07e),
    row("c2tnb191v1", "1.2.840.10045.3.0.5", 24, 0x4a78e2f8431419790fbfb558a8f37b02),
    row("c2tnb191v2", "1.2.840.10045.3.0.6", 24, 0x8c05d8c5d62e25c852d770de36a46562),
    row("c2tnb191v3", "1.2.840.10045.3.0.7", 24, 0xa49d65b200099e2188b50f77031e3336),
    row("c2pnb208w1", "1.2.840.10045.3.0.10", 25, 0xc304e46fb6000820afd91442b04e6e51),
    row("c2tnb239v1", "1.2.840.10045.3.0.11", 30, 0x6570133ad43b3d0a7e6d5fb00f407b8b),
    row("c2tnb239v2", "1.2.840.10045.3.0.12", 30, 0x4a7934abe4aba23680cd9bf24bae88cf),
    row("c2tnb239v3", "1.2.840.10045.3.0.13", 30, 0x4de4a03818661949691f3a6429576f42),
    row("c2pnb272w1", "1.2.840.10045.3.0.16", 33, 0x45c1bdf35a3fc050f57fd64d4df89d3d),
    row("c2pnb304w1", "1.2.840.10045.3.0.17", 37, 0x2e036b0c310cbf5ff04a6b06c153e86b),
    row("c2tnb359v1", "1.2.840.10045.3.0.18", 45, 0x9fc9558aafd77194e4ef7822cdb0cbda),
    row("c2pnb368w1", "1.2.840.10045.3.0.19", 45, 0x203f4d6430715b12ef86ac745076d39b),
    row("c2tnb431r1", "1.2.840.10045.3.0.20", 53, 0xfff248ee6b69c24bf3b79a17a1b61d6e),
    row("brainpoolP160r1", "1.3.36.3.3.2.8.1.1.1", 20, 0x3eec654529f0d8ee1c1e427a2276e05b),
    row("brainpoolP160t1", "1.3.36.3.3.2.8.1.1.2", 20, 0xcf7719e9cd6d95368531b47e1dec6ac7),
    row("brainpoolP192r1", "1.3.36.3.3.2.8.1.1.3", 24, 0x5d5ededb14f9b334c152117d53a663c7),
    row("brainpoolP192t1", "1.3.36.3.3.2.8.1.1.4", 24, 0x6b042ac53e565943b98fd85e0a864e95),
    row("brainpoolP224r1", "1.3.36.3.3.2.8.1.1.5", 28, 0x3c5d451b9d41ef4d9ad925f67995bc36),
    row("brainpoolP224t1", "1.3.36.3.3.2.8.1.1.6", 28, 0x5413b5d60c58a21334fa595f0efb5ef7),
    row("brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7", 32, 0x8b4b8817c6dea5623d592022b651238a),
    row("brainpoolP256t1", "1.3.36.3.3.2.8.1.1.8", 32, 0x106ffd0a27c2f1086ec2cd1a345556f1),
    row("brainpoolP320r1", "1.3.36.3.3.2.8.1.1.9", 40, 0x5c0be4cbef093cb0782bea990e9eeba4),
    row("brainpoolP320t1", "1.3.36.3.3.2.8.1.1.10", 40, 0x7cd92d67f3a0d8c375287d012228d468),
    row("brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11", 48, 0x6678e4cf4f882fe333799b492e35c78d),
    row("brainpoolP384t1", "1.3.36.3.3.2.8.1.1.12", 48, 0x9ce8b2f3d25581438c94fcc029670911),
    row("brainpoolP512r1", "1.3.36.3.3.2.8.1.1.13", 64, 0x7f83efbf0ca5cc38615546a5aceabf3d),
    row("brainpoolP512t1", "1.3.36.3.3.2.8.1.1.14", 64, 0x8decc5a7a58620909e7656503fef415f),
    row("SM2", "1.2.156.10197.1.301", 32, 0x70cbdbfbd5c1d9e9d3266ba89ec69116),
];

/// Returns the curve with this object identifier.
pub(crate) fn by_oid(oid: ObjectIdentifier) -> Option<&'static Curve> {
    CURVES.iter().find(|curve| curve.oid == oid)
}

/// Returns the curve with this name.
pub(crate) fn by_name(name: &str) -> Option<&'static Curve> {
    CURVES.iter().find(|curve| curve.name == name)
}

/// A curve by its object identifier, known or not.
#[derive(Clone, Copy)]
pub struct NamedCurve {
    /// The curve's object identifier.
    pub oid: ObjectIdentifier,
    /// The curve, if it is known.
    pub known: Option<&'static Curve>,
}

impl PartialEq for NamedCurve {
    fn eq(&self, other: &Self) -> bool {
        self.oid == other.oid
    }
}

impl fmt::Display for NamedCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known {
            Some(curve) => f.write_str(curve.name),
            None => write!(f, "curve {}", self.oid),
        }
    }
}

impl NamedCurve {
    /// Reads `ECParameters`: an object identifier, or the numbers of a known curve.
    ///
    /// # Errors
    /// When they do not identify a known curve.
    pub(crate) fn from_parameters(parameters: Element<'_>) -> Result<Self, ParametersError> {
        match parameters.tag {
            tag::OBJECT_IDENTIFIER => {
                let oid = ObjectIdentifier::from_der(parameters.whole)
                    .map_err(|_| ParametersError::BrokenName)?;
                Ok(Self { oid, known: by_oid(oid) })
            }
            tag::SEQUENCE => {
                let curve = explicit(parameters).ok_or(ParametersError::UnknownNumbers)?;
                Ok(Self { oid: curve.oid, known: Some(curve) })
            }
            _ => Err(ParametersError::Implicit),
        }
    }
}

/// Finds the curve of a `SpecifiedECDomain` (SEC 1 §C.2).
fn explicit(parameters: Element<'_>) -> Option<&'static Curve> {
    let fields = parameters.children().ok()?;
    let [_version, field_id, curve, generator, order, ..] = fields.as_slice() else { return None };
    let field_type = *field_id.children().ok()?.first()?;
    let coefficients = curve.children().ok()?;
    let [a, b, ..] = coefficients.as_slice() else { return None };
    by_parameters(&ExplicitParameters {
        field_id: field_id.whole,
        prime_field: field_type.content == PRIME_FIELD,
        a: a.content,
        b: b.content,
        generator: generator.content,
        order: order.content,
    })
}

/// Why `ECParameters` do not identify a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParametersError {
    /// The object identifier cannot be read.
    BrokenName,
    /// The numbers of an unknown curve.
    UnknownNumbers,
    /// They are neither an object identifier nor numbers.
    Implicit,
}

/// id-prime-field, as the content of its OBJECT IDENTIFIER (X9.62).
const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01];

/// The numbers of explicit `ECParameters` (SEC 1 §C.2), each as big-endian bytes.
struct ExplicitParameters<'a> {
    /// The whole `FieldID`, in DER.
    field_id: &'a [u8],
    /// Whether the field is a prime field.
    prime_field: bool,
    /// Coefficient a.
    a: &'a [u8],
    /// Coefficient b.
    b: &'a [u8],
    /// The generator, compressed or not (SEC 1 §2.3.3).
    generator: &'a [u8],
    /// The order of the generator.
    order: &'a [u8],
}

/// Returns the named curve that has these parameters.
///
/// Does not recognise a compressed generator on a binary field: its sign needs field arithmetic.
fn by_parameters(parameters: &ExplicitParameters<'_>) -> Option<&'static Curve> {
    let fingerprint = fingerprint(parameters)?;
    CURVES.iter().find(|curve| curve.fingerprint == fingerprint)
}

/// Returns half of a SHA-256 over the parameters, each without leading zeros and after its length.
fn fingerprint(parameters: &ExplicitParameters<'_>) -> Option<u128> {
    let (form, coordinates) = parameters.generator.split_first()?;
    let (x, y) = match form {
        2 | 3 if parameters.prime_field => (coordinates, vec![*form]),
        4 => {
            let (x, y) = coordinates.split_at(coordinates.len() / 2);
            let sign = 2 | (y.last()? & 1);
            (x, if parameters.prime_field { vec![sign] } else { y.to_vec() })
        }
        _ => return None,
    };
    let mut hash = Sha256::new();
    let ExplicitParameters { field_id, a, b, order, .. } = parameters;
    for part in [field_id, a, b, x, &y, order] {
        let part = without_leading_zeros(part);
        hash.update(u32::try_from(part.len()).ok()?.to_be_bytes());
        hash.update(part);
    }
    hash.finalize().first_chunk().map(|half| u128::from_be_bytes(*half))
}
