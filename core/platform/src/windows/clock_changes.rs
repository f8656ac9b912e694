//! Notices when the computer wakes up, by the system's notification, and when the wall clock is set. Windows tells the latter only
//! to windows, so the clocks are compared now and then.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::AsHandle;
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use windows_sys::Win32::Foundation::NO_ERROR;
use windows_sys::Win32::System::Power::{
    DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, PowerRegisterSuspendResumeNotification, PowerUnregisterSuspendResumeNotification,
};
use windows_sys::Win32::System::SystemInformation::GetTickCount64;
use windows_sys::Win32::System::WindowsProgramming::QueryUnbiasedInterruptTime;
use windows_sys::Win32::UI::WindowsAndMessaging::{DEVICE_NOTIFY_CALLBACK, PBT_APMRESUMEAUTOMATIC};

use super::event::Event;
use super::poll::wait_for_any;
use crate::clock_changes::{ClockChange, SleepMeter};

/// Interval at which the clocks are compared.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// A smaller step of the wall clock is one of its small corrections.
const LEAST_STEP: Duration = Duration::from_secs(1);

/// A subscription to the computer's waking up, and the clocks at the last look.
pub struct ClockChanges {
    woken: Arc<Event>,
    /// The subscription. The system keeps a pointer to the event until it ends.
    registration: *mut c_void,
    clocks: Clocks,
}

// SAFETY: the registration is only passed to the function that ends it, which any thread may call.
unsafe impl Send for ClockChanges {}

impl std::fmt::Debug for ClockChanges {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ClockChanges").field("clocks", &self.clocks).finish_non_exhaustive()
    }
}

impl ClockChanges {
    /// Watches the clock from now on.
    pub fn new() -> io::Result<Self> {
        let woken = Arc::new(Event::new()?);
        let parameters =
            DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS { Callback: Some(resumed), Context: Arc::as_ptr(&woken).cast_mut().cast() };
        let mut registration = ptr::null_mut();
        // SAFETY: with this flag the recipient is a pointer to the parameters, which the system copies. The event that they point
        // to lives until the subscription has ended.
        let code = unsafe {
            PowerRegisterSuspendResumeNotification(
                DEVICE_NOTIFY_CALLBACK,
                (&raw const parameters).cast_mut().cast(),
                &raw mut registration,
            )
        };
        if code != NO_ERROR {
            return Err(io::Error::from_raw_os_error(code.cast_signed()));
        }
        Ok(Self { woken, registration, clocks: Clocks::new(Reading::now()) })
    }

    /// Blocks until the clock jumps.
    pub fn wait(&mut self) -> io::Result<ClockChange> {
        loop {
            wait_for_any(&[self.woken.as_handle()], Some(LOOK_EVERY))?;
            self.woken.reset();
            if let Some(change) = self.clocks.look(Reading::now()) {
                return Ok(change);
            }
        }
    }
}

impl Drop for ClockChanges {
    fn drop(&mut self) {
        // SAFETY: the subscription is ended once, before the event goes.
        unsafe { PowerUnregisterSuspendResumeNotification(self.registration as isize) };
    }
}

unsafe extern "system" fn resumed(event: *const c_void, kind: u32, _: *const c_void) -> u32 {
    if kind == PBT_APMRESUMEAUTOMATIC {
        // SAFETY: it is the event that was registered, which lives as long as the subscription.
        unsafe { &*event.cast::<Event>() }.set();
    }
    NO_ERROR
}

/// Three clocks at one moment.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Since 1970.
    wall: Duration,
    /// Since the computer started.
    since_boot: Duration,
    /// The same without time asleep.
    awake: Duration,
}

impl Reading {
    fn now() -> Self {
        /// The unit of the interrupt time: 100 ns.
        const UNITS_PER_SECOND: u64 = 10_000_000;
        let mut units = 0_u64;
        // SAFETY: the system writes one number. It fails only if there is no place for it.
        unsafe { QueryUnbiasedInterruptTime(&raw mut units) };
        let rest = u32::try_from(units % UNITS_PER_SECOND * 100).unwrap_or_default();
        Self {
            wall: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            // SAFETY: it has no arguments.
            since_boot: Duration::from_millis(unsafe { GetTickCount64() }),
            awake: Duration::new(units / UNITS_PER_SECOND, rest),
        }
    }
}

/// Compares the clocks at one look with those at the last.
#[derive(Debug)]
struct Clocks {
    last: Reading,
    asleep: SleepMeter,
}

impl Clocks {
    fn new(now: Reading) -> Self {
        let mut asleep = SleepMeter::default();
        asleep.slept(now.since_boot, now.awake);
        Self { last: now, asleep }
    }

    fn look(&mut self, now: Reading) -> Option<ClockChange> {
        let slept = self.asleep.slept(now.since_boot, now.awake);
        let last = std::mem::replace(&mut self.last, now);
        let expected = last.wall + now.since_boot.saturating_sub(last.since_boot);
        let is_set = expected.abs_diff(now.wall) >= LEAST_STEP;
        slept.map(ClockChange::Slept).or(is_set.then_some(ClockChange::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(wall: u64, since_boot: u64, awake: u64) -> Reading {
        let seconds = Duration::from_secs;
        Reading { wall: seconds(wall), since_boot: seconds(since_boot), awake: seconds(awake) }
    }

    #[test]
    fn time_asleep_is_told_from_a_wall_clock_that_was_set_and_from_time_that_passes() {
        let mut clocks = Clocks::new(reading(1_000_000, 500, 400));
        assert_eq!(clocks.look(reading(1_000_010, 510, 410)), None);
        assert_eq!(clocks.look(reading(1_003_610, 4_110, 420)), Some(ClockChange::Slept(Duration::from_secs(3_590))));
        assert_eq!(clocks.look(reading(1_003_620, 4_120, 430)), None);
        assert_eq!(clocks.look(reading(900_000, 4_130, 440)), Some(ClockChange::Set), "back");
        assert_eq!(clocks.look(reading(1_003_640, 4_140, 450)), Some(ClockChange::Set), "forward");
    }

    #[test]
    fn the_clocks_of_this_system_go_forward_together() {
        let mut clocks = Clocks::new(Reading::now());
        assert_eq!(clocks.look(Reading::now()), None);
        drop(ClockChanges::new().unwrap());
    }
}
