//! `adit up` makes exactly the changes that `adit up --dry-run` announces, and the announcement changes nothing.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;

use adit_e2e::{FullTunnel, Lab, Namespace, built};
use anyhow::{Context as _, ensure};
use serde_json::Value;

/// Returns the lines of `after` that `before` does not have.
fn added(after: &str, before: &str) -> BTreeSet<String> {
    let known: BTreeSet<&str> = before.lines().collect();
    after.lines().filter(|line| !known.contains(line)).map(|line| line.trim().to_owned()).collect()
}

fn texts(values: &Value) -> BTreeSet<String> {
    values.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Returns the routes as `ip` prints them: without the prefix length of a host, and with `default` for a whole family.
fn routes(preview: &Value) -> BTreeSet<(String, u64)> {
    let route = |route: &Value| {
        let network = route["network"].as_str()?;
        let shown = match network.split_once('/')? {
            (_, "0") => "default",
            (address, "32") if !address.contains(':') => address,
            (address, "128") => address,
            _ => network,
        };
        let table = match route["detail"].as_str()? {
            "main table" => 254,
            detail => detail.strip_prefix("table ")?.parse().ok()?,
        };
        Some((shown.to_owned(), table))
    };
    effects(preview, "route").filter_map(route).collect()
}

fn effects<'a>(preview: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    preview["effects"].as_array().into_iter().flatten().filter(move |effect| effect["kind"] == kind)
}

/// Returns the table and the mark that send all traffic into the tunnel.
fn policy(preview: &Value) -> Option<(u32, u32)> {
    let detail = effects(preview, "takes_all").next()?["detail"].as_str()?;
    let (table, mark) = detail.strip_prefix("table ")?.split_once(" for packets without mark 0x")?;
    Some((table.parse().ok()?, u32::from_str_radix(mark, 16).ok()?))
}

/// Returns the routes over the interface, except those that the kernel created by itself.
fn routes_over(client: &Namespace, interface: &str) -> anyhow::Result<BTreeSet<(String, u64)>> {
    let text = client.shell(&format!(
        "ip -4 route show table all dev {interface}; ip -6 route show table all dev {interface} | grep -v multicast"
    ))?;
    let own = text.lines().filter(|line| !line.contains("proto kernel"));
    let parse = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let table = words.iter().position(|word| *word == "table").and_then(|at| words.get(at + 1));
        let table = table.map_or(Ok(254), |table| table.parse()).context("a table without a number")?;
        Ok((words.first().copied().unwrap_or_default().to_owned(), table))
    };
    own.map(parse).collect()
}

#[test]
fn a_dry_run_announces_exactly_what_is_then_done() -> anyhow::Result<()> {
    for more in ["", "MTU = 1300\nListenPort = 40123", "Table = 1234", "Table = off", "FwMark = 0x99"] {
        let Some(lab) = Lab::open("adit up --dry-run")? else { return Ok(()) };
        let (client, server) = lab.two_hosts()?;
        let tunnel = FullTunnel::new(&lab, &client, &server, more)?;
        let adit = built("adit")?;
        let dry_run = format!("{} up --dry-run --json {}", adit.display(), tunnel.conf.display());
        let rules = "ip -4 rule; ip -6 rule";
        let (before, rules_before) = (client.snapshot()?, client.shell(rules)?);
        let preview: Value = serde_json::from_str(&client.shell(&dry_run)?).context("--json prints JSON")?;
        ensure!(client.snapshot()? == before, "{more:?}: a dry run changed something");

        let _up = match more {
            "" | "FwMark = 0x99" | "MTU = 1300\nListenPort = 40123" => tunnel.adit_up(&lab)?,
            _ => tunnel.adit_up_without_routes(&lab)?,
        };
        let interface = &tunnel.interface;
        let link: Value = serde_json::from_str(&client.shell(&format!("ip -j address show dev {interface}"))?)?;
        ensure!(preview["interface"] == link[0]["ifname"], "{more:?}: {preview}");
        ensure!(preview["mtu"] == link[0]["mtu"], "{more:?}: MTU {} and {}", preview["mtu"], link[0]["mtu"]);
        let addresses: BTreeSet<String> = link[0]["addr_info"]
            .as_array()
            .into_iter()
            .flatten()
            // The kernel gives every interface a link-local address.
            .filter(|info| info["scope"] != "link")
            .map(|info| format!("{}/{}", info["local"].as_str().unwrap_or_default(), info["prefixlen"]))
            .collect();
        ensure!(texts(&preview["addresses"]) == addresses, "{more:?}: {} and {addresses:?}", preview["addresses"]);
        let over = routes_over(&client, interface)?;
        ensure!(routes(&preview) == over, "{more:?}: {} and {over:?}", preview["effects"]);

        let new_rules = added(&client.shell(rules)?, &rules_before);
        let policy = policy(&preview);
        if let Some((table, mark)) = policy {
            let selector = format!("not from all fwmark {mark:#x} lookup {table}");
            ensure!(new_rules.iter().any(|rule| rule.contains(&selector)), "{more:?}: {new_rules:?} without {selector}");
            let stays_local = |rule: &str| rule.contains(" to ") && rule.contains("lookup main");
            let foreign = new_rules.iter().find(|rule| !rule.contains(&selector) && !stays_local(rule));
            ensure!(foreign.is_none(), "{more:?}: {foreign:?} was not announced");
        } else {
            ensure!(new_rules.is_empty(), "{more:?}: {new_rules:?}");
        }
        let shown = client.shell(&format!("wg show {interface} fwmark; wg show {interface} listen-port"))?;
        let mark = policy.map_or_else(|| "off".to_owned(), |(_, mark)| format!("{mark:#x}"));
        ensure!(shown.starts_with(&mark), "{more:?}: mark {mark}, but {shown}");
        if let Some(port) = preview["listen_port"].as_u64() {
            ensure!(shown.trim_end().ends_with(&port.to_string()), "{more:?}: port {port}, but {shown}");
        }
        let filter = client.shell("nft list ruleset")?;
        let guard = effects(&preview, "addresses_guarded").next();
        ensure!(guard.is_some() == filter.contains(&format!("adit-{interface}")), "{more:?}: {filter}");
        for address in guard.map(|guard| texts(&guard["addresses"])).unwrap_or_default() {
            ensure!(filter.contains(&address), "{more:?}: the filter does not name {address}:\n{filter}");
        }
    }
    Ok(())
}

#[test]
fn a_dry_run_of_what_cannot_be_says_why_and_fails() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("adit up --dry-run that fails")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    client.ip(&format!("tuntap add dev {} mode tun", tunnel.interface))?;
    let answer = client.try_shell(&format!("{} up --dry-run {} 2>&1", built("adit")?.display(), tunnel.conf.display()))?;
    let printed = String::from_utf8_lossy(&answer.stdout);
    ensure!(answer.status.code() == Some(1) && printed.contains("there is an interface"), "{}: {printed}", answer.status);
    Ok(())
}
