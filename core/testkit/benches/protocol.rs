//! Measures what the engine costs: sealing and opening a packet, looking up a route, a handshake.
#![forbid(unsafe_code)]

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};

use adit_protocol::wire::DATA_OVERHEAD;
use adit_protocol::{Engine, Now, PrivateKey};
use adit_testkit::Pair;
use criterion::{BatchSize, Criterion, Throughput};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// Size in bytes of a full inner packet on a link with an MTU of 1,500.
const PACKET: usize = 1420;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    sessions(&mut criterion);
    routes(&mut criterion);
    criterion.bench_function("handshake, both sides", |bench| {
        bench.iter_batched(Pair::new, |mut pair| assert!(pair.ping(Pair::A)), BatchSize::SmallInput);
    });
    criterion.final_summary();
}

fn sessions(criterion: &mut Criterion) {
    let pair = Pair::connected();
    let (from, to) = (pair.session(Pair::A).expect("connected"), pair.session(Pair::B).expect("connected"));
    let packet = [7; PACKET];
    let mut group = criterion.benchmark_group("session, 1420 bytes");
    group.throughput(Throughput::Bytes(PACKET as u64));
    let mut message = vec![0; PACKET + DATA_OVERHEAD];
    group.bench_function("seal", |bench| {
        bench.iter(|| from.seal(from.next_counter().expect("counters"), black_box(&packet), 0, &mut message));
    });
    let mut opened = vec![0; PACKET];
    group.bench_function("open", |bench| {
        let sealed = || {
            let mut message = vec![0; PACKET + DATA_OVERHEAD];
            from.seal(from.next_counter().expect("counters"), &packet, 0, &mut message);
            message
        };
        bench.iter_batched(sealed, |message| to.open(&message, &mut opened).expect("authentic"), BatchSize::SmallInput);
    });
    group.finish();
}

fn routes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("route");
    for peers in [1_u32, 10_000] {
        let engine = with_peers(peers);
        let plane = engine.plane();
        let mut at = 0_u32;
        group.bench_function(format!("{peers} peers"), |bench| {
            bench.iter(|| {
                at = (at + 7919) % peers;
                assert!(plane.routes().peer_for(black_box(address(at))).is_some());
            });
        });
    }
    group.finish();
}

/// Returns an engine with `count` peers, each with one address.
fn with_peers(count: u32) -> Engine {
    let mut engine = Engine::new(Box::new(ChaCha20Rng::seed_from_u64(1)));
    let now = Now { instant: adit_testkit::net::START, unix: std::time::Duration::ZERO };
    engine.set_private_key(Some(&PrivateKey::from_bytes([1; 32])), now);
    for number in 0..count {
        let mut key = [2; 32];
        key[..4].copy_from_slice(&number.to_le_bytes());
        let peer = engine.add_peer(adit_protocol::PublicKey::from_bytes(key)).expect("another key than ours");
        engine.add_allowed_ip(&peer, address(number), 32);
    }
    engine.publish();
    engine
}

fn address(number: u32) -> IpAddr {
    Ipv4Addr::from(0x0a00_0000 + number).into()
}
