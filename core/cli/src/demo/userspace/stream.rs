//! Blocking TCP connections of the stack.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use smoltcp::iface::SocketHandle;
use smoltcp::socket::tcp::{RecvError, Socket, SocketBuffer, State};
use smoltcp::wire::IpAddress;

use super::super::sockets::{self, PATIENCE, Sockets};
use super::{FIRST_PORT, Inside, Shared, Stack};

/// Bytes of a connection that may be under way in each direction. More than the socket buffers of UDP hold would be lost on the way.
const WINDOW: usize = 128 * 1024;

/// One end of a connection. Its socket stays in the stack, which ends soon after.
struct Stream {
    shared: Arc<Shared>,
    handle: SocketHandle,
}

struct Listener {
    shared: Arc<Shared>,
    on: SocketAddrV4,
    handle: SocketHandle,
}

impl Inside {
    fn socket(&mut self, handle: SocketHandle) -> &mut Socket<'static> {
        self.sockets.get_mut(handle)
    }

    fn add_socket(&mut self) -> SocketHandle {
        let buffer = || SocketBuffer::new(vec![0; WINDOW]);
        self.sockets.add(Socket::new(buffer(), buffer()))
    }

    fn listen(&mut self, on: SocketAddrV4) -> io::Result<SocketHandle> {
        let handle = self.add_socket();
        self.socket(handle).listen(on).map_err(io::Error::other)?;
        Ok(handle)
    }
}

impl Shared {
    /// Blocks until `look` finds something, at most for [`PATIENCE`] unless `patient`; then the stack has something to do.
    fn wait_for<T>(&self, patient: bool, mut look: impl FnMut(&mut Inside) -> io::Result<Option<T>>) -> io::Result<T> {
        let deadline = Instant::now() + PATIENCE;
        let mut inside = self.lock();
        loop {
            if inside.ended {
                return Err(io::ErrorKind::NetworkDown.into());
            }
            if let Some(found) = look(&mut inside)? {
                drop(inside);
                self.work.notify_one();
                return Ok(found);
            }
            if !patient && Instant::now() >= deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            inside = self.progress.wait_timeout(inside, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Sockets for Stack {
    fn connect(&self, to: SocketAddrV4) -> io::Result<Box<dyn sockets::Stream>> {
        let mut inside = self.shared.lock();
        let port = inside.next_port;
        inside.next_port = port.checked_add(1).unwrap_or(FIRST_PORT);
        let handle = inside.add_socket();
        let Inside { interface, sockets, .. } = &mut *inside;
        sockets.get_mut::<Socket<'_>>(handle).connect(interface.context(), to, port).map_err(io::Error::other)?;
        drop(inside);
        self.shared.work.notify_one();
        let stream = Stream { shared: Arc::clone(&self.shared), handle };
        self.shared.wait_for(false, |inside| match inside.socket(handle).state() {
            State::SynSent => Ok(None),
            State::Closed => Err(io::ErrorKind::ConnectionRefused.into()),
            _ => Ok(Some(())),
        })?;
        Ok(Box::new(stream))
    }

    fn listen(&self, on: SocketAddrV4) -> io::Result<Box<dyn sockets::Listener>> {
        let handle = self.shared.lock().listen(on)?;
        Ok(Box::new(Listener { shared: Arc::clone(&self.shared), on, handle }))
    }
}

impl sockets::Listener for Listener {
    fn accept(&mut self) -> io::Result<(Box<dyn sockets::Stream>, Ipv4Addr)> {
        let (on, handle) = (self.on, self.handle);
        let (from, next) = self.shared.wait_for(true, |inside| {
            let socket = inside.socket(handle);
            if matches!(socket.state(), State::Listen | State::SynReceived) {
                return Ok(None);
            }
            let from = match socket.remote_endpoint().map(|endpoint| endpoint.addr) {
                Some(IpAddress::Ipv4(from)) => from,
                _ => Ipv4Addr::UNSPECIFIED,
            };
            Ok(Some((from, inside.listen(on)?)))
        })?;
        self.handle = next;
        Ok((Box::new(Stream { shared: Arc::clone(&self.shared), handle }), from))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.shared.wait_for(false, |inside| match inside.socket(self.handle).recv_slice(buffer) {
            Ok(0) => Ok(None),
            Ok(count) => Ok(Some(count)),
            Err(RecvError::Finished) => Ok(Some(0)),
            Err(RecvError::InvalidState) => Err(io::ErrorKind::ConnectionReset.into()),
        })
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.shared.wait_for(false, |inside| match inside.socket(self.handle).send_slice(bytes) {
            Ok(0) => Ok(None),
            Ok(count) => Ok(Some(count)),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl sockets::Stream for Stream {
    fn finish(&mut self) -> io::Result<()> {
        self.shared.lock().socket(self.handle).close();
        self.shared.work.notify_one();
        Ok(())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let mut inside = self.shared.lock();
        let socket = inside.socket(self.handle);
        if socket.may_recv() {
            socket.abort();
        } else {
            socket.close();
        }
        drop(inside);
        self.shared.work.notify_one();
    }
}
