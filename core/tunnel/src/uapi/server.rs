//! Serves each client on its own thread, with limits that keep a misbehaving client from starving the others.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use adit_platform::uapi_listener::{Incoming, UapiListener, UapiStream};

use super::answer::write_view;
use super::error::RequestError;
use super::line::LineReader;
use super::request::{Request, ScopeOf, read_request};
use crate::Control;
use crate::stack::leaving_no_trace;

/// Limits on the resources of clients.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum number of connections at once. One more closes the oldest, because a normal request takes milliseconds.
    pub connections: usize,
    /// Maximum time from the first byte of a request to its last, and again for its answer. Between requests a client may wait as
    /// long as it likes.
    pub request_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 64, request_time: Duration::from_secs(10) }
    }
}

/// The reason why a server ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// The socket's file was removed, which asks the tunnel to end.
    Removed,
    /// The listener was closed.
    Closed,
}

/// Pause after a failed accept, so that a process without descriptors does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `listener` until it ends, then ends all connections and waits for their threads.
pub fn serve(listener: &dyn UapiListener, control: &Arc<dyn Control>, limits: Limits) -> Ended {
    let open: Mutex<VecDeque<Arc<dyn UapiStream>>> = Mutex::default();
    thread::scope(|threads| {
        let ended = loop {
            match listener.accept() {
                Ok(Incoming::Removed) => break Ended::Removed,
                Ok(Incoming::Closed) => break Ended::Closed,
                Ok(Incoming::Stream(stream)) => {
                    admit(&open, &stream, limits.connections);
                    let (open, ended_stream) = (&open, Arc::clone(&stream));
                    let spawned = thread::Builder::new().name("uapi".to_owned()).spawn_scoped(threads, move || {
                        let answered =
                            answer_all(&*stream, &**control, limits.request_time, &|name| listener.interface_index(name));
                        if let Err(error) = answered {
                            tracing::debug!(%error, "a configuration client left");
                        }
                        forget(open, &stream);
                    });
                    if let Err(error) = spawned {
                        tracing::warn!(%error, "no thread for a configuration client");
                        forget(open, &ended_stream);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "accepting a configuration client");
                    thread::sleep(ACCEPT_PAUSE);
                }
            }
        };
        for stream in open.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            stream.close();
        }
        ended
    })
}

fn admit(open: &Mutex<VecDeque<Arc<dyn UapiStream>>>, stream: &Arc<dyn UapiStream>, limit: usize) {
    let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
    while open.len() >= limit.max(1) {
        if let Some(oldest) = open.pop_front() {
            oldest.close();
        }
    }
    open.push_back(Arc::clone(stream));
}

fn forget(open: &Mutex<VecDeque<Arc<dyn UapiStream>>>, stream: &Arc<dyn UapiStream>) {
    stream.close();
    open.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| !Arc::ptr_eq(other, stream));
}

/// Answers the requests of one client in turn, until it disconnects or its requests can no longer be parsed.
pub fn answer_all(stream: &dyn UapiStream, control: &dyn Control, request_time: Duration, scope: ScopeOf<'_>) -> io::Result<()> {
    let mut lines = LineReader::new(Timed { stream, deadline: None });
    loop {
        lines.stream().deadline = None;
        if !lines.begin_request()? {
            return Ok(());
        }
        lines.stream().deadline = Some(Instant::now() + request_time);
        let answered = leaving_no_trace(|| answer(&mut lines, stream, control, request_time, scope))?;
        let Some(outcome) = answered else { return Ok(()) };
        if let Err(error) = outcome {
            tracing::error!("configuration request refused: {error}");
            match error {
                RequestError::RequestTooLong => return lines.stream().drain(request_time),
                error if error.ends_connection() => return Ok(()),
                _ => {}
            }
        }
    }
}

/// Reads one request, executes it and answers it. Returns `None` if the client disconnected instead.
fn answer(
    lines: &mut LineReader<Timed<'_>>,
    stream: &dyn UapiStream,
    control: &dyn Control,
    request_time: Duration,
    scope: ScopeOf<'_>,
) -> io::Result<Option<Result<(), RequestError>>> {
    let request = match read_request(lines, scope) {
        Ok(None) => return Ok(None),
        Ok(Some(request)) => request,
        Err(error) if is_timeout(&error) => Err(RequestError::TimedOut),
        Err(error) => return Err(error),
    };
    let mut out = Timed { stream, deadline: Some(Instant::now() + request_time) };
    let outcome = match request {
        Ok(Request::Get) => {
            write_view(&mut out, &control.view())?;
            Ok(())
        }
        Ok(Request::Set(update)) => control.apply(update).map_err(RequestError::from),
        Err(error) => Err(error),
    };
    let errno = outcome.as_ref().err().map_or(0, RequestError::errno);
    out.write_all(format!("errno={errno}\n\n").as_bytes())?;
    Ok(Some(outcome))
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// A stream with one deadline for all reads and writes.
struct Timed<'a> {
    stream: &'a dyn UapiStream,
    deadline: Option<Instant>,
}

impl Timed<'_> {
    /// Reads what the client is still sending, because closing a connection with unread bytes would discard the answer.
    fn drain(&mut self, time: Duration) -> io::Result<()> {
        self.deadline = Some(Instant::now() + time);
        io::copy(self, &mut io::sink())?;
        Ok(())
    }

    fn left(&self) -> io::Result<Option<Duration>> {
        match self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
            Some(Duration::ZERO) => Err(io::ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.read(buffer, self.left()?)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes, self.left()?.unwrap_or(Duration::MAX))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
