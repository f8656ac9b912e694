//! A real DHCP server and client, those of busybox, for leases that a hostile network hands out.

use std::time::Duration;

use anyhow::Context as _;

use crate::lab::Lab;
use crate::namespace::Namespace;
use crate::process::{Process, wait_for};

/// The script that udhcpc runs. It sets the lease's address on eth0, with its lifetime as other DHCP clients do, and replaces
/// the earlier routes. Option 121 replaces the router option (RFC 3442).
const SCRIPT: &str = r#"#!/bin/sh
case "$1" in bound | renew) ;; *) exit 0 ;; esac
set -e
ip -4 addr flush dev eth0 scope global
ip addr add "$ip/$mask" dev eth0 valid_lft "$lease" preferred_lft "$lease"
set -- ${staticroutes:-0.0.0.0/0 $router}
while [ -n "$2" ]; do
    ip route replace "$1" via "$2" dev eth0
    shift 2
done
"#;

/// The parameters of a lease.
#[derive(Clone, Copy, Debug)]
pub struct Lease<'a> {
    /// Address of the client.
    pub address: &'a str,
    /// Address of the router, one of the server's on `eth0`. The network has 24 bits.
    pub router: &'a str,
    /// Networks that option 121 routes to the router, besides the default route.
    pub routes: &'a [&'a str],
}

/// Makes the client request a lease on its `eth0`; the server at the router's `eth0` grants this one.
pub fn lease(lab: &Lab, client: &Namespace, router: &Namespace, lease: Lease<'_>) -> anyhow::Result<()> {
    let _server = serve(lab, client, router, lease)?;
    let script = lab.write("udhcpc.sh", SCRIPT)?;
    let executable: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&script, executable)?;
    let printed = client.shell(&format!(
        "busybox udhcpc -f -n -q -i eth0 -t 10 -T 1 -O staticroutes -s {} 2>&1 || {{ cat {}; exit 1; }}",
        script.display(),
        lab.file("udhcpd.log").display()
    ))?;
    let addresses = client.ip("-4 addr show dev eth0")?;
    anyhow::ensure!(addresses.contains(lease.address), "no lease: {printed}\n{addresses}");
    for network in lease.routes {
        let routes = client.ip(&format!("route show {network}"))?;
        anyhow::ensure!(routes.contains(lease.router), "option 121 made no route to {network}: {printed}\n{routes}");
    }
    Ok(())
}

fn serve(lab: &Lab, client: &Namespace, router: &Namespace, lease: Lease<'_>) -> anyhow::Result<Process> {
    let Lease { address, router: gateway, routes } = lease;
    let hardware = client.shell("cat /sys/class/net/eth0/address")?;
    let mut text = format!(
        "start {address}\nend {address}\ninterface eth0\nlease_file {}\npidfile {}\nstatic_lease {} {address}\n\
         opt subnet 255.255.255.0\nopt router {gateway}\nopt lease 3600\n",
        lab.write("udhcpd.leases", "")?.display(),
        lab.file("udhcpd.pid").display(),
        hardware.trim()
    );
    if !routes.is_empty() {
        let routes: String = routes.iter().map(|network| format!(", {network} {gateway}")).collect();
        text += &format!("opt staticroutes 0.0.0.0/0 {gateway}{routes}\n");
    }
    let conf = lab.write("udhcpd.conf", &text)?;
    let log = lab.file("udhcpd.log");
    let server = router.start("busybox", ["udhcpd".into(), "-f".into(), conf.into_os_string()], &[], &log)?;
    wait_for("udhcpd to start", Duration::from_secs(10), || server.printed().contains("started").then_some(()))
        .with_context(|| server.printed())?;
    Ok(server)
}
