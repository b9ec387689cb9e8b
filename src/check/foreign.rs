//! The next steps for a file that is mistaken for a private key.

use std::path::Path;

use keyfile::Foreign;

use crate::check::hint::{Hint, converted, unused_beside};
use crate::os::display::{filled, quoted};

/// The next step for a file that belongs to a key but is not one.
pub const NOT_THE_KEY: &str = "use the file that the key setting points to; if it is this file, the settings of key and certificate may be swapped";

const RESTORE: Step =
    Action("restore the key from a backup (a failed openssl -out leaves an empty file)");

use Step::{Action, Command};

/// A hint with `{path}` for the file, `{new}` for the converted key, and `{temporary}` and `{keystore}` for files that
/// do not exist yet.
enum Step {
    Command(&'static str),
    Action(&'static str),
}

/// What to do next.
const NEXT_STEPS: &[(Foreign, &[Step])] = &[
    (Foreign::Empty, &[RESTORE]),
    (Foreign::Blank, &[RESTORE]),
    (
        Foreign::CertificateRequest,
        &[Action(
            "use the key file that was created with the request (-keyout or -key of openssl req)",
        )],
    ),
    (Foreign::PublicKey, &[Action(NOT_THE_KEY)]),
    (Foreign::SshPublicKey, &[Action(NOT_THE_KEY)]),
    (Foreign::Pkcs7, &[Action(NOT_THE_KEY)]),
    (
        Foreign::Pkcs12,
        &[
            Command("openssl pkcs12 -in {path} -nocerts -nodes | fixkey - -o {new}"),
            Action("if OpenSSL 3 reports an unsupported algorithm, add -legacy to openssl pkcs12"),
        ],
    ),
    (
        Foreign::Pkcs12Text,
        &[
            Command(
                "sed '/^-----/d' {path} | base64 -d > {keystore} && openssl pkcs12 -in {keystore} -nocerts -nodes | fixkey - -o {new}; rm -f {keystore}",
            ),
            Action("if OpenSSL 3 reports an unsupported algorithm, add -legacy to openssl pkcs12"),
        ],
    ),
    (
        Foreign::JavaKeystore,
        &[Command(
            "keytool -importkeystore -srckeystore {path} -destkeystore {keystore} -deststoretype PKCS12 && openssl pkcs12 -in {keystore} -nocerts -nodes | fixkey - -o {new}",
        )],
    ),
    (
        Foreign::OpenSshKey,
        &[Command(
            "install -m 600 {path} {temporary} && ssh-keygen -p -m PKCS8 -N '' -f {temporary} && fixkey {temporary} -o {new}; rm -f {temporary}",
        )],
    ),
    (
        Foreign::OpenSshEd25519Key,
        &[Action(
            "create a new RSA or EC key and get a certificate for it: ssh-keygen cannot convert Ed25519 to PKCS#8",
        )],
    ),
    (
        Foreign::PuttyKey,
        &[Command(
            "puttygen {path} -O private-openssh -o {temporary} && fixkey {temporary} -o {new}; rm -f {temporary}",
        )],
    ),
    (
        Foreign::SshComKey,
        &[
            Command("ssh-keygen -i -f {path} | fixkey - -o {new}"),
            Action(
                "if the key is encrypted, run: puttygen {path} -O private-openssh -o {temporary} && fixkey {temporary} -o {new}; rm -f {temporary}",
            ),
        ],
    ),
    (Foreign::Pvk, &[Command("openssl rsa -inform PVK -in {path} | fixkey - -o {new}")]),
    (Foreign::Msblob, &[Command("openssl rsa -inform MSBLOB -in {path} | fixkey - -o {new}")]),
    (Foreign::DotNetXml, &[Action("export the key as PEM from the program that created the XML")]),
    (Foreign::Zip, &[Command("unzip {path}")]),
    (Foreign::Gzip, &[Command("gzip -dc {path} | fixkey - -o {new}")]),
    (Foreign::Tar, &[Command("tar -xf {path}")]),
    (Foreign::Jwk, &[Action("export the key as PEM from the program that created the JSON")]),
    (Foreign::Crl, &[Action(NOT_THE_KEY)]),
    (Foreign::DhParameters, &[Action(NOT_THE_KEY)]),
    (Foreign::Pgp, &[Action(NOT_THE_KEY)]),
    (Foreign::Sops, &[Command("sops -d {path} | fixkey - -o {new}")]),
    (
        Foreign::AnsibleVault,
        &[Command("ansible-vault decrypt --output - {path} | fixkey - -o {new}")],
    ),
    (Foreign::GitCrypt, &[Command("git-crypt unlock")]),
    (Foreign::LfsPointer, &[Command("git lfs pull --include {path}")]),
    (Foreign::BareBase64, &[Command("base64 -d {path} | fixkey - -o {new}")]),
    (Foreign::Base64Pem, &[Command("base64 -d {path} | fixkey - -o {new}")]),
    (
        Foreign::Secret,
        &[Action(
            "extract the key with: kubectl get secret NAME -o 'jsonpath={.data.tls\\.key}' | base64 -d | fixkey - -o {new}",
        )],
    ),
];

/// Returns what to do next with the file at `path`; nothing for other formats.
#[must_use]
pub fn next_steps(foreign: &Foreign, path: &Path) -> Vec<Hint> {
    let steps = NEXT_STEPS.iter().find(|(known, _)| known == foreign).map_or(&[][..], |row| row.1);
    let is_piped = path.as_os_str() == "-";
    let new = quoted(&converted(path));
    let temporary = quoted(&unused_beside(path, "pem"));
    let keystore = quoted(&unused_beside(path, "p12"));
    let values = [
        ("{path}", quoted(path)),
        ("{new}", new),
        ("{temporary}", temporary),
        ("{keystore}", keystore),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let hint = |step: &Step| match step {
        Command(text) if is_piped && text.contains("{path}") => {
            Hint::action("save the input to a file and run fixkey on that file")
        }
        Command(text) => Hint::Command(filled(text, &values)),
        Action(text) => Hint::Action(filled(text, &values)),
    };
    steps.iter().map(hint).collect()
}
