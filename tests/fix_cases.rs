//! `fixkey fix` from outside: every folder of `tests/fix/` is a case.
//!
//! | file | holds |
//! |---|---|
//! | `command` | what `sh` runs in the sandbox; `# needs: …` names peers, `# without: …` what does not hold of it (`again`, `json`, `diff`) |
//! | `before/` | the texts of the sandbox; `$TMP` in them is its path |
//! | `keys` | what git cannot hold: `PATH FIXTURE [MODE]` (0600), `PATH link TARGET`, `PATH mode MODE` |
//! | `setup` | a script that is run first, where that is not enough (owners, pipes) |
//! | `output` | what both streams print, then `? N` where the status is not 0 |
//! | `tree` | every file afterwards: its mode, its path, and whose content it has |
//! | `after/` | the texts that `tree` calls `changed` |
//!
//! `FIXKEY_BLESS=1` writes the last three; `FIXKEY_CASE=name` runs the cases whose names hold that.
//!
//! Of every case it is shown besides: a second run changes nothing, and ends with 0 where the first did; `--diff`
//! writes nothing, and applies with `patch -p0` from `/`; `check` marks as fixable exactly what `fix` fixes; `--format json` is JSON, says the same status and does
//! the same; nothing secret is printed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(clippy::format_push_string, reason = "speed does not matter here")]

mod common;

#[path = "fix_cases/engine.rs"]
mod engine;

#[test]
fn every_case_of_fix_is_what_happens() {
    engine::replay(&["tests/fix"]);
}
