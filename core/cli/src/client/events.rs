//! `adit events`: all that happens, as it happens, for programs (`--json`: one object on each line) and for people.

use adit_api::{Event, TunnelId};
use serde::Serialize;

use super::words::{bytes, look, now};
use super::{Daemon, Failure, Options, log_words};

/// What `adit events` is asked.
#[derive(clap::Args, Debug)]
pub(crate) struct EventsArgs {
    /// Also what goes through, each second
    #[arg(long)]
    traffic: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit events`: until Ctrl-C, or until the daemon ends.
pub(crate) fn events(arguments: &EventsArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let notices = daemon.subscribe()?;
    let mut tunnels = daemon.tunnels()?;
    for notice in notices {
        let notice = notice.map_err(Failure::Lost)?;
        if matches!(notice.event, Event::Traffic { .. }) && !arguments.traffic {
            continue;
        }
        if options.json {
            line(options, &notice)?;
            continue;
        }
        let name = |id: &TunnelId| {
            let known = tunnels.iter().find(|tunnel| tunnel.id == *id);
            known.map_or_else(|| id.to_string(), |tunnel| tunnel.name.to_string())
        };
        let text = match &notice.event {
            Event::TunnelAdded { tunnel } => format!("{} is new", tunnel.name),
            Event::TunnelChanged { tunnel } => format!("{}: {}", tunnel.name, look(&tunnel.state, now()).word),
            Event::TunnelRemoved { id } => format!("{} is removed", name(id)),
            Event::Traffic { id, sample } => {
                format!("{}: {} received, {} sent", name(id), bytes(sample.received), bytes(sample.sent))
            }
            Event::KeyIsOld { id, peer: None, .. } => format!("{}: its key is old; give it a new one", name(id)),
            Event::KeyIsOld { id, peer: Some(peer), .. } => {
                format!("{}: its preshared key with {} is old; give both a new one", name(id), peer.short())
            }
            Event::Log { line } => log_words::line(line, &tunnels),
        };
        options.show(&format!("{}  {text}\n", clock(now())))?;
        if let Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } = notice.event {
            tunnels.retain(|known| known.id != tunnel.id);
            tunnels.push(*tunnel);
        }
    }
    Ok(())
}

/// An object on a line of its own.
pub(super) fn line(options: &Options, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(anyhow::Error::from)?;
    options.show(&(text + "\n"))
}

/// A time as `2025-01-31 13:05:09Z`: the same for everybody who compares logs.
pub(super) fn clock(unix_milliseconds: u64) -> String {
    let seconds = unix_milliseconds / 1000;
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

/// The Gregorian date of a day counted from 1970-01-01, by eras of 400 years that begin in March.
fn date(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_at_the_edges_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00Z"),
            (951_782_400, "2000-02-29 00:00:00Z"),
            (951_868_799, "2000-02-29 23:59:59Z"),
            (1_700_000_000, "2023-11-14 22:13:20Z"),
            (4_107_542_400, "2100-03-01 00:00:00Z"),
        ] {
            assert_eq!(clock(seconds * 1000), text);
        }
    }
}
