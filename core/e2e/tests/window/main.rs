//! The desktop app with the service: a real window on an X server without a screen, and packets to a real peer.
#![forbid(unsafe_code)]

mod clipboard;
mod edit;
mod files;
mod language;
mod links;
mod notices;
mod observer;
mod page;
mod rules;
mod scan;
mod setup;
mod sockets;
mod tray;
