//! Follows the service's notices. Hands them to the page as the event `adit`, and to the tray as [`News`].

use std::fmt::Display;
use std::time::Duration;

use adit_api::{Client, Event, Notice, OnDemandCause, RuleSource, TunnelView};
use adit_bridge::{AwayCause, Bridge, BridgeError, Manager, RpcError};
use adit_ipc::{Connection, Notices};
use adit_words::Away;
use serde::Serialize;
use tauri::{AppHandle, Emitter as _};
use tokio::sync::mpsc::UnboundedSender;

use crate::known::News;

/// Time between two attempts to reach the service.
const PAUSE: Duration = Duration::from_millis(500);
/// The most lists of tunnels that are asked for in a row while tunnels go on changing.
const LISTS: u32 = 8;

/// The payload of the event `adit`.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Signal {
    /// All notices with a sequence number above `sequence` follow.
    Connected {
        sequence: u64,
    },
    /// The service cannot be reached; further attempts are made.
    Lost {
        why: Option<String>,
        /// None: a connection has ended, and the next attempt will tell.
        #[serde(skip_serializing_if = "Option::is_none")]
        cause: Option<AwayCause>,
        manager: Option<Manager>,
    },
    Notice {
        notice: Box<Notice>,
    },
}

/// Why a connection is not followed further.
enum End {
    /// The app ends.
    App,
    /// There is no connection.
    Lost { away: Away, signal: Signal },
}

/// Subscribes to the service, again after each end of the connection. Returns when the app ends.
pub(crate) async fn follow(app: AppHandle, bridge: Bridge, news: UnboundedSender<News>) {
    // Both ends of the channel live as long as the app.
    while let Err(End::Lost { away, signal }) = until_end(&app, &bridge, &news).await {
        let _ = news.send(News::Away(away));
        if emit(&app, signal).is_err() {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn until_end(app: &AppHandle, bridge: &Bridge, news: &UnboundedSender<News>) -> Result<(), End> {
    let client = bridge.connect().await.map_err(not_connected)?;
    let notices = client.0.subscribe().await.map_err(lost)?;
    let sequence = notices.since;
    emit(app, Signal::Connected { sequence })?;
    let mut line = Line { app, news, client, notices, sequence };
    line.renew().await?;
    loop {
        let notice = line.notices.next().await.map_err(lost)?;
        let (event, has_gap) = line.take(notice)?;
        if has_gap {
            // The list is newer than the event.
            if !changes_tunnels(&event) {
                line.hand_on(event);
            }
            line.renew().await?;
        } else {
            if is_about_rules(&event) {
                line.renew_rules().await?;
            }
            line.hand_on(event);
        }
    }
}

/// A connection to the service, subscribed to its notices.
struct Line<'a> {
    app: &'a AppHandle,
    news: &'a UnboundedSender<News>,
    client: Client<Connection>,
    notices: Notices,
    /// Sequence number of the last notice.
    sequence: u64,
}

impl Line<'_> {
    /// Hands the tunnels on. Changes that arrived before the list may be older or newer than it, so the list is asked for again.
    async fn renew(&mut self) -> Result<(), End> {
        let mut others = Vec::new();
        let mut lists = 0;
        loop {
            let tunnels = self.client.all_tunnels().await.map_err(lost)?;
            lists += 1;
            let (queued, has_gap) = self.queued().await?;
            let (changes, rest): (Vec<Event>, Vec<Event>) = queued.into_iter().partition(changes_tunnels);
            others.extend(rest);
            if lists == LISTS || (changes.is_empty() && !has_gap) {
                self.renew_rules().await?;
                let _ = self.news.send(News::There(tunnels));
                changes.into_iter().chain(others).for_each(|event| self.hand_on(event));
                return Ok(());
            }
        }
    }

    /// Hands the rules on, and which servers do not answer. They are at least as new as all news so far, so no sentence names a rule that was replaced.
    async fn renew_rules(&self) -> Result<(), End> {
        let rules = self.client.rules().await.map_err(lost)?;
        let _ = self.news.send(News::Failover(rules.now.failover));
        let _ = self.news.send(News::Rules(rules.rules.rules));
        Ok(())
    }

    /// Takes the notices that have arrived. Returns their events, and true if notices were lost.
    async fn queued(&mut self) -> Result<(Vec<Event>, bool), End> {
        let (mut events, mut has_gap) = (Vec::new(), false);
        while let Ok(notice) = tokio::time::timeout(Duration::ZERO, self.notices.next()).await {
            let (event, is_after_gap) = self.take(notice.map_err(lost)?)?;
            events.push(event);
            has_gap |= is_after_gap;
        }
        Ok((events, has_gap))
    }

    /// Hands a notice to the page. Returns its event, and true if notices before it were lost.
    fn take(&mut self, notice: Notice) -> Result<(Event, bool), End> {
        let expected = std::mem::replace(&mut self.sequence, notice.sequence).saturating_add(1);
        let (event, has_gap) = (notice.event.clone(), notice.sequence > expected);
        emit(self.app, Signal::Notice { notice: Box::new(notice) })?;
        Ok((event, has_gap))
    }

    /// Hands an event to the tray.
    fn hand_on(&self, event: Event) {
        if !matches!(event, Event::Traffic { .. } | Event::Log { .. }) {
            let _ = self.news.send(News::Event(Box::new(event)));
        }
    }
}

/// Returns true if the list of tunnels is another one after the event.
fn changes_tunnels(event: &Event) -> bool {
    match event {
        Event::TunnelAdded { .. } | Event::TunnelChanged { .. } | Event::TunnelRemoved { .. } => true,
        Event::RulesChanged { .. }
        | Event::PortalChanged { .. }
        | Event::Traffic { .. }
        | Event::KeyIsOld { .. }
        | Event::Log { .. } => false,
    }
}

/// Returns true if what is said about the event may need the conditions of a rule.
fn is_about_rules(event: &Event) -> bool {
    let by_unnamed_rule = |tunnel: &TunnelView| {
        tunnel
            .on_demand
            .as_ref()
            .is_some_and(|on_demand| matches!(on_demand.cause, OnDemandCause::Rule { by: RuleSource::Rule { name: None, .. } }))
    };
    match event {
        Event::RulesChanged { .. } => true,
        Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } => by_unnamed_rule(tunnel),
        Event::TunnelRemoved { .. }
        | Event::PortalChanged { .. }
        | Event::Traffic { .. }
        | Event::KeyIsOld { .. }
        | Event::Log { .. } => false,
    }
}

