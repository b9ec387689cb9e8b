//! Which inputs the hosts of a shipper lead to, and whether the two ends will connect.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::rc::Rc;

use source_text::{LineIndex, Position};

use crate::beats::file::{Destination, Output, ShipperFile, is_open};
use crate::beats::hosts::{self, Address, Reach};
use crate::check::finding::{Finding, Severity};
use crate::check::forecast::{Connection, Forecast, InputPlace};
use crate::check::inspection::{Inspection, Text};
use crate::check::rules::case::{Case, Opening};
use crate::check::rules::ends::{Ends, Side, Verdict};
use crate::check::rules::{self, Bound};
use crate::logstash::discovery::Source;
use crate::logstash::endpoint::{Endpoint, Listener, Setting};
use crate::logstash::readers::{self, Family};
use crate::os::display::shown;

/// An input with its files.
struct Receiver<'a> {
    text: &'a Text,
    endpoint: &'a Endpoint,
    listener: &'a Listener,
    /// The port that it listens on; `None` if it is not set, or a variable without a value here.
    port: Option<u16>,
    /// Line and column of its name.
    position: Position,
    /// What stops the whole text.
    of_text: Rc<Stops>,
    /// What keeps it from starting, once that is known.
    stopped: OnceCell<Option<Forecast>>,
}

/// The rule of an error that stops Logstash.
struct Stops {
    /// In the Logstash that is assumed.
    here: Option<&'static str>,
    /// In each supported release, where none is known.
    in_each: Vec<Option<&'static str>>,
}

/// The inputs by their ports.
type ByPort<'a> = HashMap<Option<u16>, Vec<&'a Receiver<'a>>>;

/// The most inputs that a host is compared with.
const MOST_INPUTS: usize = 100;

/// Returns the connections of every shipper, in the order of their files; none without configurations of Logstash.
#[must_use]
pub fn connections<'a>(inspection: &'a Inspection<'_>) -> &'a [Connection] {
    inspection.connections.get_or_init(|| of_every_shipper(inspection))
}

fn of_every_shipper(inspection: &Inspection<'_>) -> Vec<Connection> {
    let is_of_shipper = |text: &Text| text.shipper.is_some();
    let texts = &inspection.texts;
    if !texts.iter().any(is_of_shipper) || texts.iter().all(is_of_shipper) {
        return Vec::new();
    }
    let receivers = receivers(inspection);
    let mut by_port = ByPort::new();
    for receiver in &receivers {
        by_port.entry(receiver.port).or_default().push(receiver);
    }
    let shippers = texts.iter().filter_map(|text| Some((text, text.shipper.as_ref()?)));
    shippers.flat_map(|(text, file)| of_shipper(inspection, text, file, &by_port)).collect()
}

