//! `adit home serve`: answers in the foreground.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use adit_home::{Link, PORT, Responder, Silence};
use adit_platform::device::Stop;
use adit_platform::lan::LanSocket;
use adit_platform::network_facts::FactsWatch;
use adit_platform::{clock, native};
use adit_words::HomeText;
use anyhow::{Context, anyhow};
use serde::Serialize;

use super::Output;
use super::key::{self, KeyFile};
use crate::client::{Failure, Options};
use crate::output::{say, visible, warn, words};

/// The shortest time between two lines about questions without an answer.
const PACE: Duration = Duration::from_secs(1);

/// The arguments of `adit home serve`.
#[derive(clap::Args, Debug)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    file: KeyFile,
    /// Answer on this interface; may be repeated [default: every interface that leads to a network, as they come and go]
    #[arg(long, value_name = "INTERFACE")]
    interface: Vec<String>,
    /// UDP port
    #[arg(long, default_value_t = PORT, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    #[command(flatten)]
    pub(super) output: Output,
}

/// A change of the interfaces that are served.
#[derive(Serialize)]
struct Serving<'a> {
    public_key: String,
    interfaces: Vec<&'a str>,
    port: u16,
}

enum Event {
    /// The networks of this computer have changed.
    Changed,
    /// The sockets of an interface do not work any more.
    Ended(String, io::Error),
    /// The user or the system asks for the end.
    End,
}

/// `adit home serve`. Exit code 0: it was asked to end.
pub(super) fn serve(arguments: &ServeArgs) -> Result<(), Failure> {
    let private = key::read(&arguments.file.path()?)?;
    let shutdown = adit_foreground::listen()?;
    let started = clock::now();
    let responder = Arc::new(Mutex::new(Responder::new(&private, started)));
    drop(private);
    let (tell, events) = channel();
    let end = tell.clone();
    thread::spawn(move || {
        shutdown.wait();
        // The verb may have ended by itself.
        let _ = end.send(Event::End);
    });
    let mut served = Served { responder, port: arguments.port, tell, by_interface: BTreeMap::new() };
    let _watch = if arguments.interface.is_empty() { Some(served.watch()?) } else { None };
    wait_for_the_next_second(started.unix);
    for interface in &arguments.interface {
        served.open(interface).map_err(anyhow::Error::from)?;
    }
    let options = arguments.output.options();
    if !arguments.interface.is_empty() {
        served.announce(&options)?;
    }
    for event in events {
        match event {
            Event::End => break,
            Event::Ended(interface, error) if arguments.interface.contains(&interface) => {
                return Err(anyhow!(error).context(format!("cannot answer on {} any more", visible(&interface))).into());
            }
            Event::Ended(interface, _) => served.close(&interface),
            Event::Changed => {
                if served.follow()? {
                    served.announce(&options)?;
                }
            }
        }
    }
    Ok(())
}

/// A responder answers questions that are later than the second of its start.
fn wait_for_the_next_second(start: Duration) {
    let next = Duration::from_secs(start.as_secs() + 1);
    thread::sleep(next.saturating_sub(start));
}

/// The interfaces on which a responder answers.
struct Served {
    responder: Arc<Mutex<Responder>>,
    port: u16,
    tell: Sender<Event>,
    by_interface: BTreeMap<String, OnInterface>,
}

/// The threads of one interface. They end when it is dropped.
struct OnInterface {
    stop: Arc<dyn Stop>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for OnInterface {
    fn drop(&mut self) {
        self.stop.stop();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                warn("a thread that answers questions has panicked");
            }
        }
    }
}

impl Served {
    /// Hears of each change of the networks, and once at the beginning.
    fn watch(&self) -> anyhow::Result<FactsWatch> {
        let tell = self.tell.clone();
        let changed = Box::new(move |_: &_| {
            // The verb may have ended by itself.
            let _ = tell.send(Event::Changed);
        });
        native::network_facts()?.watch(changed).context("cannot observe the networks of this computer")
    }

