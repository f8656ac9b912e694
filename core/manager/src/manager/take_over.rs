//! Takes tunnels over from wg-quick. The configuration file stays where it is; only the program that brings the tunnel up
//! changes.

use std::path::PathBuf;
use std::sync::Arc;

use adit_api::{ApiError, Caller, Imported, InterfaceName, LogCode, TakeoverView, TunnelId};
use adit_platform::devices::Owner;
use adit_platform::wg_quick::{NoWgQuick, Order, Standing, WgQuick};

use super::entry::Tunnels;
use super::entry::lock_turn;
use super::profile::parse_text;
use super::progress_reporter::ProgressReporter;
use super::state::State;
use super::{Inner, refusal};
use crate::store::Store;
use adit_activation::{Shutdown, run_commands};

/// A tunnel of wg-quick with its file.
struct Found {
    id: TunnelId,
    path: PathBuf,
    standing: Standing,
}

impl Inner {
    pub(super) fn takeovers(&self) -> Result<Vec<TakeoverView>, ApiError> {
        self.reread_files();
        let files: Vec<InterfaceName> = self
            .lock()
            .entries
            .values()
            .filter(|entry| entry.profile.file().is_some())
            .map(|entry| entry.profile.interface.clone())
            .collect();
        let mut views = Vec::new();
        for name in files {
            if let Some(Found { path, standing, .. }) = self.find_at_wg_quick(&name)? {
                let Standing { active, by_service, starts_at_boot } = standing;
                views.push(TakeoverView { name, path: path.display().to_string(), active, by_service, starts_at_boot });
            }
        }
        Ok(views)
    }

    pub(super) fn take_over(self: &Arc<Self>, name: &InterfaceName) -> Result<Imported, ApiError> {
        self.reread_files();
        let found = self.find_at_wg_quick(name)?.ok_or_else(|| ApiError::NoSuchTakeover { name: name.clone() })?;
        let id = found.id;
        let editing = Arc::clone(&self.lock().get(id)?.editing);
        let _editing = lock_turn(&editing);
        // Anything that would keep the tunnel from coming up here is detected while wg-quick still runs it.
        let usable = self.usable(id)?;
        Tunnels::refuse(&self.lock().conflicts(id, &usable.needs))?;
        let text = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?.text;
        let (_, diagnostics) = parse_text(&text)?;
        if found.standing.active {
            self.move_here(&found)?;
        }
        if found.standing.starts_at_boot {
            self.set_start_at_boot(id, true)?;
        }
        self.note(id, LogCode::TakenOver);
        Ok(Imported { id, diagnostics })
    }

    /// Takes the tunnel down in wg-quick and brings it up here. If it does not come up here, wg-quick brings it up again.
    fn move_here(self: &Arc<Self>, found: &Found) -> Result<(), ApiError> {
        let (down, back) = (self.order(Order::Down, found)?, self.order(Order::Up, found)?);
        self.tell_wg_quick(found.id, down)?;
        let Err(error) = self.connect(found.id, false, None) else { return Ok(()) };
        self.disconnect(&Caller::ourselves(), found.id)?;
        match self.tell_wg_quick(found.id, back) {
            Ok(()) => self.note(found.id, LogCode::GivenBack { error: Box::new(error.clone()) }),
            Err(failure) => self.note(found.id, LogCode::NotGivenBack { error: Box::new(failure) }),
        }
        Err(error)
    }
}

impl Inner {
    /// Finds a tunnel that wg-quick runs or starts at boot. Returns None if there is none, or if the tunnel is Adit's own.
    fn find_at_wg_quick(&self, name: &InterfaceName) -> Result<Option<Found>, ApiError> {
        let (id, path) = {
            let tunnels = self.lock();
            let found = tunnels.entries.iter().find(|(_, entry)| entry.profile.interface == *name);
            let Some((id, entry)) = found.filter(|(_, entry)| matches!(entry.state, State::Down(_))) else { return Ok(None) };
            let Some(path) = entry.profile.file().filter(|path| *id == Store::id_of_file(path)) else { return Ok(None) };
            (*id, path.to_owned())
        };
        let failed = |error: std::io::Error| ApiError::Io { doing: format!("looking for {name}"), detail: error.to_string() };
        let Some(wg_quick) = &self.wg_quick else { return Ok(None) };
        let standing = wg_quick.look(name).map_err(failed)?;
        // If another process of Adit runs the tunnel, it holds the claim on the name.
        let is_ours = standing.active && self.devices.claim(name, Owner::Service).is_err();
        let is_theirs = (standing.active || standing.starts_at_boot) && !is_ours;
        Ok(is_theirs.then_some(Found { id, path, standing }))
    }

    fn order(&self, order: Order, found: &Found) -> Result<String, ApiError> {
        let refused = |error: NoWgQuick| match error {
            NoWgQuick::NotRoot => {
                ApiError::NoPermission { doing: "telling wg-quick to take the tunnel down, which is for root".into() }
            }
            NoWgQuick::NotInstalled | NoWgQuick::Path => {
                ApiError::Io { doing: "telling wg-quick to take the tunnel down".into(), detail: error.to_string() }
            }
        };
        let command = |wg_quick: &Arc<dyn WgQuick>| wg_quick.command(order, &found.path, found.standing);
        self.wg_quick.as_ref().map_or(Err(NoWgQuick::NotInstalled), command).map_err(refused)
    }

    fn tell_wg_quick(self: &Arc<Self>, id: TunnelId, line: String) -> Result<(), ApiError> {
        let progress_reporter = ProgressReporter { inner: Arc::clone(self), id };
        let failed = |error: adit_activation::ActivationError| ApiError::Io {
            doing: "telling wg-quick".into(),
            detail: super::progress_reporter::chain(&error),
        };
        run_commands(&[line], &*self.platform.commands, &Shutdown::default(), &progress_reporter).map_err(failed)
    }
}
