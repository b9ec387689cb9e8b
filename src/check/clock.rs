//! The time against which the dates of certificates are checked.

use time::{Duration, OffsetDateTime};

/// The time of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Now, UTC.
    pub now: OffsetDateTime,
    /// A certificate that expires within this time expires soon.
    pub expires_within: Duration,
}
