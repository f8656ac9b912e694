//! Test vectors: a handshake between fixed keys, byte for byte, by the engine and by the independent probe.

use adit_protocol::{PresharedKey, PrivateKey};
use adit_testkit::net::{DATA, INITIATION, RESPONSE};
use adit_testkit::{Pair, Probe};

use crate::stage::Stage;

#[test]
fn the_engine_and_an_independent_implementation_agree_in_both_roles_with_and_without_a_preshared_key() {
    for psk in [[0; 32], [0x55; 32]] {
        for engine_begins in [true, false] {
            let mut stage = Stage::knowing_endpoint();
            let peer = stage.peer();
            stage[0].engine.set_preshared_key(&peer, PresharedKey::from_bytes(psk));
            stage.probe.preshared_key = psk;
            let mut transport = if engine_begins { stage.engine_initiates() } else { stage.probe_initiates(0xffff_ffff) };

            let inward = Stage::inward("from the probe");
            let message = transport.data(&inward);
            stage.say(&message).unwrap();
            assert_eq!(stage[0].received.last().unwrap().1, inward);

            stage.send_outward("from the engine");
            let (counter, plain) = transport.open(&stage.last(0, DATA)).expect("the probe can read it");
            let outward = Stage::outward("from the engine");
            assert_eq!(plain[..outward.len()], outward);
            assert_eq!(counter, u64::from(engine_begins), "counted from 0, after the key confirmation of an initiator");
            assert_eq!(stage.initiations(), usize::from(engine_begins));
        }
    }
}

#[test]
fn the_probe_reads_the_identity_of_the_engine_in_an_initiation() {
    let mut stage = Stage::knowing_endpoint();
    stage.send_outward("hello");
    let initiation = stage.last(0, INITIATION);
    let answer = stage.probe.answer(&initiation, 1).unwrap();
    assert_eq!(&answer.initiator, Pair::public(Pair::B).as_bytes());
    let mut other = Probe::new([1; 32], *Pair::public(Pair::B).as_bytes());
    assert!(other.answer(&initiation, 1).is_none(), "nobody else can read it");
}

/// According to whitepaper section 5.4 with the keys below, created once with the probe.
const INITIATION_HEX: &str = concat!(
    "0100000001020304ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b3b6f1324884f7dfcb616f1440bce015a",
    "d114bc97a5052c5972a42150ca66244ee95bf0cd2c60d3d9addef329768c8c110ed41251d4d6d7792a1ea831af41baab6c8d4ca280201ae6",
    "f48ab9cc82e3a57686ce2f12a768fe23c14ba0b600000000000000000000000000000000",
);
const RESPONSE_HEX: &str = concat!(
    "02000000050607080102030438ab664bd86f77d7e66bdd9ae0792913a94fd8b33a1260027e4b46c1f4884c67a18245b56bb39f06470b95c2",
    "c2365f57a1bd10b2a98fa0cd0616772c0574c7e400000000000000000000000000000000",
);
const DATA_HEX: &str = "0400000005060708000000000000000078768e76cec4f68b838f596131acd835346f893942fd614c0c07e161b821f19e";

#[test]
fn a_handshake_between_fixed_keys_is_the_same_for_ever() {
    let [mut initiator, mut responder] = fixed_pair();
    let sent = initiator.initiation(0x0403_0201, Probe::timestamp(1_700_000_000, 0));
    assert_eq!(hex(&sent.message), INITIATION_HEX);
    let answer = responder.answer(&sent.message, 0x0807_0605).unwrap();
    assert_eq!(hex(&answer.message), RESPONSE_HEX);
    let mut transport = initiator.finish(&sent, &answer.message).unwrap();
    let data = transport.data(b"sixteen bytes...");
    assert_eq!(hex(&data), DATA_HEX);
    assert_eq!(answer.transport.open(&data).unwrap(), (0, b"sixteen bytes...".to_vec()));
}

#[test]
fn the_engine_accepts_the_fixed_initiation() {
    let [initiator, _] = fixed_pair();
    let mut stage = Stage::new();
    stage.with(0, |engine, now| {
        engine.set_private_key(Some(&PrivateKey::from_bytes([0x22; 32])), now);
        let peer = engine.add_peer(adit_protocol::PublicKey::from_bytes(initiator.public)).unwrap();
        engine.set_preshared_key(&peer, PresharedKey::from_bytes([0x33; 32]));
    });
    let bytes: Vec<u8> = (0..148).map(|at| u8::from_str_radix(&INITIATION_HEX[at * 2..at * 2 + 2], 16).unwrap()).collect();
    stage.say(&bytes).unwrap();
    let response = stage.last(0, RESPONSE);
    let [mut initiator, _] = fixed_pair();
    let sent = initiator.initiation(0x0403_0201, Probe::timestamp(1_700_000_000, 0));
    assert!(initiator.finish(&sent, &response).is_some());
}

fn fixed_pair() -> [Probe; 2] {
    let public = |byte| *PrivateKey::from_bytes([byte; 32]).public().as_bytes();
    [(0x11, 0x22), (0x22, 0x11)].map(|(own, other)| {
        let mut probe = Probe::new(*PrivateKey::from_bytes([own; 32]).dangerously_reveal(), public(other));
        probe.preshared_key = [0x33; 32];
        probe.ephemeral = [own + 0x33; 32];
        probe
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
