//! A tunnel without root: nothing in the system changes, and programs reach the tunnel through SOCKS5, HTTP CONNECT or forwarded
//! ports.
//!
//! [`stack`] is the tunnel's inner side, [`Resolver`] asks for names through it, [`Dialer`] begins connections, and [`Plan`] says
//! what listens where. Whoever connects gets the right refusal in bounded time, and can hold only a bounded share of everything.
#![forbid(unsafe_code)]

mod credentials;
mod dial;
pub mod dns;
mod forward;
pub mod http;
mod plan;
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
