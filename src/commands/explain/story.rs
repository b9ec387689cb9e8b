//! Explains the known messages in a log. Of the log itself, it prints only file paths.

use std::path::Path;

use crate::check::rules;
use crate::logstash::messages::{Log, Message, PossibleCause, Sighting, is_of_shipper};
use crate::os::display::quoted;
use crate::report::Messages;

/// A log, with its name for messages.
pub(super) struct NamedLog {
    pub(super) name: String,
    pub(super) log: Log,
}

/// Explains the messages of logs. If they are those of both ends of a connection, begins with what explains both. If the
/// logs have lines, also prints how often a message occurs, and where first.
pub(super) fn tell(logs: &[NamedLog], has_lines: bool, messages: &mut Messages<'_>) {
    let is_about_both = tell_of_both_ends(logs, messages);
    let is_one_of_several = logs.len() > 1;
    for (at, NamedLog { name, log }) in logs.iter().enumerate() {
        if at > 0 || is_about_both {
            messages.line("");
        }
        let who = if log.is_of_shipper() { "the shipper" } else { "Logstash" };
        if log.sightings.is_empty() && is_one_of_several {
            messages.line(&format!("no known message in {name}"));
            continue;
        }
        if is_one_of_several {
            messages.line(&format!("what {who} saw, in {name}:"));
            messages.line("");
        }
        let ending = if is_about_both { Ending::Once } else { Ending::Each };
        tell_of_log(log, has_lines, ending, messages);
    }
}

/// Where the next steps are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Behind each message.
    Each,
    /// Once for all messages, elsewhere.
    Once,
}

/// Says what the ends of a connection saw and which causes explain both; returns false if the logs are of one end.
fn tell_of_both_ends(logs: &[NamedLog], messages: &mut Messages<'_>) -> bool {
    let sightings = |of_shipper: bool| -> Vec<Seen<'_>> {
        let all = logs.iter().flat_map(|NamedLog { name, log }| {
            log.sightings.iter().map(move |sighting| Seen { name, sighting })
        });
        all.filter(|seen| is_of_shipper(seen.sighting.message) == of_shipper).collect()
    };
    let [logstash, shipper] = [false, true].map(sightings);
    if logstash.is_empty() || shipper.is_empty() {
        return false;
    }
    messages.line("what both ends saw:");
    for (who, seen) in [("Logstash:", &logstash), ("shipper: ", &shipper)] {
        for one in seen {
            messages.line(&format!("  {who} {} ({})", one.sighting.wording, one.place()));
        }
    }
    messages.line("");
    let shared = shared_causes(&logstash, &shipper);
    if shared.is_empty() {
        messages.line("no known cause explains both: they may be about different connections");
    } else {
        messages.line("possible causes that explain both, each with the rule that finds it:");
        list(&shared, "  ", messages);
    }
    messages.line("");
    messages.line("to find out:");
    messages.line(&format!("  {BOTH_ENDS}"));
    for path in named_paths(logstash.iter().chain(&shipper).map(|seen| seen.sighting)) {
        messages.line(&format!("  fixkey check {}", quoted(path)));
    }
    let own = || logstash.iter().flat_map(|seen| seen.sighting.message.causes);
    let first = shared.first().and_then(|(cause, _)| cause.rule);
    if let Some(rule) = first.or_else(|| own().find_map(|cause| cause.rule)) {
        messages.line(&format!("  fixkey explain {rule}"));
    }
    true
}

/// A message in one of several logs.
struct Seen<'a> {
    name: &'a str,
    sighting: &'a Sighting,
}

impl Seen<'_> {
    fn place(&self) -> String {
        format!("{}:{}", self.name, self.sighting.first_line)
    }

    fn has(&self, rule: Option<&str>) -> bool {
        self.sighting.message.causes.iter().any(|cause| cause.rule == rule)
    }
}

