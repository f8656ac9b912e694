//! Datagrams to a home's responder, and to a computer that asks whether it is home.
//!
//! Neither takes bytes that the other did not make: not the input, and not an authentic message that the input has changed.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use adit_home::wire::{ANSWER, PROBE};
use adit_home::{Ask, Datagram, Link, Next, NotHome, PORT, Responder, Silence};
use adit_platform::lan::HOP_LIMIT;
use adit_protocol::{Instant, Now, PrivateKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

const KEY: [u8; 32] = [7; 32];
/// The responder starts an hour before.
const START: Now = Now { instant: Instant::from_nanos(1), unix: Duration::from_secs(1_800_000_000) };
const NOW: Now = Now { instant: Instant::from_nanos(3_600_000_000_001), unix: Duration::from_secs(1_800_003_600) };

/// Checks the bytes as a datagram, and as a change of authentic ones.
pub fn check(bytes: &[u8]) {
    let mut rng = ChaCha20Rng::from_seed([1; 32]);
    let (asker, home) =
        (SocketAddr::from((Ipv4Addr::new(192, 168, 1, 7), 40000)), SocketAddr::from((Ipv4Addr::new(192, 168, 1, 2), PORT)));
    let link = Link { subnets: vec!["192.168.1.0/24".parse().expect("a subnet")] };
    let from = |source, bytes| Datagram { source, hop_limit: Some(HOP_LIMIT), bytes };

    let mut responder = Responder::new(&PrivateKey::from_bytes(KEY), START);
    let mut ask = Ask::new(*responder.public(), asker, link.clone(), NOW.instant);
    let Next::Send(probe) = ask.next(NOW, &mut rng) else { panic!("the first probe is due at once") };
    assert_eq!(
        responder.hear(&from(asker, bytes), &|| link.clone(), NOW, &mut rng),
        Err(Silence::Stranger),
        "the input is no probe"
    );
    let changed_probe = changed(&probe, bytes);
    if let Some(changed) = &changed_probe {
        let heard = responder.hear(&from(asker, changed), &|| link.clone(), NOW, &mut rng);
        assert_eq!(heard, Err(Silence::Stranger), "a changed probe");
    }
    let answer = responder.hear(&from(asker, &probe), &|| link.clone(), NOW, &mut rng).expect("the probe itself is answered");
    assert!((probe.len(), answer.len()) == (PROBE, ANSWER));
    assert_eq!(ask.hear(&from(home, bytes), NOW.instant), Err(NotHome::Forged), "the input is no answer");
    let changed_answer = changed(&answer, bytes);
    if let Some(changed) = &changed_answer {
        assert_eq!(ask.hear(&from(home, changed), NOW.instant), Err(NotHome::Forged), "a changed answer");
    }
    assert_eq!(ask.hear(&from(home, &answer), NOW.instant), Ok(()), "forgeries do no harm");
}

/// Changes the bits of a message that are set in `change`. None: nothing changes.
fn changed(message: &[u8], change: &[u8]) -> Option<Vec<u8>> {
    let change = change.iter().copied().chain(std::iter::repeat(0));
    let changed: Vec<u8> = message.iter().zip(change).map(|(byte, change)| byte ^ change).collect();
    (changed != message).then_some(changed)
}
