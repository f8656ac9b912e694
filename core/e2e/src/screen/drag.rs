//! Drags something onto a window, as another program does (XDND, version 5).

use anyhow::{Context as _, ensure};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::{PATIENCE, Screen};
use crate::process::wait_for;

const VERSION: u32 = 5;
/// The bit in the answer of a window that takes what is dragged over it.
const TAKES: u32 = 1;

impl Screen {
    /// Drops a text of the type `kind`, such as `text/uri-list`, on the middle of the window with this title.
    pub fn drop_on(&self, title: &str, kind: &str, text: &str) -> anyhow::Result<()> {
        let target = self.window(title)?.with_context(|| format!("no window {title}"))?;
        let source = self.connection.generate_id()?;
        let (class, look) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
        self.connection.create_window(0, source, self.root, 0, 0, 1, 1, 0, class, x11rb::COPY_FROM_PARENT, &look)?.check()?;
        self.connection.set_selection_owner(source, self.atom("XdndSelection")?, x11rb::CURRENT_TIME)?.check()?;
        let drag = Drag { screen: self, source, target, kind: self.atom(kind)?, text };
        drag.send("XdndEnter", [source, VERSION << 24, drag.kind, 0, 0])?;
        let size = self.connection.get_geometry(target)?.reply()?;
        let middle = self.connection.translate_coordinates(
            target,
            self.root,
            i16::try_from(size.width / 2)?,
            i16::try_from(size.height / 2)?,
        )?;
        let middle = middle.reply()?;
        let place = u32::from(u16::try_from(middle.dst_x)?) << 16 | u32::from(u16::try_from(middle.dst_y)?);
        let copy = self.atom("XdndActionCopy")?;
        // A page looks at what is dragged before it takes it.
        wait_for("the window to take the drag", PATIENCE, || {
            drag.send("XdndPosition", [source, 0, place, x11rb::CURRENT_TIME, copy]).ok()?;
            let [_, answer, ..] = drag.wait_for_answer("XdndStatus").ok()?;
            (answer & TAKES != 0).then_some(())
        })?;
        drag.send("XdndDrop", [source, 0, x11rb::CURRENT_TIME, 0, 0])?;
        let [_, answer, ..] = drag.wait_for_answer("XdndFinished")?;
        ensure!(answer & TAKES != 0, "the window did not take what was dropped");
        self.connection.destroy_window(source)?.check()?;
        Ok(())
    }
}

struct Drag<'a> {
    screen: &'a Screen,
    source: Window,
    target: Window,
    kind: u32,
    text: &'a str,
}

impl Drag<'_> {
    fn send(&self, message: &str, data: [u32; 5]) -> anyhow::Result<()> {
        let event = ClientMessageEvent::new(32, self.target, self.screen.atom(message)?, data);
        self.screen.connection.send_event(false, self.target, EventMask::NO_EVENT, event)?.check()?;
        Ok(())
    }

    /// Hands out the text to all who ask, until the target sends this message.
    fn wait_for_answer(&self, message: &str) -> anyhow::Result<[u32; 5]> {
        let kind = self.screen.atom(message)?;
        wait_for(message, PATIENCE, || {
            while let Ok(Some(event)) = self.screen.connection.poll_for_event() {
                match event {
                    Event::ClientMessage(event) if event.window == self.source && event.type_ == kind => {
                        return Some(event.data.as_data32());
                    }
                    // The program that asks notices if it gets nothing.
                    Event::SelectionRequest(request) => drop(self.hand_out(&request)),
                    _ => {}
                }
            }
            None
        })
    }

    fn hand_out(&self, request: &SelectionRequestEvent) -> anyhow::Result<()> {
        let connection = &self.screen.connection;
        let is_known = request.target == self.kind;
        if is_known {
            let (place, text) = (request.property, self.text.as_bytes());
            connection.change_property8(PropMode::REPLACE, request.requestor, place, self.kind, text)?.check()?;
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if is_known { request.property } else { AtomEnum::NONE.into() },
        };
        connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?.check()?;
        Ok(())
    }
}
