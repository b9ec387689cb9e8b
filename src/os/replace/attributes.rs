//! Owner, group, mode and extended attributes of an open file.

use std::fs::File;
use std::io;

use rustix::fs::{Gid, Mode, Uid, XattrFlags};
use rustix::io::Errno;

/// Gives an open file the mode bits, and where they are given the owner, of what replaces nothing. What it has already is
/// not asked for: some file systems refuse every such call.
///
/// # Errors
/// When the system does not allow it.
pub fn change_rights(
    file: &File,
    uid: Option<u32>,
    gid: Option<u32>,
    mode: Option<u32>,
) -> io::Result<()> {
    let found = rustix::fs::fstat(file)?;
    let uid = uid.filter(|uid| *uid != found.st_uid);
    let gid = gid.filter(|gid| *gid != found.st_gid);
    if uid.is_some() || gid.is_some() {
        rustix::fs::fchown(file, uid.map(Uid::from_raw), gid.map(Gid::from_raw))?;
    }
    // A change of the owner takes bits away.
    let is_owned = uid.is_none() && gid.is_none();
    if let Some(mode) = mode.filter(|mode| !is_owned || *mode != found.st_mode & 0o7777) {
        match rustix::fs::fchmod(file, Mode::from_raw_mode(mode)) {
            // File systems that give every file the same mode: group and others may do what they are to.
            Err(Errno::PERM) if is_owned && (found.st_mode ^ mode) & 0o7077 == 0 => {}
            changed => changed?,
        }
    }
    Ok(())
}

/// Copies every extended attribute from one open file to another; returns the names of those that
/// the system does not let be copied.
///
/// # Errors
/// When the system does not tell the names.
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
