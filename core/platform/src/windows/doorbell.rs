//! A doorbell with an event, so that a thread can wait for a packet queue in this process and for a socket at once, as it does
//! for a TUN device.

use std::io;
use std::os::windows::io::AsHandle;
use std::time::Duration;

use super::event::Event;
use super::poll;
use super::udp::Socket;
use crate::device::{Doorbell, Ready, Stop, UdpSocket};

/// [`Doorbell`] on an event.
pub struct EventDoorbell(Event);

impl EventDoorbell {
    /// Creates a doorbell that has not rung.
    pub fn new() -> io::Result<Self> {
        Ok(Self(Event::new()?))
    }
}

impl Doorbell for EventDoorbell {
    fn ring(&self) {
        self.0.set();
    }

    fn silence(&self) {
        self.0.reset();
    }

    fn wait(&self, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        poll::wait([Some(self.0.as_handle())], stop, patience)
    }

    fn wait_with(&self, socket: &dyn UdpSocket, stop: &dyn Stop, patience: Option<Duration>) -> io::Result<Ready> {
        let socket = socket.as_any().downcast_ref::<Socket>().ok_or(io::ErrorKind::Unsupported)?;
        socket.wait_beside(Some(self.0.as_handle()), stop, patience)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::device::UdpFactory;
    use crate::windows::stop::EventStop;
    use crate::windows::udp::WindowsUdp;

    #[test]
    fn it_rings_until_it_is_silenced_for_whoever_waits_and_beside_a_socket() {
        let (bell, stop) = (Arc::new(EventDoorbell::new().unwrap()), Arc::new(EventStop::new().unwrap()));
        let socket = WindowsUdp::default().bind(0, 0).unwrap();
        bell.ring();
        assert_eq!(bell.wait(&*stop, None).unwrap(), Ready::Readable);
        assert_eq!(bell.wait_with(&*socket, &*stop, None).unwrap(), Ready::Readable);
        bell.silence();
        bell.silence();
        let waits = std::thread::spawn({
            let (bell, stop) = (Arc::clone(&bell), Arc::clone(&stop));
            move || bell.wait_with(&*socket, &*stop, None)
        });
        stop.stop();
        assert_eq!(waits.join().unwrap().unwrap(), Ready::Stopped);
    }
}
