//! Edits with masked keys, tunnels with generated keys, and previews of new tunnels.

use adit_api::{ApiError, Argument, Caller, ConfigField, ConfigText, Effect, Role, Service, TunnelId, VersionOrigin};

use super::bench::{Bench, OWN, PEER, conf, us};

const OFFICE: &str = "Address = 10.8.0.2/24";
const SHARED: &str = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";

fn text(text: &str) -> ConfigText {
    ConfigText::new(text.to_owned())
}

fn office() -> String {
    conf(OFFICE, "10.8.0.0/24") + &format!("PresharedKey = {SHARED}\n")
}

/// Returns the tunnel's configuration with masked keys.
fn masked(bench: &Bench, id: TunnelId) -> String {
    bench.manager().masked_config(&us(), id).unwrap().config.dangerously_reveal().to_owned()
}

#[test]
fn a_text_without_keys_is_edited_and_the_keys_stay() {
    let bench = Bench::new();
    let id = bench.import("office", &office());
    bench.manager().connect(&us(), id, false).unwrap();
    let shown = masked(&bench, id);
    assert!(!shown.contains(OWN) && !shown.contains(SHARED) && shown.contains(PEER), "{shown}");
    let edited = shown.replace("10.8.0.2/24", "10.8.0.2/24\nMTU = 1300");
    let check = bench.manager().check_config(&us(), Some(id), text(&edited)).unwrap();
    assert_eq!((check.diagnostics.len(), check.public_key), (0, Some(PUBLIC.parse().unwrap())));
    assert_eq!(check.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [ConfigField::Mtu]);
    let replaced = bench.manager().replace_config(&us(), id, text(&edited), 1).unwrap();
    assert_eq!((replaced.version, replaced.applied.len()), (2, 1));
    let kept = bench.manager().export(&us(), id).unwrap();
    assert_eq!(kept.dangerously_reveal(), office().replace("10.8.0.2/24", "10.8.0.2/24\nMTU = 1300"));
    assert_eq!(bench.stage.engine.tunnel("office").view.private_key, Some(OWN.parse().unwrap()));
}

#[test]
fn a_mark_for_another_peers_key_is_an_error_and_nothing_is_kept() {
    let bench = Bench::new();
    let id = bench.import("office", &office());
    let edited = masked(&bench, id).replace(PEER, "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=");
    let check = bench.manager().check_config(&us(), Some(id), text(&edited)).unwrap();
    let Err(ApiError::Invalid { diagnostics }) = bench.manager().replace_config(&us(), id, text(&edited), 1) else { panic!() };
    assert_eq!(check.diagnostics, diagnostics);
    let [found] = &diagnostics[..] else { panic!("{diagnostics:?}") };
    assert_eq!((found.code.as_str(), found.key.as_deref(), found.line), ("mask", Some("PresharedKey"), 8));
    assert!(edited[found.start as usize..found.end as usize].starts_with("(unchanged"));
    assert_eq!(bench.manager().export(&us(), id).unwrap(), text(&office()));
    let old = bench.manager().replace_config(&us(), id, text(&edited), 7);
    assert_eq!(old, Err(ApiError::Changed { current: 1 }), "marks are for the version that they were made of");
}

#[test]
fn marks_are_no_keys_of_a_new_tunnel() {
    let bench = Bench::new();
    let id = bench.import("office", &office());
    let shown = masked(&bench, id);
    for asked in [
        bench.manager().import(&us(), "home".parse().unwrap(), "home".parse().unwrap(), text(&shown)).map(drop),
        bench.manager().preview_config(&us(), "home".parse().unwrap(), text(&shown)).map(drop),
    ] {
        let Err(ApiError::Invalid { diagnostics }) = asked else { panic!("{asked:?}") };
        assert_eq!(diagnostics.iter().filter(|found| found.code == "mask").count(), 2);
    }
    let check = bench.manager().check_config(&us(), None, text(&shown)).unwrap();
    assert_eq!(check.public_key, None);
    let unknown = TunnelId::from_bits(9);
    assert_eq!(bench.manager().masked_config(&us(), unknown), Err(ApiError::NotFound { id: unknown }));
}

#[test]
fn the_public_key_of_a_text_with_errors_is_told() {
    let bench = Bench::new();
    let check = bench.manager().check_config(&us(), None, text(&conf("MTU = x", "10.0.0.1/8"))).unwrap();
    assert_eq!(check.public_key, Some(PUBLIC.parse().unwrap()));
    let fixes: Vec<&str> = check.diagnostics.iter().flat_map(|found| &found.fixes).map(|fix| fix.text.as_str()).collect();
    assert_eq!(fixes, ["10.0.0.0/8"]);
}

