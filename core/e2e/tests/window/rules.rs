//! On-demand rules, edited in the window with the mouse and the keyboard, and carried out by the service.

use adit_api::{RuleAction, RuleSource, RulesCheck, TunnelState};
use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::router::{CAFE, HOME, go};
use adit_e2e::screen::Screen;
use adit_e2e::web_driver::keys::{ALT, CONTROL, DOWN, ENTER, TAB};
use adit_e2e::{App, Service};
use anyhow::{Context as _, ensure};

use crate::setup::{Imported, PATIENCE, with_tunnel};

/// Opens the page of the rules, in the language of the tests.
fn open(app: &App<'_>) -> anyhow::Result<()> {
    app.click_with_mouse("On-demand")?;
    app.wait_for_text("When should a tunnel be on?").or_else(|_| app.wait_for_text("Add a rule"))
}

/// Saves the rules as the page shows them.
fn save(app: &App<'_>, service: &Service<'_>) -> anyhow::Result<RulesCheck> {
    let before = service.client()?.rules()?.revision;
    app.click_with_mouse("Save the rules")?;
    let saved = || service.client().ok()?.rules().ok().filter(|view| view.revision > before);
    Ok(wait_for("the saved rules", PATIENCE, saved)?.rules)
}

fn is_down(service: &Service<'_>, id: adit_api::TunnelId) -> anyhow::Result<()> {
    let down = || matches!(service.state(id), Ok(TunnelState::Down { .. })).then_some(());
    wait_for("the tunnel to be down", PATIENCE, down).with_context(|| format!("{:?}", service.state(id)))
}

/// Waits until a script's result is true.
fn until(app: &App<'_>, what: &str, script: &str) -> anyhow::Result<()> {
    let is_so = || app.run(script).is_ok_and(|result| result == true).then_some(());
    wait_for(what, PATIENCE, is_so).with_context(|| format!("the page shows:\n{}", app.text().unwrap_or_default()))
}

#[test]
fn ready_made_rules_are_chosen_with_the_mouse_and_the_page_says_why_the_tunnel_is_on_in_another_network() -> anyhow::Result<()> {
    with_tunnel("rules with the mouse in the desktop app", |scene| {
        let Imported { setup, client, server, tunnel, service, id, .. } = scene;
        go(server, HOME)?;
        let app = setup.start(client, &[], None)?;
        app.wait_for_text(&tunnel.interface)?;
        open(&app)?;
        let preset = "Everywhere except at home\nOff in the network that this computer is in now, on in every other.";
        app.click_with_mouse(preset)?;
        app.wait_for_text("These rules are not saved yet.")?;
        ensure!(service.client()?.rules()?.revision == 0, "saved before anybody agreed");
        let rules = save(&app, &service)?;
        ensure!(rules.text.contains(HOME) && rules.rules.len() == 1, "{rules:#?}");
        app.wait_for_text("All on-demand tunnels off")?;
        is_down(&service, id)?;

        go(server, CAFE)?;
        service.wait_until_up(id)?;
        app.wait_for_text(&format!("{} (everything) on", tunnel.interface))?;
        app.wait_for_text(&format!("gateway {CAFE}"))?;
        app.run("document.querySelector('.now summary').scrollIntoView()")?;
        app.press(".now summary")?;
        app.wait_for_text("does not match")?;
        app.wait_for_text(&format!("(seen: {CAFE})"))?;

        app.click_with_mouse("Trust this network")?;
        app.wait_for_text("These rules are not saved yet.")?;
        let rules = save(&app, &service)?;
        ensure!(rules.rules.len() == 2 && rules.text.contains(CAFE), "{rules:#?}");
        is_down(&service, id)?;

        // The rule about the café goes again, which is the first one.
        app.click_with_mouse("Remove rule 1")?;
        let rules = save(&app, &service)?;
        ensure!(rules.rules.len() == 1 && !rules.text.contains(CAFE), "{rules:#?}");
        service.wait_until_up(id)?;
        Ok(())
    })
}

