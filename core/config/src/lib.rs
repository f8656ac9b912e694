//! The `.conf` language of wg(8) and wg-quick(8): reads files without losing a byte, reports all problems at once, and writes
//! files.
//!
//! Bytes become a [`syntax::Document`] (lossless: every byte has a place and a class). A document becomes a typed
//! [`config::Config`] plus [`diagnostic::Diagnostic`]s ([`parse::config`]). A configuration becomes the settings for the
//! operating system ([`settings::InterfaceSettings`]). This crate does no I/O, and no diagnostic ever contains a key.
//!
//! # Example
//!
//! ```
//! use adit_config::{Document, InterfaceSettings, parse};
//!
//! let text = "\
//! [Interface]
//! PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=
//! Address = 10.8.0.2/32
//!
//! [Peer]
//! ## Name = Office
//! PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
//! Endpoint = vpn.example.org:51820
//! AllowedIPs = 10.8.0.0/24
//! ";
//! let document = Document::parse(text.as_bytes())?;
//! let (config, warnings) = parse::config(&document).expect("the text has no errors");
//! assert!(warnings.is_empty());
//! assert_eq!(config.peers[0].name.as_ref().map(ToString::to_string).as_deref(), Some("Office"));
//!
//! let settings = InterfaceSettings::from(&config, "office".parse()?);
//! assert_eq!(settings.addresses, ["10.8.0.2/32".parse()?]);
//! assert_eq!(settings.routes, ["10.8.0.0/24".parse()?]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod asked;
pub mod calc;
pub mod config;
pub mod detect;
pub mod diagnostic;
pub mod diff;
pub mod edit;
mod extension;
pub mod fix;
mod key_like;
pub mod keyword;
pub mod mask;
pub mod parse;
pub mod settings;
pub mod strip;
pub mod syntax;
pub mod value;
mod visible;
pub mod write;

pub use adit_protocol::{PrivateKey, PublicKey};
pub use config::{Config, Hooks, Interface, Peer};
pub use diagnostic::{Code, Diagnostic, Severity};
pub use keyword::{Key, Section};
pub use settings::InterfaceSettings;
pub use syntax::Document;
pub use value::{Cidr, Endpoint, FwMark, Hook, Host, InterfaceName, Keepalive, Mtu, PeerName, SearchDomain, Table};
pub use visible::visible;
