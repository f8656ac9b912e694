//! `adit proxy` as the user nobody runs it, with a partner at the tunnel's other end. All traffic stays on loopback.
#![cfg(target_os = "linux")]

mod desk;
mod partner;
mod socks;

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use desk::{Desk, PATIENCE, bytes, echo};
use partner::{ECHO, at};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

const SOCKS: [&str; 2] = ["--socks5", "127.0.0.1:0"];
const HTTP: [&str; 2] = ["--http", "127.0.0.1:0"];
/// The public key of a peer that does not exist.
const SOMEBODY: &str = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
const DNS: &str = "DNS = 10.66.0.1, inside\n";

#[test]
fn every_way_in_leads_to_the_partner_and_nobody_needed_a_privilege() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(
        &[&SOCKS[..], &HTTP, &["--local", "0:10.66.0.1:7", "--local", "[::1]:0:[fd66::1]:7", "--socks5", "[::1]:0"]].concat(),
    );
    if desk::is_root() {
        assert_eq!((proxy.status("CapEff"), proxy.status("CapPrm")), ("0000000000000000".into(), "0000000000000000".into()));
    }
    let sent = bytes(300_000, 1);
    for host in ["10.66.0.1", "fd66::1"] {
        echo(socks::connected(&proxy, host, ECHO), &sent);
        echo(http_connected(&proxy, at(host, ECHO)), &sent);
    }
    for place in proxy.start["listening"].as_array().unwrap().iter().filter(|place| place["kind"] == "local") {
        let address: SocketAddr = place["address"].as_str().unwrap().parse().unwrap();
        echo(TcpStream::connect(address).unwrap(), &sent);
    }
    assert_eq!(proxy.interrupt(), Some(0));
}

fn http_connected(proxy: &desk::Proxy, to: SocketAddr) -> TcpStream {
    let mut stream = proxy.connect("http");
    write!(stream, "CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    assert!(head.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&head));
    stream
}

#[test]
fn names_are_asked_for_inside_the_tunnel_and_remembered() {
    let (desk, partner) = Desk::with_partner(DNS);
    let proxy = desk.start(&SOCKS);
    for name in ["echo.inside", "echo", "long.inside", "ECHO.inside"] {
        echo(socks::connected(&proxy, name, ECHO), b"through the tunnel");
    }
    let asked = partner.asked.lock().unwrap().clone();
    for name in ["echo.inside", "long.inside"] {
        assert!(asked.iter().any(|asked| asked == name), "{name} in {asked:?}");
    }
    // Once for each family and each spelling: `echo.inside` in capitals is the same name, and `echo` is another one.
    assert_eq!(asked.iter().filter(|asked| *asked == "echo.inside").count(), 4, "{asked:?}");
    assert_eq!(socks::refused(&proxy, "nobody.inside", ECHO), socks::HOST_UNREACHABLE);
    proxy.hear("there is no host nobody.inside");
}

#[test]
fn without_a_dns_server_names_are_refused_and_the_terminal_says_what_helps() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(&[&SOCKS[..], &HTTP].concat());
    assert_eq!(socks::refused(&proxy, "localhost", ECHO), socks::HOST_UNREACHABLE);
    proxy.hear("--resolve-here");
    let mut stream = proxy.connect("http");
    stream.write_all(b"GET http://nobody.inside/ HTTP/1.1\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 502 ") && answer.contains("`DNS = ...`"), "{answer}");
}

#[test]
fn datagrams_go_to_addresses_and_names_and_come_back() {
    let (desk, _partner) = Desk::with_partner(DNS);
    let proxy = desk.start(&[&SOCKS[..], &["--local", "0:10.66.0.1:7/udp"]].concat());
    let (_control, socket) = socks::associated(&proxy);
    for host in ["10.66.0.1", "fd66::1", "echo.inside"] {
        let (payload, from) = socks::exchange(&socket, host, ECHO, host.as_bytes());
        assert_eq!(payload, host.as_bytes());
        assert!([at("10.66.0.1", ECHO), at("fd66::1", ECHO)].contains(&from), "{from}");
    }
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.send_to(b"forwarded", proxy.at("local-udp")).unwrap();
    let mut buffer = [0; 64];
    let (len, from) = socket.recv_from(&mut buffer).unwrap();
    assert_eq!((&buffer[..len], from), (&b"forwarded"[..], proxy.at("local-udp")));
}

