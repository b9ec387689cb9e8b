//! Finds the likely cause where a text stops being valid.

use std::ops::Range;

use crate::error::{Cause, Error, Expected};
use crate::parser::{Parser, Stop, SyntaxFailure};
use crate::token;

mod brackets;

/// Refuses what Logstash cannot read as text.
pub(crate) fn refuse_encoding(text: &[u8]) -> Result<(), Error> {
    let refuse =
        |cause, span: Range<usize>| Err(Error { cause, offset: span.start, span, related: None });
    if u32::try_from(text.len()).is_err() {
        return refuse(Cause::TooLarge, 0..0);
    }
    let invalid = std::str::from_utf8(text).err();
    match (text, invalid) {
        ([0xff, 0xfe, ..] | [0xfe, 0xff, ..], _) => refuse(Cause::Utf16, 0..2),
        ([0xef, 0xbb, 0xbf, ..], _) => refuse(Cause::ByteOrderMark, 0..3),
        (_, None) => Ok(()),
        (_, Some(invalid)) => {
            let start = invalid.valid_up_to();
            let length = invalid.error_len().unwrap_or(text.len() - start);
            refuse(Cause::NotUtf8, start..start + length)
        }
    }
}

/// Returns the error for the place where the parser stopped.
pub(crate) fn explain(parser: &Parser<'_>, stop: Stop) -> Error {
    let offset = parser.furthest;
    if stop == Stop::TooDeep {
        return Error {
            cause: Cause::TooDeep,
            span: parser.at..parser.at + 1,
            offset,
            related: None,
        };
    }
    let scene = Scene::new(parser);
    let (cause, span, related) = scene.cause();
    Error { cause, span, offset, related }
}

