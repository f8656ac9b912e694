//! Tests a responder under load and an initiator, with an attacker between them.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::*;
use crate::wire::{INITIATION_SIZE, Initiation, Message, RESPONSE_SIZE};

const START: Instant = Instant::from_nanos(1_000_000_000);
const RESPONDER: PublicKey = PublicKey::from_bytes([0x42; 32]);

struct Pair {
    jar: CookieJar,
    checker: CookieChecker,
    rng: ChaCha20Rng,
    source: SocketAddr,
}

impl Pair {
    fn new() -> Self {
        Self {
            jar: CookieJar::new(&RESPONDER),
            checker: CookieChecker::new(&RESPONDER),
            rng: ChaCha20Rng::seed_from_u64(1),
            source: "192.0.2.7:51820".parse().unwrap(),
        }
    }

    /// Returns an initiation with both MACs stamped by the initiator.
    fn initiation(&mut self, now: Instant) -> [u8; INITIATION_SIZE] {
        let mut message = [0; INITIATION_SIZE];
        Initiation::new(&mut message, 7).ephemeral()[0] = 1;
        self.jar.stamp(&mut message, now);
        message
    }

    fn reply(&mut self, message: &[u8; INITIATION_SIZE], now: Instant) -> [u8; COOKIE_REPLY_SIZE] {
        let (_, mac1, _) = split(message).unwrap();
        self.checker.reply(mac1, self.source, 7, &mut self.rng, now)
    }

    fn consume(&mut self, reply: &[u8; COOKIE_REPLY_SIZE], now: Instant) -> bool {
        let mut datagram = *reply;
        let Ok(Message::CookieReply(mut reply)) = Message::parse(&mut datagram) else { panic!("a cookie reply") };
        assert_eq!(reply.receiver(), 7);
        self.jar.consume(&mut reply, now)
    }

