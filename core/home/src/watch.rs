//! Keeps asking, on a thread of its own.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use adit_platform::clock::{self, Alarm};
use adit_platform::device::Stop;
use adit_platform::{native, network_facts};
use adit_protocol::PublicKey;
use adit_rules::RuleSet;
use adit_rules::facts::{Facts, LocalTime};

use crate::facts::{facts, home_keys};
use crate::probe::HomeProbe;
use crate::schedule::Schedule;

/// Asks the links of this computer for the homes that rules name: at each change of the network, and every three minutes. Nobody
/// waits for the questions. It ends when dropped.
pub struct Homes {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    schedule: Mutex<Schedule>,
    alarm: Alarm,
    stop: Arc<dyn Stop>,
}

impl Shared {
    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Homes {
    /// Starts the thread, in the network namespace of the caller. It calls `changed` after each change of an answer.
    ///
    /// # Errors
    /// If the system starts no thread, or lacks the adapters.
    pub fn start(probe: Arc<dyn HomeProbe>, changed: Box<dyn FnMut() + Send>) -> io::Result<Self> {
        let shared = Arc::new(Shared { schedule: Mutex::default(), alarm: Alarm::new()?, stop: native::new_stop()? });
        let work = {
            let shared = Arc::clone(&shared);
            move || run(&shared, &*probe, changed)
        };
        let thread = std::thread::Builder::new().name("homes".into()).spawn(work)?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Sets the present networks and rules. Answers of other networks no longer count from now on. Does not block. Without
    /// networks, and for rules without a home probe, nothing is asked.
    pub fn set(&self, networks: &network_facts::Known<network_facts::Facts>, rules: &RuleSet) {
        self.ask_for(networks, &home_keys(rules));
    }

    fn ask_for(&self, networks: &network_facts::Known<network_facts::Facts>, keys: &[PublicKey]) {
        let links = match networks {
            network_facts::Known::Known(facts) => &facts.links[..],
            network_facts::Known::Unknown => &[],
        };
        self.shared.schedule().set(links, keys, clock::instant());
        self.shared.alarm.wake();
    }

    /// Returns the facts that rules decide about: the networks as the system describes them, with the homes that answered there.
    /// Does not block.
    pub fn facts(&self, networks: &network_facts::Facts, at: LocalTime) -> Facts {
        let schedule = self.shared.schedule();
        facts(networks, at, |link| schedule.result(link))
    }
}

impl Drop for Homes {
    fn drop(&mut self) {
        self.shared.stop.stop();
        self.shared.alarm.wake();
        // The callback itself may drop the last owner.
        let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id()) else {
            return;
        };
        if thread.join().is_err() {
            tracing::error!("the thread that asks for homes has panicked");
        }
    }
}

impl fmt::Debug for Homes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Homes")
    }
}

fn run(shared: &Shared, probe: &dyn HomeProbe, mut changed: Box<dyn FnMut() + Send>) {
    while !shared.stop.is_stopped() {
        let question = shared.schedule().next(clock::instant());
        let Some(question) = question else {
            let due = shared.schedule().next_due();
            if let Err(error) = shared.alarm.wait(due) {
                tracing::error!(%error, "homes are no longer asked for");
                return;
            }
            continue;
        };
        let answered = match probe.ask(&question.interface, &question.keys, &*shared.stop) {
            Ok(asked) => Some(asked.answered),
            Err(error) => {
                tracing::debug!(%error, interface = question.interface, "a link cannot be asked whether it is home");
                None
            }
        };
        if shared.stop.is_stopped() {
            return;
        }
        let has_changed = shared.schedule().asked(question, answered, clock::instant());
        if has_changed {
            changed();
        }
    }
}

#[cfg(test)]
mod tests;
