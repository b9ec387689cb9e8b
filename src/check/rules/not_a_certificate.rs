//! `not-a-certificate`: the certificate file holds no certificate that Logstash reads, or something else besides.

use std::path::Path;

use super::case::Named;
use super::presented::{CertificateFile, NotLoaded, TrustReader, USE_NEW_FILE};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::{Hint, unused_beside};
use crate::logstash::readers::{
    CertificateLayout, Judgement, NO_CERTIFICATE, NextStep, UnreadByGo, UnreadByJdk, Verdict,
    judge_no_certificate,
};
use crate::os::display::{escape, filled, quoted};
use crate::os::view;
use keyfile::certificate::{Certificate, Error, Fault, Other, Violation};
use keyfile::file::Foreign;

pub(super) const RULE: Rule = Rule {
    name: "not-a-certificate",
    summary: "Logstash cannot load the certificate file, or the file holds something else as well",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "where Netty still loads the certificates, or the plugin was not measured",
    )],
    of_shippers: true,
    page: include_str!("../../../docs/rules/not-a-certificate.md"),
    check: Check::CertificateFile(check),
    ..Rule::DEFAULT
};

fn check(file: &CertificateFile<'_>) -> Vec<Finding> {
    let fault = file.fault.map(|(fault, judged)| of_fault(file.path, fault, judged));
    let cause = file.loaded.as_ref().err().and_then(|cause| of_cause(file.path, cause));
    let found = fault.into_iter().chain(cause);
    match file.authorities {
        None => found.collect(),
        Some(reader) => found.map(|one| of_authorities(one, reader)).collect(),
    }
}

fn of_cause(path: &Path, cause: &NotLoaded<'_>) -> Option<Finding> {
    Some(match cause {
        NotLoaded::Swapped { key, certificate } => swapped(path, key, certificate),
        NotLoaded::NoCertificate(error) => of_error(path, error),
        NotLoaded::NotAFile(error) => not_a_file(path, error),
        NotLoaded::Beside(what, line) => of_something_beside(path, what, *line),
        NotLoaded::Layout(layout) => of_layout(path, layout),
        NotLoaded::NotForBeats => not_for_beats(path),
        NotLoaded::Unread(certificate, why) => of_unread(path, certificate, why),
        NotLoaded::UnreadByGo(certificate, why) => of_unread_by_go(path, certificate, why),
        NotLoaded::Fault => return None,
    })
}

/// Reports a file in which fixkey finds no certificate.
fn of_error(path: &Path, error: &Error) -> Finding {
    let (line, hints) = match error {
        Error::Other(other) => (None, next_steps(other, path)),
        Error::Broken(broken) => (broken.line, vec![Hint::action(SENT_AGAIN)]),
        Error::Damaged => (None, vec![Hint::action(SENT_AGAIN)]),
    };
    let found = judge_no_certificate(error);
    Finding::new(severity(found), RULE.name, error.to_string())
        .evidence(found.evidence)
        .about(path, line)
        .hints(hints)
}

/// Judges a finding again for a file of authorities, which has another reader.
fn of_authorities(finding: Finding, reader: TrustReader) -> Finding {
    let (severity, evidence) = match reader {
        TrustReader::Java => (Severity::Error, OF_AUTHORITIES),
        TrustReader::Beats => (Severity::Error, OF_SHIPPER),
        TrustReader::Other => (Severity::Warning, AUTHORITIES_NOT_MEASURED),
    };
    Finding { severity, ..finding }.evidence(evidence)
}

/// Source: `tests/suite/certificates/jdk.rs`; logstash-plugins/logstash-output-elasticsearch issue 929.
const OF_AUTHORITIES: &str =
    "Java loads no certificate of such a file, or none at all is in it (measured on JDK 17)";

/// Source: docs/what-shippers-load.md §3.3.
const OF_SHIPPER: &str =
    "Beats refuse a file without a certificate that they can read (measured with Go)";

const AUTHORITIES_NOT_MEASURED: &str =
    "how the reader of this plugin takes such a file was not measured; Java refuses it";

fn not_a_file(path: &Path, error: &view::Error) -> Finding {
    Finding::new(Severity::Error, RULE.name, format!("this is not a certificate file: {error}"))
        .evidence(NO_CERTIFICATE)
        .about(path, None)
        .action("point the setting to the file of the certificate")
}

