//! The networks of a fake computer.

use std::io;
use std::sync::{Arc, Mutex};

use super::lock;
use crate::network_facts::{Facts, FactsHandler, FactsWatch, Known, NetworkFacts};

/// [`NetworkFacts`] that a test sets.
#[derive(Clone, Default)]
pub struct FakeFacts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    facts: Known<Facts>,
    handlers: Vec<(u64, FactsHandler)>,
    next: u64,
}

impl FakeFacts {
    /// Creates a computer about whose networks nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the description. Every handler is called before this returns, unless nothing has changed.
    pub fn set(&self, facts: Known<Facts>) {
        let mut state = lock(&self.0);
        if state.facts != facts {
            state.facts = facts.clone();
            for (_, handler) in &mut state.handlers {
                handler(&facts);
            }
        }
    }
}

impl NetworkFacts for FakeFacts {
    fn watch(&self, mut handler: FactsHandler) -> io::Result<FactsWatch> {
        let mut state = lock(&self.0);
        handler(&state.facts);
        let id = state.next;
        state.next += 1;
        state.handlers.push((id, handler));
        let shared = Arc::clone(&self.0);
        Ok(FactsWatch::new(move || lock(&shared).handlers.retain(|(other, _)| *other != id)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_handler_hears_the_present_and_every_change_until_it_is_dropped() {
        let (fake, (tell, told)) = (FakeFacts::new(), channel());
        let watch = fake.watch(Box::new(move |facts| tell.send(facts.clone()).unwrap())).unwrap();
        let home = Known::Known(Facts { links: Vec::new(), other_vpn: Known::Known(false) });
        fake.set(home.clone());
        fake.set(home.clone());
        drop(watch);
        fake.set(Known::Unknown);
        assert_eq!(told.iter().collect::<Vec<_>>(), [Known::Unknown, home]);
    }
}
