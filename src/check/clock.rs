//! The moment by which the dates of certificates are judged.

use time::{Duration, OffsetDateTime};

/// The moment by which things are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Now, UTC.
    pub now: OffsetDateTime,
    /// A certificate that ends sooner than this expires soon.
    pub expires_within: Duration,
}
