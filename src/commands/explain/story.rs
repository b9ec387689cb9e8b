//! Explains the known messages in a log. Of the log itself, it prints only file paths.

use crate::logstash::messages::{Log, Message, Sighting, is_of_shipper};
use crate::os::display::quoted;
use crate::report::Messages;

/// Says whose log comes now.
pub(super) fn begin(name: &str, log: &Log, messages: &mut Messages<'_>) {
    let who = match log.sightings.is_empty() {
        true => "no known message in",
        false if log.is_of_shipper() => "what the shipper saw, in",
        false => "what Logstash saw, in",
    };
    let end = if log.sightings.is_empty() { "" } else { ":" };
    messages.line(&format!("{who} {name}{end}"));
    if !log.sightings.is_empty() {
        messages.line("");
    }
}

/// Explains each message. If the log has several lines, also prints how often the message occurs, and where first.
pub(super) fn tell(log: &Log, has_lines: bool, messages: &mut Messages<'_>) {
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
        next_steps(sighting, messages);
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
    let width = message.causes.iter().filter_map(|cause| cause.rule).map(str::len).max();
    let width = width.unwrap_or_default();
    for cause in message.causes {
        let rule = cause.rule.unwrap_or("(none)");
        messages.line(&format!("    {rule:width$}  {}", cause.what));
    }
}

/// Prints the commands that find the cause.
fn next_steps(sighting: &Sighting, messages: &mut Messages<'_>) {
    let mut rules = sighting.message.causes.iter().filter_map(|cause| cause.rule);
    let Some(first) = rules.next() else { return };
    messages.line("  to find out:");
    let both = "    fixkey check /etc/filebeat/filebeat.yml /etc/logstash";
    let is_of_shipper = is_of_shipper(sighting.message);
    messages.line(if is_of_shipper { both } else { "    fixkey check /etc/logstash" });
    for path in &sighting.paths {
        messages.line(&format!("    fixkey check {}", quoted(path)));
    }
    messages.line(&format!("    fixkey explain {first}"));
}
