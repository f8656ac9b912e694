//! `adit watch`: shows all tunnels on the screen and refreshes them each second, until q or Ctrl-C.

use std::io::{self, IsTerminal, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use adit_api::TunnelView;
use adit_platform::native::signals::set_on_end;
use adit_platform::native::terminal::{Keyboard, Keys, size, wait_for_key};

use super::{Daemon, Failure, Options, list};
use crate::output::{Tone, coloured, now, paint, table, words};

/// The arguments of `adit watch`.
#[derive(clap::Args, Debug)]
pub(crate) struct WatchArgs {
    /// Show only this tunnel
    name: Option<String>,
    /// Seconds between updates
    #[arg(long, short = 'n', default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    interval: u32,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit watch`. Without a terminal, prints one list after the other; with `--json`, one array on each line.
pub(crate) fn watch(arguments: &WatchArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let daemon = Daemon::reach(options)?;
    let only = arguments.name.as_deref().map(|name| daemon.find(name)).transpose()?.map(|tunnel| tunnel.id);
    let asked_to_end = Arc::new(AtomicBool::new(false));
    set_on_end(&asked_to_end)?;
    let screen = Screen::open(options.json)?;
    let mut before: Option<(u64, Vec<TunnelView>)> = None;
    while !asked_to_end.load(Ordering::Relaxed) {
        let mut tunnels = daemon.tunnels()?;
        tunnels.retain(|tunnel| only.is_none_or(|only| only == tunnel.id));
        let at = now();
        if options.json {
            options.show_json_line(&tunnels)?;
        } else {
            screen.draw(options, &page(&tunnels, before.as_ref(), at))?;
        }
        before = Some((at, tunnels));
        if screen.wants_to_leave(Duration::from_secs(arguments.interval.into()))? {
            break;
        }
    }
    Ok(())
}

fn page(tunnels: &[TunnelView], before: Option<&(u64, Vec<TunnelView>)>, now: u64) -> String {
    let coloured = coloured();
    let mut text = list::text(tunnels, coloured);
    let Some((then, before)) = before else { return text };
    let rates: Vec<Vec<(String, Tone)>> = tunnels
        .iter()
        .filter_map(|tunnel| {
            let (received, sent) = counters(tunnel)?;
            let (received_before, sent_before) = before.iter().find(|one| one.id == tunnel.id).and_then(counters)?;
            let per_second = |now_: u64, then_: u64| {
                let rate = u128::from(now_.saturating_sub(then_)) * 1000 / u128::from(now.saturating_sub(*then).max(1));
                words().rate(u64::try_from(rate).unwrap_or(u64::MAX))
            };
            let plain = |text: String| (text, Tone::Plain);
            Some(vec![
                (tunnel.name.to_string(), Tone::Strong),
                plain(format!("{} in", per_second(received, received_before))),
                plain(format!("{} out", per_second(sent, sent_before))),
            ])
        })
        .collect();
    if !rates.is_empty() {
        text.push('\n');
        text.push_str(&table(&rates, coloured));
    }
    text
}

fn counters(tunnel: &TunnelView) -> Option<(u64, u64)> {
    tunnel.state.up().map(|up| (up.counters.received, up.counters.sent))
}

/// The terminal in full-screen mode. Dropping it restores what the terminal showed before.
struct Screen {
    is_terminal: bool,
    /// The keyboard, if there is a terminal to read keys from.
    keyboard: Option<Keyboard>,
}

impl Screen {
    fn open(plain: bool) -> io::Result<Self> {
        let is_terminal = !plain && io::stdout().is_terminal();
        let keyboard = (is_terminal && io::stdin().is_terminal()).then(|| Keyboard::begin(Keys::Hidden)).transpose()?;
        if is_terminal {
            write!(io::stdout(), "\x1b[?1049h\x1b[?25l")?;
        }
        Ok(Self { is_terminal, keyboard })
    }

    fn draw(&self, options: &Options, page: &str) -> Result<(), Failure> {
        if !self.is_terminal {
            return options.show(&format!("{page}\n"));
        }
        let rows = size().map_or(0, |size| size.rows);
        // Some terminals report 0 rows: they do not know their size.
        let rows = if rows == 0 { 24 } else { rows };
        let mut shown = String::from("\x1b[?7l\x1b[H");
        for line in page.lines().take(rows.saturating_sub(2)) {
            shown.push_str(line);
            shown.push_str("\x1b[K\n");
        }
        shown.push_str(&format!("\x1b[K\n{}\x1b[J\x1b[?7h", paint("q ends it", Tone::Faint, coloured())));
        options.show(&shown)
    }

    /// Waits up to `patience`. Returns true when the user presses q or Ctrl-D, or the input ends.
    fn wants_to_leave(&self, patience: Duration) -> io::Result<bool> {
        // A signal interrupts the wait too; the caller checks next whether it asks the program to end.
        if !wait_for_key(self.keyboard.as_ref(), patience)? {
            return Ok(false);
        }
        let mut key = [0; 16];
        let count = io::stdin().lock().read(&mut key)?;
        Ok(count == 0 || key.iter().take(count).any(|key| matches!(key, b'q' | b'Q' | 4)))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.is_terminal {
            let _ = write!(io::stdout(), "\x1b[?7h\x1b[?25h\x1b[?1049l");
            let _ = io::stdout().flush();
        }
    }
}
