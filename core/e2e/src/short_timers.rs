//! The intervals of `short-timers-wg`: some sixty times shorter than the protocol's, so that a test sees in seconds what takes
//! minutes.

use std::time::Duration;

use adit_protocol::Timing;

/// A session lives five seconds and is replaced after two. All keys are erased after fifteen seconds.
pub const SHORT: Timing = Timing {
    rekey_after: Duration::from_secs(2),
    reject_after: Duration::from_secs(5),
    rekey_timeout: Duration::from_millis(500),
    rekey_attempt: Duration::from_secs(9),
    keepalive: Duration::from_secs(1),
};
