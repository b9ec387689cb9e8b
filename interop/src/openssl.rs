//! Keys in the forms in which people have them, and certificates for them, made by openssl's command line.
//!
//! Only with options that OpenSSL 1.1.1 and 3 both know.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peers::Peer;
use crate::run;

/// What this module needs on the machine.
pub const PEERS: &[Peer] = &[Peer::new("openssl", "Debian package openssl")];

/// The kinds of key with which the beats input completes a handshake.
#[derive(Debug, Clone, Copy)]
pub enum Algorithm {
    /// RSA with a modulus of so many bits.
    Rsa(u16),
    /// EC on the curve that openssl knows by this name.
    Ec(&'static str),
}

impl Algorithm {
    /// RSA in the sizes in use.
    pub const RSA: [Self; 3] = [Self::Rsa(2048), Self::Rsa(3072), Self::Rsa(4096)];

    /// P-256, P-384 and P-521.
    pub const EC: [Self; 3] =
        [Self::Ec("prime256v1"), Self::Ec("secp384r1"), Self::Ec("secp521r1")];

    /// Every kind.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::RSA.into_iter().chain(Self::EC)
    }

    fn file_name(self) -> String {
        match self {
            Self::Rsa(bits) => format!("rsa{bits}.key"),
            Self::Ec(curve) => format!("{curve}.key"),
        }
    }
}

/// How an encrypted key is encrypted.
#[derive(Debug, Clone, Copy)]
pub enum Encryption {
    /// PKCS#8 with PBES2, which is what OpenSSL 3 writes unless told otherwise.
    Pbes2,
    /// PKCS#1 or SEC1 under `Proc-Type` and `DEK-Info` headers.
    Traditional,
}

impl Encryption {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Pbes2, Self::Traditional];
}

/// A passphrase that lies in a file, where openssl and fixkey are both told to read it.
#[derive(Debug)]
pub struct Passphrase {
    file: PathBuf,
}

impl Passphrase {
    /// What it says.
    pub const TEXT: &str = "correct horse battery staple";

    /// Writes one to the folder of `key`.
    pub fn beside(key: &Path) -> Self {
        let file = key.with_file_name("passphrase");
        fs::write(&file, format!("{}\n", Self::TEXT)).expect("the passphrase can be written");
        Self { file }
    }

    /// The argument of `-passin`, `-passout` and `--passin` that names it.
    pub(crate) fn source(&self) -> OsString {
        let mut source = OsString::from("file:");
        source.push(&self.file);
        source
    }
}

/// Makes an unencrypted key in `folder`: PKCS#1 for RSA; for EC, SEC1 after its `EC PARAMETERS`.
pub fn generate(algorithm: Algorithm, folder: &Path) -> PathBuf {
    let key = folder.join(algorithm.file_name());
    match algorithm {
        Algorithm::Rsa(bits) => generate_pkcs1(bits, &key),
        Algorithm::Ec(curve) => generate_sec1(curve, &key),
    }
    key
}

/// Not with `genrsa`: what makes it write PKCS#1 in OpenSSL 3 is an option that 1.1.1 refuses.
fn generate_pkcs1(bits: u16, key: &Path) {
    let pkcs8 = key.with_extension("generated");
    let generation = format!("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:{bits}");
    run(openssl(&generation).arg("-out").arg(&pkcs8));
    run(openssl("pkey -traditional").arg("-in").arg(&pkcs8).arg("-out").arg(key));
}

fn generate_sec1(curve: &str, key: &Path) {
    run(openssl(&format!("ecparam -genkey -name {curve}")).arg("-out").arg(key));
}

/// Encrypts `key` into a file beside it; for EC, the `EC PARAMETERS` do not come along.
pub fn encrypt(key: &Path, encryption: Encryption, passphrase: &Passphrase) -> PathBuf {
    let (arguments, extension) = match encryption {
        Encryption::Pbes2 => ("pkcs8 -topk8 -v2 aes-256-cbc", "pbes2"),
        Encryption::Traditional => ("pkey -traditional -aes256", "traditional"),
    };
    let encrypted = key.with_extension(extension);
    run(openssl(arguments)
        .arg("-in")
        .arg(key)
        .arg("-passout")
        .arg(passphrase.source())
        .arg("-out")
        .arg(&encrypted));
    encrypted
}

/// Makes a certificate for `localhost`, signed by `key` itself, in a file beside it.
pub fn certify(key: &Path) -> PathBuf {
    certify_for("localhost", key)
}

/// Makes a certificate for `host`, signed by `key` itself, in a file beside it.
pub fn certify_for(host: &str, key: &Path) -> PathBuf {
    let certificate = key.with_extension("crt");
    let names = format!("-subj /CN={host} -addext subjectAltName=DNS:{host}");
    let request = format!("req -x509 -new -days 365 {names}");
    run(openssl(&request).arg("-key").arg(key).arg("-out").arg(&certificate));
    certificate
}

/// openssl with `arguments` that are separated by spaces; what may hold a space is added by the caller.
pub(crate) fn openssl(arguments: &str) -> Command {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' '));
    command
}
