//! Every step can fail, and every failure must leave nothing behind: tested on a computer in memory with a fault at each call
//! in turn.

use adit_platform::fake::{Fault, FirewallPolicy, RecordingHost};
use adit_platform::network::DnsNames;
use adit_protocol::Instant;

use super::super::KillSwitchRequest;
use super::super::fake::{FULL_TUNNEL, Stage, config};
use super::super::hooks::{HookDigest, HookPolicy};
use super::super::shutdown::End;
use super::*;

#[test]
fn everything_is_set_and_everything_is_taken_back() {
    let stage = Stage::default();
    let active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
    let state = stage.host.state();
    assert_eq!(state.interface.unwrap().mtu, 1420);
    assert!(state.routes.unwrap().policy.is_some_and(|policy| policy.ipv4 && policy.ipv6));
    assert!(matches!(state.firewall, FirewallPolicy::FullTunnel(_)));
    assert_eq!(state.dns.unwrap().search, ["corp.example"]);
    assert_eq!(
        stage.host.calls(),
        ["free_table", "check", "route_mtu", "watch", "open_tun", "set_interface", "set_firewall", "set_routes", "set_dns"]
    );
    drop(active);
    stage.nothing_is_left();
}

#[test]
fn a_fault_in_any_call_leaves_nothing_whether_the_call_did_its_work_or_not() {
    let calls = 9;
    for number in 0..calls {
        for fault in [Fault::Refused(number), Fault::HalfDone(number)] {
            let stage = Stage::on(RecordingHost::with_fault(fault));
            assert!(stage.up(FULL_TUNNEL, HookPolicy::Never).is_err(), "{fault:?}");
            assert_eq!(stage.host.calls().len(), number + 1, "nothing is tried after {fault:?}");
            stage.nothing_is_left();
        }
    }
}

#[test]
fn an_engine_that_does_not_start_leaves_nothing() {
    let stage = Stage::default();
    stage.engine.set_failing(true);
    let Err(error) = stage.up(FULL_TUNNEL, HookPolicy::Never) else { panic!("it came up") };
    assert_eq!(error.to_string(), "cannot start wg0");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "as the test asked for");
    stage.nothing_is_left();
}

#[test]
fn a_signal_between_steps_takes_back_what_was_done() {
    let stage = Stage::default();
    stage.shutdown.end(End::Asked);
    let Err(error) = stage.up(FULL_TUNNEL, HookPolicy::Never) else { panic!("it came up") };
    assert_eq!(error.to_string(), "asked to end; everything is as it was");
    stage.nothing_is_left();
}

fn with_hooks(failing: Option<&str>) -> String {
    let line = |key: &str| {
        let end = if failing == Some(key) { "; exit 1" } else { "" };
        format!("{key} = {key}-%i{end}\n")
    };
    let hooks: String = ["PreUp", "PostUp", "PreDown", "PostDown"].map(line).concat();
    FULL_TUNNEL.replacen("[Interface]\n", &format!("[Interface]\n{hooks}"), 1)
}

/// Returns the commands that ran, without the suffix that makes them fail.
fn ran(stage: &Stage) -> Vec<String> {
    stage.commands.lines().iter().map(|line| line.trim_end_matches("; exit 1").to_owned()).collect()
}

#[test]
fn hooks_run_in_order_when_allowed_and_not_at_all_otherwise() {
    let text = with_hooks(None);
    let settings = InterfaceSettings::from(&config(&text), "wg0".parse().unwrap());
    let approved = HookPolicy::Approved(HookDigest::of(&settings.hooks));
    let other = HookPolicy::Approved(HookDigest::of(&Default::default()));
    let all = ["PreUp-wg0", "PostUp-wg0", "PreDown-wg0", "PostDown-wg0"];
    for (policy, expected) in [(HookPolicy::AllowAll, &all[..]), (approved, &all[..]), (HookPolicy::Never, &[]), (other, &[])] {
        let stage = Stage::default();
        drop(stage.up(&text, policy).unwrap());
        assert_eq!(ran(&stage), expected, "{policy:?}");
        stage.nothing_is_left();
        let shown = stage.reports.lines().iter().any(|line| line.contains("HooksNotRun") && line.contains("PostUp-wg0"));
        assert_eq!(shown, expected.is_empty(), "{policy:?}");
    }
}

#[test]
fn a_failing_hook_undoes_everything_and_what_ran_on_the_way_up_gets_its_counterpart() {
    for (failing, expected) in
        [("PreUp", &["PreUp-wg0", "PostDown-wg0"][..]), ("PostUp", &["PreUp-wg0", "PostUp-wg0", "PreDown-wg0", "PostDown-wg0"])]
    {
        let stage = Stage::default();
        assert!(stage.up(&with_hooks(Some(failing)), HookPolicy::AllowAll).is_err());
        assert_eq!(ran(&stage), expected, "{failing}");
        stage.nothing_is_left();
    }
}

