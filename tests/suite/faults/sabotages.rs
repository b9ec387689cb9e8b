//! Builds that write one file wrongly.

use super::sabotage::Sabotage;

/// Which of the checks is to find a sabotage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// The order of the system calls.
    Order,
    /// What is on the disk after faults.
    Faults,
}

pub(crate) const SABOTAGES: [Sabotage<Check>; 8] = [
    Sabotage {
        name: "the file is not synced",
        replacements: &[("self.file.sync_all()", "Ok::<(), io::Error>(())")],
        caught: &[(Check::Order, "a step is missing: it is synced")],
    },
    Sabotage {
        name: "the folder is not synced",
        replacements: &[("rustix::fs::fsync(&self.target.folder)", "Ok::<(), Errno>(())")],
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