#[test]
fn rules_are_written_mended_and_moved_with_the_keyboard_alone() -> anyhow::Result<()> {
    with_tunnel("rules with the keyboard in the desktop app", |scene| {
        let Imported { setup, client, server, tunnel, service, id, .. } = scene;
        go(server, HOME)?;
        let name = &tunnel.interface;
        let text = format!("\"Elsewhere\": when wifi \"Nobody\" then leave\notherwise up {name}\n");
        service.client()?.set_rules(text, 0)?;
        service.wait_until_up(id)?;
        let app = setup.start(client, &[], None)?;
        open(&app)?;

        // A new rule is about the present network's gateway; the core refuses what is no address, at its place.
        app.focus("Add a rule")?;
        app.press_keys(&[], &ENTER.to_string())?;
        until(
            &app,
            "the form",
            "return document.activeElement?.closest('form') !== null && document.activeElement.maxLength === 64",
        )?;
        app.press_keys(&[], "At home")?;
        app.focus("Gateway")?;
        app.press_keys(&[CONTROL], "a")?;
        app.press_keys(&[], "02:00")?;
        app.wait_for_text("`02:00` is not a hardware address.")?;
        let place = "return document.querySelector('.condition .problems')?.innerText.includes('hardware address') \
                     && document.querySelector('.condition textarea').getAttribute('aria-invalid') === 'true'";
        until(&app, "the error at the condition", place)?;
        app.press_keys(&[CONTROL], "a")?;
        app.press_keys(&[], HOME)?;
        until(&app, "the error to go", "return document.querySelector('.condition .problems').innerText === ''")?;
        app.focus("Done")?;
        app.press_keys(&[], &ENTER.to_string())?;
        until(&app, "the rule in the list", "return document.querySelectorAll('ol .card.rule').length === 2")?;

        // The keyboard is at the new rule, which becomes the first one.
        until(&app, "the focus", "return document.activeElement?.getAttribute('aria-label')?.includes('2') ?? false")?;
        app.focus("Edit rule 1")?;
        app.press_keys(&[ALT], &DOWN.to_string())?;
        let first = "return document.querySelector('ol .card.rule b')?.innerText === 'At home'";
        until(&app, "the rule to be the first", first)?;
        ensure!(service.client()?.rules()?.revision == 1, "saved before anybody agreed");
        app.focus("Save the rules")?;
        app.press_keys(&[], &ENTER.to_string())?;
        is_down(&service, id)?;
        let view = service.client()?.rules()?;
        let first = view.rules.rules.first().and_then(|rule| rule.form.clone()).context("a rule")?;
        ensure!(first.name.as_deref() == Some("At home") && first.then.action == RuleAction::Down, "{first:#?}");
        let by = RuleSource::Rule { index: 0, name: Some("At home".into()) };
        ensure!(view.now.decision.by == by && view.rules.rules.len() == 2, "{view:#?}");
        // Tab goes on from the list.
        app.focus("Edit rule 1")?;
        app.press_keys(&[], &TAB.to_string())?;
        until(
            &app,
            "the next button",
            "return document.activeElement?.getAttribute('aria-label')?.startsWith('Remove rule') ?? false",
        )?;
        Ok(())
    })
}

#[test]
fn the_tray_and_a_notification_name_the_rule_that_acted_and_the_tray_ends_a_choice_by_hand() -> anyhow::Result<()> {
    with_tunnel("rules in the tray of the desktop app", |scene| {
        let Imported { setup, lab, client, server, tunnel, service, id } = scene;
        go(server, HOME)?;
        let name = &tunnel.interface;
        let text =
            format!("\"At home\": when gateway {HOME} then down\nwhen ethernet then up {name} everything\notherwise down\n");
        let desktop = Desktop::start(lab)?;
        let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
        let app = setup.start(client, &["--hidden"], Some(&desktop))?;
        let note = |text: &str| tray.wait_for_item(text, |item| item.label == text && !item.is_enabled);
        tray.wait_for_item("the tunnel", |item| item.label == *name)?;
        service.client()?.set_rules(text, 0)?;
        note("Off – rule 1: At home")?;

        go(server, CAFE)?;
        service.wait_until_up(id)?;
        note("On – rule 2: kind of network is Ethernet")?;
        ensure!(tray.tooltip()?.contains("On – rule 2"), "{}", tray.tooltip()?);
        let told = notifications.wait_for(&format!("{name} is on"))?;
        ensure!(told == "Rule 2: kind of network is Ethernet", "{told}");
        go(server, HOME)?;
        is_down(&service, id)?;
        let told = notifications.wait_for(&format!("{name} is off"))?;
        ensure!(told == "Rule 1: At home", "{told}");

        // Another routing mode in the same network is told too.
        go(server, CAFE)?;
        service.wait_until_up(id)?;
        let text = format!("\"Private\": when ethernet then up {name} private ranges\notherwise down\n");
        let revision = service.client()?.rules()?.revision;
        service.client()?.set_rules(text, revision)?;
        let told = notifications.wait_for(&format!("{name} now carries: private ranges"))?;
        ensure!(told == "Rule 1: Private", "{told}");

        // A choice by hand is one, and the tray ends it.
        let switch = tray.wait_for_item("the tunnel", |item| item.label == *name && item.is_checked == Some(true))?;
        tray.click(&switch)?;
        note("By hand – the rules decide again in the next network")?;
        is_down(&service, id)?;
        let resume = tray.wait_for_item("Follow the rules again", |item| item.label == "Follow the rules again")?;
        tray.click(&resume)?;
        service.wait_until_up(id)?;
        note("On – rule 1: Private")?;
        service.client()?.pause_rules(Some(840))?;
        tray.wait_for_item("the pause", |item| item.label.starts_with("Rules paused for 1") && !item.is_enabled)?;
        ensure!(!Screen::open(app.display())?.shows("Adit")?, "the window came out");
        Ok(())
    })
}

#[test]
fn notifications_about_rules_are_switched_off_alone() -> anyhow::Result<()> {
    with_tunnel("notifications about rules of the desktop app", |scene| {
        let Imported { setup, lab, client, server, tunnel, service, id } = scene;
        go(server, HOME)?;
        let name = &tunnel.interface;
        std::fs::create_dir_all(lab.file("user").join("adit"))?;
        std::fs::write(lab.file("user").join("adit/app.json"), "{\"notify_rules\": false}")?;
        let desktop = Desktop::start(lab)?;
        let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
        let _app = setup.start(client, &["--hidden"], Some(&desktop))?;
        tray.wait_for_item("the tunnel", |item| item.label == *name)?;
        service.client()?.set_rules(format!("\"Cable\": when ethernet then up {name}\notherwise down\n"), 0)?;
        service.wait_until_up(id)?;
        tray.wait_for_item("the rule", |item| item.label == "On – rule 1: Cable")?;
        // A switch by hand is still told, and comes after what the rule did.
        service.client()?.disconnect(id)?;
        notifications.wait_for(&format!("{name} is off"))?;
        ensure!(notifications.taken().len() == 1, "{:#?}", notifications.taken());
        Ok(())
    })
}
