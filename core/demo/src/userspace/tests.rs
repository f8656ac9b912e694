use std::thread;

use adit_platform::device::{MAX_SUPERPACKET, Ready, Stop as _};
use adit_platform::linux::stop::EventStop;

use super::*;
use crate::sockets::{Sockets, Stream};

const HERE: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
const THERE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(10, 77, 0, 1), 80);

/// Connects the devices of two stacks while `story` runs.
fn joined(story: impl FnOnce(&Stack, &Stack)) {
    let (here, one) = Stack::start(HERE, 1420).unwrap();
    let (there, other) = Stack::start(*THERE.ip(), 1420).unwrap();
    let (one, other) = (&one.queues[0], &other.queues[0]);
    let stop = EventStop::new().unwrap();
    thread::scope(|scope| {
        for (from, to) in [(one, other), (other, one)] {
            let stop = &stop;
            scope.spawn(move || {
                let mut packet = vec![0; MAX_SUPERPACKET];
                while from.wait(stop, None).unwrap() == Ready::Readable {
                    let Ok((len, offload)) = from.recv(&mut packet) else { return };
                    let _ = to.send(offload, &packet[..len]);
                }
            });
        }
        story(&here, &there);
        stop.stop();
    });
}

/// Returns both ends of a connection.
fn connected(here: &Stack, there: &Stack) -> (Box<dyn Stream>, Box<dyn Stream>) {
    let mut listener = there.listen(THERE).unwrap();
    thread::scope(|scope| {
        let accepted = scope.spawn(move || listener.accept().unwrap());
        let outgoing = here.connect(THERE).unwrap();
        let (incoming, from) = accepted.join().unwrap();
        assert_eq!(from, HERE);
        (outgoing, incoming)
    })
}

#[test]
fn bytes_arrive_whole_and_the_end_is_heard() {
    joined(|here, there| {
        let (mut outgoing, mut incoming) = connected(here, there);
        let sent: Vec<u8> = (0..1_000_000u32).map(|number| number as u8).collect();
        thread::scope(|scope| {
            scope.spawn(|| {
                outgoing.write_all(&sent).unwrap();
                outgoing.finish().unwrap();
            });
            let mut arrived = Vec::new();
            incoming.read_to_end(&mut arrived).unwrap();
            assert!(arrived == sent);
        });
        incoming.write_all(b"heard").unwrap();
        incoming.finish().unwrap();
        let mut answer = String::new();
        outgoing.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "heard");
    });
}

#[test]
fn hanging_up_early_resets_the_other_end() {
    joined(|here, there| {
        let (outgoing, mut incoming) = connected(here, there);
        drop(outgoing);
        let error = loop {
            if let Err(error) = incoming.write(&[0; 1000]) {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_connection_to_a_port_without_listener_is_refused() {
    joined(|here, _| {
        let error = here.connect(THERE).map(drop).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    });
}
