//! What of a text nobody may see: passphrases, passwords, tokens, keys. It errs on the side of too much.

use std::ops::Range;

use crate::logstash::plugins::PLUGINS;
use crate::os::display::holds_key;

/// What stands for a secret.
pub const MASK: &str = "********";

/// What the name of a setting holds whose value is secret, in lower case and without `_`, `-` and `.`.
const SECRET_NAMES: &[&str] = &[
    "pass",
    "pw",
    "secret",
    "token",
    "credential",
    "apikey",
    "auth",
    "accountkey",
    "accesskey",
    "servicekey",
    "cookie",
    "bearer",
    "community",
    "sas",
];

/// Settings beside those of TLS whose values are shown.
const SHOWN_NAMES: &[&str] = &["codec", "host", "id", "path", "path.config", "pipeline.id", "port"];

/// Where PEM begins.
const PEM: &[u8] = b"-----BEGIN";

/// Letters of base64 on end that no path or name has.
const LONGEST_WORD: usize = 60;

/// Bytes that stand before the `@` of an address, at most.
const LONGEST_USER_INFORMATION: usize = 4096;

/// The spans of the secrets in `text`, in order and apart.
///
/// A string is one unless it is empty, `${NAME}`, a number, or the value of a setting that is known to hold a
/// path or the like. So is, to the end of its line at least, what follows the name of a secret; and what stands
/// before the `@` of an address; and PEM, and long words that may be part of it. No text has to parse.
#[must_use]
pub fn spans(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut at, mut open) = (0, None);
    while at < text.len() {
        let (span, next) = token(text, at);
        if open.is_none() && is_open_string(text, at, next) {
            open = Some(at);
        }
        found.extend(span.filter(|span| !span.is_empty()));
        at = next.max(at + 1);
    }
    if let Some(open) = open {
        found.extend(strings_over_lines(text, open));
    }
    found.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for span in found {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

/// Whether the token from `at` to `next` is a string that its line does not end, outside of comments.
fn is_open_string(text: &[u8], at: usize, next: usize) -> bool {
    if !matches!(text[at], b'"' | b'\'') || !matches!(text.get(next - 1), None | Some(b'\n')) {
        return false;
    }
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    !text[start..at].contains(&b'#')
}

/// The contents of the strings from `at` on, where a string may go over lines and comments hold none: what is
/// a string to a reader of lines may then be what is between two of them.
fn strings_over_lines(text: &[u8], mut at: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    while at < text.len() {
        match text[at] {
            b'#' => at = line_end(text, at),
            quote @ (b'"' | b'\'') => {
                let content = at + 1..string_end(text, at + 1, quote);
                let after = (content.end + 1).min(text.len());
                // What its first line shows is no more secret for the lines after it.
                let first = content.start..content.end.min(line_end(text, at));
                let is_shown = is_name(&text[content.clone()], &text[after..])
                    || is_harmless(&text[content.clone()])
                    || is_value_of_shown(text, at) && is_plain(&text[first.clone()]);
                let secret = if is_shown { first.end..content.end } else { content };
                found.extend((!secret.is_empty()).then_some(secret));
                at = after;
            }
            _ => at += 1,
        }
    }
    found
}

/// The secret that begins here, where one does, and where to go on.
fn token(text: &[u8], at: usize) -> (Option<Range<usize>>, usize) {
    let rest = &text[at..];
    if rest.starts_with(PEM) {
        let span = at + PEM.len()..pem_end(text, at + PEM.len());
        return (Some(span.clone()), span.end);
    }
    if rest.starts_with(b"://") {
        let span = user_information(text, at + 3);
        return (Some(span.clone()), span.end.max(at + 3));
    }
    if matches!(text[at], b'"' | b'\'') {
        return string(text, at);
    }
    let name = at..at + length(rest, is_name_byte);
    if !name.is_empty() {
        return word(text, name);
    }
    let long = at..at + length(rest, is_base64_byte);
    let is_long = long.len() >= LONGEST_WORD;
    (is_long.then(|| long.clone()), if is_long { long.end } else { at + 1 })
}

/// A word: the name of a secret with its value, or base64.
fn word(text: &[u8], name: Range<usize>) -> (Option<Range<usize>>, usize) {
    if is_secret_name(&text[name.clone()])
        && let Some(value) = value(text, name.end)
    {
        let next = after_quote(text, &value);
        return (Some(value), next);
    }
    let long = name.start..name.start + length(&text[name.start..], is_base64_byte);
    if long.len() >= LONGEST_WORD && !text[long.clone()].starts_with(b"/") {
        return (Some(long.clone()), long.end);
    }
    (None, name.end)
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

fn length(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| is(**byte)).count()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

fn is_base64_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_secret_name(name: &[u8]) -> bool {
    let name: Vec<u8> = name
        .iter()
        .filter(|byte| !matches!(byte, b'_' | b'-' | b'.'))
        .map(u8::to_ascii_lowercase)
        .collect();
    SECRET_NAMES.iter().any(|part| name.windows(part.len()).any(|found| found == part.as_bytes()))
}

fn is_shown_name(name: &[u8]) -> bool {
    let of_plugins = PLUGINS
        .iter()
        .flat_map(|plugin| [plugin.key, plugin.certificate, plugin.authorities])
        .flatten();
    of_plugins.chain(SHOWN_NAMES).any(|known| known.as_bytes() == name)
        || name.ends_with(b".ssl.key")
}

/// What follows the name of a secret, which ends at `at`: to the end of the line, or of the string or bracket
/// that begins there; nothing where it is no name of a setting.
fn value(text: &[u8], at: usize) -> Option<Range<usize>> {
    let at = at + length(&text[at..], |byte| matches!(byte, b'"' | b'\'' | b']'));
    let at = after_blanks(text, at);
    let operator =
        length(&text[at..], |byte| matches!(byte, b'=' | b'>' | b':' | b',' | b'-' | b' ' | b'\t'));
    let start = after_blanks(text, at + operator);
    let is_set = operator > 0 || matches!(text.get(start), Some(b'"' | b'\''));
    if !is_set || start >= text.len() {
        return None;
    }
    let to_line_end = line_end(text, start);
    let whole = match text[start] {
        quote @ (b'"' | b'\'') => string_end(text, start + 1, quote),
        b'[' | b'{' => bracket_end(text, start),
        b'|' | b'>' => block_end(text, start),
        _ => to_line_end,
    };
    let content = match text[start] {
        b'"' | b'\'' if ends_well(&text[whole..]) => start + 1..whole,
        b'"' | b'\'' => start + 1..whole.max(to_line_end),
        _ => start..whole.max(to_line_end),
    };
    let is_harmless = is_harmless(&text[content.clone()]);
    (!is_harmless).then_some(content)
}

/// Whether what follows the quote that ends a value may follow one, so that it was the end.
fn ends_well(rest: &[u8]) -> bool {
    rest.get(1).is_none_or(|next| next.is_ascii_whitespace() || b"}],#\\".contains(next))
}

/// Behind a value, and the quote that ends it.
fn after_quote(text: &[u8], value: &Range<usize>) -> usize {
    let quote = value.start.checked_sub(1).and_then(|before| text.get(before));
    let is_quoted = matches!(quote, Some(b'"' | b'\'')) && text.get(value.end) == quote;
    value.end + usize::from(is_quoted)
}

/// Behind blanks, and at most one line end with the blanks after it.
fn after_blanks(text: &[u8], at: usize) -> usize {
    let at = at + length(&text[at..], is_blank);
    let ends = length(&text[at..], |byte| matches!(byte, b'\r' | b'\n'));
    if ends == 0 || ends > 2 {
        return at;
    }
    at + ends + length(&text[at + ends..], is_blank)
}

fn line_end(text: &[u8], at: usize) -> usize {
    at + length(&text[at..], |byte| byte != b'\n')
}

/// Where the string ends whose content begins at `start`; a doubled quote is one in YAML.
fn string_end(text: &[u8], start: usize, quote: u8) -> usize {
    string_end_before(text, start, quote, None)
}

/// The same, or the end of the line.
fn string_end_on_line(text: &[u8], start: usize, quote: u8) -> usize {
    string_end_before(text, start, quote, Some(b'\n'))
}

fn string_end_before(text: &[u8], start: usize, quote: u8, stop: Option<u8>) -> usize {
    let mut at = start;
    while at < text.len() && Some(text[at]) != stop {
        let is_doubled = quote == b'\'' && at > start && text.get(at + 1) == Some(&quote);
        match text[at] {
            found if found != quote => at += 1,
            _ if is_doubled => at += 2,
            _ if text[at - 1] == b'\\' => at += 1,
            _ => return at,
        }
    }
    at.min(text.len())
}

/// Behind the bracket that closes the one at `start`; the end of the text where none does.
fn bracket_end(text: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0_usize);
    while at < text.len() {
        match text[at] {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            quote @ (b'"' | b'\'') => at = string_end(text, at + 1, quote),
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(text.len())
}

/// The end of a YAML block whose mark is at `at`: the next line that is indented no more than its own.
fn block_end(text: &[u8], at: usize) -> usize {
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let indentation = length(&text[start..], is_blank);
    let mut end = line_end(text, at);
    while end < text.len() {
        let line = end + 1..line_end(text, (end + 1).min(text.len()));
        let is_inside =
            line.is_empty() || length(&text[line.start.min(text.len())..], is_blank) > indentation;
        if !is_inside {
            break;
        }
        end = line.end.max(end + 1);
    }
    end.min(text.len())
}

/// A string on one line: its content is secret unless that is harmless, or the setting before it is one whose
/// value is shown.
fn string(text: &[u8], at: usize) -> (Option<Range<usize>>, usize) {
    let end = string_end_on_line(text, at + 1, text[at]);
    let content = (at + 1).min(end)..end;
    let after = (end + 1).min(text.len());
    if is_name(&text[content.clone()], &text[after..]) {
        let is_secret = is_secret_name(&text[content]);
        let value = if is_secret { value(text, after) } else { None };
        let next = value.as_ref().map_or(after, |value| after_quote(text, value));
        return (value, next);
    }
    let shown = is_harmless(&text[content.clone()])
        || is_value_of_shown(text, at) && is_plain(&text[content.clone()]);
    ((!shown).then_some(content), after)
}

/// Whether nothing can be secret in a value: it is empty, the name of a variable, or a number.
fn is_harmless(value: &[u8]) -> bool {
    let variable = value.strip_prefix(b"${").and_then(|value| value.strip_suffix(b"}"));
    let is_variable = variable.is_some_and(|name| name.iter().all(|byte| is_name_byte(*byte)));
    let is_number = value.len() <= 5 && value.iter().all(u8::is_ascii_digit);
    is_variable || is_number
}

/// Whether a string is a name that something is assigned to.
fn is_name(content: &[u8], after: &[u8]) -> bool {
    let after = &after[length(after, is_blank)..];
    !content.is_empty()
        && content.iter().all(|byte| is_name_byte(*byte))
        && (after.starts_with(b"=>") || after.starts_with(b"{"))
}

/// Whether a value is one word that is no address with a password, and no key.
fn is_plain(value: &[u8]) -> bool {
    let is_word = !value.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'@');
    is_word && !holds_key(&String::from_utf8_lossy(value))
}

/// Whether the string at `at` is the value of a setting that is shown, on the same line.
fn is_value_of_shown(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    let before = before.strip_suffix(b"[").unwrap_or(before).trim_ascii_end();
    let Some(before) = before.strip_suffix(b"=>").or_else(|| before.strip_suffix(b":")) else {
        return false;
    };
    let before = before.trim_ascii_end();
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let name = before.iter().rev().take_while(|byte| is_name_byte(**byte)).count();
    is_shown_name(&before[before.len() - name..])
}

/// `user:password` of an address whose `://` ends at `at`: to the last `@` before a blank.
fn user_information(text: &[u8], at: usize) -> Range<usize> {
    let near = &text[at..text.len().min(at + LONGEST_USER_INFORMATION)];
    let end = at + length(near, |byte| !byte.is_ascii_whitespace());
    let last = text[at..end].iter().rposition(|byte| *byte == b'@');
    at..last.map_or(at, |last| at + last)
}

/// Where the PEM ends that begins before `at`; at the end of the text where nothing says so.
fn pem_end(text: &[u8], at: usize) -> usize {
    let end = text[at..].windows(5).position(|window| window == b"--END");
    end.map_or(text.len(), |found| at + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        masked(text, &spans(text.as_bytes()), 0..0).0
    }

    #[test]
    fn secrets_are_masked() {
        for text in [
            r#"password => "X""#,
            r#"password "X""#,
            r#"headers => ["Authorization", "Basic X"]"#,
            r#"add_field => ["password","X"]"#,
            r#""H-Api-Key" => "X""#,
            "access_key => X",
            "passwords => [\n \"X\"\n]",
            r#"x => "Authorization: Bearer X""#,
            "http://u:p@X@host",
            "http://u:a/X@host",
            "password: |\n  X\nnext: 1",
            "password -> \"X\"",
            "password = > \"X\"",
            "password => \"a\"X\"",
            "password =>\n  X",
            "-----BEGIN RSA PRIVATE KEY-----\nX",
            r#"config.string: "input { x { password => \"aa X\" } }""#,
            "passphrase: 'it''s X'",
            r#"x => "AccountKey=X;""#,
            "bind_pw => 'X'",
            "ssl_key => \"-----BEGIN X\"",
            "community: X y",
            "cloud_auth => \"a:X\" }",
            "passphrase => \"X\" passphrase => \"X\"",
            "passphrase => 'it' passphrase => 'X'",
            "passphrase => \"\" passphrase => \"X\"",
        ] {
            assert!(!shown(text).contains('X'), "{text} -> {}", shown(text));
        }
    }

    #[test]
    fn paths_names_and_variables_are_shown() {
        for text in [
            "input { beats { port => 5044 ssl_key => \"/etc/ssl/our.key\" } }",
            "ssl_certificate => 'certs/our.crt' # ours",
            "ssl_key_passphrase => \"${KEY_PASS}\"",
            "ssl_key_passphrase => \"\"",
            "\"ssl_key\" => [\"/x\"]",
            "path.config: \"/etc/*.conf\"",
            "xpack.monitoring.elasticsearch.ssl.key: '/x'",
            "port => \"5044\"",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
