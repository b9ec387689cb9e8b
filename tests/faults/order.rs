//! Checks the order of system calls that survives a power failure, which no injected fault can show.

use std::ops::Range;

use crate::trace::{Call, Trace};

/// Returns what is wrong with the order of writes to the file that ends up as `output`.
pub(crate) fn violations(trace: &Trace, output: &str) -> Vec<String> {
    let Some(writing) = Writing::find(trace, output) else {
        return vec![format!("{output}: no file is created and moved")];
    };
    let violations = [
        writing.steps_in_order(),
        writing.creation_is_exclusive(),
        writing.stays_in_the_folder(),
        writing.output_is_only_moved_to(),
        writing.folder_stays_as_synced(),
    ];
    let named = |violation: String| format!("{output}: {violation}");
    violations.into_iter().flatten().map(named).collect()
}

/// The calls of a run that write one output.
struct Writing<'a> {
    calls: &'a [Call],
    output: &'a str,
    /// Where the temporary file is created.
    creation: usize,
    /// The descriptors of the temporary file and of its directory.
    file: &'a str,
    folder: &'a str,
    /// Where the temporary file is moved to its place.
    moved: usize,
}

impl<'a> Writing<'a> {
    fn find(trace: &'a Trace, output: &'a str) -> Option<Self> {
        let quoted = format!("{output:?}");
        let is_to_output = |&index: &usize| trace.calls[index].argument(3) == quoted;
        let moved = trace.moves().into_iter().find(is_to_output)?;
        let from = trace.calls[moved].argument(1);
        let is_of_it = |&index: &usize| trace.calls[index].argument(1) == from;
        let creation = trace.creations().rfind(is_of_it)?;
        let Call { arguments, result, .. } = &trace.calls[creation];
        let folder = arguments.first()?;
        Some(Self { calls: &trace.calls, output, creation, file: result, folder, moved })
    }

    /// Returns the calls during which the descriptor is the temporary file's.
    fn open(&self) -> Range<usize> {
        let rest = &self.calls[self.creation..];
        let close = rest.iter().position(|call| call.is_on(&["close"], self.file));
        self.creation..close.map_or(self.calls.len(), |after| self.creation + after)
    }

    fn last(&self, range: Range<usize>, names: &[&str], descriptor: &str) -> Option<usize> {
        let wanted = |&index: &usize| {
            self.calls[index].is_on(names, descriptor) && self.calls[index].succeeded()
        };
        range.rev().find(wanted)
    }

    fn steps_in_order(&self) -> Vec<String> {
        let of_file = |names: &[&str]| self.last(self.open(), names, self.file);
        let after = self.creation..self.calls.len();
        let steps = [
            ("the temporary file is created", Some(self.creation)),
            ("it gets its owner", of_file(&["fchown", "fchownat"])),
            ("it gets its mode", of_file(&["fchmod", "fchmodat"])),
            ("it is written", of_file(&["write", "writev", "pwrite64"])),
            ("it is synced", of_file(&["fsync", "fdatasync"])),
            ("it is moved", Some(self.moved)),
            ("the folder is synced", self.last(after, &["fsync"], self.folder)),
        ];
        let missing = steps.iter().filter(|(_, place)| place.is_none());
        let missing = missing.map(|(step, _)| format!("a step is missing: {step}"));
        let swapped = steps.windows(2).filter(|pair| pair[1].1.is_some() && pair[0].1 >= pair[1].1);
        let swapped = swapped.map(|pair| format!("too late: {}", pair[0].0));
        missing.chain(swapped).collect()
    }

    fn creation_is_exclusive(&self) -> Vec<String> {
        let call = &self.calls[self.creation];
        let (flags, mode) = (call.argument(2), call.argument(3));
        let mut violations = Vec::new();
        if !flags.split('|').any(|flag| flag == "O_EXCL") {
            violations.push(format!("the temporary file is created without O_EXCL: {flags}"));
        }
        if mode != "0600" {
            violations.push(format!("the temporary file is created with mode {mode}"));
        }
        violations
    }

    /// Only a move within one directory is atomic, and made durable by that directory's sync.
    fn stays_in_the_folder(&self) -> Vec<String> {
        let moved = &self.calls[self.moved];
        let temporary = self.calls[self.creation].argument(1);
        let output = format!("{:?}", self.output);
        let [from_folder, from, to_folder, to] = [0, 1, 2, 3].map(|index| moved.argument(index));
        let expected = [self.folder, temporary, self.folder, &output];
        if [from_folder, from, to_folder, to] == expected && !temporary.contains('/') {
            return Vec::new();
        }
        vec![format!("the move is not from the temporary file to the output: {moved:?}")]
    }

    fn output_is_only_moved_to(&self) -> Vec<String> {
        let is_for_writing = |call: &&Call| {
            const FLAGS: [&str; 4] = ["O_WRONLY", "O_RDWR", "O_TRUNC", "O_CREAT"];
            let asks = |flags: &String| FLAGS.iter().any(|flag| flags.contains(flag));
            call.name.starts_with("open")
                && call.names(self.output)
                && call.arguments.iter().any(asks)
        };
        let truncates =
            |call: &&Call| ["truncate", "ftruncate", "creat"].contains(&call.name.as_str());
        let touched = self.calls.iter().filter(|call| is_for_writing(call) || truncates(call));
        touched.map(|call| format!("the output itself is written to: {call:?}")).collect()
    }

    fn folder_stays_as_synced(&self) -> Vec<String> {
        let synced = self.last(self.creation..self.calls.len(), &["fsync"], self.folder);
        let after = &self.calls[synced.unwrap_or(self.calls.len())..];
        let changes = |call: &&Call| {
            const CHANGES: [&str; 3] = ["unlink", "rename", "link"];
            call.argument(0) == self.folder
                && CHANGES.iter().any(|change| call.name.starts_with(change))
        };
        let late = after.iter().filter(changes);
        late.map(|call| format!("the folder is changed after its sync: {call:?}")).collect()
    }
}
