//! Configurations in an administrator's folder, such as `/etc/wireguard/wg0.conf`: each is a tunnel with the name of its file.
//! The file is authoritative. The tunnel's settings are kept after the file disappears, in case that it comes back.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use adit_api::{ApiError, Event, LogCode, LogText, TunnelId};
use adit_config::InterfaceName;
use adit_platform::private_folder::FolderError;

use super::entry::{TunnelEntry, Tunnels};
use super::profile::Profile;
use super::state::State;
use super::{Inner, Manager};
use crate::store::{Source, Store, StoreError};

/// The folder with the administrator's files.
pub(super) struct Files {
    pub(super) folder: Option<PathBuf>,
    /// The last reported problem of each file, so that each problem is reported once.
    told: Mutex<BTreeMap<PathBuf, String>>,
}

impl Files {
    pub(super) fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder, told: Mutex::default() }
    }
}

impl Manager {
    /// Reads the administrator's files again. New files become tunnels, changed files are read, and a tunnel whose file is gone
    /// is removed once it is down. Running tunnels stay as they are.
    pub fn reread(&self) {
        self.inner.reread_files();
    }
}

impl Inner {
    pub(super) fn reread_files(&self) {
        let Some(folder) = &self.files.folder else { return };
        let files = match conf_files(folder) {
            Ok(files) => {
                self.log_problem_once(folder, None);
                files
            }
            // The folder need not exist.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            // If the folder cannot be read, nothing is known, not even that a file is gone.
            Err(error) => return self.log_problem_once(folder, Some(error.to_string())),
        };
        for path in files {
            let problem = self.add_or_reread(&path).err();
            self.log_problem_once(&path, problem);
        }
        let ids: Vec<TunnelId> = self.lock().entries.keys().copied().collect();
        ids.into_iter().for_each(|id| self.remove_if_file_is_lost(id));
        // `save_early_list` logs a failure.
        let _ = self.save_early_list();
    }

    /// Adds a file's tunnel, or reads its file again. Returns a problem with the file as a sentence.
    fn add_or_reread(&self, path: &Path) -> Result<(), String> {
        let name = InterfaceName::from_conf_path(path).map_err(|error| error.to_string())?;
        let called = name.as_str().parse().map_err(|error: adit_api::TunnelNameError| error.to_string())?;
        let id = Store::id_of_file(path);
        let mut store = self.store();
        if matches!(store.summary(id), Err(StoreError::NoSuchTunnel(_))) {
            store.add_file(path, called, self.unix_time()).map_err(|error| error.to_string())?;
        }
        let (profile, problem) = match store.get(id, self.unix_time()) {
            Ok(tunnel) => (Profile::of(&tunnel), None),
            // The file disappeared in the meantime.
            Err(StoreError::Folder(FolderError::Missing { .. })) => return Ok(()),
            Err(error) => (Profile::unreadable(store.summary(id).map_err(|error| error.to_string())?), Some(error.to_string())),
        };
        let mut tunnels = self.lock();
        match tunnels.entries.get_mut(&id) {
            Some(entry) => {
                entry.renew(profile);
                self.tell(&tunnels, id);
            }
            None => {
                let entry = TunnelEntry::new(profile);
                self.sink.publish(Event::TunnelAdded { tunnel: Box::new(self.view(id, &entry)) });
                tunnels.entries.insert(id, entry);
                self.rules.look();
            }
        }
        problem.map_or(Ok(()), Err)
    }

    /// Does nothing if the tunnel's file exists. Otherwise the tunnel cannot be used any more, and it is removed if it is down.
    pub(super) fn remove_if_file_is_lost(&self, id: TunnelId) {
        let Some(path) = self.lock().entries.get(&id).and_then(|entry| entry.profile.file().map(Path::to_owned)) else { return };
        if !is_lost(&path) {
            return;
        }
        let mut tunnels = self.lock();
        let Some(entry) = tunnels.entries.get_mut(&id) else { return };
        (entry.profile.usable, entry.profile.saved) = (None, None);
        // A tunnel under lockdown is blocked, and stays blocked.
        let is_down = matches!(entry.state, State::Down(_)) && entry.inbox.is_none();
        if !is_down {
            return self.tell(&tunnels, id);
        }
        tunnels.entries.remove(&id);
        self.sink.publish(Event::TunnelRemoved { id });
        self.rules.look();
        self.changed.notify_all();
        drop(tunnels);
        let _ = self.save_early_list();
        self.note(id, LogCode::FileGone { file: LogText::of(path.display()) });
    }

    /// Runs `work`. If a tunnel whose file is gone occupies the name or the interface, removes such tunnels and runs `work`
    /// again.
    pub(super) fn retry_without_lost_files<T>(
        &self,
        store: &mut Store,
        work: impl Fn(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match work(store) {
            Err(StoreError::NameTaken(_) | StoreError::InterfaceTaken(_)) if self.remove_lost_files(store)? => work(store),
            done => done,
        }
    }

    /// Removes stored data of tunnels whose files are gone. Returns true if there were any.
    fn remove_lost_files(&self, store: &mut Store) -> Result<bool, StoreError> {
        let lost: Vec<TunnelId> = {
            let tunnels = self.lock();
            let is_lost = |source: &Source| matches!(source, Source::File(path) if is_lost(path));
            store
                .list()
                .filter(|summary| is_unlisted(&tunnels, summary.id) && is_lost(&summary.source))
                .map(|kept| kept.id)
                .collect()
        };
        lost.iter().try_for_each(|id| store.remove(*id))?;
        Ok(!lost.is_empty())
    }

    /// Logs a file's problem if it was not logged yet.
    fn log_problem_once(&self, path: &Path, problem: Option<String>) {
        let mut told = self.files.told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(problem) = problem else {
            told.remove(path);
            return;
        };
        if told.get(path) != Some(&problem) {
            let (file, error) = (LogText::of(path.display()), LogText::from(problem.as_str()));
            self.event_log.write(None, LogCode::FileUnusable { file, error });
            told.insert(path.to_owned(), problem);
        }
    }

    /// Fails if the tunnel's file exists: only the administrator may remove it.
    pub(super) fn may_forget(&self, id: TunnelId) -> Result<(), ApiError> {
        match self.lock().get(id)?.profile.file() {
            Some(path) if !is_lost(path) => Err(ApiError::ReadOnly { path: path.display().to_string() }),
            Some(_) | None => Ok(()),
        }
    }
}

fn is_unlisted(tunnels: &Tunnels, id: TunnelId) -> bool {
    !tunnels.entries.contains_key(&id)
}

/// Returns true only if the file certainly does not exist.
pub(super) fn is_lost(path: &Path) -> bool {
    matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound)
}

/// Returns the folder's configuration files in the order of their names.
fn conf_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = folder.read_dir()?.collect::<io::Result<Vec<_>>>()?;
    let is_conf = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "conf");
    let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).filter(is_conf).collect();
    files.sort();
    Ok(files)
}
