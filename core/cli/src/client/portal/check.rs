//! Asks a web server whose page is known, to find out whether the network's captive portal answers in its place.

use std::time::Duration;

use adit_proxy::Target;
use adit_proxy::portal::{LONGEST_ANSWER, Verdict, judge};
use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::way::Way;

/// The longest wait for an answer, from the first question to the resolver on.
const PATIENCE: Duration = Duration::from_secs(10);

/// A page whose text is known.
#[derive(Clone, Debug)]
pub(super) struct KnownPage {
    target: Target,
    /// The path with the query.
    path: String,
    /// The host as it was written.
    authority: String,
    text: String,
}

impl KnownPage {
    /// Parses `http://HOST[:PORT][/PATH]`.
    pub(super) fn parse(url: &str, text: &str) -> anyhow::Result<Self> {
        let Some(rest) = url.strip_prefix("http://") else {
            bail!("`{url}` does not begin with http://; a portal cannot answer in place of an encrypted page");
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let target = authority.parse().ok().or_else(|| Target::new(authority, 80));
        let target = target.with_context(|| format!("`{url}` names no host; write http://HOST/PATH"))?;
        if path.chars().any(|letter| letter.is_control() || letter.is_whitespace()) {
            bail!("`{url}` has a space or a control character in it");
        }
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self { target, path: format!("{slash}{path}"), authority: authority.to_owned(), text: text.to_owned() })
    }

    /// Asks for the page.
    pub(super) async fn check(&self, way: &Way) -> Result<Verdict, String> {
        match timeout(PATIENCE, self.ask(way)).await {
            Ok(verdict) => verdict.map_err(|error| error.to_string()),
            Err(_) => Err(format!("{} does not answer", self.target)),
        }
    }

    async fn ask(&self, way: &Way) -> std::io::Result<Verdict> {
        let mut server = way.connect(&self.target).await?;
        let request = format!(
            "GET {} HTTP/1.0\r\nHost: {}\r\nUser-Agent: adit\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n",
            self.path, self.authority
        );
        server.write_all(request.as_bytes()).await?;
        let mut answer = Vec::with_capacity(LONGEST_ANSWER);
        loop {
            let room = (LONGEST_ANSWER - answer.len()) as u64;
            let is_all = (&mut server).take(room).read_buf(&mut answer).await? == 0;
            if let Some(verdict) = judge(&answer, is_all, &self.text) {
                return Ok(verdict);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_of_the_known_page_is_a_plain_one() {
        let page = KnownPage::parse("http://known.example/page?x=1", "").unwrap();
        assert_eq!((page.target.to_string().as_str(), page.path.as_str()), ("known.example:80", "/page?x=1"));
        let page = KnownPage::parse("http://[fd00::1]:8080", "").unwrap();
        assert_eq!((page.target.to_string().as_str(), page.path.as_str()), ("[fd00::1]:8080", "/"));
        for wrong in ["https://known.example/", "known.example", "http://", "http:///x", "http://a/b c", "http://a/\r\nX: y"] {
            assert!(KnownPage::parse(wrong, "").is_err(), "{wrong}");
        }
    }
}
