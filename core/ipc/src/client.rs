//! The client's end of a connection: concurrent calls and a subscription to notices.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use adit_api::{ApiError, Notice, Request, Response, Transport};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::frame::{self, Frame, FrameError, encode};
use crate::message::{Asking, ToClient};
use crate::{Goodbye, Hello};

/// Time that the daemon may take to send its hello.
const PATIENCE: Duration = Duration::from_secs(5);
/// Capacity of the queue of frames that wait to be written.
const QUEUE: usize = 16;
/// Number of received notices that wait for the subscriber. A subscriber that falls further behind misses the oldest ones,
/// never the last one.
const NOTICES: usize = 1024;

/// The reason why a connection could not be opened or has ended.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClientError {
    /// The daemon ended the connection and said why.
    #[error(transparent)]
    Goodbye(#[from] Goodbye),
    /// The daemon speaks only versions of the contract that this program does not speak.
    #[error(
        "the daemon ({daemon}) is {} than this program, and they do not understand each other; {}",
        if *.is_older { "older" } else { "newer" },
        if *.is_older { "restart or update the daemon" } else { "update this program" }
    )]
    Version {
        /// Program and version of the daemon.
        daemon: String,
        /// True if the daemon is older than this program, false if it is newer.
        is_older: bool,
    },
    /// The daemon did not send its hello in time.
    #[error("the daemon does not answer; see how it is with: systemctl status aditd")]
    Silent,
    /// The daemon sent a frame that is not valid in the contract.
    #[error("the daemon's answer is not understood: {0}")]
    NotUnderstood(String),
    /// The connection has ended.
    #[error("the connection to the daemon has ended")]
    Closed,
    /// The request exceeds [`MAX_FRAME`](crate::MAX_FRAME).
    #[error("this is too large for the daemon: at most 1 MiB")]
    TooLarge,
    /// The connection has a subscription already.
    #[error("this connection has a subscription already")]
    Subscribed,
}

/// A connection to a daemon. Dropping it closes the connection.
#[derive(Debug)]
pub struct Connection {
    daemon: Hello,
    state: Arc<Mutex<State>>,
    outgoing: mpsc::Sender<Frame>,
    _tasks: JoinSet<()>,
}

/// State that the calls share with the reading task.
#[derive(Debug, Default)]
struct State {
    last_id: u64,
    waiting: HashMap<u64, oneshot::Sender<Reply>>,
    notices: Option<broadcast::Sender<Notice>>,
    /// The reason why the connection ended; set once, by the reading task.
    ended: Option<ClientError>,
}

#[derive(Debug)]
enum Reply {
    Answer(Box<Result<Response, ApiError>>),
    Subscribed(u64),
}

/// Notices in the order of their sequence numbers. A gap in the sequence numbers means that notices were missed.
#[derive(Debug)]
pub struct Notices {
    /// Sequence number of the last notice before the subscription.
    pub since: u64,
    receiver: broadcast::Receiver<Notice>,
    state: Arc<Mutex<State>>,
}

impl Connection {
    /// Exchanges hellos with the daemon over a connected stream. `program` is this program's name and version, such as
    /// `adit 0.1.0`.
    pub async fn open<T>(stream: T, program: &str) -> Result<Self, ClientError>
    where
        T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let ours = Hello::ours(program);
        let exchange = async {
            let hello = encode(&Asking::Hello(&ours))?;
            // A daemon that rejects this client may have closed its end already. Its goodbye can still be read.
            let _ = writer.write_all(&hello).await;
            frame::read(&mut reader).await
        };
        let frame = timeout(PATIENCE, exchange).await.map_err(|_| ClientError::Silent)?.map_err(frame_error)?;
        let daemon = match parse(&frame.ok_or(ClientError::Closed)?)? {
            ToClient::Hello(hello) => hello,
            ToClient::Goodbye(goodbye) => return Err(goodbye.into()),
            ToClient::Answer { .. } | ToClient::Error { .. } | ToClient::Subscribed { .. } | ToClient::Notice(_) => {
                return Err(ClientError::NotUnderstood("no hello".to_owned()));
            }
        };
        if ours.common(&daemon).is_none() {
            return Err(ClientError::Version { is_older: daemon.newest < ours.oldest, daemon: daemon.program });
        }
        let state = Arc::default();
        let (outgoing, queue) = mpsc::channel(QUEUE);
        let mut tasks = JoinSet::new();
        tasks.spawn(write(writer, queue));
        tasks.spawn(read(reader, Arc::clone(&state)));
        Ok(Self { daemon, state, outgoing, _tasks: tasks })
    }

    /// Returns the daemon's hello: its program name and the versions that it speaks.
    pub fn daemon(&self) -> &Hello {
        &self.daemon
    }

    /// Subscribes to all events from now on. A connection can have one subscription.
    pub async fn subscribe(&self) -> Result<Notices, ClientError> {
        let (sender, receiver) = broadcast::channel(NOTICES);
        {
            let mut state = lock(&self.state);
            if state.notices.is_some() {
                return Err(ClientError::Subscribed);
            }
            state.notices = Some(sender);
        }
        match self.ask(|id| encode(&Asking::Subscribe { id })).await? {
            Reply::Subscribed(since) => Ok(Notices { since, receiver, state: Arc::clone(&self.state) }),
            Reply::Answer(_) => Err(ClientError::NotUnderstood("an answer to a subscription".to_owned())),
        }
    }

    async fn ask(&self, message: impl FnOnce(u64) -> Result<Frame, FrameError>) -> Result<Reply, ClientError> {
        let (sender, reply) = oneshot::channel();
        let room = self.outgoing.reserve().await.map_err(|_| self.why_ended())?;
        {
            // The lock keeps ids in order: they must arrive in the order in which they are assigned.
            let mut state = lock(&self.state);
            if let Some(error) = &state.ended {
                return Err(error.clone());
            }
            let id = state.last_id + 1;
            let frame = message(id).map_err(frame_error)?;
            state.last_id = id;
            state.waiting.insert(id, sender);
            room.send(frame);
        }
        reply.await.map_err(|_| self.why_ended())
    }

    fn why_ended(&self) -> ClientError {
        lock(&self.state).ended.clone().unwrap_or(ClientError::Closed)
    }
}

