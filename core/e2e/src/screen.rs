//! The windows on an X server, as a window manager sees them.

use anyhow::Context as _;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window};
use x11rb::rust_connection::RustConnection;

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
        let Some(window) = self.window(title)? else { return Ok(false) };
        Ok(self.connection.get_window_attributes(window)?.reply()?.map_state == MapState::VIEWABLE)
    }

    /// Asks the window with this title to close, like the button in its frame.
    pub fn close(&self, title: &str) -> anyhow::Result<()> {
        let window = self.window(title)?.with_context(|| format!("no window {title}"))?;
        let (protocols, delete) = (self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?);
        let message = ClientMessageEvent::new(32, window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?;
        Ok(())
    }

    /// Finds the window with this title that can be closed.
    fn window(&self, title: &str) -> anyhow::Result<Option<Window>> {
        let (protocols, title_property) = (self.atom("WM_PROTOCOLS")?, self.atom("_NET_WM_NAME")?);
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // A window can disappear meanwhile.
            let name = self.property(window, title_property).unwrap_or_default();
            if name == title.as_bytes() && self.property(window, protocols).is_ok_and(|value| !value.is_empty()) {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    fn property(&self, window: Window, name: u32) -> anyhow::Result<Vec<u8>> {
        Ok(self.connection.get_property(false, window, name, AtomEnum::ANY, 0, 1024)?.reply()?.value)
    }

    fn atom(&self, name: &str) -> anyhow::Result<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }
}
