//! The session with one client, from hello to goodbye. Bounded queues connect reading, processing and writing: the server stops
//! reading from a client that does not read its answers, and disconnects it after a while.

use std::sync::Arc;
use std::time::Duration;

use adit_api::{ApiError, Caller, Request, Service, dispatch};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::events::SharedFrame;
use crate::frame::{self, Frame, FrameError, encode};
use crate::limits::{Room, Ticket, acquire};
use crate::message::{Hello, OLDEST_PROTOCOL, ToClient, ToServer, parse_error};
use crate::{Events, Goodbye, MAX_FRAME, Peer, RoleSource};

/// Capacity of one client's queue of frames to be written.
const QUEUE: usize = 16;

/// State that all sessions share.
pub(crate) struct Shared<S: ?Sized, R> {
    pub(crate) program: String,
    pub(crate) events: Events,
    pub(crate) roles: R,
    pub(crate) service: Arc<S>,
}

/// A frame to be written, with the memory permits that it occupies.
struct Outgoing {
    frame: AnyFrame,
    _room: Room,
}

enum AnyFrame {
    Own(Frame),
    Shared(SharedFrame),
}

/// State that the tasks of one session share.
struct Session<S: ?Sized, R> {
    shared: Arc<Shared<S, R>>,
    peer: Peer,
    ticket: Ticket,
    queue: mpsc::Sender<Outgoing>,
}

/// Serves one client until the client or the daemon ends the connection.
pub(crate) async fn run<S: Service + ?Sized, R: RoleSource, T: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    shared: Arc<Shared<S, R>>,
    stream: T,
    peer: Peer,
    ticket: Ticket,
    mut stop: watch::Receiver<bool>,
) {
    let patience = ticket.accounts.limits().patience;
    let (mut reader, mut writer) = tokio::io::split(stream);
    let who = peer.who();
    if let Err(goodbye) = greet(&shared.program, &mut reader, &mut writer, &ticket).await {
        tracing::debug!(who, ?goodbye, "a client is sent away");
        if let Ok(frame) = encode(&ToClient::Goodbye(goodbye)) {
            let _ = timeout(patience, writer.write_all(&frame)).await;
        }
        return;
    }
    let (queue, outgoing) = mpsc::channel(QUEUE);
    let session = Arc::new(Session { shared, peer, ticket, queue });
    let mut calls = JoinSet::new();
    let mut subscription = JoinSet::new();
    let writing = write(writer, outgoing, patience);
    tokio::pin!(writing);
    let goodbye = tokio::select! {
        goodbye = session.read(&mut reader, &mut calls, &mut subscription) => goodbye,
        () = &mut writing => return,
        _ = stop.wait_for(|stopped| *stopped) => Some(Goodbye::ShuttingDown),
    };
    drop(subscription);
    // A client that closed its sending half may still want its answers. A client that sent invalid frames gets none.
    if !matches!(goodbye, None | Some(Goodbye::ShuttingDown)) {
        tracing::debug!(who, ?goodbye, "a client is sent away");
        calls.abort_all();
    }
    let finishing = async {
        while calls.join_next().await.is_some() {}
        if let Some(goodbye) = goodbye {
            session.send(&ToClient::Goodbye(goodbye)).await;
        }
        drop(session);
    };
    tokio::pin!(finishing);
    tokio::select! {
        () = &mut finishing => writing.await,
        () = &mut writing => {}
    }
}