/// Returns the connections of the outputs in a shipper's file.
fn of_shipper(
    inspection: &Inspection<'_>,
    text: &Text,
    file: &ShipperFile,
    receivers: &ByPort<'_>,
) -> Vec<Connection> {
    let lines = LineIndex::of(text.bytes());
    let mut found = Vec::new();
    for (output, endpoint) in file.outputs.iter().zip(&text.endpoints) {
        if output.destination != Destination::Logstash {
            continue;
        }
        let case = inspection.case(text, endpoint);
        let stopped = what_stops(&case).or_else(|| stopping(&text.findings));
        let sender = Sender { inspection, text, output, case, stopped, lines: &lines };
        let mut own = Vec::new();
        for host in output.all("hosts") {
            sender.connect(host, receivers, &mut own);
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
    let mut receivers = Vec::new();
    // A configuration may be found by several paths.
    let mut known = HashSet::new();
    for text in &inspection.texts {
        let listens = |endpoint: &&'a Endpoint| endpoint.listener.is_some();
        if !text.endpoints.iter().any(|endpoint| listens(&endpoint))
            || !known.insert(&text.source.path)
        {
            continue;
        }
        let of_text = Rc::new(Stops {
            here: stopping(&text.findings),
            in_each: inspection.in_supported_releases(|baseline| {
                stopping(&inspection.of_text_in(text.bytes(), baseline))
            }),
        });
        let lines = LineIndex::of(&text.source.bytes);
        let receiver = |endpoint: &'a Endpoint| {
            let listener = endpoint.listener.as_ref()?;
            let port = listener.port.as_ref();
            let port = port.and_then(|port| inspection.value(text, port)?.trim().parse().ok());
            let position = lines.position(text.shown_at(endpoint.place.clone()).start);
            let (of_text, stopped) = (Rc::clone(&of_text), OnceCell::new());
            Some(Receiver { text, endpoint, listener, port, position, of_text, stopped })
        };
        receivers.extend(text.endpoints.iter().filter_map(receiver));
    }
    receivers
}

/// An output of a shipper with its files.
struct Sender<'a, 'i> {
    inspection: &'i Inspection<'a>,
    text: &'i Text,
    output: &'i Output,
    case: Case<'i>,
    /// The rule of an error that keeps the shipper from starting.
    stopped: Option<&'static str>,
    lines: &'i LineIndex<'i>,
}

impl Sender<'_, '_> {
    /// Adds the connections of a host: to every input that listens on its port.
    fn connect(&self, host: &Setting, receivers: &ByPort<'_>, into: &mut Vec<Connection>) {
        let value = self.inspection.value(self.text, host).filter(|value| !is_open(value));
        let Some(value) = value else {
            let why = "the host is a variable without a value here".to_owned();
            return into.push(self.connection(host, None, Forecast::NotKnown(why), None));
        };
        let Ok(address) = hosts::address(&value) else {
            let outcome = Forecast::Fails(Side::Shipper, "shipper-setting-value");
            return into.push(self.connection(host, None, outcome, None));
        };
        let on_port = receivers.get(&Some(address.port)).map_or(&[][..], Vec::as_slice);
        let reach = |receiver: &Receiver<'_>| {
            let bound = receiver.listener.host.as_ref();
            let bound = bound.map(|bound| self.inspection.value(receiver.text, bound));
            match bound {
                None => Reach::Reaches,
                Some(None) => Reach::NotKnown,
                Some(Some(bound)) => hosts::reach(&address.host, bound.trim()),
            }
        };
        let own: Vec<_> = on_port
            .iter()
            .take(MOST_INPUTS)
            .map(|receiver| (receiver, reach(receiver)))
            .filter(|(_, reach)| *reach != Reach::Misses)
            .collect();
        let is_too_many = on_port.len() > MOST_INPUTS;
        if own.is_empty() && !is_too_many {
            return into.push(self.without_input(host, &address, receivers));
        }
        for (receiver, reach) in &own {
            let place = receiver.place(address.port);
            if *reach == Reach::NotKnown {
                let why =
                    "the input listens on one address only, and the host may be another".to_owned();
                into.push(self.connection(host, Some(place), Forecast::NotKnown(why), None));
                continue;
            }
            let (outcome, finding) = self.meet(host, &address, receiver, &place);
            into.push(self.connection(host, Some(place), outcome, finding));
        }
        if is_too_many {
            let why = format!("more than {MOST_INPUTS} inputs listen on this port");
            into.push(self.connection(host, None, Forecast::NotKnown(why), None));
        }
    }

    fn without_input(
        &self,
        host: &Setting,
        address: &Address,
        receivers: &ByPort<'_>,
    ) -> Connection {
        if receivers.contains_key(&None) {
            let why = "the port of an input is not known".to_owned();
            return self.connection(host, None, Forecast::NotKnown(why), None);
        }
        let place = |receiver: &&Receiver<'_>| {
            let bound = receiver.listener.host.as_ref().map(|bound| hosts::shown(&bound.raw));
            Some((receiver.port?, bound))
        };
        let places: BTreeSet<Bound> = receivers.values().flatten().filter_map(place).collect();
        let places: Vec<Bound> = places.into_iter().collect();
        let finding = rules::of_port(host, address, &places).into_iter().next();
        let is_port = receivers.contains_key(&Some(address.port));
        let why = if is_port {
            "no input here listens on that address".to_owned()
        } else {
            format!("no input here listens on port {}", address.port)
        };
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
        let (own, input) = (&self.case, self.inspection.case(receiver.text, receiver.endpoint));
        let input_at =
            format!("the {} at {}:{}", place.name, shown(&place.path), place.position.line);
        let ends = Ends {
            shipper: own,
            output: self.output,
            beats: self.text.beats,
            host,
            address,
            input: &input,
            listener: receiver.listener,
            system: self.inspection.system_authorities(self.text),
            input_at,
        };
        let (forecast, finding) = match rules::of_connection(&ends) {
            Verdict::Passes => (Forecast::Works, None),
            Verdict::Refused(side, finding) => {
                (Forecast::Fails(side, finding.rule), Some(*finding))
            }
            Verdict::NotKnown(why) => (Forecast::NotKnown(why.to_owned()), None),
        };
        // What keeps an end from starting comes first, and leaves the other finding as it is.
        if let Some(rule) = self.stopped {
            return (Forecast::Fails(Side::Shipper, rule), finding);
        }
        let stopped = receiver.stopped.get_or_init(|| receiver.stopped(self.inspection, &input));
        if let Some(stopped) = stopped {
            return (stopped.clone(), finding);
        }
        let is_closed = |case: &Case<'_>| {
            matches!(case.opening, Opening::NotKnown) && !case.endpoint.is_tls_off()
        };
        let closed =
            [(own, "shipper"), (&input, "input")].into_iter().find(|(case, _)| is_closed(case));
        if let (Forecast::Works, Some((_, whose))) = (&forecast, closed) {
            let why = format!("the passphrase of the {whose}'s key is not known here");
            return (Forecast::NotKnown(why), None);
        }
        if forecast == Forecast::Works && self.may_not_load_key() {
            let why = "how this release of the shipper reads its key is not known".to_owned();
            return (Forecast::NotKnown(why), None);
        }
        (forecast, finding)
    }

    /// Returns whether it is not known how the shipper reads its key.
    fn may_not_load_key(&self) -> bool {
        let held = self.case.held_key().filter(|_| !self.case.endpoint.is_tls_off());
        held.is_some_and(|(_, held)| {
            let family = held.facts().map_or(Family::Unknown, |facts| facts.family);
            self.case.judge(held.form, family).verdict == readers::Verdict::NotKnown
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
            host: hosts::shown(&host.raw),
            input,
            outcome,
            finding,
        }
    }
}

