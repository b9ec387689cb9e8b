//! Access control lists of files, `acl(5)`, as an extended attribute holds them.

use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::XattrFlags;
use rustix::io::Errno;

/// Extended attribute that holds a file's access control list.
pub const ATTRIBUTE: &str = "system.posix_acl_access";

/// The entries of an access control list but that of the owner.
pub(super) struct Acl(Vec<Entry>);

/// Who gets which permissions.
pub(super) struct Entry {
    pub(super) who: Who,
    /// Before the mask.
    permissions: u32,
}

/// Whom an entry is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    User(u32),
    OwningGroup,
    Group(u32),
    Mask,
    /// The owner, and everyone whom no other entry is about: the mode says the same.
    Else,
}

impl Acl {
    /// Reads the attribute's value: a version of four bytes, then entries of eight (Linux `posix_acl_xattr.h`).
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let (version, entries) = value.split_first_chunk()?;
        if u32::from_le_bytes(*version) != 2 {
            return None;
        }
        Some(Self(entries.chunks_exact(8).map(Entry::read).collect::<Option<_>>()?))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// What an entry of users or groups gives, after the mask.
    pub(super) fn effective(&self, entry: &Entry) -> u32 {
        let mask = self.0.iter().find(|entry| entry.who == Who::Mask);
        entry.permissions & mask.map_or(7, |mask| mask.permissions)
    }
}

impl Entry {
    fn read(entry: &[u8]) -> Option<Self> {
        let (tag, rest) = entry.split_first_chunk()?;
        let (permissions, rest) = rest.split_first_chunk()?;
        let id = u32::from_le_bytes(*rest.first_chunk()?);
        let who = match u16::from_le_bytes(*tag) {
            0x02 => Who::User(id),
            0x04 => Who::OwningGroup,
            0x08 => Who::Group(id),
            0x10 => Who::Mask,
            _ => Who::Else,
        };
        Some(Self { who, permissions: u32::from(u16::from_le_bytes(*permissions)) })
    }
}

/// The access control list of a file, as its attribute holds it; `None` where it has none.
///
/// # Errors
/// When there may be one that cannot be read.
pub fn acl_of(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let length = rustix::fs::getxattr_query(path, ATTRIBUTE);
    read(length, |value| rustix::fs::getxattr(path, ATTRIBUTE, value))
}

/// The same of an open file.
///
/// # Errors
/// When there may be one that cannot be read.
pub fn acl_of_open(file: impl AsFd) -> io::Result<Option<Vec<u8>>> {
    let length = rustix::fs::fgetxattr_query(&file, ATTRIBUTE);
    read(length, |value| rustix::fs::fgetxattr(&file, ATTRIBUTE, value))
}

fn read(
    length: Result<usize, Errno>,
    get: impl FnOnce(&mut [u8]) -> Result<usize, Errno>,
) -> io::Result<Option<Vec<u8>>> {
    let length = match length {
        Ok(length) => length,
        Err(Errno::NODATA | Errno::OPNOTSUPP) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut value = vec![0; length];
    let length = get(&mut value)?;
    value.truncate(length);
    Ok(Some(value))
}

/// Sets the access control list of an open file.
///
/// # Errors
/// When the file system has none, or does not allow it.
pub fn set_acl(file: impl AsFd, acl: &[u8]) -> io::Result<()> {
    Ok(rustix::fs::fsetxattr(file, ATTRIBUTE, acl, XattrFlags::empty())?)
}
