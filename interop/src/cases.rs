//! The cases of `tests/handshakes.rs`: what two configurations can have to do with each other.
//!
//! Each group varies a few things and leaves the others as they go well.

use crate::handshakes::Case;
use crate::pki::Pki;

/// Every case.
pub fn all(pki: &Pki) -> Vec<Case> {
    let groups: [fn(&Pki) -> Vec<Case>; 13] = [
        chains,
        authorities,
        names,
        name_constraints,
        dates,
        usages,
        client_certificates,
        client_authentication,
        protocols,
        cipher_suites,
        curves_and_keys,
        one_side_only,
        pins,
    ];
    groups.iter().flat_map(|group| group(pki)).collect()
}

/// A part of a name; nothing for a setting that is left out.
fn suffix(part: &str) -> String {
    let part = part.to_lowercase().replace(['.', '_'], "");
    if part.is_empty() { part } else { format!("-{part}") }
}

/// What the server sends, and what the shipper trusts.
fn chains(pki: &Pki) -> Vec<Case> {
    const CHAINS: &[(&str, &str, &[&str])] = &[
        ("leaf", "server", &["root"]),
        ("with-root", "server+root", &["root"]),
        ("intermediate-sent", "server-by-intermediate+intermediate", &["root"]),
        ("intermediate-and-root-sent", "server-by-intermediate+intermediate+root", &["root"]),
        ("intermediate-not-sent", "server-by-intermediate", &["root"]),
        ("intermediate-not-sent-but-known", "server-by-intermediate", &["root", "intermediate"]),
        ("intermediate-only-trusted", "server-by-intermediate", &["intermediate"]),
        ("intermediate-sent-and-trusted", "server-by-intermediate+intermediate", &["intermediate"]),
        ("intermediate-of-other-key", "server-by-intermediate+intermediate-twin", &["root"]),
        ("intermediate-expired", "server-by-intermediate+intermediate-expired", &["root"]),
        (
            "intermediate-expired-but-good-one-known",
            "server-by-intermediate+intermediate-expired",
            &["root+intermediate"],
        ),
        (
            "intermediate-no-cert-sign",
            "server-by-intermediate+intermediate-no-cert-sign",
            &["root"],
        ),
        (
            "intermediate-negative-serial",
            "server-by-intermediate+intermediate-negative-serial",
            &["root"],
        ),
        ("intermediate-ca-false", "server-by-intermediate+intermediate-ca-false", &["root"]),
        ("intermediate-for-clients", "server-by-intermediate+intermediate-client-usage", &["root"]),
        (
            "intermediate-for-other-names",
            "server-by-intermediate+intermediate-permits-other",
            &["root"],
        ),
        ("out-of-order", "server-by-intermediate+root+intermediate", &["root"]),
        ("leaf-last", "intermediate+server-by-intermediate", &["root"]),
        ("unrelated-after-leaf", "server+other", &["root"]),
        ("self-signed", "self-signed", &["self-signed"]),
        ("self-signed-unknown", "self-signed", &["root"]),
        ("self-signed-expired", "self-signed-expired", &["self-signed-expired"]),
        ("self-signed-leaf", "self-signed-leaf", &["self-signed-leaf"]),
        ("self-signed-other-form", "self-signed-leaf", &["self-signed"]),
        ("ca-true", "server-ca-true", &["root"]),
        ("leaf-trusted", "server", &["server"]),
        ("leaf-by-intermediate-trusted", "server-by-intermediate", &["server-by-intermediate"]),
        ("ca-true-trusted", "server-ca-true", &["server-ca-true"]),
    ];
    let mut cases = Vec::new();
    for (name, sent, trusted) in CHAINS {
        for mode in ["", "strict"] {
            cases.push(
                Case::new(format!("chain-{name}{}", suffix(mode)), pki)
                    .serves(pki, sent)
                    .trusts(pki, trusted)
                    .mode(mode),
            );
        }
    }
    for (name, mode) in
        [("intermediate-not-sent", "certificate"), ("intermediate-not-sent", "none")]
    {
        cases.push(
            Case::new(format!("chain-{name}-{mode}"), pki)
                .serves(pki, "server-by-intermediate")
                .mode(mode),
        );
    }
    cases
}

