//! `not-a-certificate`: the file of the certificate holds none that Logstash reads, or something else among them.

use std::ffi::OsStr;
use std::path::Path;

use super::case::Case;
use super::presented::Presented;
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::{CertificateLayout, Netty, UnreadByJdk, unread_by_jdk};
use crate::os::display::{escape, filled, quoted, shown};
use keyfile::certificate::{Error, Fault, Other};
use keyfile::file::{self, Cause, Foreign};
use keyfile::pem::{self, NotBase64};

pub(super) const NAME: &str = "not-a-certificate";

/// What there is to say of a file in which fixkey finds no certificate.
#[must_use]
pub fn of_error(path: &Path, error: &Error) -> Finding {
    let line = match error {
        Error::Broken(broken) => broken.line,
        Error::Other(_) | Error::Damaged => None,
    };
    let hint = match error {
        Error::Other(other) => with_paths(next_step(other), path),
        Error::Broken(_) | Error::Damaged => SENT_AGAIN.to_owned(),
    };
    let (severity, evidence) = match error {
        Error::Broken(error) if error.is_of_bytes_behind() => (Severity::Warning, BYTES_BEHIND),
        Error::Broken(error) if ends_as_another(error) => (Severity::Warning, ENDS_AS_ANOTHER),
        _ => (Severity::Error, EVIDENCE),
    };
    Finding::new(severity, NAME, error.to_string()).evidence(evidence).about(path, line).hint(hint)
}

const SENT_AGAIN: &str = "have the certificate sent again by who issued it";

/// What there is to say of what is wrong beside certificates, by Netty, where that is the reader.
pub(super) fn of_fault(
    path: &Path,
    fault: &Fault,
    is_netty: bool,
    netty: Option<Netty>,
) -> Finding {
    let (severity, evidence) =
        if is_netty { consequence(fault, netty) } else { (Severity::Warning, NOT_MEASURED) };
    let hint = match fault {
        Fault::Among { .. } => "take that block out of the file",
        Fault::Broken(_) => SENT_AGAIN,
    };
    let finding = Finding::new(severity, NAME, fault.to_string()).evidence(evidence);
    finding.about(path, fault.line()).hint(hint)
}

/// What Netty does about it, and how that is known.
fn consequence(fault: &Fault, netty: Option<Netty>) -> (Severity, &'static str) {
    match (fault, netty) {
        (Fault::Among { .. }, _) => (Severity::Error, AMONG),
        (Fault::Broken(error), _) if error.is_of_bytes_behind() => {
            (Severity::Warning, BYTES_BEHIND)
        }
        (Fault::Broken(error), _) if ends_as_another(error) => (Severity::Warning, ENDS_AS_ANOTHER),
        (Fault::Broken(error), _) if is_taken_for_a_block(error) => {
            (Severity::Error, PARTLY_REFUSED)
        }
        (Fault::Broken(_), Some(Netty::Before4_1_49 | Netty::Before4_1_79)) => {
            (Severity::Warning, PASSED_OVER)
        }
        (Fault::Broken(_), _) => (Severity::Error, PARTLY_BROKEN),
    }
}

const NOT_MEASURED: &str =
    "how the reader of this plugin takes such a file was not measured; Netty refuses some of them";

/// Whether Netty 4.1.48 sees a block there, broken as it is: one with markers, and base64 in between.
fn is_taken_for_a_block(error: &file::Error) -> bool {
    match &error.cause {
        Cause::Pem(pem::Error::Base64 { what, .. }) => {
            matches!(what, NotBase64::Padding | NotBase64::Length)
        }
        Cause::Pem(_) => false,
        Cause::Key(_) | Cause::Certificate(_) => true,
    }
}

/// Whether END has another label than BEGIN that is one of certificates too.
fn ends_as_another(error: &file::Error) -> bool {
    let labels = match &error.cause {
        Cause::Pem(pem::Error::EndDiffers { begin, end, .. }) => [begin, end],
        _ => return false,
    };
    labels.iter().all(|label| label.contains("CERTIFICATE"))
}

/// Source: `interop/tests/check.rs`, which loads such files in Debian's Netty.
const BYTES_BEHIND: &str = "Netty 4.1.48 loads it and passes over what follows (measured on JDK 17); of other releases that was not measured";

/// Source: what-logstash-loads.md, row `cert-trunc`; `interop/tests/check.rs`.
const PARTLY_REFUSED: &str = "Logstash refuses the whole file: \"File does not contain valid certificates\" (measured on Netty 4.1.48; such a block alone is refused by 4.1.17 and 4.1.118 too)";

/// Source: `interop/tests/check.rs`; what-logstash-loads.md, "Layout" of the truth table.
const ENDS_AS_ANOTHER: &str = "Netty 4.1.48 reads the block all the same (measured), and keys that end so load on Netty 4.1.17, 4.1.48 and 4.1.118";

/// Source: what-logstash-loads.md, row `cert-csr`; `interop/tests/check.rs`.
const AMONG: &str = "Logstash takes the block for a certificate and refuses the file: \"File does not contain valid certificates\" (measured on Netty 4.1.48; a request alone is refused by 4.1.17 and 4.1.118 too)";

/// Source: `interop/tests/check.rs`.
const PASSED_OVER: &str =
    "Logstash passes such a block over and shows the other certificates (measured on Netty 4.1.48)";

