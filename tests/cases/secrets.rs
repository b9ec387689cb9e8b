//! Checks that no output holds a part of a private key or a passphrase of a case.

use std::collections::HashSet;
use std::fs;
use std::sync::OnceLock;

use crate::common::fixtures;
use crate::tree::Tree;

/// The length of a part of a key's base64 that must not appear.
const PART: usize = 16;

pub(crate) struct Secrets {
    parts: HashSet<String>,
}

/// The secrets of one case.
pub(crate) struct Own<'a> {
    parts: &'a HashSet<String>,
    passphrases: Vec<String>,
}

impl Secrets {
    /// Returns every part of every base64 line in the private keys of the fixtures.
    pub(crate) fn of_fixtures() -> &'static Self {
        static SECRETS: OnceLock<Secrets> = OnceLock::new();
        SECRETS.get_or_init(|| {
            let entries = fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
            let keys = entries.filter(|path| path.extension().is_some_and(|found| found == "pem"));
            let mut parts = HashSet::new();
            for key in keys {
                let text = String::from_utf8_lossy(&fs::read(key).unwrap()).into_owned();
                let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
                let lines = text.split(|c| !is_base64(c)).filter(|run| run.len() >= 32);
                lines.for_each(|line| parts.extend(windows(line)));
            }
            Self { parts }
        })
    }

    /// Adds the literal passphrases in a case's texts, and that of the fixtures.
    pub(crate) fn of(&self, tree: &Tree) -> Own<'_> {
        let mut passphrases = vec!["secret".to_owned()];
        for text in tree.texts() {
            let text = String::from_utf8_lossy(text);
            for (at, name) in text.match_indices("passphrase") {
                passphrases.extend(literal(&text[at + name.len()..]));
            }
        }
        Own { parts: &self.parts, passphrases }
    }
}

fn windows(line: &str) -> impl Iterator<Item = String> {
    (PART..=line.len()).map(|end| line[end - PART..end].to_owned())
}

/// Returns the quoted text after an arrow.
fn literal(rest: &str) -> Option<String> {
    let value = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix("=>")?.trim_start();
    let quote = value.chars().next().filter(|c| "\"'".contains(*c))?;
    let (literal, _) = value[1..].split_once(quote)?;
    (!literal.is_empty() && !literal.contains("${")).then(|| literal.to_owned())
}

impl Own<'_> {
    pub(crate) fn found_in(&self, printed: &str) -> Vec<String> {
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || "+/".contains(c);
        let runs = printed.split(|c| !is_base64(c)).filter(|run| run.len() >= PART);
        let is_key = runs.flat_map(windows).any(|part| self.parts.contains(&part));
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_told = |passphrase: &&String| {
            printed.match_indices(passphrase.as_str()).any(|(at, found)| {
                let (before, after) = (&printed[..at], &printed[at + found.len()..]);
                !is_word(before.chars().next_back()) && !is_word(after.chars().next())
            })
        };
        let told = self.passphrases.iter().filter(is_told);
        let told = told.map(|passphrase| format!("the passphrase {passphrase} is printed"));
        told.chain(is_key.then(|| format!("a part of a key is printed:\n{printed}"))).collect()
    }
}
