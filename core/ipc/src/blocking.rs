//! A connection for programs that have nothing else to do while they wait.

use std::io;
use std::time::Duration;

use adit_api::{ApiError, BlockingTransport, Notice, Request, Response, Transport};
use tokio::runtime::{Builder, Runtime};

use crate::{ClientError, Connection, Notices};

/// A connection whose calls block.
#[derive(Debug)]
pub struct Blocking {
    connection: Connection,
    // Dropped last: the connection's tasks run on it.
    runtime: Runtime,
}

/// Notices, one after the other.
#[derive(Debug)]
pub struct BlockingNotices<'a> {
    notices: Notices,
    runtime: &'a Runtime,
}

impl Blocking {
    /// What `connect` connects.
    pub fn open<E: From<io::Error>>(connect: impl Future<Output = Result<Connection, E>>) -> Result<Self, E> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(connect)?;
        Ok(Self { connection, runtime })
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Asks for all that happens from now on. Once for each connection.
    pub fn subscribe(&self) -> Result<BlockingNotices<'_>, ClientError> {
        let notices = self.runtime.block_on(self.connection.subscribe())?;
        Ok(BlockingNotices { notices, runtime: &self.runtime })
    }
}

impl BlockingTransport for Blocking {
    type Error = ClientError;

    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, ClientError> {
        self.runtime.block_on(self.connection.call(request))
    }
}

impl BlockingNotices<'_> {
    /// Sequence of the last notice before the first that comes.
    pub fn since(&self) -> u64 {
        self.notices.since
    }

    /// The next one; None when nothing happens for so long. After an error there is nothing more to come.
    pub fn next_within(&mut self, patience: Duration) -> Option<Result<Notice, ClientError>> {
        let next = async { tokio::time::timeout(patience, self.notices.next()).await };
        self.runtime.block_on(next).ok()
    }
}

impl Iterator for BlockingNotices<'_> {
    type Item = Result<Notice, ClientError>;

    /// Blocks until something happens. After an error there is nothing more to come.
    fn next(&mut self) -> Option<Self::Item> {
        Some(self.runtime.block_on(self.notices.next()))
    }
}
