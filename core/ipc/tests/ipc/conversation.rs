//! Clients that follow the protocol.

use adit_api::{ApiError, CallError, Client, Event, EventSink, LogLevel, TunnelId};
use adit_ipc::local::connect;
use adit_ipc::{Blocking, ClientError, Connection, Goodbye};
use adit_platform::control_socket::Trust;
use tokio::io::AsyncWriteExt;

use crate::ground::Server;
use crate::service::CONFIG;
use crate::system::is_own_user;

const ID: TunnelId = TunnelId::from_bits(7);

#[test]
fn calls_are_answered_each_with_its_own_answer_however_many_are_under_way() {
    let server = Server::new();
    let client = server.client();
    server.runtime.block_on(async {
        let client = &client;
        let lengths = tokio::join!(
            client.logs(1, LogLevel::Info, 3),
            client.logs(2, LogLevel::Info, 500),
            client.logs(3, LogLevel::Info, 0),
            client.logs(4, LogLevel::Info, 1),
        );
        let (a, b, c, d) = (lengths.0.unwrap(), lengths.1.unwrap(), lengths.2.unwrap(), lengths.3.unwrap());
        assert_eq!([a.last, b.last, c.last, d.last], [1, 2, 3, 4]);
        assert_eq!([a.lines.len(), b.lines.len(), c.lines.len(), d.lines.len()], [3, 500, 0, 1]);
        assert_eq!(client.export(ID).await.unwrap().dangerously_reveal(), CONFIG);
        assert_eq!(client.tunnel(ID).await, Err(CallError::Refused(ApiError::NotFound { id: ID })));
    });
    let who = server.service.calls.lock().unwrap()[0].1.who.clone();
    let user = who.strip_suffix(&format!(", pid {}", std::process::id()));
    assert!(user.is_some_and(is_own_user), "{who}");
}

#[test]
fn programs_that_block_are_served_too_and_hear_what_happens() {
    let server = Server::new();
    let connect = async { connect(&server.path, "test", Trust::ServiceOrOwnUser).await.map(|Client(connection)| connection) };
    let blocking = adit_api::BlockingClient(Blocking::open(connect).unwrap());
    assert_eq!(blocking.about().unwrap().version, "0.1.0");
    let mut notices = blocking.0.subscribe().unwrap();
    assert_eq!(notices.since(), 0);
    server.events.publish(Event::TunnelRemoved { id: ID });
    assert_eq!(notices.next().unwrap().unwrap().event, Event::TunnelRemoved { id: ID });
}

#[test]
fn who_subscribes_hears_everything_from_then_on_in_order() {
    let server = Server::new();
    let id = TunnelId::from_bits;
    server.events.publish(Event::TunnelRemoved { id: id(0) });
    let client = server.client();
    server.runtime.block_on(async {
        let mut notices = client.0.subscribe().await.unwrap();
        assert_eq!(notices.since, 1);
        (1..=100).for_each(|bits| server.events.publish(Event::TunnelRemoved { id: id(bits) }));
        for bits in 1..=100_u64 {
            let notice = notices.next().await.unwrap();
            assert_eq!((notice.sequence, notice.event), (bits + 1, Event::TunnelRemoved { id: id(bits.into()) }));
        }
        assert_eq!(client.0.subscribe().await.err(), Some(ClientError::Subscribed));
        assert_eq!(client.all_tunnels().await.unwrap(), []);
    });
}

#[test]
fn a_listener_that_falls_behind_sees_that_it_has_missed_something() {
    let server = Server::new();
    let client = server.client();
    server.runtime.block_on(async {
        let mut notices = client.0.subscribe().await.unwrap();
        let last = 20_000;
        // The publisher does not yield to the runtime, so no client can keep up.
        (1..=last).for_each(|bits| server.events.publish(Event::TunnelRemoved { id: TunnelId::from_bits(bits) }));
        let mut seen = 0_u64;
        let mut missed = 0;
        while seen < u64::try_from(last).unwrap() {
            let sequence = notices.next().await.unwrap().sequence;
            assert!(sequence > seen);
            missed += sequence - seen - 1;
            seen = sequence;
        }
        assert!(missed > 0);
    });
}

