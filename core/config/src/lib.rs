//! The `.conf` language of wg(8) and wg-quick(8): read without losing a byte, understood with every complaint at once, written back.
//!
//! Bytes become a [`syntax::Document`] (lossless, every byte has a place and a class), a document becomes a typed
//! [`config::Config`] plus [`diagnostic::Diagnostic`]s ([`parse::config`]), and a configuration becomes what an operating system
//! must be told ([`settings::InterfaceSettings`]). Nothing here does I/O, and no diagnostic ever carries a key.
#![forbid(unsafe_code)]

mod asked;
pub mod calc;
pub mod config;
pub mod detect;
pub mod diagnostic;
pub mod diff;
pub mod edit;
pub mod keyword;
pub mod message;
pub mod parse;
pub mod settings;
pub mod strip;
pub mod syntax;
pub mod value;
pub mod write;

pub use adit_protocol::{PrivateKey, PublicKey};
pub use config::{Config, Hooks, Interface, Peer};
pub use diagnostic::{Code, Diagnostic, Severity};
pub use keyword::{Key, Section};
pub use settings::InterfaceSettings;
pub use syntax::Document;
pub use value::{Cidr, Endpoint, FwMark, Hook, Host, InterfaceName, Keepalive, Mtu, PeerName, SearchDomain, Table};
