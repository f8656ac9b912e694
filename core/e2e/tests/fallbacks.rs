//! A feature that the kernel or a driver lacks, refuses or withdraws costs speed, never data: with each offload missing, with
//! many queues, while the MTU changes, and on a system that is short of memory.
#![forbid(unsafe_code)]

use std::net::IpAddr;
use std::time::Duration;

use adit_e2e::{Device, Ends, Family, Host, Implementation, Lab, Launch, Namespace, Stream, transfer};
use anyhow::ensure;

const BYTES: usize = 16 << 20;

/// Runs a test on two hosts with a tunnel. `launch` applies to the first host's program.
fn with_tunnel(
    what: &str,
    launch: Launch,
    story: impl FnOnce(&Device<'_>, [(&Namespace, IpAddr); 2]) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(lab) = Lab::open(what)? else { return Ok(()) };
    let (one, two) = lab.two_hosts()?;
    let ours = Device::start_as(&lab, &one, Implementation::AditWg, Host(1), launch)?;
    let other = Device::start(&lab, &two, Implementation::AditWg, Host(2))?;
    Ends::generate(false)?.configure(&ours, &other, Family::V4)?;
    story(&ours, [(&one, Host(1).inner(Family::V4)), (&two, Host(2).inner(Family::V4))])
}

/// All data passes, and the log shows that the offload is not in use.
fn passes_with(path: &str, environment: &'static [(&'static str, &'static str)]) -> anyhow::Result<()> {
    with_tunnel(&format!("a data path of {path}"), Launch { environment, through: &[] }, |ours, [one, two]| {
        let shown = ours.process().printed();
        // The log colours the name of a field, not its value.
        ensure!(shown.lines().any(|line| line.trim_end().ends_with(path)), "no data path of {path} in:\n{shown}");
        let every = Duration::from_millis(1);
        let stream = Stream { from: one, to: two, every, length: Duration::from_millis(500), size: 1300 }.run()?;
        ensure!(stream.complete(), "{stream:?}");
        transfer(one, two, BYTES)
    })
}

#[test]
fn everything_passes_with_all_offloads() -> anyhow::Result<()> {
    passes_with(
        "queues=1 tun-segmentation tun-udp-segmentation udp-segmentation udp-receive",
        &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1")],
    )
}

#[test]
fn everything_passes_where_the_tun_driver_has_no_virtio_headers() -> anyhow::Result<()> {
    passes_with(
        "queues=1 udp-segmentation udp-receive",
        &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1"), ("ADIT_WITHOUT", "tun-segmentation")],
    )
}

#[test]
fn everything_passes_where_the_tun_driver_has_no_superpackets_of_udp() -> anyhow::Result<()> {
    passes_with(
        "queues=1 tun-segmentation udp-segmentation udp-receive",
        &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1"), ("ADIT_WITHOUT", "tun-udp-segmentation")],
    )
}

#[test]
fn everything_passes_where_udp_sends_one_datagram_at_a_time() -> anyhow::Result<()> {
    passes_with(
        "queues=1 tun-segmentation tun-udp-segmentation udp-receive",
        &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1"), ("ADIT_WITHOUT", "udp-segmentation")],
    )
}

#[test]
fn everything_passes_where_udp_receives_one_datagram_at_a_time() -> anyhow::Result<()> {
    passes_with(
        "queues=1 tun-segmentation tun-udp-segmentation udp-segmentation",
        &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1"), ("ADIT_WITHOUT", "udp-receive")],
    )
}

#[test]
fn everything_passes_without_any_offload() -> anyhow::Result<()> {
    passes_with("queues=1", &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1"), ("ADIT_WITHOUT", "all")])
}

#[test]
fn everything_passes_with_four_queues() -> anyhow::Result<()> {
    passes_with(
        "queues=4 tun-segmentation tun-udp-segmentation udp-segmentation udp-receive",
        &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "4")],
    )
}

/// A network card behind IPsec or with a poor driver answers a run of datagrams with EIO, and may do so at any time.
#[test]
fn a_card_that_rejects_runs_while_they_are_sent_gets_single_datagrams() -> anyhow::Result<()> {
    let launch = Launch {
        environment: &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1")],
        through: &["strace", "-D", "-f", "-qq", "-o", "/dev/null", "--trace=sendmsg", "--inject=sendmsg:error=EIO:when=30+7"],
    };
    with_tunnel("EIO from the network card", launch, |ours, [one, two]| {
        transfer(one, two, BYTES)?;
        let shown = ours.process().printed();
        ensure!(shown.contains("sending one by one"), "runs of datagrams are still sent:\n{shown}");
        Ok(())
    })
}

#[test]
fn a_kernel_short_of_memory_costs_packets_and_not_the_tunnel() -> anyhow::Result<()> {
    let launch = Launch {
        environment: &[("LOG_LEVEL", "verbose"), ("ADIT_QUEUES", "1")],
        through: &[
            "strace",
            "-D",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "--trace=sendmsg,recvmsg,writev,readv",
            "--inject=sendmsg:error=ENOBUFS:when=20+97",
            "--inject=recvmsg:error=ENOMEM:when=30+499",
            "--inject=writev:error=ENOMEM:when=40+97",
            "--inject=readv:error=ENOMEM:when=50+499",
        ],
    };
    with_tunnel("a kernel short of memory", launch, |ours, [one, two]| {
        transfer(one, two, BYTES / 4)?;
        let shown = ours.process().printed();
        ensure!(shown.contains("Cannot allocate memory"), "the kernel was never short of memory:\n{shown}");
        ensure!(shown.contains("No buffer space available"), "the kernel was never short of buffers:\n{shown}");
        Ok(())
    })
}

#[test]
fn the_mtu_may_change_while_data_passes() -> anyhow::Result<()> {
    with_tunnel("an MTU that changes", Launch::default(), |ours, [one, two]| {
        std::thread::scope(|threads| {
            let passing = threads.spawn(|| transfer(one, two, 4 * BYTES));
            for mtu in [1280, 1420, 1300, 576, 1400, 1420].iter().cycle() {
                if passing.is_finished() {
                    break;
                }
                ours.namespace().ip(&format!("link set {} mtu {mtu}", ours.interface()))?;
                // Lets data pass with each of them.
                std::thread::sleep(Duration::from_millis(20));
            }
            passing.join().map_err(|_| anyhow::anyhow!("the transfer panicked"))?
        })
    })
}
