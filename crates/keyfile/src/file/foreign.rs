//! Recognises and names what people mistake for a private key.

use zeroize::Zeroizing;

use crate::structure::Structure;
use crate::{ber, pem};

/// A file or block that is not a private key in a form that is converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// No bytes.
    Empty,
    /// Only blanks and ends of lines.
    Blank,
    /// PKCS#10.
    CertificateRequest,
    /// A public key in any form.
    PublicKey,
    /// A public key as SSH writes it.
    SshPublicKey,
    /// A bundle of certificates.
    Pkcs7,
    /// A PKCS#12 file.
    Pkcs12,
    /// The base64 of a PKCS#12 file, in a PEM block or alone.
    Pkcs12Text,
    /// A JKS or JCEKS file.
    JavaKeystore,
    /// OpenSSH's own form of a private key.
    OpenSshKey,
    /// The same of an Ed25519 key, which `ssh-keygen` writes in no other form.
    OpenSshEd25519Key,
    /// `PuTTY`'s form of a private key.
    PuttyKey,
    /// The form of a private key of SSH Communications Security (ssh.com).
    SshComKey,
    /// A private key of Microsoft's Authenticode (PVK).
    Pvk,
    /// A private key as Microsoft's `CryptoAPI` has it (MSBLOB).
    Msblob,
    /// An RSA key as .NET writes it in XML.
    DotNetXml,
    /// A ZIP archive.
    Zip,
    /// A file compressed by gzip.
    Gzip,
    /// A tar archive.
    Tar,
    /// A JSON Web Key or a set of them.
    Jwk,
    /// A certificate revocation list.
    Crl,
    /// Diffie-Hellman or DSA parameters.
    DhParameters,
    /// Any `OpenPGP` data.
    Pgp,
    /// A file encrypted by SOPS.
    Sops,
    /// A file encrypted by Ansible Vault.
    AnsibleVault,
    /// A file of a repository locked by git-crypt.
    GitCrypt,
    /// A Git LFS pointer to a file that was not fetched.
    LfsPointer,
    /// The base64 of a structure, without BEGIN and END.
    BareBase64,
    /// The base64 of a whole PEM file.
    Base64Pem,
    /// A text that holds the base64 of a PEM file, such as a Kubernetes Secret.
    Secret,
    /// A PEM block with an unknown label.
    UnknownBlock(String),
    /// An unknown DER structure.
    UnknownDer,
    /// Other bytes.
    UnknownBinary,
    /// Other text.
    UnknownText,
}

/// The name of each format, to follow "this is".
const NAMES: &[(Foreign, &str)] = &[
    (Foreign::Empty, "an empty file"),
    (Foreign::Blank, "a file of blank lines"),
    (Foreign::CertificateRequest, "a certificate request, not a private key"),
    (Foreign::PublicKey, "a public key, not a private one"),
    (Foreign::SshPublicKey, "an SSH public key, not a private one"),
    (Foreign::Pkcs7, "a PKCS#7 bundle, which holds certificates and no private key"),
    (Foreign::Pkcs12, "a PKCS#12 file"),
    (Foreign::Pkcs12Text, "a PKCS#12 file in base64"),
    (Foreign::JavaKeystore, "a Java keystore"),
    (Foreign::OpenSshKey, "a private key in OpenSSH format"),
    (Foreign::OpenSshEd25519Key, "an Ed25519 key in OpenSSH format"),
    (Foreign::PuttyKey, "a private key in PuTTY format"),
    (Foreign::SshComKey, "a private key in the format of ssh.com"),
    (Foreign::Pvk, "a private key in Microsoft's PVK format"),
    (Foreign::Msblob, "a private key in Microsoft's MSBLOB format"),
    (Foreign::DotNetXml, "an RSA key in .NET's XML format"),
    (Foreign::Zip, "a ZIP archive"),
    (Foreign::Gzip, "a file compressed by gzip"),
    (Foreign::Tar, "a tar archive"),
    (Foreign::Jwk, "a JSON Web Key"),
    (Foreign::Crl, "a certificate revocation list, not a private key"),
    (Foreign::DhParameters, "a set of Diffie-Hellman or DSA parameters, not a private key"),
    (Foreign::Pgp, "an OpenPGP block, which TLS does not use"),
    (Foreign::Sops, "a file encrypted by SOPS"),
    (Foreign::AnsibleVault, "a file encrypted by Ansible Vault"),
    (Foreign::GitCrypt, "a file encrypted by git-crypt"),
    (Foreign::LfsPointer, "a Git LFS pointer, not the file itself"),
    (Foreign::BareBase64, "base64 without its BEGIN and END lines"),
    (Foreign::Base64Pem, "a base64-encoded PEM file"),
    (Foreign::Secret, "text with a base64-encoded PEM file, such as a Kubernetes Secret"),
    (Foreign::UnknownDer, "a DER structure, but not a private key"),
    (Foreign::UnknownBinary, "a binary file, but not a private key in DER"),
    (Foreign::UnknownText, "text without a private key: no line has BEGIN … PRIVATE KEY"),
];

/// What bytes a binary file has, and where. Source: the JDK's `JavaKeyStore` and `JceKeyStore`; git-crypt's `crypto.hpp`;
/// `crypto/pem/pvkfmt.c` of OpenSSL 3.0 for PVK and MSBLOB (keys for signatures, and for key exchange); RFC 1952 §2.3.1;
/// PKWARE's APPNOTE §4.3.7; POSIX.1-2017, pax, "ustar Interchange Format".
const MAGIC: &[(usize, &[u8], Foreign)] = &[
    (0, &[0xfe, 0xed, 0xfe, 0xed], Foreign::JavaKeystore),
    (0, &[0xce, 0xce, 0xce, 0xce], Foreign::JavaKeystore),
    (0, b"\0GITCRYPT\0", Foreign::GitCrypt),
    (0, &[0x1e, 0xf1, 0xb5, 0xb0], Foreign::Pvk),
    (0, b"\x07\x02\0\0\0\x24\0\0RSA2", Foreign::Msblob),
    (0, b"\x07\x02\0\0\0\xa4\0\0RSA2", Foreign::Msblob),
    (0, b"PK\x03\x04", Foreign::Zip),
    (0, &[0x1f, 0x8b, 0x08], Foreign::Gzip),
    (257, b"ustar", Foreign::Tar),
];

