//! Reads a log as a stream and collects its known messages, in bounded memory.

use std::ffi::OsString;
use std::io::{self, BufRead};
use std::ops::Range;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::{Message, all, is_of_shipper, pattern};

/// Longer lines are searched in parts of this many bytes.
const PART: usize = 1 << 20;
/// How much of a part is searched again with the next one: no message with its path is longer.
const OVERLAP: usize = 8 << 10;
/// How many paths are kept for each message.
const PATHS: usize = 8;

/// The result of reading a log.
#[derive(Debug, Default)]
pub struct Log {
    /// The messages closest to a cause, in the order of the log, each once.
    pub sightings: Vec<Sighting>,
    /// The number of lines.
    pub lines: u64,
}

impl Log {
    /// Returns whether most of its messages are those of a shipper.
    #[must_use]
    pub fn is_of_shipper(&self) -> bool {
        let of_shipper = |sighting: &&Sighting| is_of_shipper(sighting.message);
        2 * self.sightings.iter().filter(of_shipper).count() > self.sightings.len()
    }
}

/// A known message in a log.
#[derive(Debug)]
pub struct Sighting {
    /// The message.
    pub message: &'static Message,
    /// The wording that matched.
    pub wording: &'static str,
    /// Other known messages of the same entries, which it explains.
    pub around: Vec<&'static str>,
    /// The first few paths in the entries.
    pub paths: Vec<PathBuf>,
    /// The number of entries with it.
    pub count: u64,
    /// The line of the first entry, from 1.
    pub first_line: u64,
}

/// Reads a log to its end. It need not be UTF-8, nor have lines.
///
/// # Errors
/// Fails when the log cannot be read.
pub fn scan(mut log: impl BufRead) -> io::Result<Log> {
    let mut scanner = Scanner::new();
    let mut part = Vec::new();
    let mut is_new_line = true;
    while read_part(&mut log, &mut part)? {
        scanner.log.lines += u64::from(is_new_line);
        let is_whole = part.ends_with(b"\n") || part.len() < PART;
        if is_new_line && begins_entry(&part) {
            scanner.close();
        }
        let starts = if is_whole { part.len() } else { part.len() - OVERLAP };
        scanner.look(&part, starts, is_new_line);
        part.drain(..starts);
        is_new_line = is_whole;
    }
    scanner.look(&part, part.len(), false);
    scanner.close();
    Ok(scanner.log)
}

/// Appends to `part` up to the end of the line, or until it is full; returns whether anything was left.
fn read_part(log: &mut impl BufRead, part: &mut Vec<u8>) -> io::Result<bool> {
    let room = u64::try_from(PART - part.len()).unwrap_or_default();
    Ok(io::Read::take(log, room).read_until(b'\n', part)? > 0)
}

/// Returns whether a line begins an entry: JSON, or a line with a level as Logstash writes it.
fn begins_entry(line: &[u8]) -> bool {
    const LEVELS: [&[u8]; 5] = [b"][INFO", b"][WARN", b"][ERROR", b"][FATAL", b"][DEBUG"];
    let start = &line[..line.len().min(200)];
    let holds = |level: &&[u8]| start.windows(level.len()).any(|window| window == *level);
    start.first() == Some(&b'{') || LEVELS.iter().any(holds)
}

/// Returns whether a line with a message belongs to the entry before it: a part of a Java stack trace.
fn continues_entry(line: &[u8]) -> bool {
    const CLASSES: [&[u8]; 4] = [b"java.", b"javax.", b"io.netty.", b"sun."];
    const CAUSED: &[u8] = b"Caused by: ";
    line.first().is_some_and(u8::is_ascii_whitespace)
        || CLASSES.iter().any(|class| line.starts_with(class))
        || line.windows(CAUSED.len()).take(200).any(|window| window == CAUSED)
}

/// A message in the current entry.
struct Seen {
    message: &'static Message,
    wording: &'static str,
    line: u64,
}

struct Scanner {
    /// The wordings by their first byte.
    by_first: Vec<Vec<(&'static Message, &'static str)>>,
    /// The current entry: its messages, each wording once, and its paths.
    seen: Vec<Seen>,
    paths: Vec<PathBuf>,
    log: Log,
}

