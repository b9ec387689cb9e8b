//! `not-a-certificate`: the file of the certificate holds none that Logstash reads, or something else among them.

use std::ffi::OsStr;
use std::path::Path;

use super::case::Named;
use super::presented::{CertificateFile, NotLoaded};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::{
    CertificateLayout, Judgement, NO_CERTIFICATE, UnreadByJdk, Verdict, judge_no_certificate,
};
use crate::os::display::{escape, filled, quoted};
use keyfile::certificate::{Certificate, Error, Fault, Other};
use keyfile::file::Foreign;

pub(super) const RULE: Rule = Rule {
    name: "not-a-certificate",
    summary: "Logstash cannot load the certificate file, or the file holds something else as well",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "where Netty still loads the certificates, or the plugin was not measured",
    )],
    page: include_str!("../../../docs/rules/not-a-certificate.md"),
    check: Check::CertificateFile(check),
    ..Rule::DEFAULT
};

fn check(file: &CertificateFile<'_>) -> Vec<Finding> {
    let fault = file.fault.map(|(fault, judged)| of_fault(file.path, fault, judged));
    let cause = file.loaded.as_ref().err().and_then(|cause| of_cause(file.path, cause));
    fault.into_iter().chain(cause).collect()
}

fn of_cause(path: &Path, cause: &NotLoaded<'_>) -> Option<Finding> {
    Some(match cause {
        NotLoaded::Swapped { key, certificate } => swapped(path, key, certificate),
        NotLoaded::NoCertificate(error) => of_error(path, error),
        NotLoaded::Layout(layout) => of_layout(path, layout),
        NotLoaded::PublicKey(certificate, why) => of_unread_key(path, certificate, *why),
        NotLoaded::Fault => return None,
    })
}

/// What is wrong with a file in which fixkey finds no certificate.
fn of_error(path: &Path, error: &Error) -> Finding {
    let (line, hint) = match error {
        Error::Other(other) => (None, with_paths(next_step(other), path)),
        Error::Broken(broken) => (broken.line, SENT_AGAIN.to_owned()),
        Error::Damaged => (None, SENT_AGAIN.to_owned()),
    };
    let found = judge_no_certificate(error);
    Finding::new(severity(found), RULE.name, error.to_string())
        .evidence(found.evidence)
        .about(path, line)
        .hint(hint)
}

const SENT_AGAIN: &str = "have the certificate sent again by who issued it";

/// What is wrong beside the certificates of a file.
fn of_fault(path: &Path, fault: &Fault, found: Judgement) -> Finding {
    let hint = match fault {
        Fault::Among { .. } => "take that block out of the file",
        Fault::Broken(_) => SENT_AGAIN,
    };
    Finding::new(severity(found), RULE.name, fault.to_string())
        .evidence(found.evidence)
        .about(path, fault.line())
        .hint(hint)
}

fn severity(found: Judgement) -> Severity {
    if found.verdict == Verdict::Refuses { Severity::Error } else { Severity::Warning }
}

/// The settings of key and certificate name each other's files.
fn swapped(path: &Path, key: &Named<'_>, certificate: &Named<'_>) -> Finding {
    let (its_name, key_name) = (&certificate.setting.name, &key.setting.name);
    let message =
        format!("{its_name} names a private key, and {key_name} a certificate: they are swapped");
    let hint = format!("let {its_name} be {}, and {key_name} {}", key.shown(), certificate.shown());
    Finding::new(Severity::Error, RULE.name, message)
        .evidence(NO_CERTIFICATE)
        .about(path, None)
        .hint(hint)
}

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

/// The certificates are in a layout that their reader does not read.
fn of_layout(path: &Path, layout: &CertificateLayout) -> Finding {
    let message = format!("the certificate {}", layout.what);
    let hint = with_paths(layout.next_step, path);
    let then = if layout.next_step.contains("{new}") { "; then name that file here" } else { "" };
    Finding::new(Severity::Error, RULE.name, message)
        .evidence(layout.evidence)
        .about(path, None)
        .hint(hint + then)
}

/// The JDK does not read the public key of a certificate.
fn of_unread_key(path: &Path, certificate: &Certificate, why: UnreadByJdk) -> Finding {
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
    let subject = escape(&certificate.subject);
    let message = format!("the certificate \"{subject}\" {what}, so that Java does not read it");
    let evidence = format!(
        "Logstash refuses it: \"{said}\" (measured on Netty 4.1.48 and 4.1.118; 4.1.17 refuses it too)"
    );
    Finding::new(Severity::Error, RULE.name, message)
        .evidence(evidence)
        .about(path, certificate.line)
        .hint(format!("have the certificate issued anew, {step}"))
}
