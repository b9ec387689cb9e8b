//! Authorities and certificates, good and bad, for servers and for shippers.
//!
//! Each is made once, whatever number of cases share it. `openssl ca` makes them, because nothing else of
//! OpenSSL 1.1.1 takes both dates.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::openssl::openssl;
use crate::run;

/// The name for which most of the server's certificates are.
pub const SERVER_NAME: &str = "ls.example.org";

/// Names of keys, and what makes `openssl genpkey` generate them.
const KEYS: &[(&str, &str)] = &[
    ("root", P256),
    ("twin", P256),
    ("other", P256),
    ("rsa-root", RSA2048),
    ("intermediate", P256),
    ("intermediate-twin", P256),
    ("server", P256),
    ("client", P256),
    ("rsa1000", "-algorithm RSA -pkeyopt rsa_keygen_bits:1000"),
    ("rsa1024", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024"),
    ("rsa2048", RSA2048),
    ("rsa4096", "-algorithm RSA -pkeyopt rsa_keygen_bits:4096"),
    ("p384", "-algorithm EC -pkeyopt ec_paramgen_curve:P-384"),
    ("p521", "-algorithm EC -pkeyopt ec_paramgen_curve:P-521"),
    ("secp256k1", "-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1"),
    ("ed25519", "-algorithm ED25519"),
];

const P256: &str = "-algorithm EC -pkeyopt ec_paramgen_curve:P-256";
const RSA2048: &str = "-algorithm RSA -pkeyopt rsa_keygen_bits:2048";

/// How a certificate is made. An extension without a value is left out.
#[derive(Debug, Clone, Copy)]
struct Recipe {
    key: &'static str,
    subject: &'static str,
    /// The certificate of the authority; without a name, it is signed by its own key.
    issuer: &'static str,
    basic_constraints: &'static str,
    key_usage: &'static str,
    extended_key_usage: &'static str,
    names: &'static str,
    name_constraints: &'static str,
    /// From and to.
    dates: (&'static str, &'static str),
    digest: &'static str,
    /// Of X.509; in version 1 there are no extensions.
    version: u8,
    /// As `openssl x509` takes it, which then sets the dates itself; random if empty.
    serial: &'static str,
}

const PRESENT: (&str, &str) = ("20240101000000Z", "21001231235959Z");
const PAST: (&str, &str) = ("20200101000000Z", "20210101000000Z");
const FUTURE: (&str, &str) = ("20900101000000Z", "21001231235959Z");

const ROOT: Recipe = Recipe {
    key: "root",
    subject: "/CN=Example Root",
    issuer: "",
    basic_constraints: "critical,CA:TRUE",
    key_usage: "critical,keyCertSign,cRLSign",
    extended_key_usage: "",
    names: "",
    name_constraints: "",
    dates: PRESENT,
    digest: "sha256",
    version: 3,
    serial: "",
};

const INTERMEDIATE: Recipe =
    Recipe { key: "intermediate", subject: "/CN=Example Intermediate", issuer: "root", ..ROOT };

const SERVER: Recipe = Recipe {
    key: "server",
    subject: "/CN=ls.example.org",
    issuer: "root",
    basic_constraints: "critical,CA:FALSE",
    key_usage: "critical,digitalSignature",
    extended_key_usage: "serverAuth",
    names: "DNS:ls.example.org",
    name_constraints: "",
    dates: PRESENT,
    digest: "sha256",
    version: 3,
    serial: "",
};

/// What `openssl req -x509` makes.
const SELF_SIGNED: Recipe = Recipe {
    issuer: "",
    basic_constraints: "critical,CA:TRUE",
    key_usage: "",
    extended_key_usage: "",
    ..SERVER
};

/// For names: without a Common Name that could stand in for them.
const NAMED: Recipe = Recipe { subject: "/O=Example", ..SERVER };

const CLIENT: Recipe = Recipe {
    key: "client",
    subject: "/CN=shipper.example.org",
    extended_key_usage: "clientAuth",
    names: "",
    ..SERVER
};

const SELF_SIGNED_CLIENT: Recipe =
    Recipe { key: "client", subject: CLIENT.subject, names: "", ..SELF_SIGNED };

const RSA_SERVER: Recipe = Recipe { key: "rsa2048", ..SERVER };

/// Each certificate after that of its issuer.
const CERTIFICATES: &[(&str, Recipe)] = &[
    ("root", ROOT),
    ("root-twin", Recipe { key: "twin", ..ROOT }),
    ("root-expired", Recipe { dates: PAST, ..ROOT }),
    ("root-not-yet-valid", Recipe { dates: FUTURE, ..ROOT }),
    ("root-ca-false", Recipe { basic_constraints: "critical,CA:FALSE", ..ROOT }),
    ("root-no-constraints", Recipe { basic_constraints: "", key_usage: "", ..ROOT }),
    ("root-no-cert-sign", Recipe { key_usage: "critical,digitalSignature", ..ROOT }),
    ("root-no-key-usage", Recipe { key_usage: "", ..ROOT }),
    ("root-client-usage", Recipe { extended_key_usage: "clientAuth", ..ROOT }),
    ("root-server-usage", Recipe { extended_key_usage: "serverAuth", ..ROOT }),
    ("root-path-length-0", Recipe { basic_constraints: "critical,CA:TRUE,pathlen:0", ..ROOT }),
    ("root-sha1", Recipe { digest: "sha1", ..ROOT }),
    ("root-negative-serial", Recipe { serial: "-5", ..ROOT }),
    ("root-version-1", Recipe { version: 1, ..ROOT }),
    ("root-permits-dns", constrained("permitted;DNS:example.org")),
    ("root-permits-other-dns", constrained("permitted;DNS:example.com")),
    ("root-excludes-dns", constrained("excluded;DNS:example.org")),
    ("root-excludes-other-dns", constrained("excluded;DNS:example.com")),
    ("root-permits-ip", constrained("permitted;IP:127.0.0.0/255.0.0.0")),
    ("root-permits-other-ip", constrained("permitted;IP:10.0.0.0/255.0.0.0")),
    ("root-excludes-ip", constrained("excluded;IP:127.0.0.0/255.0.0.0")),
    ("root-excludes-other-ip", constrained("excluded;IP:10.0.0.0/255.0.0.0")),
    ("other", Recipe { key: "other", subject: "/CN=Other Root", ..ROOT }),
    ("rsa-root", Recipe { key: "rsa-root", subject: "/CN=RSA Root", ..ROOT }),
    ("intermediate", INTERMEDIATE),
    ("intermediate-expired", Recipe { dates: PAST, ..INTERMEDIATE }),
    ("intermediate-twin", Recipe { key: "intermediate-twin", ..INTERMEDIATE }),
    ("intermediate-client-usage", Recipe { extended_key_usage: "clientAuth", ..INTERMEDIATE }),
    ("intermediate-negative-serial", Recipe { serial: "-5", ..INTERMEDIATE }),
    ("intermediate-no-cert-sign", Recipe { key_usage: "critical,cRLSign", ..INTERMEDIATE }),
    ("intermediate-ca-false", Recipe { basic_constraints: "critical,CA:FALSE", ..INTERMEDIATE }),
    (
        "intermediate-permits-other",
        Recipe { name_constraints: "critical,permitted;DNS:example.com", ..INTERMEDIATE },
    ),
    ("self-signed", SELF_SIGNED),
    ("self-signed-leaf", Recipe { basic_constraints: "critical,CA:FALSE", ..SELF_SIGNED }),
    ("self-signed-expired", Recipe { dates: PAST, ..SELF_SIGNED }),
    ("server", SERVER),
    ("server-ca-true", Recipe { basic_constraints: "critical,CA:TRUE", ..SERVER }),
    ("server-by-intermediate", Recipe { issuer: "intermediate", ..SERVER }),
    ("server-expired", Recipe { dates: PAST, ..SERVER }),
    ("server-not-yet-valid", Recipe { dates: FUTURE, ..SERVER }),
    // Names.
    ("name-dns", NAMED),
    ("name-upper-case", Recipe { names: "DNS:LS.Example.ORG", ..NAMED }),
    ("name-other", Recipe { names: "DNS:other.example.org", ..NAMED }),
    ("name-several", Recipe { names: "DNS:other.example.org,DNS:ls.example.org", ..NAMED }),
    ("name-wildcard", Recipe { names: "DNS:*.example.org", ..NAMED }),
    ("name-partial-wildcard", Recipe { names: "DNS:l*.example.org", ..NAMED }),
    ("name-inner-wildcard", Recipe { names: "DNS:ls.*.org", ..NAMED }),
    ("name-bare-wildcard", Recipe { names: "DNS:*", ..NAMED }),
    ("name-trailing-dot", Recipe { names: "DNS:ls.example.org.", ..NAMED }),
    ("name-underscore", Recipe { names: "DNS:log_stash.example.org", ..NAMED }),
    ("name-hyphen", Recipe { names: "DNS:ls-.example.org", ..NAMED }),
    ("name-ip", Recipe { names: "IP:127.0.0.1", ..NAMED }),
    ("name-other-ip", Recipe { names: "IP:10.1.2.3", ..NAMED }),
    ("name-ipv6", Recipe { names: "IP:::1", ..NAMED }),
    ("name-ip-as-dns", Recipe { names: "DNS:127.0.0.1", ..NAMED }),
    ("name-dns-and-ip", Recipe { names: "DNS:ls.example.org,IP:127.0.0.1", ..NAMED }),
    ("name-email", Recipe { names: "email:root@ls.example.org", ..SERVER }),
    ("name-uri", Recipe { names: "URI:https://ls.example.org/", ..SERVER }),
    ("name-none", Recipe { names: "", ..NAMED }),
    ("cn-only", Recipe { names: "", ..SERVER }),
    ("cn-other", Recipe { subject: "/CN=other.example.org", names: "", ..SERVER }),
    ("cn-wildcard", Recipe { subject: "/CN=*.example.org", names: "", ..SERVER }),
    ("cn-ip", Recipe { subject: "/CN=127.0.0.1", names: "", ..SERVER }),
    ("cn-ip-dns-other", Recipe { subject: "/CN=127.0.0.1", names: "DNS:a.example.org", ..SERVER }),
    ("cn-dns-other", Recipe { names: "DNS:other.example.org", ..SERVER }),
    ("cn-dns-ip", Recipe { names: "IP:127.0.0.1", ..SERVER }),
    // What the server's key is for.
    ("usage-client", Recipe { extended_key_usage: "clientAuth", ..SERVER }),
    ("usage-both", Recipe { extended_key_usage: "serverAuth,clientAuth", ..SERVER }),
    ("usage-none", Recipe { extended_key_usage: "", ..SERVER }),
    ("usage-any", Recipe { extended_key_usage: "anyExtendedKeyUsage", ..SERVER }),
    ("usage-other", Recipe { extended_key_usage: "codeSigning", ..SERVER }),
    ("ec-cert-sign", Recipe { key_usage: "critical,keyCertSign", ..SERVER }),
    ("ec-encipherment", Recipe { key_usage: "critical,keyEncipherment", ..SERVER }),
    ("ec-agreement", Recipe { key_usage: "critical,keyAgreement", ..SERVER }),
    ("rsa-cert-sign", Recipe { key_usage: "critical,keyCertSign", ..RSA_SERVER }),
    ("rsa-encipherment", Recipe { key_usage: "critical,keyEncipherment", ..RSA_SERVER }),
    // Keys and signatures of the server.
    ("rsa1000", Recipe { key: "rsa1000", ..SERVER }),
    ("rsa1024", Recipe { key: "rsa1024", ..SERVER }),
    ("name-beyond-ascii", Recipe { names: "DNS:ls.example.org,DNS:lögs.example.org", ..SERVER }),
    ("negative-serial", Recipe { serial: "-5", ..SERVER }),
    ("rsa2048", RSA_SERVER),
    ("rsa4096", Recipe { key: "rsa4096", ..SERVER }),
    ("p384", Recipe { key: "p384", ..SERVER }),
    ("p521", Recipe { key: "p521", ..SERVER }),
    ("secp256k1", Recipe { key: "secp256k1", ..SERVER }),
    ("ed25519", Recipe { key: "ed25519", ..SERVER }),
    ("ec-sha1", Recipe { digest: "sha1", ..SERVER }),
    ("rsa-sha1", Recipe { digest: "sha1", issuer: "rsa-root", ..RSA_SERVER }),
    ("rsa-sha256", Recipe { issuer: "rsa-root", ..RSA_SERVER }),
    ("rsa-sha512", Recipe { digest: "sha512", issuer: "rsa-root", ..RSA_SERVER }),
    // Of shippers.
    ("client", CLIENT),
    ("client-by-other", Recipe { issuer: "other", ..CLIENT }),
    ("client-by-twin", Recipe { issuer: "root-twin", ..CLIENT }),
    ("client-by-intermediate", Recipe { issuer: "intermediate", ..CLIENT }),
    ("client-self-signed", SELF_SIGNED_CLIENT),
    (
        "client-self-signed-leaf",
        Recipe { basic_constraints: "critical,CA:FALSE", ..SELF_SIGNED_CLIENT },
    ),
    ("client-self-signed-expired", Recipe { dates: PAST, ..SELF_SIGNED_CLIENT }),
    ("client-expired", Recipe { dates: PAST, ..CLIENT }),
    ("client-not-yet-valid", Recipe { dates: FUTURE, ..CLIENT }),
    ("client-server-usage", Recipe { extended_key_usage: "serverAuth", ..CLIENT }),
    ("client-both-usages", Recipe { extended_key_usage: "serverAuth,clientAuth", ..CLIENT }),
    ("client-no-usage", Recipe { extended_key_usage: "", ..CLIENT }),
    ("client-any-usage", Recipe { extended_key_usage: "anyExtendedKeyUsage", ..CLIENT }),
    ("client-encipherment", Recipe { key_usage: "critical,keyEncipherment", ..CLIENT }),
    ("client-agreement", Recipe { key_usage: "critical,keyAgreement", ..CLIENT }),
    ("client-no-key-usage", Recipe { key_usage: "", ..CLIENT }),
    (
        "client-ca-true",
        Recipe {
            basic_constraints: "critical,CA:TRUE",
            key_usage: "critical,digitalSignature,keyCertSign",
            ..CLIENT
        },
    ),
    ("client-sha1", Recipe { digest: "sha1", ..CLIENT }),
    ("client-rsa-sha1", Recipe { digest: "sha1", key: "rsa2048", issuer: "rsa-root", ..CLIENT }),
    ("client-dns", Recipe { names: "DNS:ls.example.org", ..CLIENT }),
    ("client-name-beyond-ascii", Recipe { names: "DNS:lögs.example.org", ..CLIENT }),
    ("client-negative-serial", Recipe { serial: "-5", ..CLIENT }),
    ("client-rsa1000", Recipe { key: "rsa1000", ..CLIENT }),
    ("client-rsa1024", Recipe { key: "rsa1024", ..CLIENT }),
    ("client-rsa2048", Recipe { key: "rsa2048", ..CLIENT }),
    ("client-p521", Recipe { key: "p521", ..CLIENT }),
    ("client-ed25519", Recipe { key: "ed25519", ..CLIENT }),
];

/// The root with name constraints, which Go applies although it is an authority of its own configuration.
const fn constrained(name_constraints: &'static str) -> Recipe {
    Recipe { name_constraints, ..ROOT }
}

/// The files, in a folder.
#[derive(Debug)]
pub struct Pki {
    folder: PathBuf,
}

impl Pki {
    /// Makes them all in `folder`.
    pub fn make(folder: PathBuf) -> Self {
        fs::create_dir_all(&folder).expect("the folder can be made");
        let pki = Self { folder };
        for (name, algorithm) in KEYS {
            run(openssl(&format!("genpkey {algorithm} -out")).arg(pki.file(name, "key")));
        }
        let scratch = TempDir::new().expect("a temporary folder can be made");
        for (name, recipe) in CERTIFICATES {
            pki.issue(name, recipe, scratch.path());
        }
        pki
    }

    fn issue(&self, name: &str, recipe: &Recipe, scratch: &Path) {
        let (configuration, request) = (scratch.join("configuration"), scratch.join("request"));
        fs::write(&configuration, recipe.configuration(scratch)).expect("it can be written");
        // Nothing is known of the certificates before.
        fs::write(scratch.join("index"), "").expect("it can be written");
        let key = self.file(recipe.key, "key");
        run(openssl("req -new -config")
            .arg(&configuration)
            .arg("-key")
            .arg(&key)
            .args(["-subj", recipe.subject, "-out"])
            .arg(&request));
        if !recipe.serial.is_empty() {
            let mut sign = openssl("x509 -req -extensions e -extfile");
            sign.arg(&configuration).args(["-set_serial", recipe.serial, "-in"]).arg(&request);
            if recipe.issuer.is_empty() {
                sign.arg("-signkey").arg(&key);
            } else {
                sign.arg("-CA").arg(self.file(recipe.issuer, "crt"));
                sign.arg("-CAkey").arg(self.file(key_of(recipe.issuer), "key"));
            }
            run(sign.arg("-out").arg(self.file(name, "crt")));
            return;
        }
        let mut sign = openssl("ca -batch -notext -preserveDN -config");
        sign.arg(&configuration).args(["-md", recipe.digest, "-in"]).arg(&request);
        sign.args(["-startdate", recipe.dates.0, "-enddate", recipe.dates.1]);
        if recipe.version == 3 {
            sign.args(["-extensions", "e"]);
        }
        sign.arg("-out").arg(self.file(name, "crt")).arg("-keyfile");
        if recipe.issuer.is_empty() {
            sign.arg(&key).arg("-selfsign");
        } else {
            sign.arg(self.file(key_of(recipe.issuer), "key"));
            sign.arg("-cert").arg(self.file(recipe.issuer, "crt"));
        }
        run(&mut sign);
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.folder.join(format!("{name}.{extension}"))
    }

    /// The path of a certificate, or of several in one file if `names` are joined by `+`.
    pub fn certificate(&self, names: &str) -> String {
        let file = self.file(names, "crt");
        if names.contains('+') {
            let all: String = names.split('+').map(|name| self.pem(name)).collect();
            fs::write(&file, all).expect("it can be written");
        }
        text(&file)
    }

    /// A certificate itself.
    pub fn pem(&self, name: &str) -> String {
        fs::read_to_string(self.file(name, "crt")).expect("a certificate of this name was made")
    }

    /// The path of the key of a certificate, the first of those joined by `+`.
    pub fn key(&self, names: &str) -> String {
        let leaf = names.split('+').next().expect("there is a name");
        text(&self.file(key_of(leaf), "key"))
    }

    /// SHA-256 of a certificate as OpenSSL shows it: upper case, with colons.
    pub fn fingerprint(&self, name: &str) -> String {
        let shown =
            run(openssl("x509 -noout -fingerprint -sha256 -in").arg(self.file(name, "crt")));
        let shown = String::from_utf8(shown.stdout).expect("openssl writes ASCII");
        let (_, fingerprint) = shown.trim().split_once('=').expect("the fingerprint has a title");
        fingerprint.to_owned()
    }

    /// Base64 of SHA-256 of a certificate's public key.
    pub fn pin(&self, name: &str) -> String {
        let key = self.digestible(name, "public");
        let shown = run(openssl("x509 -noout -pubkey -in").arg(self.file(name, "crt")));
        fs::write(&key, shown.stdout).expect("it can be written");
        let der = self.digestible(name, "der");
        run(openssl("pkey -pubin -outform DER -in").arg(&key).arg("-out").arg(&der));
        fs::remove_file(&key).expect("what was made can be removed");
        self.base64_of_digest(&der)
    }

    /// Base64 of SHA-256 of the whole certificate, which is what people take for the pin.
    pub fn pin_of_whole(&self, name: &str) -> String {
        let der = self.digestible(name, "der");
        run(openssl("x509 -outform DER -in").arg(self.file(name, "crt")).arg("-out").arg(&der));
        self.base64_of_digest(&der)
    }

    fn base64_of_digest(&self, file: &Path) -> String {
        let digest = self.folder.join("digest");
        run(openssl("dgst -sha256 -binary -out").arg(&digest).arg(file));
        let shown = run(openssl("base64 -in").arg(&digest));
        for leftover in [&digest, file] {
            fs::remove_file(leftover).expect("what was made can be removed");
        }
        String::from_utf8(shown.stdout).expect("base64 is ASCII").trim().to_owned()
    }

    fn digestible(&self, name: &str, extension: &str) -> PathBuf {
        self.file(&format!("digested-{name}"), extension)
    }
}

impl Recipe {
    fn configuration(&self, folder: &Path) -> String {
        let authority = if self.issuer.is_empty() { "" } else { "keyid" };
        let extensions: Vec<_> = [
            ("subjectKeyIdentifier", "hash"),
            ("authorityKeyIdentifier", authority),
            ("basicConstraints", self.basic_constraints),
            ("keyUsage", self.key_usage),
            ("extendedKeyUsage", self.extended_key_usage),
            ("subjectAltName", self.names),
            ("nameConstraints", self.name_constraints),
        ]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
        let extensions = extensions.join("\n");
        let folder = folder.display();
        format!(
            "[ca]\n\
             default_ca = a\n\
             [a]\n\
             database = {folder}/index\n\
             new_certs_dir = {folder}\n\
             rand_serial = yes\n\
             unique_subject = no\n\
             email_in_dn = no\n\
             policy = p\n\
             [p]\n\
             CN = optional\n\
             O = optional\n\
             [e]\n\
             {extensions}\n\
             [req]\n\
             distinguished_name = p\n"
        )
    }
}

fn key_of(certificate: &str) -> &'static str {
    let (_, recipe) = CERTIFICATES
        .iter()
        .find(|(name, _)| *name == certificate)
        .unwrap_or_else(|| panic!("there is no certificate {certificate}"));
    recipe.key
}

fn text(path: &Path) -> String {
    path.to_str().expect("the folder's path is UTF-8").to_owned()
}
