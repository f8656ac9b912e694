//! Compares the timers with a slow model: the kernel's `timers.c` with one explicit timer per rule, run on the same random
//! script.
//!
//! The model predicts each datagram and its time. If the engine draws a jitter, the model only checks that it is within bounds.
//! The model also has two refinements of the engine: a handshake that is requested too early is kept as a wish, and a pending
//! handshake survives the peer's own initiation. A timer that is armed anyway at most one jitter after a wish is allowed grants it.

use std::time::Duration;

use adit_protocol::{Event, Instant, Now};
use adit_testkit::net::{DATA, INITIATION, RESPONSE, START};
use adit_testkit::{Pair, Probe, Transport};
use proptest::prelude::*;

use crate::stage::Stage;

const S: Duration = Duration::from_secs(1);
const JITTER: Duration = Duration::from_millis(334);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Out {
    Initiation,
    Response,
    Data,
    Keepalive,
}

#[derive(Clone, Debug)]
enum Step {
    Send,
    Receive { data: bool },
    Answer,
    Initiate,
    Confirm { data: bool },
    Wait(Duration),
}

#[derive(Clone, Copy)]
struct Key {
    created: Instant,
    initiator: bool,
}

/// The model's timers, with the names of the kernel's.
struct Model {
    now: Instant,
    out: Vec<Out>,
    current: Option<Key>,
    next: Option<Key>,
    pending: bool,
    attempts: u32,
    last_sent_handshake: Option<Instant>,
    wish: bool,
    new_handshake: Option<Instant>,
    send_keepalive: Option<Instant>,
    need_another: bool,
    traversal: Option<Instant>,
    interval: Duration,
    zero_key_material: Option<Instant>,
    sent_lastminute: bool,
    staged: usize,
}

impl Model {
    fn new(interval: u16) -> Self {
        Self {
            now: START,
            out: Vec::new(),
            current: None,
            next: None,
            pending: false,
            attempts: 0,
            last_sent_handshake: None,
            wish: false,
            new_handshake: None,
            send_keepalive: None,
            need_another: false,
            traversal: None,
            interval: Duration::from_secs(interval.into()),
            zero_key_material: None,
            sent_lastminute: false,
            staged: 0,
        }
    }

    fn valid(&self) -> Option<Key> {
        self.current.filter(|key| self.now.since(key.created) < 180 * S)
    }

    fn stale(&self) -> bool {
        self.valid().is_none_or(|key| key.initiator && self.now.since(key.created) >= 120 * S)
    }

    fn any_sent(&mut self) {
        self.send_keepalive = None;
        self.traversal = Some(self.now);
    }

    fn any_received(&mut self) {
        self.new_handshake = None;
        self.traversal = Some(self.now);
    }

    fn initiation(&mut self, retry: bool) {
        if !retry {
            self.attempts = 0;
        }
        if self.last_sent_handshake.is_some_and(|last| last + 5 * S > self.now) {
            let this_moment = self.pending && self.last_sent_handshake == Some(self.now);
            self.wish |= !retry && !this_moment;
            return;
        }
        self.wish = false;
        self.pending = true;
        self.last_sent_handshake = Some(self.now);
        self.any_sent();
        self.out.push(Out::Initiation);
    }

    /// The order is the engine's: first the action that sends the packet, then the wish for new keys.
    fn send_staged(&mut self) {
        if self.valid().is_none() {
            return self.initiation(false);
        }
        let count = std::mem::take(&mut self.staged);
        if count == 0 {
            return;
        }
        self.out.extend(std::iter::repeat_n(Out::Data, count));
        self.any_sent();
        self.new_handshake.get_or_insert(self.now);
        if self.stale() {
            self.initiation(false);
        }
    }

    fn keepalive(&mut self) {
        if self.valid().is_none() {
            return self.initiation(false);
        }
        if self.staged > 0 {
            return self.send_staged();
        }
        self.out.push(Out::Keepalive);
        self.any_sent();
        if self.stale() {
            self.initiation(false);
        }
    }

    fn completed(&mut self) {
        self.pending = false;
        self.wish = false;
        self.attempts = 0;
        self.sent_lastminute = false;
    }

