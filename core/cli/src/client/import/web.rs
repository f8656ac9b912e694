//! Downloads a configuration, only over verified TLS, because it contains a private key.

use std::sync::Arc;
use std::time::Duration;

use adit_local::read_secret;
use anyhow::{Context, anyhow, bail};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Error};
use zeroize::Zeroizing;

use super::gather::LIMIT;

/// The time limit for the whole download.
const PATIENCE: Duration = Duration::from_secs(60);
const CONNECT_PATIENCE: Duration = Duration::from_secs(10);
const REDIRECTS: u32 = 5;

/// A downloaded file.
pub(super) struct Page {
    /// The last part of the address's path.
    pub(super) file_name: String,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// Downloads `address`. It and all addresses that it redirects to must be https.
pub(super) fn fetch(address: &str) -> anyhow::Result<Page> {
    let rest = address.split_once("://").filter(|(scheme, _)| scheme.eq_ignore_ascii_case("https")).map(|(_, rest)| rest);
    if ["wireguard://", "wg://"].iter().any(|scheme| address.to_ascii_lowercase().starts_with(scheme)) {
        bail!("programs do not agree on wireguard:// links; ask for the configuration as a .conf file or as its QR code");
    }
    let Some(rest) = rest else {
        bail!("a configuration has a private key in it and is only fetched over https://");
    };
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    let file_name = path.split_once('/').and_then(|(_, path)| path.rsplit('/').next()).filter(|name| !name.is_empty());
    let file_name = file_name.unwrap_or("wg.conf").to_owned();
    let mut response = agent().get(address).header("accept", "*/*").call().map_err(explain)?;
    let bytes = read_secret(response.body_mut().as_reader(), LIMIT).context("the download broke off")?;
    if bytes.len() >= LIMIT {
        bail!("there is more behind this address than the 16 MiB that are taken");
    }
    Ok(Page { file_name, bytes })
}

/// Makes an HTTP client that trusts the system's certificates and uses the same cryptographic library as the tunnels.
fn agent() -> Agent {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).unversioned_rustls_crypto_provider(provider).build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .https_only(true)
        .max_redirects(REDIRECTS)
        .timeout_global(Some(PATIENCE))
        .timeout_connect(Some(CONNECT_PATIENCE))
        .user_agent(concat!("adit/", env!("CARGO_PKG_VERSION")))
        .build();
    config.into()
}

fn explain(error: Error) -> anyhow::Error {
    match error {
        Error::StatusCode(status) => anyhow!("the server answered with status {status}"),
        Error::RequireHttpsOnly(_) => anyhow!("the server sends us on to an address without TLS, where nothing is fetched from"),
        Error::TooManyRedirects => anyhow!("the server sends us on and on"),
        Error::HostNotFound => anyhow!("there is no such server"),
        Error::Timeout(_) => anyhow!("the server took too long"),
        Error::Rustls(error) => unsafe_connection(&error),
        Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(error) => unsafe_connection(error),
            None => anyhow!("{error}"),
        },
        error => anyhow!("{}", crate::output::visible(&error.to_string())),
    }
}

fn unsafe_connection(error: &rustls::Error) -> anyhow::Error {
    anyhow!("the connection is not safe, so nothing was fetched: {error}")
}

/// Returns the address without its user, password, query and fragment, which may be secrets.
pub(super) fn without_secrets(address: &str) -> String {
    let plain = address.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("://") else { return crate::output::visible(plain) };
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let path = path.map(|path| format!("/{path}")).unwrap_or_default();
    crate::output::visible(&format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_could_be_a_secret() {
        assert_eq!(without_secrets("https://me:pass@vpn.example/a/b.conf?token=x#y"), "https://vpn.example/a/b.conf");
        assert_eq!(without_secrets("https://vpn.example"), "https://vpn.example");
    }

    #[test]
    fn nothing_but_https_is_fetched() {
        for address in ["http://vpn.example/a.conf", "ftp://vpn.example/a.conf", "file:///etc/passwd", "://x"] {
            assert!(
                fetch(address).err().is_some_and(|error| error.to_string().contains("only fetched over https://")),
                "{address}"
            );
        }
    }
}
