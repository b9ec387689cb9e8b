//! Messages that Logstash and Filebeat print about keys and certificates, and their possible causes.

mod pattern;
mod scan;
mod table;

pub use scan::{Log, Sighting, scan};

/// A known message.
#[derive(Debug)]
pub struct Message {
    /// The wordings, the longest first. `<path>` matches the path of a file, `<n>` a number, and `<word>` a name.
    /// A backquote or double quote matches either of them, escaped or not.
    pub wordings: &'static [&'static str],
    /// How close the message is to the cause.
    pub depth: Depth,
    /// The program that prints it, and in which releases.
    pub printed: &'static str,
    /// The meaning, if the causes do not explain it.
    pub meaning: Option<&'static str>,
    /// The possible causes, the most likely first.
    pub causes: &'static [PossibleCause],
    /// The evidence for all of this.
    pub source: &'static str,
}

/// How close a message is to the cause. Of the messages in one log entry, `explain` prints the closest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// A message of Logstash or a plugin.
    Outer,
    /// A message of the code that loads the key or certificate.
    Load,
    /// An exception that wraps another exception.
    Wrapper,
    /// The error itself.
    Cause,
}

/// A possible cause of a message.
#[derive(Debug)]
pub struct PossibleCause {
    /// The rule that finds it; `None` if fixkey cannot find it.
    pub rule: Option<&'static str>,
    /// The description, without capital letter and full stop.
    pub what: &'static str,
}

const fn found_by(rule: &'static str, what: &'static str) -> PossibleCause {
    PossibleCause { rule: Some(rule), what }
}

const fn beyond(what: &'static str) -> PossibleCause {
    PossibleCause { rule: None, what }
}

/// Returns whether a shipper prints a message, such as Filebeat.
#[must_use]
pub fn is_of_shipper(message: &Message) -> bool {
    table::SHIPPER.iter().copied().flatten().any(|known| known.wordings == message.wordings)
}

/// Returns every known message.
pub fn all() -> impl Iterator<Item = &'static Message> {
    table::LOGSTASH.iter().chain(table::SHIPPER).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_is_unique_and_begins_without_a_placeholder() {
        let mut wordings: Vec<&str> = all().flat_map(|it| it.wordings).copied().collect();
        let is_start = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'"';
        assert!(wordings.iter().all(|it| is_start(it.as_bytes()[0])));
        let count = wordings.len();
        wordings.sort_unstable();
        wordings.dedup();
        assert_eq!(wordings.len(), count);
    }

    #[test]
    fn every_wording_is_found_as_its_own_message_or_one_closer_to_the_cause() {
        for message in all() {
            for wording in message.wordings {
                let text = wording.replace("<path>", "/etc/our.key").replace("<n>", "48");
                let log = scan(text.replace("<word>", "word").as_bytes()).unwrap();
                let found = log.sightings.first().unwrap_or_else(|| panic!("{wording}")).message;
                let is_own = std::ptr::eq(found, message);
                assert!(is_own || found.depth > message.depth, "{wording}: {:?}", found.wordings);
            }
        }
    }
}