/// Openings of text files.
const OPENING: &[(&str, Foreign)] = &[
    ("PuTTY-User-Key-File-", Foreign::PuttyKey),
    ("$ANSIBLE_VAULT;", Foreign::AnsibleVault),
    ("version https://git-lfs.github.com/spec/", Foreign::LfsPointer),
    ("ssh-", Foreign::SshPublicKey),
    ("ecdsa-sha2-", Foreign::SshPublicKey),
];

/// Labels of blocks that hold no DER, or that mean more than their DER. Source: RFC 7468, RFC 9580 §6.2, OpenSSH's
/// PROTOCOL.key.
const LABELS: &[(&str, Foreign)] = &[
    ("OPENSSH PRIVATE KEY", Foreign::OpenSshKey),
    ("SSH2 ENCRYPTED PRIVATE KEY", Foreign::SshComKey),
    ("SSH2 PUBLIC KEY", Foreign::SshPublicKey),
    ("DH PARAMETERS", Foreign::DhParameters),
    ("X9.42 DH PARAMETERS", Foreign::DhParameters),
    ("DSA PARAMETERS", Foreign::DhParameters),
];

/// The part of the base64 of `-----BEGIN` that does not depend on what follows.
const BASE64_BEGIN: &str = "LS0tLS1CRUdJTi";

impl Foreign {
    pub(super) fn by_magic(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Self::Empty);
        }
        let is_such = |(at, magic, _): &&(usize, &[u8], Self)| {
            bytes.get(*at..).is_some_and(|bytes| bytes.starts_with(magic))
        };
        MAGIC.iter().find(is_such).map(|(.., foreign)| foreign.clone())
    }

    /// Returns what a block is by its label; `body` is asked where that is not enough.
    pub(crate) fn by_label(
        label: &str,
        body: impl FnOnce() -> Option<Zeroizing<Vec<u8>>>,
    ) -> Option<Self> {
        if label.starts_with("PGP ") {
            return Some(Self::Pgp);
        }
        let (_, foreign) = LABELS.iter().find(|(known, _)| *known == label)?;
        let names = |body: &[u8], algorithm: &[u8]| {
            body.windows(algorithm.len()).any(|found| found == algorithm)
        };
        if *foreign == Self::OpenSshKey && names(&body()?, b"ssh-ed25519") {
            return Some(Self::OpenSshEd25519Key);
        }
        Some(foreign.clone())
    }

    /// Recognises text that may contain PEM blocks but is something else as a whole.
    pub(super) fn by_container(text: &str) -> Option<Self> {
        let opening = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if let Some((_, foreign)) = OPENING.iter().find(|(start, _)| opening.starts_with(start)) {
            return Some(foreign.clone());
        }
        let sops = text.contains("ENC[AES256_GCM,") && text.contains("sops");
        sops.then_some(Self::Sops)
    }

    pub(super) fn by_text(text: &str, bytes: &[u8]) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let base64 = |c: char| c.is_ascii_alphanumeric() || "+/=\r\n ".contains(c);
        if text.is_empty() {
            Self::Blank
        } else if text.starts_with('{') && text.contains("\"kty\"") {
            Self::Jwk
        } else if text.starts_with(BASE64_BEGIN) && text.chars().all(base64) {
            Self::Base64Pem
        } else if text.contains(BASE64_BEGIN) {
            Self::Secret
        } else if text.contains("<RSAKeyValue>") {
            Self::DotNetXml
        } else if text.len() > 40
            && text.chars().all(base64)
            && let Some(foreign) = Self::by_base64(text)
        {
            foreign
        } else if bytes.contains(&0) || std::str::from_utf8(bytes).is_err() {
            Self::UnknownBinary
        } else {
            Self::UnknownText
        }
    }

    /// Returns what a text of base64 is; `None` where it holds no structure that has to do with keys.
    fn by_base64(text: &str) -> Option<Self> {
        let body = pem::decode(text).ok().and_then(|body| ber::to_der(&body).ok());
        match body.and_then(|der| Structure::of(&der)) {
            Some(Structure::Pkcs12) => Some(Self::Pkcs12Text),
            Some(Structure::PrivateKey(_) | Structure::EncryptedPrivateKey) => {
                Some(Self::BareBase64)
            }
            _ => text.starts_with("MI").then_some(Self::BareBase64),
        }
    }

    /// Whether it may hold a key that another program has to bring out first.
    #[must_use]
    pub fn hides_keys(&self) -> bool {
        matches!(self, Self::Sops | Self::AnsibleVault | Self::GitCrypt | Self::LfsPointer)
    }

    /// Returns its name, without an explanation.
    #[must_use]
    pub fn name(&self) -> String {
        let description = self.description();
        description.split([',', ':']).next().unwrap_or_default().to_owned()
    }

    /// Returns its description, to follow "this is".
    #[must_use]
    pub fn description(&self) -> String {
        if let Self::UnknownBlock(label) = self {
            return format!("a PEM block \"{label}\", not a private key");
        }
        let name = NAMES.iter().find(|(foreign, _)| foreign == self);
        name.map_or("no private key", |(_, name)| name).to_owned()
    }
}
