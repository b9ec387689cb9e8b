//! Which inputs the hosts of a shipper lead to, and whether the two ends will connect.

use std::collections::HashSet;
use std::path::PathBuf;

use source_text::{LineIndex, Position};

use crate::beats::file::{Destination, Output, is_open};
use crate::beats::hosts::{self, Address};
use crate::check::finding::{Finding, Severity};
use crate::check::inspection::{Inspection, Text};
use crate::check::rules;
use crate::check::rules::case::{Case, Opening};
use crate::check::rules::ends::{Ends, Side, Verdict};
use crate::logstash::endpoint::{Endpoint, Listener, Setting};
use crate::logstash::plugins::Baseline;
use crate::logstash::releases::Release;
use crate::os::display::shown;

/// A host of a shipper, and an input that it leads to.
pub struct Connection {
    /// The shipper's file.
    pub shipper: PathBuf,
    /// The line and column of the host.
    pub position: Position,
    /// The host as written.
    pub host: String,
    /// The input; `None` if none is known.
    pub input: Option<InputPlace>,
    /// Whether they connect.
    pub outcome: Forecast,
    /// What stands in the way, at a place of the shipper's file.
    pub finding: Option<Finding>,
}

/// An input that accepts connections of shippers.
pub struct InputPlace {
    /// Its usual name: `beats input`.
    pub name: String,
    /// The configuration.
    pub path: PathBuf,
    /// The line and column of its name.
    pub position: Position,
    /// Its port.
    pub port: u16,
    /// The pipelines that it belongs to, as far as they are known.
    pub pipelines: Vec<String>,
}

/// Whether two ends connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// They do, as far as their files say.
    Works,
    /// They do not: this side refuses it, for this rule.
    Fails(Side, &'static str),
    /// It cannot be told, for this reason.
    NotKnown(String),
}

impl Forecast {
    /// Returns its name in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Works => "ok",
            Self::Fails(..) => "fails",
            Self::NotKnown(_) => "unknown",
        }
    }
}

/// An input with its files.
struct Receiver<'a> {
    text: &'a Text,
    endpoint: &'a Endpoint,
    listener: &'a Listener,
    /// The port that it listens on; `None` if it is not set, or a variable without a value here.
    port: Option<u16>,
}

/// Returns the connections of every shipper, in the order of their files; none without configurations of Logstash.
#[must_use]
pub fn connections(inspection: &Inspection<'_>) -> Vec<Connection> {
    inspection.texts.iter().flat_map(|text| of_shipper(inspection, text)).collect()
}

/// Returns the connections of the outputs in a shipper's file.
#[must_use]
pub fn of_shipper(inspection: &Inspection<'_>, text: &Text) -> Vec<Connection> {
    let Some(file) = &text.shipper else { return Vec::new() };
    if inspection.texts.iter().all(|text| text.shipper.is_some()) {
        return Vec::new();
    }
    let receivers = receivers(inspection);
    let lines = LineIndex::of(text.bytes());
    let mut found = Vec::new();
    for (output, endpoint) in file.outputs.iter().zip(&text.endpoints) {
        if output.destination != Destination::Logstash {
            continue;
        }
        let sender = Sender { inspection, text, output, endpoint, lines: &lines };
        let mut own = Vec::new();
        for host in output.all("hosts") {
            sender.connect(host, &receivers, &mut own);
        }
        doubt_names_of_others(&mut own);
        found.append(&mut own);
    }
    found
}

/// Doubts that an input is the one of a host whose name alone is wrong, if the certificate fits another host of the
/// list: several hosts may have the same configuration, and these are the files of one.
fn doubt_names_of_others(connections: &mut [Connection]) {
    let works = |one: &Connection| one.outcome == Forecast::Works;
    let fitting: Vec<(PathBuf, Position)> = connections
        .iter()
        .filter(|one| works(one))
        .filter_map(|one| one.input.as_ref().map(|input| (input.path.clone(), input.position)))
        .collect();
    let is_name = |outcome: &Forecast| matches!(outcome, Forecast::Fails(Side::Shipper, rule) if *rule == rules::NAME_MISMATCH);
    for one in connections.iter_mut().filter(|one| is_name(&one.outcome)) {
        let is_of_other = one.input.as_ref().is_some_and(|input| {
            fitting.iter().any(|(path, at)| *path == input.path && *at == input.position)
        });
        if is_of_other {
            let why = "the certificate fits another host of the list: this may be another Logstash";
            one.outcome = Forecast::NotKnown(why.to_owned());
            if let Some(finding) = &mut one.finding {
                finding.severity = Severity::Warning;
            }
        }
    }
}

fn receivers<'a>(inspection: &'a Inspection<'_>) -> Vec<Receiver<'a>> {
    let of_text = |text: &'a Text| {
        let endpoints = text.endpoints.iter();
        endpoints.filter_map(move |endpoint| {
            let listener = endpoint.listener.as_ref()?;
            let port = listener.port.as_ref();
            let port = port.and_then(|port| inspection.value(text, port)?.trim().parse().ok());
            Some(Receiver { text, endpoint, listener, port })
        })
    };
    let mut receivers: Vec<Receiver<'a>> = inspection.texts.iter().flat_map(of_text).collect();
    // A configuration may be found by several paths.
    let mut known = HashSet::new();
    receivers.retain(|it| known.insert((&it.text.source.path, it.endpoint.place.start)));
    receivers
}

/// An output of a shipper.
struct Sender<'a, 'i> {
    inspection: &'i Inspection<'a>,
    text: &'i Text,
    output: &'i Output,
    endpoint: &'i Endpoint,
    lines: &'i LineIndex<'i>,
}

