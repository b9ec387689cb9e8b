//! `check` against Netty itself: of every key and certificate among the fixtures it predicts what Debian's Netty,
//! a 4.1.48 as Logstash 7.17.27 has it in its ways, then does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fixkey_interop::netty::{self, Judge, Pair};
use fixkey_interop::{fixkey, peers};
use tempfile::TempDir;

#[path = "../../tests/check_matrix/prediction.rs"]
mod prediction;

use prediction::Prediction;

/// Algorithms by the names of fixtures; each has a certificate of that name for the host `localhost`.
const ALGORITHMS: &[&str] = &[
    "brainpoolP256r1",
    "dsa2048",
    "ed25519",
    "ed448",
    "p256",
    "p384",
    "p521",
    "rsa1024",
    "rsa2048",
    "rsa3072",
    "rsa4096",
    "rsapss2048",
    "secp256k1",
];

/// Pairs that are judged otherwise than they turn out, and why.
const DISAGREEMENTS: &[(&str, &str)] = &[(
    "unknown-algorithm-pkcs8.pem",
    "an algorithm that there is not: a warning says that nobody measured it",
)];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// The algorithm that a name begins with; RSA of 2048 bits for all others.
fn algorithm(name: &str) -> &'static str {
    let fits = |algorithm: &&&str| name.starts_with(**algorithm);
    ALGORITHMS.iter().filter(fits).max_by_key(|known| known.len()).unwrap_or(&"rsa2048")
}

/// Every key with the certificate of its algorithm, and every certificate with the key of its.
fn pairs() -> Vec<Pair> {
    let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.collect();
    files.sort();
    let pair = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.to_owned();
        let beside = |name: String| fixtures().join(name);
        if name.contains(".crt") {
            let algorithm = if name.starts_with("chain") { "p256" } else { algorithm(&name) };
            let key = beside(format!("{algorithm}-pkcs8.pem"));
            return Some(Pair { certificate: path, key });
        }
        let is_key = name != "make" && path.is_file();
        let certificate = beside(format!("{}.crt", algorithm(&name)));
        is_key.then_some(Pair { certificate, key: path })
    };
    files.into_iter().filter_map(pair).collect()
}

/// What `check` says of a beats input of Logstash 7.17.27 that names a pair.
fn predicted(pair: &Pair, scratch: &Path) -> Prediction {
    let configuration = scratch.join("beats.conf");
    let text = format!(
        "input {{ beats {{ ssl => true ssl_certificate => '{}' ssl_key => '{}' }} }}\n",
        pair.certificate.display(),
        pair.key.display()
    );
    fs::write(&configuration, text).unwrap();
    Prediction::of(&fixkey::check(&["--logstash", "7.17.27"], &configuration), &[])
}