    fn received(&mut self, data: bool) {
        self.any_received();
        if data {
            if self.send_keepalive.is_none() {
                self.send_keepalive = Some(self.now + 10 * S);
            } else {
                self.need_another = true;
            }
        }
        let last_minute = self.valid().is_some_and(|key| key.initiator && self.now.since(key.created) >= 165 * S);
        if last_minute && !self.sent_lastminute {
            self.sent_lastminute = true;
            self.initiation(false);
        }
    }

    fn answered(&mut self) {
        self.any_received();
        self.current = Some(Key { created: self.now, initiator: true });
        self.next = None;
        self.zero_key_material = Some(self.now + 540 * S);
        self.completed();
        self.keepalive();
    }

    fn initiated(&mut self) {
        self.any_received();
        self.next = Some(Key { created: self.now, initiator: false });
        self.zero_key_material = Some(self.now + 540 * S);
        self.any_sent();
        self.last_sent_handshake = Some(self.now);
        self.out.push(Out::Response);
    }

    fn confirmed(&mut self, data: bool) {
        self.current = self.next.take();
        self.received(data);
        self.completed();
        if self.staged > 0 {
            self.send_staged();
        }
    }

    /// Fires the due timers. With jitter, `events` tell whether the engine's timer fires at this time.
    fn fire(&mut self, events: &[Event]) -> Result<(), String> {
        let now = self.now;
        let due = |what: &str, deadline: Option<Instant>| match deadline {
            Some(deadline) if deadline < now => Err(format!("{what} is late by {:?}", now.since(deadline))),
            deadline => Ok(deadline == Some(now)),
        };
        let within = |what: &str, base: Option<Instant>, wait: Duration| match base.map(|base| now.since(base)) {
            Some(waited) if (wait..=wait + JITTER).contains(&waited) => Ok(()),
            waited => Err(format!("{what} after {waited:?}")),
        };
        let resent = events.iter().any(|event| matches!(event, Event::HandshakeStarted { attempt: 2.., .. }));
        let given_up = events.iter().any(|event| matches!(event, Event::HandshakeGivenUp { .. }));
        let silent = events.iter().any(|event| matches!(event, Event::PeerSilent { .. }));
        let erase = due("erasure", self.zero_key_material)?;
        let keepalive = due("keepalive", self.send_keepalive)?;
        let persistent = due("persistent keepalive", self.persistent())?;
        let wish = self.wish_at().is_some_and(|allowed| allowed <= now);
        if erase {
            (self.current, self.next, self.zero_key_material) = (None, None, None);
        }
        if resent || given_up {
            within("retransmission", self.last_sent_handshake.filter(|_| self.pending), 5 * S)?;
            if std::mem::take(&mut self.wish) {
                self.attempts = 0;
            }
            if (self.attempts > 18) != given_up {
                return Err(format!("given up: {given_up} after {} retransmissions", self.attempts));
            }
            if given_up {
                (self.pending, self.staged, self.send_keepalive, self.attempts) = (false, 0, None, 0);
            } else {
                self.attempts += 1;
                self.initiation(true);
            }
        }
        if silent {
            within("silence", self.new_handshake.take(), 15 * S)?;
            let wished = self.wish;
            self.initiation(false);
            self.wish = wished && self.wish;
        }
        if keepalive && !given_up {
            self.send_keepalive = None;
            let another = std::mem::take(&mut self.need_another);
            let valid = self.valid().is_some();
            self.keepalive();
            // An initiation that follows the keepalive proves as much as another keepalive.
            let proved = valid && self.out.last() == Some(&Out::Initiation);
            if another && !proved {
                self.send_keepalive = Some(now + 10 * S);
            }
        }
        if persistent {
            self.keepalive();
            self.traversal = Some(now);
        }
        if wish && !resent {
            self.wish = false;
            if self.stale() {
                self.initiation(false);
            }
        }
        Ok(())
    }

    fn persistent(&self) -> Option<Instant> {
        self.traversal.filter(|_| !self.interval.is_zero()).map(|at| at + self.interval)
    }

    fn wish_at(&self) -> Option<Instant> {
        self.last_sent_handshake.filter(|_| self.wish && !self.pending).map(|last| last + 5 * S)
    }

