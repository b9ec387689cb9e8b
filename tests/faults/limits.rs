//! Tests small disks and a limit on the size of files.

use std::path::Path;
use std::process::Command;

use crate::peers;
use crate::room::{self, Room};
use crate::scenario::Scenario;
use crate::subject::{FIXKEY, Subject};
use crate::tree::{self, Trees};

/// More free pages than any scenario needs.
const MOST_PAGES: usize = 16;

/// Runs on ever larger disks; on each, either nothing or everything is done. Returns which are too small.
pub(crate) fn try_small_disks(unshare: &[&str], subject: &Subject, scenario: &dyn Scenario) {
    let fits = |pages| fits_on_disk(unshare, subject, scenario, pages);
    let fits: Vec<bool> = (0..=MOST_PAGES).map(fits).collect();
    let first = fits.iter().position(|fits| *fits).expect("so many pages are enough");
    let name = scenario.name();
    assert!(first > 0 && fits[first..].iter().all(|fits| *fits), "{name}: {fits:?}");
    peers::say(&format!("faults: {name}: disks with 0 to {} free pages are too small", first - 1));
}

/// Runs on a disk with this many free pages; returns whether all was done.
fn fits_on_disk(
    unshare: &[&str],
    subject: &Subject,
    scenario: &dyn Scenario,
    pages: usize,
) -> bool {
    let room = Room::with(|folder| scenario.furnish(folder));
    let (disk, left) = (room.beside("disk"), room.beside("left"));
    let output = Command::new(unshare[0])
        .args(&unshare[1..])
        .args(["sh", "-euc", RUN_ON_SMALL_DISK, "sh"])
        .args([room.folder(), &disk, &left])
        .arg(pages.to_string())
        .arg(FIXKEY)
        .args(subject.arguments(scenario))
        .output()
        .expect("unshare runs");
    if !output.status.success() {
        let messages = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{}: {messages}", scenario.name());
        assert!(messages.contains("No space left on device"), "{}: {messages}", scenario.name());
    }
    let trees = trees_on_disk(scenario, &left);
    let expected = if output.status.success() { &trees.after } else { &trees.before };
    let differs = tree::differences(&tree::found(&left), expected);
    assert!(differs.is_empty(), "{}, {pages} pages: {differs:?}, {output:?}", scenario.name());
    output.status.success()
}

/// Not every file system of limited size has attributes.
fn trees_on_disk(scenario: &dyn Scenario, left: &Path) -> Trees {
    let mut before = Trees::of(scenario).before;
    let unchanged = before.keys().find(|path| !scenario.outputs().contains(path));
    let path = unchanged.or(before.keys().next()).expect("something is there");
    let has_attributes = room::attribute_is_kept(&left.join(path));
    for file in before.values_mut() {
        file.attribute &= has_attributes;
    }
    Trees { after: scenario.after(&before), before }
}

/// Arguments: the directory of the files, the mount point, the directory for the results, the number of free pages, and
/// the command.
const RUN_ON_SMALL_DISK: &str = r#"
    from=$1 disk=$2 left=$3 pages=$4
    shift 4
    mount -t tmpfs -o size=256k fixkey-small "$disk"
    cp -a "$from/." "$disk"
    cd "$disk"
    head -c 1000000 /dev/zero >filling 2>/dev/null || true
    truncate -s "-$((pages * $(getconf PAGESIZE)))" filling
    status=0
    "$@" || status=$?
    rm filling
    cp -a "$disk/." "$left"
    exit $status
"#;

/// Runs with a limit that every new file exceeds. The kernel reports this limit by a signal first, and by an error only
/// to a process that survives the signal.
pub(crate) fn try_file_size_limit(subject: &Subject, scenario: &dyn Scenario) {
    let room = Room::with(|folder| scenario.furnish(folder));
    let before = tree::found(room.folder());
    let output = Command::new("sh")
        .args(["-c", r#"ulimit -f 1; exec "$@""#, "sh", FIXKEY])
        .args(subject.arguments(scenario))
        .current_dir(room.folder())
        .output()
        .expect("sh runs");
    assert_eq!(output.status.code(), Some(3), "{}: {output:?}", scenario.name());
    let differs = tree::differences(&tree::found(room.folder()), &before);
    assert!(differs.is_empty(), "{}: {differs:?}", scenario.name());
}
