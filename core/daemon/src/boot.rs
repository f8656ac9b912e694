//! Whether the computer was started since the last time, or only this program: after the former those tunnels come up that are to
//! come up with the computer, after the latter those that were up.

use adit_manager::manager::StartReason;
use adit_platform::native::boot;
use adit_platform::private_folder::{FolderError, PrivateFolder};

/// Holds what told the last start of the computer from all others.
const NAME: &str = "boot-id";
const LIMIT: u64 = 128;

/// This start of the computer.
pub(crate) struct Boot {
    id: Option<String>,
    last: Option<String>,
}

impl Boot {
    /// Compares with what the state folder remembers.
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

    /// Where nothing is known the computer was started: what nobody asked for does not come up.
    pub(crate) fn start_reason(&self) -> StartReason {
        if self.id.is_some() && self.id == self.last { StartReason::Restart } else { StartReason::Boot }
    }

    /// Remembers this one; to be called when tunnels have been told what to be.
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
