//! Explains the known messages in a log. Of the log itself, it prints only file paths.

use std::path::Path;

use crate::logstash::messages::{Log, Message, PossibleCause, Sighting, is_of_shipper};
use crate::os::display::quoted;
use crate::report::Messages;

/// A log, with its name for messages.
pub(super) struct NamedLog {
    pub(super) name: String,
    pub(super) log: Log,
}

/// Explains the messages of several logs as one story: first what both ends of a connection saw, then each log.
pub(super) fn tell_together(logs: &[NamedLog], messages: &mut Messages<'_>) {
    let is_about_both = tell_of_both_ends(logs, messages);
    for (at, NamedLog { name, log }) in logs.iter().enumerate() {
        if at > 0 || is_about_both {
            messages.line("");
        }
        let who = if log.is_of_shipper() { "the shipper" } else { "Logstash" };
        if log.sightings.is_empty() {
            messages.line(&format!("no known message in {name}"));
            continue;
        }
        messages.line(&format!("what {who} saw, in {name}:"));
        messages.line("");
        let ending = if is_about_both { Ending::Once } else { Ending::Each };
        tell(log, true, ending, messages);
    }
}

/// Where the next steps are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Behind each message.
    Each,
    /// Once for all messages, elsewhere.
    Once,
}

/// Says what the ends of a connection saw and which causes explain both; returns false if the logs are of one end.
fn tell_of_both_ends(logs: &[NamedLog], messages: &mut Messages<'_>) -> bool {
    let sightings = |of_shipper: bool| -> Vec<(&str, &Sighting)> {
        let named = logs.iter().flat_map(|it| it.log.sightings.iter().map(|one| (&*it.name, one)));
        named.filter(|(_, one)| is_of_shipper(one.message) == of_shipper).collect()
    };
    let [logstash, shipper] = [false, true].map(sightings);
    if logstash.is_empty() || shipper.is_empty() {
        return false;
    }
    messages.line("what both ends saw:");
    for (who, sightings) in [("Logstash:", &logstash), ("shipper: ", &shipper)] {
        for (name, Sighting { wording, first_line, .. }) in sightings {
            messages.line(&format!("  {who} {wording} ({name}, line {first_line})"));
        }
    }
    messages.line("");
    let is_of_shipper_too = |cause: &&PossibleCause| {
        let mut causes = shipper.iter().flat_map(|(_, one)| one.message.causes);
        cause.rule.is_some() && causes.any(|other| other.rule == cause.rule)
    };
    let mut shared: Vec<&PossibleCause> = Vec::new();
    for cause in logstash.iter().flat_map(|(_, one)| one.message.causes).filter(is_of_shipper_too) {
        if !shared.iter().any(|known| known.rule == cause.rule) {
            shared.push(cause);
        }
    }
    if shared.is_empty() {
        messages.line("no known cause explains both: they may be about different connections");
    } else {
        messages.line("possible causes that explain both, each with the rule that finds it:");
        list(&shared, "  ", messages);
    }
    messages.line("");
    messages.line("to find out:");
    messages.line(&format!("  {BOTH_ENDS}"));
    for path in named_paths(logstash.iter().chain(&shipper).map(|(_, one)| *one)) {
        messages.line(&format!("  fixkey check {}", quoted(path)));
    }
    let first = shared.first().copied().or_else(|| logstash[0].1.message.causes.first());
    if let Some(rule) = first.and_then(|cause| cause.rule) {
        messages.line(&format!("  fixkey explain {rule}"));
    }
    true
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
pub(super) fn tell(log: &Log, has_lines: bool, ending: Ending, messages: &mut Messages<'_>) {
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
    list(&message.causes.iter().collect::<Vec<_>>(), "    ", messages);
}

/// Prints causes beneath each other, behind their rules.
fn list(causes: &[&PossibleCause], indent: &str, messages: &mut Messages<'_>) {
    let width = causes.iter().filter_map(|cause| cause.rule).map(str::len).max();
    let width = width.unwrap_or_default();
    for cause in causes {
        let rule = cause.rule.unwrap_or("(none)");
        messages.line(&format!("{indent}{rule:width$}  {}", cause.what));
    }
}

/// What compares both ends of a connection.
const BOTH_ENDS: &str = "fixkey check /etc/filebeat/filebeat.yml /etc/logstash";

/// Prints the commands that find the cause.
fn next_steps(sighting: &Sighting, messages: &mut Messages<'_>) {
    let mut rules = sighting.message.causes.iter().filter_map(|cause| cause.rule);
    let Some(first) = rules.next() else { return };
    messages.line("  to find out:");
    let is_of_shipper = is_of_shipper(sighting.message);
    let check = if is_of_shipper { BOTH_ENDS } else { super::CHECK };
    messages.line(&format!("    {check}"));
    for path in &sighting.paths {
        messages.line(&format!("    fixkey check {}", quoted(path)));
    }
    messages.line(&format!("    fixkey explain {first}"));
}
