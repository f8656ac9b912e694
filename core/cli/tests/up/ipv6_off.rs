//! Computers on which IPv6 is switched off, as it is by default in containers of Docker.

use crate::computer::{Computer, text};
use crate::{far, near};

const EVERYWHERE: &str = "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1";
const FOR_NEW_INTERFACES: &str = "sysctl -qw net.ipv6.conf.default.disable_ipv6=1";
const SAID: &str = "the tunnel has no IPv6 here and comes up with IPv4 alone, because IPv6 is switched off for new interfaces";

#[test]
fn a_tunnel_with_ipv6_comes_up_with_ipv4_and_says_so() {
    let Some((here, there)) = Computer::pair() else { return };
    let far = there.start_adit(&["up", text(&there.file("far.conf", &far()))]);
    far.wait_for("waiting for it to begin");
    here.sh(EVERYWHERE);
    let before = here.snapshot();
    for allowed in ["0.0.0.0/0, ::/0", "0.0.0.0/0", "10.8.0.0/24, fd08::/64"] {
        let conf = here.file("near.conf", &near("", allowed));
        let preview = here.adit(&["up", "--dry-run", text(&conf)]);
        assert_eq!(preview.code, Some(0), "{}", preview.said);
        assert!(preview.said.contains(SAID) && !preview.said.contains("fd08:"), "{}", preview.said);
        let up = here.start_adit(&["up", text(&conf)]);
        up.wait_for("answered within");
        assert!(up.said().contains(SAID) && !up.said().contains("PAST"), "{}", up.said());
        here.sh("ping -q -c 1 10.8.0.1");
        assert_eq!(here.adit(&["down", "near"]).code, Some(0));
        assert_eq!(up.wait().code, Some(0));
        assert_eq!(here.snapshot(), before);
    }
}

#[test]
fn with_ipv6_on_another_interface_nothing_of_the_tunnel_leaves_over_it() {
    let Some((here, _there)) = Computer::pair() else { return };
    here.sh(FOR_NEW_INTERFACES);
    let before = here.snapshot();
    for allowed in ["0.0.0.0/0, ::/0", "0.0.0.0/0", "2001:db8:5::/48"] {
        let conf = here.file("near.conf", &near("", allowed));
        let refused = here.adit(&["up", text(&conf)]);
        assert_eq!(refused.code, Some(1), "{}", refused.said);
        assert!(refused.said.contains("disable_ipv6") && refused.said.contains("--allow-ipv6"), "{}", refused.said);
        assert_eq!(here.snapshot(), before, "nothing was changed");
        let up = here.start_adit(&["up", "--allow-ipv6", text(&conf)]);
        up.wait_for("near is up");
        assert!(up.said().contains(SAID), "{}", up.said());
        assert_eq!(here.adit(&["down", "near"]).code, Some(0));
        assert_eq!(up.wait().code, Some(0));
        assert_eq!(here.snapshot(), before);
    }
}
