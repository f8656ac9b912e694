//! The early-boot lockdown: from the start of the computer until the service runs, nothing may leave outside a tunnel that
//! comes up at boot and has a kill switch. The service keeps a list of these tunnels that can be read without a key, and a
//! program that runs before the network closes their kill switches. If the list is not reliable, everything is closed.

use std::fmt::Write as _;

use adit_api::{ApiError, InterfaceName, LogCode, LogText};
use adit_platform::network::{Network, NetworkError, StandingKillSwitch};
use adit_platform::private_folder::{FolderError, PrivateFolder};

use super::Inner;
use crate::store::has_tunnels;
use adit_activation::closed;

/// The list's file in the state folder: a first line that identifies the format, a line `INTERFACE OWNER` for each tunnel, and
/// a last line with their number.
const LIST: &str = "closes-first";
const FIRST_LINE: &str = "adit closes first, 1";
const LIMIT: u64 = 1 << 20;
/// Interface name and owner of the kill switch that [`close_first`] closes if it cannot know which tunnels block.
pub const UNKNOWN_AT_BOOT: &str = "unknownatboot";

/// The result of [`close_first`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClosedFirst {
    /// The interfaces after which the closed kill switches are named.
    pub interfaces: Vec<InterfaceName>,
    /// The reason why the tunnels that block are unknown, or None if they are known.
    pub unknown: Option<String>,
}

/// Closes the kill switches of all tunnels that come up at boot and block, or everything if these tunnels are unknown. A kill
/// switch that is closed already stays as it is.
///
/// # Errors
/// Fails if the system rejects the rules.
pub fn close_first(network: &dyn Network, state: &PrivateFolder) -> Result<ClosedFirst, NetworkError> {
    let (wanted, unknown) = match read(state) {
        Ok(wanted) => (wanted, None),
        Err(why) => {
            (UNKNOWN_AT_BOOT.parse().map(|interface| (interface, UNKNOWN_AT_BOOT.to_owned())).into_iter().collect(), Some(why))
        }
    };
    let standing = if wanted.is_empty() { Vec::new() } else { network.kill_switches()? };
    for (interface, owner) in &wanted {
        if !standing.iter().any(|standing| standing.interface == *interface) {
            network.lock(interface, &closed(owner))?;
        }
    }
    Ok(ClosedFirst { interfaces: wanted.into_iter().map(|(interface, _)| interface).collect(), unknown })
}

/// Reads interfaces and owners from the list, or returns the reason why they are unknown.
fn read(state: &PrivateFolder) -> Result<Vec<(InterfaceName, String)>, String> {
    match state.read(LIST, LIMIT) {
        Ok(content) => parse(&content.bytes).ok_or_else(|| format!("{LIST} is damaged")),
        Err(FolderError::Missing { .. }) => match has_tunnels(state.path()) {
            Ok(false) => Ok(Vec::new()),
            Ok(true) => Err(format!("there are tunnels, and no {LIST}")),
            Err(error) => Err(error.to_string()),
        },
        Err(error) => Err(error.to_string()),
    }
}

fn parse(bytes: &[u8]) -> Option<Vec<(InterfaceName, String)>> {
    let text = std::str::from_utf8(bytes).ok()?.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?;
    let (tunnels, count) = text.strip_suffix('\n')?.rsplit_once("end ")?;
    let tunnels: Option<Vec<_>> = tunnels
        .lines()
        .map(|line| {
            let (interface, owner) = line.split_once(' ')?;
            let is_owner = !owner.is_empty() && owner.chars().all(|letter| letter.is_ascii_alphanumeric());
            is_owner.then_some((interface.parse().ok()?, owner.to_owned()))
        })
        .collect();
    tunnels.filter(|tunnels| count == tunnels.len().to_string())
}

fn write(tunnels: &[(InterfaceName, String)]) -> String {
    let mut text = format!("{FIRST_LINE}\n");
    for (interface, owner) in tunnels {
        let _ = writeln!(text, "{interface} {owner}");
    }
    let _ = writeln!(text, "end {}", tunnels.len());
    text
}