impl Sender<'_, '_> {
    /// Adds the connections of a host: to every input that listens on its port.
    fn connect(&self, host: &Setting, receivers: &[Receiver<'_>], into: &mut Vec<Connection>) {
        let value = self.inspection.value(self.text, host).filter(|value| !is_open(value));
        let Some(value) = value else {
            let why = "the host is a variable without a value here".to_owned();
            return into.push(self.connection(host, None, Forecast::NotKnown(why), None));
        };
        let Ok(address) = hosts::address(&value) else {
            let outcome = Forecast::Fails(Side::Shipper, "shipper-setting-value");
            return into.push(self.connection(host, None, outcome, None));
        };
        let listens = |it: &&Receiver<'_>| it.port == Some(address.port);
        let own: Vec<&Receiver<'_>> = receivers.iter().filter(listens).collect();
        if own.is_empty() {
            return into.push(self.without_input(host, &address, receivers));
        }
        for receiver in own {
            let place = place_of(receiver, address.port);
            let (outcome, finding) = self.meet(host, &address, receiver, &place);
            into.push(self.connection(host, Some(place), outcome, finding));
        }
    }

    fn without_input(
        &self,
        host: &Setting,
        address: &Address,
        receivers: &[Receiver<'_>],
    ) -> Connection {
        if receivers.iter().any(|it| it.port.is_none()) {
            let why = "the port of an input is a variable, or not set".to_owned();
            return self.connection(host, None, Forecast::NotKnown(why), None);
        }
        let mut ports: Vec<u16> = receivers.iter().filter_map(|it| it.port).collect();
        ports.sort_unstable();
        ports.dedup();
        let finding = rules::of_port(host, address, &ports).into_iter().next();
        let why = format!("no input here listens on port {}", address.port);
        self.connection(host, None, Forecast::NotKnown(why), finding)
    }

    /// Judges the connection of a host to an input.
    fn meet(
        &self,
        host: &Setting,
        address: &Address,
        receiver: &Receiver<'_>,
        place: &InputPlace,
    ) -> (Forecast, Option<Finding>) {
        let own = self.inspection.case(self.text, self.endpoint);
        if let Some(rule) = what_stops(&own, &self.text.findings) {
            return (Forecast::Fails(Side::Shipper, rule), None);
        }
        let input = self.inspection.case(receiver.text, receiver.endpoint);
        if let Some(stopped) = self.stopped(receiver, &input) {
            return (stopped, None);
        }
        for (case, key) in [(&own, "the shipper's key"), (&input, "the input's key")] {
            if matches!(case.opening, Opening::NotKnown) && !case.endpoint.is_tls_off() {
                let why = format!("{key} is encrypted, and its passphrase is a variable");
                return (Forecast::NotKnown(why), None);
            }
        }
        let input_at =
            format!("the {} at {}:{}", place.name, shown(&place.path), place.position.line);
        let ends = Ends {
            shipper: &own,
            output: self.output,
            host,
            address,
            input: &input,
            listener: receiver.listener,
            system: self.inspection.system_authorities(self.text),
            input_at,
        };
        match rules::of_connection(&ends) {
            Verdict::Passes => (Forecast::Works, None),
            Verdict::Refused(side, finding) => {
                (Forecast::Fails(side, finding.rule), Some(*finding))
            }
            Verdict::NotKnown(why) => (Forecast::NotKnown(why.to_owned()), None),
        }
    }

    /// Returns what keeps an input from starting, if anything does. Where no release is known, the supported ones have to
    /// agree.
    fn stopped(&self, receiver: &Receiver<'_>, input: &Case<'_>) -> Option<Forecast> {
        let rule = what_stops(input, &receiver.text.findings);
        let fails = |rule| Forecast::Fails(Side::Input, rule);
        if !matches!(input.baseline, Baseline::Documentation) {
            return rule.map(fails);
        }
        let in_release = |release: &Release| {
            let baseline = Baseline::Release(release);
            let case = self.inspection.case(receiver.text, receiver.endpoint);
            let of_text = self.inspection.of_text_in(receiver.text.bytes(), baseline);
            what_stops(&Case { baseline, ..case }, &of_text)
        };
        let supported = Release::supported();
        let in_each: Vec<Option<&'static str>> = supported.iter().map(in_release).collect();
        let any = rule.or_else(|| in_each.iter().copied().flatten().next())?;
        Some(if in_each.iter().all(Option::is_some) {
            fails(any)
        } else {
            let why =
                format!("it depends on the release of Logstash ({any}): add --logstash VERSION");
            Forecast::NotKnown(why)
        })
    }

    fn connection(
        &self,
        host: &Setting,
        input: Option<InputPlace>,
        outcome: Forecast,
        finding: Option<Finding>,
    ) -> Connection {
        Connection {
            shipper: self.text.source.path.clone(),
            position: self.lines.position(host.value.start),
            host: host.raw.to_string(),
            input,
            outcome,
            finding,
        }
    }
}

fn place_of(receiver: &Receiver<'_>, port: u16) -> InputPlace {
    let text = receiver.text;
    let at = text.shown_at(receiver.endpoint.place.clone()).start;
    InputPlace {
        name: receiver.endpoint.name.clone(),
        path: text.source.path.clone(),
        position: LineIndex::of(&text.source.bytes).position(at),
        port,
        pipelines: text.source.pipelines.iter().map(|pipeline| pipeline.id.clone()).collect(),
    }
}

/// Returns the rule of an error that keeps an end from starting, or from any handshake.
fn what_stops(case: &Case<'_>, of_text: &[Finding]) -> Option<&'static str> {
    let is_error = |finding: &&Finding| {
        finding.severity == Severity::Error && rules::stops_an_end(finding.rule)
    };
    let own = rules::of_endpoint(case);
    own.iter().chain(of_text).find(is_error).map(|finding| finding.rule)
}
