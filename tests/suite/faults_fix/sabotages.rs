//! Builds that repair several files wrongly.

use super::sabotage::Sabotage;
use super::scenario::{DEFAULT, GRANT, NO_BACKUP, Scenario};

/// Which of the checks is to find a sabotage.
pub(crate) enum Check {
    /// The order of the system calls.
    Order(&'static Scenario),
    /// What is on the disk after faults at moves and syncs.
    Faults(&'static Scenario),
    /// What a run does when a file is changed meanwhile.
    Changes,
    /// What a run does while another is at work.
    SecondRun,
}

impl Check {
    /// Whether it can be made here.
    pub(crate) fn is_possible(&self) -> bool {
        match self {
            Self::Order(scenario) | Self::Faults(scenario) => scenario.is_possible(),
            Self::Changes | Self::SecondRun => true,
        }
    }
}

const ORDER: Check = Check::Order(&DEFAULT);
const FAULTS: Check = Check::Faults(&DEFAULT);

pub(crate) const SABOTAGES: [Sabotage<Check>; 12] = [
    Sabotage {
        name: "configurations are moved before keys",
        replacements: &[(
            "new_keys.iter().try_for_each(|key| refuse_changed_key(key))?;",
            "changes.rotate_left(new_keys.len());",
        )],
        caught: &[
            (ORDER, "moved in the wrong order"),
            (FAULTS, "a configuration names no complete key"),
        ],
    },
    Sabotage {
        name: "a configuration is moved before its backup",
        replacements: &[
            ("None => Before::Nothing,", "None | Some(Old::Kept(_)) => Before::Nothing,"),
            ("Some(Old::Kept(copy)) => Before::Kept(copy.place()?),", ""),
        ],
        caught: &[
            (ORDER, "one.conf~: no file is created and moved"),
            (FAULTS, "neither the old nor the new configuration"),
        ],
    },
    Sabotage {
        name: "nothing is put back",
        replacements: &[(
            "let done = match (new, old) {",
            "if true { return None; } let done = match (new, old) {",
        )],
        caught: &[(FAULTS, "a failed run leaves something changed")],
    },
    Sabotage {
        name: "rights are not taken back",
        replacements: &[("granted: take_back(grants) }", "granted: Vec::new() }")],
        caught: &[(Check::Faults(&GRANT), "a failed run leaves something changed")],
    },
    Sabotage {
        name: "the folder is not synced",
        replacements: &[("rustix::fs::fsync(&self.target.folder)", "Ok(())")],
        caught: &[
            (ORDER, "a step is missing: the folder is synced"),
            (ORDER, "not durable before the next move"),
        ],
    },
    Sabotage {
        name: "a file is not synced",
        replacements: &[("self.file.sync_all()", "Ok::<(), io::Error>(())")],
        caught: &[(ORDER, "a step is missing: it is synced")],
    },
    Sabotage {
        name: "no copy of the old configuration is held",
        replacements: &[(
            "Some(Old::Held(copy)) => Before::Held(copy),",
            "Some(Old::Held(_)) => Before::Nothing,",
        )],
        caught: &[(Check::Faults(&NO_BACKUP), "neither the old nor the new configuration")],
    },
    Sabotage {
        name: "what a killed run left is not removed",
        replacements: &[(
            "let _: Result<(), replace::Error> = target.remove_leftover();",
            "let _ = target;",
        )],
        caught: &[(Check::Faults(&NO_BACKUP), "the next run does not finish")],
    },
    Sabotage {
        name: "what changed after it was read is replaced",
        replacements: &[(
            "if now.is_some() && now == read.map(Version::of_metadata) {",
            "if true {",
        )],
        caught: &[(Check::Changes, "a configuration once it is read")],
    },
    Sabotage {
        name: "what changed while it was staged is replaced",
        replacements: &[("Version::of(existing) != Version::of(&found)", "false")],
        caught: &[
            (Check::Changes, "a configuration while keys are staged"),
            (Check::Changes, "a configuration while keys are moved"),
            (Check::Changes, "a configuration while others are moved"),
        ],
    },
    Sabotage {
        name: "a key that changed while it was staged is taken as read",
        replacements: &[("if now == Ok(Version::of_metadata(&file.metadata)) {", "if true {")],
        caught: &[(Check::Changes, "a key while keys are staged")],
    },
    Sabotage {
        name: "two runs at once",
        replacements: &[("Err(Errno::WOULDBLOCK) => return Err(folder),", "")],
        caught: &[(Check::SecondRun, "the second run")],
    },
];
