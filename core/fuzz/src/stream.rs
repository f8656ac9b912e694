//! A stream to a client whose input is complete in advance.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
}

/// Runs `future` on this thread's runtime.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.with(|runtime| runtime.block_on(future))
}

/// Delivers its bytes in reads of limited size and records what it is sent.
pub(crate) struct Client<'a> {
    says: &'a [u8],
    /// Maximum number of bytes per read.
    piece: usize,
    pub(crate) told: Vec<u8>,
}

impl<'a> Client<'a> {
    pub(crate) fn new(says: &'a [u8], piece: usize) -> Self {
        Self { says, piece: piece.max(1), told: Vec::new() }
    }

    /// Returns the bytes that were not read.
    pub(crate) const fn left(&self) -> &'a [u8] {
        self.says
    }
}

impl AsyncRead for Client<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let count = self.says.len().min(self.piece).min(buffer.remaining());
        let (piece, rest) = self.says.split_at(count);
        buffer.put_slice(piece);
        self.says = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Client<'_> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.told.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
