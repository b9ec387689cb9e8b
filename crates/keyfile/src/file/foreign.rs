//! Recognises and names what people mistake for a private key.

use zeroize::Zeroizing;

/// A file or block that fixkey cannot convert as a private key.
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
    /// A JKS or JCEKS file.
    JavaKeystore,
    /// OpenSSH's own form of a private key.
    OpenSshKey,
    /// The same of an Ed25519 key, which `ssh-keygen` writes in no other form.
    OpenSshEd25519Key,
    /// `PuTTY`'s form of a private key.
    PuttyKey,
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
    (Foreign::JavaKeystore, "a Java keystore"),
    (Foreign::OpenSshKey, "a private key in OpenSSH format"),
    (Foreign::OpenSshEd25519Key, "an Ed25519 key in OpenSSH format"),
    (Foreign::PuttyKey, "a private key in PuTTY format"),
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

/// How a binary file begins. Source: the JDK's `JavaKeyStore` and `JceKeyStore`; git-crypt's `crypto.hpp`.
const MAGIC: &[(&[u8], Foreign)] = &[
    (&[0xfe, 0xed, 0xfe, 0xed], Foreign::JavaKeystore),
    (&[0xce, 0xce, 0xce, 0xce], Foreign::JavaKeystore),
    (b"\0GITCRYPT\0", Foreign::GitCrypt),
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
        MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, foreign)| foreign.clone())
    }

    /// Recognises a block by its label, or by `body` if the label is not enough.
    pub(super) fn by_label(
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
        } else if text.starts_with("MI") && text.len() > 40 && text.chars().all(base64) {
            Self::BareBase64
        } else if bytes.contains(&0) || std::str::from_utf8(bytes).is_err() {
            Self::UnknownBinary
        } else {
            Self::UnknownText
        }
    }

    /// Returns whether it may hold a key that another program must extract first.
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
