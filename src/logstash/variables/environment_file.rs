//! Environment files: `NAME=value` lines as systemd reads them.

use std::iter::Peekable;
use std::str::Chars;

use zeroize::Zeroizing;

/// Returns the variables in a file, in order.
///
/// Source: `EnvironmentFile=` in `systemd.exec(5)`. A shell's `export` is accepted too, since start scripts source the
/// same files.
pub(super) fn read(text: &str) -> Vec<(String, Zeroizing<String>)> {
    let mut reader =
        Reader { rest: text.trim_start_matches('\u{feff}').chars().peekable(), length: text.len() };
    let mut variables = Vec::new();
    while reader.rest.peek().is_some() {
        variables.extend(reader.line());
    }
    variables
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    length: usize,
}

impl Reader<'_> {
    /// Parses one line and its continuations.
    fn line(&mut self) -> Option<(String, Zeroizing<String>)> {
        while self.rest.next_if(|next| next.is_whitespace()).is_some() {}
        if matches!(self.rest.peek(), Some('#' | ';')) {
            self.comment();
            return None;
        }
        let mut name = String::new();
        while let Some(next) = self.rest.next_if(|next| !matches!(next, '=' | '\n' | '\r')) {
            name.push(next);
        }
        let name = name.trim();
        let name = name.strip_prefix("export ").map_or(name, str::trim_start).to_owned();
        self.rest.next_if_eq(&'=')?;
        Some((name, self.value()))
    }

    fn comment(&mut self) {
        while let Some(next) = self.rest.next_if(|next| *next != '\n') {
            if next == '\\' {
                self.rest.next();
            }
        }
    }

    /// Parses quoted and bare pieces up to the end of the line, without the blanks around them.
    fn value(&mut self) -> Zeroizing<String> {
        let mut value = Zeroizing::new(String::with_capacity(self.length));
        let mut end = 0;
        let mut may_quote = true; // only where a piece begins
        while let Some(next) = self.rest.next_if(|next| *next != '\n') {
            match next {
                '\'' if may_quote => self.single(&mut value),
                '"' if may_quote => self.double(&mut value),
                blank if blank.is_whitespace() => {
                    value.extend((!may_quote).then_some(blank));
                    continue;
                }
                '\\' => {
                    may_quote = false;
                    value.extend(self.rest.next().filter(|next| *next != '\n'));
                }
                other => {
                    may_quote = false;
                    value.push(other);
                }
            }
            end = value.len();
        }
        value.truncate(end);
        value
    }

    fn single(&mut self, value: &mut String) {
        value.extend(self.rest.by_ref().take_while(|next| *next != '\''));
    }

    fn double(&mut self, value: &mut String) {
        while let Some(next) = self.rest.next().filter(|next| *next != '"') {
            match (next, self.rest.peek()) {
                ('\\', Some('\n')) => {
                    self.rest.next();
                }
                ('\\', Some(escaped @ ('"' | '\\' | '`' | '$'))) => {
                    value.push(*escaped);
                    self.rest.next();
                }
                _ => value.push(next),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_systemd_reads() {
        let text = "\u{feff}# A=1 \\\nB=2\n;C=3\n\n  PLAIN = a b  \r\nexport SHELL_STYLE=x\nSINGLE='a \\ b'\n\
                    DOUBLE=\"q\\\"\\$x \\n\"\nBOTH='a' \"b\"c\"d\" # e\nLONG=1\\\n2\nEMPTY=\nnothing\nLAST=\"\"";
        let read: Vec<_> =
            read(text).into_iter().map(|(name, value)| (name, value.to_string())).collect();
        let expected = [
            ("PLAIN", "a b"),
            ("SHELL_STYLE", "x"),
            ("SINGLE", "a \\ b"),
            ("DOUBLE", "q\"$x \\n"),
            ("BOTH", "abc\"d\" # e"),
            ("LONG", "12"),
            ("EMPTY", ""),
            ("LAST", ""),
        ];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
