//! The gems that decide how a key is read, by the releases of Logstash that bundle them.

use crate::logstash::version::{VersionNumbers, Versions, version};

/// The versions of a gem in these releases of Logstash.
pub(super) struct Bundled {
    pub(super) gem: &'static str,
    pub(super) releases: Versions,
    pub(super) versions: Versions,
}

const fn row(
    gem: &'static str,
    from: VersionNumbers,
    to: VersionNumbers,
    least: VersionNumbers,
    most: VersionNumbers,
) -> Bundled {
    Bundled { gem, releases: versions(from, to), versions: versions(least, most) }
}

const fn versions(least: VersionNumbers, most: VersionNumbers) -> Versions {
    Versions { least: version(least.0, least.1, least.2), most: version(most.0, most.1, most.2) }
}

const BEATS: &str = "logstash-input-beats";
const HTTP: &str = "logstash-input-http";
const TCP: &str = "logstash-input-tcp";
const MANTICORE: &str = "manticore";

/// The end of a line of releases.
const X: u16 = u16::MAX;

/// Source: docs/plugins-and-settings.md §1, §1.1, §1.2, §2 (lock files of all 460 tags, v2.0.0 to v9.5.2). The wide
/// rows are the ranges of §1.1 and of the tables; the rows of one release are from §1.2. A section without a document
/// is of the document cited last.
#[rustfmt::skip]
pub(super) const BUNDLED: &[Bundled] = &[
    //  gem        releases of Logstash             versions of the gem
    row(BEATS,     (2, 0, 0),   (2, 3, X),          (0, 9, 0),   (3, 0, X)),   // §1.1
    row(BEATS,     (2, 4, 0),   (7, 16, X),         (3, 1, 1),   (6, 4, 3)),   // §1.1
    row(BEATS,     (5, 0, 0),   (5, 6, X),          (3, 1, 6),   (3, 1, 32)),  // §1.2, first and last of the line
    row(BEATS,     (6, 0, 0),   (6, X, X),          (5, 0, 2),   (5, 1, 11)),  // §1.2, first and last of the line
    row(BEATS,     (6, 4, 0),   (6, 4, X),          (5, 0, 6),   (5, 1, 6)),   // docs/what-logstash-loads.md §3
    row(BEATS,     (7, 0, 0),   (7, 16, X),         (6, 0, 0),   (6, 2, 6)),   // docs/plugins-and-settings.md §1.2, first of the line to 7.17.1
    row(BEATS,     (2, 4, 0),   (2, 4, 0),          (3, 1, 3),   (3, 1, 3)),   // §1.2
    row(BEATS,     (2, 4, 1),   (2, 4, 1),          (3, 1, 8),   (3, 1, 8)),   // §1.2
    row(BEATS,     (5, 0, 0),   (5, 0, 0),          (3, 1, 6),   (3, 1, 6)),   // §1.2
    row(BEATS,     (5, 6, 0),   (5, 6, X),          (3, 1, 24),  (3, 1, 32)),  // §1.2
    row(BEATS,     (6, 0, 0),   (6, 0, 0),          (5, 0, 2),   (5, 0, 2)),   // §1.2
    row(BEATS,     (6, 8, 23),  (6, 8, 23),         (5, 1, 11),  (5, 1, 11)),  // §1.2
    row(BEATS,     (7, 0, 0),   (7, 3, X),          (6, 0, 0),   (6, 0, 0)),   // §1.2
    row(BEATS,     (7, 6, 0),   (7, 6, 0),          (6, 0, 4),   (6, 0, 4)),   // §1.2
    row(BEATS,     (7, 6, 1),   (7, 6, 1),          (6, 0, 8),   (6, 0, 8)),   // §1.2
    row(BEATS,     (7, 8, 1),   (7, 10, 1),         (6, 0, 11),  (6, 0, 11)),  // §1.2
    row(BEATS,     (7, 10, 2),  (7, 10, 2),         (6, 0, 12),  (6, 0, 12)),  // §1.2
    row(BEATS,     (7, 11, 2),  (7, 11, 2),         (6, 0, 14),  (6, 0, 14)),  // §1.2
    row(BEATS,     (7, 17, 0),  (7, 17, 27),        (3, 1, 1),   (6, 4, 3)),   // §1.1
    row(BEATS,     (7, 17, 1),  (7, 17, 27),        (6, 2, 6),   (6, 2, 6)),   // §1.2
    row(BEATS,     (7, 17, 28), (7, X, X),          (6, 4, 4),   (6, 4, 4)),   // §1.2, 7.17.29 is the last of 7
    row(BEATS,     (8, 0, 0),   (8, 6, 1),          (3, 1, 1),   (6, 4, 3)),   // §1.1
    row(BEATS,     (8, 0, 0),   (8, 0, 0),          (6, 2, 5),   (6, 2, 5)),   // §1.2
    row(BEATS,     (8, 3, 0),   (8, 4, 0),          (6, 4, 0),   (6, 4, 0)),   // §1.2
    row(BEATS,     (8, 4, 1),   (8, 6, 1),          (6, 4, 1),   (6, 4, 1)),   // §1.2
    row(BEATS,     (8, 6, 2),   (8, X, X),          (6, 4, 4),   (6, X, X)),   // §1.1; 7.0.0 = Logstash 9.0 (§1)
    row(BEATS,     (8, 6, 2),   (8, 6, 2),          (6, 4, 4),   (6, 4, 4)),   // §1.2
    row(BEATS,     (8, 8, 0),   (8, 8, 0),          (6, 6, 0),   (6, 6, 0)),   // §1.2
    row(BEATS,     (8, 8, 2),   (8, 8, 2),          (6, 6, 1),   (6, 6, 1)),   // tests/data/logstash/8.8.2.jsonl
    row(BEATS,     (8, 15, 0),  (8, 15, 0),         (6, 8, 3),   (6, 8, 3)),   // tests/data/logstash/8.15.0.jsonl
    row(BEATS,     (8, 19, 0),  (8, 19, 0),         (6, 9, 3),   (6, 9, 3)),   // §1.2
    row(BEATS,     (8, 19, 20), (8, 19, 20),        (6, 9, 11),  (6, 9, 11)),  // §1.2
    row(BEATS,     (9, 0, 0),   (9, 5, 2),          (7, 0, 0),   (7, 0, 13)),  // §1.1; 7.0.0 = Logstash 9.0 (§1)
    row(BEATS,     (9, 0, 0),   (9, 0, 0),          (7, 0, 2),   (7, 0, 2)),   // §1.2
    row(BEATS,     (9, 5, 2),   (9, 5, 2),          (7, 0, 13),  (7, 0, 13)),  // §1.2
    row(HTTP,      (2, 0, 0),   (6, 3, X),          (0, 0, 0),   (3, 0, X)),   // §1: ssl_key since 3.1.0 = 6.4.0
    row(HTTP,      (6, 4, 0),   (8, 6, 1),          (3, 1, 0),   (3, 6, 0)),   // §5.1: 3.6.1 = 8.6.2 and later
    row(HTTP,      (6, 4, 0),   (6, 4, 0),          (3, 2, 0),   (3, 2, 0)),   // §1.2
    row(HTTP,      (7, 17, 28), (7, 17, 29),        (3, 4, 5),   (3, 4, 5)),   // §1.1
    row(HTTP,      (8, 6, 2),   (8, X, X),          (3, 6, 1),   (3, X, X)),   // §5.1; 4.0.0 = Logstash 9.0 (§1)
    row(HTTP,      (8, 6, 2),   (8, 6, 2),          (3, 6, 1),   (3, 6, 1)),   // §1.2
    row(HTTP,      (8, 8, 0),   (8, 8, 0),          (3, 7, 0),   (3, 7, 0)),   // §1.2
    row(HTTP,      (9, 0, 0),   (9, 5, 2),          (4, 0, 0),   (4, X, X)),   // §1: 4.0.0 = Logstash 9.0
    row(HTTP,      (9, 0, 0),   (9, 0, 0),          (4, 1, 2),   (4, 1, 2)),   // §1.2
    row(TCP,       (2, 0, 0),   (6, 4, X),          (0, 0, 0),   (5, 1, X)),   // §1: 5.2.0 = 6.5.0
    row(TCP,       (6, 5, 0),   (6, 6, X),          (5, 2, 0),   (5, 2, 0)),   // §1: 6.5.0 to 6.6.2
    row(TCP,       (6, 7, 0),   (8, X, X),          (5, 2, 1),   (6, X, X)),   // §1: 5.2.1 = 6.7.0; 7.0.0 = 9.0
    row(TCP,       (7, 17, 28), (7, 17, 29),        (6, 2, 7),   (6, 2, 7)),   // §1.1
    row(TCP,       (8, 10, 0),  (8, 10, 0),         (6, 4, 0),   (6, 4, 0)),   // §1.2
    row(TCP,       (9, 0, 0),   (9, 5, 2),          (7, 0, 0),   (7, X, X)),   // §1: 7.0.0 = Logstash 9.0
    row(TCP,       (9, 0, 0),   (9, 0, 0),          (7, 0, 2),   (7, 0, 2)),   // §1.2
    row(MANTICORE, (7, 17, 0),  (8, 2, X),          (0, 8, 0),   (0, 8, 0)),   // §2
    row(MANTICORE, (8, 3, 0),   (8, 19, 5),         (0, 9, 1),   (0, 9, 1)),   // §2
    row(MANTICORE, (8, 19, 6),  (8, X, X),          (0, 9, 2),   (0, 9, 2)),   // §2
    row(MANTICORE, (9, 0, 0),   (9, 1, 5),          (0, 9, 1),   (0, 9, 1)),   // §2
    row(MANTICORE, (9, 1, 6),   (9, 1, X),          (0, 9, 2),   (0, 9, 2)),   // §2
    row(MANTICORE, (9, 2, 0),   (9, 2, 0),          (0, 9, 1),   (0, 9, 1)),   // §2
    row(MANTICORE, (9, 2, 1),   (9, 5, 2),          (0, 9, 2),   (0, 9, 2)),   // §2
];