    /// Returns a pair whose initiator holds a cookie from an initiation and its cookie reply.
    fn with_cookie(now: Instant) -> Self {
        let mut pair = Self::new();
        let message = pair.initiation(now);
        let reply = pair.reply(&message, now);
        assert!(pair.consume(&reply, now));
        pair
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn q4_without_a_cookie_mac2_is_zero_and_refused_and_with_one_it_is_accepted() {
    let mut pair = Pair::new();
    let first = pair.initiation(START);
    assert!(pair.checker.mac1_ok(&first));
    assert_eq!(first[132..], [0; 16]);
    assert!(!pair.checker.mac2_ok(&first, pair.source, START));

    let reply = pair.reply(&first, START);
    assert!(pair.consume(&reply, START));
    let second = pair.initiation(START);
    assert!(pair.checker.mac1_ok(&second) && pair.checker.mac2_ok(&second, pair.source, START));
    assert!(!pair.checker.mac2_ok(&first, pair.source, START));
}

#[test]
fn q5_a_cookie_is_good_for_one_address_and_one_port() {
    let mut pair = Pair::with_cookie(START);
    let message = pair.initiation(START);
    for (source, expected) in [
        ("192.0.2.7:51820", true),
        ("192.0.2.7:51821", false),
        ("192.0.2.8:51820", false),
        ("[::ffff:192.0.2.7]:51820", true),
        ("[2001:db8::7]:51820", false),
    ] {
        assert_eq!(pair.checker.mac2_ok(&message, source.parse().unwrap(), START), expected, "{source}");
    }
}

#[test]
fn q5_the_initiator_stops_using_a_cookie_after_115_seconds() {
    let mut pair = Pair::with_cookie(START);
    assert_ne!(pair.initiation(START + seconds(115) - Duration::from_nanos(1))[132..], [0; 16]);
    assert_eq!(pair.initiation(START + seconds(115))[132..], [0; 16]);
}

#[test]
fn q5_the_responder_refuses_a_cookie_after_120_seconds_and_makes_a_new_secret() {
    let mut pair = Pair::with_cookie(START);
    let message = pair.initiation(START);
    let almost = START + seconds(120) - Duration::from_nanos(1);
    assert!(pair.checker.mac2_ok(&message, pair.source, almost));
    assert!(!pair.checker.mac2_ok(&message, pair.source, START + seconds(120)));

    let late = pair.initiation(START + seconds(121));
    let reply = pair.reply(&late, START + seconds(121));
    assert!(!pair.checker.mac2_ok(&message, pair.source, START + seconds(121)));
    assert!(pair.consume(&reply, START + seconds(121)));
    let fresh = pair.initiation(START + seconds(121));
    assert!(pair.checker.mac2_ok(&fresh, pair.source, START + seconds(121)));
}

#[test]
fn q5_a_secret_is_kept_for_its_lifetime() {
    let mut pair = Pair::with_cookie(START);
    let message = pair.initiation(START);
    pair.reply(&message, START + seconds(119));
    assert!(pair.checker.mac2_ok(&message, pair.source, START + seconds(119)), "a second reply must not change the secret");
}

#[test]
fn q6_a_reply_is_taken_once_per_message_sent() {
    let mut pair = Pair::new();
    let message = pair.initiation(START);
    let (reply, again) = (pair.reply(&message, START), pair.reply(&message, START));
    assert!(pair.consume(&reply, START));
    assert!(!pair.consume(&reply, START) && !pair.consume(&again, START));
    assert!(!Pair::new().consume(&reply, START), "nothing was sent");
}

#[test]
fn q6_a_reply_to_an_earlier_message_is_refused() {
    let mut pair = Pair::new();
    let first = pair.initiation(START);
    let stale = pair.reply(&first, START);
    let mut second = [1; RESPONSE_SIZE];
    pair.jar.stamp(&mut second, START);
    assert!(!pair.consume(&stale, START));
}

#[test]
fn q6_a_thousand_forged_replies_do_not_spoil_the_real_one() {
    let mut pair = Pair::new();
    let message = pair.initiation(START);
    let real = pair.reply(&message, START);
    for bit in 8 * 8..real.len() * 8 {
        let mut forged = real;
        forged[bit / 8] ^= 1 << (bit % 8);
        assert!(!pair.consume(&forged, START), "bit {bit}");
    }
    let mut stranger = CookieChecker::new(&PublicKey::from_bytes([1; 32]));
    let (_, mac1, _) = split(&message).unwrap();
    let foreign = stranger.reply(mac1, pair.source, 7, &mut pair.rng, START);
    assert!(!pair.consume(&foreign, START));
    assert!(pair.consume(&real, START));
}

#[test]
fn q6_a_refused_reply_leaves_the_cookie_in_use() {
    let mut pair = Pair::with_cookie(START);
    let message = pair.initiation(START);
    let mut forged = pair.reply(&message, START);
    forged[63] ^= 1;
    assert!(!pair.consume(&forged, START));
    let next = pair.initiation(START);
    assert!(pair.checker.mac2_ok(&next, pair.source, START));
}

#[test]
fn the_cookie_is_the_mac_of_address_and_port_that_another_implementation_gives() {
    // python: blake2s(bytes([192, 0, 2, 7]) + (51820).to_bytes(2, "big"), digest_size=16, key=bytes([0x11] * 32))
    let expected = [0xb4, 0x73, 0xe2, 0xf9, 0x11, 0xad, 0x3c, 0xce, 0xba, 0x3a, 0xa3, 0x80, 0xb0, 0xfb, 0xc0, 0x24];
    let cookie = cookie(&[0x11; 32], "192.0.2.7:51820".parse().unwrap());
    assert_eq!(cookie[..], expected[..]);
}

#[test]
fn secrets_do_not_print() {
    let text = format!("{:?}", Pair::with_cookie(START).jar);
    assert!(text.contains("[redacted]") && !text.contains("66"), "{text}");
}

#[test]
fn xchacha20_poly1305_agrees_with_wycheproof() {
    use crate::known_answers::{bytes, fields};
    let array = |text: &str| -> [u8; 32] { bytes(text).try_into().expect("32 bytes") };
    let mut cases = 0;
    for case in fields(include_str!("../known_answers/xchacha20_poly1305.txt")) {
        let [number, verdict, key, nonce, aad, plain, sealed, tag] = case[..] else { panic!("{case:?}") };
        let cipher = XChaCha20Poly1305::new(&array(key).into());
        let nonce: [u8; 24] = bytes(nonce).try_into().expect("24 bytes");
        let tag: [u8; TAG_SIZE] = bytes(tag).try_into().expect("16 bytes");
        let [aad, plain, sealed] = [aad, plain, sealed].map(bytes);
        let mut body = sealed.clone();
        let opened = cipher.decrypt_inout_detached(&nonce.into(), &aad, body.as_mut_slice().into(), &Tag::from(tag));
        assert_eq!(opened.is_ok(), verdict == "v", "case {number}");
        if verdict == "v" {
            assert_eq!(body, plain, "case {number}");
            let made = cipher.encrypt_inout_detached(&nonce.into(), &aad, body.as_mut_slice().into()).unwrap();
            assert_eq!((body, made), (sealed, Tag::from(tag)), "case {number}");
        }
        cases += 1;
    }
    assert_eq!(cases, 306);
}
