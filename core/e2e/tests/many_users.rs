//! Many users at once, each with all the connections and requests they can get, do not delay root and operators.
#![forbid(unsafe_code)]

use std::io::{Read as _, Write as _};
use std::net::UdpSocket;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use adit_api::{ApiError, BlockingClient, CallError, PreviewWarning, TunnelId};
use adit_e2e::{Family, Host, How, Keys, Lab, Namespace, People, Service, Who, client_of};
use adit_ipc::{Blocking, ClientError};
use anyhow::{Context as _, bail, ensure};

/// Time within which root and operators must get an answer, whatever others do. Without limits for each user they would be
/// refused, or wait for a name server.
const SOON: Duration = Duration::from_secs(2);
const OBSERVERS: std::ops::Range<u32> = 100_000..100_012;
const OPERATORS: std::ops::Range<u32> = 110_000..110_004;
/// Attempted connections: more than one user gets.
const TRIES: usize = 40;
const NAME_SERVER: &str = "10.77.0.2:53";

/// Imports a tunnel to an address, and one to a name.
fn import(lab: &Lab, service: &Service<'_>) -> anyhow::Result<[TunnelId; 2]> {
    let mut ids = Vec::new();
    for endpoint in ["10.77.0.2:51820", "dead.example:51820"] {
        let (own, peer) = (Keys::generate()?, Keys::generate()?);
        let interface = lab.interface_name();
        let conf = format!(
            "[Interface]\nPrivateKey = {}\nAddress = 10.99.{}.1/24\n[Peer]\nPublicKey = {}\nAllowedIPs = 10.99.{}.2/32\n\
             Endpoint = {endpoint}\n",
            own.private,
            ids.len(),
            peer.public,
            ids.len()
        );
        let conf = lab.write(&format!("{interface}.conf"), &conf)?;
        ids.push(service.import_file(&interface, &conf)?);
    }
    ids.try_into().map_err(|_| anyhow::anyhow!("two tunnels"))
}

/// Opens a connection that has exchanged hello messages. None if the service refuses it.
fn greeted(socket: &Path) -> anyhow::Result<Option<UnixStream>> {
    let hello = br#"{"hello":{"oldest":1,"newest":1000,"program":"crowd"}}"#;
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let frame = [&u32::try_from(hello.len())?.to_le_bytes(), &hello[..]].concat();
    if stream.write_all(&frame).is_err() {
        return Ok(None);
    }
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut answer = vec![0; usize::try_from(u32::from_le_bytes(length))?];
    stream.read_exact(&mut answer)?;
    Ok(answer.starts_with(b"{\"hello\"").then_some(stream))
}

/// Connects as `who` and sends a request. The time is measured from before the connection on.
fn is_answered_soon(
    people: &People,
    who: Who,
    socket: &Path,
    when: &str,
    ask: impl Fn(&BlockingClient<Blocking>) -> Result<(), CallError<ClientError>> + Sync,
) -> anyhow::Result<()> {
    let begun = Instant::now();
    let client = people.connect(who, socket).with_context(|| format!("{who:?} {when}"))?;
    ask(&client).with_context(|| format!("{who:?} {when}"))?;
    let took = begun.elapsed();
    println!("{who:?} {when}: answered after {took:?}");
    ensure!(took < SOON, "{who:?} {when}: answered after {took:?}");
    Ok(())
}

fn stage<'lab>(lab: &'lab Lab, client: &'lab Namespace) -> anyhow::Result<(People, Service<'lab>, [TunnelId; 2])> {
    lab.let_others_in()?;
    let people = People::on(client)?;
    client.etc("resolv.conf", &format!("nameserver {}\noptions timeout:5 attempts:1\n", Host(2).outer(Family::V4)))?;
    let service = Service::start(lab, client, How::plain(lab))?;
    let ids = import(lab, &service)?;
    Ok((people, service, ids))
}

