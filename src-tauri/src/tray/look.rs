//! The content of the tray: the icon's badge, the tooltip and the menu, as a function of the tunnels and the time.

use adit_api::{DownReason, Health, OnDemandCause, TunnelId, TunnelState, TunnelView, UpState};
use adit_words::{TrayText, Words};

use crate::known::{Known, is_locked_down};

/// The most tunnels that the menu lists itself; more are in a submenu.
const IN_MENU: usize = 10;
/// The most tunnels that the tooltip names.
const IN_TOOLTIP: usize = 5;
/// The pauses that the menu offers, seconds.
const PAUSES: [u32; 2] = [5 * 60, 60 * 60];

/// The shape beside the mark. Of several tunnels the greatest counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Badge {
    /// The service cannot be reached.
    Away,
    /// Nothing is on.
    Off,
    Paused,
    /// A tunnel that should be up is down, and traffic leaves outside it.
    Failed,
    Healthy,
    /// Coming up or going down.
    Busy,
    /// Up, and there was no handshake yet.
    NoHandshake,
    /// Up, and the peer does not answer.
    Silent,
    /// Down, and the kill switch is closed.
    Blocked,
}

/// The user's choice in the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Choice {
    TurnOn(TunnelId),
    TurnOff(TunnelId),
    Pause {
        id: TunnelId,
        seconds: u32,
    },
    Resume(TunnelId),
    ResumeRules,
    /// Opens the window at the foremost tunnel that is on, as a click on the icon does.
    Manage,
    Import,
    About,
    Quit,
}

/// An item of the menu.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Item {
    /// The state, beside the icon of that state. It cannot be chosen.
    Status(String),
    /// A text that cannot be chosen.
    Note(String),
    Separator,
    /// An item with a check mark.
    Check {
        label: String,
        is_on: bool,
        choice: Choice,
    },
    Act {
        label: String,
        choice: Choice,
    },
    Menu {
        label: String,
        items: Vec<Item>,
    },
}

/// Everything that the tray shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Look {
    pub(crate) badge: Badge,
    /// The lines of the tooltip.
    pub(crate) tooltip: Vec<String>,
    pub(crate) menu: Vec<Item>,
}

/// Returns what the tray shows at `now` (Unix milliseconds).
pub(crate) fn look(known: &Known, now: u64, words: &Words) -> Look {
    let tunnels = known.tunnels().unwrap_or_default();
    let foremost = foremost(tunnels);
    let badge = match (known.tunnels(), foremost) {
        (Err(_), _) => Badge::Away,
        (Ok(_), None) => Badge::Off,
        (Ok(_), Some(tunnel)) => badge(&tunnel.state),
    };
    let without_tunnel = match known.tunnels() {
        Err(away) => words.tray(&TrayText::Away(away)),
        Ok([]) => words.tray(&TrayText::Empty),
        Ok(_) => words.tray(&TrayText::Off),
    };
    let line = |tunnel: &TunnelView| words.tray(&TrayText::Line { tunnel: tunnel.name.as_str(), state: &tunnel.state, now });
    let status = foremost.map_or_else(|| without_tunnel.clone(), |tunnel| with_state(tunnel, now, words));
    let mut menu = vec![Item::Status(words.tray(&TrayText::Status(&status)))];
    if let Some(tunnel) = foremost.filter(|tunnel| tunnel.state.up().is_some() && !tunnel.addresses.is_empty()) {
        menu.push(Item::Note(words.tray(&TrayText::Addresses(&tunnel.addresses))));
    }
    let by_rules = by_rules(known, foremost, now, words);
    menu.extend(by_rules.iter().cloned().map(Item::Note));
    let switches: Vec<Item> = tunnels.iter().map(|tunnel| switch(tunnel, now, words)).collect();
    let switches = if switches.len() > IN_MENU {
        vec![Item::Menu { label: words.tray(&TrayText::Tunnels), items: switches }]
    } else {
        switches
    };
    let act = |text, choice| Item::Act { label: words.tray(&text), choice };
    let window = vec![act(TrayText::Manage, Choice::Manage), act(TrayText::Import, Choice::Import)];
    let program = vec![act(TrayText::About, Choice::About), act(TrayText::Quit, Choice::Quit)];
    for group in [switches, pauses(tunnels, now, words), window, program] {
        if !group.is_empty() {
            menu.push(Item::Separator);
            menu.extend(group);
        }
    }
    let others = tunnels.iter().filter(|tunnel| Some(tunnel.id) != foremost.map(|it| it.id) && is_wanted(&tunnel.state));
    let first = foremost.map_or(without_tunnel, line);
    let tooltip = std::iter::once(first).chain(others.map(line)).take(IN_TOOLTIP).chain(by_rules).collect();
    Look { badge, tooltip, menu }
}

