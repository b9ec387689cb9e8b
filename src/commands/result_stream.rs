//! Standard output of a command that reports, with what kept a part of it from being written.

use std::io::{self, ErrorKind, Write};

use super::{Failure, Status, Streams};
use crate::report::Messages;

/// Passes on what is written, and keeps the first error: those who write need not look after each line.
pub(super) struct ResultStream<'a> {
    stream: &'a mut dyn Write,
    failed: Option<io::Error>,
}

/// That the result is not there, or not whole.
pub(super) fn failure(error: &io::Error) -> Failure {
    Failure::new(Status::CouldNot, format!("the result could not be written: {error}"))
}

/// How a run ended, apart from its report.
pub(super) struct Ended {
    pub(super) status: Status,
    /// Whether files are now other than they were.
    pub(super) has_changed: bool,
}

impl Ended {
    /// The same with its report: one that could not be written is no success, unless files are changed by
    /// then. These are as planned, and whoever sees a failure would look for the old ones.
    pub(super) fn reported(
        self,
        written: io::Result<()>,
        streams: &mut Streams<'_>,
    ) -> anyhow::Result<Status> {
        let Err(error) = written else { return Ok(self.status) };
        let failure = failure(&error);
        if !self.has_changed {
            return Err(failure.into());
        }
        let message = format!("{}; the files were changed as planned", failure.message);
        Messages::new(streams.stderr).labelled("warning", &message);
        Ok(self.status)
    }
}

impl<'a> ResultStream<'a> {
    pub(super) fn new(stream: &'a mut dyn Write) -> Self {
        Self { stream, failed: None }
    }

    /// Writes what is left in buffers.
    ///
    /// # Errors
    /// What kept a part from being written; not that the reader has enough, such as `head`.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let _ = self.flush();
        match self.failed {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error),
            _ => Ok(()),
        }
    }

    fn keep(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.failed.get_or_insert(error);
        }
    }
}

impl Write for ResultStream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.failed.is_some() {
            return Ok(bytes.len());
        }
        let result = self.stream.write_all(bytes);
        self.keep(result);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.stream.flush();
        self.keep(result);
        Ok(())
    }
}