/// Which authorities the shipper has, of a server whose certificate the root signed.
fn authorities(pki: &Pki) -> Vec<Case> {
    const AUTHORITIES: &[(&str, &[&str])] = &[
        ("unrelated", &["other"]),
        ("same-name-other-key", &["root-twin"]),
        ("same-name-both-keys", &["root-twin", "root"]),
        ("several-in-one-file", &["other+root"]),
        ("several-files", &["other", "root"]),
        ("several-unrelated", &["other", "rsa-root"]),
        ("expired", &["root-expired"]),
        ("expired-and-good", &["root-expired+root"]),
        ("not-yet-valid", &["root-not-yet-valid"]),
        ("ca-false", &["root-ca-false"]),
        ("no-constraints", &["root-no-constraints"]),
        ("no-cert-sign", &["root-no-cert-sign"]),
        ("no-key-usage", &["root-no-key-usage"]),
        ("client-usage", &["root-client-usage"]),
        ("server-usage", &["root-server-usage"]),
        ("path-length-0", &["root-path-length-0"]),
        ("sha1", &["root-sha1"]),
        ("version-1", &["root-version-1"]),
        ("negative-serial", &["root-negative-serial"]),
        ("negative-serial-and-good", &["root-negative-serial+root"]),
        ("negative-serial-and-unrelated", &["root-negative-serial+other"]),
        ("intermediate-of-no-use", &["intermediate"]),
    ];
    let mut cases = Vec::new();
    for (name, trusted) in AUTHORITIES {
        for mode in ["", "certificate"] {
            cases.push(
                Case::new(format!("authorities-{name}{}", suffix(mode)), pki)
                    .trusts(pki, trusted)
                    .mode(mode),
            );
        }
    }
    let case = |name: &str| Case::new(format!("authorities-{name}"), pki);
    let with_intermediate = |name: &str, trusted: &str| {
        case(name).serves(pki, "server-by-intermediate+intermediate").trusts(pki, &[trusted])
    };
    cases.extend([
        case("inline").shipper("certificate_authorities", vec![pki.pem("root")]),
        case("inline-unrelated").shipper("certificate_authorities", vec![pki.pem("other")]),
        case("inline-and-file")
            .shipper("certificate_authorities", vec![pki.pem("root"), pki.certificate("other")]),
        case("inline-two-in-one")
            .shipper("certificate_authorities", vec![pki.pem("other") + &pki.pem("root")]),
        case("one-text").shipper("certificate_authorities", pki.certificate("root")),
        case("missing-file")
            .shipper("certificate_authorities", vec![pki.certificate("root") + "x"]),
        case("key-as-authority").shipper("certificate_authorities", vec![pki.key("root")]),
        case("of-the-system").trusts(pki, &[]).mode("full").open(),
        case("of-the-system-strict").trusts(pki, &[]).mode("strict").open(),
        case("of-the-system-certificate").trusts(pki, &[]).mode("certificate").open(),
        case("of-the-system-none").trusts(pki, &[]).mode("none"),
        case("unrelated-none").trusts(pki, &["other"]).mode("none"),
        case("expired-none").trusts(pki, &["root-expired"]).mode("none"),
        case("unrelated-strict").trusts(pki, &["other"]).mode("strict"),
        case("expired-strict").trusts(pki, &["root-expired"]).mode("strict"),
        with_intermediate("path-length-0-and-intermediate", "root-path-length-0"),
        with_intermediate("expired-and-intermediate", "root-expired"),
        with_intermediate("ca-false-and-intermediate", "root-ca-false"),
    ]);
    cases
}

