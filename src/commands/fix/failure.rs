//! What to do where a plan could not be carried out.

use std::io::ErrorKind;

use crate::commands::{Failure, Status};
use crate::fix::apply::Error;
use crate::fix::transaction;
use crate::os::display::{quoted, shown};
use crate::os::replace;

/// The failure that an error of [`crate::fix::apply`] is, with what to do next.
pub(super) fn of(error: &Error) -> Failure {
    match error {
        Error::Replace { error: cause, .. } => with_next_step(error, cause),
        Error::RolledBack(failed) => rolled_back(error, failed),
        Error::Staged { .. } | Error::Key { .. } => {
            Failure::new(Status::CouldNot, error.to_string())
        }
    }
}

fn with_next_step(error: &Error, cause: &replace::Error) -> Failure {
    let failure = Failure::new(Status::CouldNot, error.to_string());
    match cause {
        replace::Error::Interrupted(signal) => {
            Failure { status: Status::Signalled(*signal), ..failure }
        }
        replace::Error::MountPoint => failure.hint("run fixkey where the file is mounted from"),
        replace::Error::Changed | replace::Error::Exists | replace::Error::Busy => {
            failure.hint("run fixkey again")
        }
        replace::Error::InTheWay(path) => {
            failure.hint(format!("see what it is, and move it away: ls -l {}", quoted(path)))
        }
        replace::Error::Step(_, error) if error.kind() == ErrorKind::PermissionDenied => {
            failure.hint("run fixkey as root or as the owner of the directory")
        }
        _ => failure,
    }
}

fn rolled_back(error: &Error, failed: &transaction::FailedChange) -> Failure {
    let mut back = with_next_step(error, &failed.error);
    let stuck = failed
        .stuck
        .iter()
        .map(|(path, error)| format!("{} could not be put back: {error}", shown(path)));
    let stuck = stuck.collect::<Vec<_>>().join("; ");
    let content = (!stuck.is_empty()).then(|| {
        format!("{stuck}; what it held is beside it, under a name that ends in ~ or .fixkey-new")
    });
    let rights = failed.granted.iter().map(|(path, error, command)| {
        format!("the rights of {} could not be put back: {error}: {command}", shown(path))
    });
    let all: Vec<String> = content.into_iter().chain(rights).collect();
    if all.is_empty() {
        return back;
    }
    back.message = back.message.replace("; nothing was changed", "");
    back.hint(all.join("; "))
}
