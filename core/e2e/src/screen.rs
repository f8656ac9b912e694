//! The windows on an X server, as a window manager sees them.

mod drag;

use std::time::Duration;

use anyhow::{Context as _, ensure};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, ImageFormat, InputFocus,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::process::wait_for;

/// Time for a window to come or go.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time for a program to say what it has copied. One that ends meanwhile says nothing.
const ANSWER: Duration = Duration::from_secs(2);

/// The key Tab, as a keysym.
pub const TAB: u32 = 0xff09;
/// The key Return, as a keysym.
pub const RETURN: u32 = 0xff0d;
/// The left Shift key, as a keysym.
const SHIFT: u32 = 0xffe1;

/// A connection to the X server.
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    /// Connects to the display, such as `:1000`.
    pub fn open(display: &str) -> anyhow::Result<Self> {
        let (connection, screen) = x11rb::connect(Some(display))?;
        let root = connection.setup().roots.get(screen).context("no screen")?.root;
        Ok(Self { connection, root })
    }

    /// Returns true if the window with this title is on the screen.
    pub fn shows(&self, title: &str) -> anyhow::Result<bool> {
        Ok(self.window(title)?.is_some_and(|window| self.is_viewable(window)))
    }

    /// Waits until the window with this title is on the screen, or is not.
    pub fn wait_for(&self, title: &str, is_shown: bool) -> anyhow::Result<()> {
        let what = format!("the window {title} {}", if is_shown { "to come" } else { "to go" });
        wait_for(&what, PATIENCE, || self.shows(title).is_ok_and(|shown| shown == is_shown).then_some(()))
    }

    /// Waits for a window with another title than these, and returns it.
    pub fn wait_for_another(&self, titles: &[&str]) -> anyhow::Result<Window> {
        wait_for("another window", PATIENCE, || {
            let windows = self.windows().ok()?;
            let other =
                windows.into_iter().find(|(window, title)| !titles.contains(&title.as_str()) && self.is_viewable(*window))?;
            Some(other.0)
        })
    }

    /// Types a text of ASCII characters into the window with this title.
    pub fn type_text(&self, title: &str, text: &str) -> anyhow::Result<()> {
        text.chars().try_for_each(|character| self.press(title, u32::from(character)))
    }

    /// Gives the window with this title the focus.
    pub fn focus(&self, title: &str) -> anyhow::Result<()> {
        let window = self.window(title)?.with_context(|| format!("no window {title}"))?;
        self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
        Ok(())
    }

    /// Presses a key, with Shift if the keyboard has the keysym there, while the window with this title has the focus.
    pub fn press(&self, title: &str, keysym: u32) -> anyhow::Result<()> {
        self.focus(title)?;
        let (code, has_shift) = self.key(keysym)?;
        let (shift, _) = self.key(SHIFT)?;
        let strike = |kind, code| self.connection.xtest_fake_input(kind, code, x11rb::CURRENT_TIME, x11rb::NONE, 0, 0, 0);
        if has_shift {
            strike(KEY_PRESS_EVENT, shift)?.check()?;
        }
        strike(KEY_PRESS_EVENT, code)?.check()?;
        strike(KEY_RELEASE_EVENT, code)?.check()?;
        if has_shift {
            strike(KEY_RELEASE_EVENT, shift)?.check()?;
        }
        Ok(())
    }

    /// Finds the key of a keysym, and whether Shift belongs to it.
    fn key(&self, keysym: u32) -> anyhow::Result<(u8, bool)> {
        let (first, last) = (self.connection.setup().min_keycode, self.connection.setup().max_keycode);
        let map = self.connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        let width = usize::from(map.keysyms_per_keycode);
        ensure!(width > 0, "the keyboard has no keys");
        let codes = (first..=last).zip(map.keysyms.chunks(width));
        let column = |keysyms: &[u32]| keysyms.iter().take(2).position(|other| *other == keysym);
        let found = codes.filter_map(|(code, keysyms)| Some((code, column(keysyms)? == 1))).min_by_key(|(_, shift)| *shift);
        found.with_context(|| format!("the keyboard has no key for {keysym:#x}"))
    }

    /// Asks the window with this title to close, like the button in its frame.
    pub fn close(&self, title: &str) -> anyhow::Result<()> {
        self.close_window(self.window(title)?.with_context(|| format!("no window {title}"))?)
    }

    /// Asks a window to close.
    pub fn close_window(&self, window: Window) -> anyhow::Result<()> {
        let (protocols, delete) = (self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?);
        let message = ClientMessageEvent::new(32, window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?;
        Ok(())
    }

    /// Shows a greyscale picture in front of all windows, until this connection ends.
    pub fn show(&self, (left, top): (i16, i16), (width, height): (u16, u16), luma: &[u8]) -> anyhow::Result<()> {
        let root = self.connection.setup().roots.iter().find(|screen| screen.root == self.root).context("no screen")?;
        ensure!(root.root_depth == 24 && luma.len() == usize::from(width) * usize::from(height), "another kind of picture");
        let data: Vec<u8> = luma.iter().flat_map(|luma| [*luma, *luma, *luma, 0]).collect();
        let (pixmap, window, context) =
            (self.connection.generate_id()?, self.connection.generate_id()?, self.connection.generate_id()?);
        self.connection.create_pixmap(24, pixmap, self.root, width, height)?.check()?;
        self.connection.create_gc(context, pixmap, &CreateGCAux::new())?.check()?;
        // A request has a largest size, so the rows go one by one.
        for (row, top) in data.chunks(usize::from(width) * 4).zip(0..) {
            let format = ImageFormat::Z_PIXMAP;
            self.connection.put_image(format, pixmap, context, width, 1, 0, top, 0, 24, row)?.check()?;
        }
        let look = CreateWindowAux::new().background_pixmap(pixmap).override_redirect(1);
        let (class, visual) = (WindowClass::INPUT_OUTPUT, root.root_visual);
        self.connection.create_window(24, window, self.root, left, top, width, height, 0, class, visual, &look)?.check()?;
        self.connection.map_window(window)?.check()?;
        Ok(())
    }

    /// Returns true if no window that is on the screen is in front of the one with this title.
    pub fn is_in_front(&self, title: &str) -> anyhow::Result<bool> {
        let windows = self.connection.query_tree(self.root)?.reply()?.children;
        let front = windows.into_iter().rev().find(|window| self.is_viewable(*window));
        Ok(front.is_some() && front == self.window(title)?)
    }

    /// Returns the id of the start that the window with this title belongs to (`_NET_STARTUP_ID`, startup notification).
    pub fn startup_id(&self, title: &str) -> anyhow::Result<String> {
        let window = self.window(title)?.with_context(|| format!("no window {title}"))?;
        Ok(String::from_utf8(self.property(window, self.atom("_NET_STARTUP_ID")?)?)?)
    }

    /// Counts the colours of the window with this title, which must be on the screen and in front.
    pub fn colours(&self, title: &str) -> anyhow::Result<usize> {
        let window = self.window(title)?.with_context(|| format!("no window {title}"))?;
        let size = self.connection.get_geometry(window)?.reply()?;
        let whole = self.connection.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, size.width, size.height, u32::MAX)?;
        let pixels = whole.reply()?.data;
        Ok(pixels.chunks_exact(4).collect::<std::collections::BTreeSet<_>>().len())
    }

    /// Returns the text in the clipboard; empty if there is none.
    pub fn clipboard(&self) -> anyhow::Result<String> {
        let (clipboard, form, place) = (self.atom("CLIPBOARD")?, self.atom("UTF8_STRING")?, self.atom("ADIT_TEST_CLIPBOARD")?);
        if self.connection.get_selection_owner(clipboard)?.reply()?.owner == x11rb::NONE {
            return Ok(String::new());
        }
        let window = self.connection.generate_id()?;
        let (class, look) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
        self.connection.create_window(0, window, self.root, 0, 0, 1, 1, 0, class, x11rb::COPY_FROM_PARENT, &look)?.check()?;
        self.connection.convert_selection(window, clipboard, form, place, x11rb::CURRENT_TIME)?.check()?;
        let answer = || match self.connection.poll_for_event() {
            Ok(Some(Event::SelectionNotify(answer))) if answer.requestor == window => Some(answer.property),
            _ => None,
        };
        let property = wait_for("the owner of the clipboard", ANSWER, answer)?;
        let text = if property == x11rb::NONE { Vec::new() } else { self.property(window, property)? };
        self.connection.destroy_window(window)?.check()?;
        Ok(String::from_utf8(text)?)
    }

    /// Finds the window with this title that can be closed.
    fn window(&self, title: &str) -> anyhow::Result<Option<Window>> {
        Ok(self.windows()?.into_iter().find(|(_, name)| name == title).map(|(window, _)| window))
    }

    /// Returns the windows that can be closed, with their titles.
    fn windows(&self) -> anyhow::Result<Vec<(Window, String)>> {
        let (protocols, title_property) = (self.atom("WM_PROTOCOLS")?, self.atom("_NET_WM_NAME")?);
        let mut found = Vec::new();
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // A window can disappear meanwhile.
            let name = self.property(window, title_property).unwrap_or_default();
            if self.property(window, protocols).is_ok_and(|value| !value.is_empty()) {
                found.push((window, String::from_utf8_lossy(&name).into_owned()));
            }
        }
        Ok(found)
    }

    fn is_viewable(&self, window: Window) -> bool {
        let attributes = self.connection.get_window_attributes(window).ok().and_then(|cookie| cookie.reply().ok());
        attributes.is_some_and(|attributes| attributes.map_state == MapState::VIEWABLE)
    }

    fn property(&self, window: Window, name: u32) -> anyhow::Result<Vec<u8>> {
        Ok(self.connection.get_property(false, window, name, AtomEnum::ANY, 0, 1024)?.reply()?.value)
    }

    fn atom(&self, name: &str) -> anyhow::Result<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}