/// The name in `hosts`, and those of the certificate.
fn names(pki: &Pki) -> Vec<Case> {
    const NAMES: &[(&str, &str, &str)] = &[
        ("match", "name-dns", "ls.example.org"),
        ("mismatch", "name-other", "ls.example.org"),
        ("one-of-several", "name-several", "ls.example.org"),
        ("case-of-host", "name-dns", "LS.Example.Org"),
        ("case-of-certificate", "name-upper-case", "ls.example.org"),
        ("dot-after-host", "name-dns", "ls.example.org."),
        ("dot-in-certificate", "name-trailing-dot", "ls.example.org"),
        ("dot-in-both", "name-trailing-dot", "ls.example.org."),
        ("short", "name-dns", "ls"),
        ("underscore", "name-underscore", "log_stash.example.org"),
        ("hyphen-at-end", "name-hyphen", "ls-.example.org"),
        ("wildcard", "name-wildcard", "ls.example.org"),
        ("wildcard-two-labels", "name-wildcard", "a.ls.example.org"),
        ("wildcard-bare-domain", "name-wildcard", "example.org"),
        ("wildcard-partial", "name-partial-wildcard", "ls.example.org"),
        ("wildcard-inner", "name-inner-wildcard", "ls.example.org"),
        ("wildcard-bare", "name-bare-wildcard", "logstash"),
        ("ip", "name-ip", "127.0.0.1"),
        ("ip-mapped", "name-ip", "::ffff:127.0.0.1"),
        ("ip-mismatch", "name-other-ip", "127.0.0.1"),
        ("ip-as-dns", "name-ip-as-dns", "127.0.0.1"),
        ("ip-but-dns", "name-dns", "127.0.0.1"),
        ("ip-and-dns", "name-dns-and-ip", "127.0.0.1"),
        ("ipv6", "name-ipv6", "::1"),
        ("ipv6-long", "name-ipv6", "0:0:0:0:0:0:0:1"),
        ("ipv6-mismatch", "name-ipv6", "::2"),
        ("dns-but-ip", "name-ip", "ls.example.org"),
        ("cn", "cn-only", "ls.example.org"),
        ("cn-case", "cn-only", "LS.example.org"),
        ("cn-mismatch", "cn-other", "ls.example.org"),
        ("cn-wildcard", "cn-wildcard", "ls.example.org"),
        ("cn-ip", "cn-ip", "127.0.0.1"),
        ("cn-ip-beside-dns", "cn-ip-dns-other", "127.0.0.1"),
        ("cn-beside-other-dns", "cn-dns-other", "ls.example.org"),
        ("cn-beside-ip", "cn-dns-ip", "ls.example.org"),
        ("cn-beside-email", "name-email", "ls.example.org"),
        ("cn-beside-uri", "name-uri", "ls.example.org"),
        ("none", "name-none", "ls.example.org"),
        ("none-ip", "name-none", "127.0.0.1"),
    ];
    const LAX: &[(&str, &str, &str)] = &[
        ("mismatch", "name-other", "ls.example.org"),
        ("ip-mismatch", "name-other-ip", "127.0.0.1"),
        ("none", "name-none", "ls.example.org"),
    ];
    let mut cases = Vec::new();
    for (names, modes) in [(NAMES, ["", "strict"]), (LAX, ["certificate", "none"])] {
        for (name, certificate, host) in names {
            for mode in modes {
                cases.push(
                    Case::new(format!("name-{name}{}", suffix(mode)), pki)
                        .serves(pki, certificate)
                        .host(host)
                        .mode(mode),
                );
            }
        }
    }
    cases
}

/// Which names an authority may sign.
fn name_constraints(pki: &Pki) -> Vec<Case> {
    const CONSTRAINTS: &[(&str, &str, &str)] = &[
        ("permits-dns", "name-dns", "ls.example.org"),
        ("permits-other-dns", "name-dns", "ls.example.org"),
        ("excludes-dns", "name-dns", "ls.example.org"),
        ("excludes-other-dns", "name-dns", "ls.example.org"),
        ("permits-ip", "name-ip", "127.0.0.1"),
        ("permits-other-ip", "name-ip", "127.0.0.1"),
        ("excludes-ip", "name-ip", "127.0.0.1"),
        ("excludes-other-ip", "name-ip", "127.0.0.1"),
    ];
    let mut cases = Vec::new();
    for (constraint, certificate, host) in CONSTRAINTS {
        for mode in ["", "certificate"] {
            cases.push(
                Case::new(format!("constraint-{constraint}{}", suffix(mode)), pki)
                    .serves(pki, certificate)
                    .host(host)
                    .trusts(pki, &[&format!("root-{constraint}")])
                    .mode(mode),
            );
        }
    }
    let case = |name: &str, authority: &str, certificate: &str| {
        Case::new(format!("constraint-{name}"), pki)
            .serves(pki, certificate)
            .trusts(pki, &[authority])
    };
    cases.extend([
        case("of-dns-and-name-in-cn", "root-permits-other-dns", "cn-only"),
        case("of-dns-and-ip", "root-permits-other-dns", "name-ip").host("127.0.0.1"),
        case("of-one-of-several", "root-permits-ip", "name-dns-and-ip"),
        case("of-wildcard", "root-permits-dns", "name-wildcard"),
        case("of-wildcard-excluded", "root-excludes-dns", "name-wildcard"),
        case("of-trusted-leaf", "server", "server"),
    ]);
    cases
}

/// When the server's certificate is valid.
fn dates(pki: &Pki) -> Vec<Case> {
    let mut cases = Vec::new();
    for certificate in ["server-expired", "server-not-yet-valid"] {
        for mode in ["", "strict", "certificate", "none"] {
            cases.push(
                Case::new(format!("date-{certificate}{}", suffix(mode)), pki)
                    .serves(pki, certificate)
                    .mode(mode),
            );
        }
        cases.push(
            Case::new(format!("date-{certificate}-trusted"), pki)
                .serves(pki, certificate)
                .trusts(pki, &[certificate]),
        );
    }
    cases
}