    /// Returns the name of a timer that should have fired by now.
    fn overdue(&self) -> Option<&'static str> {
        let jittered = |base: Option<Instant>, wait: Duration| base.map(|base| base + wait + JITTER);
        let timers = [
            ("erasure", self.zero_key_material),
            ("keepalive", self.send_keepalive),
            ("persistent keepalive", self.persistent()),
            ("wish", jittered(self.wish_at(), Duration::from_millis(1))),
            ("retransmission", jittered(self.last_sent_handshake.filter(|_| self.pending), 5 * S)),
            ("silence", jittered(self.new_handshake, 15 * S)),
        ];
        timers.into_iter().find(|(_, deadline)| deadline.is_some_and(|deadline| deadline <= self.now)).map(|(name, _)| name)
    }
}

/// The engine and the model side by side, with the probe as their peer.
struct Both {
    stage: Stage,
    model: Model,
    now: Instant,
    on_current: Option<Transport>,
    on_next: Option<Transport>,
    initiation: Vec<u8>,
    step: u32,
}

impl Both {
    fn new(interval: u16, seed: u64) -> Self {
        let mut stage = Stage::with_engine(Pair::engine(Pair::B, seed));
        let peer = stage.peer();
        let engine = &mut stage[0].engine;
        engine.set_endpoint(&peer, Stage::probe_address());
        let mut both = Self {
            stage,
            model: Model::new(interval),
            now: START,
            on_current: None,
            on_next: None,
            initiation: Vec::new(),
            step: 0,
        };
        let now = both.clocks();
        both.stage[0].engine.set_persistent_keepalive(&peer, interval, now);
        if interval > 0 {
            both.model.keepalive();
        }
        both
    }

    fn clocks(&self) -> Now {
        Now { instant: self.now, unix: Duration::from_secs(1_700_000_000) + self.now.since(START) }
    }

    /// Returns what the engine has sent since the last call, in the model's terms.
    fn sent(&mut self) -> Vec<Out> {
        let mut out = Vec::new();
        loop {
            while let Some(transmit) = self.stage[0].engine.poll_transmit(self.now) {
                out.push(match (transmit.payload[0], transmit.payload.len()) {
                    (INITIATION, _) => {
                        self.initiation = transmit.payload;
                        Out::Initiation
                    }
                    (RESPONSE, _) => Out::Response,
                    (DATA, 32) => Out::Keepalive,
                    _ => Out::Data,
                });
            }
            if self.stage[0].engine.poll_timeout().is_none_or(|deadline| deadline > self.now) {
                return out;
            }
            let now = self.clocks();
            self.stage[0].engine.handle_timeout(now);
        }
    }

