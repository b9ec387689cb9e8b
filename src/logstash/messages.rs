//! What Logstash and Filebeat print when keys and certificates are wrong, and what each message can mean.

mod pattern;
mod scan;
mod table;

pub use scan::{Log, Sighting, scan};

/// A message that is known.
#[derive(Debug)]
pub struct Message {
    /// Its wordings, the fullest first. `<path>` stands for a file's path, `<n>` for a number, `<word>` for a
    /// name; a backquote or double quote for either, escaped or not.
    pub wordings: &'static [&'static str],
    /// How near to the cause it is.
    pub depth: Depth,
    /// What prints it, and in which releases.
    pub printed: &'static str,
    /// What it says in plain words, where its causes do not.
    pub meaning: Option<&'static str>,
    /// What it can come from, the likeliest first.
    pub causes: &'static [PossibleCause],
    /// How all that is known.
    pub source: &'static str,
}

/// How near to the cause a message is: of those in one entry of a log, the nearest is the one that tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// What Logstash or a plugin says of it.
    Outer,
    /// What the code that loads the key or certificate says.
    Load,
    /// An exception that wraps another one.
    Wrapper,
    /// What went wrong.
    Cause,
}

/// Something that a message can come from.
#[derive(Debug)]
pub struct PossibleCause {
    /// The rule that finds it; `None` where it is beyond fixkey.
    pub rule: Option<&'static str>,
    /// What it is.
    pub what: &'static str,
}

const fn found_by(rule: &'static str, what: &'static str) -> PossibleCause {
    PossibleCause { rule: Some(rule), what }
}

const fn beyond(what: &'static str) -> PossibleCause {
    PossibleCause { rule: None, what }
}

/// Every message that is known.
pub fn all() -> impl Iterator<Item = &'static Message> {
    table::TABLES.iter().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_begins_with_no_placeholder_and_stands_once() {
        let mut wordings: Vec<&str> = all().flat_map(|it| it.wordings).copied().collect();
        let is_start = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'"';
        assert!(wordings.iter().all(|it| is_start(it.as_bytes()[0])));
        let count = wordings.len();
        wordings.sort_unstable();
        wordings.dedup();
        assert_eq!(wordings.len(), count);
    }

    #[test]
    fn every_wording_is_found_as_its_own_message_or_one_nearer_to_the_cause() {
        for message in all() {
            for wording in message.wordings {
                let text = wording.replace("<path>", "/etc/our.key").replace("<n>", "48");
                let log = scan(text.replace("<word>", "word").as_bytes()).unwrap();
                let found = log.sightings[0].message;
                let is_own = std::ptr::eq(found, message);
                assert!(is_own || found.depth > message.depth, "{wording}: {:?}", found.wordings);
            }
        }
    }
}