/// Reports other content in a file of authorities, of which Java takes every block for a certificate.
fn of_something_beside(path: &Path, what: &Other, line: Option<usize>) -> Finding {
    let message =
        format!("the file also holds {}, which Java takes for a certificate", what.name());
    let copied =
        "openssl crl2pkcs7 -nocrl -certfile {path} | openssl pkcs7 -print_certs -out {new}";
    Finding::new(Severity::Error, RULE.name, message)
        .about(path, line)
        .hints(rewritten(copied, path).into())
}

const SENT_AGAIN: &str = "get the certificate again from its issuer";

/// Reports a fault besides the certificates of a file.
fn of_fault(path: &Path, fault: &Fault, found: Judgement) -> Finding {
    let hint = match fault {
        Fault::Among { .. } => "remove that block from the file",
        Fault::Broken(_) => SENT_AGAIN,
    };
    Finding::new(severity(found), RULE.name, fault.to_string())
        .evidence(found.evidence)
        .about(path, fault.line())
        .action(hint)
}

fn severity(found: Judgement) -> Severity {
    if found.verdict == Verdict::Refuses { Severity::Error } else { Severity::Warning }
}

/// Reports key and certificate settings that point to each other's files.
fn swapped(path: &Path, key: &Named<'_>, certificate: &Named<'_>) -> Finding {
    let (its_name, key_name) = (&certificate.setting.name, &key.setting.name);
    let message =
        format!("{its_name} points to a private key, and {key_name} points to a certificate");
    let hint =
        format!("set {its_name} to {} and {key_name} to {}", key.shown(), certificate.shown());
    Finding::new(Severity::Error, RULE.name, message)
        .evidence(NO_CERTIFICATE)
        .about(path, None)
        .action(hint)
}

/// Returns a command that writes a certificate file as Logstash reads it, and the action that follows it. `command` has
/// `{path}` for the file and `{new}` for the new one.
fn rewritten(command: &str, path: &Path) -> [Hint; 2] {
    let new = unused_beside(path, "pem");
    let values = [("{path}", quoted(path)), ("{new}", quoted(&new))];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    [Hint::Command(filled(command, &values)), Hint::action(USE_NEW_FILE)]
}

/// Returns the same for a command in which the operator has to fill in a name.
fn with_name(command: &str, path: &Path) -> Vec<Hint> {
    let [command, then] = rewritten(command, path);
    vec![Hint::Action(format!("extract the certificate with: {}", command.text())), then]
}

const A_CERTIFICATE: &str =
    "point the setting to a file that begins with -----BEGIN CERTIFICATE-----";

fn next_steps(other: &Other, path: &Path) -> Vec<Hint> {
    let with_action =
        |[command, then]: [Hint; 2], action: &str| vec![command, Hint::action(action), then];
    match other {
        Other::Foreign(Foreign::Pkcs7) => with_action(
            rewritten("openssl pkcs7 -in {path} -print_certs -out {new}", path),
            "if the file is binary, add -inform DER",
        ),
        Other::Foreign(Foreign::Pkcs12) => with_action(
            rewritten("openssl pkcs12 -in {path} -nokeys -out {new}", path),
            "if OpenSSL 3 reports an unsupported algorithm, add -legacy",
        ),
        Other::Foreign(Foreign::JavaKeystore) => {
            with_name("keytool -exportcert -rfc -keystore {path} -alias NAME -file {new}", path)
        }
        Other::Foreign(Foreign::Base64Pem) => rewritten("base64 -d {path} > {new}", path).into(),
        Other::Foreign(Foreign::Secret) => with_name(
            "kubectl get secret NAME -o 'jsonpath={.data.tls\\.crt}' | base64 -d > {new}",
            path,
        ),
        Other::Foreign(Foreign::CertificateRequest) => {
            vec![Hint::action("use the certificate that the CA issued for this request")]
        }
        Other::Foreign(Foreign::Empty | Foreign::Blank) => vec![Hint::action(
            "restore the certificate from a backup (a failed openssl -out leaves an empty file)",
        )],
        _ => vec![Hint::action(A_CERTIFICATE)],
    }
}

/// Reports certificates in a layout that their reader does not read.
fn of_layout(path: &Path, layout: &CertificateLayout) -> Finding {
    let message = format!("Logstash finds no certificate here: the certificate {}", layout.what);
    let hints = match layout.next_step {
        NextStep::Command(command) => rewritten(command, path).into(),
        NextStep::Action(action) => vec![Hint::action(action)],
    };
    Finding::new(Severity::Error, RULE.name, message)
        .evidence(layout.evidence)
        .about(path, None)
        .hints(hints)
}

