//! What a key or certificate file is.

pub mod ber;
pub mod certificate;
pub mod file;
pub mod key;
pub mod layout;
pub mod pem;
pub mod public_key;
pub mod structure;
mod wipe;