    /// Answers on the interfaces that lead to a network now. Returns true if they are others than before, and at first.
    fn follow(&mut self) -> anyhow::Result<bool> {
        let interfaces = native::lan_interfaces().context("cannot list the interfaces")?;
        let before: Vec<String> = self.by_interface.keys().cloned().collect();
        self.by_interface.retain(|interface, _| interfaces.contains(interface));
        for interface in interfaces {
            if self.by_interface.contains_key(&interface) {
                continue;
            }
            match self.open(&interface) {
                // It has gone since the interfaces were listed.
                Ok(()) | Err(NotOpened::Gone(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(before.is_empty() || self.by_interface.keys().ne(&before))
    }

    fn open(&mut self, interface: &str) -> Result<(), NotOpened> {
        let sockets = sockets(interface, self.port)?;
        let stop = native::new_stop().map_err(|error| NotOpened::Other(error.into()))?;
        let mut opened = OnInterface { stop, threads: Vec::new() };
        for socket in sockets {
            let (responder, stop) = (Arc::clone(&self.responder), Arc::clone(&opened.stop));
            let (tell, name) = (self.tell.clone(), interface.to_owned());
            let work = move || {
                if let Err(error) = answer(&responder, &*socket, &name, &*stop) {
                    // The verb may have ended in the meantime.
                    let _ = tell.send(Event::Ended(name, error));
                }
            };
            let thread = thread::Builder::new().name("home".into()).spawn(work);
            opened.threads.push(thread.map_err(|error| NotOpened::Other(error.into()))?);
        }
        self.by_interface.insert(interface.to_owned(), opened);
        Ok(())
    }

    fn close(&mut self, interface: &str) {
        self.by_interface.remove(interface);
    }

    fn announce(&self, options: &Options) -> Result<(), Failure> {
        let interfaces: Vec<String> = self.by_interface.keys().cloned().collect();
        let responder = self.responder.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if options.json {
            let interfaces = interfaces.iter().map(String::as_str).collect();
            return options.show_json_line(&Serving { public_key: responder.public().to_string(), interfaces, port: self.port });
        }
        let text = match &interfaces[..] {
            [] => HomeText::Waits,
            interfaces => HomeText::Serves { interfaces, port: self.port },
        };
        say(words().home(&text));
        Ok(())
    }
}

/// The reason why an interface is not served.
#[derive(Debug, thiserror::Error)]
enum NotOpened {
    /// There is no such interface.
    #[error("there is no interface {0}; see them with: ip link")]
    Gone(String),
    #[error("{0:#}")]
    Other(anyhow::Error),
}

/// Opens a socket for each address family of the system.
fn sockets(interface: &str, port: u16) -> Result<Vec<Box<dyn LanSocket>>, NotOpened> {
    let open = |address: SocketAddr| native::lan_socket(interface, address);
    native::lan_interface(interface).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NotOpened::Gone(visible(interface)),
        _ => NotOpened::Other(error.into()),
    })?;
    let results = [open((Ipv4Addr::UNSPECIFIED, port).into()), open((Ipv6Addr::UNSPECIFIED, port).into())];
    let (mut sockets, mut failed) = (Vec::new(), None);
    for result in results {
        match result {
            Ok(socket) => sockets.push(socket),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                let interface = visible(interface);
                return Err(NotOpened::Other(anyhow!(
                    "UDP port {port} is in use on {interface}: end the other program, or choose another port with --port"
                )));
            }
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    match failed {
        Some(error) if sockets.is_empty() => {
            Err(NotOpened::Other(anyhow!(error).context(format!("cannot answer on {}", visible(interface)))))
        }
        _ => Ok(sockets),
    }
}

fn answer(responder: &Mutex<Responder>, socket: &dyn LanSocket, interface: &str, stop: &dyn Stop) -> io::Result<()> {
    let link = || native::lan_interface(interface).map_or_else(|_| Link::default(), |lan| Link::of(&lan.addresses));
    let mut last_line: Option<Instant> = None;
    let mut tell = |source: SocketAddr, result: Result<(), Silence>| {
        let Some(sentence) = sentence(source, result) else { return };
        if last_line.is_none_or(|last| last.elapsed() >= PACE) {
            last_line = Some(Instant::now());
            warn(sentence);
        }
    };
    adit_home::serve(responder, socket, &link, stop, &clock::now, &mut adit_home::random()?, &mut tell)
}

/// Returns what is said about a question that a computer of the household may wonder about. Strangers are not worth a line.
fn sentence(source: SocketAddr, result: Result<(), Silence>) -> Option<String> {
    let address = source.ip().to_canonical().to_string();
    match result {
        Err(Silence::Clock { seconds }) => Some(words().home(&HomeText::Clock { address: &address, seconds })),
        Err(Silence::TooMany) => Some(words().home(&HomeText::TooMany { address: &address })),
        Ok(()) | Err(Silence::NotFromThisLink | Silence::Stranger | Silence::Forged | Silence::Forgotten | Silence::Repeated) => {
            None
        }
    }
}
