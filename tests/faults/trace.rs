//! Parses strace's output for one run.

use std::collections::HashMap;

/// A system call of a run.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) result: String,
    /// Its number among the calls of this name, as `when=` of strace counts them.
    pub(crate) occurrence: usize,
}

impl Call {
    pub(crate) fn succeeded(&self) -> bool {
        !self.result.starts_with("-1") && !self.result.starts_with('?')
    }

    pub(crate) fn argument(&self, index: usize) -> &str {
        self.arguments.get(index).map_or("", String::as_str)
    }

    /// Returns whether the call is one of `names`, for the open file `descriptor`.
    pub(crate) fn is_on(&self, names: &[&str], descriptor: &str) -> bool {
        names.contains(&self.name.as_str()) && self.argument(0) == descriptor
    }

    /// Returns whether a file of this name in the current or an open directory is an argument.
    pub(crate) fn names(&self, file: &str) -> bool {
        self.arguments.iter().any(|argument| {
            argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(file)
        })
    }

    fn creates(&self) -> bool {
        self.name.starts_with("open")
            && self.arguments.iter().any(|flags| flags.contains("O_CREAT"))
    }

    fn moves(&self) -> bool {
        const MOVES: [&str; 5] = ["rename", "renameat", "renameat2", "link", "linkat"];
        MOVES.contains(&self.name.as_str())
    }

    pub(crate) fn writes(&self) -> bool {
        ["write", "writev", "pwrite64"].contains(&self.name.as_str())
    }

    /// Parses a line such as `4711 fsync(4) = -1 EIO (Input/output error) (INJECTED)`.
    fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if !name.bytes().all(is_name) {
            return None;
        }
        let (arguments, result) = rest.rsplit_once(" = ")?;
        let arguments = arguments.trim_end();
        let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
        Some(Self {
            name: name.to_owned(),
            // No argument of interest contains a comma.
            arguments: arguments.split(", ").map(str::to_owned).collect(),
            result: result.to_owned(),
            occurrence: 0,
        })
    }
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With this status.
    Exited(i32),
    /// By this signal.
    Killed(String),
}

impl End {
    fn parse(line: &str) -> Option<Self> {
        let end = line.strip_prefix("+++ ")?.strip_suffix(" +++")?;
        if let Some(status) = end.strip_prefix("exited with ") {
            return Some(Self::Exited(status.parse().ok()?));
        }
        let signal = end.strip_prefix("killed by ")?.trim_end_matches(" (core dumped)");
        Some(Self::Killed(signal.to_owned()))
    }
}

/// The calls of a run, and its end.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) calls: Vec<Call>,
    signals: Vec<String>,
    pub(crate) end: End,
}

impl Trace {
    /// Parses the output of `strace -f -o`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut calls = Vec::new();
        let mut signals = Vec::new();
        let mut end = None;
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut processes: Vec<&str> = Vec::new();
        for (process, line) in text.lines().filter_map(|line| line.split_once(' ')) {
            let line = line.trim_start();
            if let Some(call) = Call::parse(line) {
                let count = counts.entry(call.name.clone()).or_default();
                *count += 1;
                calls.push(Call { occurrence: *count, ..call });
            } else if let Some(signal) = line.strip_prefix("--- ") {
                signals.extend(signal.split(' ').next().map(str::to_owned));
            }
            end = End::parse(line).or(end);
            processes.push(process);
        }
        processes.dedup();
        assert_eq!(processes.len(), 1, "strace counts calls by thread, and so does this:\n{text}");
        Self { calls, signals, end: end.expect("the trace says how the run ended") }
    }

    /// Returns whether the signal came.
    pub(crate) fn has_signal(&self, signal: &str) -> bool {
        self.signals.iter().any(|received| received == signal)
            || self.end == End::Killed(signal.to_owned())
    }

    /// Returns the same call in another run.
    pub(crate) fn same(&self, call: &Call) -> Option<&Call> {
        self.calls
            .iter()
            .find(|other| other.name == call.name && other.occurrence == call.occurrence)
    }

    /// Returns the indices in `calls` at which files are created.
    pub(crate) fn creations(&self) -> impl DoubleEndedIterator<Item = usize> {
        (0..self.calls.len()).filter(|&index| self.calls[index].creates())
    }

    /// Returns the index in `calls` of the first write to a new file.
    pub(crate) fn first_write(&self) -> Option<usize> {
        let created = self.creations().next()?;
        let file = &self.calls[created].result;
        let is_write = |call: &Call| call.writes() && call.argument(0) == file;
        self.calls.iter().skip(created).position(is_write).map(|after| created + after)
    }

    /// Returns whether the run removes a file.
    pub(crate) fn removes(&self) -> bool {
        self.calls.iter().any(|call| call.name == "unlinkat")
    }

    /// Returns the indices in `calls` at which files are moved into place.
    pub(crate) fn moves(&self) -> Vec<usize> {
        let is_move =
            |(index, call): (usize, &Call)| (call.moves() && call.succeeded()).then_some(index);
        self.calls.iter().enumerate().filter_map(is_move).collect()
    }
}
