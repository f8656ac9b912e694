//! Numbers for Prometheus, where the administrator asks for them: over HTTP, on the loopback interface, for reading only.

mod answer;
mod http;
mod request;
mod text;

pub(crate) use http::{listen, serve};

#[cfg(test)]
mod tests;
