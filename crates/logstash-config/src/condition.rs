//! The rules of conditions.

use crate::error::Expected;
use crate::parser::{Parsed, Parser};
use crate::token;

/// The binary operators; an operator comes before its own prefixes.
const COMPARISONS: [&[u8]; 6] = [b"==", b"!=", b"<=", b">=", b"<", b">"];

const JUNCTIONS: [&[u8]; 4] = [b"and", b"or", b"xor", b"nand"];

impl Parser<'_> {
    pub(crate) fn condition(&mut self) -> Parsed {
        loop {
            self.expression()?;
            self.filler();
            if !JUNCTIONS.iter().any(|word| self.eat(word)) {
                return Ok(());
            }
            self.last = self.at - 2..self.at;
            self.filler();
        }
    }

    fn expression(&mut self) -> Parsed {
        match self.peek() {
            Some(b'(') => self.parenthesised(),
            Some(b'!') => self.negation(),
            _ => self.comparison(),
        }
    }

    fn parenthesised(&mut self) -> Parsed {
        self.enclosed(self.at, (b')', Expected::Parenthesis), Self::condition)
    }

    fn negation(&mut self) -> Parsed {
        self.at += 1;
        self.filler();
        match self.peek() {
            Some(b'(') => self.parenthesised(),
            Some(b'[') if self.selector() => Ok(()),
            _ => self.fail(Expected::Negated),
        }
    }

    /// Parses one operand, or two with an operator between them.
    fn comparison(&mut self) -> Parsed {
        self.operand()?;
        self.filler();
        if COMPARISONS.iter().any(|operator| self.eat(operator)) || self.eat(b"in") {
            self.filler();
            self.operand()
        } else if self.eat(b"=~") || self.eat(b"!~") {
            self.filler();
            self.pattern()
        } else if self.eat(b"not ") {
            self.filler();
            self.require(b"in", Expected::In)?;
            self.filler();
            self.operand()
        } else {
            self.reach(self.at);
            Ok(())
        }
    }

    fn pattern(&mut self) -> Parsed {
        match self.peek() {
            Some(b'/') => self.delimited(Expected::Slash),
            Some(byte) if token::is_quote(byte) => self.string(),
            _ => self.fail(Expected::Pattern),
        }
    }

    fn operand(&mut self) -> Parsed {
        let start = self.at;
        match self.peek() {
            Some(b'[') => {
                if !self.selector() {
                    self.array()?;
                }
            }
            Some(b'/') => self.delimited(Expected::Slash)?,
            Some(byte) if token::is_quote(byte) => self.string()?,
            _ => self.number_or_call()?,
        }
        self.last = start..self.at;
        Ok(())
    }

    fn number_or_call(&mut self) -> Parsed {
        let start = self.at;
        if let Some(end) = token::number(self.text, start) {
            self.at = end;
            return Ok(());
        }
        let Some(end) = token::bareword(self.text, start) else {
            self.reach(token::run(self.text, start, token::is_name).min(start + 1));
            return self.fail(Expected::Operand);
        };
        self.at = end;
        self.filler();
        self.reach(self.at);
        if self.peek() == Some(b'(') {
            self.call(start)
        } else {
            self.fail_at(start, Expected::Operand)
        }
    }

    fn call(&mut self, start: usize) -> Parsed {
        self.enclosed(start, (b')', Expected::Argument), |parser| {
            if parser.peek() == Some(b')') {
                return Ok(());
            }
            parser.operand()?;
            parser.filler();
            while parser.eat(b",") {
                parser.filler();
                parser.operand()?;
                parser.filler();
            }
            Ok(())
        })
    }

    /// Skips a selector, if one is here; returns whether it was.
    fn selector(&mut self) -> bool {
        let (end, reached) = token::selector(self.text, self.at);
        self.reach(reached);
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }
}