/// Exchanges hellos with the client and checks that there is a common version.
async fn greet<T: AsyncRead + AsyncWrite>(
    program: &str,
    reader: &mut ReadHalf<T>,
    writer: &mut WriteHalf<T>,
    ticket: &Ticket,
) -> Result<(), Goodbye> {
    let ours = Hello::ours(program);
    let exchange = async {
        ticket.pace().await;
        writer.write_all(&encode(&ToClient::Hello(ours.clone()))?).await?;
        frame::read(reader).await
    };
    let frame = match timeout(ticket.accounts.limits().patience, exchange).await {
        Err(_) => return Err(Goodbye::TooSlow),
        Ok(Err(error)) => return Err(not_understood(error)),
        Ok(Ok(None)) => return Err(not_understood("the connection ended before a hello")),
        Ok(Ok(Some(frame))) => frame,
    };
    let theirs = match serde_json::from_slice(&frame) {
        Ok(ToServer::Hello(hello)) => hello,
        Ok(ToServer::Call { .. } | ToServer::Subscribe { .. }) => return Err(not_understood("no hello")),
        Err(_) => return Err(not_understood("the first frame is no hello")),
    };
    match ours.common(&theirs) {
        Some(_) => Ok(()),
        None if theirs.newest < OLDEST_PROTOCOL => Err(Goodbye::ClientTooOld { daemon: ours.program }),
        None => Err(Goodbye::ClientTooNew { daemon: ours.program }),
    }
}

impl<S: Service + ?Sized, R: RoleSource> Session<S, R> {
    /// Reads and starts the client's requests. Returns None when the client closes its sending half, or the goodbye for a
    /// client that must be disconnected.
    async fn read(
        self: &Arc<Self>,
        reader: &mut (impl AsyncRead + Unpin),
        calls: &mut JoinSet<()>,
        subscription: &mut JoinSet<()>,
    ) -> Option<Goodbye> {
        let mut last_id = None;
        loop {
            let (frame, room) = match self.next_frame(reader).await {
                Ok(Some(frame)) => frame,
                Ok(None) => return None,
                Err(goodbye) => return Some(goodbye),
            };
            while calls.try_join_next().is_some() {}
            let message = match serde_json::from_slice(&frame) {
                Ok(message) => message,
                Err(error) => return Some(not_understood(parse_error(&error))),
            };
            let id = match message {
                ToServer::Hello(_) => return Some(not_understood("a second hello")),
                ToServer::Call { id, .. } | ToServer::Subscribe { id } => id,
            };
            if last_id.replace(id).is_some_and(|last| last >= id) {
                return Some(not_understood("the id of a call is not greater than the one before"));
            }
            self.ticket.pace().await;
            match message {
                ToServer::Call { id, request } => match serde_json::from_str::<Request>(request.get()) {
                    Ok(request) => {
                        let slot = acquire(&self.ticket.account.working, 1).await;
                        calls.spawn(Arc::clone(self).call(id, request, slot, room));
                    }
                    Err(error) => {
                        let error = ApiError::BadRequest { detail: parse_error(&error) };
                        self.send(&ToClient::Error { id, error }).await;
                    }
                },
                ToServer::Subscribe { .. } if !subscription.is_empty() => return Some(not_understood("a second subscription")),
                ToServer::Subscribe { id } => {
                    let (sequence, notices) = self.shared.events.subscribe();
                    self.send(&ToClient::Subscribed { id, sequence }).await;
                    subscription.spawn(Arc::clone(self).forward(notices));
                }
                ToServer::Hello(_) => {}
            }
        }
    }

    /// Reads the next frame, or returns None at the end of the stream. The time limit starts with the frame's first byte.
    async fn next_frame(&self, reader: &mut (impl AsyncRead + Unpin)) -> Result<Option<(Frame, Room)>, Goodbye> {
        let Some(first) = frame::begin(reader).await.map_err(not_understood)? else {
            return Ok(None);
        };
        let rest = async {
            let length = frame::length(reader, first).await?;
            let room = self.ticket.room_in(length).await;
            Ok::<_, FrameError>((frame::body(reader, length).await?, room))
        };
        match timeout(self.ticket.accounts.limits().patience, rest).await {
            Ok(frame) => frame.map(Some).map_err(not_understood),
            Err(_) => Err(Goodbye::TooSlow),
        }
    }

