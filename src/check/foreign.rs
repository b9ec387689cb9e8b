//! What to do with a file that is mistaken for a private key.

use keyfile::Foreign;

/// What to do with a file that comes with a key and is none.
pub const NOT_THE_KEY: &str = "the key is usually the file named in ssl_key; if that is this file, ssl_key and ssl_certificate may be swapped, and the key is often beside it";

const RESTORE: &str =
    "restore the key from a backup: a failed `openssl … -out` leaves a file of 0 bytes";

/// What to do next, with `{path}` for the file's path.
const NEXT_STEPS: &[(Foreign, &str)] = &[
    (Foreign::Empty, RESTORE),
    (Foreign::Blank, RESTORE),
    (
        Foreign::CertificateRequest,
        "the key is the file that was written when the request was made (`-keyout` or `-key` of `openssl req`)",
    ),
    (Foreign::PublicKey, NOT_THE_KEY),
    (Foreign::SshPublicKey, NOT_THE_KEY),
    (Foreign::Pkcs7, NOT_THE_KEY),
    (
        Foreign::Pkcs12,
        "openssl pkcs12 -in {path} -nocerts -nodes -out {path}.key && fixkey {path}.key -o our.p8 (OpenSSL 3 needs -legacy for an old file)",
    ),
    (
        Foreign::JavaKeystore,
        "keytool -importkeystore -srckeystore {path} -destkeystore {path}.p12 -deststoretype PKCS12 && openssl pkcs12 -in {path}.p12 -nocerts -nodes -out {path}.key && fixkey {path}.key -o our.p8",
    ),
    (
        Foreign::OpenSshKey,
        "install -m 600 {path} {path}.pem && ssh-keygen -p -m PKCS8 -N '' -f {path}.pem && fixkey {path}.pem -o our.p8",
    ),
    (
        Foreign::OpenSshEd25519Key,
        "ssh-keygen does not write Ed25519 in PKCS#8: have a new RSA or EC key and certificate made",
    ),
    (
        Foreign::PuttyKey,
        "puttygen {path} -O private-openssh -o {path}.pem && fixkey {path}.pem -o our.p8",
    ),
    (Foreign::Jwk, "export the key as PEM where the JSON was made: OpenSSL does not read JSON"),
    (Foreign::Crl, NOT_THE_KEY),
    (Foreign::DhParameters, NOT_THE_KEY),
    (Foreign::Pgp, NOT_THE_KEY),
    (Foreign::Sops, "sops -d {path} | fixkey - -o our.p8"),
    (Foreign::AnsibleVault, "ansible-vault decrypt --output - {path} | fixkey - -o our.p8"),
    (Foreign::GitCrypt, "git-crypt unlock"),
    (Foreign::LfsPointer, "git lfs pull --include {path}"),
    (
        Foreign::BareBase64,
        "put a line `-----BEGIN PRIVATE KEY-----` before it and `-----END PRIVATE KEY-----` after it",
    ),
    (Foreign::Base64Pem, "base64 -d {path} | fixkey - -o our.p8"),
    (
        Foreign::Secret,
        "kubectl get secret NAME -o 'jsonpath={.data.tls\\.key}' | base64 -d | fixkey - -o our.p8",
    ),
];

/// Returns what to do next with such a file, with `{path}` for its path; `None` where nothing is known.
#[must_use]
pub fn next_step(foreign: &Foreign) -> Option<&'static str> {
    NEXT_STEPS.iter().find(|(known, _)| known == foreign).map(|(_, step)| *step)
}
