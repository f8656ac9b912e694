//! Pages that the tray or a link asks the window to show. The last one waits until the page is loaded: a window that starts hidden loads it
//! when it is shown.

use std::sync::{Mutex, PoisonError};

use adit_api::{TunnelId, TunnelName};
use adit_bridge::{Link, LinkError, RpcError};
use serde::Serialize;
use tauri::{AppHandle, Emitter as _, Listener as _, Manager as _};

/// Event of the page: it receives places.
const READY: &str = "places";
/// Event for the page: a [`Place`].
const GO: &str = "go";

/// A page of the window.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Place {
    /// The part of the settings about the program.
    About,
    /// Where the user imports tunnels.
    Import,
    /// The tunnel with this name, if there is one.
    Named { name: TunnelName },
    /// The page that is shown, with the reason why a link was not opened.
    RefusedLink { why: RefusedLink },
    Tunnel {
        id: TunnelId,
        /// The page turns the tunnel on, and asks what the service wants to know for that.
        turn_on: bool,
    },
    /// The tunnel, with the reason why something that the user chose in the tray was not done.
    NotDone { id: TunnelId, why: Box<RpcError> },
}

/// The reason why a link was not opened.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RefusedLink {
    TooLong,
    Parameters,
    Name,
    Unknown,
}

impl From<Result<Link, LinkError>> for Place {
    fn from(link: Result<Link, LinkError>) -> Self {
        let refused = |why| Self::RefusedLink { why };
        match link {
            Ok(Link::Tunnel(name)) => Self::Named { name },
            Ok(Link::Import) => Self::Import,
            Err(LinkError::TooLong) => refused(RefusedLink::TooLong),
            Err(LinkError::Parameters) => refused(RefusedLink::Parameters),
            Err(LinkError::Name) => refused(RefusedLink::Name),
            Err(LinkError::Unknown) => refused(RefusedLink::Unknown),
        }
    }
}

/// The place that waits for the page.
#[derive(Default)]
pub(crate) struct Places(Mutex<State>);

#[derive(Default)]
struct State {
    is_loaded: bool,
    waiting: Option<Place>,
}

impl Places {
    pub(crate) fn new(first: Option<Place>) -> Self {
        Self(Mutex::new(State { is_loaded: false, waiting: first }))
    }

    fn set(&self, place: Place) {
        self.state().waiting = Some(place);
    }

    fn take(&self) -> Option<Place> {
        let mut state = self.state();
        if state.is_loaded { state.waiting.take() } else { None }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands a place over when the page says that it is loaded.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    app.listen_any(READY, move |_| {
        handle.state::<Places>().state().is_loaded = true;
        hand_over(&handle);
    });
}

/// Shows a place, now or as soon as the page is loaded.
pub(crate) fn show(app: &AppHandle, place: Place) {
    app.state::<Places>().set(place);
    hand_over(app);
}

fn hand_over(app: &AppHandle) {
    if let Some(place) = app.state::<Places>().take() {
        // Fails only while the app ends.
        let _ = app.emit(GO, place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_for_the_page() {
        let json = |link: &str| serde_json::to_string(&Place::from(Link::parse(link))).unwrap();
        assert_eq!(json("adit:tunnel/Office%20Berlin"), r#"{"kind":"named","name":"Office Berlin"}"#);
        assert_eq!(json("adit:import"), r#"{"kind":"import"}"#);
        assert_eq!(json("adit:import?config=x"), r#"{"kind":"refused_link","why":"parameters"}"#);
        assert_eq!(json("adit:connect/office"), r#"{"kind":"refused_link","why":"unknown"}"#);
    }

    #[test]
    fn the_last_place_waits_until_the_page_is_loaded_and_is_shown_once() {
        let places = Places::default();
        let tunnel = Place::Tunnel { id: "0".repeat(32).parse().unwrap(), turn_on: true };
        places.set(Place::About);
        places.set(tunnel.clone());
        assert_eq!(places.take(), None);
        places.state().is_loaded = true;
        assert_eq!((places.take(), places.take()), (Some(tunnel), None));
    }
}
