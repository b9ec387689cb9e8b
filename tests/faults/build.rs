//! Builds fixkey with the feature `sabotage`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The variable that chooses the sabotage.
pub(crate) const CHOICE: &str = "FIXKEY_SABOTAGE";

/// Builds it once; returns the path of the program.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(build);
    &PROGRAM
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--offline", "--bin", "fixkey", "--features", "sabotage"])
        // Nothing here derives keys from passphrases, which is what needs optimisation.
        .args(["--config", r#"profile.dev.package."*".opt-level=0"#])
        .args(["--config", "profile.dev.debug=false", "--message-format", "json"])
        .arg("--target-dir")
        .arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("sabotage"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let messages = String::from_utf8_lossy(&output.stdout);
    executable(&messages).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// Returns the path of the program from the messages of cargo.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.split_once(r#""executable":""#)?;
    Some(rest.split_once('"')?.0.into())
}
