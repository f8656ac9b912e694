//! Facts about networks, to and from the contract.

use adit_api::{ApiError, DayTime, HomeAnswer, NetworkLink, Networks, PortalState, SeenFact, Weekday};
use adit_rules::decide::Seen;
use adit_rules::facts::{Day, Facts, Known, Link, LocalTime, Mac, Portal, ProbeResult, Ssid, Wifi};

use super::forms;

/// The most links that a client can make up, so that the work for a request is bounded.
const MAX_LINKS: usize = 16;

/// Converts facts for clients.
pub(super) fn view(facts: &Facts) -> Networks {
    let link = |link: &Link| NetworkLink {
        interface: link.interface.clone(),
        kind: forms::of_link_kind(link.kind),
        is_default: link.is_default,
        wifi_name: link.ssid().map(ToString::to_string),
        access_point: link.wifi.as_ref().and_then(|wifi| wifi.bssid).map(|mac| mac.to_string()),
        wifi_security: link.wifi.as_ref().and_then(|wifi| wifi.security).map(forms::of_security),
        gateway: link.gateway_mac.map(|mac| mac.to_string()),
        subnets: link.subnets.clone(),
        dns_suffixes: link.dns_suffixes.clone().into(),
        metered: link.metered.into(),
        home: home(link.home),
        portal: match link.portal {
            Portal::Unknown => PortalState::Unknown,
            Portal::None => PortalState::None,
            Portal::Captive => PortalState::Captive,
        },
    };
    Networks { links: facts.links.iter().map(link).collect(), other_vpn: facts.other_vpn.into(), at: Some(time(facts.at)) }
}

/// Reads facts that a client made up. `now` is the present local time.
pub(super) fn given(networks: &Networks, now: LocalTime) -> Result<Facts, ApiError> {
    let refuse = |what: &str, text: &str| ApiError::BadRequest { detail: format!("{what}: {text:?}") };
    let read_mac = |text: &Option<String>| {
        let parse = |text: &String| text.parse::<Mac>().map_err(|error| refuse(&error.to_string(), text));
        text.as_ref().map(parse).transpose()
    };
    if networks.links.len() > MAX_LINKS {
        let detail = format!("{} links; at most {MAX_LINKS} are possible", networks.links.len());
        return Err(ApiError::BadRequest { detail });
    }
    let mut links = Vec::new();
    for given in &networks.links {
        let ssid = given.wifi_name.as_ref().map(|name| name.parse::<Ssid>().map_err(|error| refuse(&error.to_string(), name)));
        let wifi = Wifi {
            ssid: ssid.transpose()?,
            bssid: read_mac(&given.access_point)?,
            security: given.wifi_security.map(forms::security),
        };
        links.push(Link {
            interface: given.interface.clone(),
            kind: forms::link_kind(given.kind),
            is_default: given.is_default,
            wifi: Some(wifi).filter(|wifi| *wifi != Wifi::default()),
            gateway_mac: read_mac(&given.gateway)?,
            subnets: given.subnets.clone(),
            dns_suffixes: given.dns_suffixes.clone().into(),
            metered: given.metered.into(),
            home: match &given.home {
                HomeAnswer::NotAsked => ProbeResult::NotAsked,
                HomeAnswer::NoAnswer => ProbeResult::NoAnswer,
                HomeAnswer::Answered { key } => ProbeResult::Answered { key: (*key).into() },
            },
            portal: match given.portal {
                PortalState::Unknown => Portal::Unknown,
                PortalState::None => Portal::None,
                PortalState::Captive => Portal::Captive,
            },
        });
    }
    let at = match networks.at {
        None => now,
        Some(DayTime { day, hour, minute }) => LocalTime::new(Day::ALL[day as usize], hour, minute)
            .ok_or_else(|| refuse("a day has the times 00:00 to 23:59", &format!("{hour}:{minute}")))?,
    };
    Ok(Facts { links, at, other_vpn: networks.other_vpn.into() })
}

/// Converts a local time.
pub(super) fn time(at: LocalTime) -> DayTime {
    let day = match at.day() {
        Day::Monday => Weekday::Monday,
        Day::Tuesday => Weekday::Tuesday,
        Day::Wednesday => Weekday::Wednesday,
        Day::Thursday => Weekday::Thursday,
        Day::Friday => Weekday::Friday,
        Day::Saturday => Weekday::Saturday,
        Day::Sunday => Weekday::Sunday,
    };
    let part = |number: u16| u8::try_from(number).unwrap_or_default();
    DayTime { day, hour: part(at.minute() / 60), minute: part(at.minute() % 60) }
}

fn home(home: ProbeResult) -> HomeAnswer {
    match home {
        ProbeResult::NotAsked => HomeAnswer::NotAsked,
        ProbeResult::NoAnswer => HomeAnswer::NoAnswer,
        ProbeResult::Answered { key } => HomeAnswer::Answered { key: key.into() },
    }
}

/// Converts a fact that a condition was compared with.
pub(super) fn seen(seen: &Seen) -> SeenFact {
    let address = |mac: Known<Mac>| Option::from(mac).map(|mac: Mac| mac.to_string());
    match seen {
        Seen::NoFacts => SeenFact::NoFacts,
        Seen::NoNetwork => SeenFact::NoNetwork,
        Seen::Network => SeenFact::Network,
        Seen::Kind(kind) => SeenFact::Link { link: forms::of_link_kind(*kind) },
        Seen::Ssid(ssid) => SeenFact::WifiName { name: Option::from(ssid.clone()).map(|ssid: Ssid| ssid.to_string()) },
        Seen::Bssid(mac) => SeenFact::AccessPoint { address: address(*mac) },
        Seen::Security(security) => SeenFact::WifiSecurity { security: Option::from(*security).map(forms::of_security) },
        Seen::Gateway(mac) => SeenFact::Gateway { address: address(*mac) },
        Seen::Subnets(networks) => SeenFact::Subnets { networks: networks.clone() },
        Seen::DnsSuffixes(suffixes) => SeenFact::DnsSuffixes { suffixes: suffixes.clone().into() },
        Seen::Metered(metered) => SeenFact::Metered { metered: (*metered).into() },
        Seen::Time(at) => SeenFact::Time { at: time(*at) },
        Seen::OtherVpn(is_up) => SeenFact::OtherVpn { is_up: (*is_up).into() },
        Seen::Home(answer) => SeenFact::HomeProbe { answer: home(*answer) },
    }
}