/// What the server's key is for, by its certificate.
fn usages(pki: &Pki) -> Vec<Case> {
    let mut cases = Vec::new();
    for usage in ["client", "both", "none", "any", "other"] {
        for mode in ["", "strict", "certificate", "none"] {
            cases.push(
                Case::new(format!("usage-{usage}{}", suffix(mode)), pki)
                    .serves(pki, &format!("usage-{usage}"))
                    .mode(mode),
            );
        }
    }
    for usage in
        ["ec-cert-sign", "ec-encipherment", "ec-agreement", "rsa-cert-sign", "rsa-encipherment"]
    {
        for protocol in ["TLSv1.2", "TLSv1.3"] {
            cases.push(
                Case::new(format!("usage-{usage}{}", suffix(protocol)), pki)
                    .serves(pki, usage)
                    .input("ssl_supported_protocols", vec![protocol]),
            );
        }
    }
    cases
}

/// Which certificate the shipper has, for a server that asks for one of the root.
fn client_certificates(pki: &Pki) -> Vec<Case> {
    const CERTIFICATES: &[&str] = &[
        "",
        "client",
        "client-by-other",
        "client-by-twin",
        "client-by-intermediate",
        "client-by-intermediate+intermediate",
        "client-by-intermediate+intermediate-expired",
        "client-by-intermediate+intermediate-twin",
        "client-by-intermediate+intermediate-client-usage",
        "client-by-intermediate+intermediate-no-cert-sign",
        "client-by-intermediate+intermediate-ca-false",
        "client-by-intermediate+intermediate+root",
        "client-self-signed",
        "client-expired",
        "client-not-yet-valid",
        "client-server-usage",
        "client-both-usages",
        "client-no-usage",
        "client-any-usage",
        "client-encipherment",
        "client-agreement",
        "client-no-key-usage",
        "client-ca-true",
        "client-sha1",
        "client-negative-serial",
        "client-name-beyond-ascii",
        "client-rsa1000",
        "client-rsa1024",
        "client-rsa2048",
        "client-p521",
        "client-ed25519",
    ];
    let name_of = |certificate: &str| match certificate {
        "" => "none".to_owned(),
        _ => certificate.replace("client-", "").replace('+', "-and-"),
    };
    let with = |case: Case, certificate: &str| match certificate {
        "" => case,
        _ => case.presents(pki, certificate),
    };
    let mut cases = Vec::new();
    for authentication in ["optional", "required"] {
        for certificate in CERTIFICATES {
            let name = format!("client-{authentication}-{}", name_of(certificate));
            let case = Case::new(name, pki)
                .accepts(pki, &["root"])
                .input("ssl_client_authentication", authentication);
            cases.push(with(case, certificate));
        }
    }
    for certificate in
        ["", "client", "client-by-other", "client-expired", "client-server-usage", "client-sha1"]
    {
        let name = format!("client-tls12-{}", name_of(certificate));
        let case = Case::new(name, pki)
            .accepts(pki, &["root"])
            .input("ssl_client_authentication", "required")
            .input("ssl_supported_protocols", vec!["TLSv1.2"]);
        cases.push(with(case, certificate));
    }
    for certificate in ["", "client", "client-by-other", "client-expired"] {
        cases.push(with(
            Case::new(format!("client-not-asked-{}", name_of(certificate)), pki),
            certificate,
        ));
    }
    for authentication in ["optional", "required"] {
        for certificate in [
            "client",
            "client-by-other",
            "client-by-intermediate",
            "client-self-signed",
            "client-expired",
        ] {
            let name = format!("client-reload-{authentication}-{}", name_of(certificate));
            let case = Case::new(name, pki)
                .accepts(pki, &["root"])
                .input("ssl_client_authentication", authentication)
                .shipper("certificate_reload.enabled", true);
            cases.push(with(case, certificate));
        }
    }
    cases
}

