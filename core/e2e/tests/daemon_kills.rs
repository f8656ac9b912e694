//! Kills the service at random moments: while it starts, while tunnels come up and go down, and at rest. Each time its
//! successor must restore order.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_api::{TunnelId, TunnelState};
use adit_e2e::process::wait_for;
use adit_e2e::snapshot::beside_chance;
use adit_e2e::{FullTunnel, How, Lab, Service};
use anyhow::{Context as _, ensure};

const PATIENCE: Duration = Duration::from_secs(20);
/// Number of kills without `ADIT_KILLS`.
const KILLS: u32 = 20;
/// Longest time between a start and a kill, milliseconds: a start and a connect take about half of it.
const LONGEST: u64 = 300;

/// A random number generator with a seed (an xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

#[test]
fn killed_at_any_moment_the_service_comes_back_and_nothing_is_missing_or_there_twice() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("kill -9 at random moments")? else { return Ok(()) };
    let kills = std::env::var("ADIT_KILLS").ok().map_or(Ok(KILLS), |text| text.parse().context("ADIT_KILLS"))?;
    let seed =
        std::env::var("ADIT_SEED").ok().map_or(Ok(u64::from(std::process::id())), |text| text.parse().context("ADIT_SEED"))?;
    println!("{kills} kills; repeat them with ADIT_SEED={seed}");
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let look = || anyhow::Ok(beside_chance(&client.snapshot()?, &tunnel.interface));
    let down = look()?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    let up = look()?;
    for kill in 0..kills {
        let story = kill_once(&mut service, id, &mut dice)?;
        service.again().with_context(|| story.clone())?;
        settled(&service, id, look, &up, &down).with_context(|| format!("kill {kill}, seed {seed}: {story}"))?;
    }
    service.client()?.connect(id, false)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.terminate()?;
    tunnel.the_client_is_as_before()
}

/// Kills the service, perhaps during an operation, and perhaps its successors too while they start.
fn kill_once(service: &mut Service<'_>, id: TunnelId, dice: &mut Dice) -> anyhow::Result<String> {
    let doing = dice.below(4);
    let client = service.client()?;
    let worker = std::thread::spawn(move || match doing {
        // The connection ends with the service.
        0 => drop(client.connect(id, false)),
        1 => drop(client.disconnect(id)),
        2 => drop(client.restart(id)),
        _ => {}
    });
    let alone = dice.below(LONGEST);
    // A random time until the kill.
    std::thread::sleep(Duration::from_millis(alone));
    service.kill()?;
    ensure!(worker.join().is_ok(), "the caller panicked");
    let mut story = format!("doing {doing}, killed after {alone} ms");
    for _ in 0..dice.below(3) {
        service.spawn_again()?;
        let alone = dice.below(LONGEST);
        std::thread::sleep(Duration::from_millis(alone));
        service.kill()?;
        story += &format!(", started and killed after {alone} ms");
    }
    Ok(story)
}

/// Waits until the tunnel stays up or down. The computer must then look as always in that state.
fn settled(
    service: &Service<'_>,
    id: TunnelId,
    look: impl Fn() -> anyhow::Result<String>,
    up: &str,
    down: &str,
) -> anyhow::Result<()> {
    let state = || -> anyhow::Result<Option<bool>> {
        Ok(match service.state(id)? {
            TunnelState::Up(_) => Some(true),
            TunnelState::Down { reason: None, .. } => Some(false),
            TunnelState::Connecting { .. } => None,
            other => anyhow::bail!("the tunnel is {other:?}"),
        })
    };
    let is_up = wait_for("the tunnel to settle", PATIENCE, || state().transpose())??;
    let wanted = if is_up { up } else { down };
    let mut found = look()?;
    // A new IPv6 address is tentative at first.
    wait_for("the computer to look as it did", PATIENCE, || {
        found = look().unwrap_or_default();
        (found == wanted).then_some(())
    })
    .with_context(|| format!("up: {is_up}; wanted:\n{wanted}\nfound:\n{found}"))
}
