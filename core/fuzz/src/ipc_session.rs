//! A client's complete session on the control socket, from its hello to the end.
//!
//! Whatever the client sends: the session ends, every frame that it receives is one that clients understand, each call has at
//! most one answer, and no method runs that the client's role does not permit.

use std::collections::HashSet;
use std::future::pending;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use adit_api::{
    About, Action, ApiError, Caller, ConfigCheck, ConfigReplaced, ConfigText, DropCount, Event, EventSink, History, HooksHash,
    Imported, InterfaceName, KillSwitch, LogLevel, LogPage, METHODS, MaskedConfig, Networks, PROTOCOL, PeerPage, PortalTicket,
    PortalView, Preview, PublicKey, Role, RotationTest, RotationView, RouteAnswer, RulesCheck, RulesDecision, RulesEdit,
    RulesView, SecretKey, Service, TakeoverView, TunnelId, TunnelName, TunnelPage, TunnelView, VersionView,
};
use adit_ipc::{Events, Limits, Listener, Peer, RoleSource, read_frame, serve};
use adit_platform::peer::{Peer as NativePeer, User};
use serde_json::Value;
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

use crate::input::Input;
use crate::stream::block_on;

/// The client's first message, which the options may omit.
const HELLO: &str = r#"{"hello":{"oldest":1,"newest":1000,"program":"fuzz"}}"#;

/// Checks one session: a byte of options, then messages. Each line is one message and gets the length prefix of a frame; the
/// options may leave the lengths to the input.
pub fn check(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let choices = input.byte();
    let role = [Role::Status, Role::Operate, Role::Administer, Role::Status][usize::from(choices & 3)];
    let greets = choices & 4 == 0;
    let is_raw = choices & 8 != 0;
    let room = if choices & 16 == 0 { 64 << 10 } else { 13 };
    let mut says = Vec::new();
    if greets {
        says.extend(frame(HELLO.as_bytes()));
    }
    if is_raw {
        says.extend_from_slice(input.rest());
    } else {
        says.extend(input.rest().split(|byte| *byte == b'\n').flat_map(frame));
    }
    let service = Arc::new(Recorder::default());
    let told = block_on(session(Arc::clone(&service), role, says.clone(), room));
    let calls = service.calls.lock().expect("no method panics");
    for (method, reached) in calls.iter() {
        let needs = METHODS.iter().find(|known| known.name == *method).expect("a method of the contract").needs;
        let acts = *method != "set_kill_switch" || role >= Action::KillSwitch.usual_role();
        assert!(*reached == role && role >= needs && acts, "{method} ran for {role:?}");
    }
    check_frames(&told, calls.len());
}

fn frame(json: &[u8]) -> Vec<u8> {
    let length = u32::try_from(json.len()).expect("inputs are short");
    [&length.to_le_bytes()[..], json].concat()
}

/// Returns what the server sends in one session to a client that sends all of `says`, then nothing, and reads everything.
async fn session(service: Arc<Recorder>, role: Role, says: Vec<u8>, room: usize) -> Vec<Value> {
    let (near, far) = duplex(room);
    let events = Events::new();
    let (mut reader, mut writer) = tokio::io::split(near);
    let writing = async {
        // Fails if the server has closed the connection.
        let _ = writer.write_all(&says).await;
        let _ = writer.shutdown().await;
        events.publish(Event::TunnelRemoved { id: TunnelId::from_bits(7) });
    };
    let reading = async {
        let mut told = Vec::new();
        while let Some(frame) = read_frame(&mut reader).await.expect("the server sends whole frames") {
            told.push(serde_json::from_slice(&frame).expect("the server sends JSON"));
        }
        told
    };
    let ((), told) = tokio::select! {
        () = serve("fuzz", service, events.clone(), Queue(Some(far)), Always(role), limits(), pending()) => unreachable!(),
        both = async { tokio::join!(writing, reading) } => both,
    };
    told
}

/// Checks the frames: a hello, then the results of the client's messages, and perhaps a goodbye at the end.
fn check_frames(told: &[Value], calls: usize) {
    let (hello, rest) = told.split_first().expect("the server greets everybody");
    assert_eq!(hello["hello"]["newest"], PROTOCOL);
    let mut ids = HashSet::new();
    for (at, message) in rest.iter().enumerate() {
        let message = message.as_object().expect("a message is an object");
        assert_eq!(message.len(), 1);
        let (kind, content) = message.iter().next().expect("one");
        match kind.as_str() {
            "answer" | "error" | "subscribed" => {
                let id = content["id"].as_u64().expect("an id");
                assert!(ids.insert(id), "two answers to call {id}");
            }
            "notice" => {}
            "goodbye" => assert_eq!(at + 1, rest.len(), "nothing follows a goodbye"),
            _ => panic!("no client knows {kind}"),
        }
    }
    let said_goodbye = rest.last().is_some_and(|last| last.get("goodbye").is_some());
    assert!(said_goodbye || ids.len() >= calls, "{calls} methods ran and there are {} answers", ids.len());
}

/// Returns limits that never make a client wait.
fn limits() -> Limits {
    let (requests_per_second, burst) = (1_000_000_000, u32::MAX);
    let (observers_per_second, observers_burst) = (requests_per_second, burst);
    Limits { requests_per_second, burst, observers_per_second, observers_burst, ..Limits::default() }
}