/// Returns what the on-demand rules do with the tunnel of the status, or, while none is on, with the first that they govern.
fn by_rules(known: &Known, foremost: Option<&TunnelView>, now: u64, words: &Words) -> Option<String> {
    let left = |until: &Option<u64>| until.map(|until| until.saturating_sub(now));
    let governed = || {
        let tunnels = known.tunnels().unwrap_or_default();
        tunnels.iter().filter_map(|tunnel| Some((tunnel, &tunnel.on_demand.as_ref()?.cause)))
    };
    if let Some(OnDemandCause::Paused { until }) =
        governed().map(|(_, cause)| cause).find(|cause| matches!(cause, OnDemandCause::Paused { .. }))
    {
        return Some(words.tray(&TrayText::RulesPaused { left: left(until) }));
    }
    let (tunnel, cause) = match foremost {
        Some(foremost) => governed().find(|(tunnel, _)| tunnel.id == foremost.id)?,
        None => governed().find(|(_, cause)| is_by_hand(cause)).or_else(|| governed().next())?,
    };
    Some(match cause {
        OnDemandCause::Manual { until } => words.tray(&TrayText::ByHand { left: left(until) }),
        OnDemandCause::Paused { until } => words.tray(&TrayText::RulesPaused { left: left(until) }),
        OnDemandCause::Rule { by } => {
            let is_on = match badge(&tunnel.state) {
                Badge::Off => Some(false),
                Badge::Healthy | Badge::NoHandshake | Badge::Silent => Some(true),
                // Its state is not what the rules want.
                Badge::Away | Badge::Paused | Badge::Failed | Badge::Busy | Badge::Blocked => None,
            };
            let reason = match known.silent_server(tunnel.name.as_str()) {
                Some(silent) => words.silent_server(silent),
                None => words.rule_reason(by, known.conditions(by)),
            };
            words.tray(&TrayText::ByRules { is_on, reason: &reason })
        }
    })
}

fn is_by_hand(cause: &OnDemandCause) -> bool {
    matches!(cause, OnDemandCause::Manual { .. })
}

/// Returns the tunnel at which a click on the icon opens the window; None if none is on.
pub(crate) fn active(known: &Known) -> Option<TunnelId> {
    foremost(known.tunnels().unwrap_or_default()).map(|tunnel| tunnel.id)
}

/// Returns the most important tunnel of those that are not off; of equal ones the first by name.
fn foremost(tunnels: &[TunnelView]) -> Option<&TunnelView> {
    let all = tunnels.iter().rev();
    all.max_by_key(|tunnel| badge(&tunnel.state)).filter(|tunnel| badge(&tunnel.state) > Badge::Off)
}

/// Returns the badge of one tunnel.
pub(crate) fn badge(state: &TunnelState) -> Badge {
    match state {
        TunnelState::Down { reason: None | Some(DownReason::Asked), .. } => Badge::Off,
        TunnelState::Down { reason: Some(_), .. } => Badge::Failed,
        TunnelState::Connecting { .. } | TunnelState::Disconnecting { .. } => Badge::Busy,
        TunnelState::Up(UpState { health: Health::NoAnswer { .. }, .. }) => Badge::Silent,
        TunnelState::Up(UpState { last_handshake: None, .. }) => Badge::NoHandshake,
        TunnelState::Up(_) => Badge::Healthy,
        TunnelState::Paused { .. } => Badge::Paused,
        TunnelState::Blocked { .. } => Badge::Blocked,
    }
}

