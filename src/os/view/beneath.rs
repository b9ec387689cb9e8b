//! Opens what is beneath a directory, by names of which none may be a link: a link that another program puts there
//! meanwhile is not followed.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

/// Opens a path that is relative to `root`, or the root itself where it is empty.
pub(super) fn open(root: &Path, rest: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    if rest.as_os_str().is_empty() {
        return rustix::fs::openat(CWD, root, flags, Mode::empty());
    }
    let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = rustix::fs::openat(CWD, root, folder, Mode::empty())?;
    let how = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let opened =
        rustix::io::retry_on_intr(|| rustix::fs::openat2(&root, rest, flags, Mode::empty(), how));
    match opened {
        // Before Linux 5.6, and in containers that know no call as new as that.
        Err(Errno::NOSYS | Errno::PERM) => by_name(root.as_fd(), rest, flags),
        opened => opened,
    }
}

/// The same name by name.
fn by_name(root: BorrowedFd<'_>, rest: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let mut names = rest.iter().peekable();
    let mut at: Option<OwnedFd> = None;
    while let Some(name) = names.next() {
        let is_last = names.peek().is_none();
        let flags =
            if is_last { flags } else { OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC };
        let from = at.as_ref().map_or(root, AsFd::as_fd);
        let opened = rustix::io::retry_on_intr(|| {
            rustix::fs::openat(from, name, flags | OFlags::NOFOLLOW, Mode::empty())
        })?;
        // With `O_PATH` a link is opened itself.
        let found = rustix::fs::fstat(&opened)?;
        if FileType::from_raw_mode(found.st_mode) == FileType::Symlink {
            return Err(Errno::LOOP);
        }
        at = Some(opened);
    }
    at.ok_or(Errno::NOENT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails so")]

    use std::fs;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn no_link_is_followed_with_and_without_openat2() {
        let root = std::env::temp_dir().join(format!("fixkey-beneath-{}", std::process::id()));
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/file"), "x").unwrap();
        symlink("a", root.join("link")).unwrap();
        symlink("b/file", root.join("a/last")).unwrap();
        let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let open_root = rustix::fs::openat(CWD, &root, folder, Mode::empty()).unwrap();
        let named = |rest: &str, flags| by_name(open_root.as_fd(), Path::new(rest), flags);
        let whole = |rest: &str, flags| open(&root, Path::new(rest), flags);
        for flags in [OFlags::RDONLY, OFlags::PATH] {
            for opened in [named("a/b/file", flags), whole("a/b/file", flags)] {
                let mut text = String::new();
                let read = fs::File::from(opened.unwrap()).read_to_string(&mut text);
                assert_eq!(
                    (read.is_ok(), text == "x"),
                    (flags == OFlags::RDONLY, flags == OFlags::RDONLY)
                );
            }
            for link in ["link/b/file", "a/last"] {
                assert!(matches!(named(link, flags), Err(Errno::LOOP | Errno::NOTDIR)), "{link}");
                assert_eq!(whole(link, flags).err(), Some(Errno::LOOP), "{link}");
            }
            assert_eq!(named("none", flags).err(), Some(Errno::NOENT));
            assert!(whole("", flags).is_ok());
        }
        assert!(matches!(whole("../x", OFlags::RDONLY).err(), Some(Errno::XDEV | Errno::NOENT)));
        fs::remove_dir_all(&root).unwrap();
    }
}
