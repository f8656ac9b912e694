//! The client side: the contract's methods on any transport that carries a request and returns the answer.

use std::future::Future;

use crate::page::{self, last_name, take_tunnels};
use crate::{ApiError, PeerPage, Request, Response, TunnelId, TunnelView};

/// Carries requests without blocking.
pub trait Transport {
    /// The error for a request or an answer that did not arrive.
    type Error;

    /// Sends the request and waits for its answer.
    fn call(&self, request: Request) -> impl Future<Output = Result<Result<Response, ApiError>, Self::Error>> + Send;
}

/// Carries requests and blocks until the answer arrives.
pub trait BlockingTransport {
    /// The error for a request or an answer that did not arrive.
    type Error;

    /// Sends the request and waits for its answer.
    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, Self::Error>;
}

/// The reason why a call has no result.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CallError<E> {
    /// The service refused the request and did nothing.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// The request or its answer did not arrive. The service may have carried it out nevertheless.
    #[error("{0}")]
    Transport(E),
    /// The answer is of another method.
    #[error("the answer is to another question; restart the daemon, it may be of another version")]
    WrongAnswer,
}

/// The contract's methods as async functions.
#[derive(Debug)]
pub struct Client<T>(pub T);

/// The contract's methods as blocking functions.
#[derive(Debug)]
pub struct BlockingClient<T>(pub T);

impl<T: Transport> Client<T> {
    /// Sends any request; the methods do the same with types.
    pub async fn call(&self, request: Request) -> Result<Response, CallError<T::Error>> {
        Ok(self.0.call(request).await.map_err(CallError::Transport)??)
    }

    /// Returns all tunnels, sorted by name. Asks for one page after another.
    pub async fn all_tunnels(&self) -> Result<Vec<TunnelView>, CallError<T::Error>> {
        let mut all = Vec::new();
        while take_tunnels(self.tunnels(last_name(&all)).await?, &mut all) {}
        Ok(all)
    }
}

impl<T: BlockingTransport> BlockingClient<T> {
    /// Sends any request; the methods do the same with types.
    pub fn call(&self, request: Request) -> Result<Response, CallError<T::Error>> {
        Ok(self.0.call(request).map_err(CallError::Transport)??)
    }

    /// Returns all tunnels, sorted by name. Asks for one page after another.
    pub fn all_tunnels(&self) -> Result<Vec<TunnelView>, CallError<T::Error>> {
        page::all_tunnels(|after| self.tunnels(after))
    }

    /// Returns all peers of a tunnel, sorted by public key, as one page without `next`. Asks for one page after another.
    pub fn all_peers(&self, id: TunnelId) -> Result<PeerPage, CallError<T::Error>> {
        page::all_peers(|after| self.peers(id, after))
    }
}
