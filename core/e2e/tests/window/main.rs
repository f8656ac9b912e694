//! The desktop app with the service: a real window on an X server without a screen, and packets to a real peer.
#![forbid(unsafe_code)]

mod edit;
mod files;
mod links;
mod notices;
mod page;
mod scan;
mod setup;
mod tray;
