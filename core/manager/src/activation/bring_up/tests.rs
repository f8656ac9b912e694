//! Every step can fail, and every failure must leave nothing: shown on a computer in memory with a fault at each call in turn.

use adit_platform::fake::{Fault, RecordingHost};

use super::super::ends::End;
use super::super::hooks::{HookDigest, HookPolicy};
use super::super::stage::{FULL_TUNNEL, Stage, config};
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
        ["free_table", "check", "route_mtu", "watch", "set_interface", "set_firewall", "set_routes", "set_dns"]
    );
    drop(active);
    stage.nothing_is_left();
}

#[test]
fn a_fault_in_any_call_leaves_nothing_whether_the_call_did_its_work_or_not() {
    let calls = 8;
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
    stage.ends.end(End::Asked);
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

/// The commands that ran, each without what makes it fail.
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
        let shown = stage.told.lines().iter().any(|line| line.contains("HooksNotRun") && line.contains("PostUp-wg0"));
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
