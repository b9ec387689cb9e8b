//! Builds of fixkey that are wrong on purpose.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which of the checks is to find a sabotage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// The order of the system calls.
    Order,
    /// What is on the disk after faults.
    Faults,
}

/// A change of `src/replace.rs` that the checks must not let pass.
pub(crate) struct Sabotage {
    pub(crate) name: &'static str,
    /// What is replaced by what. The first must be there exactly once.
    replacements: &'static [(&'static str, &'static str)],
    /// Who is to catch it, and a part of the violation that is then found.
    pub(crate) caught: &'static [(Check, &'static str)],
}

pub(crate) const SABOTAGES: [Sabotage; 8] = [
    Sabotage {
        name: "the file is not synced",
        replacements: &[("self.file.sync_all()", "Ok::<(), io::Error>(())")],
        caught: &[(Check::Order, "a step is missing: it is synced")],
    },
    Sabotage {
        name: "the folder is not synced",
        replacements: &[("rustix::fs::fsync(folder)", "Ok::<(), Errno>(())")],
        caught: &[(Check::Order, "a step is missing: the folder is synced")],
    },
    Sabotage {
        name: "the output is truncated and written",
        replacements: &[
            ("OFlags::CREATE | OFlags::EXCL", "OFlags::CREATE | OFlags::TRUNC"),
            (
                r#"OsString::from_vec([b".", name, SUFFIX].concat())"#,
                "OsString::from_vec(name.to_vec())",
            ),
            ("Version::of(existing) != Version::of(&found)", "false"),
        ],
        caught: &[
            (Check::Faults, "the output is neither the old nor the complete new one"),
            (Check::Order, "the output itself is written to"),
        ],
    },
    Sabotage {
        name: "the file is moved before it is synced",
        replacements: &[
            (
                "self.file.sync_all()",
                "rustix::fs::renameat(&self.target.folder, &self.name, &self.target.folder, &self.target.name)
                    .map_err(io::Error::from).and_then(|()| self.file.sync_all())",
            ),
            (
                "Some(_) => rustix::fs::renameat(folder, &self.name, folder, name)",
                "Some(_) => Ok(())",
            ),
            ("if !is_at(&self.file, folder, &self.name) {", "if false {"),
            ("Version::of(existing) != Version::of(&found)", "false"),
        ],
        caught: &[(Check::Order, "too late: it is synced")],
    },
    Sabotage {
        name: "the temporary file of another is taken over",
        replacements: &[("OFlags::CREATE | OFlags::EXCL", "OFlags::CREATE")],
        caught: &[(Check::Order, "without O_EXCL")],
    },
    Sabotage {
        name: "the temporary file is open to others",
        replacements: &[("Mode::RUSR | Mode::WUSR", "Mode::from_raw_mode(0o644)")],
        caught: &[(Check::Order, "the temporary file is created with mode")],
    },
    Sabotage {
        name: "a failed run does not clean up",
        replacements: &[("if self.committed || !is_at(", "if true || !is_at(")],
        caught: &[(Check::Faults, "a failed run leaves a file")],
    },
    Sabotage {
        name: "what a killed run left is in the way of the next",
        replacements: &[("remove_abandoned(target, name).map(|()| None)", "Err(Error::Exists)")],
        caught: &[(Check::Faults, "the next run fails")],
    },
];

/// A copy of this package that may be changed, and its build folder.
pub(crate) struct Copy {
    package: PathBuf,
    builds: PathBuf,
    replace: String,
    /// Keeps another run of the tests from changing the copy meanwhile.
    _lock: File,
}

impl Copy {
    /// Copies the package to a place that stays the same, so that dependencies are built once.
    pub(crate) fn of_this_package() -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sabotage");
        let (package, builds) = (root.join("package"), root.join("builds"));
        fs::create_dir_all(&package).expect("the folder of the copy can be made");
        let lock = File::create(root.join("lock")).expect("the lock can be made");
        lock.lock().expect("the lock can be had");
        fs::remove_dir_all(&package).expect("an older copy can be removed");
        copy_folder(Path::new(env!("CARGO_MANIFEST_DIR")), &package).expect("it can be copied");
        be_a_workspace(&package.join("Cargo.toml"));
        let replace = fs::read_to_string(package.join("src/replace.rs")).expect("it is there");
        Self { package, builds, replace, _lock: lock }
    }

    /// Builds the copy with one sabotage; gives the path of the program.
    pub(crate) fn build(&self, sabotage: &Sabotage) -> PathBuf {
        let mut text = self.replace.clone();
        for (from, to) in sabotage.replacements {
            let count = text.matches(from).count();
            assert_eq!(
                count, 1,
                "to sabotage ({}), src/replace.rs must hold {from:?}",
                sabotage.name
            );
            text = text.replace(from, to);
        }
        fs::write(self.package.join("src/replace.rs"), text).expect("the copy can be written");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["build", "--offline", "--bin", "fixkey", "--message-format", "json"])
            // Nothing here derives keys from passphrases, which is what needs optimisation.
            .args(["--config", r#"profile.dev.package."*".opt-level=0"#])
            .args(["--config", "profile.dev.debug=false"])
            .arg("--target-dir")
            .arg(&self.builds)
            .current_dir(&self.package)
            .output()
            .expect("cargo runs");
        let messages = String::from_utf8_lossy(&output.stdout);
        executable(&messages).unwrap_or_else(|| {
            panic!("{}: {}", sabotage.name, String::from_utf8_lossy(&output.stderr))
        })
    }
}

/// The path of the program, as the messages of cargo name it.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.split_once(r#""executable":""#)?;
    Some(rest.split_once('"')?.0.into())
}

/// Keeps cargo from looking for the copy in the workspace of a folder above it.
fn be_a_workspace(manifest: &Path) {
    let mut text = fs::read_to_string(manifest).expect("the manifest can be read");
    if !text.lines().any(|line| line.trim() == "[workspace]") {
        text.push_str("\n[workspace]\n");
    }
    fs::write(manifest, text).expect("the manifest can be written");
}

/// Copies all but build folders, packages of their own and the repository's own files.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_file() {
            fs::copy(source, target)?;
        } else if !is_left_out(&source) {
            copy_folder(&source, &target)?;
        }
    }
    Ok(())
}

fn is_left_out(folder: &Path) -> bool {
    let holds = |name: &str| folder.join(name).exists();
    folder.ends_with(".git") || holds("CACHEDIR.TAG") || holds("Cargo.toml")
}
