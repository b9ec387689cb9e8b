//! Messages of shippers about the connection itself.

use super::super::super::{Depth, Message, beyond, found_by};

/// Source: docs/messages.md §5.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["read: connection reset by peer"],
        depth: Depth::Cause,
        printed: "Filebeat, when the other end closes the connection",
        meaning: Some("Logstash, or something between it and the shipper, closed the connection; if every connection ends so, look at Logstash first"),
        causes: &[
            found_by("key-not-pkcs8", "the key of the beats input does not load: up to Logstash 7.6 the pipeline starts, and resets every connection"),
            found_by("certificate-key-mismatch", "the key does not belong to the certificate, so no TLS handshake completes"),
            found_by("file-unreadable", "the account that Logstash runs as cannot read the key or the certificate"),
            found_by("shipper-tls-one-side", "one side uses TLS and the other does not"),
            beyond("a proxy or firewall closed the connection, or Logstash was restarted"),
        ],
        source: "measured on Logstash 6.8.23 and 7.6.0: the pipeline starts with a key that it cannot load, and resets every connection; a report of 2018 on Logstash 6.4",
    },
    Message {
        wordings: &["write: connection reset by peer"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("the other side had already closed the connection when the shipper sent its next events"),
        causes: &[
            beyond("Logstash closed an idle connection (client_inactivity_timeout, 60 s by default)"),
            found_by("shipper-client-certificate", "Logstash refused the certificate of the client: with TLS 1.3 the shipper learns it only when it reads"),
            beyond("Logstash restarted, or a firewall closed the connection"),
        ],
        source: "read in Go 1.26.6, net/net.go:501; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["write: broken pipe"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("the shipper wrote to a connection that the other side had already closed"),
        causes: &[
            found_by("shipper-tls-one-side", "one side uses TLS and the other does not"),
            found_by("shipper-client-certificate", "Logstash refused the certificate of the client: with TLS 1.3 the shipper learns it only when it reads"),
            beyond("Logstash closed an idle connection, or restarted"),
        ],
        source: "read in Go 1.26.6, net/net.go:501; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["ERR SSL client failed to connect with: EOF"],
        depth: Depth::Cause,
        printed: "Filebeat, when Logstash refuses the certificate of the client; Logstash itself may log nothing",
        meaning: None,
        causes: &[
            found_by("certificate-expired", "the certificate of the client has expired; check it with: fixkey check CLIENT.crt"),
        ],
        source: "beats issue 80",
    },
    Message {
        wordings: &["Failed to publish events caused by: EOF"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("Logstash closed the connection without saying why"),
        causes: &[
            found_by("shipper-tls-one-side", "one side uses TLS and the other does not"),
            found_by("shipper-protocol-mismatch", "the input has no TLS version or cipher suite that it can use"),
            found_by("key-cannot-handshake", "the key of Logstash loads, and no handshake completes with it"),
            beyond("Logstash closed an idle connection, or is shutting down"),
            found_by("certificate-expired", "the certificate of the client has expired, and this Logstash says nothing"),
        ],
        source: "read in elastic/beats@01adc32, libbeat/outputs/logstash/async.go",
    },
    Message {
        wordings: &["i/o timeout"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("nothing answered in time: not at all (dial tcp), or no longer (read tcp)"),
        causes: &[
            beyond("dial tcp: a firewall drops the connection, or the address in hosts is wrong"),
            found_by("shipper-tls-one-side", "read tcp: the input has no TLS, and waits for the events of another protocol"),
            beyond("read tcp: Logstash is overloaded, or its pipeline waits for an output"),
        ],
        source: "read in Go 1.26.6, net/net.go:628; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["connect: connection refused"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("nothing listens at that address and port, so no TLS was tried"),
        causes: &[
            beyond("Logstash is not running, or could not start its beats input: see its own log"),
            found_by("shipper-no-input", "the port in hosts is another one than that of the input"),
            beyond("the input listens only on another address (host)"),
        ],
        source: "read in Go 1.26.6, syscall/zerrors_linux_amd64.go:1466; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["connect: network is unreachable"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("the shipper has no route to that address"),
        causes: &[
            beyond("the network of the shipper, or the address in hosts, is wrong"),
        ],
        source: "read in Go 1.26.6, syscall/zerrors_linux_amd64.go:1456; run with Go 1.26",
    },
    Message {
        wordings: &["connect: no route to host"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("the shipper has no route to that host, or a firewall rejects the connection"),
        causes: &[
            beyond("a firewall rejects the connection"),
            beyond("the host is down, or the address in hosts is wrong"),
        ],
        source: "read in Go 1.26.6, syscall/zerrors_linux_amd64.go:1468",
    },
    Message {
        wordings: &["connect: connection timed out"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("nothing answered at that address and port"),
        causes: &[
            beyond("a firewall drops the connection"),
            beyond("the address in hosts is wrong, or the host is down"),
        ],
        source: "read in Go 1.26.6, syscall/zerrors_linux_amd64.go:1465",
    },
    Message {
        wordings: &["lookup <word> on <word> no such host", "lookup <word> no such host"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("the name in hosts is not in DNS"),
        causes: &[
            beyond("the name in hosts is misspelt"),
            beyond("the name is known only elsewhere, such as in a Docker network"),
        ],
        source: "read in Go 1.26.6, net/net.go:649; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["too many colons in address"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net",
        meaning: Some("an address in hosts cannot be read"),
        causes: &[
            found_by("shipper-setting-value", "hosts has an IPv6 address without brackets, a URL, or several hosts in one text"),
        ],
        source: "read in Go 1.26.6, net/ipsock.go:168; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: first record does not look like a TLS handshake"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side answered without TLS"),
        causes: &[
            found_by("shipper-tls-one-side", "the beats input at that port has no TLS"),
            beyond("another service answers at that port: HTTP, SSH, a proxy"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:669; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: oversized record received with length <n>"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side answered without TLS"),
        causes: &[
            found_by("shipper-tls-one-side", "the beats input at that port has no TLS"),
            beyond("another service answers at that port"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:674; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["http: server gave HTTP response to HTTPS client"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's net/http",
        meaning: Some("the other side answered with HTTP, not with TLS"),
        causes: &[
            beyond("Elasticsearch or Fleet Server has no TLS, or the port is another one"),
            beyond("a proxy answers"),
        ],
        source: "read in Go 1.26.6, net/http/client.go:212; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["lumberjack protocol error"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("Logstash answered with something other than an acknowledgement, usually a TLS alert"),
        causes: &[
            found_by("shipper-tls-one-side", "the shipper sends without TLS to an input with TLS: output.logstash has no ssl settings, or has them under the old name tls"),
            beyond("another service answers at that port"),
        ],
        source: "read in elastic/go-lumber@f2d8868, client/v2/client.go:53; run with Go 1.26",
    },
    Message {
        wordings: &["client is not connected"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("an earlier error closed the connection; the line before says which"),
        causes: &[
            beyond("the error in the line before"),
        ],
        source: "read in elastic/beats@0409ebd, pkg/transport/transport.go:36",
    },
    Message {
        wordings: &["timeout waiting for ACK (seq=<n>, expected=<n>)"],
        depth: Depth::Cause,
        printed: "Beats, by go-lumber",
        meaning: Some("Logstash did not acknowledge the events in time"),
        causes: &[
            beyond("Logstash is overloaded, or its pipeline waits for an output"),
        ],
        source: "read in elastic/go-lumber@f2d8868, client/v2/client.go",
    },
    Message {
        wordings: &["Failed to connect to backoff(async(tcp://<word>))", "Failed to connect to backoff(tcp://<word>)", "Failed to connect to failover(backoff(async(tcp://<word>)"],
        depth: Depth::Outer,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper could not connect to Logstash; the text behind it says why"),
        causes: &[
            beyond("the error behind it"),
        ],
        source: "read in elastic/beats@1a591f0, libbeat/publisher/pipeline/client_worker.go:148",
    },
    Message {
        wordings: &["Failed to connect to backoff(elasticsearch(https://<word>))", "Failed to connect to backoff(elasticsearch(http://<word>))"],
        depth: Depth::Outer,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper could not connect to Elasticsearch; the text behind it says why"),
        causes: &[
            beyond("the error behind it"),
        ],
        source: "read in Go 1.26.6, net/url/url.go:40",
    },
];