    fn compare(&mut self, what: &str, mut sent: Vec<Out>) -> Result<(), TestCaseError> {
        // While an initiation is unanswered, another timer may repeat it at any time between the end of its five seconds and the
        // end of the jitter.
        let again = sent.contains(&Out::Initiation) && !self.model.out.contains(&Out::Initiation);
        if again && (self.model.wish || self.model.pending) && self.model.stale() {
            self.model.initiation(false);
        }
        let mut expected = std::mem::take(&mut self.model.out);
        // Messages sent at the same time may have any order.
        let order = |out: &Out| *out as u8;
        sent.sort_by_key(order);
        expected.sort_by_key(order);
        prop_assert_eq!(sent, expected, "{} at {:?}", what, self.now.since(START));
        prop_assert_eq!(self.model.overdue(), None, "{} at {:?}", what, self.now.since(START));
        Ok(())
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.stage[0].engine.poll_event()).collect()
    }

    fn wait(&mut self, duration: Duration) -> Result<(), TestCaseError> {
        let target = self.now + duration;
        while let Some(deadline) = self.stage[0].engine.poll_timeout().filter(|deadline| *deadline <= target) {
            prop_assert!(deadline > self.now);
            self.now = deadline;
            self.model.now = deadline;
            let sent = self.sent();
            let events = self.events();
            if let Err(wrong) = self.model.fire(&events) {
                return Err(TestCaseError::fail(format!("{wrong} at {:?}", deadline.since(START))));
            }
            self.compare("timer", sent)?;
        }
        self.now = target;
        self.model.now = target;
        self.compare("nothing more", Vec::new())
    }

    fn hear(&mut self, mut message: Vec<u8>) -> Result<(), TestCaseError> {
        let now = self.clocks();
        let from = Stage::probe_address().into();
        let result = self.stage[0].engine.handle_datagram(from, Default::default(), &mut message, now);
        prop_assert_eq!(result, Ok(()));
        Ok(())
    }

    /// Waits until no timer fires. An action at the same moment as a timer may count as before or after it.
    fn wait_for_quiet(&mut self) -> Result<(), TestCaseError> {
        let moment = Duration::from_nanos(1);
        while self.stage[0].engine.poll_timeout().is_some_and(|deadline| deadline <= self.now + moment) {
            self.wait(moment)?;
        }
        self.wait(moment)
    }

    fn run(&mut self, step: &Step) -> Result<(), TestCaseError> {
        self.step += 1;
        self.wait_for_quiet()?;
        let message = |transport: &mut Transport, data: bool| transport.data(&if data { Stage::inward("x") } else { vec![] });
        match step {
            Step::Wait(duration) => return self.wait(*duration),
            Step::Send => {
                let now = self.clocks();
                prop_assert!(self.stage[0].engine.handle_packet(&Stage::outward("x"), now).is_ok());
                self.model.staged += 1;
                self.model.send_staged();
            }
            Step::Receive { data } => {
                if self.model.valid().is_none() {
                    return Ok(());
                }
                let Some(transport) = &mut self.on_current else { return Ok(()) };
                let message = message(transport, *data);
                self.hear(message)?;
                self.model.received(*data);
            }
            Step::Answer => {
                if !self.model.pending {
                    return Ok(());
                }
                let answer = self.stage.probe.answer(&self.initiation, self.step).expect("the initiation is right");
                self.hear(answer.message)?;
                (self.on_current, self.on_next) = (Some(answer.transport), None);
                self.model.answered();
            }
            Step::Initiate => {
                let sent = self.stage.probe.initiation(self.step, Probe::timestamp(1, self.step));
                self.hear(sent.message.clone())?;
                let mut response = Vec::new();
                while let Some(transmit) = self.stage[0].engine.poll_transmit(self.now) {
                    response = transmit.payload;
                }
                let transport = self.stage.probe.finish(&sent, &response);
                prop_assert!(transport.is_some());
                self.on_next = transport;
                self.model.initiated();
                prop_assert_eq!(self.model.out.pop(), Some(Out::Response));
                // Initiations less than 20 ms apart count as a flood.
                return self.wait(Duration::from_millis(20));
            }
            Step::Confirm { data } => {
                let valid = self.model.next.is_some_and(|key| self.now.since(key.created) < 180 * S);
                let Some(mut transport) = self.on_next.take().filter(|_| valid) else { return Ok(()) };
                let message = message(&mut transport, *data);
                self.on_current = Some(transport);
                self.hear(message)?;
                self.model.confirmed(*data);
            }
        }
        let sent = self.sent();
        self.events();
        self.compare(&format!("{step:?}"), sent)
    }
}

fn step() -> impl Strategy<Value = Step> {
    let milliseconds = prop_oneof![
        3 => 1_u64..3_000,
        3 => 3_000_u64..12_000,
        1 => 12_000_u64..130_000,
        1 => Just(5_000_u64),
        1 => Just(10_000_u64),
        1 => Just(165_000_u64),
    ];
    prop_oneof![
        4 => Just(Step::Send),
        3 => any::<bool>().prop_map(|data| Step::Receive { data }),
        2 => Just(Step::Answer),
        1 => Just(Step::Initiate),
        2 => any::<bool>().prop_map(|data| Step::Confirm { data }),
        6 => milliseconds.prop_map(|wait| Step::Wait(Duration::from_millis(wait))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn r01_to_r12_any_script_gives_the_datagrams_of_the_kernels_timers_at_their_moments(
        interval in prop_oneof![2 => Just(0_u16), 1 => 1_u16..60],
        seed: u64,
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut both = Both::new(interval, seed);
        let sent = both.sent();
        both.events();
        both.compare("start", sent)?;
        for step in &steps {
            both.run(step)?;
        }
        both.wait(700 * S)?;
    }
}