impl Scanner {
    fn new() -> Self {
        let mut by_first = vec![Vec::new(); 256];
        for message in all() {
            for wording in message.wordings {
                by_first[usize::from(wording.as_bytes()[0])].push((message, *wording));
            }
        }
        Self { by_first, seen: Vec::new(), paths: Vec::new(), log: Log::default() }
    }

    /// Searches for messages that begin in the first `starts` bytes.
    fn look(&mut self, line: &[u8], starts: usize, is_new_line: bool) {
        let mut may_close = is_new_line && !continues_entry(line);
        let mut at = 0;
        while at < starts {
            let Some((message, wording, path)) = self.begins_with(&line[at..]) else {
                at += 1;
                continue;
            };
            if std::mem::take(&mut may_close) {
                self.close();
            }
            self.see(message, wording);
            if let Some(path) = path_of(&line[at..][path.clone()]) {
                keep(&mut self.paths, path);
            }
            at += path.start;
        }
    }

    fn begins_with(&self, text: &[u8]) -> Option<(&'static Message, &'static str, Range<usize>)> {
        let wordings = &self.by_first[usize::from(*text.first()?)];
        // Nearly every position in a log fails at the second byte, so that this test decides the speed.
        let mut likely = wordings.iter().filter(|(_, it)| it.as_bytes().get(1) == text.get(1));
        likely.find_map(|(message, wording)| {
            Some((*message, *wording, pattern::begins_with(text, wording)?))
        })
    }

    fn see(&mut self, message: &'static Message, wording: &'static str) {
        if !self.seen.iter().any(|seen| seen.wording == wording) {
            self.seen.push(Seen { message, wording, line: self.log.lines });
        }
    }

    /// Ends the entry: of its messages, the first one that is closest to the cause is kept.
    fn close(&mut self) {
        let paths = std::mem::take(&mut self.paths);
        let mut seen = std::mem::take(&mut self.seen);
        let Some(tells) = (0..seen.len()).rev().max_by_key(|at| seen[*at].message.depth) else {
            return;
        };
        let tells = seen.remove(tells);
        let line = seen.iter().map(|other| other.line).chain([tells.line]).min();
        let sightings = &mut self.log.sightings;
        let known = sightings.iter().position(|it| std::ptr::eq(it.message, tells.message));
        let at = known.unwrap_or_else(|| {
            sightings.push(Sighting {
                message: tells.message,
                wording: tells.wording,
                around: Vec::new(),
                paths: Vec::new(),
                count: 0,
                first_line: line.unwrap_or(tells.line),
            });
            sightings.len() - 1
        });
        let sighting = &mut sightings[at];
        sighting.count += 1;
        let others = seen.iter().filter(|other| !std::ptr::eq(other.message, tells.message));
        for other in others.map(|other| other.message.wordings[0]) {
            if !sighting.around.contains(&other) {
                sighting.around.push(other);
            }
        }
        for path in paths {
            keep(&mut sighting.paths, path);
        }
    }
}

fn keep(paths: &mut Vec<PathBuf>, path: PathBuf) {
    if paths.len() < PATHS && !paths.contains(&path) {
        paths.push(path);
    }
}

/// Returns the path, if it certainly is one: it is printed, and must not be a secret.
fn path_of(text: &[u8]) -> Option<PathBuf> {
    let text = unescaped(text);
    let is_absolute = text.starts_with(b"/") || text.get(1..3).is_some_and(|it| it == b":\\");
    let has_ending = text.rsplit(|byte| *byte == b'.').next().is_some_and(|it| it.len() < 12);
    let is_pem = text.windows(5).any(|window| window == b"-----");
    let path = PathBuf::from(OsString::from_vec(text));
    let is_path = is_absolute || has_ending && path.extension().is_some();
    let fits = |part: &Path| part.iter().all(|name| name.len() <= 255);
    (is_path && !is_pem && fits(&path)).then_some(path)
}

/// Returns the text with single backslashes: Ruby and JSON double those of Windows paths.
fn unescaped(text: &[u8]) -> Vec<u8> {
    let mut bytes = text.iter().copied().peekable();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte == b'\\' {
            let _ = bytes.next_if_eq(&b'\\');
        }
        plain.push(byte);
    }
    plain
}