#[test]
fn check_predicts_what_netty_does_with_every_fixture() {
    if peers::are_absent(netty::PEERS) {
        return;
    }
    let judge = Judge::compile(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let scratch = TempDir::new().unwrap();
    let pairs = pairs();
    let verdicts = judge.judge(&pairs);
    let mut wrong = Vec::new();
    for (pair, verdict) in pairs.iter().zip(&verdicts) {
        let said = predicted(pair, scratch.path());
        let loads = verdict.starts_with("loads=yes");
        let shakes_hands = verdict.contains("tls1.2=yes");
        // A client verifies dates, names and uses as well, which are warnings or no matter of loading.
        let is_plain =
            pair.key.to_str().unwrap().contains(".pem") && is_of_algorithm(&pair.certificate);
        if said.loads != loads || loads && is_plain && said.shakes_hands != shakes_hands {
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            wrong.push((name(&pair.key), name(&pair.certificate), verdict.clone(), said));
        }
    }
    let found: BTreeSet<&str> = wrong.iter().map(|(key, ..)| key.as_str()).collect();
    let expected: BTreeSet<&str> = DISAGREEMENTS.iter().map(|(key, _)| *key).collect();
    assert!(pairs.len() > 300, "{}", pairs.len());
    assert_eq!(found, expected, "{wrong:#?}");
}

/// Whether a certificate is the plain one of its algorithm.
fn is_of_algorithm(certificate: &Path) -> bool {
    let name = certificate.file_stem().unwrap().to_str().unwrap();
    ALGORITHMS.contains(&name)
}

/// Texts that are judged otherwise than they turn out, and why.
const TEXTS_JUDGED_OTHERWISE: &[(&str, &str)] = &[(
    "the first has no END",
    "Netty finds the second, and no handshake succeeds with it; fixkey says that the first is broken",
)];

/// Texts of certificates that no fixture has, made of those that do: each with the key of `rsa2048.crt`.
fn texts_of_certificates(scratch: &Path) -> Vec<(&'static str, String)> {
    let read = |name: &str| fs::read_to_string(fixtures().join(name)).unwrap();
    let (good, other) = (read("rsa2048.crt"), read("rsa2048-other.crt"));
    let as_certificate = |name: &str| {
        let text = read(name);
        let begin = text.find("-----BEGIN ").unwrap();
        let lines = text[begin..].split_inclusive('\n');
        let body: String = lines.filter(|line| !line.starts_with("-----")).collect();
        format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    };
    let without_end = |text: &str| text.replace("-----END CERTIFICATE-----\n", "");
    let with_star = |text: &str| {
        let line = text.lines().nth(3).unwrap();
        text.replacen(line, &line.replacen(&line[5..6], "*", 1), 1)
    };
    let with_padding = |text: &str| {
        let line = text.lines().nth(3).unwrap();
        text.replacen(line, &format!("{}={}", &line[..20], &line[20..]), 1)
    };
    let with_bytes_behind = || {
        let mut der = fs::read(fixtures().join("rsa2048.crt.der")).unwrap();
        der.extend([0, 0, 0]);
        fs::write(scratch.join("long.der"), der).unwrap();
        let encoded = std::process::Command::new("openssl")
            .args(["base64", "-in", "long.der"])
            .current_dir(scratch)
            .output()
            .unwrap();
        let body = String::from_utf8(encoded.stdout).unwrap();
        format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    };
    let cut = |text: &str| text.split_inclusive('\n').take(6).collect::<String>();
    let end = "-----END CERTIFICATE-----\n";
    vec![
        ("whole", good.clone()),
        ("the second has no END", good.clone() + &without_end(&other)),
        ("the second is cut and has no END", good.clone() + &cut(&other)),
        ("the second is cut and has its END", good.clone() + &cut(&other) + end),
        ("the first has no END", without_end(&good) + &other),
        (
            "a request labelled as a certificate follows",
            good.clone() + &as_certificate("foreign-request.pem"),
        ),
        (
            "a list of revocations labelled as a certificate follows",
            good.clone() + &as_certificate("foreign-crl.pem"),
        ),
        (
            "a public key labelled as a certificate follows",
            good.clone() + &as_certificate("foreign-public-key.pem"),
        ),
        (
            "a PKCS#7 labelled as a certificate follows",
            good.clone() + &as_certificate("foreign-pkcs7.pem"),
        ),
        (
            "parameters labelled as a certificate follow",
            good.clone() + &as_certificate("foreign-dh-parameters.pem"),
        ),
        ("a request labelled as a certificate alone", as_certificate("foreign-request.pem")),
        ("a request follows", good.clone() + &read("foreign-request.pem")),
        ("a list of revocations follows", good.clone() + &read("foreign-crl.pem")),
        ("bytes behind the DER", with_bytes_behind()),
        ("a star in it", with_star(&good)),
        ("a star in the second", good.clone() + &with_star(&other)),
        ("a star in the first of two", with_star(&other) + &good),
        ("= in its middle", with_padding(&good)),
        ("= in the middle of the second", good.clone() + &with_padding(&other)),
        ("an empty block follows", good.clone() + "-----BEGIN CERTIFICATE-----\n" + end),
        ("an END follows", good.clone() + end),
        ("it ends by another label", good.replace("END CERT", "END X509 CERT")),
        ("it ends by the label of a key", good.replace("END CERTIFICATE", "END PRIVATE KEY")),
        (
            "the second ends by the label of a key",
            good.clone() + &other.replace("END CERTIFICATE", "END PRIVATE KEY"),
        ),
        ("base64url in the second", good.clone() + &other.replace(['+', '/'], "_")),
        ("a TRUSTED CERTIFICATE follows", good.clone() + &read("rsa2048-trusted.crt")),
        ("an X509 CERTIFICATE", good.replace(" CERTIFICATE", " X509 CERTIFICATE")),
        (
            "it is within a comment",
            good.split_inclusive('\n').flat_map(|line| ["# ", line]).collect(),
        ),
        ("a comment goes before", "# our certificate\n".to_owned() + &good),
    ]
}

#[test]
fn check_predicts_what_netty_does_with_texts_of_certificates() {
    if peers::are_absent(netty::PEERS) {
        return;
    }
    let judge = Judge::compile(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("texts"));
    let scratch = TempDir::new().unwrap();
    let texts = texts_of_certificates(scratch.path());
    let key = fixtures().join("rsa2048-pkcs8.pem");
    let pair = |(number, (_, text)): (usize, &(&str, String))| {
        let certificate = scratch.path().join(format!("{number}.crt"));
        fs::write(&certificate, text).unwrap();
        Pair { certificate, key: key.clone() }
    };
    let pairs: Vec<Pair> = texts.iter().enumerate().map(pair).collect();
    let verdicts = judge.judge(&pairs);
    let mut wrong = BTreeSet::new();
    for (((name, _), pair), verdict) in texts.iter().zip(&pairs).zip(&verdicts) {
        let said = predicted(pair, scratch.path());
        if said.loads != verdict.starts_with("loads=yes") {
            eprintln!("{name}: {verdict}, {said:?}");
            wrong.insert(*name);
        }
    }
    let expected: BTreeSet<&str> = TEXTS_JUDGED_OTHERWISE.iter().map(|(name, _)| *name).collect();
    assert_eq!(wrong, expected);
}