/// A listener with one client.
struct Queue(Option<DuplexStream>);

impl Listener for Queue {
    type Stream = DuplexStream;

    async fn accept(&mut self) -> io::Result<(DuplexStream, Peer)> {
        match self.0.take() {
            Some(stream) => Ok((stream, NativePeer { user: User { uid: 1000, groups: Vec::new() }, process: None }.into())),
            None => pending().await,
        }
    }
}

/// Gives every client this role.
struct Always(Role);

impl RoleSource for Always {
    fn standing(&self, _: &Peer) -> Role {
        self.0
    }

    async fn role(&self, _: &Peer, _: Role) -> Role {
        self.0
    }

    async fn action(&self, _: &Peer, needs: Option<Action>) -> Option<Action> {
        needs.filter(|action| self.0 >= action.usual_role())
    }
}

/// A service that records which method ran for which role.
#[derive(Default)]
struct Recorder {
    calls: Mutex<Vec<(&'static str, Role)>>,
}

macro_rules! record {
    ($($method:ident($($type:ty),*) -> $answer:ty = $outcome:expr;)*) => {
        impl Service for Recorder {
            $(fn $method(&self, caller: &Caller, $(_: $type),*) -> Result<$answer, ApiError> {
                self.calls.lock().expect("no method panics").push((stringify!($method), caller.role));
                $outcome
            })*
        }
    };
}

/// The result of methods whose answer is not examined.
const fn no<T>() -> Result<T, ApiError> {
    Err(ApiError::Busy)
}

record! {
    about() -> About = no();
    tunnels(Option<TunnelName>) -> TunnelPage = Ok(TunnelPage { tunnels: Vec::new(), more: false });
    tunnel(TunnelId) -> TunnelView = no();
    peers(TunnelId, Option<PublicKey>) -> PeerPage = no();
    history(TunnelId) -> History = no();
    drops(TunnelId) -> Vec<DropCount> = Ok(Vec::new());
    logs(u64, LogLevel, u32) -> LogPage = Ok(LogPage { lines: Vec::new(), last: 0, missed: 0 });
    route(IpAddr) -> RouteAnswer = no();
    preview(TunnelId) -> Preview = no();
    takeovers() -> Vec<TakeoverView> = Ok(Vec::new());
    rules() -> RulesView = no();
    networks() -> Option<Networks> = Ok(None);
    portal() -> PortalView = no();
    connect(TunnelId, bool) -> () = Ok(());
    connect_with_key(TunnelId, SecretKey, bool) -> () = Ok(());
    disconnect(TunnelId) -> () = Ok(());
    restart(TunnelId) -> () = Ok(());
    reload(TunnelId) -> ConfigReplaced = no();
    pause(TunnelId, Option<u32>) -> () = Ok(());
    resume(TunnelId) -> () = Ok(());
    disconnect_after(TunnelId, Option<u32>) -> () = Ok(());
    check_rules(Option<String>, Option<RulesEdit>) -> RulesCheck = no();
    test_rules(Option<String>, Option<Networks>) -> RulesDecision = no();
    pause_rules(Option<u32>) -> () = Ok(());
    resume_rules() -> () = Ok(());
    open_portal(Option<u32>) -> PortalTicket = no();
    close_portal() -> () = Ok(());
    set_rules(String, u64) -> RulesView = no();
    import(TunnelName, InterfaceName, ConfigText) -> Imported = no();
    create(TunnelName, InterfaceName, ConfigText) -> Imported = no();
    preview_config(InterfaceName, ConfigText) -> Preview = no();
    // More than fits into a frame.
    export(TunnelId) -> ConfigText = Ok(ConfigText::new("#".repeat(adit_ipc::MAX_FRAME)));
    masked_config(TunnelId) -> MaskedConfig = no();
    replace_config(TunnelId, ConfigText, u64) -> ConfigReplaced = no();
    check_config(Option<TunnelId>, ConfigText) -> ConfigCheck = no();
    rename(TunnelId, TunnelName) -> () = Ok(());
    remove(TunnelId) -> () = Ok(());
    versions(TunnelId) -> Vec<VersionView> = Ok(Vec::new());
    restore_version(TunnelId, u64) -> ConfigReplaced = no();
    forget_key(TunnelId, PublicKey) -> () = Ok(());
    check_running(TunnelId) -> ConfigCheck = no();
    save_running(TunnelId, u64) -> ConfigReplaced = no();
    set_key_reminder(TunnelId, Option<u32>) -> () = Ok(());
    set_start_at_boot(TunnelId, bool) -> () = Ok(());
    set_kill_switch(TunnelId, KillSwitch, bool) -> () = Ok(());
    set_allow_ipv6_outside(TunnelId, bool) -> () = Ok(());
    approve_hooks(TunnelId, HooksHash) -> () = Ok(());
    begin_rotation(TunnelId) -> RotationView = no();
    test_rotation(TunnelId) -> RotationTest = no();
    finish_rotation(TunnelId, bool) -> ConfigReplaced = no();
    cancel_rotation(TunnelId) -> () = Ok(());
    take_over(InterfaceName) -> Imported = no();
}
