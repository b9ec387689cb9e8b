//! Owner, group, mode and extended attributes of an open file.

use std::fs::File;
use std::io;

use rustix::fs::{Gid, Mode, Uid, XattrFlags};
use rustix::io::Errno;

/// Sets owner, group and mode of an open file, as far as they are given.
///
/// # Errors
/// When the system does not allow it.
pub fn change_rights(
    file: &File,
    uid: Option<u32>,
    gid: Option<u32>,
    mode: Option<u32>,
) -> io::Result<()> {
    if uid.is_some() || gid.is_some() {
        rustix::fs::fchown(file, uid.map(Uid::from_raw), gid.map(Gid::from_raw))?;
    }
    if let Some(mode) = mode {
        rustix::fs::fchmod(file, Mode::from_raw_mode(mode))?;
    }
    Ok(())
}

/// Copies every extended attribute from one open file to another; returns the names of those that cannot be copied.
///
/// # Errors
/// When the system does not list the names.
pub fn copy_attributes(from: &File, to: &File) -> io::Result<Vec<String>> {
    let mut names = vec![0u8; 65536];
    let length = match rustix::fs::flistxattr(from, &mut names[..]) {
        Err(Errno::OPNOTSUPP) => 0,
        length => length?,
    };
    let mut value = vec![0u8; 65536];
    let mut left_out = Vec::new();
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let copied = rustix::fs::fgetxattr(from, name, &mut value[..]).and_then(|length| {
            rustix::fs::fsetxattr(to, name, &value[..length], XattrFlags::empty())
        });
        if copied.is_err() {
            left_out.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    Ok(left_out)
}
