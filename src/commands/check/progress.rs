//! A line on the terminal that says how far a long run is.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a run may take without a word.
const PATIENCE: Duration = Duration::from_secs(1);

/// Time between two lines.
const PAUSE: Duration = Duration::from_millis(100);

/// How many of how many files are done.
pub(super) struct Progress {
    all: usize,
    done: AtomicUsize,
    /// When the next line is due; `None` where there is no terminal for it.
    due: Option<Mutex<Instant>>,
    begun: Instant,
}

impl Progress {
    pub(super) fn new(all: usize) -> Self {
        let begun = Instant::now();
        let is_shown = std::io::stderr().is_terminal();
        let due = is_shown.then(|| Mutex::new(begun + PATIENCE));
        Self { all, done: AtomicUsize::new(0), due, begun }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(Ok(mut due)) = self.due.as_ref().map(Mutex::try_lock) else { return };
        let now = Instant::now();
        if now >= *due {
            *due = now + PAUSE;
            let _ = write!(std::io::stderr(), "\r\x1b[K{done} of {} files", self.all);
        }
    }

    /// Removes the line.
    pub(super) fn end(&self) {
        if self.due.is_some() && self.begun.elapsed() >= PATIENCE {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
