//! Shows foreign paths and texts: safe for a terminal, quoted for a shell, and never with a key in them.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Returns a path for messages: unchanged, except that what a terminal would act on is escaped, and a key pasted as a
/// path is not shown.
#[must_use]
pub fn shown(path: &Path) -> String {
    let path = path.to_string_lossy();
    if holds_key(&path) {
        return KEY_AS_PATH.to_owned();
    }
    escape(&path)
}

/// Shown for a key that was pasted as a path.
const KEY_AS_PATH: &str = "(a key, not a path)";

/// How the base64 of a key begins: of DER, a SEQUENCE that is neither short nor huge, and of PEM.
const BEGINS_OF_BASE64: [&str; 7] = ["MI", "MC", "MD", "MF", "MG", "MH", "LS0t"];

/// No key has a shorter run of base64 letters.
const SHORTEST_KEY: usize = 48;

/// Letters in a whole line of PEM (RFC 7468, section 2) or of MIME: a pasted key is split into such arguments.
const LINES_OF_BASE64: [usize; 2] = [64, 76];

/// Returns whether a text that should be a path holds a key: as PEM, as bare base64, or as one line of it.
#[must_use]
pub fn holds_key(text: &str) -> bool {
    let is_base64 = |c: &u8| c.is_ascii_alphanumeric() || b"+/=".contains(c);
    let is_begin = |at: &usize| {
        let before = at.checked_sub(1).map(|before| text.as_bytes()[before]);
        before.is_none_or(|before| b"/=".contains(&before) || !is_base64(&before))
            && BEGINS_OF_BASE64
                .iter()
                .any(|begin| text.as_bytes()[*at..].starts_with(begin.as_bytes()))
    };
    // A path of long names has few capitals, or no digits.
    let is_mixed = |run: &[u8]| {
        let count = |is: fn(&u8) -> bool| run.iter().filter(|c| is(c)).count();
        count(u8::is_ascii_uppercase) >= 8
            && count(u8::is_ascii_lowercase) >= 4
            && count(u8::is_ascii_digit) >= 1
    };
    let is_key = |at: usize| {
        let run = text.as_bytes().get(at..at + SHORTEST_KEY).unwrap_or_default();
        run.len() == SHORTEST_KEY && run.iter().all(is_base64) && is_mixed(run)
    };
    let mut runs = text.as_bytes().split(|c| !is_base64(c));
    text.contains("-----BEGIN")
        || (0..text.len()).filter(is_begin).any(is_key)
        || runs.any(|run| LINES_OF_BASE64.contains(&run.len()) && is_mixed(run))
}

/// Escapes control characters.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            let _ = write!(escaped, "{}", character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Returns a line that the runner of GitHub Actions does not take for a workflow command: `::` at its beginning, also
/// after white space, or `##[` anywhere. A line of `:::` alone is not one: excerpts mark a gap with it.
///
/// Source: `ActionCommand.cs` of actions/runner.
#[must_use]
pub fn without_commands(line: &str) -> String {
    let line = line.replace("##[", r"#\u{23}[");
    match line.trim_start().strip_prefix("::") {
        Some(rest) if rest.trim_end() != ":" => {
            let blanks = &line[..line.len() - rest.len() - 2];
            format!(r"{blanks}\u{{3a}}:{rest}")
        }
        _ => line,
    }
}

/// Returns whether a terminal acts on a character, or reorders text for it.
#[must_use]
pub fn is_unsafe(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a command with this path works in every `sh`: the path is text without control characters, and is
/// shown unchanged.
#[must_use]
pub fn is_pasteable(path: &Path) -> bool {
    path.to_str().is_some_and(|path| !path.contains(is_unsafe) && !holds_key(path))
}

/// Quotes a path for a shell where needed.
#[must_use]
pub fn quoted(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let path = path.to_string_lossy();
    if path == "-" {
        return path.into_owned();
    }
    if holds_key(&path) {
        return format!("'{KEY_AS_PATH}'");
    }
    // A tilde is special at the beginning and, in an assignment, after a colon or an equals sign.
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:=@%~".contains(c);
    let is_home = path.starts_with('~') || path.contains(":~") || path.contains("=~");
    let is_plain = !path.is_empty() && path.chars().all(plain) && !is_home;
    if is_plain && !path.starts_with('-') {
        path.into_owned()
    } else if path.chars().any(|c| is_unsafe(c) || c == char::REPLACEMENT_CHARACTER) {
        let escape = |byte: &u8| match byte {
            b' '..=b'~' if !b"'\\".contains(byte) => char::from(*byte).to_string(),
            _ => format!("\\x{byte:02x}"),
        };
        format!("$'{}'", bytes.iter().map(escape).collect::<String>())
    } else if path.starts_with('-') {
        quoted(Path::new(&format!("./{path}")))
    } else {
        // The two quotes in between mean nothing to a shell ([`without_commands`]).
        format!("'{}'", path.replace('\'', r"'\''").replace("##[", "##''["))
    }
}

/// Fills in a template; placeholders inside a value are left alone.
#[must_use]
pub fn filled(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    let next = |rest: &str| {
        let found = values.iter().filter_map(|value| Some((rest.find(value.0)?, *value)));
        found.min_by_key(|(at, _)| *at)
    };
    while let Some((at, (name, value))) = next(rest) {
        filled.push_str(&rest[..at]);
        filled.push_str(value);
        rest = &rest[at + name.len()..];
    }
    filled + rest
}

/// Returns a message of the system without the error number that Rust adds.
#[must_use]
pub fn without_numbers(message: &str) -> String {
    let mut words = String::with_capacity(message.len());
    for (index, part) in message.split(" (os error ").enumerate() {
        let part =
            if index == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) };
        words.push_str(part);
    }
    words
}