impl Transport for Connection {
    type Error = ClientError;

    async fn call(&self, request: Request) -> Result<Result<Response, ApiError>, ClientError> {
        match self.ask(|id| encode(&Asking::Call { id, request: &request })).await? {
            Reply::Answer(answer) => Ok(*answer),
            Reply::Subscribed(_) => Err(ClientError::NotUnderstood("a subscription in place of an answer".to_owned())),
        }
    }
}

impl Notices {
    /// Returns the next notice, or an error if the connection has ended.
    pub async fn next(&mut self) -> Result<Notice, ClientError> {
        loop {
            match self.receiver.recv().await {
                Ok(notice) => return Ok(notice),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err(lock(&self.state).ended.clone().unwrap_or(ClientError::Closed)),
            }
        }
    }
}

async fn write(mut writer: impl AsyncWrite + Unpin, mut queue: mpsc::Receiver<Frame>) {
    while let Some(frame) = queue.recv().await {
        // `read` finds out why the connection ended.
        if writer.write_all(&frame).await.is_err() {
            return;
        }
    }
}

async fn read(mut reader: impl AsyncRead + Unpin, state: Arc<Mutex<State>>) {
    let error = loop {
        let message = match frame::read(&mut reader).await {
            Ok(Some(frame)) => parse(&frame),
            Ok(None) => Err(ClientError::Closed),
            Err(error) => Err(frame_error(error)),
        };
        let (id, reply) = match message {
            Ok(ToClient::Answer { id, response }) => (id, Reply::Answer(Box::new(Ok(*response)))),
            Ok(ToClient::Error { id, error }) => (id, Reply::Answer(Box::new(Err(error)))),
            Ok(ToClient::Subscribed { id, sequence }) => (id, Reply::Subscribed(sequence)),
            Ok(ToClient::Notice(notice)) => {
                if let Some(notices) = &lock(&state).notices {
                    // Fails if the subscriber has dropped its `Notices`.
                    let _ = notices.send(notice);
                }
                continue;
            }
            Ok(ToClient::Goodbye(goodbye)) => break goodbye.into(),
            Ok(ToClient::Hello(_)) => break ClientError::NotUnderstood("a second hello".to_owned()),
            Err(error) => break error,
        };
        let waiting = lock(&state).waiting.remove(&id);
        if let Some(waiting) = waiting {
            // Fails if the caller no longer waits for the answer.
            let _ = waiting.send(reply);
        }
    };
    let mut state = lock(&state);
    state.ended = Some(error);
    state.waiting.clear();
    state.notices = None;
}

fn parse(frame: &Frame) -> Result<ToClient, ClientError> {
    serde_json::from_slice(frame).map_err(|error| ClientError::NotUnderstood(crate::message::parse_error(&error)))
}

fn frame_error(error: FrameError) -> ClientError {
    match error {
        FrameError::TooLong(_) => ClientError::TooLarge,
        FrameError::Cut | FrameError::Io(_) => ClientError::Closed,
        FrameError::Empty | FrameError::TooDeep => ClientError::NotUnderstood(error.to_string()),
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
