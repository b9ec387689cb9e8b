//! The `fixkey` program: arguments in, exit status out.

use std::io;
use std::process::ExitCode;

use fixkey::commands::{self, Failure, Status, Streams};

fn main() -> ExitCode {
    // Where the system does not allow it, converting the key is still what was asked for.
    let _ = fixkey::os::passphrase::forbid_core_dumps();
    let (mut stdout, mut stderr) = (io::stdout(), io::stderr());
    let mut streams = Streams { stdout: &mut stdout, stderr: &mut stderr };
    let status = commands::run(std::env::args_os(), &mut streams)
        .unwrap_or_else(|error| Failure::of(&error).print(streams.stderr));
    if let Status::Signalled(signal) = status {
        // Ends the process as the signal would have, so that a shell's loop ends too.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
    }
    status.code().into()
}
