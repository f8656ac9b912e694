//! Homes in memory, for tests.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use adit_platform::device::Stop;
use adit_protocol::PublicKey;

use crate::probe::HomeProbe;
use crate::run::Asked;

/// [`HomeProbe`] of a computer whose links the test puts homes on. Clones are the same computer.
#[derive(Clone, Debug, Default)]
pub struct FakeProbe(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The homes on each link. A link that is not here cannot be asked.
    homes: BTreeMap<String, Vec<PublicKey>>,
    questions: Vec<(String, Vec<PublicKey>)>,
}

impl FakeProbe {
    /// Creates a computer without links.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, the owners of `keys` answer on the link of `interface`, and nobody else.
    pub fn set(&self, interface: &str, keys: &[PublicKey]) {
        self.state().homes.insert(interface.to_owned(), keys.to_vec());
    }

    /// From now on, the link of `interface` cannot be asked.
    pub fn remove(&self, interface: &str) {
        self.state().homes.remove(interface);
    }

    /// Returns the questions so far: interface and keys.
    pub fn questions(&self) -> Vec<(String, Vec<PublicKey>)> {
        self.state().questions.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HomeProbe for FakeProbe {
    fn ask(&self, interface: &str, keys: &[PublicKey], _: &dyn Stop) -> io::Result<Asked> {
        let mut state = self.state();
        state.questions.push((interface.to_owned(), keys.to_vec()));
        let homes = state.homes.get(interface).ok_or(io::ErrorKind::NotFound)?;
        Ok(Asked { answered: keys.iter().copied().filter(|key| homes.contains(key)).collect(), refused: None })
    }
}
