//! Where a configuration's text holds what nobody may see: passphrases, passwords, tokens.

use std::ops::Range;

/// What the name of a setting holds whose value is secret, in lower case.
const NAMES: &[&str] = &[
    "pass",
    "pw",
    "community",
    "secret",
    "token",
    "credential",
    "api_key",
    "apikey",
    "auth",
    "account_key",
    "sas",
];

/// What stands for a secret.
pub const MASK: &str = "********";

/// Where PEM begins, and as much of it as says that this is a key or may be one.
const PEM: &[u8] = b"-----BEGIN";

/// The spans of the secrets in `text`, in order: values of settings with such names, what stands before the
/// `@` of an address, and PEM with all that follows it up to its end. It errs on the side of too many, and needs no text
/// that parses: LSCL, YAML and either of them broken will do.
#[must_use]
pub fn spans(text: &[u8]) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(PEM) {
            let span = at + PEM.len()..pem_end(text, at + PEM.len());
            at = span.end;
            spans.push(span);
            continue;
        }
        let end = at + length(&text[at..], is_name_byte);
        if end > at && is_secret_name(&text[at..end]) {
            let span = value(text, end);
            at = span.end.max(end);
            if !span.is_empty() {
                spans.push(span);
            }
        } else if end == at && text[at..].starts_with(b"://") {
            let span = user_information(text, at + 3);
            at = span.end.max(at + 3);
            if !span.is_empty() {
                spans.push(span);
            }
        } else {
            at = end.max(at + 1);
        }
    }
    spans
}

/// A text with its secrets masked, and a span of it as it lies in the masked text.
#[must_use]
pub fn masked(text: &str, secrets: &[Range<usize>], span: Range<usize>) -> (String, Range<usize>) {
    let mut shown = String::with_capacity(text.len());
    let mut moved = span.clone();
    let mut at = 0;
    for secret in secrets {
        shown.push_str(text.get(at..secret.start).unwrap_or_default());
        let begins = shown.len();
        shown.push_str(MASK);
        at = secret.end;
        for (offset, new) in [(span.start, &mut moved.start), (span.end, &mut moved.end)] {
            if offset >= secret.end {
                *new = shown.len() + (offset - secret.end);
            } else if offset > secret.start {
                *new = begins;
            }
        }
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    (shown, moved)
}

/// Where the PEM ends that begins before `at`; at the end of the text where nothing says so.
fn pem_end(text: &[u8], at: usize) -> usize {
    let end = text[at..].windows(5).position(|window| window == b"--END");
    end.map_or(text.len(), |found| at + found)
}

fn length(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| is(**byte)).count()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
}

fn is_secret_name(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|part| name.windows(part.len()).any(|window| window == part.as_bytes()))
}

/// The content of the value that follows a name which ends at `at`; empty where none follows.
fn value(text: &[u8], at: usize) -> Range<usize> {
    let at = at + length(&text[at..], |byte| matches!(byte, b'"' | b'\'' | b']'));
    let at = at + blanks(&text[at..]);
    let rest = &text[at..];
    let operator = if rest.starts_with(b"=>") || rest.starts_with(b"==") {
        2
    } else {
        usize::from(matches!(rest.first(), Some(b':' | b'=')))
    };
    if operator == 0 {
        return at..at;
    }
    let at = at + operator;
    let at = at + blanks(&text[at..]);
    match text.get(at) {
        Some(quote @ (b'"' | b'\'')) => {
            let span = at + 1..string_end(text, at + 1, *quote);
            if is_variable(&text[span.clone()]) { at..at } else { span }
        }
        Some(b'[' | b'{') => at..line_end(text, at),
        _ => at..at + length(&text[at..], |byte| !byte.is_ascii_whitespace()),
    }
}

/// Whether this is the name of a secret, `${NAME}`, and not the secret itself.
fn is_variable(value: &[u8]) -> bool {
    let name = value.strip_prefix(b"${").and_then(|value| value.strip_suffix(b"}"));
    name.is_some_and(|name| !name.is_empty() && name.iter().all(|byte| is_name_byte(*byte)))
}

/// Blanks and line ends, and comments among them, within a distance that keeps the whole linear.
fn blanks(text: &[u8]) -> usize {
    const FARTHEST: usize = 1024;
    let text = &text[..text.len().min(FARTHEST)];
    let mut at = 0;
    loop {
        at += length(&text[at..], |byte| byte.is_ascii_whitespace());
        match text.get(at) {
            Some(b'#') => at = line_end(text, at),
            _ => return at,
        }
    }
}

fn line_end(text: &[u8], at: usize) -> usize {
    at + length(&text[at..], |byte| byte != b'\n')
}

fn string_end(text: &[u8], start: usize, quote: u8) -> usize {
    let ends = |at: &usize| text[*at] == quote && text[*at - 1] != b'\\';
    (start..text.len()).find(ends).unwrap_or(text.len())
}

/// `user:password` of a URL whose `://` ends at `at`.
fn user_information(text: &[u8], at: usize) -> Range<usize> {
    let end =
        at + length(&text[at..], |byte| !byte.is_ascii_whitespace() && !b"/\"'@".contains(&byte));
    if text.get(end) == Some(&b'@') { at..end } else { at..at }
}