#[test]
fn root_and_operators_are_answered_beside_twelve_users_who_hold_all_connections_that_they_get() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("connections of many users")? else { return Ok(()) };
    let (client, _server) = lab.two_hosts()?;
    let (people, mut service, [plain, _]) = stage(&lab, &client)?;
    let socket = lab.file("adit.sock");
    let mut held = Vec::new();
    for uid in OBSERVERS {
        let own = people.work_as_user(uid, false, || (0..TRIES).map(|_| greeted(&socket)).collect::<anyhow::Result<Vec<_>>>())?;
        let own: Vec<UnixStream> = own.into_iter().flatten().collect();
        ensure!(own.len() <= 32, "user {uid} has {} connections", own.len());
        held.extend(own);
    }
    ensure!(held.len() == 192, "users who may only look have {} connections", held.len());
    // Each connection begins a frame of the largest size and sends part of it.
    for stream in &mut held {
        stream.set_nonblocking(true)?;
        let _ = stream.write(&(1_u32 << 20).to_le_bytes());
        let _ = stream.write(&[b' '; 64 << 10]);
    }
    for who in [Who::Root, Who::Operator] {
        is_answered_soon(&people, who, &socket, "beside all the connections", |client| client.all_tunnels().map(drop))?;
        is_answered_soon(&people, who, &socket, "beside all the connections", |client| client.preview(plain).map(drop))?;
    }
    ensure!(people.work_as(Who::Nobody, || greeted(&socket))?.is_none(), "others who may only look have to wait");
    drop(held);
    service.terminate()
}

#[test]
fn previews_of_four_operators_while_no_name_server_answers_keep_nobody_else_waiting() -> anyhow::Result<()> {
    const EACH: usize = 8;
    let Some(lab) = Lab::open("previews with a dead name server")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    // The socket receives queries and answers none.
    let dead = server.within(|| Ok(UdpSocket::bind(NAME_SERVER)?))?;
    dead.set_read_timeout(Some(Duration::from_secs(20)))?;
    let (people, mut service, [plain, named]) = stage(&lab, &client)?;
    let socket = lab.file("adit.sock");
    let (busy, waited, pending) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let ready = Barrier::new(OPERATORS.len() * EACH + 1);
    let preview = |uid: u32| {
        let client = people.work_as_user(uid, true, || Ok(client_of(&socket, &[0])?));
        ready.wait();
        pending.fetch_add(1, Ordering::SeqCst);
        let answer = client?.preview(named);
        pending.fetch_sub(1, Ordering::SeqCst);
        match answer {
            Err(CallError::Refused(ApiError::TooManyLookUps { .. })) => busy.fetch_add(1, Ordering::SeqCst),
            Ok(preview) if matches!(preview.warnings[..], [PreviewWarning::Unresolved { .. }]) => {
                waited.fetch_add(1, Ordering::SeqCst)
            }
            other => bail!("user {uid}: {other:?}"),
        };
        Ok(())
    };
    thread::scope(|scope| {
        let preview = &preview;
        let previews: Vec<_> = OPERATORS.flat_map(|uid| [uid; EACH]).map(|uid| scope.spawn(move || preview(uid))).collect();
        ready.wait();
        dead.recv(&mut [0; 512]).context("nobody asks the name server")?;
        let when = "beside previews that wait";
        for who in Who::ALL {
            is_answered_soon(&people, who, &socket, when, |client| client.all_tunnels().map(drop))?;
            is_answered_soon(&people, who, &socket, when, |client| client.preview(plain).map(drop))?;
        }
        // For users who may only look, no name is looked up.
        is_answered_soon(&people, Who::Nobody, &socket, when, |client| client.preview(named).map(drop))?;
        let still = pending.load(Ordering::SeqCst);
        ensure!(still > 0, "nobody waits for the name server any more, so nothing was seen");
        for preview in previews {
            preview.join().map_err(|_| anyhow::anyhow!("a preview panicked"))??;
        }
        Ok::<_, anyhow::Error>(())
    })?;
    let (busy, waited) = (busy.into_inner(), waited.into_inner());
    println!("{waited} previews waited for the name server, {busy} were told that too many do");
    ensure!(waited == 8 && busy == OPERATORS.len() * EACH - 8, "{waited} waited, {busy} were told that too many do");
    service.terminate()
}
