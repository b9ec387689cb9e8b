//! Reads either version of `OneAsymmetricKey` and writes version 0 (PKCS#8: RFC 5208, RFC 5958).

use der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef, UintRef};
use der::{Decode as _, Encode as _, SecretDocument};
use pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::dsa::DsaKey;
use super::ec::EcKey;
use super::octets::OctetsKey;
use super::rsa::RsaKey;
use super::{Defect, Encoding, Error, Numbers, PrivateKey};
use crate::algorithm::{self, DSA, EC, RSA, RSA_PSS, X500_RSA, dss_parms};
use crate::ber::{self, Element, tag};
use crate::unsigned::without_leading_zeros;

/// Returns the structure with its inner key converted to DER; `None` if that is in DER already or not in BER at all.
pub(super) fn with_inner_der(der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let fields = Element::only(der).ok()?.children().ok()?;
    let [version, algorithm, private_key, optional @ ..] = fields.as_slice() else { return None };
    let inner = ber::to_der(private_key.content).ok()?;
    if *inner == private_key.content {
        return None;
    }
    let inner = ber::element(tag::OCTET_STRING, &[&inner]);
    let mut parts = vec![version.whole, algorithm.whole, &inner];
    parts.extend(optional.iter().map(|field| field.whole));
    Some(ber::element(tag::SEQUENCE, &parts))
}

/// Reads the fields of a `OneAsymmetricKey`; `ec_parameters` precede it, for an EC key without its own curve.
///
/// # Errors
/// When a field is missing, the version is unknown, or the key inside is damaged.
pub(super) fn read<'a>(
    fields: &[Element<'a>],
    ec_parameters: Option<Element<'_>>,
) -> Result<PrivateKey<'a>, Error> {
    let [version, algorithm, private_key, optional @ ..] = fields else {
        return Err(Error::Damaged(Defect::MissingField));
    };
    let ([] | [1]) = without_leading_zeros(version.content) else {
        let version = version.content.last().copied().unwrap_or(0);
        return Err(Error::Version { encoding: Encoding::Pkcs8, version });
    };
    let (attributes, public_key) =
        super::optional_fields(optional, tag::CONTEXT_0, tag::CONTEXT_1_PRIMITIVE)?;
    Ok(PrivateKey {
        numbers: numbers(*algorithm, private_key.content, ec_parameters)?,
        attributes: attributes.is_some_and(|attributes| !attributes.content.is_empty()),
        stated_public_key: public_key.as_ref().map(Element::bit_string).transpose()?,
    })
}

fn numbers<'a>(
    algorithm: Element<'a>,
    private_key: &'a [u8],
    ec_parameters: Option<Element<'_>>,
) -> Result<Numbers<'a>, Error> {
    let fields = algorithm.children()?;
    let ([oid] | [oid, _]) = fields.as_slice() else {
        return Err(Error::Damaged(Defect::Algorithm));
    };
    let oid = ObjectIdentifier::from_der(oid.whole).ok();
    let oid = oid.ok_or(Error::Damaged(Defect::AlgorithmName))?;
    let parameters = fields.get(1).copied();
    Ok(match oid {
        RSA | X500_RSA => Numbers::Rsa(RsaKey::from_pkcs1(private_key)?),
        RSA_PSS => Numbers::Rsa(RsaKey::from_pkcs1(private_key)?.restricted_to_pss(parameters)),
        EC => Numbers::Ec(EcKey::from_sec1(private_key, parameters.or(ec_parameters))?),
        DSA => {
            let parameters = parameters.ok_or(Error::Damaged(Defect::MissingDsaParameters))?;
            Numbers::Dsa(DsaKey::from_pkcs8(parameters, private_key)?)
        }
        _ => match algorithm::of_octets(oid) {
            Some(known) => Numbers::Octets(OctetsKey::new(known, private_key)?),
            None => Numbers::Other { algorithm, oid, private_key },
        },
    })
}

/// Writes version 0, without attributes or a public key.
///
/// # Errors
/// When the key is too large for DER.
pub(super) fn write(numbers: &Numbers<'_>) -> der::Result<SecretDocument> {
    match numbers {
        Numbers::Rsa(key) => {
            let AlgorithmIdentifierRef { oid, parameters } = key.algorithm()?;
            info(oid, parameters, key.to_pkcs1()?.as_bytes())
        }
        Numbers::Ec(key) => info(EC, Some((&key.curve.oid).into()), key.to_sec1()?.as_bytes()),
        Numbers::Dsa(key) => {
            let parameters = dss_parms([key.p, key.q, key.g])?;
            let x = Zeroizing::new(UintRef::new(key.x)?.to_der()?);
            info(DSA, Some(AnyRef::from_der(&parameters)?), &x)
        }
        Numbers::Octets(key) => info(key.algorithm.oid, None, key.private_key.whole),
        Numbers::Other { algorithm, private_key, .. } => {
            let algorithm = AlgorithmIdentifierRef::from_der(algorithm.whole)?;
            info(algorithm.oid, algorithm.parameters, private_key)
        }
    }
}

fn info(
    oid: ObjectIdentifier,
    parameters: Option<AnyRef<'_>>,
    private_key: &[u8],
) -> der::Result<SecretDocument> {
    let algorithm = AlgorithmIdentifierRef { oid, parameters };
    SecretDocument::encode_msg(&PrivateKeyInfoRef::new(
        algorithm,
        OctetStringRef::new(private_key)?,
    ))
}