impl Receiver<'_> {
    fn place(&self, port: u16) -> InputPlace {
        let Source { path, pipelines, .. } = &self.text.source;
        InputPlace {
            name: self.endpoint.name.clone(),
            path: path.clone(),
            position: self.position,
            port,
            pipelines: pipelines.iter().map(|pipeline| pipeline.id.clone()).collect(),
        }
    }

    /// Returns what keeps it from starting, if anything does. Where no release is known, the supported ones have to
    /// agree.
    fn stopped(&self, inspection: &Inspection<'_>, input: &Case<'_>) -> Option<Forecast> {
        let rule = what_stops(input).or(self.of_text.here);
        let fails = |rule| Forecast::Fails(Side::Input, rule);
        let of_endpoint = inspection.in_supported_releases(|baseline| {
            let case = inspection.case(self.text, self.endpoint);
            what_stops(&Case { baseline, ..case })
        });
        if of_endpoint.is_empty() {
            return rule.map(fails);
        }
        let in_each = of_endpoint.iter().zip(&self.of_text.in_each);
        let in_each: Vec<_> = in_each.map(|(own, of_text)| own.or(*of_text)).collect();
        let any = rule.or_else(|| in_each.iter().copied().flatten().next())?;
        Some(if in_each.iter().all(Option::is_some) {
            fails(any)
        } else {
            let why =
                format!("it depends on the release of Logstash ({any}): add --logstash VERSION");
            Forecast::NotKnown(why)
        })
    }
}

/// Returns the rule of an error that keeps an end from starting, or from any handshake.
fn what_stops(case: &Case<'_>) -> Option<&'static str> {
    stopping(&rules::of_endpoint(case))
}

/// Returns the first rule of an error that stops.
fn stopping(findings: &[Finding]) -> Option<&'static str> {
    let is_error = |finding: &&Finding| {
        finding.severity == Severity::Error && rules::stops_an_end(finding.rule)
    };
    findings.iter().find(is_error).map(|finding| finding.rule)
}
