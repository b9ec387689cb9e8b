//! A finding: what is wrong or worth knowing, how bad it is, and by which rule.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It keeps Logstash, or its clients, from working.
    Error,
    /// It may keep them from working.
    Warning,
    /// Worth knowing.
    Note,
}

/// A finding about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule's name, in kebab-case.
    pub rule: &'static str,
    /// What was found.
    pub message: String,
}
