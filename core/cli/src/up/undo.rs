//! What has been done and how to take it back, the last first.

use super::{say, warn};

type Action<'a> = Box<dyn FnOnce() -> anyhow::Result<()> + 'a>;

/// A stack of steps to take back. Taken back when it is dropped, so that no way out of a function forgets it.
#[derive(Default)]
pub(super) struct Undo<'a> {
    steps: Vec<(String, Action<'a>)>,
}

impl<'a> Undo<'a> {
    /// To be called before the step is tried: one that fails half-way is taken back too, so that `action` must bear to find nothing.
    /// `what` is printed when it is taken back; nothing where it is empty.
    pub(super) fn push(&mut self, what: impl Into<String>, action: impl FnOnce() -> anyhow::Result<()> + 'a) {
        self.steps.push((what.into(), Box::new(action)));
    }
}

impl Drop for Undo<'_> {
    /// A step that cannot be taken back is reported, and the others are still taken back.
    fn drop(&mut self) {
        while let Some((what, action)) = self.steps.pop() {
            if !what.is_empty() {
                say(&what);
            }
            if let Err(error) = action() {
                warn(format!("{error:#}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_last_step_is_taken_back_first_and_a_failure_does_not_stop_the_others() {
        let order = RefCell::new(Vec::new());
        let mut undo = Undo::default();
        for number in 0..3 {
            let order = &order;
            undo.push("", move || {
                order.borrow_mut().push(number);
                if number == 1 { anyhow::bail!("as the test asked for") } else { Ok(()) }
            });
        }
        drop(undo);
        assert_eq!(*order.borrow(), [2, 1, 0]);
    }
}
