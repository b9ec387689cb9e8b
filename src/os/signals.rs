//! The signals that ask fixkey to end, taken note of where it must not end at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};

/// The signals that end a run by request, or for a file that grows too large. While one is watched
/// for, it ends nothing by itself.
pub(crate) struct Signals {
    received: Arc<AtomicUsize>,
    registered: Vec<SigId>,
}

impl Signals {
    /// Watches for them from now on.
    pub(crate) fn watch() -> io::Result<Self> {
        let mut signals = Self { received: Arc::default(), registered: Vec::new() };
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXFSZ] {
            let number = usize::try_from(signal).unwrap_or(0);
            let flag = Arc::clone(&signals.received);
            signals.registered.push(signal_hook::flag::register_usize(signal, flag, number)?);
        }
        Ok(signals)
    }

    /// The one that came, by its number.
    pub(crate) fn received(&self) -> Option<i32> {
        match self.received.load(Ordering::SeqCst) {
            0 => None,
            number => i32::try_from(number).ok(),
        }
    }
}

/// What is registered for a signal is copied whenever something is added, so that nothing may be left.
/// The signal itself still ends nothing.
impl Drop for Signals {
    fn drop(&mut self) {
        for id in self.registered.drain(..) {
            signal_hook::low_level::unregister(id);
        }
    }
}
