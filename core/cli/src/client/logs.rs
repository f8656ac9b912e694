//! `adit logs`: prints the log; with `-f` also new lines as they are written.

use adit_api::{Event, LogLevel, LogLine, TunnelView};

use super::log_words;
use super::{Daemon, Failure, Options};
use crate::output::{coloured, level, paint, utc};

/// Lines in one answer of the service.
const PAGE: u32 = 1000;

/// The arguments of `adit logs`.
#[derive(clap::Args, Debug)]
pub(crate) struct LogsArgs {
    /// Show only lines about this tunnel
    name: Option<String>,
    /// Keep printing new lines until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Lowest level to show; debug includes each handshake and the reasons for dropped messages
    #[arg(long, value_enum, default_value = "info")]
    level: Level,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum Level {
    Error,
    Warn,
    Info,
    #[value(alias = "trace")]
    Debug,
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warn => Self::Warn,
            Level::Info => Self::Info,
            Level::Debug => Self::Debug,
        }
    }
}

/// `adit logs`. With `--json` each line of the log is an object on its own line.
pub(crate) fn logs(arguments: &LogsArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let only = arguments.name.as_deref().map(|name| daemon.find(name)).transpose()?;
    let mut reader = Reader { arguments, tunnels: daemon.tunnels()?, only, last: 0 };
    // The subscription starts before the first page is read, so that no line is missed between the two.
    let notices = if arguments.follow { Some(daemon.subscribe()?) } else { None };
    loop {
        let page = daemon.ask(|client| client.logs(reader.last, arguments.level.into(), PAGE))?;
        if page.missed > 0 && reader.last > 0 {
            arguments.options.warn(format!("{} lines are forgotten already", page.missed));
        }
        page.lines.iter().try_for_each(|line| reader.show(line))?;
        if page.lines.is_empty() || page.last <= reader.last {
            break;
        }
        reader.last = page.last;
    }
    let Some(notices) = notices else { return Ok(()) };
    for notice in notices {
        match notice.map_err(Failure::Lost)?.event {
            Event::Log { line } if line.number > reader.last => {
                reader.last = line.number;
                reader.show(&line)?;
            }
            Event::TunnelAdded { tunnel } | Event::TunnelChanged { tunnel } => reader.know(*tunnel),
            Event::Log { .. }
            | Event::TunnelRemoved { .. }
            | Event::RulesChanged { .. }
            | Event::PortalChanged { .. }
            | Event::Traffic { .. }
            | Event::KeyIsOld { .. } => {}
        }
    }
    Ok(())
}

struct Reader<'a> {
    arguments: &'a LogsArgs,
    tunnels: Vec<TunnelView>,
    only: Option<TunnelView>,
    last: u64,
}

impl Reader<'_> {
    fn know(&mut self, tunnel: TunnelView) {
        self.tunnels.retain(|known| known.id != tunnel.id);
        self.tunnels.push(tunnel);
    }

    fn show(&self, line: &LogLine) -> Result<(), Failure> {
        if line.level > self.arguments.level.into() || self.only.as_ref().is_some_and(|only| line.tunnel != Some(only.id)) {
            return Ok(());
        }
        if self.arguments.options.json {
            return self.arguments.options.show_json_line(line);
        }
        let (name, tone) = level(line.level);
        let text = log_words::line(line, &self.tunnels);
        let time = utc(line.at);
        self.arguments.options.show(&format!("{time}  {}  {text}\n", paint(&format!("{name:<5}"), tone, coloured())))
    }
}
