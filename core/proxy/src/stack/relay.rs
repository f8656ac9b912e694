//! Moves bytes in both directions between a connection and a program's socket until both ends have closed.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use smoltcp::socket::tcp::State;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::tcp::Connection;

/// Maximum time that a connection may be half closed without a byte, because the program may have ended without closing it.
const HALF_CLOSED: Duration = Duration::from_secs(3600);

/// Rounds after which other tasks have their turn.
const ROUNDS: usize = 32;

/// The reason why a connection ended before both ends had closed.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The other end of the tunnel reset the connection or stopped answering.
    #[error("the connection was reset")]
    Reset,
    /// The program's socket failed.
    #[error("the program's connection broke: {0}")]
    Program(io::Error),
    /// One end closed long ago, and the other one never did.
    #[error("the connection stood half closed for {} s", HALF_CLOSED.as_secs())]
    HalfClosed,
}

/// The state of the two ends.
struct Progress {
    /// True if the program will write no more.
    program_finished: bool,
    /// True if the other end of the tunnel will write no more.
    other_finished: bool,
    /// True if the program was told that no more data will come.
    told: bool,
    unflushed: bool,
    last: Instant,
}

impl Connection {
    /// Moves bytes in both directions. One end is read only if the other has room, and each direction is closed as soon as its
    /// sender closed it.
    ///
    /// # Errors
    /// See [`RelayError`]. A connection that failed on the program's side is reset when it is dropped.
    pub async fn relay<S: AsyncRead + AsyncWrite + Unpin>(&mut self, program: &mut S) -> Result<(), RelayError> {
        let mut progress =
            Progress { program_finished: false, other_finished: false, told: false, unflushed: false, last: Instant::now() };
        poll_fn(|context| self.poll_relay(program, &mut progress, context)).await
    }

    fn poll_relay<S: AsyncRead + AsyncWrite + Unpin>(
        &mut self,
        program: &mut S,
        progress: &mut Progress,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), RelayError>> {
        for _ in 0..ROUNDS {
            self.take_in(context);
            let inwards = self.write_to_program(program, progress, context).map_err(RelayError::Program)?;
            let outwards = self.read_from_program(program, progress, context).map_err(RelayError::Program)?;
            self.send_out();
            let state = self.socket().state();
            progress.other_finished |= matches!(state, State::CloseWait | State::Closing | State::LastAck | State::TimeWait);
            match state {
                State::TimeWait if progress.told => return Poll::Ready(Ok(())),
                State::Closed if progress.told && progress.program_finished => return Poll::Ready(Ok(())),
                // Both ends have closed in order, and the program has not read everything yet.
                State::Closed if progress.other_finished && progress.program_finished => {}
                State::Closed => return Poll::Ready(Err(RelayError::Reset)),
                State::TimeWait
                | State::Listen
                | State::SynSent
                | State::SynReceived
                | State::Established
                | State::FinWait1
                | State::FinWait2
                | State::CloseWait
                | State::Closing
                | State::LastAck => {}
            }
            if !inwards && !outwards {
                return self.rest(progress, context);
            }
            progress.last = Instant::now();
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn rest(&mut self, progress: &Progress, context: &mut Context<'_>) -> Poll<Result<(), RelayError>> {
        let end = (progress.program_finished || progress.told).then(|| progress.last + HALF_CLOSED);
        if end.is_some_and(|end| end <= Instant::now()) {
            return Poll::Ready(Err(RelayError::HalfClosed));
        }
        self.wait(context, end);
        Poll::Pending
    }

    /// Writes received bytes to the program. Returns true if anything moved.
    fn write_to_program<S: AsyncWrite + Unpin>(
        &mut self,
        program: &mut S,
        progress: &mut Progress,
        context: &mut Context<'_>,
    ) -> io::Result<bool> {
        let mut moved = false;
        while self.socket().can_recv() {
            let written = self.socket().recv(|bytes| match Pin::new(&mut *program).poll_write(context, bytes) {
                Poll::Ready(Ok(count)) => (count, Some(Ok(count))),
                Poll::Ready(Err(error)) => (0, Some(Err(error))),
                Poll::Pending => (0, None),
            });
            match written {
                Ok(Some(Ok(0))) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(Some(Ok(_))) => (moved, progress.unflushed) = (true, true),
                Ok(Some(Err(error))) => return Err(error),
                Ok(None) => return Ok(moved),
                Err(_) => break,
            }
        }
        if progress.unflushed {
            match Pin::new(&mut *program).poll_flush(context) {
                Poll::Ready(result) => result?,
                Poll::Pending => return Ok(moved),
            }
            progress.unflushed = false;
        }
        if !progress.told && self.has_heard_all() {
            match Pin::new(program).poll_shutdown(context) {
                // An error means that the program has disconnected and need not be told.
                Poll::Ready(Ok(()) | Err(_)) => (moved, progress.told) = (true, true),
                Poll::Pending => {}
            }
        }
        Ok(moved)
    }

    /// Returns true if the other end has closed and every byte before that was read.
    fn has_heard_all(&mut self) -> bool {
        matches!(self.socket().recv(|_| (0, ())), Err(smoltcp::socket::tcp::RecvError::Finished))
    }

    /// Reads bytes from the program. Returns true if anything moved.
    fn read_from_program<S: AsyncRead + Unpin>(
        &mut self,
        program: &mut S,
        progress: &mut Progress,
        context: &mut Context<'_>,
    ) -> io::Result<bool> {
        if progress.program_finished || !self.socket().can_send() {
            return Ok(false);
        }
        let read = self.socket().send(|room| {
            let mut buffer = ReadBuf::new(room);
            match Pin::new(program).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) => (buffer.filled().len(), Some(Ok(buffer.filled().len()))),
                Poll::Ready(Err(error)) => (0, Some(Err(error))),
                Poll::Pending => (0, None),
            }
        });
        match read {
            Ok(Some(Ok(0))) => {
                progress.program_finished = true;
                self.socket().close();
                Ok(true)
            }
            Ok(Some(Ok(_))) => Ok(true),
            Ok(Some(Err(error))) => Err(error),
            Ok(None) | Err(_) => Ok(false),
        }
    }
}
