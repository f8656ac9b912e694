//! The adapters by name, and the systems that lack them.

use std::fmt;
use std::io;
use std::sync::LazyLock;

/// An operating system that Adit is built for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum System {
    /// Linux, but not Android.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
    /// iOS.
    Ios,
    /// Android.
    Android,
}

impl System {
    /// All systems, in the order of `docs/PLATFORMS.md`.
    pub const ALL: [Self; 5] = [Self::Linux, Self::Windows, Self::MacOs, Self::Ios, Self::Android];

    /// The system that this program is built for.
    pub const THIS: Self = if cfg!(windows) {
        Self::Windows
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else if cfg!(target_os = "ios") {
        Self::Ios
    } else if cfg!(target_os = "android") {
        Self::Android
    } else {
        Self::Linux
    };
}

impl fmt::Display for System {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Linux => "Linux",
            Self::Windows => "Windows",
            Self::MacOs => "macOS",
            Self::Ios => "iOS",
            Self::Android => "Android",
        })
    }
}

/// What shows that an adapter works on a system.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proof {
    /// Its tests run on the system itself.
    Tests,
    /// Its tests run under Wine, as far as that has what they need.
    Wine,
    /// It is linked into programs that start under Wine, which lacks what it needs to do its work.
    Linked,
}

impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Tests => "runs in tests",
            Self::Wine => "runs under Wine",
            Self::Linked => "linked",
        })
    }
}

/// Declares [`Part`]: each name, the systems that have it, and its description.
macro_rules! parts {
    ($($(#[doc = $doc:literal])+ $name:ident on $systems:ident: $what:literal,)+) => {
        /// An adapter, or a part of one.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Part {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Part {
            /// All parts.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Returns the description, as the start of a sentence without the capital.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$name => $what,)+
                }
            }

            /// Returns what shows that the part works on `system`; `None` if the system lacks it.
            pub const fn proof(self, system: System) -> Option<Proof> {
                match (self, system) {
                    $((Self::$name, system) => parts!(@on $systems system),)+
                }
            }

            /// Returns true if `system` has the part.
            pub const fn is_on(self, system: System) -> bool {
                self.proof(system).is_some()
            }
        }
    };
    (@on linux $system:ident) => { on_linux($system) };
    (@on linux_wine $system:ident) => { or_on_windows(on_linux($system), $system, Proof::Wine) };
    (@on linux_linked $system:ident) => { or_on_windows(on_linux($system), $system, Proof::Linked) };
}

const fn on_linux(system: System) -> Option<Proof> {
    if matches!(system, System::Linux) { Some(Proof::Tests) } else { None }
}

const fn or_on_windows(elsewhere: Option<Proof>, system: System, proof: Proof) -> Option<Proof> {
    if matches!(system, System::Windows) { Some(proof) } else { elsewhere }
}

parts! {
    /// [`host`](super::host).
    Network on linux_linked: "the network configuration (addresses, routes, DNS, kill switch)",
    /// [`devices`](super::devices).
    Devices on linux_wine: "the TUN device",
    /// [`udp`](super::udp).
    Udp on linux_wine: "the UDP socket of the tunnel",
    /// [`new_stop`](super::new_stop).
    Stop on linux_wine: "the stop flag of the tunnel",
    /// [`doorbell`](super::doorbell).
    Doorbell on linux_wine: "the doorbell of the IP stack in this process",
    /// [`shell`](super::shell).
    Shell on linux: "the shell for commands of configurations",
    /// [`wg_quick`](super::wg_quick).
    WgQuick on linux: "taking tunnels over from wg-quick",
    /// [`authority`](super::authority).
    Authority on linux_wine: "looking up what a user may do",
    /// [`boot`](super::boot).
    Boot on linux_wine: "telling a start of the computer from a restart of the service",
    /// [`capability::may_change_network`](super::capability::may_change_network).
    Capability on linux_linked: "finding out whether this process may change the network",
    /// [`claim`](super::claim).
    Claim on linux_wine: "claiming the name of a tunnel",
    /// [`process::end_with_this_thread`](super::process::end_with_this_thread).
    ChildProcess on linux: "ending a program with the thread that started it",
    /// [`clock_changes`](super::clock_changes).
    ClockChanges on linux_wine: "noticing sleep and changes of the clock",
    /// [`control_socket`](super::control_socket).
    ControlSocket on linux_linked: "the control socket of the service",
    /// [`folder_changes`](super::folder_changes).
    FolderChanges on linux_linked: "noticing changes of configuration files",
    /// [`helper`](super::helper).
    Helper on linux: "the helper process that runs programs",
    /// [`lan_socket`](super::lan_socket), [`lan_interface`](super::lan_interface) and [`lan_interfaces`](super::lan_interfaces).
    LanSocket on linux: "the socket for the computers of one link",
    /// [`leftovers`](super::leftovers).
    Leftovers on linux_wine: "finding what a killed process left behind",
    /// [`memory::keep_private`](super::memory::keep_private).
    PrivateMemory on linux_wine: "keeping keys out of images of crashes",
    /// [`network_facts`](super::network_facts).
    NetworkFacts on linux_wine: "observing which networks the computer is in",
    /// [`portal_channel`](super::portal_channel).
    PortalChannel on linux: "passing connections to a captive portal on to a program",
    /// [`process`](super::process).
    Process on linux_wine: "finding and ending another process",
    /// [`crate::processors`].
    Processors on linux_wine: "choosing a processor for a thread",
    /// [`sandbox::files`](super::sandbox::files).
    FileSandbox on linux: "giving up access to files",
    /// [`sandbox::system_calls`](super::sandbox::system_calls).
    SystemCallSandbox on linux: "giving up system calls",
    /// Messages to and from the service manager.
    ServiceManager on linux_linked: "running under the service manager",
    /// [`uapi_client`](super::uapi_client).
    UapiClient on linux_wine: "the configuration socket of an interface",
}

/// The parts that this system lacks.
pub static MISSING: LazyLock<Vec<Part>> = LazyLock::new(|| missing(System::THIS));

/// The parts that `system` lacks.
pub fn missing(system: System) -> Vec<Part> {
    Part::ALL.iter().copied().filter(|part| !part.is_on(system)).collect()
}

/// The error of a part for which this system has no adapter yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} is not available on {} yet", .0.what(), System::THIS)]
pub struct Unsupported(pub Part);

impl From<Unsupported> for io::Error {
    fn from(error: Unsupported) -> Self {
        Self::new(io::ErrorKind::Unsupported, error)
    }
}
