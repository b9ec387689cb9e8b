//! A directory for one run, with space beside it for other files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustix::fs::XattrFlags;

/// The mode of every file before a run: one that new files do not have by default.
pub(crate) const MODE: u32 = 0o640;

const ATTRIBUTE: &str = "user.fixkey-test";
const ATTRIBUTE_VALUE: &[u8] = b"kept";

/// The directory of one run, removed after the run has been checked.
pub(crate) struct Room {
    root: PathBuf,
    folder: PathBuf,
}

impl Room {
    /// Creates a directory and lets `furnish` fill it.
    pub(crate) fn with(furnish: impl FnOnce(&Path)) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("faults-{}-{number}", std::process::id());
        let root = base().join(name);
        let folder = root.join("room");
        fs::create_dir_all(&folder).expect("the folder of a run can be made");
        furnish(&folder);
        Self { root, folder }
    }

    /// Returns the directory of the run.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates a new directory beside it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        let folder = self.root.join(name);
        fs::create_dir(&folder).expect("a folder can be made");
        folder
    }

    /// Returns the path of strace's output.
    pub(crate) fn trace_file(&self) -> PathBuf {
        self.root.join("trace")
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // Leftovers are in a directory for temporary files.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Returns where the rooms are: in memory, if files can have attributes there. Nothing waits for a disk then, and no
/// run can tell the difference.
fn base() -> &'static Path {
    static BASE: LazyLock<PathBuf> = LazyLock::new(|| {
        let probe = PathBuf::from(format!("/dev/shm/faults-{}", std::process::id()));
        let is_possible = fs::write(&probe, "").is_ok() && set_attribute(&probe).is_ok();
        let _ = fs::remove_file(&probe);
        if is_possible { "/dev/shm".into() } else { env!("CARGO_TARGET_TMPDIR").into() }
    });
    &BASE
}

/// Writes a file with the mode and the extended attribute that files have before a run.
pub(crate) fn place(path: &Path, content: &[u8]) {
    fs::write(path, content).expect("a file can be written");
    fs::set_permissions(path, Permissions::from_mode(MODE)).expect("its mode can be set");
    // Not every file system has attributes.
    let _ = set_attribute(path);
}

fn set_attribute(path: &Path) -> rustix::io::Result<()> {
    rustix::fs::setxattr(path, ATTRIBUTE, ATTRIBUTE_VALUE, XattrFlags::empty())
}

/// Returns whether a file has the extended attribute that [`place`] sets.
pub(crate) fn attribute_is_kept(path: &Path) -> bool {
    let mut value = [0; ATTRIBUTE_VALUE.len()];
    rustix::fs::getxattr(path, ATTRIBUTE, &mut value[..]).is_ok() && value == ATTRIBUTE_VALUE
}
