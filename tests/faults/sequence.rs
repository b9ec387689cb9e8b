//! Checks the order of the moves of one run: each durable before the next, keys before configurations.

use crate::order;
use crate::scenario::Scenario;
use crate::trace::{Call, Trace};

/// Returns what is wrong with the order in which a scenario's files were written.
pub(crate) fn violations(trace: &Trace, scenario: &dyn Scenario) -> Vec<String> {
    let outputs: Vec<String> = scenario.outputs().iter().map(|path| name(path)).collect();
    let of_each = outputs.iter().flat_map(|output| order::violations(trace, output));
    let of_all = [
        moves_in_order(trace, &outputs),
        all_is_staged_first(trace),
        all_is_read_back(trace),
        each_move_is_durable_before_the_next(trace),
    ];
    let all = of_each.chain(of_all.into_iter().flatten());
    all.map(|violation| format!("{}: {violation}", scenario.name())).collect()
}

fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// Checks that keys are moved before configurations, and a backup before its configuration.
fn moves_in_order(trace: &Trace, outputs: &[String]) -> Vec<String> {
    let moved = trace.moves().into_iter().map(|index| trace.calls[index].argument(3));
    let moved: Vec<&str> = moved.map(|name| name.trim_matches('"')).collect();
    if moved == outputs {
        return Vec::new();
    }
    vec![format!("moved in the wrong order: {moved:?} instead of {outputs:?}")]
}

fn all_is_staged_first(trace: &Trace) -> Vec<String> {
    let first = trace.moves().first().copied().unwrap_or(0);
    let late = trace.creations().filter(|&creation| creation > first);
    late.map(|index| format!("created after the first move: {:?}", trace.calls[index])).collect()
}

/// Checks that every new file, and every held copy, is read back from its start after the sync.
fn all_is_read_back(trace: &Trace) -> Vec<String> {
    let of_one = |creation: usize| {
        let call = &trace.calls[creation];
        let later = &trace.calls[creation..];
        let steps: [&[&str]; 4] = [&["write"], &["fsync", "fdatasync"], &["lseek"], &["read"]];
        let mut rest = later.iter();
        let is_done = steps
            .iter()
            .all(|names| rest.any(|later| later.is_on(names, &call.result) && later.succeeded()));
        (!is_done).then(|| format!("not written, synced and read back: {call:?}"))
    };
    trace.creations().filter_map(of_one).collect()
}

fn each_move_is_durable_before_the_next(trace: &Trace) -> Vec<String> {
    let moves = trace.moves();
    let ends = moves.iter().skip(1).copied().chain([trace.calls.len()]);
    let is_durable = |moved: usize, end: usize| {
        let folder = trace.calls[moved].argument(2);
        let is_sync = |call: &Call| call.is_on(&["fsync"], folder) && call.succeeded();
        trace.calls[moved..end].iter().any(is_sync)
    };
    let late = moves.iter().zip(ends).filter(|&(&moved, end)| !is_durable(moved, end));
    late.map(|(&moved, _)| format!("not durable before the next move: {:?}", trace.calls[moved]))
        .collect()
}
