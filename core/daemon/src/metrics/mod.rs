//! Metrics for Prometheus if the administrator enables them: over HTTP, on the loopback interface, read-only.

mod answer;
mod http;
mod request;
mod text;

pub(crate) use http::{listen, serve};

#[cfg(test)]
mod tests;
