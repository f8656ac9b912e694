//! `cargo xtask bench`: measures speed on this machine with micro-benchmarks and, as root, with the duel against the other
//! installed implementations. The results replace the measured part of `docs/PERFORMANCE.md` and its plot.

mod plot;
mod record;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use record::{Duel, Micro};

use crate::{cargo, machine, root, run};

/// Programs that the duel needs besides the implementations.
const NEEDED: &[machine::Needed] =
    &[machine::IPROUTE, ("wg", "wireguard-tools"), ("iperf3", "iperf3"), ("ping", "iputils-ping"), ("python3", "python3")];

/// Other implementations: the program, and the file that describes how it is started.
const PEERS: &[(&str, &str)] =
    &[("wireguard", "wireguard-go.json"), ("gotatun", "gotatun.json"), ("boringtun-cli", "boringtun.json")];

/// A second run over a link that carries no segment larger than its MTU, as most do. The duel uses the last value of a repeated
/// option.
const SINGLE_PACKETS: &[&str] = &["--wire", "packet", "--tests", "tcp1,tcp4"];

/// The implementation that the ratios refer to.
const REFERENCE: &str = "wggo";

const BEGIN: &str = "<!-- measured: written by cargo xtask bench -->";
const END: &str = "<!-- end of what was measured -->";

/// Measures how the service follows the networks (`core/e2e/src/bin/network-changes.rs`), and prints the rows of the table in
/// docs/RULES.md. What it measures are waits and system calls, so programs without optimizations do.
fn networks(arguments: &[String]) -> anyhow::Result<()> {
    ensure!(machine::is_root(), "network namespaces need root");
    machine::install(machine::FOR_TESTS)?;
    run(cargo("build").args(["--quiet", "--package", "adit-daemon", "--package", "adit-e2e", "--bins"]))?;
    run(std::process::Command::new(root().join("target/debug/network-changes")).args(arguments))
}

/// Runs the benchmarks. `networks` measures how the service follows the networks, and nothing else. Otherwise `arguments` go to the
/// duel (`--reps 5 --tests tcp1,ping`); `--micro` skips it.
pub(crate) fn bench(arguments: &[String]) -> anyhow::Result<()> {
    if let Some((first, rest)) = arguments.split_first()
        && first == "networks"
    {
        return networks(rest);
    }
    run(cargo("bench").args(["--quiet", "--package", "adit-testkit", "--package", "adit-tunnel", "--benches", "--"]))?;
    let micro = record::micro(&root().join("target/criterion"))?;
    let duel = if arguments.iter().any(|argument| argument == "--micro") {
        None
    } else if !machine::is_root() {
        println!("SKIPPED: the duel needs root for its network namespaces");
        None
    } else {
        duel(arguments)?
    };
    write(&micro, duel.as_ref())
}

fn duel(arguments: &[String]) -> anyhow::Result<Option<Duel>> {
    machine::install(NEEDED)?;
    machine::install_peers()?;
    run(cargo("build").args(["--quiet", "--release", "--package", "adit", "--bins"]))?;
    let folder = root().join("tools/duel");
    let mut folders: Vec<PathBuf> = vec![root().join("target/release")];
    let mut command = std::process::Command::new(folder.join("duel"));
    for (program, spec) in PEERS {
        match machine::find(program) {
            Some(found) => {
                folders.extend(found.parent().map(Path::to_path_buf));
                command.arg(folder.join("specs").join(spec));
            }
            None => println!("SKIPPED: {program} is not installed (tools/duel/peers.sh installs it)"),
        }
    }
    if machine::find("wireguard").is_none() {
        println!("SKIPPED: the duel, whose ratios are to wireguard-go's latest");
        return Ok(None);
    }
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    command.arg(folder.join("specs/adit.json")).args(["--reference", REFERENCE]).args(arguments);
    command.env("PATH", std::env::join_paths(folders)?);
    let outcome = root().join("target/duel.json");
    run(command.arg("--json").arg(&outcome))?;
    let mut duel = record::duel(&outcome, REFERENCE)?;
    let outcome = root().join("target/duel-single-packets.json");
    run(command.args(SINGLE_PACKETS).arg("--json").arg(&outcome))?;
    duel.add("on a wire of single packets, ", record::duel(&outcome, REFERENCE)?)?;
    Ok(Some(duel))
}

fn write(micro: &[Micro], duel: Option<&Duel>) -> anyhow::Result<()> {
    let page = root().join("docs/PERFORMANCE.md");
    let text = std::fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let (before, rest) = text.split_once(BEGIN).context("docs/PERFORMANCE.md has lost the mark of its measured part")?;
    let (_, after) = rest.split_once(END).context("docs/PERFORMANCE.md has lost the end of its measured part")?;
    let mut measured = record::micro_table(micro);
    if let Some(duel) = duel {
        measured += "\n";
        measured += &record::duel_table(duel);
        measured += "\n![Throughput of each implementation](performance.svg)\n";
        std::fs::write(root().join("docs/performance.svg"), plot::throughput(duel))?;
    }
    ensure!(!measured.contains(END), "a name in the results would end the measured part early");
    println!("\n{measured}");
    std::fs::write(&page, format!("{before}{BEGIN}\n\n{measured}\n{END}{after}"))?;
    println!("written to {}", page.display());
    Ok(())
}