/// A cause, its place, and a related place.
type Explanation = (Cause, Range<usize>, Option<(Range<usize>, &'static str)>);

/// A text and the place where the parser failed.
struct Scene<'a> {
    text: &'a [u8],
    failure: &'a SyntaxFailure,
    expected: Expected,
    at: usize,
}

impl<'a> Scene<'a> {
    fn new(parser: &'a Parser<'_>) -> Self {
        let failure = &parser.failure;
        let expected = failure.expected.unwrap_or(Expected::Section);
        Self { text: parser.text, failure, expected, at: failure.at }
    }

    /// Returns the first explanation that fits; the more specific ones come first.
    fn cause(&self) -> Explanation {
        let plain = || (Cause::Expected(self.expected), self.token(), None);
        self.utf16()
            .or_else(|| self.template())
            .or_else(|| self.string())
            .or_else(|| self.unclosed())
            .or_else(|| self.other_format())
            .or_else(|| self.by_place())
            .unwrap_or_else(plain)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn looks_at(&self, at: usize, token: &[u8]) -> bool {
        self.text.get(at..).is_some_and(|rest| rest.starts_with(token))
    }

    fn last(&self) -> &'a [u8] {
        &self.text[self.failure.last.clone()]
    }

    /// Returns the token at the failure: a name or one character; empty at the end.
    fn token(&self) -> Range<usize> {
        let name = token::run(self.text, self.at, token::is_name);
        let is_continuation = |byte: u8| byte & 0xc0 == 0x80;
        let after = (self.at + 1).min(self.text.len());
        self.at..name.max(token::run(self.text, after, is_continuation))
    }

    /// Returns the span from `start` to white space or a separator of values.
    fn unquoted(&self, start: usize) -> Range<usize> {
        let ends = |byte| token::is_space(byte) || matches!(byte, b',' | b']' | b'}' | b'#');
        let end = token::run(self.text, start, |byte| !ends(byte)).max(self.at);
        let is_variable = self.looks_at(start, b"${") && self.byte(end) == Some(b'}');
        start..end + usize::from(is_variable)
    }

    fn utf16(&self) -> Option<Explanation> {
        let is_it = matches!(self.text, [0, _, 0, ..] | [_, 0, _, 0, ..]);
        is_it.then_some((Cause::Utf16, 0..2, None))
    }

    fn template(&self) -> Option<Explanation> {
        const MARKS: [&[u8]; 4] = [b"{{", b"{%", b"{#", b"<%"];
        let is_mark = |at: &usize| MARKS.iter().any(|mark| self.looks_at(*at, mark));
        let at = [self.at, self.at.saturating_sub(1)].into_iter().find(is_mark)?;
        Some((Cause::Template, at..at + 2, None))
    }

    /// Explains a string or pattern that does not end, or ends in the wrong place.
    fn string(&self) -> Option<Explanation> {
        const NOTICED: &str = "noticed here";
        let start = self.failure.last.start;
        let opening = start..start + 1;
        match self.expected {
            Expected::Slash => return Some((Cause::UnclosedPattern, opening, None)),
            Expected::Quote => {}
            _ if !token::is_quote(*self.last().first()?) => return None,
            _ if self.at >= self.text.len() => return None,
            _ => {}
        }
        let is_open = self.expected == Expected::Quote;
        let end = if is_open { self.text.len() } else { self.failure.last.end };
        if !is_open && self.at != end {
            return None;
        }
        let first_line = token::run(self.text, start, |byte| byte != b'\n').min(end);
        if let Some(escaped) = self.escaped_quote(start..first_line) {
            let began = (opening, "the string begins here");
            return Some((Cause::EscapedQuote, escaped, Some(began)));
        }
        if is_open {
            return Some((Cause::UnclosedString, opening, None));
        }
        // A string over several lines with text right after it: its quotes belong to other strings.
        let runs_on = first_line < end;
        runs_on.then(|| (Cause::UnclosedString, opening, Some((self.token(), NOTICED))))
    }

    /// Returns the first escaped quote of a string that looks like its end.
    fn escaped_quote(&self, string: Range<usize>) -> Option<Range<usize>> {
        let quote = self.byte(string.start)?;
        let ends = |at: usize| match self.byte(at + 2) {
            None => true,
            Some(byte) => token::is_space(byte) || matches!(byte, b',' | b']' | b'}' | b')'),
        };
        let is_it = |at: &usize| self.looks_at(*at, &[b'\\', quote]) && ends(*at);
        (string.start + 1..string.end).find(is_it).map(|at| at..at + 2)
    }

    /// Explains YAML or JSON, where not even a section begins.
    fn other_format(&self) -> Option<Explanation> {
        if self.expected != Expected::Section || self.failure.last.end > 0 {
            return None;
        }
        let name = token::run(self.text, self.at, |byte| token::is_name(byte) || byte == b'.');
        let cause = if self.looks_at(self.at, b"{") || self.looks_at(self.at, b"[") {
            Cause::Json
        } else if self.looks_at(self.at, b"---")
            || self.looks_at(self.at, b"- ")
            || self.looks_at(name, b":")
        {
            Cause::Yaml
        } else {
            return None;
        };
        Some((cause, self.token(), None))
    }

    /// Explains by what was expected and what is there.
    fn by_place(&self) -> Option<Explanation> {
        let found = self.byte(self.at)?;
        if let Some(cause) = self.character() {
            return Some((cause, self.token(), None));
        }
        match self.expected {
            Expected::Space => self.after_value(found),
            Expected::Value | Expected::EntryValue | Expected::Element | Expected::NextElement => {
                self.value(found)
            }
            Expected::Separator if self.looks_at(self.at, b"=>") => {
                Some((Cause::ArrowInArray, self.at..self.at + 2, None))
            }
            Expected::Separator | Expected::EntryArrow => self.continued(),
            Expected::Entry => self.key(found),
            Expected::Arrow => self.after_name(found),
            Expected::PluginBrace => self.after_plugin_name(found),
            Expected::Operand => self.operand(found),
            Expected::Operator | Expected::Parenthesis => self.operator(),
            _ => None,
        }
    }

    /// Explains by the character, almost alone.
    fn character(&self) -> Option<Cause> {
        use Expected::{Arrow, Entry, EntryArrow, Operator, Plugin, Section, Setting, Space};
        let text = std::str::from_utf8(self.text.get(self.at..)?).ok()?;
        let found = text.chars().next()?;
        match (self.expected, found) {
            (_, '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' | '\u{ab}' | '\u{bb}') => {
                Some(Cause::TypographicQuote)
            }
            (_, '\u{0b}' | '\u{0c}' | '\u{feff}' | '\u{200b}'..='\u{200d}') => {
                Some(Cause::NotSpace)
            }
            (_, _) if found.is_whitespace() && !found.is_ascii() => Some(Cause::NotSpace),
            (Section | Setting | Plugin | Space | Operator, ']' | ')') | (Section, '}') => {
                Some(Cause::Unopened(found))
            }
            (Space | Setting | Entry | Plugin, ',' | ';') => Some(Cause::Comma),
            (Section | Setting | Plugin | Space, '/') => Some(Cause::SlashComment),
            (Arrow | EntryArrow, '-') if text.starts_with("->") => Some(Cause::NotArrow(found)),
            (Arrow | EntryArrow, ':' | '=') => Some(Cause::NotArrow(found)),
            (Section, _) => Some(Cause::NoSection),
            _ => None,
        }
    }

    fn value(&self, found: u8) -> Option<Explanation> {
        let span = self.unquoted(self.at);
        if span.is_empty() || matches!(found, b'=' | b'(') {
            return None;
        }
        let cause = match found {
            b'<' => Cause::Placeholder,
            _ if span.len() == 1 && found.is_ascii_alphabetic() => Cause::OneLetter,
            _ => Cause::Unquoted,
        };
        Some((cause, span, None))
    }

    fn key(&self, found: u8) -> Option<Explanation> {
        let key = self.token();
        (key.len() == 1 && token::is_name(found)).then_some((Cause::OneLetter, key, None))
    }

    fn after_value(&self, found: u8) -> Option<Explanation> {
        let end = self.failure.last.end;
        if self.byte(end) == Some(b'#') {
            return Some((Cause::GluedComment, end..end + 1, None));
        }
        if token::is_quote(*self.last().first()?) && !token::is_quote(found) {
            return Some((Cause::AfterString, self.token(), None));
        }
        self.continued()
    }

    fn after_name(&self, found: u8) -> Option<Explanation> {
        let name = self.failure.last.clone();
        if !matches!(found, b'{' | b'[' | b'(') {
            let (cause, span, related) = self.continued()?;
            let has_dot = self.text[span.clone()].contains(&b'.');
            return Some((if has_dot { Cause::DottedSetting } else { cause }, span, related));
        }
        let around = self.word(*self.failure.openings.last()?);
        match &self.text[around.clone()] {
            b"if" => Some((Cause::NoCondition, around.end..around.end, None)),
            b"else" => Some((Cause::ElseAlone, around, None)),
            _ => Some((Cause::PluginInside, name, None)),
        }
    }

    /// Explains a number, word or name with invalid characters after it: `0.0.0.0`, `my-key.pem`, `host.name`.
    fn continued(&self) -> Option<Explanation> {
        let start = self.failure.last.start;
        let is_bare = token::is_name(*self.last().first()?);
        let goes_on = self.at == self.failure.last.end && !token::is_quote(self.byte(self.at)?);
        (is_bare && goes_on).then(|| (Cause::Unquoted, self.unquoted(start), None))
    }

    fn after_plugin_name(&self, found: u8) -> Option<Explanation> {
        let cause = match (self.last(), found) {
            (b"elsif" | b"elif", _) => Cause::ElseIf,
            (b"else", _) => Cause::ElseAlone,
            (_, b'=' | b':') if !self.is_brace_next() => Cause::SettingOutside,
            _ => return None,
        };
        Some((cause, self.failure.last.clone(), None))
    }

    /// Returns whether a brace follows this character.
    fn is_brace_next(&self) -> bool {
        self.byte(token::run(self.text, self.at + 1, token::is_space)) == Some(b'{')
    }

    fn operand(&self, found: u8) -> Option<Explanation> {
        let cause = match found {
            b'n' if self.looks_at(self.at, b"not") => Cause::Operator("!"),
            b'=' => Cause::Operator("=="),
            b'{' if self.last() == b"if" => Cause::NoCondition,
            _ if token::is_name(found) => Cause::UnquotedOperand,
            _ => return None,
        };
        Some((cause, self.token(), None))
    }

    fn operator(&self) -> Option<Explanation> {
        const OTHERS: [(&[u8], &str); 4] =
            [(b"&", "and"), (b"|", "or"), (b"=", "=="), (b"is", "==")];
        if self.looks_at(self.at, b"not") {
            return Some((Cause::Expected(Expected::In), self.token(), None));
        }
        let (found, instead) = OTHERS.iter().find(|(found, _)| self.looks_at(self.at, found))?;
        let end =
            token::run(self.text, self.at, |byte| byte == found[0]).max(self.at + found.len());
        Some((Cause::Operator(instead), self.at..end, None))
    }
}
