//! Builds of fixkey that are wrong on purpose.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A change of the sources that the checks must not let pass.
pub(crate) struct Sabotage<C: 'static> {
    pub(crate) name: &'static str,
    /// What is replaced by what. The first must be there exactly once in [`WRITERS`].
    pub(crate) replacements: &'static [(&'static str, &'static str)],
    /// Which checks are to catch it, and a part of the violation that is then found.
    pub(crate) caught: &'static [(C, &'static str)],
}

/// The sources that write files.
const WRITERS: [&str; 5] = [
    "src/os/replace.rs",
    "src/os/replace/placed.rs",
    "src/fix/transaction.rs",
    "src/fix/transaction/rights.rs",
    "src/commands/fix/apply.rs",
];

/// A copy of this package that may be changed, and its build folder.
pub(crate) struct Copy {
    package: PathBuf,
    builds: PathBuf,
    writers: [String; WRITERS.len()],
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
        let writers = WRITERS
            .map(|writer| fs::read_to_string(package.join(writer)).expect("the source is there"));
        Self { package, builds, writers, _lock: lock }
    }

    /// Builds the copy with one sabotage; gives the path of the program.
    pub(crate) fn build<C>(&self, sabotage: &Sabotage<C>) -> PathBuf {
        for (writer, text) in WRITERS.iter().zip(self.sabotaged(sabotage)) {
            fs::write(self.package.join(writer), text).expect("the copy can be written");
        }
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

    fn sabotaged<C>(&self, sabotage: &Sabotage<C>) -> [String; WRITERS.len()] {
        let mut writers = self.writers.clone();
        for (from, to) in sabotage.replacements {
            let count: usize = writers.iter().map(|text| text.matches(from).count()).sum();
            assert_eq!(count, 1, "to sabotage ({}), {from:?} must be there once", sabotage.name);
            writers = writers.map(|text| text.replace(from, to));
        }
        writers
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