/// Reports a file in which Beats find no certificate, though it has one.
fn not_for_beats(path: &Path) -> Finding {
    let message = "Beats find no certificate here: no line is -----BEGIN CERTIFICATE-----";
    let finding = Finding::new(Severity::Error, RULE.name, message).evidence(OF_SHIPPER);
    finding.about(path, None).hints(rewritten("openssl x509 -in {path} -out {new}", path).into())
}

/// The JDK does not read a certificate.
fn of_unread(path: &Path, certificate: &Certificate, why: &UnreadByJdk<'_>) -> Finding {
    let (what, said, action) = match why {
        UnreadByJdk::ExplicitParameters => (
            "has explicit curve parameters".to_owned(),
            "Only named ECParameters supported",
            "get a new certificate with the name of the curve",
        ),
        UnreadByJdk::NotUncompressed => (
            "has a compressed point".to_owned(),
            "Only uncompressed point format supported",
            "get a new certificate for the key with an uncompressed point",
        ),
        UnreadByJdk::Sm2 => (
            "is for a key on the curve SM2".to_owned(),
            "Unknown named curve: 1.2.156.10197.1.301",
            "get a new certificate for another key",
        ),
        UnreadByJdk::LongExponent => (
            "has an RSA key over 3072 bits with a public exponent over 64 bits".to_owned(),
            "RSA exponents can be no longer than 64 bits if modulus is greater than 3072 bits",
            "get a new certificate for another key",
        ),
        UnreadByJdk::Violation(violation) => {
            (violation.to_string(), said(violation), WITHOUT_DEFECT)
        }
    };
    let subject = escape(&certificate.subject);
    let message = format!("the certificate \"{subject}\" {what}, so Java cannot read it");
    let measured = match why {
        UnreadByJdk::Violation(_) => "measured on JDK 17, with which Netty reads certificates",
        _ => "measured on Netty 4.1.48 and 4.1.118; 4.1.17 refuses it too",
    };
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .evidence(format!("Logstash refuses it: \"{said}\" ({measured})"))
        .about(path, certificate.line);
    let command = new_key(why).map(|command| format!("create the key for it with: {command}"));
    finding.hints(command.map(Hint::Action).into_iter().collect()).action(action)
}

/// Go does not read a certificate of a shipper.
fn of_unread_by_go(path: &Path, certificate: &Certificate, why: &UnreadByGo<'_>) -> Finding {
    let subject = escape(&certificate.subject);
    let message = format!("the certificate \"{subject}\" {why}, so Beats cannot read it");
    Finding::new(Severity::Error, RULE.name, message)
        .about(path, certificate.line)
        .action(WITHOUT_DEFECT)
}

const WITHOUT_DEFECT: &str = "get a new certificate without this defect";

/// What Java says of a violation. Source: [`UnreadByJdk::Violation`].
fn said(violation: &Violation) -> &'static str {
    match violation {
        Violation::EmptySerial => "Invalid encoding: zero length Int value",
        Violation::EmptyIssuer => "Empty issuer DN not allowed in X509Certificates",
        Violation::EmptySubject => "X.509 Certificate is incomplete: subject field is empty",
        Violation::Version(1) => "no more data allowed for version 1 certificate",
        Violation::Version(_) => "Extensions not allowed in v2 certificate",
        Violation::SignatureAlgorithms => "Signature algorithm mismatch",
        Violation::ExtensionTwice(_) => "Duplicate extensions not allowed",
        // What follows depends on the extension.
        Violation::CriticalExtension(_) => "CertificateParsingException: java.io.IOException",
    }
}

/// Returns the command that creates a key whose certificate the JDK reads.
fn new_key(why: &UnreadByJdk<'_>) -> Option<&'static str> {
    Some(match why {
        UnreadByJdk::ExplicitParameters => "openssl ec -in KEY -param_enc named_curve -out NEW.key",
        UnreadByJdk::NotUncompressed => "openssl ec -in KEY -conv_form uncompressed -out NEW.key",
        UnreadByJdk::Sm2 => "openssl genpkey -algorithm EC -pkeyopt group:P-256 -out NEW.key",
        UnreadByJdk::LongExponent => {
            "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out NEW.key"
        }
        UnreadByJdk::Violation(_) => return None,
    })
}
