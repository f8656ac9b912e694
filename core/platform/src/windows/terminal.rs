//! Reads the size and controls the keyboard of the console.

use std::io;
use std::os::windows::io::AsRawHandle;
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{HANDLE, WAIT_FAILED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Console::{
    CONSOLE_MODE, CONSOLE_SCREEN_BUFFER_INFO, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, ENABLE_PROCESSED_INPUT, GetConsoleMode,
    GetConsoleScreenBufferInfo, INPUT_RECORD, KEY_EVENT, PeekConsoleInputW, ReadConsoleInputW, SetConsoleMode,
};
use windows_sys::Win32::System::Threading::WaitForSingleObject;

use super::token::checked;
use crate::terminal::{Keys, Size};

/// Returns the size of the window of the console on standard output. None if standard output is no console.
pub fn size() -> Option<Size> {
    let mut info = CONSOLE_SCREEN_BUFFER_INFO::default();
    // SAFETY: the handle belongs to the process as long as it runs; the system fills memory that is ours.
    checked(unsafe { GetConsoleScreenBufferInfo(io::stdout().as_raw_handle(), &raw mut info) }).ok()?;
    let window = info.srWindow;
    let length = |from: i16, to: i16| usize::try_from(i32::from(to) - i32::from(from) + 1).ok();
    Some(Size { rows: length(window.Top, window.Bottom)?, columns: length(window.Left, window.Right)? })
}

/// A keyboard from which each key is read at once. Dropping this restores its mode.
pub struct Keyboard(CONSOLE_MODE);

impl Keyboard {
    /// Makes standard input, which is a console, deliver keys one by one.
    pub fn begin(keys: Keys) -> io::Result<Self> {
        let mut before = 0;
        // SAFETY: the handle belongs to the process as long as it runs; the system writes one number.
        checked(unsafe { GetConsoleMode(input(), &raw mut before) })?;
        let mut changed = before & !(ENABLE_LINE_INPUT | ENABLE_ECHO_INPUT);
        if keys == Keys::HiddenWithoutSignals {
            changed &= !ENABLE_PROCESSED_INPUT;
        }
        set_mode(changed)?;
        Ok(Self(before))
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        // There is nothing to do if the console is gone.
        let _ = set_mode(self.0);
    }
}

/// Waits up to `patience` for a key, or for the time to pass if there is no keyboard. Returns true if a key can be read.
pub fn wait_for_key(keyboard: Option<&Keyboard>, patience: Duration) -> io::Result<bool> {
    if keyboard.is_none() {
        thread::sleep(patience);
        return Ok(false);
    }
    let end = Instant::now() + patience;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        // SAFETY: the handle belongs to the process as long as it runs.
        match unsafe { WaitForSingleObject(input(), left.as_millis().try_into().unwrap_or(u32::MAX - 1)) } {
            WAIT_OBJECT_0 if is_key_next()? => return Ok(true),
            // Another event, such as a key that is released or a window that has changed.
            WAIT_OBJECT_0 if !left.is_zero() => {}
            WAIT_FAILED => return Err(io::Error::last_os_error()),
            _ => return Ok(false),
        }
    }
}

/// Returns true if the next event of the console gives a character. Takes another event away.
fn is_key_next() -> io::Result<bool> {
    let (mut event, mut count) = (INPUT_RECORD::default(), 0);
    // SAFETY: the handle belongs to the process as long as it runs; the system writes at most one event, and a number.
    checked(unsafe { PeekConsoleInputW(input(), &raw mut event, 1, &raw mut count) })?;
    if count == 0 {
        return Ok(false);
    }
    if u32::from(event.EventType) == KEY_EVENT {
        // SAFETY: an event of this type is one of a key; a key always has a character, if only the zero.
        let is_character = unsafe { event.Event.KeyEvent.bKeyDown != 0 && event.Event.KeyEvent.uChar.UnicodeChar != 0 };
        if is_character {
            return Ok(true);
        }
    }
    // SAFETY: as above; there is an event, so that this does not wait.
    checked(unsafe { ReadConsoleInputW(input(), &raw mut event, 1, &raw mut count) })?;
    Ok(false)
}

fn set_mode(mode: CONSOLE_MODE) -> io::Result<()> {
    // SAFETY: the handle belongs to the process as long as it runs.
    checked(unsafe { SetConsoleMode(input(), mode) })
}

fn input() -> HANDLE {
    io::stdin().as_raw_handle()
}
