//! Tests against a fake systemd-resolved with the same D-Bus interface, on a bus of the test's own.

use std::sync::{Arc, Mutex};

use super::super::test_bus::bus;
use super::*;

const NOBODY_WAITS: Duration = Duration::from_secs(20);

/// A fake systemd-resolved that records the requests.
#[derive(Clone, Default)]
struct Fake {
    asked: Arc<Mutex<Vec<String>>>,
    /// Name of a method that it refuses.
    refuses: Option<&'static str>,
    /// Name of a method that it never answers.
    is_silent_at: Option<&'static str>,
}

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.resolve1")]
enum FakeError {
    NoSuchLink(String),
}

impl Fake {
    async fn hear(&self, method: &'static str, arguments: String) -> Result<(), FakeError> {
        self.asked.lock().unwrap().push(format!("{method} {arguments}"));
        if self.is_silent_at == Some(method) {
            std::future::pending::<()>().await;
        }
        if self.refuses == Some(method) { Err(FakeError::NoSuchLink("Link 7 not known".into())) } else { Ok(()) }
    }
}

#[zbus::interface(name = "org.freedesktop.resolve1.Manager")]
impl Fake {
    #[zbus(name = "SetLinkDNS")]
    async fn set_link_dns(&self, index: i32, servers: Vec<(i32, Vec<u8>)>) -> Result<(), FakeError> {
        self.hear("SetLinkDNS", format!("{index} {servers:?}")).await
    }
    async fn set_link_domains(&self, index: i32, domains: Vec<(String, bool)>) -> Result<(), FakeError> {
        self.hear("SetLinkDomains", format!("{index} {domains:?}")).await
    }
    async fn set_link_default_route(&self, index: i32, enable: bool) -> Result<(), FakeError> {
        self.hear("SetLinkDefaultRoute", format!("{index} {enable}")).await
    }
    async fn revert_link(&self, index: i32) -> Result<(), FakeError> {
        self.hear("RevertLink", index.to_string()).await
    }
}

/// Runs `work` against `fake`. Returns its result and the recorded requests.
fn asked<T>(fake: Fake, patience: Duration, work: impl FnOnce(&Resolved) -> T) -> Option<(T, Vec<String>)> {
    let bus = bus()?;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let service = Builder::address(bus.address()).name(SERVICE).serve_at(PATH, fake.clone());
    let _service = runtime.block_on(service.build()).unwrap();
    let result = work(&Resolved::at(bus.address(), patience));
    let asked = fake.asked.lock().unwrap().clone();
    Some((result, asked))
}

fn spec() -> DnsSpec {
    let servers = vec!["10.8.0.1".parse().unwrap(), "fd08::1".parse().unwrap()];
    DnsSpec { servers, search: vec!["corp.example".into()], names: DnsNames::All }
}

const SET: [&str; 3] = [
    "SetLinkDNS 7 [(2, [10, 8, 0, 1]), (10, [253, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])]",
    r#"SetLinkDomains 7 [("corp.example", false), (".", true)]"#,
    "SetLinkDefaultRoute 7 true",
];

#[test]
fn servers_domains_and_the_default_route_are_set_on_the_link_and_reverted() {
    let work = |resolved: &Resolved| {
        assert!(resolved.is_running());
        resolved.set_link(7, &spec()).unwrap();
        resolved.revert_link(7).unwrap();
    };
    let Some(((), asked)) = asked(Fake::default(), NOBODY_WAITS, work) else { return };
    assert_eq!(asked, [&SET[..], &["RevertLink 7"]].concat());
}

#[test]
fn with_split_dns_the_link_has_its_domains_alone_and_no_default_route() {
    let dns = DnsSpec { names: DnsNames::Only(vec!["lab.example".into()]), ..spec() };
    let Some((result, asked)) = asked(Fake::default(), NOBODY_WAITS, |resolved| resolved.set_link(7, &dns)) else { return };
    result.unwrap();
    let domains = r#"SetLinkDomains 7 [("corp.example", false), ("lab.example", true)]"#;
    assert_eq!(asked, [SET[0], domains, "SetLinkDefaultRoute 7 false"]);
}

#[test]
fn a_refused_request_is_told_and_what_was_set_before_it_is_reverted() {
    let fake = Fake { refuses: Some("SetLinkDomains"), ..Fake::default() };
    let Some((result, asked)) = asked(fake, NOBODY_WAITS, |resolved| resolved.set_link(7, &spec())) else { return };
    let said = result.unwrap_err().to_string();
    assert!(said.contains("systemd-resolved refuses") && said.contains("Link 7 not known"), "{said}");
    assert_eq!(asked, [&SET[..2], &["RevertLink 7"]].concat());
}

#[test]
fn a_link_that_is_gone_has_nothing_to_revert() {
    let fake = Fake { refuses: Some("RevertLink"), ..Fake::default() };
    let Some((result, _)) = asked(fake, NOBODY_WAITS, |resolved| resolved.revert_link(7)) else { return };
    result.unwrap();
}

#[test]
fn a_service_that_does_not_answer_is_not_waited_for_longer_than_the_bound() {
    let fake = Fake { is_silent_at: Some("SetLinkDNS"), ..Fake::default() };
    let work = |resolved: &Resolved| resolved.set_link(7, &spec());
    let Some((result, _)) = asked(fake, Duration::from_millis(300), work) else { return };
    assert!(matches!(result, Err(ResolvedError::TimedOut(_))), "{result:?}");
}

#[test]
fn a_bus_without_the_service_is_not_asked_to_start_it() {
    let Some(bus) = bus() else { return };
    let resolved = Resolved::at(bus.address(), NOBODY_WAITS);
    assert!(!resolved.is_running());
    assert!(matches!(resolved.set_link(7, &spec()), Err(ResolvedError::NotRunning)));
    let nowhere = Resolved::at("unix:path=/nonexistent/bus", NOBODY_WAITS);
    assert!(!nowhere.is_running());
    assert!(matches!(nowhere.set_link(7, &spec()), Err(ResolvedError::Bus { .. })));
}
