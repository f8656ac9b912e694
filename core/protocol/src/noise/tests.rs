//! Runs published test vectors through the functions that the engine uses.

use super::*;
use crate::known_answers::{bytes, fields};

/// One test vector of cacophony, as lines of fields.
pub(super) struct Vector {
    lines: Vec<Vec<&'static str>>,
}

impl Vector {
    fn read() -> Self {
        Self::parse(include_str!("../known_answers/noise_ikpsk2.txt"))
    }

    pub(super) fn parse(text: &'static str) -> Self {
        Self { lines: fields(text).collect() }
    }

    pub(super) fn value(&self, name: &str) -> Vec<u8> {
        let line = self.lines.iter().find(|line| line[0] == name).expect(name);
        bytes(line[1])
    }

    pub(super) fn key(&self, name: &str) -> [u8; 32] {
        array(&self.value(name))
    }

    /// Returns the payload and the ciphertext of each message.
    pub(super) fn messages(&self) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
        self.lines.iter().filter(|line| line[0] == "message").map(|line| (bytes(line[1]), bytes(line[2])))
    }
}

/// WireGuard's messages differ from these vectors in the prologue and the payloads. The test therefore composes the pattern from
/// the same steps as [`initiate`] and [`Responder::respond`].
#[test]
fn the_noise_pattern_gives_the_messages_of_cacophony() {
    let vector = Vector::read();
    let [init_static, init_ephemeral, resp_static, resp_ephemeral] =
        ["init_static", "init_ephemeral", "resp_static", "resp_ephemeral"].map(|name| import(&vector.key(name)));
    let public = |private: &agreement::PrivateKey| -> [u8; 32] { array(private.compute_public_key().unwrap().as_ref()) };
    assert_eq!(public(&resp_static), vector.key("init_remote_static"));
    let mut messages = vector.messages();
    let mut symmetric = Symmetric::of(CONSTRUCTION, &vector.value("init_prologue"), &PublicKey::from_bytes(public(&resp_static)));

    // -> e, es, s, ss
    let (payload, expected) = messages.next().unwrap();
    let mut wire = public(&init_ephemeral).to_vec();
    symmetric.mix_hash(&wire);
    symmetric.mix_key(&wire.clone());
    let key = symmetric.mix_key_2(&*diffie_hellman(&init_ephemeral, &public(&resp_static)).unwrap());
    encrypt(&mut symmetric, &key, &public(&init_static), &mut wire);
    let key = symmetric.mix_key_2(&*diffie_hellman(&init_static, &public(&resp_static)).unwrap());
    encrypt(&mut symmetric, &key, &payload, &mut wire);
    assert_eq!(wire, expected);

    // <- e, ee, se, psk
    let (payload, expected) = messages.next().unwrap();
    let mut wire = public(&resp_ephemeral).to_vec();
    symmetric.mix_hash(&wire);
    symmetric.mix_key(&wire.clone());
    symmetric.mix_key(&*diffie_hellman(&resp_ephemeral, &public(&init_ephemeral)).unwrap());
    symmetric.mix_key(&*diffie_hellman(&resp_ephemeral, &public(&init_static)).unwrap());
    let key = symmetric.mix_preshared_key(&PresharedKey::from_bytes(vector.key("psk")));
    encrypt(&mut symmetric, &key, &payload, &mut wire);
    assert_eq!(wire, expected);
    assert_eq!(symmetric.hash, vector.key("handshake_hash"));

    // The remaining messages are sent in turns, and each side counts its own.
    let (of_initiator, of_responder) = symmetric.split();
    for (number, (payload, expected)) in messages.enumerate() {
        let key = if number % 2 == 0 { &of_initiator } else { &of_responder };
        let mut nonce = [0; 12];
        nonce[4..].copy_from_slice(&(number as u64 / 2).to_le_bytes());
        let mut sealed = payload;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut sealed).unwrap();
        assert_eq!(sealed, expected, "message {number}");
    }
}

fn encrypt(symmetric: &mut Symmetric, key: &[u8; 32], plain: &[u8], wire: &mut Vec<u8>) {
    let mut sealed = vec![0; plain.len() + 16];
    symmetric.encrypt(key, plain, &mut sealed);
    wire.extend(sealed);
}

#[test]
fn chacha20_poly1305_agrees_with_wycheproof() {
    let mut cases = 0;
    for case in fields(include_str!("../known_answers/chacha20_poly1305.txt")) {
        let [number, verdict, key, nonce, aad, plain, sealed, tag] = case[..] else { panic!("{case:?}") };
        let [key, aad, plain, sealed, tag] = [key, aad, plain, sealed, tag].map(bytes);
        let (key, nonce) = (aead(&array(&key)), || Nonce::assume_unique_for_key(array(&bytes(nonce))));
        let mut opened = vec![0; sealed.len()];
        let result = key.open_separate_gather(nonce(), Aad::from(&aad), &sealed, &tag, &mut opened);
        assert_eq!(result.is_ok(), verdict == "v", "case {number}");
        if verdict == "v" {
            assert_eq!(opened, plain, "case {number}");
            let mut body = plain;
            let made = key.seal_in_place_separate_tag(nonce(), Aad::from(&aad), &mut body).unwrap();
            assert_eq!((&body, made.as_ref()), (&sealed, tag.as_slice()), "case {number}");
        }
        cases += 1;
    }
    assert_eq!(cases, 316);
}

#[test]
fn x25519_agrees_with_wycheproof_and_refuses_a_shared_secret_of_zeros() {
    let (mut agreed, mut refused) = (0, 0);
    for case in fields(include_str!("../known_answers/x25519.txt")) {
        let [number, private, public, shared] = case[..] else { panic!("{case:?}") };
        let [private, public, shared] = [private, public, shared].map(|text| -> [u8; 32] { array(&bytes(text)) });
        match diffie_hellman(&import(&private), &public) {
            Ok(found) => {
                assert_eq!(*found, shared, "case {number}");
                assert_ne!(shared, [0; 32], "case {number}");
                agreed += 1;
            }
            Err(Invalid) => {
                assert_eq!(shared, [0; 32], "case {number}");
                refused += 1;
            }
        }
    }
    assert_eq!(agreed + refused, 518);
    assert!(refused > 0);
}