/// Returns true if somebody wants the tunnel up: its switch is on.
fn is_wanted(state: &TunnelState) -> bool {
    match state {
        TunnelState::Up(_) | TunnelState::Connecting { .. } | TunnelState::Paused { .. } => true,
        TunnelState::Blocked { .. } => !is_locked_down(state),
        TunnelState::Down { .. } | TunnelState::Disconnecting { .. } => false,
    }
}

fn switch(tunnel: &TunnelView, now: u64, words: &Words) -> Item {
    let (name, state, is_on) = (tunnel.name.as_str(), &tunnel.state, is_wanted(&tunnel.state));
    let label = match badge(state) {
        // The check mark says it.
        Badge::Off | Badge::Healthy => name.to_owned(),
        _ => with_state(tunnel, now, words),
    };
    let choice = if is_on { Choice::TurnOff(tunnel.id) } else { Choice::TurnOn(tunnel.id) };
    Item::Check { label, is_on, choice }
}

fn with_state(tunnel: &TunnelView, now: u64, words: &Words) -> String {
    words.tray(&TrayText::Tunnel { tunnel: tunnel.name.as_str(), state: &tunnel.state, now })
}

/// Returns what interrupts the tunnels that are up, and what ends such interruptions.
fn pauses(tunnels: &[TunnelView], now: u64, words: &Words) -> Vec<Item> {
    let up = || tunnels.iter().filter(|tunnel| tunnel.state.up().is_some());
    let pause = |(tunnel, seconds): (&TunnelView, u32)| Item::Act {
        label: words.tray(&TrayText::Pause { tunnel: tunnel.name.as_str(), span: u64::from(seconds) * 1000 }),
        choice: Choice::Pause { id: tunnel.id, seconds },
    };
    let mut items: Vec<Item> = up().flat_map(|tunnel| PAUSES.map(|seconds| (tunnel, seconds))).map(pause).collect();
    if up().count() > 1 {
        items = vec![Item::Menu { label: words.tray(&TrayText::Pauses), items }];
    }
    items.extend(tunnels.iter().filter_map(|tunnel| {
        let TunnelState::Paused { until } = &tunnel.state else { return None };
        let left = until.map(|until| until.saturating_sub(now));
        Some(Item::Act {
            label: words.tray(&TrayText::Resume { tunnel: tunnel.name.as_str(), left }),
            choice: Choice::Resume(tunnel.id),
        })
    }));
    let causes = || tunnels.iter().filter_map(|tunnel| tunnel.on_demand.as_ref()).map(|on_demand| &on_demand.cause);
    if causes().any(|cause| !matches!(cause, OnDemandCause::Rule { .. })) {
        items.push(Item::Act { label: words.tray(&TrayText::ResumeRules), choice: Choice::ResumeRules });
    }
    items
}

#[cfg(test)]
mod tests {
    use adit_api::{FailoverStep, Step};
    use adit_words::Away;

    use super::*;
    use crate::known::News;
    use crate::known::samples::{NOW, blocked, failed, failing, governed, id, locked_down, off, rule, tunnel, up, wifi_rule};
    use adit_api::RuleSource;

    fn of(tunnels: Vec<TunnelView>) -> Look {
        let mut known = Known::default();
        known.learn(&News::There(tunnels));
        look(&known, NOW, Words::english())
    }

    /// The menu as text: a line for each item, indented in a submenu.
    fn text(items: &[Item]) -> Vec<String> {
        let line = |item: &Item| match item {
            Item::Status(text) | Item::Note(text) => vec![format!("({text})")],
            Item::Separator => vec!["-".to_owned()],
            Item::Check { label, is_on, .. } => vec![format!("[{}] {label}", if *is_on { 'x' } else { ' ' })],
            Item::Act { label, .. } => vec![label.clone()],
            Item::Menu { label, items } => {
                std::iter::once(format!("{label} >")).chain(text(items).into_iter().map(|line| format!("  {line}"))).collect()
            }
        };
        items.iter().flat_map(line).collect()
    }