#[test]
fn an_association_serves_only_the_client_that_asked_and_ends_with_it() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(&SOCKS);
    let (control, socket) = socks::associated(&proxy);
    socks::exchange(&socket, "10.66.0.1", ECHO, b"mine");
    let descriptors = proxy.descriptors();
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    stranger.connect(socket.peer_addr().unwrap()).unwrap();
    socks::send(&stranger, "10.66.0.1", ECHO, b"theirs");
    let (payload, _) = socks::exchange(&socket, "10.66.0.1", ECHO, b"mine again");
    assert_eq!(payload, b"mine again");
    stranger.set_nonblocking(true).unwrap();
    assert!(stranger.recv(&mut [0; 64]).is_err());
    drop(control);
    wait_until(|| proxy.descriptors() < descriptors);
}

/// Waits for the effect of another process.
fn wait_until(done: impl Fn() -> bool) {
    let end = std::time::Instant::now() + PATIENCE;
    while !done() {
        assert!(std::time::Instant::now() < end, "it never happened");
        thread::yield_now();
    }
}

#[test]
fn the_partner_reaches_a_program_of_this_computer_and_is_refused_where_none_is() {
    let (desk, partner) = Desk::with_partner("");
    let program = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = program.local_addr().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let proxy = desk.start(&["--remote", &format!("80:localhost:{}", to.port()), "--remote", &format!("81:{closed}")]);
    assert_eq!(proxy.at("remote"), at("10.66.0.2", 80));
    // The partner learns the proxy's endpoint from the first handshake.
    proxy.hear("answered within");
    let echoes = thread::spawn(move || {
        let (mut stream, _) = program.accept().unwrap();
        let mut arrived = Vec::new();
        stream.read_to_end(&mut arrived).unwrap();
        stream.write_all(&arrived).unwrap();
    });
    let sent = bytes(500_000, 2);
    let back = partner.runtime.block_on(async {
        let mut connection = partner.stack.connect(at("10.66.0.2", 80), PATIENCE).await.unwrap();
        let (program, mut end) = duplex(64 * 1024);
        let (mut reads, mut writes) = tokio::io::split(program);
        let mut back = Vec::new();
        let (relayed, ..) = tokio::join!(
            connection.relay(&mut end),
            async {
                writes.write_all(&sent).await.unwrap();
                writes.shutdown().await.unwrap();
            },
            async { reads.read_to_end(&mut back).await.unwrap() }
        );
        relayed.unwrap();
        back
    });
    assert!(back == sent);
    echoes.join().unwrap();
    partner.runtime.block_on(async {
        let mut connection = partner.stack.connect(at("10.66.0.2", 81), PATIENCE).await.unwrap();
        let (_program, mut end) = duplex(16);
        assert!(connection.relay(&mut end).await.is_err(), "it was reset");
        let nobody = partner.stack.connect(at("10.66.0.2", 82), PATIENCE).await;
        assert!(nobody.is_err());
    });
    proxy.hear("cannot be reached");
}