/// How the server asks for a certificate, and which authorities it has.
fn client_authentication(pki: &Pki) -> Vec<Case> {
    const AUTHORITIES: &[(&str, &str, &[&str])] = &[
        ("intermediate-only", "client-by-intermediate", &["intermediate"]),
        ("intermediate-only-and-sent", "client-by-intermediate+intermediate", &["intermediate"]),
        ("intermediate-beside-root", "client-by-intermediate", &["root", "intermediate"]),
        ("intermediate-of-other-key", "client-by-intermediate", &["intermediate-twin"]),
        ("intermediate-expired", "client-by-intermediate", &["intermediate-expired"]),
        ("several-in-one-file", "client", &["other+root"]),
        ("several-files", "client", &["other", "root"]),
        ("expired", "client", &["root-expired"]),
        ("not-yet-valid", "client", &["root-not-yet-valid"]),
        ("ca-false", "client", &["root-ca-false"]),
        ("no-constraints", "client", &["root-no-constraints"]),
        ("no-cert-sign", "client", &["root-no-cert-sign"]),
        ("no-key-usage", "client", &["root-no-key-usage"]),
        ("server-usage", "client", &["root-server-usage"]),
        ("path-length-0", "client", &["root-path-length-0"]),
        (
            "path-length-0-and-intermediate",
            "client-by-intermediate+intermediate",
            &["root-path-length-0"],
        ),
        ("same-name-other-key", "client", &["root-twin"]),
        ("sha1", "client", &["root-sha1"]),
        ("version-1", "client", &["root-version-1"]),
        ("permits-dns", "client-dns", &["root-permits-dns"]),
        ("permits-other-dns", "client-dns", &["root-permits-other-dns"]),
        ("itself", "client", &["client"]),
        ("itself-self-signed", "client-self-signed", &["client-self-signed"]),
        ("itself-self-signed-leaf", "client-self-signed-leaf", &["client-self-signed-leaf"]),
        (
            "itself-self-signed-expired",
            "client-self-signed-expired",
            &["client-self-signed-expired"],
        ),
        ("itself-expired", "client-expired", &["client-expired"]),
        ("rsa-sha1", "client-rsa-sha1", &["rsa-root"]),
    ];
    let mut cases = Vec::new();
    for (name, certificate, accepted) in AUTHORITIES {
        cases.push(
            Case::new(format!("accepted-{name}"), pki)
                .presents(pki, certificate)
                .accepts(pki, accepted)
                .input("ssl_client_authentication", "required"),
        );
    }
    cases.push(
        Case::new("accepted-itself-reload", pki)
            .presents(pki, "client")
            .accepts(pki, &["client"])
            .input("ssl_client_authentication", "required")
            .shipper("certificate_reload.enabled", true),
    );
    for certificate in ["", "client", "client-by-other"] {
        for (name, setting, value, has_authorities) in [
            ("authorities-alone", "ssl_client_authentication", "", true),
            ("none", "ssl_client_authentication", "none", false),
            ("none-with-authorities", "ssl_client_authentication", "none", true),
            ("old-none", "ssl_verify_mode", "none", false),
            ("old-none-with-authorities", "ssl_verify_mode", "none", true),
            ("old-peer", "ssl_verify_mode", "peer", true),
            ("old-force-peer", "ssl_verify_mode", "force_peer", true),
        ] {
            let name = format!(
                "asked-{name}-{}",
                if certificate.is_empty() { "no-client" } else { certificate }
            );
            let mut case = Case::new(name, pki);
            if !value.is_empty() {
                case = case.input(setting, value);
            }
            if has_authorities {
                case = case.accepts(pki, &["root"]);
            }
            if setting == "ssl_verify_mode" {
                // Logstash 9 has dropped it.
                case = case.of_logstash("8.19.20");
            } else if value == "none" && has_authorities {
                // Refused from 8.8 on; of all releases together, fixkey only warns.
                case = case.of_logstash("9.0.0");
            }
            if !certificate.is_empty() {
                case = case.presents(pki, certificate);
            }
            cases.push(case);
        }
    }
    cases.extend([
        Case::new("asked-required-without-authorities", pki)
            .presents(pki, "client")
            .input("ssl_client_authentication", "required"),
        Case::new("client-without-key", pki).presents(pki, "client").shipper("key", ()),
        Case::new("client-key-of-another", pki)
            .presents(pki, "client")
            .shipper("key", pki.key("server")),
    ]);
    cases
}

