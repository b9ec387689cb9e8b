//! What a key or certificate file is.

pub mod algorithm;
pub mod ber;
pub mod certificate;
pub mod curve;
pub mod file;
pub mod key;
pub mod layout;
pub mod pem;
pub mod public_key;
pub mod structure;
mod unsigned;
mod wipe;
