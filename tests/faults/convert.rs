//! Scenarios that convert one key.

use std::path::Path;

use crate::injection::{self, Fault, Pair};
use crate::room::place;
use crate::scenario::{Configuration, Scenario, fixture};
use crate::trace::Trace;
use crate::tree::{File, Tree};

const FAULTS: [Fault; 6] = [
    Fault::Error("EIO"),
    Fault::Error("ENOSPC"),
    Fault::Signal("SIGKILL"),
    Fault::Signal("SIGINT"),
    Fault::Signal("SIGTERM"),
    Fault::ErrorAndKill,
];

/// A way of converting a key.
pub(crate) struct Convert {
    name: &'static str,
    options: &'static [&'static str],
    /// The file for the new key.
    output: &'static str,
    old: Old,
    standing: Option<&'static str>,
}

/// The previous content of the output's path.
#[derive(PartialEq, Eq)]
enum Old {
    Nothing,
    OtherContent,
    TheKey,
}

const INPUT: &str = "our.key";

pub(crate) const FRESH: Convert = Convert {
    name: "fresh output",
    options: &["-o", "our.p8"],
    output: "our.p8",
    old: Old::Nothing,
    standing: None,
};

pub(crate) const FORCE: Convert = Convert {
    name: "--force",
    options: &["-o", "our.p8", "--force"],
    old: Old::OtherContent,
    ..FRESH
};

pub(crate) const SCENARIOS: [Convert; 4] = [
    FRESH,
    FORCE,
    Convert {
        name: "--in-place",
        options: &["--in-place"],
        output: INPUT,
        old: Old::TheKey,
        ..FRESH
    },
    // NFS is one.
    Convert {
        name: "fresh output, on a file system that cannot rename without replacing",
        standing: Some("renameat2:error=EINVAL"),
        ..FRESH
    },
];

impl Scenario for Convert {
    fn name(&self) -> &'static str {
        self.name
    }

    fn standing(&self) -> Option<&'static str> {
        self.standing
    }

    fn arguments(&self, (user, _): (u32, u32)) -> Vec<String> {
        let user = user.to_string();
        let all = [&[INPUT], self.options, &["--user", &user]].concat();
        all.into_iter().map(str::to_owned).collect()
    }

    fn furnish(&self, folder: &Path) {
        place(&folder.join(INPUT), &fixture("rsa2048-pkcs1.pem"));
        if self.old == Old::OtherContent {
            // Longer than the new content, to notice leftovers of the old one.
            let content = b"this was the output of an earlier day\n".repeat(100);
            place(&folder.join(self.output), &content);
        }
    }

    /// Returns the expected files: a replaced one keeps its owner, mode and attributes; a new output has the owner and
    /// mode of the key.
    fn after(&self, before: &Tree) -> Tree {
        let old = before.get(self.output).unwrap_or(&before[INPUT]);
        let attribute = self.old != Old::Nothing && old.attribute;
        let new = File { content: fixture("rsa2048-pkcs8.pem"), attribute, ..old.clone() };
        let mut after = before.clone();
        after.insert(self.output.to_owned(), new);
        after
    }

    fn outputs(&self) -> Vec<String> {
        vec![self.output.to_owned()]
    }

    fn configurations(&self) -> Vec<Configuration> {
        Vec::new()
    }

    fn pairs<'t>(&self, trace: &'t Trace) -> Vec<Pair<'t>> {
        injection::pairs(trace, 0, &FAULTS)
    }
}
