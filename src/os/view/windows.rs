//! Paths of Windows, in configurations that were written there.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// Returns whether a path is absolute on Windows: it begins with a drive (`C:\`, `C:/`) or is that of a share (`\\server\share`).
///
/// Source: "Naming Files, Paths, and Namespaces" and "File path formats on Windows systems" of Microsoft's documentation.
#[must_use]
pub fn is_windows(path: &Path) -> bool {
    match path.as_os_str().as_bytes() {
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', server, ..] => !matches!(server, b'/'),
        _ => false,
    }
}

/// Returns whether a configured path counts from a directory that it does not name.
#[must_use]
pub fn is_relative(path: &Path) -> bool {
    path.is_relative() && !is_windows(path)
}

/// Returns whether a configured path is a Windows path that no map translates to this machine.
#[must_use]
pub fn is_elsewhere(configured: &Path, located: &Path) -> bool {
    let whole = from_root(configured);
    is_windows(configured) && whole.strip_prefix("/").is_ok_and(|rest| located.ends_with(rest))
}

/// Returns the path as maps know it, from `/` on: `/C:/elk` for `c:\elk`, and for a share its own first name.
#[must_use]
pub(super) fn from_root(path: &Path) -> PathBuf {
    let bytes = path.as_os_str().as_bytes();
    if !is_windows(path) {
        return Path::new("/").join(path);
    }
    let mut names = bytes.split(|byte| b"\\/".contains(byte)).filter(|name| !name.is_empty());
    let first = names.next().unwrap_or_default();
    let first = if bytes.starts_with(b"\\") {
        [b"\\\\", first].concat()
    } else {
        first.to_ascii_uppercase()
    };
    let mut whole = Path::new("/").join(OsStr::from_bytes(&first));
    whole.extend(names.map(OsStr::from_bytes));
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drives_and_shares_are_absolute() {
        let whole = |path: &str| from_root(Path::new(path)).display().to_string();
        for path in [r"C:\elk\l.key", "C:/elk/l.key", r"c:\\elk\\l.key", r"c:\elk/l.key"] {
            assert!(is_windows(Path::new(path)) && !is_relative(Path::new(path)), "{path}");
            assert_eq!(whole(path), "/C:/elk/l.key");
        }
        assert_eq!(whole(r"\\srv\share\l.key"), r"/\\srv/share/l.key");
        assert_eq!(whole(r"\\\\srv\\share\\l.key"), r"/\\srv/share/l.key");
        for path in ["C:l.key", "certs/l.key", r"elk\l.key", "1:/x", "C:"] {
            assert!(!is_windows(Path::new(path)) && is_relative(Path::new(path)), "{path}");
            assert_eq!(whole(path), format!("/{path}"));
        }
        assert!(!is_relative(Path::new("/etc/l.key")));
    }
}
