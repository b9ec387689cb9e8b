//! The rules of the language; each function advances past what it parses.
//!
//! The original tries alternatives in turn; here the next token nearly always decides. Only a branch is tried and
//! undone, since `if5 { … }` may be a plugin of that name.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::{ControlFlow, Range};

use crate::dialect::Dialect;
use crate::error::{Cause, Error, Expected};
use crate::parser::{Parsed, Parser, Stop};
use crate::section::SectionKind;
use crate::token;

impl Parser<'_> {
    /// Parses the whole text.
    pub(crate) fn configuration(&mut self) -> Parsed {
        self.filler();
        while self.at < self.text.len() {
            self.section()?;
            self.filler();
        }
        self.refuse_unended_comment();
        Ok(())
    }

    /// Notes a comment that ends with the text, which the older dialect does not have. Only comments and white space
    /// follow the last section.
    fn refuse_unended_comment(&mut self) {
        let end = self.text.len();
        let last_line = self.text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let start = last_line.max(self.tree.sections.last().map_or(0, |it| it.span.range().end));
        if let Some(comment) = self.text[start..].iter().position(|byte| *byte == b'#') {
            let error = Error::new(Cause::UnendedComment, start + comment..end, end);
            self.tree.refuse(Dialect::Older, error);
        }
    }

    fn section(&mut self) -> Parsed {
        let is_here = |kind: &SectionKind| self.looks_at(kind.keyword().as_bytes());
        let Some(kind) = SectionKind::ALL.into_iter().find(is_here) else {
            return self.fail(Expected::Section);
        };
        let start = self.at;
        self.at += kind.keyword().len();
        self.last = start..self.at;
        self.tree.begin_section(kind, &self.last);
        self.block(start, Expected::SectionBrace)?;
        self.tree.end_section(self.at);
        Ok(())
    }

    /// Parses branches and plugins in braces.
    pub(crate) fn block(&mut self, start: usize, expected: Expected) -> Parsed {
        self.filler();
        if self.peek() != Some(b'{') {
            return self.fail(expected);
        }
        self.enclosed(start, (b'}', Expected::Plugin), |parser| {
            while parser.peek() != Some(b'}') {
                parser.branch_or_plugin()?;
                parser.filler();
            }
            Ok(())
        })
    }

    fn branch_or_plugin(&mut self) -> Parsed {
        if !self.looks_at(b"if") {
            return self.plugin();
        }
        let before = self.checkpoint();
        match self.branch() {
            Err(Stop::Mismatch) => {
                self.go_back(before);
                self.plugin()
            }
            done => done,
        }
    }

    fn branch(&mut self) -> Parsed {
        self.condition_and_block(self.at)?;
        loop {
            let before = self.checkpoint();
            self.filler();
            match self.otherwise() {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => return Ok(()),
                Err(Stop::TooDeep) => return Err(Stop::TooDeep),
                // What is not an `else` of this branch may be a plugin of that name.
                Err(Stop::Mismatch) => {
                    self.go_back(before);
                    return Ok(());
                }
            }
        }
    }

    /// Parses an `else if`, or an `else`, which ends the branch.
    fn otherwise(&mut self) -> Parsed<ControlFlow<()>> {
        let start = self.at;
        if !self.eat(b"else") {
            return Err(Stop::Mismatch);
        }
        self.last = start..self.at;
        self.filler();
        if self.looks_at(b"if") {
            self.condition_and_block(start).map(ControlFlow::Continue)
        } else {
            self.block(start, Expected::ElseBrace).map(ControlFlow::Break)
        }
    }

    fn condition_and_block(&mut self, start: usize) -> Parsed {
        self.last = self.at..self.at + 2;
        self.at += 2;
        self.filler();
        self.condition()?;
        self.block(start, Expected::Operator)
    }

    fn plugin(&mut self) -> Parsed {
        let name = self.name(Expected::Plugin)?;
        self.filler();
        if self.peek() != Some(b'{') {
            return self.fail(Expected::PluginBrace);
        }
        self.plugin_body(&name)
    }

    fn plugin_body(&mut self, name: &Range<usize>) -> Parsed {
        let outer = self.plugin;
        let plugin = self.tree.begin_plugin(name, self.at, outer);
        self.plugin = plugin;
        self.enclosed(name.start, (b'}', Expected::Setting), Self::attributes)?;
        self.plugin = outer;
        self.tree.end_plugin(plugin, self.at);
        Ok(())
    }

    fn attributes(&mut self) -> Parsed {
        let mut is_apart = true;
        while self.peek() != Some(b'}') {
            if !is_apart {
                return self.fail(Expected::Space);
            }
            self.attribute()?;
            is_apart = self.peek().is_some_and(token::is_space);
            self.filler();
        }
        Ok(())
    }

    fn attribute(&mut self) -> Parsed {
        let name = self.name(Expected::Setting)?;
        let attribute = self.tree.begin_attribute(&name);
        self.filler();
        self.require(b"=>", Expected::Arrow)?;
        self.filler();
        let value = self.value(Expected::Value)?;
        self.tree.end_attribute(attribute, &value);
        Ok(())
    }

    /// Parses the name of a plugin or attribute.
    fn name(&mut self, expected: Expected) -> Parsed<Range<usize>> {
        let start = self.at;
        if self.peek().is_some_and(token::is_quote) {
            self.string()?;
        } else {
            self.at = token::run(self.text, start, token::is_name);
            if self.at == start {
                return self.fail(expected);
            }
        }
        self.last = start..self.at;
        Ok(start..self.at)
    }

    pub(crate) fn string(&mut self) -> Parsed {
        self.delimited(Expected::Quote)
    }

    pub(crate) fn delimited(&mut self, expected: Expected) -> Parsed {
        let Some(end) = token::delimited(self.text, self.at) else {
            self.last = self.at..self.at + 1;
            return self.fail_at(self.text.len(), expected);
        };
        self.at = end;
        Ok(())
    }

    pub(crate) fn value(&mut self, expected: Expected) -> Parsed<Range<usize>> {
        let start = self.at;
        match self.peek() {
            Some(b'[') => self.array()?,
            Some(b'{') => self.enclosed(start, (b'}', Expected::Entry), Self::entries)?,
            Some(byte) if token::is_quote(byte) => {
                self.string()?;
                self.plugin_or(start, Some(self.at), expected)?;
            }
            Some(byte) if token::is_name(byte) => self.word(expected)?,
            _ => return self.fail(expected),
        }
        self.last = start..self.at;
        Ok(start..self.at)
    }

    /// Parses what begins like a name: a plugin, a number or a bare word.
    fn word(&mut self, expected: Expected) -> Parsed {
        let start = self.at;
        let end = token::number(self.text, start).or_else(|| token::bareword(self.text, start));
        self.at = token::run(self.text, start, token::is_name);
        self.plugin_or(start, end, expected)
    }

    /// Parses a plugin if a brace follows the name from `start` to here; else a value from `start` to `end`.
    fn plugin_or(&mut self, start: usize, end: Option<usize>, expected: Expected) -> Parsed {
        let name = start..self.at;
        self.filler();
        if self.peek() == Some(b'{') {
            return self.plugin_body(&name);
        }
        self.reach(self.at);
        let Some(end) = end else { return self.fail_at(start, expected) };
        self.at = end;
        Ok(())
    }

    pub(crate) fn array(&mut self) -> Parsed {
        self.enclosed(self.at, (b']', Expected::Separator), |parser| {
            if parser.peek() == Some(b']') {
                return Ok(());
            }
            parser.value(Expected::Element)?;
            parser.filler();
            while parser.eat(b",") {
                parser.filler();
                parser.value(Expected::NextElement)?;
                parser.filler();
            }
            Ok(())
        })
    }

    /// Returns the element after this bracket or comma.
    pub(crate) fn next_element(&mut self) -> Option<Range<usize>> {
        self.at += 1;
        self.filler();
        let element = self.value(Expected::Element).ok()?;
        self.filler();
        Some(element)
    }

    fn entries(&mut self) -> Parsed {
        let text = self.text;
        let mut keys: HashMap<&[u8], Range<usize>> = HashMap::new();
        let mut before = None;
        while self.peek() != Some(b'}') {
            if let Some(before) = before {
                self.refuse_unseparated(before);
            }
            let key = self.key()?;
            match keys.entry(&text[key.clone()]) {
                Entry::Vacant(place) => drop(place.insert(key)),
                Entry::Occupied(first) => {
                    let related = Some((first.get().clone(), "first set here"));
                    let error = Error::new(Cause::DuplicateKey, key, self.at);
                    self.tree.refuse(Dialect::Newest, Error { related, ..error });
                }
            }
            self.filler();
            self.require(b"=>", Expected::EntryArrow)?;
            self.filler();
            self.value(Expected::EntryValue)?;
            before = Some(self.at);
            self.filler();
        }
        Ok(())
    }

    /// Notes what is between the entry that ended at `before` and the one here, where it is not white space alone.
    fn refuse_unseparated(&mut self, before: usize) {
        let comment = token::run(self.text, before, token::is_space);
        if before < self.at && comment == self.at {
            return;
        }
        let (cause, span) = if comment == self.at {
            (Cause::GluedEntries, self.at..self.at)
        } else {
            let end = token::run(self.text, comment, |byte| !matches!(byte, b'\r' | b'\n'));
            (Cause::CommentInHash, comment..end)
        };
        self.tree.refuse(Dialect::Older, Error::new(cause, span, self.at));
    }

    fn key(&mut self) -> Parsed<Range<usize>> {
        let start = self.at;
        if self.peek().is_some_and(token::is_quote) {
            self.string()?;
        } else {
            let end = token::number(self.text, start).or_else(|| token::bareword(self.text, start));
            let Some(end) = end else {
                self.reach(token::run(self.text, start, token::is_name).min(start + 1));
                return self.fail(Expected::Entry);
            };
            self.at = end;
        }
        self.last = start..self.at;
        Ok(start..self.at)
    }
}