impl Inner {
    /// Writes the list of kill switches to close at the next boot, if it differs from the stored one.
    pub(super) fn save_early_list(&self) -> Result<(), ApiError> {
        let Some(state) = &self.early else { return Ok(()) };
        let kept = read(state);
        let any_broken = self.store().broken().next().is_some();
        let mut wanted: Vec<(InterfaceName, String)> = {
            let tunnels = self.lock();
            let blocks = tunnels.entries.iter().filter(|(_, entry)| entry.profile.is_closed_from_boot());
            let blocks = blocks.map(|(id, entry)| (entry.profile.interface.clone(), id.to_string()));
            // An unreadable tunnel keeps its entry of the earlier list.
            let is_lost = |owner: &str| any_broken && owner.parse().is_ok_and(|id| !tunnels.entries.contains_key(&id));
            let lost = kept.iter().flatten().filter(|(_, owner)| is_lost(owner)).cloned();
            blocks.chain(lost).collect()
        };
        wanted.sort();
        if kept.is_ok_and(|kept| kept == wanted) && state.has(LIST).unwrap_or_default() {
            return Ok(());
        }
        state.replace(LIST, write(&wanted).as_bytes()).map_err(|error| {
            self.event_log.write(None, LogCode::EarlyNotKept { error: LogText::of(&error) });
            ApiError::Io { doing: "keeping what is closed when the computer starts".into(), detail: error.to_string() }
        })
    }

    /// Returns true if everything was closed because the list was unreliable, and all tunnels are readable now.
    pub(super) fn can_replace_closing_everything(&self, standing: &StandingKillSwitch) -> bool {
        standing.owner == UNKNOWN_AT_BOOT && self.store().broken().next().is_none()
    }

    /// Opens the kill switch that was closed because the list was unreliable.
    pub(super) fn open_early(&self, interface: &InterfaceName) {
        match self.platform.network.unlock(interface) {
            Ok(()) => self.event_log.write(None, LogCode::EarlyOpened { interface: interface.clone() }),
            Err(error) => self.event_log.write(None, LogCode::NotOpened { error: LogText::of(error) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use adit_platform::fake::RecordingHost;

    use super::*;

    fn folder(path: &Path) -> PrivateFolder {
        PrivateFolder::open(path).unwrap()
    }

    fn standing(host: &RecordingHost) -> Vec<String> {
        host.network()
            .kill_switches()
            .unwrap()
            .iter()
            .map(|standing| format!("{} {}", standing.interface, standing.owner))
            .collect()
    }

    #[test]
    fn a_listed_kill_switch_is_closed_once_and_one_in_force_stays() {
        let scratch = tempfile::tempdir().unwrap();
        let state = folder(scratch.path());
        let host = RecordingHost::default();
        let nothing = ClosedFirst { interfaces: Vec::new(), unknown: None };
        assert_eq!(close_first(&*host.network(), &state).unwrap(), nothing, "a new computer has nothing to close");
        let tunnels = [("wg0".parse().unwrap(), "01".to_owned()), ("a=b".parse().unwrap(), "02".to_owned())];
        state.replace(LIST, write(&tunnels).as_bytes()).unwrap();
        host.network().lock(&"wg0".parse().unwrap(), &closed("earlier")).unwrap();
        for _ in 0..2 {
            let did = close_first(&*host.network(), &state).unwrap();
            assert_eq!((did.interfaces.len(), did.unknown), (2, None));
            assert_eq!(standing(&host), ["a=b 02", "wg0 earlier"]);
        }
        assert_eq!(host.all_kill_switches().len(), 2);
    }

    #[test]
    fn a_record_damaged_or_cut_at_any_byte_closes_the_kill_switch() {
        let scratch = tempfile::tempdir().unwrap();
        let state = folder(scratch.path());
        let good = write(&[("wg0".parse().unwrap(), "01".to_owned())]).into_bytes();
        let flipped = (0..good.len() * 8).map(|bit| {
            let mut bytes = good.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        let cut = (0..good.len()).map(|length| good[..length].to_vec());
        for bytes in flipped.chain(cut) {
            state.replace(LIST, &bytes).unwrap();
            let host = RecordingHost::default();
            close_first(&*host.network(), &state).unwrap();
            assert_eq!(standing(&host).len(), 1, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn an_empty_list_is_damaged_into_nothing_that_opens_and_a_missing_one_beside_tunnels_closes() {
        let scratch = tempfile::tempdir().unwrap();
        let state = folder(scratch.path());
        std::fs::create_dir(scratch.path().join("tunnels")).unwrap();
        let host = RecordingHost::default();
        assert_eq!(close_first(&*host.network(), &state).unwrap().unknown, None);
        std::fs::write(scratch.path().join("tunnels/0123.tunnel"), "sealed").unwrap();
        assert!(close_first(&*host.network(), &state).unwrap().unknown.is_some());
        assert_eq!(standing(&host), ["unknownatboot unknownatboot"]);
        state.replace(LIST, write(&[]).as_bytes()).unwrap();
        assert_eq!(close_first(&*RecordingHost::default().network(), &state).unwrap().unknown, None);
    }
}
