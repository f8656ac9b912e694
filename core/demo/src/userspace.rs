//! The IP stack of `adit proxy`, for users who may not make interfaces. The tunnel sees it as a TUN device, the demo as
//! [`Sockets`](crate::sockets::Sockets).

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use adit_platform::device::TunDevice;
use adit_platform::native;
use adit_proxy::stack::{self, ConnectError, Connection};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::sockets::{self, PATIENCE, Sockets};

/// The buffer between a program and the stack, in each direction, bytes.
const BUFFER: usize = 64 * 1024;

/// A running stack with one address. Dropping it ends the stack.
pub(crate) struct Stack {
    stack: stack::Stack,
    runtime: Arc<Runtime>,
}

/// A socket that listens on one port.
struct Listener {
    listener: stack::Listener,
    runtime: Arc<Runtime>,
}

/// One end of a connection: a task carries its bytes to and from the stack.
struct Stream {
    pipe: DuplexStream,
    runtime: Arc<Runtime>,
}

impl Stack {
    /// Starts a stack, and returns the device that connects it to a tunnel.
    pub(crate) fn start(address: Ipv4Addr, mtu: usize) -> anyhow::Result<(Self, TunDevice)> {
        let runtime = Arc::new(Builder::new_multi_thread().worker_threads(1).enable_time().build()?);
        let _in_runtime = runtime.enter();
        let (stack, device) = stack::Stack::start(vec![address.into()], mtu, native::doorbell()?)?;
        Ok((Self { stack, runtime: Arc::clone(&runtime) }, device))
    }
}

impl Sockets for Stack {
    fn connect(&self, to: SocketAddrV4) -> io::Result<Box<dyn sockets::Stream>> {
        let connection = self.runtime.block_on(self.stack.connect(to.into(), PATIENCE)).map_err(not_connected)?;
        Ok(Box::new(Stream::of(connection, &self.runtime)))
    }

    fn listen(&self, on: SocketAddrV4) -> io::Result<Box<dyn sockets::Listener>> {
        let listener = self.stack.listen(on.port()).ok_or(io::ErrorKind::AddrInUse)?;
        Ok(Box::new(Listener { listener, runtime: Arc::clone(&self.runtime) }))
    }
}

impl sockets::Listener for Listener {
    fn accept(&mut self) -> io::Result<(Box<dyn sockets::Stream>, Ipv4Addr)> {
        let next = async { self.listener.next().await.ok_or(ConnectError::Unreachable)?.accept().await };
        let connection = self.runtime.block_on(next).map_err(not_connected)?;
        let from = match connection.remote() {
            SocketAddr::V4(from) => *from.ip(),
            SocketAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        };
        Ok((Box::new(Stream::of(connection, &self.runtime)), from))
    }
}

impl Stream {
    fn of(mut connection: Connection, runtime: &Arc<Runtime>) -> Self {
        let (pipe, mut far_end) = tokio::io::duplex(BUFFER);
        runtime.spawn(async move {
            // The error is ignored: a broken connection closes the pipe, and the program notices that.
            let _ = connection.relay(&mut far_end).await;
        });
        Self { pipe, runtime: Arc::clone(runtime) }
    }

    fn in_time<T>(runtime: &Runtime, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        runtime.block_on(async { timeout(PATIENCE, work).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))? })
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Self::in_time(&self.runtime, self.pipe.read(buffer))
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Self::in_time(&self.runtime, self.pipe.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl sockets::Stream for Stream {
    fn finish(&mut self) -> io::Result<()> {
        Self::in_time(&self.runtime, self.pipe.shutdown())
    }
}

fn not_connected(error: ConnectError) -> io::Error {
    let kind = match error {
        ConnectError::Refused => io::ErrorKind::ConnectionRefused,
        ConnectError::Unreachable | ConnectError::NoAddress(_) => io::ErrorKind::HostUnreachable,
        ConnectError::TimedOut(_) => io::ErrorKind::TimedOut,
        ConnectError::TooMany => io::ErrorKind::QuotaExceeded,
    };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests;
