//! `adit home ask`.

use std::io;
use std::process::ExitCode;

use adit_home::{Asked, HomeProbe, LanProbe, NotHome, PORT};
use adit_platform::device::Stop;
use adit_platform::native;
use adit_protocol::PublicKey;
use adit_words::HomeText;
use anyhow::{Context, anyhow};
use serde::Serialize;

use super::Output;
use crate::client::{Failure, finish};
use crate::exit::Exit;
use crate::output::{visible, words};

/// The arguments of `adit home ask`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit codes: 0 if this is home, 7 if nobody proved that, others if it could not be asked")]
pub(super) struct AskArgs {
    /// Public key of the home
    key: String,
    /// Ask on this interface; may be repeated [default: every interface that leads to a network]
    #[arg(long, value_name = "INTERFACE")]
    interface: Vec<String>,
    /// UDP port of the responder
    #[arg(long, default_value_t = PORT, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    #[command(flatten)]
    pub(super) output: Output,
}

/// What was learned on one interface.
#[derive(Serialize)]
struct OnLink {
    interface: String,
    home: bool,
    /// The reason why not.
    reason: Option<Reason>,
}

#[derive(Serialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Reason {
    NoAnswer,
    Forged,
    OtherNetwork,
    PassedOn,
}

#[derive(Serialize)]
struct Answer {
    home: bool,
    links: Vec<OnLink>,
}

/// `adit home ask`.
pub(super) fn ask(arguments: &AskArgs) -> ExitCode {
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => Exit::TimedOut.into(),
        Err(failure) => finish(&arguments.output.options(), Err(failure)),
    }
}

fn run(arguments: &AskArgs) -> Result<bool, Failure> {
    // The text is not repeated: it may be the private key.
    let key = arguments.key.parse::<PublicKey>().map_err(|_| {
        Failure::Usage("KEY is no public key: it has 44 characters, and `adit home key` prints it at home".into())
    })?;
    let interfaces = if arguments.interface.is_empty() { interfaces()? } else { arguments.interface.clone() };
    let (probe, stop) = (LanProbe { port: arguments.port }, native::new_stop().map_err(anyhow::Error::from)?);
    let mut answer = Answer { home: false, links: Vec::new() };
    let mut failed = None;
    for interface in interfaces {
        match ask_on(&probe, &interface, &key, &*stop) {
            Ok(link) => {
                answer.home |= link.home;
                answer.links.push(link);
            }
            Err(error) => failed = failed.or(Some(error)),
        }
        if answer.home {
            break;
        }
    }
    if let Some(error) = failed.filter(|_| !answer.home) {
        return Err(error.into());
    }
    let options = arguments.output.options();
    if arguments.output.json {
        options.show_json(&answer)?;
    } else {
        for link in answer.links.iter().filter(|link| link.home || !answer.home) {
            options.show(&format!("{}\n", link.sentence(key)))?;
        }
    }
    Ok(answer.home)
}

fn interfaces() -> anyhow::Result<Vec<String>> {
    let interfaces = native::lan_interfaces().context("cannot list the interfaces")?;
    if interfaces.is_empty() { Err(anyhow!("this computer is in no network")) } else { Ok(interfaces) }
}

fn ask_on(probe: &dyn HomeProbe, interface: &str, key: &PublicKey, stop: &dyn Stop) -> anyhow::Result<OnLink> {
    let asked = probe.ask(interface, &[*key], stop).map_err(|error| explain(interface, error))?;
    let home = asked.answered.contains(key);
    Ok(OnLink { interface: interface.to_owned(), home, reason: (!home).then(|| Reason::of(&asked)) })
}

fn explain(interface: &str, error: io::Error) -> anyhow::Error {
    let interface = visible(interface);
    match error.kind() {
        io::ErrorKind::NotFound => anyhow!("there is no interface {interface}; see them with: ip link"),
        io::ErrorKind::AddrNotAvailable => anyhow!("{interface} has no address, so it is in no network"),
        _ => anyhow!(error).context(format!("cannot ask on {interface}")),
    }
}

impl Reason {
    fn of(asked: &Asked) -> Self {
        match asked.refused {
            None | Some(NotHome::Late) => Self::NoAnswer,
            Some(NotHome::Forged) => Self::Forged,
            Some(NotHome::NotFromThisLink) => Self::OtherNetwork,
            Some(NotHome::PassedOn) => Self::PassedOn,
        }
    }
}

impl OnLink {
    fn sentence(&self, key: PublicKey) -> String {
        let interface = self.interface.as_str();
        words().home(&match self.reason {
            None => HomeText::Home { interface, key: key.into() },
            Some(Reason::NoAnswer) => HomeText::NoAnswer { interface },
            Some(Reason::Forged) => HomeText::Forged { interface },
            Some(Reason::OtherNetwork) => HomeText::FromElsewhere { interface },
            Some(Reason::PassedOn) => HomeText::PassedOn { interface },
        })
    }
}
