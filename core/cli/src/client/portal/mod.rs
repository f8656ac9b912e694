//! `adit portal`: signs in to a network that shows a page first. The service lets this program alone reach hosts past kill switches and
//! tunnels; a browser uses it as its proxy. Everything is closed again when this program ends.

mod browser;
mod check;
mod proxy;
mod way;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use adit_api::{Event, PortalEnd};
use adit_ipc::BlockingNotices;
use adit_platform::native::{privilege, signals};
use adit_proxy::portal::Verdict;
use adit_words::PortalText;
use anyhow::Context as _;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use super::switch::seconds;
use super::{Daemon, Failure, Options, finish};
use crate::exit::Exit;
use crate::output::words;
use browser::Browser;
use check::KnownPage;
use way::Way;

/// The longest duration, seconds.
const LONGEST: u32 = 300;
/// The time between two checks whether the portal is passed.
const CHECK_AGAIN: Duration = Duration::from_secs(3);
/// The time between two looks at the browser and at signals.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// The arguments of `adit portal`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Exit codes: 0 if the network lets traffic through or you ended it, 7 if the time is over, 11 if there is \
                        nothing to open or it is open already; with --check: 0 if the network lets traffic through, 11 if it \
                        wants you to sign in, 7 if nobody can tell"
)]
pub(crate) struct PortalArgs {
    /// Only find out whether the network wants you to sign in
    #[arg(long, conflicts_with_all = ["close", "browser", "print"])]
    check: bool,
    /// End the exemption of any program
    #[arg(long, conflicts_with_all = ["browser", "print"])]
    close: bool,
    /// Longest duration, such as 90s or 3m; at most 5m
    #[arg(long = "for", value_name = "TIME", value_parser = seconds, conflicts_with_all = ["check", "close"])]
    duration: Option<u32>,
    /// Start this browser: Firefox, or one that takes the options of Chromium [default: one that is found]
    #[arg(long, value_name = "PROGRAM", conflicts_with = "print")]
    browser: Option<PathBuf>,
    /// Start no browser, and print the address of the proxy
    #[arg(long)]
    print: bool,
    /// Page whose text is known, on the Internet, that a portal replaces; it is asked for every three seconds
    #[arg(long, value_name = "URL", default_value = "http://detectportal.firefox.com/success.txt")]
    check_url: String,
    /// Text of that page
    #[arg(long, value_name = "TEXT", default_value = "success")]
    check_text: String,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit portal`.
pub(crate) fn portal(arguments: &PortalArgs) -> ExitCode {
    match run(arguments) {
        Ok(Exit::Done) => Exit::Done.into(),
        Ok(exit) => exit.into(),
        Err(failure) => finish(&arguments.options, Err(failure)),
    }
}

/// Warns if the network's sign-in page is shut out.
pub(super) fn hint(daemon: &Daemon, options: &Options) {
    // What the user asked for has been printed.
    let Ok(portal) = daemon.ask(|client| client.portal()) else { return };
    if let Some(interface) = portal.captive.filter(|_| portal.is_shut_out && portal.open.is_none()) {
        options.warn(words().portal(&PortalText::Hint { interface: &interface }));
    }
}

fn run(arguments: &PortalArgs) -> Result<Exit, Failure> {
    let options = &arguments.options;
    let page =
        KnownPage::parse(&arguments.check_url, &arguments.check_text).map_err(|error| Failure::Usage(error.to_string()))?;
    if arguments.duration.is_some_and(|seconds| seconds > LONGEST) {
        return Err(Failure::Usage("the way to a sign-in page is open for 5m at most".to_owned()));
    }
    let daemon = Daemon::reach(options)?;
    if arguments.close {
        daemon.ask(|client| client.close_portal())?;
        options.done(words().portal(&PortalText::Closed))?;
        return Ok(Exit::Done);
    }
    let is_asked_to_end = Arc::new(AtomicBool::new(false));
    signals::set_on_end(&is_asked_to_end)?;
    let notices = daemon.subscribe()?;
    let ticket = daemon.ask(|client| client.open_portal(arguments.duration))?;
    let way = Way::join(&ticket, options)?;
    let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("portal").enable_all().build()?;
    if arguments.check {
        return check(&runtime, &page, &way, options);
    }
    let visit = Visit { arguments, daemon: &daemon, runtime: &runtime, way, page, is_asked_to_end };
    visit.run(notices)
}

/// Checks once, and prints the result.
fn check(runtime: &Runtime, page: &KnownPage, way: &Way, options: &Options) -> Result<Exit, Failure> {
    let verdict = runtime.block_on(page.check(way));
    let (state, text, exit) = match &verdict {
        Ok(Verdict::Online) => ("online", PortalText::Online, Exit::Done),
        Ok(Verdict::Captive) => ("captive", PortalText::Captive, Exit::WrongState),
        Ok(Verdict::Unknown(error)) => ("unknown", PortalText::Unknown { error }, Exit::TimedOut),
        Err(error) => ("unknown", PortalText::Unknown { error }, Exit::TimedOut),
    };
    if options.json {
        options.show_json(&json!({ "state": state }))?
    } else {
        options.show(&format!("{}\n", words().portal(&text)))?
    }
    Ok(exit)
}

/// The time in which the portal can be reached.
struct Visit<'a> {
    arguments: &'a PortalArgs,
    daemon: &'a Daemon,
    runtime: &'a Runtime,
    way: Way,
    page: KnownPage,
    is_asked_to_end: Arc<AtomicBool>,
}

impl Visit<'_> {
    fn run(self, mut notices: BlockingNotices<'_>) -> Result<Exit, Failure> {
        let options = &self.arguments.options;
        let listener = self.runtime.block_on(proxy::listen()).context("cannot listen on loopback")?;
        let address = listener.local_addr()?;
        self.runtime.spawn(proxy::serve(listener, self.way.clone()));
        let mut browser = self.begin(&address.to_string(), address.port())?;
        let is_passed = Arc::new(AtomicBool::new(false));
        self.runtime.spawn(watch(self.page.clone(), self.way.clone(), Arc::clone(&is_passed)));
        // Events from before the exemption say that there is none.
        let mut has_begun = false;
        let end = loop {
            if let Some(notice) = notices.next_within(LOOK_AGAIN)
                && let Event::PortalChanged { portal } = notice.map_err(Failure::Lost)?.event
            {
                match portal.open {
                    Some(_) => has_begun = true,
                    None if has_begun => break portal.last_end.unwrap_or(PortalEnd::Asked),
                    None => {}
                }
            }
            if is_passed.load(Ordering::Relaxed) {
                self.daemon.ask(|client| client.close_portal())?;
                break PortalEnd::Passed;
            }
            if self.is_asked_to_end.load(Ordering::Relaxed) || browser.as_mut().is_some_and(Browser::was_closed) {
                self.daemon.ask(|client| client.close_portal())?;
                break PortalEnd::Asked;
            }
        };
        drop(browser);
        if options.json {
            options.show_json_line(&json!({ "ended": end }))?;
        } else {
            options.done(words().portal(&PortalText::Ended(end)))?;
        }
        Ok(match end {
            PortalEnd::Asked | PortalEnd::Passed => Exit::Done,
            PortalEnd::TimeOver => Exit::TimedOut,
            PortalEnd::ProgramGone | PortalEnd::NetworkChanged | PortalEnd::ServiceEnded => Exit::Failed,
        })
    }

    /// Starts the browser, or says how to use the proxy.
    fn begin(&self, proxy: &str, port: u16) -> Result<Option<Browser>, Failure> {
        let options = &self.arguments.options;
        let url = &self.arguments.check_url;
        if options.json {
            options.show_json_line(&json!({ "proxy": proxy, "url": url }))?;
        } else {
            let span = u64::from(self.arguments.duration.unwrap_or(LONGEST)) * 1_000;
            options.done(words().portal(&PortalText::Opened { span }))?;
        }
        // Browsers do not run as root.
        let found = || browser::find().filter(|_| !privilege::is_administrator());
        let program = if self.arguments.print { None } else { self.arguments.browser.clone().or_else(found) };
        match program {
            Some(program) => {
                let browser = Browser::start(&program, port, url)?;
                options.done(words().portal(&PortalText::Browser { program: &program.display().to_string() }))?;
                Ok(Some(browser))
            }
            None => {
                if !self.arguments.print {
                    options.done(words().portal(&PortalText::NoBrowser))?;
                }
                options.done(words().portal(&PortalText::Proxy { proxy, url }))?;
                Ok(None)
            }
        }
    }
}

/// Checks again and again whether the network lets traffic through.
async fn watch(page: KnownPage, way: Way, is_passed: Arc<AtomicBool>) {
    loop {
        let begun = Instant::now();
        if page.check(&way).await == Ok(Verdict::Online) {
            return is_passed.store(true, Ordering::Relaxed);
        }
        tokio::time::sleep(CHECK_AGAIN.saturating_sub(begun.elapsed())).await;
    }
}
