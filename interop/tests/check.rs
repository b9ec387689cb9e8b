//! `check` against Netty itself: of every key and certificate among the fixtures it predicts what Debian's Netty,
//! a 4.1.48 as Logstash 7.17.27 has it in its ways, then does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fixkey_interop::netty::{self, Judge, Pair};
use fixkey_interop::{fixkey, peers};
use tempfile::TempDir;

#[path = "../../tests/suite/check_matrix/prediction.rs"]
mod prediction;
#[path = "check/texts.rs"]
mod texts;

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
const TEXTS_JUDGED_OTHERWISE: &[(&str, &str)] = &[
    (
        "the first has no END",
        "Netty finds the second, and no handshake succeeds with it; fixkey says that the first is broken",
    ),
    ("an END goes before", BROKEN_BEFORE),
    ("a BEGIN goes before", BROKEN_BEFORE),
    (
        "its last line is twice as long",
        "Netty passes over what follows the DER, of which fixkey says that it is broken",
    ),
];

const BROKEN_BEFORE: &str = "Netty passes it over, and fixkey says that the file is broken there";

/// The same of keys.
const TEXTS_OF_KEYS_JUDGED_OTHERWISE: &[(&str, &str)] = &[
    (
        "the first has no END",
        "Netty finds the second, and no handshake succeeds with it; fixkey says that the first is broken",
    ),
    ("a star in the first of two", BROKEN_BEFORE),
    ("an empty block goes before", BROKEN_BEFORE),
    ("an END goes before", BROKEN_BEFORE),
    ("a BEGIN goes before", BROKEN_BEFORE),
];

#[test]
fn check_predicts_what_netty_does_with_texts_of_certificates() {
    let key = fixtures().join("rsa2048-pkcs8.pem");
    let pair = |certificate: PathBuf| Pair { certificate, key: key.clone() };
    judge_texts(&texts::of_certificates(&fixtures()), pair, TEXTS_JUDGED_OTHERWISE);
}

#[test]
fn check_predicts_what_netty_does_with_texts_of_keys() {
    let certificate = fixtures().join("rsa2048.crt");
    let pair = |key: PathBuf| Pair { certificate: certificate.clone(), key };
    judge_texts(&texts::of_keys(&fixtures()), pair, TEXTS_OF_KEYS_JUDGED_OTHERWISE);
}

/// Whether Netty loads the pair of each text as it is predicted, but for those `expected`.
fn judge_texts(
    texts: &[(&'static str, String)],
    pair: impl Fn(PathBuf) -> Pair,
    expected: &[(&str, &str)],
) {
    if peers::are_absent(netty::PEERS) {
        return;
    }
    let scratch = TempDir::new().unwrap();
    let judge = Judge::compile(scratch.path());
    let pair = |(number, (_, text)): (usize, &(&str, String))| {
        let path = scratch.path().join(format!("{number}.pem"));
        fs::write(&path, text).unwrap();
        pair(path)
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
    let expected: BTreeSet<&str> = expected.iter().map(|(name, _)| *name).collect();
    assert_eq!(wrong, expected);
}
