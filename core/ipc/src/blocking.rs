//! A client connection whose calls block the calling thread, for programs without an asynchronous runtime.

use std::io;
use std::time::Duration;

use adit_api::{ApiError, BlockingTransport, Notice, Request, Response, Transport};
use tokio::runtime::{Builder, Runtime};

use crate::{ClientError, Connection, Notices};

/// A connection whose calls block until the answer arrives.
#[derive(Debug)]
pub struct Blocking {
    connection: Connection,
    // Dropped after the connection, whose tasks run on this runtime.
    runtime: Runtime,
}

/// An iterator over the daemon's notices that blocks until the next one arrives.
#[derive(Debug)]
pub struct BlockingNotices<'a> {
    notices: Notices,
    runtime: &'a Runtime,
}

impl Blocking {
    /// Runs `connect` to completion on a new runtime and keeps the runtime for later calls.
    pub fn open<E: From<io::Error>>(connect: impl Future<Output = Result<Connection, E>>) -> Result<Self, E> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let connection = runtime.block_on(connect)?;
        Ok(Self { connection, runtime })
    }

    /// Returns the asynchronous connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Subscribes to all events from now on. A connection can have one subscription.
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
    /// Returns the sequence number of the last notice before the subscription.
    pub fn since(&self) -> u64 {
        self.notices.since
    }

    /// Returns the next notice, or None if none arrives within `patience`. No notice follows an error.
    pub fn next_within(&mut self, patience: Duration) -> Option<Result<Notice, ClientError>> {
        let next = async { tokio::time::timeout(patience, self.notices.next()).await };
        self.runtime.block_on(next).ok()
    }
}

impl Iterator for BlockingNotices<'_> {
    type Item = Result<Notice, ClientError>;

    /// Blocks until the next notice arrives. No notice follows an error.
    fn next(&mut self) -> Option<Self::Item> {
        Some(self.runtime.block_on(self.notices.next()))
    }
}
