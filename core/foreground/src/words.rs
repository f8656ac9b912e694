//! Prints the progress of a tunnel in sentences on standard error.

use adit_activation::{Advice, End, PeerLabel, Progress, Reporter, Step};
use adit_api::{Diagnostic, PreviewWarning};
use adit_config::InterfaceName;
use adit_config::settings::HookSettings;
use adit_platform::network::{DnsNames, DnsSpec, MtuTooLarge, Outside, RoutesSet, Warning};
use adit_words::Words;

use crate::lines::{say, tell, warn};

/// The most routes that are listed; more are counted.
const LISTED_ROUTES: usize = 8;

/// A notifier that prints every event on standard error.
pub struct Terminal;

impl Reporter for Terminal {
    fn report(&self, progress: &Progress) {
        match progress {
            Progress::LeftoverRemoved { name, what } => say(format!("remove settings that a killed {name} left behind: {what}")),
            Progress::Closed => say("let nothing out past the tunnel"),
            Progress::Advice(advice) => advise(advice),
            Progress::Resolving(name) => say(format!("resolve {name}")),
            Progress::ResolvingAgain { endpoint, error, pause } => {
                warn(format!("{endpoint}: {error}; trying again in {:.1} s", pause.as_secs_f64()));
            }
            Progress::Starting { name, mtu, peers } => {
                let peers = if *peers == 1 { "1 peer".to_owned() } else { format!("{peers} peers") };
                say(format!("create the interface {name} (MTU {mtu}) and start WireGuard on it, {peers}"));
            }
            Progress::Addresses(addresses) => say(format!("give it the address {}", list(addresses))),
            Progress::Firewall => say("refuse packets for the tunnel's addresses from other interfaces"),
            Progress::Routes(routes) => say(described(routes)),
            Progress::Dns(DnsSpec { servers, search, names }) => {
                let names = match names {
                    DnsNames::All => "names".to_owned(),
                    DnsNames::Only(domains) => format!("names in {} alone", list(&[&domains[..], search].concat())),
                };
                let search = if search.is_empty() { String::new() } else { format!(" (search {})", search.join(" ")) };
                say(format!("ask {}{search} for {names}", list(servers)));
            }
            Progress::Command(command) => say(command),
            Progress::Up(name) => say(format!("{name} is up; Ctrl-C or `adit down {name}` takes it down")),
            Progress::PeerHasNoEndpoint(peer) => say(format!("{} has no endpoint: waiting for it to begin", label(peer))),
            Progress::PeerAnswered { peer, endpoint, within } => {
                say(format!("{} at {endpoint} answered within {:.2} ms", label(peer), within.as_secs_f64() * 1e3));
            }
            Progress::PeerSilent { peer, endpoint, within, own } => {
                let own = own.map_or("this end's public key".into(), |key| key.to_string());
                warn(format!(
                    "{} at {endpoint} did not answer within {} s; the handshake is repeated. Check that the address and port are \
                     right, that UDP packets reach it, that its public key is {}, and that it has {own} as a peer",
                    label(peer),
                    within.as_secs(),
                    peer.key
                ));
            }
            Progress::PathChanged { peers: 1 } => say("the network has changed: ask the peer for a new session"),
            Progress::PathChanged { peers } => say(format!("the network has changed: ask {peers} peers for new sessions")),
            Progress::MtuChanged { from, to } => say(format!("the MTU follows the network: {to} instead of {from}")),
            Progress::EndpointMoved { peer, endpoint } => say(format!("{} answers at {endpoint} now", label(peer))),
            Progress::EndpointUnknown { peer, error } => {
                warn(format!("the endpoint of {} could not be looked up again: {error}", label(peer)));
            }
            Progress::CannotFollow(error) => warn(format!("a change of the network could not be followed: {}", chain(error))),
            Progress::Moved { name, elsewhere: true } => tell(format!(
                "{name} was moved to another network namespace; its routes, resolvers and packet filter here are taken back, and its \
                 encrypted packets go on leaving from here"
            )),
            Progress::Moved { name, elsewhere: false } => {
                tell(format!(
                    "{name} is back from another network namespace; its routes, resolvers and packet filter are set again"
                ));
            }
            Progress::TakingBack { name, step } => match step {
                Step::Interface => say(format!("remove the interface {name}")),
                Step::Firewall => say("remove the packet filter"),
                Step::Routes => say("remove the routes"),
                Step::Dns => say("give back the resolvers"),
                Step::Engine | Step::PreUp | Step::PostUp => {}
            },
            Progress::NotTakenBack(error) => warn(chain(error)),
        }
    }
}

