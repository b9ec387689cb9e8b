//! How readers treat a certificate file with a fault, as measured.

use super::certificate::Netty;
use super::{Judgement, Verdict};
use keyfile::certificate::{self, Fault};
use keyfile::file::{self, Cause};
use keyfile::pem::{self, NotBase64};

/// Judges a file in which fixkey finds no certificate.
#[must_use]
pub fn judge_no_certificate(error: &certificate::Error) -> Judgement {
    let loads = match error {
        certificate::Error::Broken(error) => loads(error),
        certificate::Error::Other(_) | certificate::Error::Damaged => None,
    };
    loads.unwrap_or(Judgement { verdict: Verdict::Refuses, evidence: NO_CERTIFICATE })
}

/// Judges a file by a fault besides its certificates; `netty` is `None` for other readers.
#[must_use]
pub fn judge_fault(netty: Option<Netty>, fault: &Fault) -> Judgement {
    let Some(netty) = netty else {
        return Judgement { verdict: Verdict::NotKnown, evidence: NOT_MEASURED };
    };
    let refuses = |evidence| Judgement { verdict: Verdict::Refuses, evidence };
    match (fault, netty) {
        (Fault::Among { .. }, _) => refuses(AMONG),
        (Fault::Broken(error), netty) => loads(error).unwrap_or(match netty {
            _ if is_taken_for_a_block(error) => refuses(PARTLY_REFUSED),
            Netty::Before4_1_49 | Netty::Before4_1_79 => {
                Judgement { verdict: Verdict::Loads, evidence: PASSED_OVER }
            }
            Netty::From4_1_79 if is_unterminated(error) => {
                Judgement { verdict: Verdict::Loads, evidence: PASSED_OVER }
            }
            Netty::From4_1_79 => refuses(PARTLY_BROKEN),
        }),
    }
}

/// Judges what Netty accepts, whether or not fixkey reads a certificate there.
fn loads(error: &file::Error) -> Option<Judgement> {
    let evidence = if error.is_of_bytes_behind() {
        BYTES_BEHIND
    } else if ends_as_another(error) {
        ENDS_AS_ANOTHER
    } else {
        return None;
    };
    Some(Judgement { verdict: Verdict::Loads, evidence })
}

/// Returns whether Netty 4.1.48 recognises a broken block: one with markers, and base64 in between.
fn is_taken_for_a_block(error: &file::Error) -> bool {
    match &error.cause {
        Cause::Pem(pem::Error::Base64 { what, .. }) => {
            matches!(what, NotBase64::Padding | NotBase64::Length)
        }
        Cause::Pem(_) => false,
        Cause::Key(_) | Cause::Certificate(_) => true,
    }
}

/// Whether the block has no END line: every Netty passes it over.
fn is_unterminated(error: &file::Error) -> bool {
    matches!(error.cause, Cause::Pem(pem::Error::Unterminated { .. }))
}

/// Whether END has another label than BEGIN that is one of certificates too.
fn ends_as_another(error: &file::Error) -> bool {
    let labels = match &error.cause {
        Cause::Pem(pem::Error::EndDiffers { begin, end, .. }) => [begin, end],
        _ => return false,
    };
    labels.iter().all(|label| label.contains("CERTIFICATE"))
}

/// What happens with a file without a certificate.
///
/// Source: docs/what-logstash-loads.md §10, rows `swapped`, `cert-empty`, `cert-noend`, `cert-trunc`, `cert-p7`, `cert-pub` and `cert-csr`.
pub const NO_CERTIFICATE: &str = "Logstash refuses such a file: \"File does not contain valid certificates\" (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";

const NOT_MEASURED: &str =
    "how the reader of this plugin takes such a file was not measured; Netty refuses some of them";

/// Source: `interop/tests/check.rs`, which loads such files in Debian's Netty.
const BYTES_BEHIND: &str = "Netty 4.1.48 loads it and passes over what follows (measured on JDK 17); of other releases that was not measured";

/// Source: `interop/tests/check.rs`; docs/what-logstash-loads.md §4.3.
const ENDS_AS_ANOTHER: &str = "Netty 4.1.48 reads the block all the same (measured), and keys that end so load on Netty 4.1.17, 4.1.48 and 4.1.118";

/// Source: docs/what-logstash-loads.md §10, row `cert-trunc`; `interop/tests/check.rs`.
const PARTLY_REFUSED: &str = "Logstash refuses the whole file: \"File does not contain valid certificates\" (measured on Netty 4.1.48; such a block alone is refused by 4.1.17 and 4.1.118 too)";

/// Source: docs/what-logstash-loads.md §10, row `cert-csr`; `interop/tests/check.rs`.
const AMONG: &str = "Logstash takes the block for a certificate and refuses the file: \"File does not contain valid certificates\" (measured on Netty 4.1.48; a request alone is refused by 4.1.17 and 4.1.118 too)";

/// Source: `interop/tests/check.rs`; tests/data/keys-2/matrix.jsonl, row `crt-lay-unterminated-second`.
const PASSED_OVER: &str = "Logstash passes such a block over and shows the other certificates (measured on Netty 4.1.48; without END, on 4.1.17 and 4.1.118 too)";

/// Source: docs/what-logstash-loads.md §10, rows `cert-noend` and `cert-trunc`; `interop/tests/check.rs`.
const PARTLY_BROKEN: &str = "such a block alone is refused (measured on Netty 4.1.17, 4.1.48 and 4.1.118); beside others Netty 4.1.48 passes it over, and of later releases that was not measured";
