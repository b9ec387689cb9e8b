//! Defects that are known and not yet mended. An entry goes with its defect.

use crate::peers;

struct Defect {
    what: &'static str,
    /// All of these are in each of its violations.
    seen: &'static [&'static str],
}

const DEFECTS: [Defect; 7] = [
    Defect {
        what: "new keys are removed although a configuration that names them could not be put back",
        seen: &["second fault: ", "could not be put back"],
    },
    Defect {
        what: "a key that is put back in its place has lost the rights of its group",
        seen: &["--in-place", "\"certs/one.key\""],
    },
    Defect {
        what: "a key that is put back in its place has lost the rights of its group, killed meanwhile",
        seen: &["--in-place: second fault: SIGKILL", "\"certs/two.key\""],
    },
    Defect {
        what: "a backup loses extended attributes, and nothing is said",
        seen: &["xattr(", ".conf~\"", "Exited(0)"],
    },
    Defect {
        what: "a copy that is held to go back cannot be removed, and nothing is said",
        seen: &["Exited(0)", ".fixkey-old.fixkey-new\""],
    },
    Defect {
        what: "the temporary name of a new key stays, if the run is killed between link and unlink",
        seen: &["SIGKILL at unlinkat", "the next run does not finish: [\"certs/."],
    },
    Defect {
        what: "a run that fails takes away the new keys that another one found and uses",
        seen: &["another run on the same keys"],
    },
];

/// The violations that are not of known defects; says how many the others are.
pub(crate) fn others(violations: Vec<String>) -> Vec<String> {
    let is_of = |violation: &String, defect: &Defect| {
        defect.seen.iter().all(|part| violation.contains(part))
    };
    for defect in &DEFECTS {
        let count = violations.iter().filter(|violation| is_of(violation, defect)).count();
        if count > 0 {
            peers::say(&format!("faults: fix: PENDING: {} ({count} violations)", defect.what));
        }
    }
    let is_other = |violation: &String| !DEFECTS.iter().any(|defect| is_of(violation, defect));
    violations.into_iter().filter(is_other).collect()
}
