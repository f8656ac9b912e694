//! Parses the command line and the environment variables of `wireguard-go`.

use std::ffi::OsString;

use adit_platform::device::Offloads;
use anyhow::{Context, bail};
use tracing::level_filters::LevelFilter;

use super::foreground::SERVES;

/// Returns the usage message.
pub(crate) fn usage() -> String {
    format!("Usage: adit-wg [-f|--foreground] INTERFACE-NAME\n\nCreates the interface and serves it {SERVES}\n\n{OPTIONS}")
}

const OPTIONS: &str = "\
  -f, --foreground   run in the foreground [default: in the background]
      --version      print the version
  -h, --help         print this help

Environment:
  LOG_LEVEL                  verbose, debug, error or silent [default: error]; if set, also the background process logs
  WG_PROCESS_FOREGROUND=1    same as --foreground
  WG_TUN_FD, WG_UAPI_FD      numbers of inherited descriptors: a TUN queue, a listening socket
  ADIT_QUEUES                number of TUN queues, 1 to 256 [default: one for every two processors]
  ADIT_WITHOUT               offloads to disable because of a faulty driver, separated by commas: tun-segmentation,
                             tun-udp-segmentation, udp-segmentation, udp-receive, or all [default: none]";

/// The request on the command line.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Request {
    Version,
    Help,
    Run { name: String, mode: Mode },
}

/// The process in which the tunnel runs: this one, or a copy in the background.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    Foreground,
    Background,
}

/// Parses the arguments after the program's name.
pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<Request> {
    let arguments: Vec<_> = arguments.collect();
    let arguments: Vec<_> = arguments.iter().map(|argument| argument.to_str().unwrap_or_default()).collect();
    Ok(match arguments[..] {
        ["--version"] => Request::Version,
        ["-h" | "--help"] => Request::Help,
        ["-f" | "--foreground", name] if is_name(name) => Request::Run { name: name.to_owned(), mode: Mode::Foreground },
        [name] if is_name(name) => Request::Run { name: name.to_owned(), mode: Mode::Background },
        _ => bail!("expected the name of one interface"),
    })
}

fn is_name(argument: &str) -> bool {
    !argument.is_empty() && !argument.starts_with('-')
}

/// The text of `--version`.
pub(crate) fn version() -> String {
    format!(
        "adit-wg v{}\n\nUserspace WireGuard daemon for {}-{}.",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// The environment variables that `wireguard-go` reads, and those that this program adds.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Environment {
    /// `WG_PROCESS_FOREGROUND`.
    pub(crate) foreground: bool,
    /// `WG_TUN_FD`.
    pub(crate) tun: Option<i32>,
    /// `WG_UAPI_FD`.
    pub(crate) socket: Option<i32>,
    /// `LOG_LEVEL`; `ERROR` if it is not set.
    pub(crate) log: LevelFilter,
    /// True if `LOG_LEVEL` is set and not `silent`: the process in the background then keeps its output open for the log.
    pub(crate) keeps_output: bool,
    /// `ADIT_WITHOUT`.
    pub(crate) offloads: Offloads,
    /// `ADIT_QUEUES`.
    pub(crate) queues: Option<usize>,
    /// True in the copy that this program starts in the background ([`REPORT`]).
    pub(crate) reports_to_parent: bool,
}

/// The environment variable that marks the copy in the background.
pub(crate) const REPORT: &str = "ADIT_WG_REPORT_TO_PARENT";

impl Environment {
    /// Reads the environment; `variable` returns the value of one variable.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<Self> {
        let text = |name: &str| variable(name).and_then(|value| value.into_string().ok()).filter(|value| !value.is_empty());
        let descriptor = |name: &'static str| {
            let parse = |value: String| value.parse().ok().filter(|number| *number > 2);
            text(name)
                .map(|value| parse(value).with_context(|| format!("{name} must be the number of a descriptor above 2")))
                .transpose()
        };
        let log = match text("LOG_LEVEL").as_deref() {
            Some("verbose" | "debug") => LevelFilter::DEBUG,
            Some("silent") => LevelFilter::OFF,
            _ => LevelFilter::ERROR,
        };
        Ok(Self {
            foreground: text("WG_PROCESS_FOREGROUND").is_some_and(|value| value == "1"),
            tun: descriptor("WG_TUN_FD")?,
            socket: descriptor("WG_UAPI_FD")?,
            log,
            keeps_output: text("LOG_LEVEL").is_some() && log != LevelFilter::OFF,
            offloads: Offloads::without(&text("ADIT_WITHOUT").unwrap_or_default()).context("ADIT_WITHOUT")?,
            queues: text("ADIT_QUEUES").map(|value| queues(&value)).transpose()?,
            reports_to_parent: text(REPORT).is_some(),
        })
    }
}

fn queues(text: &str) -> anyhow::Result<usize> {
    text.parse().ok().filter(|count| (1..=256).contains(count)).context("ADIT_QUEUES must be a number from 1 to 256")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Option<Request> {
        parse(arguments.iter().map(OsString::from)).ok()
    }

    #[test]
    fn the_command_line_is_that_of_wireguard_go() {
        let run = |mode| Some(Request::Run { name: "wg0".to_owned(), mode });
        assert_eq!(parsed(&["wg0"]), run(Mode::Background));
        assert_eq!(parsed(&["-f", "wg0"]), run(Mode::Foreground));
        assert_eq!(parsed(&["--foreground", "wg0"]), run(Mode::Foreground));
        assert_eq!(parsed(&["--version"]), Some(Request::Version));
        for bad in [&[][..], &["-f"], &["-x"], &["wg0", "wg1"], &["-f", "wg0", "x"], &["-f", "-f"]] {
            assert_eq!(parsed(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_environment_is_that_of_wireguard_go() {
        let with = |given: &[(&str, &str)]| {
            Environment::read(|name| given.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
        };
        let nothing = with(&[]).unwrap();
        assert_eq!(
            (nothing.foreground, nothing.tun, nothing.log, nothing.keeps_output),
            (false, None, LevelFilter::ERROR, false)
        );
        assert_eq!(with(&[("WG_TUN_FD", "")]).unwrap(), nothing);
        let all =
            with(&[("WG_PROCESS_FOREGROUND", "1"), ("WG_TUN_FD", "3"), ("WG_UAPI_FD", "4"), ("LOG_LEVEL", "verbose")]).unwrap();
        assert_eq!((all.foreground, all.tun, all.socket, all.log), (true, Some(3), Some(4), LevelFilter::DEBUG));
        assert!(all.keeps_output);
        assert!(!with(&[("LOG_LEVEL", "silent")]).unwrap().keeps_output);
        for bad in ["-1", "x", "0", "2", "4294967296"] {
            assert!(with(&[("WG_TUN_FD", bad)]).is_err(), "{bad}");
        }
        assert_eq!(nothing.offloads, Offloads::ALL);
        let without = with(&[("ADIT_WITHOUT", "udp-receive, tun-segmentation"), ("ADIT_QUEUES", "4")]).unwrap();
        assert_eq!(without.offloads, Offloads { udp_receive: false, tun_segmentation: false, ..Offloads::ALL });
        assert_eq!(without.queues, Some(4));
        for bad in [("ADIT_WITHOUT", "everything"), ("ADIT_QUEUES", "0"), ("ADIT_QUEUES", "many")] {
            let error = format!("{:#}", with(&[bad]).unwrap_err());
            assert!(error.contains(bad.0), "{error}");
        }
    }
}
