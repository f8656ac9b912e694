//! The course of the demo, the same on both kinds of network.

use std::time::{Duration, Instant};
use std::{env, net, process};

use adit_config::{InterfaceName, write};
use anyhow::{Context, ensure};
use serde::Serialize;

use crate::belongings::Belongings;
use crate::conf_file::ConfFile;
use crate::ground::{Ground, Kind};
use crate::keys::{self, Keys};
use crate::report::{Progress, milliseconds, rate};
use crate::traffic::{self, Transfer};
use crate::web;

/// The options of a demo.
pub(crate) struct Request<'a> {
    pub(crate) userspace: bool,
    /// The duration of sending at full speed, in each direction.
    pub(crate) bulk: Duration,
    pub(crate) progress: &'a Progress,
}

/// The results; the JSON object that `--json` writes.
#[derive(Serialize, Debug)]
pub(crate) struct Figures {
    pub(crate) mode: Kind,
    /// `debug` builds are slow.
    pub(crate) build: &'static str,
    pub(crate) peer: String,
    pub(crate) endpoint: String,
    pub(crate) peer_address: net::Ipv4Addr,
    pub(crate) address: net::Ipv4Addr,
    pub(crate) config_file: String,
    pub(crate) handshake_seconds: f64,
    pub(crate) page: PageFigures,
    pub(crate) download: TransferFigures,
    pub(crate) upload: TransferFigures,
    /// Bytes of authenticated datagrams that your engine received, as `wg show` counts.
    pub(crate) rx_bytes: u64,
    /// Bytes of datagrams that your engine sent.
    pub(crate) tx_bytes: u64,
    pub(crate) total_seconds: f64,
}

/// The fetched page.
#[derive(Serialize, Debug)]
pub(crate) struct PageFigures {
    pub(crate) url: String,
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) seconds: f64,
}

/// The TCP payload that arrived.
#[derive(Serialize, Debug)]
pub(crate) struct TransferFigures {
    pub(crate) bytes: u64,
    pub(crate) seconds: f64,
    pub(crate) bits_per_second: f64,
}

impl From<Transfer> for TransferFigures {
    fn from(transfer: Transfer) -> Self {
        Self { bytes: transfer.bytes, seconds: transfer.took.as_secs_f64(), bits_per_second: transfer.rate() }
    }
}

/// Runs the demo. Nothing is left afterwards, whether it succeeds or fails.
pub(crate) fn run(request: &Request<'_>) -> anyhow::Result<Figures> {
    let start = Instant::now();
    let belongings = Belongings::watched().context("listening for signals")?;
    let figures = play(request, &belongings);
    belongings.remove();
    let mut figures = figures?;
    figures.total_seconds = start.elapsed().as_secs_f64();
    request.progress.step(&format!("took everything down after {:.1} s: nothing is left behind", figures.total_seconds));
    Ok(figures)
}

fn play(request: &Request<'_>, belongings: &Belongings) -> anyhow::Result<Figures> {
    let Request { userspace, bulk, progress } = *request;
    let ground = Ground::find(userspace);
    progress.ground(&ground);

    let keys = Keys::new()?;
    let (peer, endpoint) = ground.start_peer(&keys).context("starting the peer")?;
    web::start(&*peer.sockets, keys::WEB).context("starting the web server")?;
    let url = format!("http://{}{}", keys::PEER, web::PAGE);
    progress.step(&format!("a throwaway peer listens on {endpoint}, with a web page behind it: {url}"));

    belongings.make_folder(&env::temp_dir()).with_context(|| format!("making a folder in {}", env::temp_dir().display()))?;
    let text = write::config(&keys.you(endpoint)?);
    // No other process has this name while this one lives, which matters in folders that all namespaces share.
    let interface: InterfaceName = format!("demo{}", process::id()).parse()?;
    let path = belongings.write(&format!("{interface}.conf"), &text).context("writing the configuration file")?;
    let file = ConfFile { path, interface };
    progress.step(&format!("wrote {}, which only you can read", file.path.display()));

    progress.bringing_up(&ground, &file);
    let you = ground.bring_you_up(&file, belongings).context("bringing the tunnel up")?;
    let handshake = you.handshake(|line| progress.note(line))?;
    progress.step(&format!("the peer has answered: handshake in {}", milliseconds(handshake.as_secs_f64())));

    let page = traffic::fetch(&*you.sockets, keys::WEB)?;
    ensure!(page.status == 200, "the web server answered with status {}", page.status);
    progress.step(&format!("fetched {url} through the tunnel in {}", milliseconds(page.took.as_secs_f64())));
    progress.page(&page.body);

    progress.begin(&format!("downloading for {} s", bulk.as_secs()));
    let download = traffic::download(&*you.sockets, keys::WEB, bulk).context("measuring the download")?;
    progress.step(&format!("downloaded at {}", rate(download.rate())));
    progress.begin(&format!("uploading for {} s", bulk.as_secs()));
    let upload = traffic::upload(&*you.sockets, keys::WEB, bulk).context("measuring the upload")?;
    progress.step(&format!("uploaded at {}", rate(upload.rate())));

    let view = you.peer()?;
    Ok(Figures {
        mode: ground.kind(),
        build: if cfg!(debug_assertions) { "debug" } else { "release" },
        peer: view.public_key.to_string(),
        endpoint: endpoint.to_string(),
        peer_address: keys::PEER,
        address: keys::YOU,
        config_file: file.path.display().to_string(),
        handshake_seconds: handshake.as_secs_f64(),
        page: PageFigures { url, status: page.status, body: page.body, seconds: page.took.as_secs_f64() },
        download: download.into(),
        upload: upload.into(),
        rx_bytes: view.rx_bytes,
        tx_bytes: view.tx_bytes,
        total_seconds: 0.0,
    })
}