#[test]
fn standard_input_ends_and_the_rest_of_the_answer_still_comes() {
    let (desk, _partner) = Desk::with_partner("");
    let sent = bytes(1_000_000, 3);
    let mut child = desk
        .command(&["--stdio", "10.66.0.1:7"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, to_send) = (child.stdin.take().unwrap(), sent.clone());
    let writer = thread::spawn(move || stdin.write_all(&to_send).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.stdout == sent, "{} bytes, {}", output.stdout.len(), String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty() && output.status.success(), "ssh shows what it says: {output:?}");

    let refused = desk.output(&["--stdio", "10.66.0.1:9"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&refused.stderr), "adit: cannot connect to 10.66.0.1:9: the connection was refused\n");
}

#[test]
fn two_hundred_transfers_at_once_arrive_whole_and_nothing_is_left_over() {
    let (desk, partner) = Desk::with_partner("");
    let proxy = desk.start(&SOCKS);
    echo(socks::connected(&proxy, "10.66.0.1", ECHO), b"warm");
    let before = proxy.descriptors();
    thread::scope(|scope| {
        for number in 0..200 {
            let proxy = &proxy;
            scope.spawn(move || echo(socks::connected(proxy, "10.66.0.1", ECHO), &bytes(400_000 + number, number)));
        }
    });
    wait_until(|| proxy.descriptors() <= before);
    wait_until(|| partner.stack.connections() == 0);
    assert_eq!(partner.echoed.load(std::sync::atomic::Ordering::Relaxed), 201);
}

#[test]
fn thousands_of_short_connections_leave_no_socket_behind() {
    let (desk, partner) = Desk::with_partner("");
    let proxy = desk.start(&SOCKS);
    echo(socks::connected(&proxy, "10.66.0.1", ECHO), b"warm");
    let before = proxy.descriptors();
    thread::scope(|scope| {
        for number in 0..8 {
            let proxy = &proxy;
            scope.spawn(move || (0..500).for_each(|_| echo(socks::connected(proxy, "10.66.0.1", ECHO), &bytes(100, number))));
        }
    });
    wait_until(|| proxy.descriptors() <= before);
    wait_until(|| partner.stack.connections() == 0);
}

#[test]
fn two_hundred_megabytes_arrive_whole() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(&SOCKS);
    echo(socks::connected(&proxy, "10.66.0.1", ECHO), &bytes(200_000_000, 5));
}

#[test]
fn a_refused_client_learns_why_in_its_own_protocol() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(&[&SOCKS[..], &HTTP].concat());
    assert_eq!(socks::refused(&proxy, "10.66.0.1", 9), socks::REFUSED);
    assert_eq!(socks::refused(&proxy, "192.0.2.1", 80), socks::HOST_UNREACHABLE, "no peer has it in its allowed IPs");
    for (target, status) in [("10.66.0.1:9", "502"), ("192.0.2.1:80", "504"), ("no host:80", "400")] {
        let mut stream = proxy.connect("http");
        write!(stream, "CONNECT {target} HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
    }
    proxy.hear("192.0.2.1:80: there is no way there through the tunnel");
}

