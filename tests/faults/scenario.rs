//! A scenario: a command, the files before it, and the expected files after it.

use std::fs;
use std::path::Path;

use crate::convert::{self, Convert};
use crate::fix::{self, Fix};
use crate::injection::Pair;
use crate::trace::Trace;
use crate::tree::Tree;

/// A command that writes files.
pub(crate) trait Scenario: Sync {
    fn name(&self) -> &'static str;

    /// Returns a fault in each of its runs, as `inject` of strace takes it.
    fn standing(&self) -> Option<&'static str>;

    /// Returns whether it can run here.
    fn is_possible(&self) -> bool {
        true
    }

    /// Returns the options and operands. Nothing depends on the machine: they name the account that must read the
    /// output, by default the `owner` of the room.
    fn arguments(&self, owner: (u32, u32)) -> Vec<String>;

    /// Creates the files before a run in its directory.
    fn furnish(&self, folder: &Path);

    /// Returns the expected files after a run that began with `before`.
    fn after(&self, before: &Tree) -> Tree;

    /// Returns the paths of the files that are moved into place, in this order.
    fn outputs(&self) -> Vec<String>;

    /// Returns the configurations, each with the keys that it points to before and after a run.
    fn configurations(&self) -> Vec<Configuration>;

    /// Returns the calls to disturb, each with every fault.
    fn pairs<'t>(&self, trace: &'t Trace) -> Vec<Pair<'t>>;
}

/// A configuration, by its path.
pub(crate) struct Configuration {
    pub(crate) path: String,
    pub(crate) old_key: String,
    pub(crate) new_key: String,
}

/// Returns those that can run here.
pub(crate) fn scenarios() -> impl Iterator<Item = &'static dyn Scenario> {
    let convert = convert::SCENARIOS.iter().map(|convert: &Convert| convert as &dyn Scenario);
    let fix = fix::SCENARIOS.iter().map(|fix: &Fix| fix as &dyn Scenario);
    convert.chain(fix).filter(|scenario| scenario.is_possible())
}

/// Returns those that can have a second fault: strace takes one fault for all calls of a name.
pub(crate) fn without_standing_fault() -> impl Iterator<Item = &'static dyn Scenario> {
    scenarios().filter(|scenario| scenario.standing().is_none())
}

/// Reads a file of `fixtures/`.
pub(crate) fn fixture(file: &str) -> Vec<u8> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    fs::read(fixtures.join(file)).expect("the fixture can be read")
}
