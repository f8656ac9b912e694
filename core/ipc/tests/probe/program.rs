//! The test program: a server, a client that sends the requests from its standard input, or a crowd of hostile clients.
#[path = "../ipc/service.rs"]
mod service;

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use adit_api::{CallError, Request};
use adit_ipc::local::{ConnectError, LocalRoles, SocketListener};
use adit_ipc::{Blocking, Connection, Events, Limits};
use adit_platform::control_socket::{Access, ControlSocket};
use adit_platform::linux::control_socket::connect_to;

pub(crate) type Outcome = Result<(), Box<dyn std::error::Error>>;

pub(crate) fn run() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", path] => serve(Path::new(path)),
        ["ask", path, trusted] => ask(Path::new(path), trusted.parse()?),
        ["crowd", path, count] => crowd(Path::new(path), count.parse()?),
        _ => Err("usage: adit-ipc-probe serve PATH | ask PATH TRUSTED_UID | crowd PATH COUNT".into()),
    }
}

/// Serves until the standard input ends.
fn serve(path: &Path) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = SocketListener::new(ControlSocket::bind(path, Access::Everybody)?)?;
        println!("listening");
        let until = async {
            let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
            let _ = end.await;
        };
        let service = Arc::new(service::Recorder::default());
        adit_ipc::serve("probe", service, Events::new(), listener, LocalRoles::new(), Limits::default(), until).await;
        Ok(())
    })
}

/// Prints `ok` or the error's code for each request.
fn ask(path: &Path, trusted: u32) -> Outcome {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let requests: Vec<Request> = serde_json::from_str(&text)?;
    let connection = async {
        let stream = connect_to(path, &[0, trusted])?;
        Ok::<_, ConnectError>(Connection::open(stream, "probe").await?)
    };
    let client = adit_api::BlockingClient(match Blocking::open(connection) {
        Ok(client) => client,
        Err(error) => {
            println!("no connection: {error}");
            return Ok(());
        }
    });
    for request in requests {
        match client.call(request) {
            Ok(_) => println!("ok"),
            Err(CallError::Refused(error)) => println!("{}", error.code()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Opens clients that say hello and begin a frame of the maximum length without completing it. Holds them until the standard
/// input ends.
fn crowd(path: &Path, count: usize) -> Outcome {
    let hello = br#"{"hello":{"oldest":1,"newest":1000,"program":"crowd"}}"#;
    let mut begun = u32::try_from(hello.len())?.to_le_bytes().to_vec();
    begun.extend_from_slice(hello);
    begun.extend_from_slice(&(1_u32 << 20).to_le_bytes());
    begun.resize(begun.len() + 1_000_000, b'[');
    let mut clients = Vec::new();
    for _ in 0..count {
        let client = UnixStream::connect(path)?;
        client.set_nonblocking(true)?;
        clients.push((client, 0));
    }
    // The server rejects most clients at once. The others send as much as the server accepts.
    for _ in 0..200 {
        for (client, sent) in &mut clients {
            while *sent < begun.len()
                && let Ok(more) = client.write(&begun[*sent..])
            {
                *sent += more;
            }
        }
        std::thread::yield_now();
    }
    println!("ready");
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