/// Tells the page.
fn emit(app: &AppHandle, signal: Signal) -> Result<(), End> {
    // Fails only while the app ends.
    app.emit("adit", signal).map_err(|_| End::App)
}

fn not_connected(error: impl Into<BridgeError>) -> End {
    let error: BridgeError = error.into();
    let why = error.to_string();
    let error = error.into();
    let signal = match &error {
        RpcError::Unreachable { cause, manager, .. } => Signal::Lost { why: Some(why), cause: Some(*cause), manager: *manager },
        RpcError::Refused { .. } => Signal::Lost { why: Some(why), cause: None, manager: None },
    };
    End::Lost { away: away(&error), signal }
}

/// A connection that breaks says nothing; the next one that cannot be made does.
fn lost(error: impl Display) -> End {
    let signal = Signal::Lost { why: Some(error.to_string()), cause: None, manager: None };
    End::Lost { away: Away::NoAnswer, signal }
}

/// Returns the reason for the tray and for notifications.
pub(crate) fn away(error: &RpcError) -> Away {
    match error {
        RpcError::Unreachable { cause: AwayCause::NotRunning, .. } => Away::NotRunning,
        RpcError::Unreachable { cause: AwayCause::NotPermitted, .. } => Away::NotPermitted,
        RpcError::Unreachable {
            cause: AwayCause::ServiceOlder | AwayCause::ServiceNewer | AwayCause::Stranger | AwayCause::NoAnswer,
            ..
        }
        | RpcError::Refused { .. } => Away::NoAnswer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::known::samples::{NOW, governed, id, off, rule, tunnel};

    #[test]
    fn a_service_that_refuses_this_user_is_told_from_one_that_does_not_run() {
        let unreachable = |cause| RpcError::Unreachable { cause, manager: None, why: None };
        assert_eq!(away(&unreachable(AwayCause::NotRunning)), Away::NotRunning);
        assert_eq!(away(&unreachable(AwayCause::NotPermitted)), Away::NotPermitted);
        assert_eq!(away(&unreachable(AwayCause::Stranger)), Away::NoAnswer);
    }

    #[test]
    fn the_page_learns_the_cause_of_a_failed_attempt_and_none_of_a_connection_that_ends() {
        let json = |end| match end {
            End::Lost { signal, .. } => serde_json::to_value(signal).unwrap(),
            End::App => panic!("the app ends"),
        };
        let failed = json(not_connected(adit_ipc::ClientError::Silent));
        assert_eq!((&failed["kind"], &failed["cause"]), (&"lost".into(), &"no_answer".into()), "{failed}");
        let ended = json(lost("the connection ended"));
        assert_eq!((&ended["why"], ended.get("cause")), (&"the connection ended".into(), None), "{ended}");
    }

    #[test]
    fn only_what_is_in_the_list_of_tunnels_makes_it_old() {
        let changed = || Box::new(tunnel(1, "office", off()));
        for event in [
            Event::TunnelAdded { tunnel: changed() },
            Event::TunnelChanged { tunnel: changed() },
            Event::TunnelRemoved { id: id(1) },
        ] {
            assert!(changes_tunnels(&event), "{event:?}");
        }
        assert!(!changes_tunnels(&Event::KeyIsOld { id: id(1), peer: None, since: NOW }));
    }

    #[test]
    fn the_rules_are_read_before_what_a_rule_without_a_name_does_is_told() {
        let changed = |tunnel| Event::TunnelChanged { tunnel: Box::new(tunnel) };
        assert!(is_about_rules(&Event::RulesChanged { revision: 1 }));
        assert!(is_about_rules(&changed(governed(1, "office", off(), rule(0, None)))));
        assert!(!is_about_rules(&changed(governed(1, "office", off(), rule(0, Some("At home"))))));
        assert!(!is_about_rules(&changed(tunnel(1, "office", off()))));
    }
}
