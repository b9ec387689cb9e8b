//! Recognises any file by its content: private keys, certificates, and what people mistake for them.

mod foreign;

pub use foreign::Foreign;

use std::ops::Range;

use thiserror::Error as ThisError;

use crate::key::encryption::EncryptedKey;
use crate::key::{self, Defect, EncodedKey};
use crate::structure::{Encoding, Structure};
use crate::{ber, pem};
use source_text::LineIndex;

/// One thing that a file holds.
pub struct Entry {
    /// What it is.
    pub what: What,
    /// The line, from 1, on which it begins; `None` in a binary file.
    pub line: Option<usize>,
    /// The label of its block, in PEM.
    pub label: Option<String>,
}

impl Entry {
    /// Returns the entry of a file without blocks.
    fn alone(what: What) -> Self {
        Self { what, line: None, label: None }
    }

    /// Returns whether its label contains `CERTIFICATE`, as that of a request does: readers that search for the word
    /// take the block for a certificate.
    #[must_use]
    pub fn is_labelled_certificate(&self) -> bool {
        self.label.as_ref().is_some_and(|label| label.contains("CERTIFICATE"))
    }
}

/// The content of one entry.
pub enum What {
    /// An unencrypted private key.
    Key(EncodedKey),
    /// An encrypted private key.
    Encrypted(EncryptedKey),
    /// A certificate in DER, without the bytes that OpenSSL's `TRUSTED CERTIFICATE` adds.
    Certificate(Vec<u8>),
    /// Curve parameters in DER, as they precede a SEC1 key.
    EcParameters(Vec<u8>),
    /// A broken block with the label of a certificate.
    Broken(Error),
    /// Another known format.
    Foreign(Foreign),
}

/// Why a file of keys or certificates cannot be read.
#[derive(Clone, Debug, ThisError, PartialEq, Eq)]
#[error("{cause}")]
pub struct Error {
    /// The cause.
    pub cause: Cause,
    /// The line, from 1; `None` in a binary file.
    pub line: Option<usize>,
}

/// The cause of a file error.
#[derive(Clone, Debug, ThisError, PartialEq, Eq)]
pub enum Cause {
    /// Its PEM is ambiguous.
    #[error(transparent)]
    Pem(#[from] pem::Error),
    /// The structure of a private key is broken.
    #[error(transparent)]
    Key(#[from] key::Error),
    /// The structure of a certificate is broken.
    #[error("the certificate is damaged: {0}")]
    Certificate(ber::Error),
}

impl Error {
    /// Returns whether the broken part claims to be a private key.
    #[must_use]
    pub fn is_of_key(&self) -> bool {
        match &self.cause {
            Cause::Pem(error) => error.label().ends_with("PRIVATE KEY"),
            Cause::Key(_) => true,
            Cause::Certificate(_) => false,
        }
    }

    /// Returns whether the broken part claims to be a certificate.
    #[must_use]
    pub fn is_of_certificate(&self) -> bool {
        match &self.cause {
            Cause::Pem(error) => error.label().ends_with("CERTIFICATE"),
            Cause::Key(_) => false,
            Cause::Certificate(_) => true,
        }
    }

    /// Returns whether the only fault is that bytes follow the end of a certificate.
    #[must_use]
    pub fn is_of_bytes_behind(&self) -> bool {
        matches!(self.cause, Cause::Certificate(ber::Error::Trailing(_)))
    }

    /// Builds the error for a place after `known`, an offset whose line is known.
    fn pem(text: &str, known: (usize, usize), error: pem::Error) -> Self {
        let (offset, line) = known;
        let line = line + source_text::line_ends(text, offset..error.span().start);
        Self { line: Some(line), cause: error.into() }
    }
}

/// Recognises what `bytes` hold: every PEM block, or the whole of a file without blocks.
///
/// # Errors
/// When PEM markers do not match, or a private key is broken.
pub fn recognise(bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    recognise_by(bytes, Reading::Strict)
}

/// As [`recognise`], except that three faults of private keys are read through, as Java's readers do: an END
/// label that is another private key's, characters after the `=` of the body, and bytes after the end of the
/// DER. It is for judging files, not for converting them: what follows a key may be what it was meant to be.
///
/// # Errors
/// As [`recognise`], without those three.
pub fn recognise_lenient(bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    recognise_by(bytes, Reading::Lenient)
}

/// Returns the text before the lines of `error`, up to the first fault in it.
#[must_use]
pub fn whole_before<'a>(bytes: &'a [u8], error: &Error) -> Option<&'a [u8]> {
    let before = &bytes[..LineIndex::of(bytes).numbered(error.line?)?.start];
    match recognise(before) {
        Ok(_) => Some(before),
        // The error was at an END whose block begins on an earlier line.
        Err(again) if again.line < error.line => whole_before(before, &again),
        Err(_) => None,
    }
}

