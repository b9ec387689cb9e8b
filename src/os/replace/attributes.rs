//! Owner, group, mode and extended attributes of an open file.

use std::fs::File;
use std::io;

use rustix::fs::{Gid, Mode, Stat, Uid, XattrFlags};
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
        let changed = rustix::fs::fchown(file, uid.map(Uid::from_raw), gid.map(Gid::from_raw));
        tolerated(changed, file, |found| {
            uid.is_none_or(|uid| uid == found.st_uid) && gid.is_none_or(|gid| gid == found.st_gid)
        })?;
    }
    if let Some(mode) = mode {
        let changed = rustix::fs::fchmod(file, Mode::from_raw_mode(mode));
        tolerated(changed, file, |found| (found.st_mode ^ mode) & 0o7077 == 0)?;
    }
    Ok(())
}

/// Forgives a refusal of file systems without owners or modes if the file is as wanted: of its mode, what group and others
/// may do.
fn tolerated(
    changed: Result<(), Errno>,
    file: &File,
    is_as_wanted: impl Fn(&Stat) -> bool,
) -> Result<(), Errno> {
    match changed {
        Err(Errno::PERM) if is_as_wanted(&rustix::fs::fstat(file)?) => Ok(()),
        changed => changed,
    }
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
