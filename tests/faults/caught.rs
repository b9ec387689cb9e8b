//! Lists which check must find which sabotage.

use fixkey::os::sabotage::Sabotage;

use crate::convert::FORCE;
use crate::fix::{DEFAULT, GRANT, NO_BACKUP};
use crate::meanwhile;
use crate::scenario::Scenario;
use crate::sequence;
use crate::subject::Subject;
use crate::trial::Trial;

/// A check.
pub(crate) enum Check {
    /// The order of the system calls.
    Order(&'static dyn Scenario),
    /// The files on disk after faults at moves and syncs.
    Faults(&'static dyn Scenario),
    /// The behaviour when a file is changed during a run.
    Changes,
    /// The behaviour while another run is active.
    SecondRun,
}

impl Check {
    /// Returns whether it can run here.
    pub(crate) fn is_possible(&self) -> bool {
        match self {
            Self::Order(scenario) | Self::Faults(scenario) => scenario.is_possible(),
            Self::Changes | Self::SecondRun => true,
        }
    }

    pub(crate) fn violations(&self, subject: &Subject) -> Vec<String> {
        match *self {
            Self::Order(scenario) => {
                sequence::violations(&subject.trace(scenario, &[], 0), scenario)
            }
            Self::Faults(scenario) => Trial::of(subject, scenario).at_moves(),
            Self::Changes => meanwhile::violations_of_changes(subject, &DEFAULT),
            Self::SecondRun => meanwhile::violations_of_a_second_run(subject, &DEFAULT),
        }
    }
}

/// The checks that must find sabotages.
pub(crate) const CHECKS: [Check; 8] = [
    Check::Order(&FORCE),
    Check::Order(&DEFAULT),
    Check::Faults(&FORCE),
    Check::Faults(&DEFAULT),
    Check::Faults(&NO_BACKUP),
    Check::Faults(&GRANT),
    Check::Changes,
    Check::SecondRun,
];

/// Returns the checks that must find a sabotage, each with a part of the expected violation.
pub(crate) fn catches(sabotage: Sabotage) -> &'static [(Check, &'static str)] {
    use Check::{Changes, Faults, Order, SecondRun};
    match sabotage {
        Sabotage::FileNotSynced => &[
            (Order(&FORCE), "a step is missing: it is synced"),
            (Order(&DEFAULT), "a step is missing: it is synced"),
        ],
        Sabotage::FileSyncedAfterMove => &[
            (Order(&FORCE), "too late: it is synced"),
            (Order(&DEFAULT), "too late: it is synced"),
        ],
        Sabotage::DirectoryNotSynced => &[
            (Order(&FORCE), "a step is missing: the folder is synced"),
            (Order(&DEFAULT), "a step is missing: the folder is synced"),
            (Order(&DEFAULT), "not durable before the next move"),
        ],
        Sabotage::OldFileTruncated => &[
            (Faults(&FORCE), "neither the old nor the new file"),
            (Order(&FORCE), "the output itself is written to"),
        ],
        Sabotage::TemporaryFileTakenOver => &[(Order(&FORCE), "without O_EXCL")],
        Sabotage::TemporaryFileReadable => {
            &[(Order(&FORCE), "the temporary file is created with mode")]
        }
        Sabotage::TemporaryFileLeft => &[(Faults(&FORCE), "a failed run leaves something")],
        Sabotage::LeftoverInTheWay => &[(Faults(&FORCE), "the next run fails")],
        Sabotage::LeftoverNotRemoved => &[(Faults(&NO_BACKUP), "the next run does not finish")],
        Sabotage::ChangeSinceReadIgnored => &[(Changes, "a configuration once it is read")],
        Sabotage::ChangeSinceStagedIgnored => &[
            (Changes, "a configuration while keys are staged"),
            (Changes, "a configuration while keys are moved"),
            (Changes, "a configuration while others are moved"),
        ],
        Sabotage::ChangedKeyIgnored => &[(Changes, "a key while keys are staged")],
        Sabotage::ConfigurationsFirst => &[
            (Order(&DEFAULT), "moved in the wrong order"),
            (Faults(&DEFAULT), "a configuration names no complete key"),
        ],
        Sabotage::BackupNotMoved => &[
            (Order(&DEFAULT), "one.conf~: no file is created and moved"),
            (Faults(&DEFAULT), "neither the old nor the new file"),
        ],
        Sabotage::CopyNotHeld => &[(Faults(&NO_BACKUP), "neither the old nor the new file")],
        Sabotage::NothingPutBack => &[(Faults(&DEFAULT), "a failed run leaves something changed")],
        Sabotage::PermissionsNotPutBack => {
            &[(Faults(&GRANT), "a failed run leaves something changed")]
        }
        Sabotage::LockIgnored => &[(SecondRun, "the second run")],
    }
}
