//! `adit rules test`: what the rules would decide about a network that the user describes. What is not given is unknown.

use adit_api::{Cidr, DayTime, HomeAnswer, LinkKind, NetworkLink, Networks, PortalState, PublicKey, Weekday, WifiSecurity};

use super::super::{Daemon, Failure, Options};
use super::show::decided;

/// The arguments of `adit rules test`.
#[derive(clap::Args, Debug)]
pub(crate) struct TestArgs {
    /// Name of the Wi-Fi network
    #[arg(long, value_name = "NAME")]
    ssid: Option<String>,
    /// Hardware address of the access point
    #[arg(long, value_name = "MAC")]
    bssid: Option<String>,
    /// Protection of the Wi-Fi network
    #[arg(long, value_enum)]
    security: Option<Security>,
    /// Hardware address of the default gateway
    #[arg(long, value_name = "MAC", visible_alias = "gw-mac")]
    gateway_mac: Option<String>,
    /// Network of an address of this computer; can be repeated
    #[arg(long, value_name = "NETWORK")]
    subnet: Vec<Cidr>,
    /// DNS suffix that the network announces; can be repeated
    #[arg(long, value_name = "DOMAIN")]
    dns_suffix: Vec<String>,
    /// Kind of the link [default: wifi if there is a fact about Wi-Fi, or else ethernet]
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// Whether traffic costs money
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    metered: Option<bool>,
    /// Whether a VPN of another program is up
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    other_vpn: Option<bool>,
    /// Local time, such as `mon 09:30` [default: now]
    #[arg(long, value_name = "DAY HH:MM", value_parser = day_time)]
    time: Option<DayTime>,
    /// Key that answered the home probe, or `none` if nobody answered
    #[arg(long, value_name = "KEY", value_parser = home)]
    home: Option<HomeAnswer>,
    /// In no network
    #[arg(long, conflicts_with_all = ["ssid", "bssid", "security", "gateway_mac", "subnet", "dns_suffix", "kind", "metered", "home"])]
    no_network: bool,
    /// Nothing is known about the networks
    #[arg(long, conflicts_with_all = ["no_network", "ssid", "bssid", "security", "gateway_mac", "subnet", "dns_suffix", "kind", "metered", "home", "other_vpn", "time"])]
    unknown: bool,
    /// Test the rules of this file instead of those of the service; `-` is standard input
    #[arg(long, value_name = "FILE")]
    rules: Option<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Kind {
    Wifi,
    Ethernet,
    Cellular,
    Other,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Security {
    Open,
    Wep,
    Wpa,
    Wpa2,
    Wpa3,
    Enterprise,
}

/// `adit rules test`.
pub(crate) fn test(arguments: &TestArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let text = arguments.rules.as_deref().map(super::change::read).transpose()?;
    if let (Some(file), Some(text)) = (&arguments.rules, &text) {
        let check = daemon.ask(|client| client.check_rules(Some(text.clone()), None))?;
        super::judge(file, &check.diagnostics, options)?;
    }
    let networks = (!arguments.unknown).then(|| networks(arguments));
    let decision = daemon.ask(|client| client.test_rules(text, networks))?;
    if options.json {
        return options.show_json(&decision);
    }
    options.show(&decided(&decision))
}

fn networks(arguments: &TestArgs) -> Networks {
    let has_wifi = arguments.ssid.is_some() || arguments.bssid.is_some() || arguments.security.is_some();
    let kind = match arguments.kind {
        Some(Kind::Wifi) => LinkKind::Wifi,
        Some(Kind::Ethernet) => LinkKind::Ethernet,
        Some(Kind::Cellular) => LinkKind::Cellular,
        Some(Kind::Other) => LinkKind::Other,
        None if has_wifi => LinkKind::Wifi,
        None => LinkKind::Ethernet,
    };
    let link = NetworkLink {
        interface: if kind == LinkKind::Wifi { "wlan0".to_owned() } else { "eth0".to_owned() },
        kind,
        is_default: true,
        wifi_name: arguments.ssid.clone(),
        access_point: arguments.bssid.clone(),
        wifi_security: arguments.security.map(|security| match security {
            Security::Open => WifiSecurity::Open,
            Security::Wep => WifiSecurity::Wep,
            Security::Wpa => WifiSecurity::Wpa,
            Security::Wpa2 => WifiSecurity::Wpa2,
            Security::Wpa3 => WifiSecurity::Wpa3,
            Security::Enterprise => WifiSecurity::Enterprise,
        }),
        gateway: arguments.gateway_mac.clone(),
        subnets: arguments.subnet.clone(),
        dns_suffixes: Some(arguments.dns_suffix.clone()).filter(|suffixes| !suffixes.is_empty()),
        metered: arguments.metered,
        home: arguments.home.clone().unwrap_or(HomeAnswer::NotAsked),
        portal: PortalState::Unknown,
    };
    let links = if arguments.no_network { Vec::new() } else { vec![link] };
    Networks { links, other_vpn: arguments.other_vpn, at: arguments.time }
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

fn day_time(text: &str) -> Result<DayTime, String> {
    let read = || {
        let (day, time) = text.trim().split_once(' ')?;
        let day = DAYS.iter().find(|(name, _)| name.eq_ignore_ascii_case(day))?.1;
        let (hour, minute) = time.trim().split_once(':')?;
        // `parse` alone would accept a sign.
        let is_number = |text: &&str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = |text: &str| Some(text).filter(is_number)?.parse::<u8>().ok();
        let (hour, minute) = (number(hour)?, number(minute)?);
        (hour < 24 && minute < 60).then_some(DayTime { day, hour, minute })
    };
    read().ok_or_else(|| "write a day and a time, such as `mon 09:30`".to_owned())
}

fn home(text: &str) -> Result<HomeAnswer, String> {
    if text == "none" {
        return Ok(HomeAnswer::NoAnswer);
    }
    let key: PublicKey = text.parse().map_err(|error: adit_api::PublicKeyError| error.to_string())?;
    Ok(HomeAnswer::Answered { key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_and_a_time_of_that_day() {
        assert_eq!(day_time("Mon 09:30"), Ok(DayTime { day: Weekday::Monday, hour: 9, minute: 30 }));
        for wrong in ["", "mon", "09:30", "mon 24:00", "mon 9:30", "mon 09:60", "day 09:30", "mon 09:30 x", "mon +9:30"] {
            assert!(day_time(wrong).is_err(), "{wrong}");
        }
    }
}
