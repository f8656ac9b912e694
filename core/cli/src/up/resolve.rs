//! Endpoints by name: asked for before anything is changed, and again while the resolver says that it may know later, as `wg` does.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use adit_config::{Config, Endpoint, Host};
use adit_protocol::PublicKey;
use anyhow::{Context, anyhow};

use super::events::Events;
use super::{say, warn};

/// As in wg(8): the number of further attempts, or `infinity`.
const RETRIES: &str = "WG_ENDPOINT_RESOLUTION_RETRIES";
const DEFAULT_RETRIES: u32 = 15;

/// How the C library words that a name will not be there later either (`EAI_NONAME`, `EAI_NODATA`, `EAI_FAIL`; glibc, then musl).
const FOR_GOOD: [&str; 5] = [
    "Name or service not known",
    "No address associated with",
    "Non-recoverable failure in name resolution",
    "Name does not resolve",
    "Unrecoverable error",
];

/// The first address of each peer that has an endpoint.
pub(crate) fn endpoints(config: &Config, events: &Events) -> anyhow::Result<Vec<(PublicKey, SocketAddr)>> {
    let limit = retries(std::env::var(RETRIES).ok().as_deref());
    let endpoints = config.remote_peers().filter_map(|peer| Some((peer.public_key, peer.endpoint.as_ref()?)));
    endpoints.map(|(peer, endpoint)| Ok((peer, resolve(endpoint, limit, events, look_up)?))).collect()
}

/// None: for ever.
fn retries(text: Option<&str>) -> Option<u32> {
    match text {
        Some("infinity") => None,
        Some(number) => Some(number.parse().unwrap_or(DEFAULT_RETRIES)),
        None => Some(DEFAULT_RETRIES),
    }
}

type LookUp = fn(&str, u16) -> std::io::Result<Option<SocketAddr>>;

fn look_up(host: &str, port: u16) -> std::io::Result<Option<SocketAddr>> {
    Ok((host, port).to_socket_addrs()?.next())
}

fn resolve(endpoint: &Endpoint, mut retries: Option<u32>, events: &Events, look_up: LookUp) -> anyhow::Result<SocketAddr> {
    let host = match &endpoint.host {
        Host::Ip(address) => return Ok(SocketAddr::new(*address, endpoint.port)),
        Host::Scoped { address, zone } => format!("{address}%{zone}"),
        Host::Name(name) => {
            say(format!("resolve {}", name.as_str()));
            name.as_str().to_owned()
        }
    };
    let mut pause = Duration::from_secs(1);
    loop {
        let error = match attempt(&host, endpoint.port, events, look_up)? {
            Ok(Some(address)) => return Ok(address),
            Ok(None) => anyhow!("the name has no address"),
            Err(error) => {
                let for_good = FOR_GOOD.iter().any(|text| error.to_string().contains(text));
                let error = anyhow::Error::from(error);
                if for_good {
                    return Err(error).with_context(|| format!("the endpoint {endpoint} is not known"));
                }
                error
            }
        };
        if retries == Some(0) {
            return Err(error).with_context(|| format!("the endpoint {endpoint} could not be resolved"));
        }
        retries = retries.map(|left| left - 1);
        warn(format!("{endpoint}: {error:#}; trying again in {:.1} s", pause.as_secs_f64()));
        events.sleep(pause)?;
        pause = (pause * 6 / 5).min(Duration::from_secs(20));
    }
}

/// On a thread of its own: the C library's resolver cannot be interrupted, and Ctrl-C must not wait for it.
fn attempt(host: &str, port: u16, events: &Events, look_up: LookUp) -> anyhow::Result<std::io::Result<Option<SocketAddr>>> {
    let (sender, receiver) = channel();
    let host = host.to_owned();
    thread::Builder::new()
        .name("resolver".into())
        .spawn(move || sender.send(look_up(&host, port)))
        .context("cannot start a thread")?;
    loop {
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(answer) => return Ok(answer),
            Err(RecvTimeoutError::Timeout) => events.check()?,
            Err(RecvTimeoutError::Disconnected) => return Ok(Err(std::io::Error::other("the resolver gave up"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::events::End;
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_not_looked_up() {
        let look_up: LookUp = |_, _| Err(io::Error::other("asked"));
        let address = resolve(&endpoint("[fd00::1]:51820"), Some(0), &Events::quiet(), look_up).unwrap();
        assert_eq!(address, "[fd00::1]:51820".parse().unwrap());
    }

    #[test]
    fn a_name_that_does_not_exist_is_not_asked_for_again() {
        let look_up: LookUp = |_, _| Err(io::Error::other("failed to lookup address information: Name or service not known"));
        let error = resolve(&endpoint("nowhere.example:51820"), None, &Events::quiet(), look_up).unwrap_err();
        assert!(format!("{error:#}").starts_with("the endpoint nowhere.example:51820 is not known"), "{error:#}");
    }

    #[test]
    fn a_resolver_that_is_not_ready_is_asked_again_and_as_often_as_wanted() {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        let look_up: LookUp = |_, port| match ASKED.fetch_add(1, Ordering::Relaxed) {
            0 => Err(io::Error::other("Temporary failure in name resolution")),
            _ => Ok(Some(SocketAddr::new([192, 0, 2, 1].into(), port))),
        };
        assert_eq!(
            resolve(&endpoint("vpn.example:7"), Some(1), &Events::quiet(), look_up).unwrap(),
            "192.0.2.1:7".parse().unwrap()
        );
        let never: LookUp = |_, _| Err(io::Error::other("Temporary failure in name resolution"));
        assert!(resolve(&endpoint("vpn.example:7"), Some(0), &Events::quiet(), never).is_err());
    }

    #[test]
    fn it_can_be_interrupted() {
        let events = Events::quiet();
        events.sender().send(End::Interrupted).unwrap();
        let never: LookUp = |_, _| Err(io::Error::other("Temporary failure in name resolution"));
        let error = resolve(&endpoint("vpn.example:7"), None, &events, never).unwrap_err();
        assert_eq!(error.to_string(), "interrupted; everything is as it was");
    }

    #[test]
    fn the_number_of_attempts_is_read_as_wg_reads_it() {
        assert_eq!(retries(None), Some(15));
        assert_eq!(retries(Some("infinity")), None);
        assert_eq!(retries(Some("0")), Some(0));
    }
}
