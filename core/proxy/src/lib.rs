//! A tunnel without root: nothing in the system changes, and programs use the tunnel through SOCKS5, HTTP CONNECT or forwarded
//! ports.
//!
//! [`stack`] is the inner side of the tunnel, [`Resolver`] resolves names through it, [`Dialer`] opens connections, and [`Plan`]
//! lists what listens at which address. Every client gets the right refusal in bounded time and can use only a bounded share of
//! all resources.
#![forbid(unsafe_code)]

mod credentials;
mod dial;
pub mod dns;
mod forward;
pub mod http;
mod plan;
pub mod portal;
mod resolver;
pub mod socks5;
mod socks_udp;
pub mod stack;
mod target;
mod teller;

pub use credentials::{Credentials, CredentialsError};
pub use dial::{DialError, Dialer};
pub use plan::{BindError, Bound, Kind, Listening, Plan};
pub use resolver::{Names, ResolveError, Resolver};
pub use target::{LocalForward, RemoteForward, SpecError, Target, TargetHost, listen_address};
pub use teller::Teller;
