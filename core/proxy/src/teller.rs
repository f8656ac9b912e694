//! Reports failures on the terminal, at a limited rate.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Minimum time between two lines; the others are counted.
const PAUSE: Duration = Duration::from_secs(2);

/// The output for lines, and the source of the tunnel's state.
pub struct Teller {
    say: Box<dyn Fn(&str) + Send + Sync>,
    ails: Box<dyn Fn() -> Option<String> + Send + Sync>,
    last: Mutex<(Option<Instant>, usize)>,
}

impl Teller {
    /// `say` prints a line; `ails` returns what is wrong with the tunnel itself, if anything.
    pub fn new(say: impl Fn(&str) + Send + Sync + 'static, ails: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Self { say: Box::new(say), ails: Box::new(ails), last: Mutex::default() }
    }

    /// Prints a line, unless another one was printed recently.
    pub(crate) fn tell(&self, line: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if last.0.is_some_and(|last| now.duration_since(last) < PAUSE) {
            last.1 += 1;
            return;
        }
        let more = std::mem::replace(&mut *last, (Some(now), 0)).1;
        drop(last);
        let more = if more == 0 { String::new() } else { format!(" ({more} more failures were not shown)") };
        (self.say)(&format!("{line}{more}"));
    }

    /// Returns what is wrong with the tunnel, as the end of a line.
    pub(crate) fn because(&self) -> String {
        (self.ails)().map_or_else(String::new, |ails| format!(": {ails}"))
    }
}
