//! Which certificates the JDK does not read, against the JDK itself.

use std::fs;
use std::process::Command;

use base64ct::{Base64, Encoding as _};
use fixkey::logstash::readers::unread_by_jdk;
use keyfile::ber::Element;

use super::common::{Sandbox, fixtures, has_peers};
use super::read;

/// Says for each file whether the JDK's factory, which Netty asks, reads the certificates in it.
const JAVA: &str = r#"
class Reads {
    public static void main(String[] paths) throws Exception {
        var factory = java.security.cert.CertificateFactory.getInstance("X.509");
        for (String path : paths) {
            try (var stream = new java.io.FileInputStream(path)) {
                factory.generateCertificates(stream);
                System.out.println("reads");
            } catch (java.security.cert.CertificateException error) {
                System.out.println(error);
            }
        }
    }
}
"#;

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let header = match length {
        [0, short @ 0..0x80] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&header, content].concat()
}

/// The fields of a sound certificate: version, serial number, algorithm, issuer, validity, subject, key, extensions;
/// and what follows them: the algorithm again, and the signature.
struct Fields {
    signed: Vec<Vec<u8>>,
    algorithm: Vec<u8>,
    signature: Vec<u8>,
}

impl Fields {
    fn of_a_sound_certificate() -> Self {
        let bytes = fs::read(fixtures().join("rsa2048.crt.der")).unwrap();
        let all = Element::only(&bytes).unwrap().children().unwrap();
        let [signed, algorithm, signature] = all[..] else { panic!() };
        let signed = signed.children().unwrap().iter().map(|field| field.whole.to_vec()).collect();
        Self { signed, algorithm: algorithm.whole.to_vec(), signature: signature.whole.to_vec() }
    }

    fn with(mut self, field: usize, content: Vec<u8>) -> Self {
        self.signed[field] = content;
        self
    }

    fn with_extensions(self, extensions: &[Vec<u8>]) -> Self {
        self.with(7, der(0xa3, &der(0x30, &extensions.concat())))
    }

    fn with_algorithm(self, algorithm: Vec<u8>) -> Self {
        Self { algorithm, ..self }
    }

    fn pem(&self) -> String {
        let signed = der(0x30, &self.signed.concat());
        let whole = der(0x30, &[&signed[..], &self.algorithm, &self.signature].concat());
        let body = Base64::encode_string(&whole);
        let lines: Vec<&str> =
            body.as_bytes().chunks(64).map(|it| str::from_utf8(it).unwrap()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }
}

/// An extension beneath `id-ce`, 2.5.29.
fn extension(arc: u8, is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[1, 1, 0xff] } else { &[] };
    der(0x30, &[&der(6, &[0x55, 0x1d, arc]), critical, &der(4, value)].concat())
}

