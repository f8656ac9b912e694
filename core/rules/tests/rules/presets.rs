//! Ready-made rules.

use adit_rules::facts::{Facts, LinkKind, Security};
use adit_rules::lint::warnings;
use adit_rules::preset::{TrustError, always, everywhere_except_here, open_wifi, trust_this_network, wifi_that_is_not_mine};
use adit_rules::text::{rule, write};
use adit_rules::{Link, RuleSet};

use crate::support::{
    CAFE_GATEWAY, HOME_GATEWAY, cafe, cellular, decide, ethernet, facts, home, link, name, nowhere, short, tunnels, wifi,
};

fn outcomes(rules: &RuleSet, networks: &[Facts]) -> Vec<String> {
    networks.iter().map(|facts| short(&decide(rules, facts).action)).collect()
}

#[test]
fn always_means_always() {
    let rules = always(name("office"));
    assert_eq!(write(&rules), "otherwise up office everything, kill switch only when untrusted\n");
    assert_eq!(outcomes(&rules, &[home(), cafe(), ethernet(), nowhere()]), ["up office everything"; 4]);
}

#[test]
fn everywhere_except_at_home_knows_home_by_more_than_its_name() {
    let rules = everywhere_except_here(&home(), name("office")).unwrap();
    assert_eq!(
        write(&rules),
        "when wifi \"Home\" and wifi wpa2 and gateway aa:bb:cc:dd:ee:ff then down, kill switch off\n\
         otherwise up office everything, kill switch only when untrusted\n"
    );
    let fake = facts(vec![wifi("Home", Security::Wpa2, CAFE_GATEWAY)]);
    let open = facts(vec![wifi("Home", Security::Open, HOME_GATEWAY)]);
    assert_eq!(
        outcomes(&rules, &[home(), cafe(), ethernet(), fake, open]),
        ["down", "up office everything", "up office everything", "up office everything", "up office everything"]
    );
    assert_eq!(warnings(&rules, &tunnels()), []);
}

#[test]
fn on_any_wifi_that_is_not_mine_leaves_cables_alone() {
    let rules = wifi_that_is_not_mine(&home(), name("office")).unwrap();
    assert_eq!(outcomes(&rules, &[home(), cafe(), ethernet(), cellular()]), ["down", "up office everything", "down", "down"]);
}

#[test]
fn on_open_wifi_means_also_on_wifi_of_which_nobody_knows() {
    let rules = open_wifi(name("office"));
    let unknown = facts(vec![Link::unknown("wlan0", LinkKind::Wifi)]);
    assert_eq!(
        outcomes(&rules, &[home(), cafe(), ethernet(), unknown]),
        ["down", "up office everything", "down", "up office everything"]
    );
}

#[test]
fn a_trusted_network_is_known_by_everything_that_is_known_of_it() {
    let cable = facts(vec![link("eth0", LinkKind::Ethernet, HOME_GATEWAY)]);
    assert_eq!(
        rule(&trust_this_network(&cable).unwrap()),
        "when ethernet and gateway aa:bb:cc:dd:ee:ff then down, kill switch off"
    );
    let mut nameless = home();
    nameless.links[0].wifi = None;
    assert_eq!(
        rule(&trust_this_network(&nameless).unwrap()),
        "when wifi and gateway aa:bb:cc:dd:ee:ff then down, kill switch off"
    );
}

/// The rule would be permanent, and would trust every network that takes the same name.
#[test]
fn a_wifi_network_is_not_trusted_by_its_name_alone() {
    let mut early = home();
    early.links[0].gateway_mac = None;
    assert_eq!(trust_this_network(&early), Err(TrustError::GatewayUnknown));
    assert_eq!(everywhere_except_here(&early, name("office")), Err(TrustError::GatewayUnknown));
    assert_eq!(wifi_that_is_not_mine(&early, name("office")), Err(TrustError::GatewayUnknown));
}

#[test]
fn a_network_that_nothing_distinguishes_cannot_be_trusted() {
    assert_eq!(trust_this_network(&nowhere()), Err(TrustError::NoNetwork));
    assert_eq!(trust_this_network(&cellular()), Err(TrustError::NothingKnown));
    let unknown = facts(vec![Link::unknown("wlan0", LinkKind::Wifi)]);
    assert_eq!(everywhere_except_here(&unknown, name("office")), Err(TrustError::GatewayUnknown));
}
