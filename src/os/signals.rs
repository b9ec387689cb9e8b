//! Delays the signals that ask fixkey to end while it must not end at once.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};

/// Watches for the signals that end a run by request, or for a file that grows too large. While a watcher lives, such a
/// signal ends nothing by itself; afterwards it ends the process as usual.
pub(crate) struct Signals {
    handlers: &'static Handlers,
}

/// The state of the process's handlers. They are registered once, since each registration copies those before it.
struct Handlers {
    /// The number of the signal that came while one was watched for; 0 for none.
    received: Arc<AtomicUsize>,
    /// Whether nobody watches.
    is_idle: Arc<AtomicBool>,
    watching: AtomicUsize,
}

impl Handlers {
    fn register() -> io::Result<Self> {
        let (received, is_idle) = (Arc::default(), Arc::new(AtomicBool::new(true)));
        let ignored = ignored();
        let is_ignored = |signal: &i32| ignored >> (signal - 1) & 1 == 1;
        // What the caller has ignored, such as `nohup`, stays ignored.
        let asked = [SIGINT, SIGTERM, SIGHUP, SIGQUIT].into_iter();
        for signal in asked.filter(|signal| !is_ignored(signal)).chain([SIGXFSZ]) {
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&is_idle))?;
            let number = usize::try_from(signal).unwrap_or(0);
            signal_hook::flag::register_usize(signal, Arc::clone(&received), number)?;
        }
        Ok(Self { received, is_idle, watching: AtomicUsize::new(0) })
    }
}

/// Returns the signals that the process ignores, a bit each from 1 on (`proc_pid_status(5)`); none where that is not known.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

static HANDLERS: OnceLock<Handlers> = OnceLock::new();

impl Signals {
    /// Starts watching.
    pub(crate) fn watch() -> io::Result<Self> {
        let handlers = if let Some(handlers) = HANDLERS.get() {
            handlers
        } else {
            let registered = Handlers::register()?;
            HANDLERS.get_or_init(|| registered)
        };
        handlers.watching.fetch_add(1, Ordering::SeqCst);
        handlers.is_idle.store(false, Ordering::SeqCst);
        Ok(Self { handlers })
    }

    /// Watches until the process ends, so that a finished run reports its changes and succeeds.
    pub(crate) fn until_the_end(self) {
        std::mem::forget(self);
    }

    /// Returns the number of the signal that came. It asks the whole run to end: later watchers see it too.
    pub(crate) fn received(&self) -> Option<i32> {
        match self.handlers.received.load(Ordering::SeqCst) {
            0 => None,
            number => i32::try_from(number).ok(),
        }
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        if self.handlers.watching.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.handlers.is_idle.store(true, Ordering::SeqCst);
        }
    }
}