    #[test]
    fn with_one_tunnel_up_the_menu_has_its_state_addresses_switches_and_pauses_in_order() {
        let look = of(vec![tunnel(1, "office", off()), tunnel(2, "home", up(Health::Good))]);
        assert_eq!(
            text(&look.menu),
            [
                "(Status: home – healthy)",
                "(Addresses: 10.0.0.2/32)",
                "-",
                "[x] home",
                "[ ] office",
                "-",
                "Pause home for 5 min",
                "Pause home for 1 h",
                "-",
                "Manage tunnels…",
                "Import tunnels from files…",
                "-",
                "About…",
                "Quit (tunnels stay as they are)",
            ]
        );
        assert_eq!((look.badge, look.tooltip), (Badge::Healthy, vec!["home: healthy".to_owned()]));
    }

    #[test]
    fn a_switch_does_the_opposite_of_what_it_shows() {
        let look = of(vec![
            tunnel(1, "a", off()),
            tunnel(2, "b", up(Health::Good)),
            tunnel(3, "c", blocked()),
            tunnel(4, "d", TunnelState::Disconnecting { since: NOW }),
        ]);
        let choices: Vec<&Choice> =
            look.menu.iter().filter_map(|item| if let Item::Check { choice, .. } = item { Some(choice) } else { None }).collect();
        use Choice::{TurnOff, TurnOn};
        assert_eq!(choices, [&TurnOn(id(1)), &TurnOff(id(2)), &TurnOff(id(3)), &TurnOn(id(4))]);
    }

    #[test]
    fn a_tunnel_that_was_turned_off_under_lockdown_can_be_turned_on_and_its_icon_says_that_it_blocks() {
        let look = of(vec![tunnel(1, "office", locked_down())]);
        let (label, choice) = ("office – blocked".to_owned(), Choice::TurnOn(id(1)));
        assert!(look.menu.contains(&Item::Check { label, is_on: false, choice }), "{:?}", look.menu);
        assert_eq!((look.badge, look.tooltip), (Badge::Blocked, vec!["office: blocked".to_owned()]));
    }

    #[test]
    fn the_eleventh_tunnel_moves_all_into_a_submenu() {
        let tunnels = |count: u8| (1..=count).map(|number| tunnel(number, &format!("t{number:02}"), off())).collect();
        assert_eq!(text(&of(tunnels(10)).menu)[2], "[ ] t01");
        let menu = text(&of(tunnels(11)).menu);
        assert_eq!(menu[..4], ["(Status: No tunnel is on)", "-", "Tunnels >", "  [ ] t01"]);
        assert_eq!(menu[13..15], ["  [ ] t11", "-"]);
    }

    #[test]
    fn a_pause_counts_down_and_can_be_ended() {
        let paused = |until| tunnel(1, "office", TunnelState::Paused { until });
        let look = of(vec![paused(Some(NOW + 240_000))]);
        assert_eq!(
            text(&look.menu)[..5],
            [
                "(Status: office – paused for 4 min more)",
                "-",
                "[x] office – paused for 4 min more",
                "-",
                "Resume office (4 min left)"
            ]
        );
        assert_eq!(look.badge, Badge::Paused);
        assert!(text(&of(vec![paused(None)]).menu).contains(&"Resume office".to_owned()));
    }

    #[test]
    fn of_several_tunnels_that_are_up_each_can_be_paused() {
        let menu = text(&of(vec![tunnel(1, "a", up(Health::Good)), tunnel(2, "b", up(Health::Idle))]).menu);
        let at = menu.iter().position(|line| line == "Pause >").unwrap();
        assert_eq!(
            menu[at + 1..at + 5],
            ["  Pause a for 5 min", "  Pause a for 1 h", "  Pause b for 5 min", "  Pause b for 1 h"]
        );
    }