/// Prints why a running tunnel ends; nothing if it was asked to.
pub(crate) fn explain(end: End, name: &InterfaceName) {
    match end {
        End::Interrupted | End::Asked => {}
        End::InterfaceRemoved => warn(format!("another program removed the interface {name}")),
        End::SocketRemoved => warn(format!("another program removed the socket of {name}, which ends the tunnel")),
    }
}

/// Words a diagnostic of a file, with its place and, on an indented line below, advice.
pub fn complaint(file: &str, diagnostic: &adit_config::Diagnostic) -> String {
    Words::english().complaint(file, &Diagnostic::from(diagnostic))
}

/// Prints what the user should know before the tunnel comes up.
pub fn advise(advice: &Advice) {
    match (advice, sentence(advice)) {
        (Advice::HooksNotRun(hooks), _) => show(hooks),
        (_, Some(sentence)) => warn(sentence),
        (_, None) => {}
    }
}

/// Words the advice in one sentence; None if it is printed as a list.
pub(crate) fn sentence(advice: &Advice) -> Option<String> {
    Some(match advice {
        // `SearchWithoutServer` is among the diagnostics of the file already.
        Advice::HooksNotRun(_) | Advice::SearchWithoutServer(_) => return None,
        Advice::HooksInSh => catalogued(&PreviewWarning::HooksInSh),
        Advice::SplitDnsLeftOut(domains) => catalogued(&PreviewWarning::SplitDnsLeftOut { domains: domains.clone() }),
        Advice::Ipv6LeftOut { because } => catalogued(&PreviewWarning::Ipv6LeftOut { because: because.clone() }),
        Advice::Ipv6Outside => catalogued(&PreviewWarning::Ipv6Outside),
        Advice::Ipv6Closed => catalogued(&PreviewWarning::Ipv6Closed),
        Advice::MtuTooLarge(MtuTooLarge { mtu, fits }) => catalogued(&PreviewWarning::MtuTooLarge { mtu: *mtu, fits: *fits }),
        Advice::Network(Warning::NoFirewall) => catalogued(&PreviewWarning::NoFirewall),
    })
}

/// Returns the sentence that the catalogue has for a warning, with advice for the tunnel of a file.
fn catalogued(warning: &PreviewWarning) -> String {
    Words::english().warning_for_file(warning)
}

/// Prints the commands that will not run.
fn show(hooks: &HookSettings) {
    let HookSettings { pre_up, post_up, pre_down, post_down } = hooks;
    warn("the file has commands, which are NOT run; read them, and if they are what you want, add --allow-hooks:");
    for (when, commands) in [("PreUp", pre_up), ("PostUp", post_up), ("PreDown", pre_down), ("PostDown", post_down)] {
        commands.iter().for_each(|command| tell(format!("      {when} = {command}")));
    }
}

fn described(routes: &RoutesSet) -> String {
    match &routes.all {
        Some(all) => {
            let families = [(all.ipv4, "IPv4"), (all.ipv6, "IPv6")];
            let families: Vec<&str> = families.into_iter().filter_map(|(on, name)| on.then_some(name)).collect();
            let stay = match &all.outside {
                Outside::PrivateAnd(public) => {
                    let public: String = public.iter().map(|network| format!(", {network}")).collect();
                    format!(", except to private networks that are here{public}")
                }
                Outside::Only(networks) if networks.is_empty() => String::new(),
                Outside::Only(networks) => format!(", except to {}", list(networks)),
            };
            format!("send all {} traffic into the tunnel ({}){stay}", families.join(" and "), all.by)
        }
        None => {
            let mut listed: Vec<String> = routes.networks.iter().take(LISTED_ROUTES).map(ToString::to_string).collect();
            let more = routes.networks.len() - listed.len();
            if more > 0 {
                listed.push(format!("and {more} more"));
            }
            let listed = listed.join(", ");
            match &routes.keeps_endpoints_outside {
                Some(by) => format!("send into the tunnel: {listed} (encrypted packets stay outside, by {by})"),
                None => format!("send into the tunnel: {listed}"),
            }
        }
    }
}

fn label(peer: &PeerLabel) -> String {
    peer.name.as_ref().map_or_else(|| format!("peer {}", peer.key.short()), |name| format!("peer {name}"))
}

pub(crate) fn list<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Formats an error with all its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let reasons = std::iter::successors(Some(error), |error| error.source());
    reasons.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
