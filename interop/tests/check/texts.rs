//! Texts of certificates and keys that no fixture has, made of those that do.

use std::fs;
use std::path::Path;

/// A text, by what is peculiar about it.
type Named = (&'static str, String);

/// Two blocks with the same label, in PEM.
struct Pair {
    label: &'static str,
    good: String,
    other: String,
}

fn read(fixtures: &Path, name: &str) -> String {
    fs::read_to_string(fixtures.join(name)).unwrap()
}

impl Pair {
    fn end(&self) -> String {
        format!("-----END {}-----\n", self.label)
    }

    fn without_end(&self, text: &str) -> String {
        text.replace(&self.end(), "")
    }

    /// A fixture's body under this label.
    fn relabelled(&self, text: &str) -> String {
        let begin = text.find("-----BEGIN ").unwrap();
        let lines = text[begin..].split_inclusive('\n');
        let body: String = lines.filter(|line| !line.starts_with("-----")).collect();
        format!("-----BEGIN {}-----\n{body}{}", self.label, self.end())
    }

    /// What may become of a file while it is copied, edited or put together.
    fn texts(&self) -> Vec<Named> {
        let Self { label, good, other } = self;
        let end = self.end();
        let cut = |text: &str| text.split_inclusive('\n').take(6).collect::<String>();
        let ends_by =
            |text: &str, label: &str| text.replace(&end, &format!("-----END {label}-----\n"));
        vec![
            ("whole", good.clone()),
            ("the second has no END", good.clone() + &self.without_end(other)),
            ("the second is cut and has no END", good.clone() + &cut(other)),
            ("the second is cut and has its END", good.clone() + &cut(other) + &end),
            ("the first has no END", self.without_end(good) + other),
            ("a star in it", with_star(good)),
            ("a star in the second", good.clone() + &with_star(other)),
            ("a star in the first of two", with_star(other) + good),
            ("= in its middle", with_padding(good)),
            ("= in the middle of the second", good.clone() + &with_padding(other)),
            ("an empty block follows", format!("{good}-----BEGIN {label}-----\n{end}")),
            ("an empty block goes before", format!("-----BEGIN {label}-----\n{end}{good}")),
            ("an END follows", good.clone() + &end),
            ("an END goes before", end.clone() + good),
            ("a BEGIN goes before", format!("-----BEGIN {label}-----\n{good}")),
            ("it ends by another label", ends_by(good, "X509 CERTIFICATE")),
            ("it ends by the label of a key", ends_by(good, "PRIVATE KEY")),
            (
                "the second ends by the label of a key",
                good.clone() + &ends_by(other, "RSA PRIVATE KEY"),
            ),
            ("base64url in the second", good.clone() + &other.replace(['+', '/'], "_")),
            (
                "it is within a comment",
                good.split_inclusive('\n').flat_map(|line| ["# ", line]).collect(),
            ),
            ("a comment goes before", "# ours\n".to_owned() + good),
            ("its last line is twice as long", good.replacen("\n-----END", "AAAA\n-----END", 1)),
            ("a blank line in its middle", with_line(good, "\n")),
            ("a comment in its middle", with_line(good, "# here\n")),
        ]
    }
}

fn with_line(text: &str, line: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    [&lines[..4], &[line], &lines[4..]].concat().concat()
}

/// The fourth line of a text, otherwise.
fn with(text: &str, change: impl Fn(&str) -> String) -> String {
    let line = text.lines().nth(3).unwrap();
    text.replacen(line, &change(line), 1)
}

fn with_star(text: &str) -> String {
    with(text, |line| format!("{}*{}", &line[..5], &line[6..]))
}

fn with_padding(text: &str) -> String {
    with(text, |line| format!("{}={}", &line[..20], &line[20..]))
}

/// Each is judged with the key of `rsa2048.crt`.
pub(crate) fn of_certificates(fixtures: &Path) -> Vec<Named> {
    let read = |name| read(fixtures, name);
    let good = read("rsa2048.crt");
    let pair = Pair { label: "CERTIFICATE", good: good.clone(), other: read("rsa2048-other.crt") };
    let then = |name| good.clone() + &read(name);
    let then_labelled = |name| good.clone() + &pair.relabelled(&read(name));
    let mut texts = pair.texts();
    texts.extend([
        ("a request labelled as a certificate follows", then_labelled("foreign-request.pem")),
        (
            "a list of revocations labelled as a certificate follows",
            then_labelled("foreign-crl.pem"),
        ),
        ("a public key labelled as a certificate follows", then_labelled("foreign-public-key.pem")),
        ("a PKCS#7 labelled as a certificate follows", then_labelled("foreign-pkcs7.pem")),
        ("parameters labelled as a certificate follow", then_labelled("foreign-dh-parameters.pem")),
        (
            "a request labelled as a certificate alone",
            pair.relabelled(&read("foreign-request.pem")),
        ),
        ("a request follows", then("foreign-request.pem")),
        ("a list of revocations follows", then("foreign-crl.pem")),
        ("a TRUSTED CERTIFICATE follows", then("rsa2048-trusted.crt")),
        ("an X509 CERTIFICATE", good.replace(" CERTIFICATE", " X509 CERTIFICATE")),
    ]);
    texts
}

/// Each is judged with the certificate of `rsa2048-pkcs8.pem`.
pub(crate) fn of_keys(fixtures: &Path) -> Vec<Named> {
    let read = |name| read(fixtures, name);
    let good = read("rsa2048-pkcs8.pem");
    let pair =
        Pair { label: "PRIVATE KEY", good: good.clone(), other: read("rsa2048-other-pkcs8.pem") };
    let mut texts = pair.texts();
    texts.extend([
        ("a request labelled as a key alone", pair.relabelled(&read("foreign-request.pem"))),
        (
            "a request labelled as a key follows",
            good.clone() + &pair.relabelled(&read("foreign-request.pem")),
        ),
        ("a public key goes before", read("foreign-public-key.pem") + &good),
        ("parameters go before", read("foreign-dh-parameters.pem") + &good),
        ("a certificate goes before", read("rsa2048.crt") + &good),
        ("an encrypted key follows", good.clone() + &read("rsa2048-pkcs8-pbes2-aes256-sha256.pem")),
    ]);
    texts
}
