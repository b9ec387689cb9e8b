//! Certificates: the subject and public key of a leaf (RFC 5280).

use thiserror::Error;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::file::{self, Entry, What};
use crate::public_key::PublicKey;

/// What fixkey needs to know of a certificate.
pub struct Certificate {
    /// The subject, as RFC 4514 writes it; characters that a terminal would act on are replaced.
    pub subject: String,
    /// Its public key.
    pub public_key: PublicKey,
}

/// Why a file gives no certificate.
#[derive(Debug, Error)]
pub enum Error {
    /// The file holds something else, or cannot be read.
    #[error("this is {0}, not a certificate")]
    Other(String),
    /// A block of the file is broken.
    #[error(transparent)]
    Broken(#[from] file::Error),
    /// The structure cannot be read as a certificate.
    #[error("the certificate is damaged: it is not what X.509 says")]
    Damaged,
}

/// The first certificate in a file: the leaf, whose key the server holds (RFC 8446 §4.4.2).
///
/// # Errors
/// When there is none, or it is broken.
pub fn leaf(entries: Vec<Entry>) -> Result<Certificate, Error> {
    let mut other = None;
    for entry in entries {
        match entry.what {
            What::Certificate(der) => return read(&der),
            What::Broken(error) => return Err(error.into()),
            what => other = other.or(Some(what)),
        }
    }
    Err(Error::Other(match other {
        Some(What::Foreign(foreign)) => foreign.name(),
        Some(What::EcParameters(_)) => "a set of curve parameters".to_owned(),
        _ => "a private key".to_owned(),
    }))
}

fn read(der: &[u8]) -> Result<Certificate, Error> {
    let (_, certificate) = X509Certificate::from_der(der).map_err(|_| Error::Damaged)?;
    let public_key =
        PublicKey::from_spki(certificate.public_key().raw).map_err(|_| Error::Damaged)?;
    Ok(Certificate { subject: certificate.subject().to_string(), public_key })
}