/// Returns the causes of messages of Logstash whose rules also explain one of the shipper, those of most messages first;
/// with the messages that they explain, if there are others.
fn shared_causes<'a>(
    logstash: &'a [Seen<'_>],
    shipper: &'a [Seen<'_>],
) -> Vec<(&'a PossibleCause, String)> {
    let mut shared: Vec<(&PossibleCause, Vec<String>)> = Vec::new();
    for cause in logstash.iter().flat_map(|seen| seen.sighting.message.causes) {
        let is_known = shared.iter().any(|(known, _)| known.rule == cause.rule);
        if is_known || cause.rule.is_none() || !shipper.iter().any(|seen| seen.has(cause.rule)) {
            continue;
        }
        let explained = logstash.iter().chain(shipper).filter(|seen| seen.has(cause.rule));
        shared.push((cause, explained.map(Seen::place).collect()));
    }
    shared.sort_by_key(|(_, explained)| std::cmp::Reverse(explained.len()));
    let all = logstash.len() + shipper.len();
    let told = |(cause, places): (_, Vec<String>)| {
        (cause, if places.len() < all { places.join(", ") } else { String::new() })
    };
    shared.into_iter().map(told).collect()
}

/// Returns the paths in log entries, each once.
fn named_paths<'a>(sightings: impl Iterator<Item = &'a Sighting>) -> Vec<&'a Path> {
    let mut paths: Vec<&Path> = Vec::new();
    for path in sightings.flat_map(|one| &one.paths) {
        if !paths.contains(&path.as_path()) {
            paths.push(path);
        }
    }
    paths
}

/// Explains each message. If the log has several lines, also prints how often the message occurs, and where first.
fn tell_of_log(log: &Log, has_lines: bool, ending: Ending, messages: &mut Messages<'_>) {
    for (index, sighting) in log.sightings.iter().enumerate() {
        if index > 0 {
            messages.line("");
        }
        messages.line(sighting.wording);
        if has_lines {
            messages.line(&format!("  found:      {}", times(sighting)));
        }
        for around in &sighting.around {
            messages.line(&format!("  with:       {around}"));
        }
        describe(sighting.message, messages);
        if ending == Ending::Each {
            next_steps(sighting, messages);
        }
    }
}

fn times(sighting: &Sighting) -> String {
    match sighting.count {
        1 => format!("on line {}", sighting.first_line),
        count => format!("{count} times, first on line {}", sighting.first_line),
    }
}

fn describe(message: &Message, messages: &mut Messages<'_>) {
    if let Some(meaning) = message.meaning {
        messages.line(&format!("  meaning:    {meaning}"));
    }
    messages.line(&format!("  printed by: {}", message.printed));
    messages.line(&format!("  evidence:   {}", message.source));
    messages.line("  possible causes, each with the rule that finds it:");
    let causes: Vec<_> = message.causes.iter().map(|cause| (cause, String::new())).collect();
    list(&causes, "    ", messages);
}

/// Prints causes beneath each other, behind their rules and before what they explain.
fn list(causes: &[(&PossibleCause, String)], indent: &str, messages: &mut Messages<'_>) {
    let width = causes.iter().filter_map(|(cause, _)| cause.rule).map(str::len).max();
    let width = width.unwrap_or_default();
    for (cause, explained) in causes {
        let rule = cause.rule.unwrap_or("(none)");
        let explained =
            if explained.is_empty() { String::new() } else { format!(" ({explained})") };
        messages.line(&format!("{indent}{rule:width$}  {}{explained}", cause.what));
    }
}

/// What compares both ends of a connection.
const BOTH_ENDS: &str = "fixkey check /etc/filebeat/filebeat.yml /etc/logstash";

/// Prints the commands that find the cause.
fn next_steps(sighting: &Sighting, messages: &mut Messages<'_>) {
    let mut rules = sighting.message.causes.iter().filter_map(|cause| cause.rule);
    let Some(first) = rules.next() else { return };
    messages.line("  to find out:");
    let causes = sighting.message.causes;
    let needs_both = causes.iter().any(|cause| cause.rule.is_some_and(rules::needs_shipper));
    let needs_both = needs_both || is_of_shipper(sighting.message);
    let check = if needs_both { BOTH_ENDS } else { super::CHECK };
    messages.line(&format!("    {check}"));
    for path in &sighting.paths {
        messages.line(&format!("    fixkey check {}", quoted(path)));
    }
    messages.line(&format!("    fixkey explain {first}"));
}
