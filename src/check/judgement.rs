//! Runs the rules on an inspection; drops findings that are not wanted or that a comment silences.

use std::collections::HashSet;
use std::ops::Range;

use crate::check::connection::connections;
use crate::check::finding::Finding;
use crate::check::forecast::Connection;
use crate::check::ignore::{self, Ignore};
use crate::check::inspection::{Inspection, Site, Text};
use crate::check::rules::case::Case;
use crate::check::rules::{self, UnusedIgnore};
use crate::check::upgrade;
use crate::logstash::discovery::SourceKind;
use crate::logstash::endpoint::Endpoint;
use crate::logstash::plugins::Baseline;
use crate::os::parallel;
use logstash_config::{Configuration, ValueKind};
use source_text::LineIndex;

/// The rules that count.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only these, unless empty.
    pub only: Vec<String>,
    /// Not these.
    pub ignored: Vec<String>,
}

impl Wanted {
    /// Returns whether findings of a rule are wanted.
    #[must_use]
    pub fn takes(&self, rule: &str) -> bool {
        let named = |rules: &[String]| rules.iter().any(|named| named == rule);
        (self.only.is_empty() || named(&self.only)) && !named(&self.ignored)
    }
}

/// A finding about a text, or about a file that it points to.
pub struct Judged<'a> {
    /// The index of the text in [`Inspection::texts`].
    pub text: usize,
    /// The endpoint, if it is about one.
    pub endpoint: Option<&'a Endpoint>,
    /// The finding; its spans are those of the text.
    pub finding: Finding,
}

impl<'a> Judged<'a> {
    /// Returns where its repair is made.
    #[must_use]
    pub fn site(&self, inspection: &'a Inspection<'a>) -> Option<Site<'a>> {
        let (index, endpoint) = (self.text, self.endpoint?);
        Some(Site { index, text: &inspection.texts[index], endpoint })
    }
}

/// Returns every finding about texts and the files that they point to, by text, place and rule.
#[must_use]
pub fn of_texts<'a>(inspection: &'a Inspection<'a>, wanted: &Wanted) -> Vec<Judged<'a>> {
    let texts: Vec<(usize, &Text)> = inspection.texts.iter().enumerate().collect();
    parallel::map(&texts, |text| of_text(inspection, *text, wanted)).into_iter().flatten().collect()
}

fn of_text<'a>(
    inspection: &'a Inspection<'a>,
    (index, text): (usize, &'a Text),
    wanted: &Wanted,
) -> Vec<Judged<'a>> {
    let stopped =
        |findings: Vec<Finding>, before: &dyn Fn(Baseline<'_>) -> Vec<Finding>| match inspection
            .before
        {
            Some(baseline) => upgrade::stopped(findings, &before(baseline)),
            None => findings,
        };
    let own = stopped(text.findings.clone(), &|_| text.findings_before.clone());
    let own = own.into_iter().map(|finding| (finding, None));
    let of_endpoints = text.endpoints.iter().flat_map(|endpoint| {
        let case = || inspection.case(text, endpoint);
        let before = |baseline: Baseline<'_>| rules::of_endpoint(&Case { baseline, ..case() });
        let findings = stopped(rules::of_endpoint(&case()), &before);
        findings.into_iter().map(move |finding| (finding, Some(endpoint)))
    });
    let is_of_upgrade = inspection.before.is_some();
    let is_own = |one: &&Connection| {
        text.shipper.is_some() && !is_of_upgrade && one.shipper == text.source.path
    };
    let connections = if text.shipper.is_some() { connections(inspection) } else { &[] };
    let of_connections = connections.iter().filter(is_own).filter_map(|one| one.finding.clone());
    let of_connections = of_connections.map(|finding| (finding, None));
    let found = own
        .chain(of_endpoints)
        .chain(of_connections)
        .filter(|(finding, _)| wanted.takes(finding.rule));
    let judged = |(finding, endpoint)| Judged { text: index, endpoint, finding };
    let mut judged: Vec<Judged<'a>> = found.map(judged).collect();
    // Several outputs may share a setting by an alias.
    let mut known = HashSet::new();
    judged.retain(|Judged { finding, .. }| {
        let is_of_shipper = text.shipper.is_some();
        !is_of_shipper
            || known.insert((finding.rule, finding.span.clone(), finding.message.clone()))
    });
    // A comment may silence what an upgrade does not change.
    let sees_all = inspection.looks_at_files && inspection.before.is_none();
    let unused = silence(text, &mut judged, wanted, sees_all);
    judged.extend(unused.into_iter().map(|finding| Judged {
        text: index,
        endpoint: None,
        finding,
    }));
    judged.sort_by_key(|judged| {
        (judged.finding.span.as_ref().map(|span| span.start), judged.finding.rule)
    });
    judged
}

