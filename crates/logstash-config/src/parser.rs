//! The state of the parser, and the steps that all rules share.

use std::ops::Range;

use crate::error::{DEEPEST, Expected};
use crate::token;
use crate::tree::{Size, Tree};

/// Why a rule does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text is something else; the parser has recorded where and what was expected.
    Mismatch,
    /// This bracket exceeds the limit.
    TooDeep,
}

/// An open bracket, and where its construct begins.
#[derive(Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) start: usize,
    pub(crate) at: usize,
}

/// Where a text stopped being valid.
#[derive(Default)]
pub(crate) struct SyntaxFailure {
    pub(crate) at: usize,
    pub(crate) expected: Option<Expected>,
    /// The brackets around it, the outermost first.
    pub(crate) openings: Vec<Opening>,
    /// The name or value before it.
    pub(crate) last: Range<usize>,
}

pub(crate) type Parsed<T = ()> = Result<T, Stop>;

pub(crate) struct Parser<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
    pub(crate) tree: Tree,
    /// The brackets around `at`, the outermost first.
    pub(crate) openings: Vec<Opening>,
    /// Every pair of brackets by its closing one, if requested.
    pub(crate) pairs: Option<Vec<(Opening, usize)>>,
    /// The furthest place where a token was missing, which Logstash reports.
    pub(crate) furthest: usize,
    /// The furthest place where nothing else was possible.
    pub(crate) failure: SyntaxFailure,
    /// The name or value before `at`.
    pub(crate) last: Range<usize>,
    /// The plugin around `at`, as [`Tree::begin_plugin`] gives it.
    pub(crate) plugin: u32,
    /// The last filler skipped, since it is often requested twice.
    filler: Range<usize>,
}

/// A state to return to.
pub(crate) struct Checkpoint {
    at: usize,
    size: Size,
    depth: usize,
    plugin: u32,
    last: Range<usize>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            at: 0,
            tree: Tree::default(),
            openings: Vec::new(),
            pairs: None,
            furthest: 0,
            failure: SyntaxFailure::default(),
            last: 0..0,
            plugin: 0,
            filler: usize::MAX..usize::MAX,
        }
    }

    pub(crate) fn begin_at(text: &'a [u8], at: usize) -> Self {
        Self { at, ..Self::new(text) }
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(crate) fn looks_at(&self, token: &[u8]) -> bool {
        self.text[self.at..].starts_with(token)
    }

    pub(crate) fn eat(&mut self, token: &[u8]) -> bool {
        let is_here = self.looks_at(token);
        if is_here {
            self.at += token.len();
        }
        is_here
    }

    pub(crate) fn require(&mut self, token: &[u8], expected: Expected) -> Parsed {
        if self.eat(token) { Ok(()) } else { self.fail(expected) }
    }

    /// Records that a token was expected here.
    pub(crate) fn reach(&mut self, at: usize) {
        self.furthest = self.furthest.max(at);
    }

    pub(crate) fn fail<T>(&mut self, expected: Expected) -> Parsed<T> {
        self.fail_at(self.at, expected)
    }

    pub(crate) fn fail_at<T>(&mut self, at: usize, expected: Expected) -> Parsed<T> {
        self.note(at, expected);
        Err(Stop::Mismatch)
    }

    fn note(&mut self, at: usize, expected: Expected) {
        self.reach(at);
        if self.failure.expected.is_none() || at > self.failure.at {
            self.failure.at = at;
            self.failure.expected = Some(expected);
            self.failure.last = self.last.clone();
            self.failure.openings.clone_from(&self.openings);
        }
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            at: self.at,
            size: self.tree.size(),
            depth: self.openings.len(),
            plugin: self.plugin,
            last: self.last.clone(),
        }
    }

    pub(crate) fn go_back(&mut self, to: Checkpoint) {
        self.at = to.at;
        self.tree.truncate(to.size);
        self.openings.truncate(to.depth);
        self.plugin = to.plugin;
        self.last = to.last;
    }

    /// Skips white space and comments.
    pub(crate) fn filler(&mut self) {
        if self.at == self.filler.start {
            self.at = self.filler.end;
            return;
        }
        let start = self.at;
        loop {
            self.at = token::run(self.text, self.at, token::is_space);
            if self.peek() != Some(b'#') {
                break;
            }
            match token::comment(self.text, self.at) {
                Ok(end) => self.at = end,
                Err(lone_cr) => {
                    self.note(lone_cr + 1, Expected::LineEnd);
                    break;
                }
            }
        }
        self.filler = start..self.at;
    }

    /// Parses a bracket whose construct begins at `start`, its content, and the closing bracket.
    pub(crate) fn enclosed(
        &mut self,
        start: usize,
        closing: (u8, Expected),
        inside: impl FnOnce(&mut Self) -> Parsed,
    ) -> Parsed {
        // The enclosing section does not count.
        if self.openings.len() > DEEPEST {
            self.reach(self.at);
            return Err(Stop::TooDeep);
        }
        let opening = Opening { start, at: self.at };
        self.openings.push(opening);
        self.at += 1;
        self.filler();
        inside(self)?;
        self.filler();
        self.require(&[closing.0], closing.1)?;
        self.openings.pop();
        if let Some(pairs) = &mut self.pairs {
            pairs.push((opening, self.at - 1));
        }
        Ok(())
    }
}