#[test]
fn an_answer_that_is_too_large_is_an_error_and_not_the_end() {
    let server = Server::new();
    let client = server.client();
    server.runtime.block_on(async {
        let answer = client.logs(0, LogLevel::Info, 2000).await;
        assert_eq!(answer, Err(CallError::Refused(ApiError::TooLarge { limit: 1 << 20 })));
        let config = adit_api::ConfigText::new("#".repeat(1 << 20));
        assert_eq!(client.check_config(None, config).await, Err(CallError::Transport(ClientError::TooLarge)));
        assert_eq!(client.all_tunnels().await.unwrap(), []);
    });
}

#[test]
fn a_method_that_panics_is_an_internal_error_and_not_the_end() {
    let server = Server::new();
    let client = server.client();
    server.runtime.block_on(async {
        let defect = client.cancel_rotation(TunnelId::from_bits(0xdead)).await;
        assert_eq!(defect, Err(CallError::Refused(ApiError::Internal)));
        client.cancel_rotation(ID).await.unwrap();
    });
}

#[test]
fn a_daemon_that_ends_finishes_its_work_and_says_goodbye() {
    let mut server = Server::new();
    server.service.hold(true);
    let (client, idle) = (server.client(), server.client());
    let restarting = server.runtime.spawn(async move { (client.restart(ID).await, client.all_tunnels().await) });
    while server.service.calls.lock().unwrap().is_empty() {
        std::thread::yield_now();
    }
    server.stop();
    let ended = server.runtime.block_on(async {
        let mut notices = idle.0.subscribe().await;
        match &mut notices {
            Ok(notices) => notices.next().await.map(|_| ()),
            Err(error) => Err(error.clone()),
        }
    });
    assert_eq!(ended, Err(ClientError::Goodbye(Goodbye::ShuttingDown)));
    server.service.hold(false);
    let (finished, refused) = server.runtime.block_on(restarting).unwrap();
    assert_eq!(finished, Ok(()));
    assert!(matches!(refused, Err(CallError::Transport(_))), "{refused:?}");
    server.ended();
    assert!(!server.path.exists());
}

/// A pipe of Windows has no halves.
#[cfg(not(windows))]
#[test]
fn who_has_ended_their_half_still_gets_their_answers() {
    let server = Server::new();
    let mut raw = server.greeted();
    raw.send(br#"{"call":{"id":5,"request":{"method":"tunnels","params":{}}}}"#);
    raw.0.shutdown(std::net::Shutdown::Write).unwrap();
    let answer = raw.receive().unwrap();
    let page = serde_json::json!({"tunnels": [], "more": false});
    assert_eq!(answer, serde_json::json!({"answer": {"id": 5, "response": {"method": "tunnels", "result": page}}}));
    assert_eq!(raw.receive(), None);
}

#[test]
fn versions_that_do_not_understand_each_other_say_so_on_both_sides() {
    let server = Server::new();
    for (hello, code) in [
        (r#"{"hello":{"oldest":7,"newest":9,"program":"adit 9"}}"#, "client_too_new"),
        (r#"{"hello":{"oldest":0,"newest":0,"program":"adit 0"}}"#, "client_too_old"),
    ] {
        let mut raw = server.raw();
        raw.send(hello.as_bytes());
        assert_eq!(raw.goodbye(), code);
    }
    for (oldest, newest, is_older) in [(0, 0, true), (7, 9, false)] {
        let hello = format!(r#"{{"hello":{{"oldest":{oldest},"newest":{newest},"program":"aditd 9"}}}}"#);
        let error = server.runtime.block_on(async {
            let (near, mut far) = tokio::io::duplex(4096);
            let length = u32::try_from(hello.len()).unwrap();
            far.write_all(&length.to_le_bytes()).await.unwrap();
            far.write_all(hello.as_bytes()).await.unwrap();
            Connection::open(near, "test").await.err()
        });
        assert_eq!(error, Some(ClientError::Version { daemon: "aditd 9".into(), is_older }));
        let sentence = error.unwrap().to_string();
        assert!(sentence.contains(if is_older { "older than this program" } else { "newer than this program" }), "{sentence}");
    }
    server.still_answers();
}
