//! Matches a text against a wording: literally, except for its placeholders and quotes.

use std::ops::Range;

/// The longest path that the system accepts.
const LONGEST_PATH: usize = 4096;

/// What can end a path in a line of a log, besides a quote and the end of the line: what Ruby, JSON, Java and people
/// put after it.
const AFTER_PATH: [&[u8]; 11] = [
    b": ",
    b", :",
    b", \"",
    b"}",
    b">",
    b"  <-",
    b" <-",
    b" (",
    b"\\n\\t",
    b"\\nCaused",
    b"\\r\\n",
];

/// Returns the span of the path if `text` begins with the wording. For a wording without a path, the span is empty and
/// at the end of the match.
pub(super) fn begins_with(text: &[u8], wording: &str) -> Option<Range<usize>> {
    let (mut at, mut path) = (0, None);
    let mut wording = wording;
    while let Some(first) = wording.bytes().next() {
        let rest = text.get(at..)?;
        let plain = wording.bytes().take_while(|byte| !b"<`\"".contains(byte)).count();
        let (expected, length) = if plain > 0 {
            (plain, if rest.starts_with(&wording.as_bytes()[..plain]) { plain } else { 0 })
        } else {
            placeholder(wording, rest).unwrap_or_else(|| (1, mark(first, rest)))
        };
        if length == 0 {
            return None;
        }
        if wording.starts_with("<path>") {
            path = Some(at..at + length);
        }
        at += length;
        wording = wording.get(expected..)?;
    }
    Some(path.unwrap_or(at..at))
}

/// Returns the length of the placeholder at the start of the wording, and of its match.
fn placeholder(wording: &str, text: &[u8]) -> Option<(usize, usize)> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"._:$-[]".contains(byte);
    let count =
        |is_part: &dyn Fn(&u8) -> bool| text.iter().take_while(|byte| is_part(byte)).count();
    let kinds: [(&str, &dyn Fn() -> usize); 3] = [
        ("<path>", &|| path_length(text)),
        ("<n>", &|| count(&u8::is_ascii_digit)),
        ("<word>", &|| count(&is_word)),
    ];
    let (name, length) = kinds.into_iter().find(|(name, _)| wording.starts_with(name))?;
    Some((name.len(), length()))
}

/// Returns the length of this quote, in any form, or of another byte at the start of the text.
fn mark(wanted: u8, text: &[u8]) -> usize {
    let is_quote = |byte: u8| b"`\"".contains(&byte);
    let escapes = text.iter().take_while(|byte| **byte == b'\\').count();
    match text.get(escapes) {
        Some(byte) if is_quote(wanted) && is_quote(*byte) => escapes + 1,
        _ => usize::from(text.first() == Some(&wanted)),
    }
}

fn path_length(text: &[u8]) -> usize {
    let text = &text[..text.len().min(LONGEST_PATH)];
    let ends = |at: &usize| {
        let rest = &text[*at..];
        let escapes = rest.iter().take_while(|byte| **byte == b'\\').count();
        rest.get(escapes) == Some(&b'"')
            || rest[0].is_ascii_control()
            || AFTER_PATH.iter().any(|after| rest.starts_with(after))
    };
    let length = (0..text.len()).find(ends).unwrap_or(text.len());
    text[..length].trim_ascii_end().len()
}

#[cfg(test)]
mod tests {
    use super::begins_with;

    #[test]
    fn finds_where_a_path_ends() {
        for (text, path) in [
            ("key: /a b/our.key", "/a b/our.key"),
            ("key: /a.key, :cause=>{}", "/a.key"),
            (r#"key: /a.key\", more"#, "/a.key"),
            ("key: /a.key\"}", "/a.key"),
            (r#"key: /a.key\\\", more"#, "/a.key"),
            ("key: /a.key>, :backtrace=>[]", "/a.key"),
            ("key: a.key  <-  java.io.IOException", "a.key"),
            (r"key: C:\new\tls.key", r"C:\new\tls.key"),
            (r"key: /a.key\n\tat io.netty", "/a.key"),
        ] {
            let found = begins_with(text.as_bytes(), "key: <path>").unwrap();
            assert_eq!(&text[found], path);
        }
    }

    #[test]
    fn takes_any_quotes_for_quotes() {
        for text in ["a `b` c", "a \"b\" c", r#"a \"b\" c"#, r#"a \\\"b\\\" c"#] {
            assert!(begins_with(text.as_bytes(), "a `b` c").is_some(), "{text}");
        }
        assert!(begins_with(b"a 'b' c", "a `b` c").is_none());
    }

    #[test]
    fn a_placeholder_is_never_empty() {
        assert!(begins_with(b"bytes = ", "bytes = <n>").is_none());
        assert!(begins_with(b"bytes = 12", "bytes = <n>").is_some());
        assert!(begins_with(b"key: ", "key: <path>").is_none());
    }
}
