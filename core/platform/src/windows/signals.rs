//! Requests to end this process: Ctrl-C and the other events of a console, and an event object by which another process of Adit asks
//! for the end, because Windows has no signals.

use std::ffi::OsStr;
use std::io;
use std::num::NonZeroU32;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use windows_sys::Win32::Foundation::ERROR_ALREADY_EXISTS;
use windows_sys::Win32::System::Console::{
    CTRL_BREAK_EVENT, CTRL_C_EVENT, CTRL_CLOSE_EVENT, CTRL_LOGOFF_EVENT, CTRL_SHUTDOWN_EVENT, SetConsoleCtrlHandler,
};
use windows_sys::Win32::System::Threading::{
    CreateEventW, EVENT_MODIFY_STATE, INFINITE, OpenEventW, SetEvent, WaitForSingleObject,
};

use super::security::{descriptor, wide};
use super::token::{Token, checked};
use crate::signals::Signal;

/// Prefix of the name of a process's event; its number follows. `Global\` also reaches processes of other sessions.
const EVENT: &str = r"Global\Adit-End-";

/// Requests that this process listens for: they no longer end it by themselves.
pub struct Signals {
    requests: Receiver<Option<Signal>>,
    closer: Closer,
}

/// A handle that ends the wait for requests.
#[derive(Clone)]
pub struct Closer(Sender<Option<Signal>>);

/// The listener of one [`Signals`].
struct Ear {
    signals: Vec<Signal>,
    sender: Sender<Option<Signal>>,
}

/// The listeners of this process. The handler of the console's events calls them.
static EARS: Mutex<Vec<Ear>> = Mutex::new(Vec::new());

impl Signals {
    /// Listens for these requests from now on.
    pub fn listen(signals: &[Signal]) -> io::Result<Self> {
        listen_to_console()?;
        if signals.contains(&Signal::Terminate) {
            listen_to_event()?;
        }
        let (sender, requests) = channel();
        ears().push(Ear { signals: signals.to_vec(), sender: sender.clone() });
        Ok(Self { requests, closer: Closer(sender) })
    }

    /// Blocks until the next request; None after [`Closer::close`].
    pub fn next_signal(&mut self) -> Option<Signal> {
        self.requests.recv().ok().flatten()
    }

    /// Returns a handle that ends the wait from another thread.
    pub fn closer(&self) -> Closer {
        self.closer.clone()
    }
}

impl Closer {
    /// Makes [`Signals::next_signal`] return None.
    pub fn close(&self) {
        // Fails if nobody waits any more.
        let _ = self.0.send(None);
    }
}

/// Makes Ctrl-C and a request to terminate set `flag` from now on, instead of ending the process.
pub fn set_on_end(flag: &Arc<AtomicBool>) -> io::Result<()> {
    let mut signals = Signals::listen(&[Signal::Interrupt, Signal::Terminate])?;
    let flag = Arc::clone(flag);
    let wait = move || {
        while signals.next_signal().is_some() {
            flag.store(true, Ordering::SeqCst);
        }
    };
    thread::Builder::new().name("signals".into()).spawn(wait)?;
    Ok(())
}

/// Asks the process with this number to end.
///
/// # Errors
/// `NotFound` if it does not listen for [`Signal::Terminate`].
pub(super) fn ask_to_end(process: NonZeroU32) -> io::Result<()> {
    let name = event_of(process.get());
    // SAFETY: the name ends with a zero.
    let event = unsafe { OpenEventW(EVENT_MODIFY_STATE, 0, name.as_ptr()) };
    if event.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nobody else knows it.
    let event = unsafe { OwnedHandle::from_raw_handle(event) };
    // SAFETY: the event is open, with the right to set it.
    checked(unsafe { SetEvent(event.as_raw_handle()) })
}

fn event_of(process: u32) -> Vec<u16> {
    wide(OsStr::new(&format!("{EVENT}{process}")))
}

/// Makes the event by which other processes ask this one to end, and a thread that waits for it.
fn listen_to_event() -> io::Result<()> {
    static MADE: OnceLock<()> = OnceLock::new();
    if MADE.get().is_some() {
        return Ok(());
    }
    let own = Token::of_this_process()?.user()?;
    let descriptor = descriptor(&format!("D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;{own})"))?;
    let attributes = descriptor.attributes();
    let name = event_of(std::process::id());
    // SAFETY: the attributes, the descriptor and the name, which ends with a zero, live until the call has returned.
    let event = unsafe { CreateEventW(&raw const attributes, 0, 0, name.as_ptr()) };
    if event.is_null() {
        return Err(io::Error::last_os_error());
    }
    let error = io::Error::last_os_error();
    // SAFETY: the handle is new, and nobody else knows it.
    let event = unsafe { OwnedHandle::from_raw_handle(event) };
    if error.raw_os_error() == Some(ERROR_ALREADY_EXISTS.cast_signed()) {
        // Another process has made it, and could end this one.
        return Err(error);
    }
    let wait = move || {
        // SAFETY: the event is open as long as this thread runs.
        while unsafe { WaitForSingleObject(event.as_raw_handle(), INFINITE) } == 0 {
            tell(Signal::Terminate);
        }
    };
    thread::Builder::new().name("end-event".into()).spawn(wait)?;
    let _ = MADE.set(());
    Ok(())
}

fn listen_to_console() -> io::Result<()> {
    static SET: OnceLock<()> = OnceLock::new();
    if SET.get().is_none() {
        // SAFETY: the handler may be called at any time from any thread, also before this returns.
        checked(unsafe { SetConsoleCtrlHandler(Some(on_console_event), 1) })?;
        let _ = SET.set(());
    }
    Ok(())
}

/// Called by the system, on a thread of its own. Returns 1 if the event was handled.
unsafe extern "system" fn on_console_event(event: u32) -> i32 {
    let signal = match event {
        CTRL_C_EVENT => Signal::Interrupt,
        CTRL_BREAK_EVENT | CTRL_SHUTDOWN_EVENT | CTRL_LOGOFF_EVENT => Signal::Terminate,
        CTRL_CLOSE_EVENT => Signal::HangUp,
        _ => return 0,
    };
    if !tell(signal) {
        return 0;
    }
    if matches!(event, CTRL_CLOSE_EVENT | CTRL_LOGOFF_EVENT | CTRL_SHUTDOWN_EVENT) {
        // The system ends the process when this returns, and otherwise some seconds later. Until then the process may clean up.
        loop {
            thread::park();
        }
    }
    1
}

/// Returns false if nobody listens for it.
fn tell(signal: Signal) -> bool {
    let mut ears = ears();
    ears.retain(|ear| !ear.signals.contains(&signal) || ear.sender.send(Some(signal)).is_ok());
    ears.iter().any(|ear| ear.signals.contains(&signal))
}

fn ears() -> std::sync::MutexGuard<'static, Vec<Ear>> {
    EARS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_listens_hears_that_it_is_asked_to_end() {
        let mut signals = Signals::listen(&[Signal::Terminate]).unwrap();
        ask_to_end(NonZeroU32::new(std::process::id()).unwrap()).unwrap();
        assert_eq!(signals.next_signal(), Some(Signal::Terminate));
        let closer = signals.closer();
        closer.close();
        assert_eq!(signals.next_signal(), None);
    }

    #[test]
    fn a_process_that_does_not_listen_cannot_be_asked() {
        assert_eq!(ask_to_end(NonZeroU32::MAX).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