    /// Processes one request and sends its answer. `slot` is one of the user's request slots and is held until the answer is
    /// queued; `room` is the memory of the request.
    async fn call(self: Arc<Self>, id: u64, request: Request, slot: OwnedSemaphorePermit, room: Room) {
        let method = request.method();
        let needs = self.shared.service.rights(&request);
        let role = self.shared.roles.role(&self.peer, needs.role).await;
        // A user whose role is too low is not asked for a password.
        let wanted = needs.action.filter(|_| role >= needs.role);
        let action = self.shared.roles.action(&self.peer, wanted).await;
        let caller = Caller { role, action, peer: Some(self.peer.id.clone()), who: self.peer.who() };
        let work = self.ticket.work(needs.role, role).await;
        let service = Arc::clone(&self.shared.service);
        let outcome = tokio::task::spawn_blocking(move || {
            let _held = (work, room);
            let message = match dispatch(&*service, &caller, request) {
                Ok(response) => ToClient::Answer { id, response: Box::new(response) },
                Err(error) => ToClient::Error { id, error },
            };
            // Encoded on this thread, because a large answer would block a thread that all sessions share.
            (encode_or_refuse(&message), slot)
        });
        // `_slot` is released after the answer is queued.
        let (frame, _slot) = match outcome.await {
            Ok((frame, slot)) => (frame, Some(slot)),
            Err(error) => {
                tracing::error!(method = method.name, %error, "a method panicked");
                (encode(&ToClient::Error { id, error: ApiError::Internal }), None)
            }
        };
        self.send_frame(frame).await;
    }

    async fn forward(self: Arc<Self>, mut notices: tokio::sync::broadcast::Receiver<SharedFrame>) {
        use tokio::sync::broadcast::error::RecvError;
        loop {
            match notices.recv().await {
                Ok(frame) => self.queue(AnyFrame::Shared(frame)).await,
                // The client sees the gap in the sequence numbers.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Encodes and queues a message. Waits until there is room in the queue.
    async fn send(&self, message: &ToClient) {
        self.send_frame(encode_or_refuse(message)).await;
    }

    async fn send_frame(&self, frame: Result<Frame, FrameError>) {
        match frame {
            Ok(frame) => self.queue(AnyFrame::Own(frame)).await,
            Err(error) => tracing::error!(%error, "an answer cannot be written"),
        }
    }

    async fn queue(&self, frame: AnyFrame) {
        let room = self.ticket.room_out(frame.bytes().len()).await;
        // Fails if the client has gone.
        let _ = self.queue.send(Outgoing { frame, _room: room }).await;
    }
}

/// Encodes a message. Replaces an answer that is too long with an error that says so.
fn encode_or_refuse(message: &ToClient) -> Result<Frame, FrameError> {
    match (encode(message), message) {
        (Err(FrameError::TooLong(_)), ToClient::Answer { id, .. }) => {
            let limit = u32::try_from(MAX_FRAME).unwrap_or(u32::MAX);
            encode(&ToClient::Error { id: *id, error: ApiError::TooLarge { limit } })
        }
        (frame, _) => frame,
    }
}

impl AnyFrame {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Own(frame) => frame,
            Self::Shared(frame) => frame,
        }
    }
}

/// Writes the queued frames until the queue closes, or until the client does not read within `patience`.
async fn write(mut writer: impl AsyncWrite + Unpin, mut queue: mpsc::Receiver<Outgoing>, patience: Duration) {
    while let Some(outgoing) = queue.recv().await {
        match timeout(patience, writer.write_all(outgoing.frame.bytes())).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                tracing::debug!("a client does not read what it is sent, and is let go");
                return;
            }
        }
    }
    // Fails if the client has gone.
    let _ = timeout(patience, writer.shutdown()).await;
}

fn not_understood(detail: impl ToString) -> Goodbye {
    Goodbye::NotUnderstood { detail: detail.to_string() }
}
