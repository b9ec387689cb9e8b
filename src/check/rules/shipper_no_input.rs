//! `shipper-no-input`: no input listens on the port that the shipper connects to.

use super::{Bound, Check, Rule};
use crate::beats::hosts::{self, Address};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;
use crate::os::display::escape;

pub(super) const RULE: Rule = Rule {
    name: "shipper-no-input",
    summary: "no input of these configurations listens on the port that the shipper connects to",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/shipper-no-input.md"),
    check: Check::Port(check),
    ..Rule::DEFAULT
};

fn check(host: &Setting, address: &Address, bound: &[Bound]) -> Finding {
    let on_port = bound.iter().find(|(port, _)| *port == address.port);
    let message = if on_port.is_some() {
        format!("no beats input here listens on {}", escape(&hosts::shown(&host.raw)))
    } else {
        format!("no beats input here listens on port {}", address.port)
    };
    let instead = match on_port {
        Some((_, Some(other))) => format!("connect to {}", escape(other)),
        _ => "correct the port".to_owned(),
    };
    let shown = |(port, host): &Bound| match host {
        Some(host) => format!("port {port} of {}", escape(host)),
        None => format!("port {port}"),
    };
    let bound: Vec<String> = bound.iter().map(shown).collect();
    let finding = Finding::new(Severity::Warning, RULE.name, message).at(host.value.clone());
    let finding = match bound.as_slice() {
        [] => finding,
        bound => finding.note(format!("the inputs listen on {}", bound.join(", "))),
    };
    finding.action(instead).action("ignore this if a proxy or load balancer listens there")
}