/// Whether faults that many readers accept are errors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Strict,
    Lenient,
}

fn recognise_by(bytes: &[u8], reading: Reading) -> Result<Vec<Entry>, Error> {
    if let Some(foreign) = Foreign::by_magic(bytes) {
        return Ok(vec![Entry::alone(What::Foreign(foreign))]);
    }
    if is_der(bytes) {
        let what = binary(bytes).map_err(|cause| Error { cause: cause.into(), line: None })?;
        return Ok(vec![Entry::alone(what)]);
    }
    let text = source_text::decode(bytes);
    if let Some(foreign) = Foreign::by_container(&text) {
        return Ok(vec![Entry::alone(What::Foreign(foreign))]);
    }
    let blocks = match reading {
        Reading::Strict => pem::scan(&text),
        Reading::Lenient => pem::scan_lenient(&text),
    };
    let blocks = blocks.map_err(|error| Error::pem(&text, (0, 1), error))?;
    if blocks.is_empty() {
        let foreign = Foreign::by_text(&text, bytes);
        return Ok(vec![Entry::alone(What::Foreign(foreign))]);
    }
    let mut entries = Vec::with_capacity(blocks.len());
    let mut line = 1;
    let mut offset = 0;
    for block in &blocks {
        line += source_text::line_ends(&text, offset..block.span.start);
        offset = block.span.start;
        let (what, label) = (what(&text, block, line, reading)?, Some(block.label.clone()));
        entries.push(Entry { what, line: Some(line), label });
    }
    give_parameters(&mut entries);
    Ok(entries)
}

/// Returns the line of the first text outside the PEM blocks; `None` if there are only blanks, and for a binary file.
#[must_use]
pub fn text_around(bytes: &[u8]) -> Option<usize> {
    if is_der(bytes) {
        return None;
    }
    let text = source_text::decode(bytes);
    let mut spans: Vec<Range<usize>> =
        pem::scan(&text).ok()?.into_iter().map(|block| block.span).collect();
    spans.push(text.len()..text.len());
    let mut start = 0;
    for span in spans {
        if let Some(at) = pem::first_not_blank(&text[start..span.start]) {
            return Some(1 + source_text::line_ends(&text, 0..start + at));
        }
        start = span.end;
    }
    None
}

/// Returns whether this is DER or BER: a SEQUENCE with a length as only binary files have it. Every key and certificate
/// is longer than 30 bytes, which excludes short texts that begin with `0`.
fn is_der(bytes: &[u8]) -> bool {
    match bytes {
        [0x30, 0x80..=0x84, ..] => true,
        [0x30, length, ..] => bytes.len() == usize::from(*length) + 2,
        _ => false,
    }
}

fn binary(bytes: &[u8]) -> Result<What, key::Error> {
    match structure(bytes, None, Reading::Strict) {
        Ok(Some(what)) => Ok(what),
        Ok(None) => Ok(What::Foreign(Foreign::UnknownDer)),
        Err(error @ (ber::Error::Truncated { .. } | ber::Error::Trailing(_))) => Err(error.into()),
        Err(_) => Ok(What::Foreign(Foreign::UnknownBinary)),
    }
}