#[test]
fn a_failing_hook_on_the_way_down_stops_nothing() {
    for failing in ["PreDown", "PostDown"] {
        let stage = Stage::default();
        drop(stage.up(&with_hooks(Some(failing)), HookPolicy::AllowAll).unwrap());
        assert_eq!(ran(&stage).len(), 4);
        stage.nothing_is_left();
    }
}

const OFF: &str = "IPv6 is switched off for new interfaces";

#[test]
fn on_a_computer_without_ipv6_a_tunnel_comes_up_with_ipv4_and_says_so() {
    let stage = Stage::default();
    stage.host.switch_ipv6_off(OFF, true);
    let active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
    let state = stage.host.state();
    let addresses: Vec<String> = state.interface.unwrap().addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["10.8.0.2/24"]);
    let routes = state.routes.unwrap();
    assert!(
        routes.policy.is_some_and(|policy| policy.ipv4 && !policy.ipv6)
            && routes.routes.iter().all(|route| route.network.is_ipv4())
    );
    let told = stage.reports.lines();
    assert!(told.iter().any(|line| line.contains("Ipv6LeftOut") && line.contains(OFF)), "{told:?}");
    assert!(!told.iter().any(|line| line.contains("Ipv6Outside")), "there is none to leave past it: {told:?}");
    drop(active);
    stage.nothing_is_left();
}

#[test]
fn a_tunnel_that_cannot_have_ipv6_comes_up_only_if_nothing_leaves_past_it() {
    let up = |change: &dyn Fn(&mut Request)| {
        let stage = Stage::default();
        stage.host.switch_ipv6_off(OFF, false);
        let mut request = Stage::request(FULL_TUNNEL, HookPolicy::Never);
        change(&mut request);
        let reporter: Arc<dyn Reporter> = Arc::new(stage.reports.clone());
        let came_up = bring_up(request, &stage.platform(), &stage.shutdown, &reporter, Box::new(|_| {})).map(drop);
        came_up.map_err(|error| error.to_string())
    };
    let refused = up(&|_| ()).unwrap_err();
    assert!(refused.contains(OFF) && refused.contains("--allow-ipv6"), "{refused}");
    up(&|request| request.allow_ipv6_outside = true).unwrap();
    let kill_switch = KillSwitchRequest { owner: "owner".into(), allow_lan: false, home_probe: false };
    up(&|request| request.kill_switch = Some(kill_switch.clone())).unwrap();
    // A tunnel that has only addresses sends nothing.
    let split = FULL_TUNNEL.replace("0.0.0.0/0, ::/0", "192.0.2.0/24");
    up(&|request| request.config = config(&split)).unwrap();
    let split = FULL_TUNNEL.replace("0.0.0.0/0, ::/0", "2001:db8:5::/48");
    assert!(up(&|request| request.config = config(&split)).is_err());
}

#[test]
fn names_are_split_where_the_computer_can_and_all_asked_inside_where_it_cannot() {
    let text = FULL_TUNNEL.replace("corp.example", "~corp.example");
    for can in [true, false] {
        let stage = Stage::default();
        stage.host.set_can_split_dns(can);
        let _active = stage.up(&text, HookPolicy::Never).unwrap();
        let names = stage.host.state().dns.unwrap().names;
        assert_eq!(names == DnsNames::All, !can, "{names:?}");
        assert_eq!(stage.reports.lines().iter().any(|line| line.contains("SplitDnsLeftOut([\"corp.example\"])")), !can);
    }
}

#[test]
fn search_domains_without_a_server_are_told_of() {
    let stage = Stage::default();
    let _active = stage.up(&FULL_TUNNEL.replace("DNS = 10.8.0.1, ", "DNS = "), HookPolicy::Never).unwrap();
    assert!(stage.reports.lines().iter().any(|line| line.contains("SearchWithoutServer([\"corp.example\"])")));
}

#[test]
fn an_mtu_that_follows_a_path_which_changed_while_the_tunnel_came_up_is_reported() {
    let stage = Stage::default();
    let mut active = stage.up(FULL_TUNNEL, HookPolicy::Never).unwrap();
    stage.host.reroute(|route| route.as_mut().unwrap().mtu = Some(1_400));
    assert!(active.follow(Instant::from_nanos(0)), "the first look finds it");
    assert_eq!(active.mtu(), 1_320);
    assert!(!active.follow(Instant::from_nanos(1_000_000)));
}
