//! A function without an adapter on this system reports that, and never success.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroU32;
use std::path::Path;
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use adit_platform::control_socket::{Access, Trust, UntrustedSocket};
use adit_platform::devices::Owner;
use adit_platform::leftovers::Leftover;
use adit_platform::native::{Part, System, Unsupported, missing};
use adit_platform::network::NetworkError;
use adit_platform::portable;
use adit_platform::uapi_client::{ServedBy, UapiConnectError};

/// The parts that the stand-in functions report as missing. A function that succeeds fails the test.
#[derive(Default)]
struct Answers(BTreeSet<Part>);

impl Answers {
    fn unsupported<T>(&mut self, answer: Result<T, Unsupported>) {
        match answer {
            Ok(_) => panic!("it says that all is well"),
            Err(Unsupported(part)) => self.0.insert(part),
        };
    }

    fn io<T>(&mut self, answer: io::Result<T>) {
        let error = answer.err().expect("it says that all is well");
        assert_eq!(error.kind(), io::ErrorKind::Unsupported, "{error}");
        let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Unsupported>());
        self.unsupported(Err::<T, _>(*inner.unwrap_or_else(|| panic!("it does not say what is missing: {error}"))));
    }

    fn host<T>(&mut self, answer: Result<T, NetworkError>) {
        match answer {
            Err(NetworkError::Kernel { error, .. }) => self.io(Err::<T, _>(error)),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("it says that all is well"),
        }
    }
}

/// Returns the result of a future that is ready at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn each_missing_adapter_is_listed_and_answers_that_it_is_unsupported() {
    let path = Path::new("somewhere");
    let mut answers = Answers::default();
    answers.unsupported(portable::adapters::network());
    answers.io(portable::adapters::lan_socket("eth0", ([0, 0, 0, 0], 0).into()));
    answers.io(portable::adapters::lan_interface("eth0"));
    answers.io(portable::adapters::lan_interfaces());
    answers.unsupported(portable::adapters::network_facts());
    answers.unsupported(portable::adapters::devices());
    answers.unsupported(portable::adapters::udp());
    answers.unsupported(portable::adapters::shell());
    answers.unsupported(portable::adapters::wg_quick());
    answers.io(portable::adapters::new_stop());
    answers.io(portable::adapters::doorbell());
    answers.io(portable::boot::id());
    answers.io(portable::capability::may_change_network());
    answers.io(portable::clock_changes::ClockChanges::new());
    answers.io(portable::folder_changes::watch(path, || ()));
    answers.io(portable::helper::start());
    answers.io(portable::helper::serve());
    answers.io(portable::memory::keep_private());
    answers.io(portable::process::Process::open(NonZeroU32::MIN));
    answers.io(portable::process::end_with_this_thread(&mut Command::new("true")));
    answers.io(portable::process::is_gone(NonZeroU32::MIN));
    answers.io(portable::processors::thread_time());
    answers.io(portable::processors::idle());
    answers.io(portable::processors::allowed());
    answers.io(portable::processors::keep_to(&[0]));
    answers.io(portable::sandbox::keep_files_of_tunnels(&[]));
    answers.io(portable::sandbox::give_up_starting_programs());

    answers.io(portable::leftovers::in_use());
    answers.io(portable::leftovers::running_service());
    answers.host(portable::leftovers::find(path));
    answers.host(portable::leftovers::remove(&Leftover::ControlSocket(path.to_owned())));
    let claim = portable::claim::LockFile::try_take(&"wg0".parse().unwrap(), Owner::Foreground);
    answers.io(claim.map_err(|error| match error {
        adit_platform::devices::ClaimError::Io { error, .. } => error,
        held => panic!("{held}"),
    }));
    match portable::uapi_client::connect(path, "wg0", ServedBy::Root, Duration::ZERO) {
        Err(UapiConnectError::Io(error)) => answers.io(Err::<(), _>(error)),
        _ => panic!("it is not said that this is unsupported"),
    }
    answers.io(portable::uapi_client::remove_stale(path, "wg0"));

    match portable::control_socket::ControlSocket::bind(path, Access::Owner) {
        Err(adit_platform::control_socket::ControlSocketError::Unsupported(error)) => answers.unsupported(Err::<(), _>(error)),
        _ => panic!("it is not said that this is unsupported"),
    }
    match now(portable::control_socket::connect(path, Trust::Service)) {
        Err(UntrustedSocket::Connect { error, .. }) => answers.io(Err::<(), _>(error)),
        _ => panic!("it is not said that this is unsupported"),
    }
    answers.io(now(portable::control_socket::connect_to_own(path)));
    match portable::portal_channel::Channel::connect(path, Trust::Service) {
        Err(UntrustedSocket::Connect { error, .. }) => answers.io(Err::<(), _>(error)),
        _ => panic!("it is not said that this is unsupported"),
    }
    answers.io(portable::portal_channel::is_of_this_user(([127, 0, 0, 1], 1).into(), ([127, 0, 0, 1], 2).into()));

    // Its peers cannot be constructed here, so that no call is possible.
    answers.0.insert(Part::Authority);
    // The adapter is part of `aditd`, which has a test of its own for it.
    answers.0.insert(Part::ServiceManager);

    let listed: BTreeSet<Part> = System::ALL.into_iter().flat_map(missing).collect();
    assert_eq!(answers.0, listed);
}

#[test]
fn the_documentation_lists_the_missing_adapters_of_each_system() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/PLATFORMS.md")).unwrap();
    let names = System::ALL.map(|system| system.to_string());
    let mut table = format!("| Adapter | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for part in Part::ALL {
        let has = System::ALL.map(|system| part.proof(system).map_or("no".to_owned(), |proof| proof.to_string()));
        table.push_str(&format!("| {} | {} |\n", part.what(), has.join(" | ")));
    }
    assert!(text.contains(&table), "docs/PLATFORMS.md must have this table:\n{table}");
}

#[test]
fn linux_lacks_nothing_and_every_other_system_something() {
    assert_eq!(missing(System::Linux), []);
    for system in System::ALL.into_iter().filter(|system| *system != System::Linux) {
        assert!(missing(system).contains(&Part::Shell), "{system}");
    }
    assert_eq!(*adit_platform::native::MISSING, missing(System::THIS));
}