/// Recognises the block that begins on this line.
fn what(text: &str, block: &pem::Block<'_>, line: usize, reading: Reading) -> Result<What, Error> {
    if let Some(foreign) = Foreign::by_label(&block.label, || block.decode().ok()) {
        return Ok(What::Foreign(foreign));
    }
    let is_key = block.label.ends_with("PRIVATE KEY");
    match read(text, block, line, reading) {
        Ok(Some(what)) => Ok(what),
        Ok(None) if is_key => {
            let cause = key::Error::Damaged(Defect::OtherStructure).into();
            Err(Error { cause, line: Some(line) })
        }
        Err(error) if is_key => Err(error),
        Err(error) if block.label.ends_with("CERTIFICATE") => Ok(What::Broken(error)),
        Ok(None) | Err(_) => Ok(What::Foreign(Foreign::UnknownBlock(block.label.clone()))),
    }
}

fn read(
    text: &str,
    block: &pem::Block<'_>,
    line: usize,
    reading: Reading,
) -> Result<Option<What>, Error> {
    let known = (block.span.start, line);
    let body = match reading {
        Reading::Lenient if block.label.ends_with("PRIVATE KEY") => block.decode_to_padding(),
        _ => block.decode(),
    };
    let body = body.map_err(|error| Error::pem(text, known, error))?;
    if let Some(dek_info) = block.header("DEK-Info") {
        let key = EncryptedKey::Traditional { dek_info: dek_info.to_owned(), ciphertext: body };
        return Ok(Some(What::Encrypted(key)));
    }
    structure(&body, Some(&block.label), reading).map_err(|error| {
        let cause = if block.label.ends_with("CERTIFICATE") {
            Cause::Certificate(error)
        } else {
            key::Error::from(error).into()
        };
        Error { cause, line: Some(line) }
    })
}

/// Recognises a structure in BER; `label` is that of its block, if any.
fn structure(
    body: &[u8],
    label: Option<&str>,
    reading: Reading,
) -> Result<Option<What>, ber::Error> {
    let may_be_followed = match label {
        Some("TRUSTED CERTIFICATE") => true,
        Some(label) => reading == Reading::Lenient && label.ends_with("PRIVATE KEY"),
        None => false,
    };
    let (der, trusted) = match ber::to_der(body) {
        Err(ber::Error::Trailing(_)) if may_be_followed => {
            (ber::to_der(ber::Element::first(body)?.0.whole)?, true)
        }
        der => (der?, false),
    };
    Ok(Structure::of(&der).map(|structure| match structure {
        Structure::PrivateKey(encoding) => What::Key(EncodedKey::new(encoding, der, None)),
        Structure::EncryptedPrivateKey => What::Encrypted(EncryptedKey::Pkcs8(der)),
        Structure::Certificate if trusted => What::Certificate(der.to_vec()),
        Structure::Certificate => What::Certificate(body.to_vec()),
        Structure::EcParameters => What::EcParameters(der.to_vec()),
        Structure::CertificateRequest => What::Foreign(Foreign::CertificateRequest),
        Structure::Crl => What::Foreign(Foreign::Crl),
        Structure::PublicKey => What::Foreign(Foreign::PublicKey),
        Structure::Pkcs7 => What::Foreign(Foreign::Pkcs7),
        Structure::Pkcs12 if label.is_some() => What::Foreign(Foreign::Pkcs12Text),
        Structure::Pkcs12 => What::Foreign(Foreign::Pkcs12),
        Structure::DhParameters => What::Foreign(Foreign::DhParameters),
    }))
}

/// Passes to each EC key the parameters of the block right before it.
fn give_parameters(entries: &mut [Entry]) {
    let mut parameters = None;
    for entry in entries {
        match &mut entry.what {
            What::EcParameters(der) => parameters = Some(der.clone()),
            What::Key(key) if matches!(key.encoding, Encoding::Sec1 | Encoding::Pkcs8) => {
                key.set_ec_parameters(parameters.take());
            }
            _ => parameters = None,
        }
    }
}