    #[test]
    fn every_kind_of_state_has_its_badge_and_the_worst_tunnel_counts() {
        let starting = TunnelState::Connecting { step: Step::Dns, since: NOW };
        // From the least to the most important.
        let stories = [
            (off(), Badge::Off),
            (TunnelState::Paused { until: None }, Badge::Paused),
            (failed(), Badge::Failed),
            (up(Health::Good), Badge::Healthy),
            (starting, Badge::Busy),
            (up(Health::Handshaking { since: NOW }), Badge::NoHandshake),
            (up(Health::NoAnswer { since: NOW - 40_000 }), Badge::Silent),
            (blocked(), Badge::Blocked),
        ];
        for (state, badge) in &stories {
            assert_eq!(of(vec![tunnel(1, "office", state.clone())]).badge, *badge);
        }
        assert_eq!(of(vec![tunnel(1, "office", up(Health::WaitingForPeer))]).badge, Badge::NoHandshake);
        for pair in stories.windows(2) {
            let look = of(vec![tunnel(1, "a", pair[1].0.clone()), tunnel(2, "b", pair[0].0.clone())]);
            assert_eq!(look.badge, pair[1].1);
            assert!(look.tooltip[0].starts_with("a: "), "{:?}", look.tooltip);
        }
    }

    #[test]
    fn a_tunnel_without_peers_is_called_so_and_has_the_badge_of_one_without_a_handshake() {
        let mut without = up(Health::Idle);
        let TunnelState::Up(up) = &mut without else { panic!("not up") };
        (up.peer_count, up.last_handshake) = (0, None);
        let look = of(vec![tunnel(1, "office", without)]);
        assert_eq!((look.badge, look.tooltip), (Badge::NoHandshake, vec!["office: up, no peers".to_owned()]));
    }

    #[test]
    fn the_tooltip_names_the_worst_tunnel_first_and_then_the_others_that_are_on() {
        let silent = up(Health::NoAnswer { since: NOW - 40_000 });
        let look = of(vec![tunnel(1, "a", up(Health::Good)), tunnel(2, "b", off()), tunnel(3, "c", silent)]);
        assert_eq!(look.tooltip, ["c: no answer for 40 s", "a: healthy"]);
    }

    #[test]
    fn without_the_service_the_menu_says_why_and_still_opens_the_window() {
        for (away, status) in [
            (Away::NotRunning, "(Status: The Adit service is not running)"),
            (Away::NotPermitted, "(Status: No access to the Adit service)"),
            (Away::NoAnswer, "(Status: The Adit service does not answer)"),
        ] {
            let mut known = Known::default();
            known.learn(&News::Away(away));
            let look = look(&known, NOW, Words::english());
            assert_eq!(text(&look.menu)[..3], [status, "-", "Manage tunnels…"]);
            assert_eq!((look.badge, active(&known)), (Badge::Away, None));
        }
        assert_eq!(text(&of(Vec::new()).menu)[0], "(Status: There are no tunnels yet)");
    }

    #[test]
    fn a_server_that_does_not_answer_is_the_reason_and_not_the_rule() {
        let note = |step, office, backup| {
            let mut known = Known::default();
            known.learn(&failing("office", step));
            known.learn(&News::There(vec![
                governed(1, "backup", backup, rule(0, Some("At home"))),
                governed(2, "office", office, rule(0, Some("At home"))),
            ]));
            let menu = look(&known, NOW, Words::english()).menu;
            menu.into_iter().filter_map(|item| if let Item::Note(text) = item { Some(text) } else { None }).next_back()
        };
        let instead = || Some(FailoverStep::Up { tunnel: "Backup".to_owned() });
        let said = "The server of office does not answer";
        assert_eq!(note(instead(), off(), up(Health::Good)).unwrap(), "On – the server of office does not answer");
        assert_eq!(note(Some(FailoverStep::Down), failed(), off()).unwrap(), said);
        assert_eq!(note(None, up(Health::Good), off()).unwrap(), "On – rule 1: At home");
        assert_eq!(note(Some(FailoverStep::NextEndpoint), up(Health::Good), off()).unwrap(), "On – rule 1: At home");
    }

