//! Compares the reports of two ends.

use crate::bench::{Bench, OWN, PEER_PRIVATE, conf};

const PSK: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

/// Returns the configuration of the near end, which initiates.
fn near() -> String {
    conf("Address = 10.8.0.2/24\nListenPort = 51998", "10.8.0.1/32").replace("192.0.2.1:51820", "192.0.2.2:51999")
}

/// Returns the configuration of the far end, on the same computer.
fn far() -> String {
    let own = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
    format!(
        "[Interface]\nPrivateKey = {PEER_PRIVATE}\nAddress = 10.8.0.1/24\nListenPort = 51999\n\n[Peer]\n# Name = laptop\nPublicKey = \
         {own}\nAllowedIPs = 10.8.0.2/32\n\n[Peer]\n# Name = other\nPublicKey = {PSK}\nAllowedIPs = 10.8.0.3/32\n"
    )
}

/// Adds both tunnels to one service, and brings them up.
fn both(near: &str, far: &str) -> Bench {
    let bench = Bench::new();
    bench.keep("far", far);
    bench.keep("near", near);
    bench.adit(&["up", "far", "--despite-conflicts"]).ok();
    bench.adit(&["up", "near", "--despite-conflicts"]).ok();
    bench
}

/// Returns the near end's comparison with the far end's report, and the exit code.
fn verdict(bench: &Bench) -> (String, i32) {
    let report = bench.adit(&["report", "far", "--peer", "laptop"]).ok();
    let ran = bench.adit(&["report", "near", "--with", &bench.file("far.txt", report)]);
    (ran.out, ran.code)
}

#[test]
fn a_report_has_what_the_other_end_needs_and_neither_keys_nor_other_peers() {
    let bench = both(&near().replace("[Peer]", &format!("[Peer]\nPresharedKey = {PSK}")), &far());
    let report = bench.adit(&["report", "near"]).ok();
    assert!(report.starts_with("Adit report 1\n") && report.ends_with("\nEnd of report\n"), "{report}");
    for wanted in ["Addresses: 10.8.0.2/24", "UDP port: 51998", "Configured endpoint: 192.0.2.2:51999", "Preshared key: set"] {
        assert!(report.contains(wanted), "{wanted}: {report}");
    }
    assert!(!report.contains(OWN) && !report.contains(PSK), "{report}");
    let error = bench.adit(&["report", "far"]).fails(2);
    assert!(error.contains("say which peer the report is for, with --peer: laptop, other"), "{error}");
    assert!(bench.adit(&["report", "far", "--peer", "desk"]).fails(2).contains("far has no peer desk"));
    let report = bench.adit(&["report", "far", "--peer", "laptop"]).ok();
    assert!(!report.contains(PSK) && !report.contains("10.8.0.3"), "the other peer is nobody's business: {report}");
    assert_eq!(bench.adit(&["report", "near", "--json"]).json()["port"], 51998);
}

#[test]
fn two_ends_that_work_fit_together() {
    let bench = both(&near(), &far());
    bench.adit(&["restart", "near", "--wait"]).ok();
    assert_eq!(verdict(&bench), ("The two ends fit together, and packets go both ways.\n".to_owned(), 0));
    let report = bench.adit(&["report", "near"]).ok();
    let mailed: String = report.lines().map(|line| format!("> {line}\r\n")).collect();
    let ran = bench.adit_reading(&["report", "far", "--with", "-", "--json"], &format!("Hello,\r\n{mailed}\r\nBye\r\n"));
    assert_eq!(ran.json()["fits"], true, "it came by mail, and the far end finds the peer by its key");
}

#[test]
fn reports_of_two_ends_that_do_not_fit_are_explained() {
    let psk = |text: &str, key: &str| text.replacen("[Peer]", &format!("[Peer]\nPresharedKey = {key}"), 1);
    let cases = [
        (near(), far().replace("10.8.0.2/32", "10.8.0.9/32"), "the AllowedIPs of that peer lack 10.8.0.2/32"),
        (psk(&near(), PSK), far(), "this end has a preshared key and the other end has none"),
        (psk(&near(), PSK), psk(&far(), PEER_PRIVATE), "the preshared keys are probably not the same"),
        (near().replace("192.0.2.2:51999", "192.0.2.77:51999"), far(), "nothing of it reached the other end"),
        (near().replace("\nEndpoint = 192.0.2.2:51999", ""), far(), "neither end knows where the other one is"),
    ];
    for (near, far, wanted) in cases {
        let bench = both(&near, &far);
        let started = std::time::Instant::now();
        // Repeats until the packets sent have either arrived or been lost.
        loop {
            let (said, code) = verdict(&bench);
            if said.contains(wanted) {
                assert_eq!(code, 1, "{said}");
                break;
            }
            assert!(started.elapsed().as_secs() < 60, "{wanted}: {said}");
        }
    }
}

#[test]
fn a_text_that_is_no_report_is_refused_before_anything_is_asked() {
    let bench = both(&near(), &far());
    let other = bench.file("other.txt", "Dear Sir or Madam");
    let error = bench.adit(&["report", "near", "--with", &other]).fails(1);
    assert!(error.ends_with("this is no report; make one at the other end with: adit report NAME\n"), "{error}");
    let report = bench.adit(&["report", "near"]).ok();
    let cut = bench.file("cut.txt", &report[..report.len() / 2]);
    assert!(bench.adit(&["report", "near", "--with", &cut]).fails(1).contains("cut off"));
    let bad = bench.file("bad.txt", report.replace("51998", "much"));
    assert!(bench.adit(&["report", "near", "--with", &bad]).fails(1).contains("line 8: UDP port: "));
    let error = bench.adit(&["report", "near", "--with", &bench.path("missing")]).fails(1);
    assert!(error.contains("cannot read") && error.contains("missing"), "{error}");
}
