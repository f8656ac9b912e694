//! `adit proxy` looks up names inside the tunnel: an observer on the link sees neither the names nor that a query was sent.
#![forbid(unsafe_code)]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process::Stdio;
use std::thread;

use adit_e2e::{Capture, Device, Ends, Family, Host, Implementation, Lab, Side as _, built};
use anyhow::{Context as _, ensure};

const NAME: &str = "intranet.example";
const PORT: u16 = 7777;
const GREETING: &[u8] = b"only inside";
/// The destination of a DNS query in clear, if there was one.
const ELSEWHERE: &str = "203.0.113.9";

#[test]
fn a_name_is_asked_for_inside_the_tunnel_and_nowhere_else() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("proxy-names")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    client.ip("route add default via 10.77.0.2")?;
    let device = Device::start(&lab, &server, Implementation::AditWg, Host(2))?;
    let ends = Ends::generate(false)?;
    device.setconf(&ends.conf(&ends.responder, Host(2), &ends.initiator, Host(1), None))?;
    let inside = Host(2).inner(Family::V4);
    let (dns, web) = server.within(|| Ok((UdpSocket::bind((inside, 53))?, TcpListener::bind((inside, PORT))?)))?;
    let asked = thread::spawn(move || answer_questions(&dns, Ipv4Addr::new(10, 99, 0, 2)));
    thread::spawn(move || greet(&web));

    let text = format!(
        "[Interface]\nPrivateKey = {}\nAddress = {}\nDNS = {inside}\n\n[Peer]\nPublicKey = {}\nEndpoint = {}\nAllowedIPs = 0.0.0.0/0, ::/0\n",
        ends.initiator.private,
        Host(1).inner_networks().replace(' ', ", "),
        ends.responder.public,
        Host(2).endpoint(Family::V4)
    );
    let conf = lab.write("office.conf", &text)?;
    let cable = client.ip("-o link show type veth")?;
    let cable = cable.split([' ', '@']).nth(1).context("the client has no cable")?.to_owned();
    let not_the_tunnel = format!("ip and not icmp and not (udp and port {})", Host(2).port());
    let capture = Capture::start(&lab, &client, &cable, &not_the_tunnel)?;
    let mut proxy = client
        .command(built("adit")?)
        .arg("proxy")
        .arg(&conf)
        .args(["--stdio", &format!("{NAME}:{PORT}")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut heard = Vec::new();
    proxy.stdout.take().context("no standard output")?.read_to_end(&mut heard)?;
    ensure!(proxy.wait()?.success() && heard == GREETING, "the proxy heard {:?}", String::from_utf8_lossy(&heard));
    // Shows that the capture sees a query in clear.
    client.within(|| Ok(UdpSocket::bind("0.0.0.0:0")?.send_to(b"a question in clear", (ELSEWHERE, 53))?))?;
    let seen = capture.finish()?;
    let payloads = seen.udp_payloads();
    ensure!(seen.frames.len() == 1 && payloads == [b"a question in clear"], "this crossed the cable beside the tunnel: {seen:?}");
    let asked = asked.join().map_err(|_| anyhow::anyhow!("the DNS server panicked"))??;
    ensure!(asked == NAME, "asked for inside was {asked}");
    Ok(())
}

/// Answers queries until one for an IPv4 address, and returns the name in it.
fn answer_questions(dns: &UdpSocket, address: Ipv4Addr) -> anyhow::Result<String> {
    const HEADER: usize = 12;
    const FOR_AN_ADDRESS: [u8; 2] = [0, 1];
    let mut question = [0; 512];
    loop {
        let (len, from) = dns.recv_from(&mut question)?;
        let end = question[HEADER..len].iter().position(|byte| *byte == 0).context("a name without an end")? + HEADER;
        let kind = [question[end + 1], question[end + 2]];
        let known = kind == FOR_AN_ADDRESS;
        let mut answer = question[..end + 5].to_vec();
        // Header of a response: recursion available, no error, one question, one record or none.
        answer[2..HEADER].copy_from_slice(&[0x81, 0x80, 0, 1, 0, u8::from(known), 0, 0, 0, 0]);
        if known {
            answer.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            answer.extend(address.octets());
        }
        dns.send_to(&answer, from)?;
        if known {
            return Ok(name_of(&question[HEADER..end]));
        }
    }
}

/// Converts DNS labels to a name with dots.
fn name_of(mut labels: &[u8]) -> String {
    let mut name = Vec::new();
    while let Some((len, rest)) = labels.split_first() {
        let (label, rest) = rest.split_at(usize::from(*len).min(rest.len()));
        name.push(String::from_utf8_lossy(label).into_owned());
        labels = rest;
    }
    name.join(".")
}

fn greet(web: &TcpListener) {
    for stream in web.incoming().flatten() {
        let mut stream = stream;
        // The client may be gone already.
        let _ = stream.write_all(GREETING);
    }
}