#[test]
fn a_line_with_a_mark_gets_no_fixes_and_other_lines_keep_theirs() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(&format!("{OFFICE}\n# old key {SHARED}"), "10.8.0.0/24"));
    let zeros = format!("PresharedKey = {}=\n", "A".repeat(43));
    let zero = bench.import("zero", &(conf("Address = 10.9.0.2/24", "10.9.0.0/24") + &zeros));
    for (id, edited, marked) in [
        (id, masked(&bench, id).replace("10.8.0.0/24", "10.8.0.1/24"), None),
        (zero, masked(&bench, zero).replace("10.9.0.0/24", "10.9.0.1/24"), Some("zero_preshared_key")),
        (zero, masked(&bench, zero).replace("10.9.0.0/24", "10.9.0.1/24\nPersistentKeepalive = x"), Some("zero_preshared_key")),
    ] {
        let check = bench.manager().check_config(&us(), Some(id), text(&edited)).unwrap();
        let fixes = |code: &str| check.diagnostics.iter().find(|found| found.code == code).map(|found| found.fixes.len());
        assert_eq!(fixes("host_bits"), Some(1), "{:?}", check.diagnostics);
        assert!(marked.is_none_or(|code| fixes(code) == Some(0)), "{:?}", check.diagnostics);
    }
}

#[test]
fn a_tunnel_is_created_with_a_key_that_is_nobodys() {
    let bench = Bench::new();
    let new = conf(OFFICE, "10.8.0.1/24").replace(&format!("PrivateKey = {OWN}\n"), "");
    let create =
        |name: &str, config: &str| bench.manager().create(&us(), name.parse().unwrap(), name.parse().unwrap(), text(config));
    let (one, two) = (create("one", &new).unwrap(), create("two", &new).unwrap());
    let [found] = &one.diagnostics[..] else { panic!("{:?}", one.diagnostics) };
    assert_eq!((found.code.as_str(), found.line), ("host_bits", 5), "places are those of the text that was sent");
    assert_eq!(&new[found.start as usize..found.end as usize], "10.8.0.1/24");
    assert_eq!(&new[found.fixes[0].start as usize..found.fixes[0].end as usize], "10.8.0.1/24");
    let key = |id| bench.view(id).public_key.unwrap();
    assert_ne!(key(one.id), key(two.id));
    let kept = bench.manager().export(&us(), one.id).unwrap();
    assert!(kept.dangerously_reveal().starts_with("[Interface]\nPrivateKey = "));
    assert_eq!(bench.manager().versions(&us(), one.id).unwrap()[0].origin, VersionOrigin::Imported);
    bench.manager().connect(&us(), one.id, false).unwrap();
    assert_eq!(create("one", &new), Err(ApiError::NameTaken { name: "one".parse().unwrap() }));
}

#[test]
fn a_tunnel_with_a_key_or_with_errors_is_not_created() {
    let bench = Bench::new();
    let create = |config: &str| bench.manager().create(&us(), "one".parse().unwrap(), "one".parse().unwrap(), text(config));
    let asking = format!("[Interface]\n# AskForKey = {PUBLIC}\n");
    for config in [conf(OFFICE, "10.8.0.0/24"), asking, "[Interface]\nPrivateKey =\n".to_owned()] {
        let Err(ApiError::BadRequest { detail }) = create(&config) else { panic!("{config}") };
        assert!(detail.contains("`import` takes it as it is"), "{detail}");
    }
    let Err(ApiError::Invalid { diagnostics }) = create("[Interface]\nMTU = x\n") else { panic!() };
    assert_eq!(diagnostics.iter().map(|found| (found.code.as_str(), found.line)).collect::<Vec<_>>(), [("number", 2)]);
    let Err(ApiError::Invalid { diagnostics }) = create("[Peer]\n") else { panic!() };
    assert!(diagnostics.iter().any(|found| found.code == "missing_interface"));
    let Err(ApiError::Invalid { diagnostics }) = create("[Interface]\n\n[Interface]\nMTU = x\n") else { panic!() };
    assert_eq!(diagnostics[0].arguments, [Argument::number("first", 1_u32)], "its line is that of the edited text");
    assert!(bench.tunnels().is_empty());
}