    /// What the menu and the tooltip say of the rules.
    fn says(tunnels: Vec<TunnelView>) -> (Vec<String>, String) {
        let mut known = Known::default();
        known.learn(&News::Rules(vec![wifi_rule("Home"), wifi_rule("Office")]));
        known.learn(&News::There(tunnels));
        let look = look(&known, NOW, Words::english());
        let notes = look.menu.iter().filter_map(|item| if let Item::Note(text) = item { Some(text.clone()) } else { None });
        (notes.filter(|note| !note.starts_with("Addresses")).collect(), look.tooltip.last().cloned().unwrap_or_default())
    }

    #[test]
    fn the_rule_that_acted_is_named_below_the_status_and_in_the_tooltip() {
        let on = |cause| vec![governed(1, "office", up(Health::Good), cause), tunnel(2, "lab", off())];
        let named = "On – rule 2: On any Wi-Fi that is not mine";
        assert_eq!(says(on(rule(1, Some("On any Wi-Fi that is not mine")))), (vec![named.to_owned()], named.to_owned()));
        let unnamed = "On – rule 2: Wi-Fi name is “Office”";
        assert_eq!(says(on(rule(1, None))).0, [unnamed]);
        let default = || OnDemandCause::Rule { by: RuleSource::Otherwise };
        assert_eq!(says(on(default())).0, ["On – the default, because no rule matches"]);
        assert_eq!(says(vec![governed(1, "office", off(), rule(0, Some("At home")))]).0, ["Off – rule 1: At home"]);
        // The rules want it up, and it is not.
        assert_eq!(says(vec![governed(1, "office", blocked(), default())]).0, ["The default, because no rule matches"]);
        assert_eq!(
            says(vec![governed(1, "a", off(), default()), tunnel(2, "b", up(Health::Good))]).0,
            [""; 0],
            "not of the rules"
        );
        assert_eq!(says(vec![tunnel(1, "office", up(Health::Good))]).0, [""; 0]);
    }

    #[test]
    fn a_choice_by_hand_and_a_pause_of_the_rules_are_said_and_can_be_ended() {
        let by_hand = |until| OnDemandCause::Manual { until };
        let until = Some(NOW + 840_000);
        for (state, cause, said) in [
            (off(), by_hand(None), "By hand – the rules decide again in the next network"),
            (up(Health::Good), by_hand(until), "By hand – the rules decide again in 14 min at the latest"),
            (off(), OnDemandCause::Paused { until: None }, "Rules paused until the network changes"),
            (off(), OnDemandCause::Paused { until }, "Rules paused for 14 min more"),
        ] {
            let tunnels = || vec![governed(1, "a", off(), rule(0, None)), governed(2, "b", state.clone(), cause.clone())];
            assert_eq!(says(tunnels()).0, [said]);
            let resume = Item::Act { label: "Follow the rules again".to_owned(), choice: Choice::ResumeRules };
            assert!(of(tunnels()).menu.contains(&resume), "{said}");
        }
        let by_rule = of(vec![governed(1, "a", off(), rule(0, None))]);
        assert!(!text(&by_rule.menu).contains(&"Follow the rules again".to_owned()));
    }

    #[test]
    fn a_click_on_the_icon_opens_the_window_at_the_tunnel_that_the_icon_shows() {
        let active = |tunnels: Vec<TunnelView>| {
            let mut known = Known::default();
            known.learn(&News::There(tunnels));
            active(&known)
        };
        assert_eq!(active(vec![tunnel(1, "office", off())]), None);
        assert_eq!(active(vec![tunnel(1, "office", off()), tunnel(2, "home", up(Health::Good))]), Some(id(2)));
        assert_eq!(active(vec![tunnel(1, "office", blocked()), tunnel(2, "home", up(Health::Good))]), Some(id(1)));
    }
}
