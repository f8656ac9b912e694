//! The windows on an X server, as a window manager sees them.

use anyhow::{Context as _, ensure};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateGCAux, CreateWindowAux, EventMask, ImageFormat, InputFocus,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// The code of the tabulator key on an X server's usual keyboard.
pub const TAB: u8 = 23;
/// The code of the return key.
pub const RETURN: u8 = 36;

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

    /// Presses keys in the window with this title, by their codes ([`TAB`], [`RETURN`]).
    pub fn press(&self, title: &str, keys: &[u8]) -> anyhow::Result<()> {
        let window = self.window(title)?.with_context(|| format!("no window {title}"))?;
        self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)?.check()?;
        for key in keys {
            for kind in [KEY_PRESS_EVENT, KEY_RELEASE_EVENT] {
                self.connection.xtest_fake_input(kind, *key, x11rb::CURRENT_TIME, x11rb::NONE, 0, 0, 0)?.check()?;
            }
        }
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
