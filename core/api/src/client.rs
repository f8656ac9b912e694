//! The caller's side: the contract's methods on anything that carries a request there and an answer back.

use std::future::Future;

use crate::page::{self, last_name, take_tunnels};
use crate::{ApiError, PeerPage, Request, Response, TunnelId, TunnelView};

/// Carries requests, without blocking.
pub trait Transport {
    /// Why a request or its answer did not arrive.
    type Error;

    /// Sends the request and waits for its answer.
    fn call(&self, request: Request) -> impl Future<Output = Result<Result<Response, ApiError>, Self::Error>> + Send;
}

/// Carries requests; blocks until the answer is there.
pub trait BlockingTransport {
    /// Why a request or its answer did not arrive.
    type Error;

    /// Sends the request and waits for its answer.
    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, Self::Error>;
}

/// Why a call has no result.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CallError<E> {
    /// It was understood, and not done.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// It, or its answer, did not arrive. What was asked for may have been done all the same.
    #[error("{0}")]
    Transport(E),
    /// The answer belongs to another method.
    #[error("the answer is to another question; restart the daemon, it may be of another version")]
    WrongAnswer,
}

/// The contract's methods, as futures.
#[derive(Debug)]
pub struct Client<T>(pub T);

/// The contract's methods, as plain functions.
#[derive(Debug)]
pub struct BlockingClient<T>(pub T);

impl<T: Transport> Client<T> {
    /// Any request; the methods say it with types.
    pub async fn call(&self, request: Request) -> Result<Response, CallError<T::Error>> {
        Ok(self.0.call(request).await.map_err(CallError::Transport)??)
    }

    /// All tunnels, by name, page after page.
    pub async fn all_tunnels(&self) -> Result<Vec<TunnelView>, CallError<T::Error>> {
        let mut all = Vec::new();
        while take_tunnels(self.tunnels(last_name(&all)).await?, &mut all) {}
        Ok(all)
    }
}

impl<T: BlockingTransport> BlockingClient<T> {
    /// Any request; the methods say it with types.
    pub fn call(&self, request: Request) -> Result<Response, CallError<T::Error>> {
        Ok(self.0.call(request).map_err(CallError::Transport)??)
    }

    /// All tunnels, by name, page after page.
    pub fn all_tunnels(&self) -> Result<Vec<TunnelView>, CallError<T::Error>> {
        page::all_tunnels(|after| self.tunnels(after))
    }

    /// All peers of a tunnel in the order of their public keys, page after page, on one page that has no `next`.
    pub fn all_peers(&self, id: TunnelId) -> Result<PeerPage, CallError<T::Error>> {
        page::all_peers(|after| self.peers(id, after))
    }
}
