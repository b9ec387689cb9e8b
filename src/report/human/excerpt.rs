//! A finding for a person: where, the line with a caret, and what to do.

use std::cmp::Ordering;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::check::finding::{Finding, Severity};
use crate::check::report::{LocatedFinding, NamedAt};
use crate::os::display::{escape, is_unsafe, shown, without_numbers};
use crate::report::secrets;
use source_text::LineIndex;

/// A text that findings are about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    /// What messages call it.
    pub(super) name: &'a str,
    /// Its bytes.
    pub(super) text: &'a [u8],
    /// Its lines.
    pub(super) lines: &'a LineIndex<'a>,
    /// Where its secrets are.
    pub(super) secrets: &'a [Range<usize>],
}

/// What is printed beneath a finding.
pub(super) struct Advice<'a> {
    pub(super) note: Option<&'a str>,
    pub(super) hints: Vec<&'a str>,
}

/// Bytes of a line that are shown whole, and of a longer one on each side of the place.
const WHOLE: usize = 1000;
const AROUND: usize = 200;

/// A line of a text as it may be shown, and a span of the text on it.
struct Line {
    number: usize,
    /// Where the shown part of it begins in the text.
    start: usize,
    text: String,
    span: Range<usize>,
}

/// A finding with its place, the line there, and what to do; spans are those of `subject`.
pub(super) fn finding(
    located: &LocatedFinding,
    advice: &Advice<'_>,
    subject: Subject<'_>,
    is_coloured: bool,
) -> String {
    let finding = &located.finding;
    let word = coloured(finding.severity, is_coloured);
    headline(&word, located, subject.name) + &body(finding, advice, subject, is_coloured)
}

/// A finding in one line: `error: PATH:LINE:COLUMN: MESSAGE [RULE]`, with `word` at its beginning.
pub(super) fn headline(word: &str, located: &LocatedFinding, name: &str) -> String {
    let finding = &located.finding;
    let place = located.position.map_or(String::new(), |position| match finding.about {
        Some(_) => format!("{}:", position.line),
        None => format!("{position}:"),
    });
    let named = |NamedAt { path, position, .. }: &NamedAt| format!("{}:{position}", shown(path));
    let named = match located.named_at.as_slice() {
        [] => String::new(),
        [one] => format!(", set at {}", named(one)),
        [first, others @ ..] => format!(", set at {} and {} more", named(first), others.len()),
    };
    let message = without_numbers(&finding.message);
    let headline = format!("{name}:{place} {message}{named} [{}]", finding.rule);
    format!("{word}: {}", escape(&headline))
}

/// The word of a severity, in its colour.
fn coloured(severity: Severity, is_coloured: bool) -> String {
    let word = severity.word();
    let colour = match severity {
        Severity::Error => 31,
        Severity::Warning => 33,
        Severity::Note => 36,
    };
    if is_coloured { format!("\x1b[1;{colour}m{word}\x1b[0m") } else { word.to_owned() }
}

/// The line of a finding with a caret, its note and its hints.
fn body(finding: &Finding, advice: &Advice<'_>, subject: Subject<'_>, is_coloured: bool) -> String {
    let mut group = Group::with_level(Level::ERROR);
    if let Some(span) = &finding.span {
        group = group.elements(snippets(finding, span, subject));
    }
    if let Some(note) = advice.note {
        group = group.element(Level::NOTE.message(escape(note)));
    }
    for hint in &advice.hints {
        group = group.element(Level::HELP.with_name("hint").message(escape(hint)));
    }
    if group.is_empty() {
        return String::new();
    }
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    format!("\n{}", renderer.render(&[group]))
}

type Marked = Snippet<'static, Annotation<'static>>;

/// The line of the finding and that of what is related to it, in their order; one where both are on it.
fn snippets(finding: &Finding, span: &Range<usize>, subject: Subject<'_>) -> Vec<Marked> {
    let own = line(subject, span);
    let primary = AnnotationKind::Primary.span(own.span.clone());
    let Some((span, what)) = &finding.related else {
        return vec![own.marked().annotation(primary)];
    };
    let other = line(subject, span);
    let context = AnnotationKind::Context.span(other.span.clone()).label(escape(what));
    if own.number.abs_diff(other.number) == 1 {
        return vec![adjacent(&own, &other, escape(what))];
    }
    match own.number.cmp(&other.number) {
        Ordering::Equal if own.start == other.start && own.text == other.text => {
            vec![own.marked().annotation(primary).annotation(context)]
        }
        Ordering::Equal | Ordering::Less => {
            vec![own.marked().annotation(primary), other.marked().annotation(context)]
        }
        Ordering::Greater => {
            vec![other.marked().annotation(context), own.marked().annotation(primary)]
        }
    }
}

/// Two lines that follow each other, as one piece.
fn adjacent(own: &Line, other: &Line, what: String) -> Marked {
    let (first, second) = if own.number < other.number { (own, other) } else { (other, own) };
    let text = format!("{}\n{}", first.text, second.text);
    let moved = |line: &Line| {
        let by = if line.number == first.number { 0 } else { first.text.len() + 1 };
        line.span.start + by..line.span.end + by
    };
    let primary = AnnotationKind::Primary.span(moved(own));
    let context = AnnotationKind::Context.span(moved(other)).label(what);
    Snippet::source(text).line_start(first.number).annotation(primary).annotation(context)
}

impl Line {
    fn marked(self) -> Marked {
        Snippet::source(self.text).line_start(self.number)
    }
}

/// The line on which `span` begins, without its secrets and without what a terminal acts on.
fn line(subject: Subject<'_>, span: &Range<usize>) -> Line {
    let Subject { text, lines, secrets, .. } = subject;
    let (number, line) = lines.line(span.start);
    let Range { start, end } = shown_part(text, line, span);
    let on_line = |span: &Range<usize>| {
        span.start.clamp(start, end) - start..span.end.clamp(start, end) - start
    };
    let first = secrets.partition_point(|secret| secret.end <= start);
    let secrets = secrets[first..].iter().take_while(|secret| secret.start < end).map(on_line);
    let secrets: Vec<Range<usize>> = secrets.filter(|span| !span.is_empty()).collect();
    let (text, span) = secrets::masked(&visible(&text[start..end]), &secrets, on_line(span));
    Line { number, start, text, span }
}

/// A line, or what stands around `span` in one that is too long to be read, between characters.
fn shown_part(text: &[u8], line: Range<usize>, span: &Range<usize>) -> Range<usize> {
    if line.len() <= WHOLE {
        return line;
    }
    let is_inside = |at: &usize| text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = span.start.saturating_sub(AROUND).max(line.start);
    let end = span.end.min(span.start + AROUND).saturating_add(AROUND).min(line.end);
    let start = (start..span.start).find(|at| !is_inside(at)).unwrap_or(span.start);
    let end = (end..line.end).find(|at| !is_inside(at)).unwrap_or(line.end);
    start..end
}

/// The text of as many bytes, with a question mark for each that a terminal would act on, or that is no UTF-8.
fn visible(line: &[u8]) -> String {
    let mut text = String::with_capacity(line.len());
    for chunk in line.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_unsafe(character) && character != '\t' {
                text.extend(std::iter::repeat_n('?', character.len_utf8()));
            } else {
                text.push(character);
            }
        }
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    text
}
