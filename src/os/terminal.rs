//! Asks on the terminal without echo, and restores the echo however the prompt ends.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::termios::{LocalModes, OptionalActions, Termios};
use zeroize::Zeroizing;

use crate::os::signals::Signals;

/// A terminal with its echo off; dropping this restores it.
struct Silent<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Silent<'a> {
    fn new(terminal: &'a File) -> io::Result<Self> {
        let before = rustix::termios::tcgetattr(terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent.local_modes.insert(LocalModes::ECHONL);
        rustix::termios::tcsetattr(terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        let _ = rustix::termios::tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

/// The result of a prompt.
pub enum Answer {
    /// A line without its end.
    Line(Zeroizing<Vec<u8>>),
    /// The end of input.
    End,
    /// A signal, by its number.
    Signal(i32),
}

/// Asks for a line on the controlling terminal, without echo.
///
/// # Errors
/// When there is no terminal or it fails.
pub fn ask(prompt: &str) -> io::Result<Answer> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let signals = Signals::watch()?;
    terminal.write_all(prompt.as_bytes())?;
    let silent = Silent::new(&terminal)?;
    let answer = read_line(&terminal, &signals);
    drop(silent);
    if !matches!(answer, Ok(Answer::Line(_))) {
        terminal.write_all(b"\n")?;
    }
    answer
}

fn read_line(mut terminal: &File, signals: &Signals) -> io::Result<Answer> {
    /// The longest line that a terminal holds, in bytes.
    const LONGEST: usize = 4096;
    let mut line = Zeroizing::new(vec![0; LONGEST]);
    // A signal ends the wait, but may come right before it.
    let moment = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
    loop {
        if let Some(signal) = signals.received() {
            return Ok(Answer::Signal(signal));
        }
        let mut ready = [PollFd::new(terminal, PollFlags::IN)];
        match rustix::event::poll(&mut ready, Some(&moment)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            polled => polled?,
        };
        let length = terminal.read(&mut line)?;
        if length == 0 {
            return Ok(Answer::End);
        }
        let end = line[..length].iter().position(|byte| *byte == b'\n' || *byte == b'\r');
        line.truncate(end.unwrap_or(length));
        return Ok(Answer::Line(line));
    }
}
