//! Detects whether the computer has booted since the last start of `aditd`. After a boot, the tunnels come up that start at
//! boot; after a restart of `aditd` alone, those that were up.

use adit_manager::manager::StartReason;
use adit_platform::native::boot;
use adit_platform::private_folder::{FolderError, PrivateFolder};

/// The file that holds the boot id of the last start.
const NAME: &str = "boot-id";
const LIMIT: u64 = 128;

/// The boot id of this start and that of the last one.
pub(crate) struct Boot {
    id: Option<String>,
    last: Option<String>,
}

impl Boot {
    /// Reads the boot id and compares it with the one in the state folder.
    pub(crate) fn look(state: &PrivateFolder) -> Self {
        Self::with(boot::id().ok(), state)
    }

    fn with(id: Option<String>, state: &PrivateFolder) -> Self {
        let last = match state.read(NAME, LIMIT) {
            Ok(content) => String::from_utf8(content.bytes.to_vec()).ok(),
            Err(FolderError::Missing { .. }) => None,
            Err(error) => {
                tracing::warn!(%error, "it is not known whether the computer was started anew");
                None
            }
        };
        Self { id, last }
    }

    /// Returns the reason of this start. If a boot id is unknown this is a boot, so that no tunnel comes up that is not set to
    /// start at boot.
    pub(crate) fn start_reason(&self) -> StartReason {
        if self.id.is_some() && self.id == self.last { StartReason::Restart } else { StartReason::Boot }
    }

    /// Saves this boot id. Must be called after the tunnels have got their intended states.
    pub(crate) fn remember(&self, state: &PrivateFolder) {
        let Some(id) = self.id.as_ref().filter(|id| Some(*id) != self.last.as_ref()) else { return };
        if let Err(error) = state.replace(NAME, id.as_bytes()) {
            tracing::warn!(%error, "the next start of aditd will be taken for one of the computer");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_start_under_the_same_kernel_is_a_restart_and_under_another_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let state = PrivateFolder::open(&folder.path().join("state")).unwrap();
        let start = |id: &str| {
            let boot = Boot::with(Some(id.to_owned()), &state);
            let start_reason = boot.start_reason();
            boot.remember(&state);
            start_reason
        };
        assert_eq!(start("a"), StartReason::Boot);
        assert_eq!(start("a"), StartReason::Restart);
        assert_eq!(start("b"), StartReason::Boot);
        assert_eq!(start("b"), StartReason::Restart);
        assert_eq!(Boot::with(None, &state).start_reason(), StartReason::Boot);
    }
}
