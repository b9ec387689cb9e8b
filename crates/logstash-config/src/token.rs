//! Finds where a token ends.

/// Returns whether a byte is white space; nothing else is, not even a form feed.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Returns whether a byte can be in an unquoted name.
pub(crate) fn is_name(byte: u8) -> bool {
    is_word(byte) || byte == b'-'
}

/// Returns whether a byte can be in a bare word after the first character.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Returns the end of the run of such bytes from `start`.
pub(crate) fn run(text: &[u8], start: usize, is_such: impl Fn(u8) -> bool) -> usize {
    let rest = &text[start..];
    start + rest.iter().position(|byte| !is_such(*byte)).unwrap_or(rest.len())
}

/// Returns the end of the comment at `start`, including its line end; or the lone CR that makes it invalid.
pub(crate) fn comment(text: &[u8], start: usize) -> Result<usize, usize> {
    let end = run(text, start, |byte| byte != b'\n' && byte != b'\r');
    match text[end..] {
        [] => Ok(end),
        [b'\n', ..] => Ok(end + 1),
        [b'\r', b'\n', ..] => Ok(end + 2),
        _ => Err(end),
    }
}

/// Returns the end of the string or regular expression at `start`. Only a backslash before its own delimiter escapes; a
/// backslash before a backslash escapes nothing.
pub(crate) fn delimited(text: &[u8], start: usize) -> Option<usize> {
    let delimiter = text[start];
    let mut at = start + 1;
    loop {
        at += text[at..].iter().position(|byte| *byte == delimiter)?;
        let is_escaped = at > start + 1 && text[at - 1] == b'\\';
        at += 1;
        if !is_escaped {
            return Some(at);
        }
    }
}

/// Returns the end of the bare word at `start`; a single letter is not one.
pub(crate) fn bareword(text: &[u8], start: usize) -> Option<usize> {
    is_word_start(*text.get(start)?).then_some(())?;
    let end = run(text, start + 1, is_word);
    (end > start + 1).then_some(end)
}

/// Returns the end of the number at `start`.
pub(crate) fn number(text: &[u8], start: usize) -> Option<usize> {
    let digits = start + usize::from(text.get(start) == Some(&b'-'));
    let whole = run(text, digits, |byte| byte.is_ascii_digit());
    if whole == digits {
        return None;
    }
    let has_point = text.get(whole) == Some(&b'.');
    Some(if has_point { run(text, whole + 1, |byte| byte.is_ascii_digit()) } else { whole })
}

/// Returns the end of the selector at `start`, if it is one, and how far the search went.
pub(crate) fn selector(text: &[u8], start: usize) -> (Option<usize>, usize) {
    let mut end = None;
    loop {
        match selector_element(text, end.unwrap_or(start)) {
            Ok(next) => end = Some(next),
            Err(reached) => return (end, reached),
        }
    }
}

fn selector_element(text: &[u8], start: usize) -> Result<usize, usize> {
    if text.get(start) != Some(&b'[') {
        return Err(start);
    }
    let end = run(text, start + 1, |byte| !matches!(byte, b'[' | b']' | b','));
    let is_closed = end > start + 1 && text.get(end) == Some(&b']');
    if is_closed { Ok(end + 1) } else { Err(end) }
}

pub(crate) fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}