#[test]
fn a_tunnel_whose_key_a_command_sets_is_not_created_with_another_key() {
    let bench = Bench::new();
    let config = "[Interface]\nAddress = 10.8.0.2/24\nPostUp = wg set %i private-key /etc/wireguard/one.key\n";
    let created = bench.manager().create(&us(), "one".parse().unwrap(), "one".parse().unwrap(), text(config));
    let detail = "a command of the configuration sets the private key; `import` takes it as it is".to_owned();
    assert_eq!(created, Err(ApiError::BadRequest { detail }));
    assert!(bench.tunnels().is_empty());
    let preview = bench.manager().preview_config(&us(), "one".parse().unwrap(), text(config)).unwrap();
    assert!(preview.diagnostics.iter().any(|found| found.code == "private_key_from_hook"), "{:?}", preview.diagnostics);
}

#[test]
fn a_preview_of_a_text_tells_what_it_would_change_and_with_whom_it_is_at_odds() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    bench.manager().connect(&us(), id, false).unwrap();
    let new = "[Interface]\nAddress = 10.8.0.2/24\nPostUp = touch /tmp/x\n[Peer]\nPublicKey = Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=\n\
               AllowedIPs = 10.9.0.1/24\nEndpoint = 192.0.2.1:1\n";
    let preview = bench.manager().preview_config(&us(), "home".parse().unwrap(), text(new)).unwrap();
    assert_eq!(preview.interface.as_str(), "home");
    assert!(preview.effects.iter().any(|effect| matches!(effect, Effect::Route { .. })), "{:?}", preview.effects);
    assert!(preview.effects.iter().any(|effect| matches!(effect, Effect::Command { runs: false, .. })), "{:?}", preview.effects);
    assert!(preview.conflicts.iter().any(|conflict| matches!(conflict, adit_api::Conflict::SameAddress { .. })));
    assert_eq!(preview.diagnostics.iter().map(|found| (found.code.as_str(), found.line)).collect::<Vec<_>>(), [("host_bits", 6)]);
    assert_eq!(bench.tunnels().len(), 1, "nothing is saved");
    let operator = Caller { role: Role::Operate, ..us() };
    let request = adit_api::Request::PreviewConfig { interface: "home".parse().unwrap(), config: text(new) };
    let refused = adit_api::dispatch(bench.manager(), &operator, request);
    assert_eq!(refused, Err(ApiError::NotAllowed { needs: Role::Administer, action: None }));
}

#[test]
fn a_preview_shows_no_key_that_stands_in_a_command_or_a_name() {
    let hex = "c809f3e5".repeat(8);
    let hooks = format!("PostUp = echo {SHARED} | wg set %i peer {PEER} preshared-key /dev/stdin\nPostUp = KEY={hex} run");
    let config = conf(&format!("{OFFICE}\n{hooks}"), "10.8.0.0/24").replace("[Peer]", &format!("[Peer]\n# Name = {SHARED}"));
    let bench = Bench::new();
    let id = bench.import("office", &config);
    let previews = [
        bench.manager().preview(&us(), id).unwrap(),
        bench.manager().preview_config(&us(), "home".parse().unwrap(), text(&config)).unwrap(),
    ];
    for preview in previews {
        let shown = serde_json::to_string(&preview).unwrap();
        assert!(!shown.contains(SHARED) && !shown.contains(&hex), "{shown}");
        assert!(shown.contains("echo (unchanged") && shown.contains(&format!(" peer {PEER}")), "{shown}");
    }
    assert_eq!(bench.view(id).peers[0].name, None, "every user may see names");
}

#[test]
fn drops_are_counted_by_reason_while_a_tunnel_is_up() {
    let bench = Bench::new();
    let id = bench.import("office", &conf(OFFICE, "10.8.0.0/24"));
    assert_eq!(bench.manager().drops(&us(), id), Ok(Vec::new()));
    bench.manager().connect(&us(), id, false).unwrap();
    let drops = bench.manager().drops(&us(), id).unwrap();
    let told: Vec<(adit_api::DropReason, u64)> = drops.iter().map(|drop| (drop.reason, drop.count)).collect();
    assert_eq!(told, [(adit_api::DropReason::Replay, 3), (adit_api::DropReason::NoRoute, 1)]);
    let unknown = TunnelId::from_bits(9);
    assert_eq!(bench.manager().drops(&us(), unknown), Err(ApiError::NotFound { id: unknown }));
    assert!(bench.manager().about(&us()).unwrap().simulated);
}

#[test]
fn every_reason_of_the_engine_has_its_name_in_the_contract() {
    for reason in adit_protocol::Dropped::ALL {
        let told = serde_json::to_value(super::super::drops::told(reason)).unwrap();
        assert_eq!(told, reason.as_str());
    }
}