/// Versions of TLS of both sides.
fn protocols(pki: &Pki) -> Vec<Case> {
    let inputs: [&[&str]; 4] = [&[], &["TLSv1.2"], &["TLSv1.3"], &["TLSv1.2", "TLSv1.3"]];
    let shippers: [&[&str]; 7] = [
        &[],
        &["TLSv1.1"],
        &["TLSv1.2"],
        &["TLSv1.3"],
        &["TLSv1.1", "TLSv1.2"],
        &["TLSv1.2", "TLSv1.3"],
        &["TLSv1.1", "TLSv1.3"],
    ];
    let mut cases = Vec::new();
    let case = |of_input: &[&str], of_shipper: &[&str]| {
        let part = |side: &str, versions: &[&str]| match versions {
            [] => format!("{side}-unset"),
            _ => format!("{side}{}", suffix(&versions.join("-").replace("TLSv", ""))),
        };
        let name = format!("protocol-{}-{}", part("input", of_input), part("shipper", of_shipper));
        let case = Case::new(name, pki);
        let case = match of_input {
            [] => case,
            _ => case.input("ssl_supported_protocols", of_input),
        };
        match of_shipper {
            [] => case,
            _ => case.shipper("supported_protocols", of_shipper),
        }
    };
    for of_input in inputs {
        for of_shipper in shippers {
            cases.push(case(of_input, of_shipper));
        }
    }
    cases.extend([
        case(&["TLSv1.1"], &["TLSv1.1"]),
        case(&["TLSv1.1"], &[]),
        case(&["TLSv1.1", "TLSv1.2"], &["TLSv1.1"]),
        case(&["TLSv1.1", "TLSv1.2"], &[]),
        case(&[], &["TLSv1.0"]),
        case(&[], &["TLSv1.0", "TLSv1.2"]),
        case(&["TLSv1.2"], &["TLSv1.0", "TLSv1.2"]),
        case(&["TLSv1.3"], &["TLSv1.0", "TLSv1.2"]),
        case(&[], &["TLSv1.0", "TLSv1.3"]),
        case(&[], &["TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        case(&[], &["TLSv1.4"]),
    ]);
    cases
}

/// Suites of both sides, for either kind of key.
fn cipher_suites(pki: &Pki) -> Vec<Case> {
    const INPUTS: &[(&str, &[&str])] = &[
        ("unset", &[]),
        ("ecdsa", &["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"]),
        ("rsa", &["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]),
        (
            "cbc",
            &["TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"],
        ),
        (
            "cbc-sha1",
            &["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"],
        ),
        ("tls13", &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"]),
    ];
    const SHIPPERS: &[(&str, &[&str])] = &[
        ("unset", &[]),
        ("ecdsa", &["ECDHE-ECDSA-AES-128-GCM-SHA256"]),
        ("rsa", &["ECDHE-RSA-AES-256-GCM-SHA384"]),
        ("cbc", &["ECDHE-ECDSA-AES-128-CBC-SHA256", "ECDHE-RSA-AES-128-CBC-SHA256"]),
        ("tls13", &["TLS-AES-256-GCM-SHA384"]),
    ];
    let mut cases = Vec::new();
    for (kind, certificate) in [("ec", "server"), ("rsa", "rsa2048")] {
        for (of_input, for_input) in INPUTS {
            for (of_shipper, for_shipper) in SHIPPERS {
                let name = format!("suite-{kind}-input-{of_input}-shipper-{of_shipper}");
                let mut case = Case::new(name, pki).serves(pki, certificate);
                if !for_input.is_empty() {
                    case = case.input("ssl_cipher_suites", *for_input);
                }
                if !for_shipper.is_empty() {
                    case = case.shipper("cipher_suites", *for_shipper);
                }
                cases.push(case);
            }
        }
        for (of_shipper, for_shipper) in SHIPPERS.iter().skip(1) {
            let name = format!("suite-{kind}-tls12-shipper-{of_shipper}");
            cases.push(
                Case::new(name, pki)
                    .serves(pki, certificate)
                    .input("ssl_supported_protocols", ["TLSv1.2"].as_slice())
                    .shipper("cipher_suites", *for_shipper),
            );
        }
    }
    let case = |name: &str| Case::new(format!("suite-{name}"), pki);
    let rsa_key_exchange = ["TLS_RSA_WITH_AES_128_GCM_SHA256"].as_slice();
    let only_tls13 = ["TLS_AES_128_GCM_SHA256"].as_slice();
    cases.extend([
        case("rsa-key-exchange")
            .serves(pki, "rsa2048")
            .input("ssl_cipher_suites", rsa_key_exchange),
        case("rsa-key-exchange-asked-for")
            .serves(pki, "rsa2048")
            .input("ssl_cipher_suites", rsa_key_exchange)
            .shipper("cipher_suites", ["RSA-AES-128-GCM-SHA256"].as_slice()),
        case("tls13-for-tls12")
            .input("ssl_cipher_suites", only_tls13)
            .input("ssl_supported_protocols", ["TLSv1.2"].as_slice()),
        case("tls13-shipper-tls12")
            .input("ssl_cipher_suites", only_tls13)
            .shipper("supported_protocols", ["TLSv1.2"].as_slice()),
        case("tls12-for-tls13")
            .input("ssl_cipher_suites", ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"].as_slice())
            .input("ssl_supported_protocols", ["TLSv1.3"].as_slice()),
        case("input-without-such")
            .input("ssl_cipher_suites", ["TLS_ECDHE_WITH_NOTHING"].as_slice()),
        case("shipper-iana-name")
            .shipper("cipher_suites", ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"].as_slice()),
        case("shipper-openssl-name")
            .shipper("cipher_suites", ["ECDHE-ECDSA-AES128-GCM-SHA256"].as_slice()),
        case("shipper-poly1305")
            .serves(pki, "rsa2048")
            .shipper("cipher_suites", ["ECDHE-RSA-CHACHA20-POLY1305"].as_slice()),
        case("shipper-poly1205")
            .serves(pki, "rsa2048")
            .shipper("cipher_suites", ["ECDHE-RSA-CHACHA20-POLY1205"].as_slice()),
    ]);
    cases
}

/// Groups of the key exchange, kinds of keys, and signatures.
fn curves_and_keys(pki: &Pki) -> Vec<Case> {
    let mut cases = Vec::new();
    let for_protocol = |case: Case, protocol: &str| match protocol {
        "" => case,
        _ => case.shipper("supported_protocols", [protocol].as_slice()),
    };
    for curve in ["P-256", "P-384", "P-521", "X25519"] {
        for certificate in ["server", "p384", "rsa2048"] {
            for protocol in ["", "TLSv1.2"] {
                let name = format!("curve{}-{certificate}{}", suffix(curve), suffix(protocol));
                let case = Case::new(name, pki)
                    .serves(pki, certificate)
                    .shipper("curve_types", [curve].as_slice());
                cases.push(for_protocol(case, protocol));
            }
        }
    }
    // Not with TLS 1.2 alone: what Go then offers depends on its release.
    cases.push(
        Case::new("curve-not-of-java", pki).shipper("curve_types", ["X25519MLKEM768"].as_slice()),
    );
    cases.push(
        Case::new("curve-one-of-two", pki)
            .shipper("curve_types", ["X25519MLKEM768", "P-384"].as_slice()),
    );
    cases.push(Case::new("curve-unknown", pki).shipper("curve_types", ["P-224"].as_slice()));
    for key in ["rsa1024", "rsa2048", "rsa4096", "p384", "p521", "secp256k1", "ed25519"] {
        let serving = |name: String| {
            let case = Case::new(name, pki).serves(pki, key);
            if key != "ed25519" {
                return case;
            }
            // Netty refuses it without BouncyCastle, which Logstash 8 and 9 have. Logstash 7 has not, nor has the
            // Netty of Debian; and it does not know `ssl_enabled` yet.
            case.of_logstash("7.17.27").input("ssl_enabled", ()).input("ssl", true)
        };
        for protocol in ["", "TLSv1.2"] {
            let case = serving(format!("key-{key}{}", suffix(protocol)));
            cases.push(for_protocol(case, protocol));
        }
        cases.push(serving(format!("key-{key}-none")).mode("none"));
    }
    for certificate in ["rsa1000", "negative-serial", "name-beyond-ascii"] {
        for mode in ["", "certificate", "none"] {
            let name = format!("refused-always-{certificate}{}", suffix(mode));
            cases.push(Case::new(name, pki).serves(pki, certificate).mode(mode));
        }
    }
    for (certificate, authority) in [
        ("ec-sha1", "root"),
        ("rsa-sha1", "rsa-root"),
        ("rsa-sha256", "rsa-root"),
        ("rsa-sha512", "rsa-root"),
    ] {
        for mode in ["", "strict", "certificate", "none"] {
            for protocol in ["", "TLSv1.2"] {
                let name = format!("signature-{certificate}{}{}", suffix(mode), suffix(protocol));
                let case = Case::new(name, pki)
                    .serves(pki, certificate)
                    .trusts(pki, &[authority])
                    .mode(mode);
                cases.push(for_protocol(case, protocol));
            }
        }
    }
    for mode in ["", "none"] {
        cases.push(
            Case::new(format!("signature-ec-sha1-trusted{}", suffix(mode)), pki)
                .serves(pki, "ec-sha1")
                .trusts(pki, &["ec-sha1"])
                .mode(mode),
        );
    }
    cases
}

/// TLS that one of the two does not speak.
fn one_side_only(pki: &Pki) -> Vec<Case> {
    let case = |name: &str| Case::new(format!("tls-{name}"), pki);
    vec![
        case("both"),
        case("neither").plain_shipper().plain_input(),
        case("input-only").plain_shipper(),
        case("input-only-disabled").shipper("enabled", false),
        case("input-only-disabled-authorities-missing")
            .shipper("certificate_authorities", ["/nonexistent/ca.crt"].as_slice())
            .shipper("enabled", false),
        case("neither-disabled").shipper("enabled", false).plain_input(),
        case("shipper-only").plain_input(),
        case("shipper-only-disabled").input("ssl_enabled", false),
        case("shipper-only-none").plain_input().mode("none"),
        case("neither-both-disabled").shipper("enabled", false).input("ssl_enabled", false),
        case("enabled").shipper("enabled", true),
        case("full").mode("full"),
        case("mode-in-upper-case").mode("FULL"),
        case("input-client-required-shipper-plain")
            .plain_shipper()
            .accepts(pki, &["root"])
            .input("ssl_client_authentication", "required"),
    ]
}

/// `ca_trusted_fingerprint` and `ca_sha256`.
fn pins(pki: &Pki) -> Vec<Case> {
    let plain = |certificate: &str| pki.fingerprint(certificate).replace(':', "");
    let case = |name: &str, sent: &str, fingerprint: String| {
        Case::new(format!("fingerprint-{name}"), pki)
            .serves(pki, sent)
            .trusts(pki, &[])
            .shipper("ca_trusted_fingerprint", fingerprint)
    };
    let by_intermediate = "server-by-intermediate+intermediate";
    let whole = "server-by-intermediate+intermediate+root";
    let pinned = |name: &str, pin: String| {
        Case::new(format!("pin-{name}"), pki).shipper("ca_sha256", [pin].as_slice())
    };
    vec![
        case("of-root-sent", "server+root", plain("root")),
        case("lower-case", "server+root", plain("root").to_lowercase()),
        case("colons", "server+root", pki.fingerprint("root")),
        case("colons-beside-authorities", "server+root", pki.fingerprint("root"))
            .trusts(pki, &["root"]),
        case("colons-none", "server+root", pki.fingerprint("root")).mode("none"),
        case("of-root-not-sent", "server", plain("root")).open(),
        case("of-root-not-sent-beside-authorities", "server", plain("root")).trusts(pki, &["root"]),
        case("of-root-not-sent-beside-unrelated", "server", plain("root")).trusts(pki, &["other"]),
        case("of-root-sent-beside-unrelated", "server+root", plain("root")).trusts(pki, &["other"]),
        case("of-intermediate", by_intermediate, plain("intermediate")),
        case("of-root-behind-intermediate", whole, plain("root")),
        case("of-leaf", "server+root", plain("server")).open(),
        case("of-self-signed", "self-signed", plain("self-signed")),
        case("of-self-signed-leaf", "self-signed-leaf", plain("self-signed-leaf")).open(),
        case("of-ca-true-leaf", "server-ca-true", plain("server-ca-true")),
        case("wrong", "server+root", plain("other")).open(),
        case("wrong-beside-authorities", "server+root", plain("other")).trusts(pki, &["root"]),
        case("wrong-beside-unrelated", "server+root", plain("other")).trusts(pki, &["other"]),
        case("too-short", "server+root", plain("root")[..60].to_owned()).open(),
        case("strict", "server+root", plain("root")).mode("strict").open(),
        case("strict-beside-unrelated", "server+root", plain("root"))
            .trusts(pki, &["other"])
            .mode("strict"),
        case("strict-reload-beside-unrelated", "server+root", plain("root"))
            .trusts(pki, &["other"])
            .mode("strict")
            .shipper("certificate_reload.enabled", true),
        case("certificate", "server+root", plain("root")).mode("certificate"),
        case("wrong-name", "name-other+root", plain("root")),
        case("of-expired-root", "server+root-expired", plain("root-expired")),
        pinned("of-root", pki.pin("root")),
        pinned("of-root-certificate", pki.pin("root")).mode("certificate"),
        pinned("of-leaf", pki.pin("server")),
        pinned("of-other", pki.pin("other")),
        pinned("of-other-strict", pki.pin("other")).mode("strict"),
        pinned("of-root-strict", pki.pin("root")).mode("strict"),
        pinned("of-other-none", pki.pin("other")).mode("none"),
        pinned("of-whole-certificate", pki.pin_of_whole("root")),
        pinned("of-intermediate", pki.pin("intermediate")).serves(pki, by_intermediate),
        pinned("in-hexadecimal", plain("root")),
        pinned("of-root-unrelated-trusted", pki.pin("root")).trusts(pki, &["other"]),
        Case::new("pin-one-of-two", pki)
            .shipper("ca_sha256", [pki.pin("other"), pki.pin("root")].as_slice()),
    ]
}
