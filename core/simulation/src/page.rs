//! The window's page for a browser, by HTTP: the files of the page, `POST /rpc` for its requests, `GET /events` for events
//! (server-sent events), and `POST /simulate` for what happens to the simulated computer.
//!
//! Only this computer can connect, but every user of it, who may then do everything: the simulation is no place for real keys. And
//! only a page of this server can send requests that are answered: the content type of
//! `/rpc` and `/simulate` is one that a browser sends to other origins only if these allow it (CORS), and the host name in a
//! request must be one of this computer.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use adit_bridge::{Bridge, Question, RpcError};
use anyhow::Context as _;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream::{self, StreamExt as _};
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::{Network, Simulation};

/// The app's policy, but that a browser reaches the service by HTTP.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// An event on the simulated computer.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happening {
    /// From now on every packet to and from the servers is lost.
    ServersFallSilent,
    /// The servers answer again.
    ServersAnswer,
    /// The route to the servers changes, as when the computer joins another network.
    NetworkChanges,
    /// The computer joins this network.
    Joins {
        /// The network.
        network: Network,
    },
}

#[derive(Clone)]
struct Server {
    bridge: Bridge,
    folder: Arc<PathBuf>,
    simulation: Arc<Simulation>,
}

/// Serves the page in `folder` (`ui/dist`) to browsers of this computer, until `end` completes. Requests go through `bridge`.
///
/// # Errors
/// If `listener` fails.
pub async fn serve(
    listener: TcpListener,
    simulation: Arc<Simulation>,
    bridge: Bridge,
    folder: PathBuf,
    end: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let server = Server { bridge, folder: Arc::new(folder), simulation };
    let routes = Router::new()
        .route("/rpc", post(rpc))
        .route("/events", get(events))
        .route("/simulate", post(simulate))
        .fallback(get(file))
        .layer(middleware::from_fn(only_from_here))
        .with_state(server);
    axum::serve(listener, routes).with_graceful_shutdown(end).await.context("the page cannot be served")
}

/// Refuses requests for another host: a page of another site whose name resolves to this computer (DNS rebinding).
async fn only_from_here(headers: HeaderMap, request: Request, next: Next) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "only for this computer").into_response()
    }
}

async fn rpc(State(server): State<Server>, Json(question): Json<Question>) -> Response {
    match server.bridge.answer(question).await {
        Ok(reply) => Json(reply).into_response(),
        Err(RpcError::Refused { error }) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
        Err(error @ RpcError::Unreachable { .. }) => (StatusCode::BAD_GATEWAY, Json(error)).into_response(),
    }
}

async fn simulate(State(server): State<Server>, Json(happening): Json<Happening>) -> StatusCode {
    match happening {
        Happening::ServersFallSilent => server.simulation.set_silent(true),
        Happening::ServersAnswer => server.simulation.set_silent(false),
        Happening::NetworkChanges => server.simulation.change_network(),
        Happening::Joins { network } => server.simulation.join(network),
    }
    StatusCode::NO_CONTENT
}

/// Sends `subscribed` with the sequence number, then notices. The stream ends when the connection to the service does; the page
/// then asks for another one.
async fn events(State(server): State<Server>) -> Response {
    let connected = async {
        let client = server.bridge.connect().await.ok()?;
        let notices = client.0.subscribe().await.ok()?;
        Some((client, notices))
    };
    let Some((client, notices)) = connected.await else { return StatusCode::BAD_GATEWAY.into_response() };
    let subscribed = Event::default().event("subscribed").json_data(serde_json::json!({ "sequence": notices.since }));
    let following = stream::unfold((client, notices), |(client, mut notices)| async {
        let notice = notices.next().await.ok()?;
        Some((Event::default().json_data(notice), (client, notices)))
    });
    Sse::new(stream::iter([subscribed]).chain(following)).keep_alive(KeepAlive::default()).into_response()
}

async fn file(State(server): State<Server>, request: Request) -> Response {
    let path = request.uri().path();
    let file = Path::new(if path == "/" { "index.html" } else { path.trim_start_matches('/') });
    if file.components().any(|part| !matches!(part, Component::Normal(_))) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(content) = tokio::fs::read(server.folder.join(file)).await else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type(file))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, content).into_response()
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