/// Source: what-logstash-loads.md, rows `cert-noend` and `cert-trunc`; `interop/tests/check.rs`.
const PARTLY_BROKEN: &str = "such a block alone is refused (measured on Netty 4.1.17, 4.1.48 and 4.1.118); beside others Netty 4.1.48 passes it over, and of later releases that was not measured";

/// What there is to say where the settings of key and certificate name each other's files.
pub(super) fn swapped(case: &Case<'_>) -> Option<Finding> {
    let (key, certificate) = (case.key.as_ref()?, case.certificate.as_ref()?);
    let path = &certificate.file?.located.path;
    let (its_name, key_name) = (&certificate.setting.name, &key.setting.name);
    let message =
        format!("{its_name} names a private key, and {key_name} a certificate: they are swapped");
    let hint = format!(
        "let {its_name} be {}, and {key_name} {}",
        shown(key.path.path()?),
        shown(certificate.path.path()?)
    );
    Some(
        Finding::new(Severity::Error, NAME, message)
            .evidence(EVIDENCE)
            .about(path, None)
            .hint(hint),
    )
}

/// Source: what-logstash-loads.md, rows `swapped`, `cert-empty`, `cert-noend`, `cert-trunc`, `cert-p7`, `cert-pub` and `cert-csr`.
const EVIDENCE: &str = "Logstash refuses such a file: \"File does not contain valid certificates\" (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";

/// A command with the path of the file, and another one for what it writes: one that redirects its output into
/// the file that it reads would empty it.
fn with_paths(command: &str, path: &Path) -> String {
    let name = path.file_name().filter(|name| *name != "-").unwrap_or(OsStr::new("our"));
    let mut new = name.to_owned();
    new.push(".pem");
    let new = path.with_file_name(new);
    filled(command, &[("{path}", &quoted(path)), ("{new}", &quoted(&new))])
}

fn next_step(other: &Other) -> &'static str {
    match other {
        Other::PrivateKey => {
            "name the file whose first line is -----BEGIN CERTIFICATE-----; the key belongs to the setting of the key"
        }
        Other::Foreign(Foreign::Pkcs7) => {
            "openssl pkcs7 -in {path} -print_certs -out {new} (with -inform DER for a binary file), and name that file"
        }
        Other::Foreign(Foreign::Pkcs12) => {
            "openssl pkcs12 -in {path} -nokeys -out {new} (OpenSSL 3 needs -legacy for an old file), and name that file"
        }
        Other::Foreign(Foreign::JavaKeystore) => {
            "keytool -exportcert -rfc -keystore {path} -alias NAME -file {new}, and name that file"
        }
        Other::Foreign(Foreign::Base64Pem) => "base64 -d {path} > {new}, and name that file",
        Other::Foreign(Foreign::Secret) => {
            "kubectl get secret NAME -o 'jsonpath={.data.tls\\.crt}' | base64 -d > {new}, and name that file"
        }
        Other::Foreign(Foreign::CertificateRequest) => {
            "name the certificate that the authority made of this request"
        }
        Other::Foreign(Foreign::Empty | Foreign::Blank) => {
            "restore the certificate from a backup: a failed `openssl … -out` leaves a file of 0 bytes"
        }
        _ => "name the file whose first line is -----BEGIN CERTIFICATE-----",
    }
}

/// What there is to say of a certificate in a layout that some Netty does not read; `None` where the
/// Netty at hand reads it. Without a known Netty it is enough that the newest refuses it.
#[must_use]
pub fn of_layout(path: &Path, layout: &CertificateLayout, netty: Option<Netty>) -> Option<Finding> {
    if layout.loads(netty.unwrap_or(Netty::From4_1_79)) {
        return None;
    }
    let message = format!("the certificate {}", layout.what);
    let hint = with_paths(layout.next_step, path);
    let then = if layout.next_step.contains("{new}") { "; then name that file here" } else { "" };
    Some(
        Finding::new(Severity::Error, NAME, message)
            .evidence(layout.evidence)
            .about(path, None)
            .hint(hint + then),
    )
}

/// What there is to say of certificates whose public key the JDK does not read.
pub(super) fn of_unread_key(presented: &Presented<'_>) -> Vec<Finding> {
    let unread =
        presented.chain.iter().find_map(|one| Some((one, unread_by_jdk(&one.public_key)?)));
    let finding = unread.map(|(one, why)| {
        let (what, said, step) = match why {
            UnreadByJdk::ExplicitParameters => (
                "states the numbers of its curve, not its name",
                "Only named ECParameters supported",
                "with the curve by name: openssl ec -in KEY -param_enc named_curve -out NEW.key",
            ),
            UnreadByJdk::NotUncompressed => (
                "holds a compressed point",
                "Only uncompressed point format supported",
                "for the key with an uncompressed point: openssl ec -in KEY -conv_form uncompressed -out NEW.key",
            ),
            UnreadByJdk::Sm2 => (
                "is for a key on the curve SM2",
                "Unknown named curve: 1.2.156.10197.1.301",
                "for another key: openssl genpkey -algorithm EC -pkeyopt group:P-256 -out NEW.key",
            ),
        };
        let message = format!("the certificate \"{}\" {what}, so that Java does not read it", escape(&one.subject));
        Finding::new(Severity::Error, NAME, message)
            .evidence(format!("Logstash refuses it: \"{said}\" (measured on Netty 4.1.48 and 4.1.118; 4.1.17 refuses it too)"))
            .hint(format!("have the certificate issued anew, {step}"))
    });
    finding.into_iter().collect()
}
