//! Sentences about the home probe.

use adit_api::PublicKey;

use crate::{Words, visible};

/// What a computer learns when it asks a link whether it is home, and what a responder says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HomeText<'a> {
    /// The owner of the key answered.
    Home {
        /// The interface.
        interface: &'a str,
        /// The key.
        key: PublicKey,
    },
    /// Nobody answered.
    NoAnswer {
        /// The interface.
        interface: &'a str,
    },
    /// A datagram proved nothing.
    Forged {
        /// The interface.
        interface: &'a str,
    },
    /// An answer came from another network.
    FromElsewhere {
        /// The interface.
        interface: &'a str,
    },
    /// The responder got the question from another address.
    PassedOn {
        /// The interface.
        interface: &'a str,
    },
    /// The responder answers.
    Serves {
        /// The interfaces.
        interfaces: &'a [String],
        /// The UDP port.
        port: u16,
    },
    /// The responder waits for a network.
    Waits,
    /// The responder did not answer a computer of the household, because of its clock.
    Clock {
        /// The address of the computer.
        address: &'a str,
        /// The difference, seconds.
        seconds: u64,
    },
    /// The responder did not answer a computer of the household, because there were too many questions.
    TooMany {
        /// The address of the computer.
        address: &'a str,
    },
}

impl Words {
    /// Returns a sentence about the home probe.
    pub fn home(&self, text: &HomeText<'_>) -> String {
        let on = |id, interface: &str| self.say(id, &[("interface", visible(interface).into())]);
        match text {
            HomeText::Home { interface, key } => {
                self.say("home-yes", &[("interface", visible(interface).into()), ("key", key.to_string().into())])
            }
            HomeText::NoAnswer { interface } => on("home-no-answer", interface),
            HomeText::Forged { interface } => on("home-forged", interface),
            HomeText::FromElsewhere { interface } => on("home-elsewhere", interface),
            HomeText::PassedOn { interface } => on("home-passed-on", interface),
            HomeText::Serves { interfaces, port } => {
                let interfaces = interfaces.iter().map(|name| visible(name)).collect::<Vec<_>>().join(", ");
                self.say("home-serves", &[("interfaces", interfaces.into()), ("port", port.to_string().into())])
            }
            HomeText::Waits => self.say("home-waits", &[]),
            HomeText::Clock { address, seconds } => {
                self.say("home-clock", &[("address", visible(address).into()), ("seconds", (*seconds).into())])
            }
            HomeText::TooMany { address } => self.say("home-too-many", &[("address", visible(address).into())]),
        }
    }
}