fn variants() -> Vec<(String, Fields)> {
    let sound = Fields::of_a_sound_certificate;
    let version = |number: u8| der(0xa0, &der(2, &[number]));
    let without = |field: usize| sound().with(field, Vec::new());
    let empty = || der(0x30, &[]);
    let names = der(0x30, &der(0x82, b"logstash.example"));
    let algorithm = |last: u8| {
        let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, last];
        der(0x30, &[der(6, &oid), der(5, &[])].concat())
    };
    let bare = {
        let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
        der(0x30, &der(6, &oid))
    };
    let usage = extension(15, true, &[3, 2, 5, 0xa0]);
    let mut variants = vec![
        ("sound", sound()),
        ("no serial number", sound().with(1, der(2, &[]))),
        ("a negative serial number", sound().with(1, der(2, &[0xff]))),
        ("version 1 with extensions", without(0)),
        ("version 1", without(0).with(7, Vec::new())),
        ("version 1 with an identifier", without(0).with(7, der(0x81, &[0, 1]))),
        ("version 2 with extensions", sound().with(0, version(1))),
        ("version 2 with an identifier", sound().with(0, version(1)).with(7, der(0x81, &[0, 1]))),
        ("version 4 with extensions", sound().with(0, version(3))),
        ("version 4", sound().with(0, version(3)).with(7, Vec::new())),
        ("no issuer", sound().with(3, empty())),
        ("no subject, no extension", sound().with(5, empty()).with(7, Vec::new())),
        ("no subject, no names", sound().with(5, empty()).with_extensions(&[usage])),
        (
            "no subject, names",
            sound().with(5, empty()).with_extensions(&[extension(17, false, &names)]),
        ),
        (
            "no subject, critical names",
            sound().with(5, empty()).with_extensions(&[extension(17, true, &names)]),
        ),
        ("another algorithm", sound().with_algorithm(algorithm(12))),
        ("the same algorithm without NULL", sound().with_algorithm(bare)),
        ("an unknown extension twice", {
            let unknown = extension(99, false, &[5, 0]);
            sound().with_extensions(&[unknown.clone(), unknown])
        }),
        ("no names in critical names", sound().with_extensions(&[extension(17, true, &empty())])),
        (
            "an empty critical basicConstraints",
            sound().with_extensions(&[extension(19, true, &empty())]),
        ),
        ("bytes behind a critical keyUsage", {
            sound().with_extensions(&[extension(15, true, &[3, 2, 5, 0xa0, 0, 0])])
        }),
    ];
    let known = [14, 15, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 54, 99];
    let mut all: Vec<(String, Fields)> =
        variants.drain(..).map(|(name, fields)| (name.to_owned(), fields)).collect();
    for (is_critical, arc) in [true, false].into_iter().flat_map(|it| known.map(|arc| (it, arc))) {
        for garbage in [&[1, 1, 0xff][..], b"\x30\x05xx", b""] {
            let garbled = sound().with_extensions(&[extension(arc, is_critical, garbage)]);
            all.push((format!("2.5.29.{arc}, critical: {is_critical}, {garbage:x?}"), garbled));
        }
    }
    all
}

#[test]
fn what_the_jdk_does_not_read_is_known() {
    if !has_peers(&["java"]) {
        return;
    }
    let sandbox = Sandbox::empty();
    let variants = variants();
    let paths: Vec<_> = (0..variants.len()).map(|at| sandbox.0.join(format!("{at}.crt"))).collect();
    for ((_, fields), path) in variants.iter().zip(&paths) {
        fs::write(path, fields.pem()).unwrap();
    }
    let said = said(&paths);
    let mut wrong = Vec::new();
    for (((name, _), path), said) in variants.iter().zip(&paths).zip(&said) {
        let read = read(path);
        let found = read.as_ref().map(|chain| unread_by_jdk(&chain.leaf));
        let reads = matches!(found, Ok(None));
        if reads != (said == "reads") {
            wrong.push(format!("{name}: {said}, found {:?}", found.map_err(ToString::to_string)));
        }
    }
    assert_eq!(said.len(), variants.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Shakes hands with a server that has the key and the certificate of two files, over TLS 1.2 and TLS 1.3.
const HANDSHAKES: &str = r#"
import java.nio.file.*;
import java.security.*;
import javax.net.ssl.*;

class Handshakes {
    static byte[] der(String path) throws Exception {
        var text = Files.readString(Path.of(path)).replaceAll("-----[^-]*-----|\\s", "");
        return java.util.Base64.getDecoder().decode(text);
    }

    public static void main(String[] arguments) throws Exception {
        var spec = new java.security.spec.PKCS8EncodedKeySpec(der(arguments[1]));
        var key = KeyFactory.getInstance(arguments[0]).generatePrivate(spec);
        var stream = new java.io.ByteArrayInputStream(der(arguments[2]));
        var certificate = java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(stream);
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("k", key, new char[0], new java.security.cert.Certificate[] { certificate });
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("c", certificate);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        var server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
        for (String version : new String[] { "TLSv1.2", "TLSv1.3" }) {
            var client = (SSLSocket) context.getSocketFactory().createSocket("localhost", server.getLocalPort());
            client.setEnabledProtocols(new String[] { version });
            var other = new Thread(() -> {
                try {
                    client.startHandshake();
                } catch (Exception error) {
                    // The server says why.
                }
            });
            other.start();
            try (var accepted = (SSLSocket) server.accept()) {
                accepted.startHandshake();
                System.out.println("works");
            } catch (SSLException error) {
                System.out.println(error.getMessage());
            }
            other.join();
        }
    }
}
"#;

#[test]
fn a_key_and_a_certificate_shake_hands_only_if_both_are_for_rsa_pss_or_neither() {
    if !has_peers(&["java"]) {
        return;
    }
    let sandbox = Sandbox::empty();
    let program = sandbox.0.join("Handshakes.java");
    fs::write(&program, HANDSHAKES).unwrap();
    let fails = "no cipher suites in common\nNo available authentication scheme\n";
    for (algorithm, key, certificate, outcome) in [
        ("RSA", "rsa2048-pkcs8.pem", "rsa2048.crt", "works\nworks\n"),
        ("RSASSA-PSS", "rsapss2048-pkcs8.pem", "rsapss2048.crt", "works\nworks\n"),
        ("RSA", "rsa2048-pkcs8.pem", "rsa2048-for-rsapss.crt", fails),
        ("RSASSA-PSS", "rsapss2048-pkcs8.pem", "rsapss2048-for-rsa.crt", fails),
    ] {
        let mut java = Command::new("java");
        java.arg(&program).arg(algorithm).args([key, certificate].map(|it| fixtures().join(it)));
        let output = java.output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), outcome, "{certificate}: {output:?}");
    }
}

