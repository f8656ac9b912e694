//! `adit remind`: sets the age from which on a tunnel's keys are reported as old.

use super::switch::tell;
use super::{Daemon, Failure, Options};

/// The arguments of `adit remind`.
#[derive(clap::Args, Debug)]
pub(crate) struct RemindArgs {
    /// Name of the tunnel
    name: String,
    /// Age in days at which a key is old, or `off`
    #[arg(value_name = "DAYS|off")]
    days: Days,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The age in days; None means `off`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Days(Option<u32>);

/// The error for an argument that is not a number of days.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("write a number of days, at least 1, or `off`")]
struct NotDays;

impl std::str::FromStr for Days {
    type Err = NotDays;

    fn from_str(text: &str) -> Result<Self, NotDays> {
        match text {
            "off" => Ok(Self(None)),
            number => number.parse().ok().filter(|days| *days > 0).map(|days| Self(Some(days))).ok_or(NotDays),
        }
    }
}

/// `adit remind`.
pub(crate) fn remind(arguments: &RemindArgs) -> Result<(), Failure> {
    let daemon = Daemon::reach(&arguments.options)?;
    let tunnel = daemon.find(&arguments.name)?;
    let Days(days) = arguments.days;
    daemon.ask_about(&tunnel, |client, id| client.set_key_reminder(id, days))?;
    let words = match days {
        Some(1) => "reminds of keys that are a day old".to_owned(),
        Some(days) => format!("reminds of keys that are {days} days old"),
        None => "reminds of no key".to_owned(),
    };
    tell(&daemon, &tunnel, &arguments.options, &words)
}
