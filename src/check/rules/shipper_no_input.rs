//! `shipper-no-input`: no input listens on the port that the shipper connects to.

use super::{Check, Rule};
use crate::beats::hosts::Address;
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;

pub(super) const RULE: Rule = Rule {
    name: "shipper-no-input",
    summary: "no input of these configurations listens on the port that the shipper connects to",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/shipper-no-input.md"),
    check: Check::Port(check),
    ..Rule::DEFAULT
};

fn check(host: &Setting, address: &Address, ports: &[u16]) -> Finding {
    let message = format!("no beats input here listens on port {}", address.port);
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let finding = Finding::new(Severity::Warning, RULE.name, message).at(host.value.clone());
    let finding = match ports.as_slice() {
        [] => finding,
        ports => finding.note(format!("the inputs listen on {}", ports.join(", "))),
    };
    finding
        .action("correct the port")
        .action("ignore this if a proxy or load balancer listens there")
}