/// Drops what comments silence, and reports comments that silenced nothing.
fn silence(
    text: &Text,
    judged: &mut Vec<Judged<'_>>,
    wanted: &Wanted,
    sees_all: bool,
) -> Vec<Finding> {
    if !ignore::may_be_in(text.bytes()) {
        return Vec::new();
    }
    let lines = LineIndex::of(text.bytes());
    let ignores = ignores(text, &lines);
    let mut used = HashSet::new();
    judged.retain(|judged| {
        let Some(span) = &judged.finding.span else { return true };
        let line = lines.line(span.start).0;
        let rule = judged.finding.rule;
        let mut silencing =
            ignores.iter().enumerate().filter(|(_, ignore)| ignore.silences(rule, line)).peekable();
        let is_silenced = silencing.peek().is_some();
        used.extend(silencing.map(|(at, _)| (at, rule)));
        !is_silenced
    });
    let named = ignores
        .iter()
        .enumerate()
        .flat_map(|(at, ignore)| ignore.rules.iter().map(move |rule| (at, ignore, rule.as_str())));
    let unused = named.filter(|(at, _, rule)| !used.contains(&(*at, rule)));
    unused
        .filter(|(_, _, rule)| rules::find(rule).is_none() || sees_all && wanted.takes(rule))
        .flat_map(|(_, comment, rule)| rules::of_unused_ignore(&UnusedIgnore { comment, rule }))
        .filter(|finding| wanted.takes(finding.rule))
        .collect()
}

/// Returns the comments of a text that silence rules, except within strings.
fn ignores(text: &Text, lines: &LineIndex<'_>) -> Vec<Ignore> {
    let bytes = text.bytes();
    if ignore::ignores(bytes, lines, |_| false).is_empty() {
        return Vec::new();
    }
    let parsed = match text.source.kind {
        SourceKind::SettingsFile(_) | SourceKind::Shipper => None,
        SourceKind::Configuration | SourceKind::Embedded(_) => logstash_config::parse(bytes).ok(),
    };
    let mut strings: Vec<_> = parsed
        .iter()
        .flat_map(Configuration::plugins)
        .flat_map(|plugin| plugin.attributes().collect::<Vec<_>>())
        .filter(|attribute| attribute.value.kind() != ValueKind::Plugin)
        .flat_map(|attribute| strings(bytes, attribute.value.span))
        .collect();
    strings.sort_by_key(|span| span.start);
    ignore::ignores(bytes, lines, |at| {
        let before = strings.partition_point(|span| span.start <= at);
        before > 0 && strings[before - 1].contains(&at)
    })
}

/// Returns the strings at any depth in a value without plugins.
fn strings(text: &[u8], value: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = value.start;
    while at < value.end {
        let rest = &text[at..value.end];
        let length = match rest[0] {
            b'#' => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            quote @ (b'"' | b'\'') => {
                let length = string_length(rest, quote);
                found.push(at..at + length);
                length
            }
            _ => 1,
        };
        at += length;
    }
    found
}

/// Returns the length of the string at the beginning of `text`, with its quotes.
fn string_length(text: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != quote {
        at += if text[at] == b'\\' && text.get(at + 1) == Some(&quote) { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}
