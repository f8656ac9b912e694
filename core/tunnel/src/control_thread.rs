//! The control thread: handles handshakes, timers, and the workers' requests to the engine.

use adit_platform::clock;

use crate::shared::Shared;

/// Handshake messages handled between two looks at the clock. A flood of them must neither stop the timers nor delay the tunnel's
/// end.
const MESSAGES_AT_ONCE: usize = 64;

/// Runs until the tunnel stops.
pub(crate) fn run(shared: &Shared) {
    while !shared.stop.is_stopped() {
        for _ in 0..MESSAGES_AT_ONCE {
            let Some((from, mut message, waiting)) = shared.next_waiting() else { break };
            let now = clock::now();
            shared.with_engine(|engine| {
                engine.note_backlog(waiting, now.instant);
                // A dropped message is counted and reported as an event.
                let _ = engine.handle_handshake(from, &mut message, now);
            });
        }
        shared.with_engine(|engine| engine.handle_timeout(clock::now()));
        // Asked only after everything was sent, because sending may start a timer.
        let deadline = shared.engine().poll_timeout();
        if shared.is_any_waiting() {
            continue;
        }
        if let Err(error) = shared.alarm.wait(deadline) {
            tracing::error!(%error, "the alarm failed; timers stop");
            break;
        }
    }
}