/// What the JDK says of each file of certificates, in this order.
fn said(paths: &[std::path::PathBuf]) -> Vec<String> {
    let sandbox = Sandbox::empty();
    let program = sandbox.0.join("Reads.java");
    fs::write(&program, JAVA).unwrap();
    let output = Command::new("java").arg(&program).args(paths).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_jdk_takes_every_block_of_a_file_of_authorities_for_a_certificate() {
    if !has_peers(&["java"]) {
        return;
    }
    let sandbox = Sandbox::empty();
    let read = |name: &str| fs::read(fixtures().join(name)).unwrap();
    let behind = [read("p256-ca.crt"), read("rsa2048-pkcs8.pem")].concat();
    let files = [
        ("reads", read("p256-ca.crt")),
        ("reads", read("layout-certificate-text-around.crt")),
        // No certificate at all.
        ("reads", Vec::new()),
        ("signed fields invalid", read("rsa2048-key-and-certificate.crt")),
        ("signed fields invalid", behind),
        ("DerValue.getOID, not an OID", read("rsa2048-then-request.crt")),
        ("Incomplete data", read("rsa2048-then-unterminated.crt")),
    ];
    let path = |at: usize| sandbox.0.join(format!("{at}.crt"));
    for (at, (_, bytes)) in files.iter().enumerate() {
        fs::write(path(at), bytes).unwrap();
    }
    let paths: Vec<_> = (0..files.len()).map(path).collect();
    let said = said(&paths);
    assert_eq!(said.len(), files.len());
    for ((expected, _), said) in files.iter().zip(said) {
        assert!(said.contains(expected), "{said}, not {expected}");
    }
}

/// Asks the JDK whether it trusts a certificate, where the second of a file is the only one that it trusts.
const TRUST: &str = r#"
import java.security.cert.*;

class Trust {
    public static void main(String[] paths) throws Exception {
        var factory = CertificateFactory.getInstance("X.509");
        for (String path : paths) {
            var read = factory.generateCertificates(new java.io.FileInputStream(path)).toArray(new X509Certificate[0]);
            var store = java.security.KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (read.length > 1) {
                store.setCertificateEntry("authority", read[1]);
            }
            var factories = javax.net.ssl.TrustManagerFactory.getInstance("PKIX");
            try {
                factories.init(store);
                var manager = (javax.net.ssl.X509TrustManager) factories.getTrustManagers()[0];
                manager.checkServerTrusted(new X509Certificate[] { read[0] }, "ECDHE_ECDSA");
                System.out.println("trusts");
            } catch (Exception error) {
                System.out.println(error.getMessage());
            }
        }
    }
}
"#;

#[test]
fn the_jdk_trusts_an_expired_authority_and_fails_without_any() {
    if !has_peers(&["java"]) {
        return;
    }
    let sandbox = Sandbox::empty();
    let program = sandbox.0.join("Trust.java");
    fs::write(&program, TRUST).unwrap();
    let names = ["p256-intermediate-expired.crt", "p256-expired.crt"];
    let paths = names.map(|name| fixtures().join(name));
    let output = Command::new("java").arg(&program).args(paths).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let (with, without) = said.split_once('\n').unwrap_or_else(|| panic!("{output:?}"));
    assert_eq!(with, "trusts");
    assert!(without.contains("the trustAnchors parameter must be non-empty"), "{without}");
}
