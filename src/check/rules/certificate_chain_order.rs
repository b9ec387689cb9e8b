//! `certificate-chain-order`: the certificates of a file are not in the order that the JDK requires.

use super::presented::{Presented, USE_NEW_FILE};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::{Hint, unused_beside};
use crate::logstash::readers::Netty;
use crate::os::display::{escape, quoted};
use keyfile::certificate::{Chain, Order};

pub(super) const RULE: Rule = Rule {
    name: "certificate-chain-order",
    summary: "the certificates in the file are in the wrong order, repeated or unrelated",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "where Logstash 6.4 loads them, or the plugin was not measured",
    )],
    page: include_str!("../../../docs/rules/certificate-chain-order.md"),
    check: Check::PresentedChain(|presented| Vec::from_iter(finding(presented))),
    ..Rule::DEFAULT
};

fn finding(presented: &Presented<'_>) -> Option<Finding> {
    let chain = presented.chain;
    let order = chain.order();
    let subject = |position: usize| chain.iter().nth(position).map(|one| escape(&one.subject));
    let what = match &order {
        Order::InOrder => return None,
        Order::Reversed => "the certificates are in reverse order".to_owned(),
        Order::Shuffled(_) => "the certificates are not in order".to_owned(),
        Order::Duplicate { first, again } => format!(
            "the certificate \"{}\" is in the file twice, as number {} and number {}",
            subject(*first)?,
            first + 1,
            again + 1
        ),
        Order::Unrelated(position) => format!(
            "certificate number {}, \"{}\", does not belong to the chain",
            position + 1,
            subject(*position)?
        ),
    };
    let (severity, consequence, evidence) = match presented.netty {
        Some(Netty::Before4_1_49) if order == Order::Reversed => {
            (Severity::Error, "so no connection succeeds", REVERSED)
        }
        Some(netty) if netty.refuses_chains_out_of_order() => {
            (Severity::Error, "so Logstash does not start", REFUSED)
        }
        Some(_) => (Severity::Warning, "so later releases of Logstash do not start", LATER),
        None => (Severity::Warning, "so inputs that use Netty do not start", NOT_MEASURED),
    };
    let message = format!("{what}, {consequence}");
    let finding = Finding::new(severity, RULE.name, message).evidence(evidence);
    let finding = match chain.gap() {
        Some((one, next)) => finding.note(format!(
            "\"{}\" is issued by {}, but \"{}\" follows it",
            escape(&one.subject),
            if one.is_self_issued() {
                "itself".to_owned()
            } else {
                format!("\"{}\"", escape(&one.issuer))
            },
            escape(&next.subject)
        )),
        None => finding,
    };
    Some(finding.hints(hints(presented, &order)))
}

fn hints(presented: &Presented<'_>, order: &Order) -> Vec<Hint> {
    let chain = presented.chain;
    let new = unused_beside(presented.path, "pem");
    let command = format!("{} {} > {}", in_order(chain), quoted(presented.path), quoted(&new));
    let mut hints = vec![Hint::Command(command), Hint::action(USE_NEW_FILE)];
    let top = chain.path().last().and_then(|last| chain.iter().nth(*last));
    if let (Order::Unrelated(_), Some(top)) = (order, top)
        && !top.is_self_issued()
    {
        hints.push(Hint::Action(format!(
            "if \"{}\" is not a root, append its certificate",
            escape(&top.issuer)
        )));
    }
    hints
}

/// Returns the command that prints the certificates of a file in order, each once.
fn in_order(chain: &Chain) -> String {
    let blocks: Vec<String> =
        chain.path().iter().map(|position| format!("c[{}]", position + 1)).collect();
    format!(
        "awk '/-BEGIN .*CERTIFICATE-/{{n++;on=1}} on{{c[n]=c[n] $0 RS}} /-END /{{on=0}} END{{printf \"%s\", {}}}'",
        blocks.join(" ")
    )
}

/// Source: docs/what-logstash-loads.md §10, rows `chain-*`; the JDK's `PKCS12KeyStore.validateChain`.
const REFUSED: &str = "Logstash does not start with it: \"Certificate chain is not valid\" (measured on Netty 4.1.48 and 4.1.118)";

/// Source: docs/what-logstash-loads.md §4.5, which measured only Netty.
const NOT_MEASURED: &str = "how this plugin takes it was not measured; the inputs that load it through Netty do not start with it (measured on Netty 4.1.48 and 4.1.118)";

/// Source: docs/what-logstash-loads.md §6.
const REVERSED: &str = "Logstash 6.4 loads it, and takes the first certificate for the key's: no connection succeeds (measured on Netty 4.1.17)";

/// Source: docs/what-logstash-loads.md §10, rows `chain-*`.
const LATER: &str = "Logstash 6.4 loads it (measured on Netty 4.1.17); later releases do not start with it: \"Certificate chain is not valid\" (measured on Netty 4.1.48 and 4.1.118)";
