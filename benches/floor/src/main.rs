//! `floor INPUT OUTPUT`: the least that converting a key can cost.
//!
//! Reads INPUT and durably writes the same bytes to OUTPUT: a temporary file
//! beside it, a sync, a rename, a sync of the folder. Given a key that is PKCS#8
//! already, it writes what fixkey would write, and whatever fixkey takes beyond
//! the floor's time is fixkey's own.
//!
//! Not a tool: an existing OUTPUT is replaced, and a failure leaves the
//! temporary file behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(input), Some(output), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("usage: floor INPUT OUTPUT");
        return ExitCode::from(2);
    };
    match copy_durably(Path::new(&input), Path::new(&output)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(3)
        }
    }
}

fn copy_durably(input: &Path, output: &Path) -> io::Result<()> {
    let bytes = fs::read(input)?;
    let partial = partial_path(output);
    write_synced(&partial, &bytes)?;
    fs::rename(&partial, output)?;
    File::open(folder_of(output))?.sync_all()
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// In OUTPUT's folder, since a rename cannot leave a file system.
fn partial_path(output: &Path) -> PathBuf {
    let mut name = output.file_name().unwrap_or_default().to_os_string();
    name.push(".partial");
    output.with_file_name(name)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