#[test]
fn a_peer_that_is_silent_fails_connections_in_time_and_is_named_on_the_terminal() {
    let desk = Desk::new();
    let mute = UdpSocket::bind("127.0.0.1:0").unwrap();
    let endpoint = mute.local_addr().unwrap();
    desk.configure(&format!("[Peer]\nPublicKey = {SOMEBODY}\nAllowedIPs = 0.0.0.0/0\nEndpoint = {endpoint}\n"));
    let proxy = desk.start(&[&SOCKS[..], &HTTP].concat());
    let mut stream = proxy.connect("http");
    stream.write_all(b"CONNECT 10.66.0.1:7 HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(socks::refused(&proxy, "10.66.0.1", ECHO), socks::HOST_UNREACHABLE);
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    proxy.hear(&format!("at {endpoint} has not answered yet"));
}

#[test]
fn with_passwords_only_those_who_know_one_are_served() {
    let (desk, _partner) = Desk::with_partner("");
    desk.write("users", "# of the office\nann:one\nbob:two:three\n");
    let proxy = desk.start(&[&SOCKS[..], &HTTP, &["--auth-file", "users"]].concat());
    echo(socks::logged_in(&proxy, "bob", "two:three", "10.66.0.1", ECHO).unwrap(), b"known");
    assert!(socks::logged_in(&proxy, "bob", "one", "10.66.0.1", ECHO).is_none());
    assert_eq!(socks::methods(&proxy, &[0]), [5, 0xff], "nobody gets in without");
    for (password, status) in [
        ("", "407"),
        ("Proxy-Authorization: Basic YW5uOm9uZQ==\r\n", "200"),
        ("Proxy-Authorization: Basic YW5uOnR3bw==\r\n", "407"),
    ] {
        let mut stream = proxy.connect("http");
        write!(stream, "CONNECT 10.66.0.1:7 HTTP/1.1\r\n{password}\r\n").unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{password}: {answer}");
    }
    drop(proxy);
    let mut command = desk.command(&[&SOCKS[..], &["--json"]].concat());
    command.env("ADIT_PROXY_AUTH", "eve:four");
    let proxy = desk.start_command(command);
    echo(socks::logged_in(&proxy, "eve", "four", "10.66.0.1", ECHO).unwrap(), b"known");
    assert!(socks::logged_in(&proxy, "ann", "one", "10.66.0.1", ECHO).is_none());
}

#[test]
fn nonsense_is_hung_up_on_and_others_are_served_meanwhile() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(&[&SOCKS[..], &HTTP].concat());
    // Clients that send nothing until the end of the test.
    let mut slow: Vec<TcpStream> = ["socks5", "http"].map(|kind| proxy.connect(kind)).into();
    slow[0].write_all(&[5]).unwrap();
    slow[1].write_all(b"GET http").unwrap();
    for number in 0..400 {
        let mut nonsense = bytes(number * 7, number);
        let kind = ["socks5", "http"][number % 2];
        if number % 4 == 0 && nonsense.len() > 4 {
            nonsense[..4].copy_from_slice(&[5, 1, 0, 5]);
        }
        let mut stream = proxy.connect(kind);
        // The proxy may close the connection while this writes.
        let _ = stream.write_all(&nonsense);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    let mut long = proxy.connect("http");
    let _ = long.write_all(&[b'a'; 40_000]);
    let mut answer = Vec::new();
    let _ = long.read_to_end(&mut answer);
    assert!(answer.starts_with(b"HTTP/1.1 431 "), "{}", String::from_utf8_lossy(&answer));
    echo(socks::connected(&proxy, "10.66.0.1", ECHO), b"still here");
    for mut stream in slow {
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(proxy.interrupt(), Some(0));
}

#[test]
fn an_impossible_request_is_refused_and_nothing_is_left_running() {
    let (desk, _partner) = Desk::with_partner("");
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = busy.local_addr().unwrap().to_string();
    let fails = |arguments: &[&str], words: &str| {
        let output = desk.output(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{arguments:?}: {said}");
    };
    fails(&["--socks5", &taken], "choose another");
    fails(&["--remote", "80:localhost:80", "--remote", "80:localhost:81"], "the port 80");
    fails(&["--socks5", "192.0.2.1:1080"], "no such address");
    fails(&["--local", "8080:intranet"], "8080:intranet:80");
    fails(&[], "--socks5");
    fails(&[&SOCKS[..], &["--auth-file", "no-such-file"]].concat(), "no-such-file");
    desk.write("empty", "\n");
    fails(&[&SOCKS[..], &["--auth-file", "empty"]].concat(), "user:password");
    desk.configure("MTU = 600\n");
    fails(&SOCKS, "1280");
    desk.forbid("t.conf");
    let output = desk.output(&SOCKS);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("this needs no root but a file that you may read") && !said.contains("try again"), "{said}");
    desk.write("t.conf", "[Interface]\nAddress = 10.0.0.2\nNonsense = 1\n");
    fails(&SOCKS, "t.conf");
    desk.write("t.conf", &format!("[Interface]\nPrivateKey = {}\n", *desk.key.dangerously_reveal_base64()));
    fails(&SOCKS, "Address = ...");
}

#[test]
fn listening_for_everybody_without_a_password_causes_a_warning() {
    let (desk, _partner) = Desk::with_partner("");
    let proxy = desk.start(&["--socks5", "0.0.0.0:0"]);
    proxy.hear("every program that can reach 0.0.0.0:");
    desk.write("users", "ann:one\n");
    let proxy = desk.start(&["--socks5", "0.0.0.0:0", "--auth-file", "users"]);
    proxy.hear("with password");
}

#[test]
fn a_thousand_clients_are_served_at_once() {
    let (desk, _partner) = Desk::with_partner("");
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    if limit.maximum.is_some_and(|most| most < 4096) {
        println!("SKIPPED: a process may have only {limit:?} descriptors");
        return;
    }
    let raised = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, raised).unwrap();
    let proxy = desk.start(&SOCKS);
    let mut clients: Vec<TcpStream> = (0..1000).map(|_| socks::connected(&proxy, "10.66.0.1", ECHO)).collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.write_all(&bytes(500, number)).unwrap();
    }
    for (number, client) in clients.iter_mut().enumerate() {
        let mut back = vec![0; 500];
        client.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        client.read_exact(&mut back).unwrap();
        assert!(back == bytes(500, number));
    }
    let kilobytes: usize = proxy.status("VmRSS").trim_end_matches("kB").trim().parse().unwrap();
    assert!(kilobytes < 150_000, "{kilobytes} kB for a thousand connections");
}
