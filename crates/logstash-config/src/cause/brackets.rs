//! Finds the bracket that is not closed, often far above the place where the parser fails.

use std::ops::Range;

use source_text::LineIndex;

use super::{Explanation, Scene};
use crate::error::{Cause, Expected};
use crate::parser::{Opening, Parser};
use crate::section::SectionKind;
use crate::token;

impl Scene<'_> {
    /// Explains an unclosed bracket: at the end of the text, or before something that cannot be inside it.
    pub(super) fn unclosed(&self) -> Option<Explanation> {
        let opening = *self.failure.openings.last()?;
        let (opening, noticed, label) = if self.at >= self.text.len() {
            (opening, self.at..self.at, "the file ends before it is closed")
        } else if self.is_outside_brackets(opening) {
            (opening, self.token(), "this cannot be inside")
        } else {
            let (opening, noticed) = self.section_inside().or_else(|| self.shallow(opening))?;
            (opening, noticed, "this is parsed as if it were inside")
        };
        let likely = self.misaligned(opening).unwrap_or(opening);
        let bracket = self.byte(likely.at).map_or('{', char::from);
        Some((Cause::Unclosed(bracket), likely.at..likely.at + 1, Some((noticed, label))))
    }

    /// Returns whether this can only be in braces, but other brackets surround it: another closing bracket, the brace
    /// after a condition, an operator, or the next setting.
    fn is_outside_brackets(&self, opening: Opening) -> bool {
        let Some(found) = self.byte(self.at) else { return false };
        match (self.byte(opening.at), self.expected) {
            (Some(b'['), Expected::Separator) => {
                let is_operator = matches!(found, b'=' | b'!' | b'<' | b'>');
                let is_arrow = self.looks_at(self.at, b"=>");
                matches!(found, b'}' | b')') || is_operator && !is_arrow || self.is_setting()
            }
            (Some(b'('), Expected::Parenthesis | Expected::Argument) => {
                matches!(found, b'{' | b'}' | b']')
            }
            _ => false,
        }
    }

    /// Returns whether a name and `=>` are at the failure.
    fn is_setting(&self) -> bool {
        let name = token::run(self.text, self.at, token::is_name);
        let arrow = token::run(self.text, name, token::is_space);
        name > self.at && self.looks_at(arrow, b"=>")
    }

    /// Returns the bracket that should be closed before a section, and the section: `input`, `filter` or `output` was
    /// read as the name of a setting, or of a plugin around the failure.
    fn section_inside(&self) -> Option<(Opening, Range<usize>)> {
        if self.expected != Expected::Arrow || self.byte(self.at) == Some(b'=') {
            return None;
        }
        let is_section = |word: &Range<usize>| {
            SectionKind::ALL
                .iter()
                .any(|kind| kind.keyword().as_bytes() == &self.text[word.clone()])
        };
        let openings = &self.failure.openings;
        let around = openings.iter().map(|opening| self.word(*opening));
        let words: Vec<_> = around.chain([self.failure.last.clone()]).collect();
        let inner = words.iter().skip(1).position(is_section)?;
        Some((*openings.get(inner)?, words.get(inner + 1)?.clone()))
    }

    /// Returns the name before a bracket.
    pub(super) fn word(&self, opening: Opening) -> Range<usize> {
        opening.start..token::run(self.text, opening.start, token::is_name)
    }

    /// Returns this bracket, if the name before the failure begins its line and is not indented further.
    fn shallow(&self, opening: Opening) -> Option<(Opening, Range<usize>)> {
        let start = self.failure.last.start;
        let is_it = self.expected == Expected::Arrow
            && self.byte(self.at) != Some(b'=')
            && is_dedented(self.text, &LineIndex::of(self.text), start, opening, true);
        is_it.then(|| (opening, self.failure.last.clone()))
    }

    /// Returns the first pair of brackets inside `outer` whose closing one begins a line with less indentation than the
    /// line of its opening one.
    fn misaligned(&self, outer: Opening) -> Option<Opening> {
        let mut again = Parser::new(self.text);
        again.pairs = Some(Vec::new());
        let _ = again.configuration();
        let lines = LineIndex::of(self.text);
        let is_misaligned = |(opening, closing): &(Opening, usize)| {
            opening.at > outer.at && is_dedented(self.text, &lines, *closing, *opening, false)
        };
        let pairs = again.pairs.unwrap_or_default();
        pairs.into_iter().find(is_misaligned).map(|(opening, _)| opening)
    }
}

/// Returns whether `at` begins a line below the bracket with less indentation than the bracket's construct; for what
/// cannot be inside, equal indentation is enough.
fn is_dedented(
    text: &[u8],
    lines: &LineIndex<'_>,
    at: usize,
    opening: Opening,
    may_be_level: bool,
) -> bool {
    let is_blank = |byte| byte == b' ' || byte == b'\t';
    let indent = |start: usize| token::run(text, start, is_blank) - start;
    let start = lines.line(at).1.start;
    let (own, around) = (indent(start), indent(lines.line(opening.start).1.start));
    start > opening.at && start + own == at && (own < around || may_be_level && own == around)
}
