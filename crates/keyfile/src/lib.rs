#![doc = include_str!("../README.md")]

pub mod algorithm;
pub mod ber;
pub mod certificate;
pub mod curve;
pub mod file;
pub mod key;
pub mod layout;
pub mod pem;
pub mod public_key;
mod structure;
mod unsigned;
mod wipe;

pub use ber::Error as BerError;
pub use certificate::{Certificate, Chain, Error as CertificateError};
pub use file::{Entry, Error as RecogniseError, Foreign, What, recognise, recognise_lenient};
pub use key::derivation::{Error as DerivationError, Limits};
pub use key::encryption::{EncryptedKey, Error as DecryptError};
pub use key::{Defect, EncodedKey, Encoding, Error as KeyError, Flaw, PrivateKey};
pub use layout::{Layout, Oddity};
pub use pem::Error as PemError;
pub use public_key::{Fingerprint, PublicKey};
