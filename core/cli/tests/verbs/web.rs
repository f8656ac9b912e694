//! Imports over TLS, from a server of this test with its own certificate authority.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::bench::{Bench, Ran, office};

struct Server {
    port: u16,
    authority: String,
}

/// Serves one connection after another until the test ends; the answer depends on the path.
fn serve() -> Server {
    let authority_key = KeyPair::generate().unwrap();
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = parameters.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(parameters, authority_key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let tls = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            // A client that does not trust the certificate hangs up.
            let _ = answer(tls, port);
        }
    });
    Server { port, authority: authority.pem() }
}

fn answer(tls: impl std::io::Read + Write, port: u16) -> std::io::Result<()> {
    let mut reader = BufReader::new(tls);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut to = reader.into_inner();
    let redirect = |to: &str| format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    match path.as_str() {
        "/office.conf?token=secret" | "/moved.conf" => {
            let text = office();
            let length = text.len();
            write!(to, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}")
        }
        "/elsewhere" => write!(to, "{}", redirect(&format!("https://localhost:{port}/moved.conf"))),
        "/downgrade" => write!(to, "{}", redirect(&format!("http://localhost:{port}/office.conf"))),
        "/round" => write!(to, "{}", redirect("/round")),
        "/endless" => {
            write!(to, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            let piece = [b'#'; 1 << 16];
            (0..(17 << 20) / piece.len()).try_for_each(|_| to.write_all(&piece))
        }
        _ => write!(to, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
    }?;
    to.flush()
}

fn import(bench: &Bench, server: &Server, path: &str) -> Ran {
    let authority = bench.file("authority.pem", &server.authority);
    let address = format!("https://localhost:{}{path}", server.port);
    bench.command(&["import", &address]).env("SSL_CERT_FILE", authority).output().unwrap().into()
}

#[test]
fn a_configuration_is_fetched_from_a_server_that_can_prove_who_it_is() {
    let (bench, server) = (Bench::new(), serve());
    let ran = import(&bench, &server, "/office.conf?token=secret");
    assert!(ran.out.contains(&format!("https://localhost:{}/office.conf -> office\n", server.port)), "{ran:#?}");
    assert!(ran.err.contains("the operator of this server knows the private key") && !ran.err.contains("secret"), "{ran:#?}");
    assert_eq!(ran.code, 0);
    import(&bench, &server, "/elsewhere").ok();
}

#[test]
fn a_server_that_cannot_prove_who_it_is_gets_nothing_imported() {
    let (bench, server) = (Bench::new(), serve());
    let address = format!("https://localhost:{}/office.conf", server.port);
    let error = bench.adit(&["import", &address]).fails(1);
    assert!(error.contains("the connection is not safe, so nothing was fetched"), "{error}");
    assert_eq!(bench.adit(&["list", "--json"]).json(), serde_json::json!([]));
}

#[test]
fn nothing_is_fetched_without_tls_after_any_redirect() {
    let (bench, server) = (Bench::new(), serve());
    let error = bench.adit(&["import", "http://localhost/office.conf"]).fails(1);
    assert!(error.contains("http://localhost/office.conf: ") && error.contains("only fetched over https://"), "{error}");
    let error = import(&bench, &server, "/downgrade").fails(1);
    assert!(error.contains("without TLS"), "{error}");
    let error = import(&bench, &server, "/round").fails(1);
    assert!(error.contains("on and on"), "{error}");
    let error = import(&bench, &server, "/nothing").fails(1);
    assert!(error.contains("status 404"), "{error}");
}

#[test]
fn a_server_that_never_stops_is_stopped_listening_to() {
    let (bench, server) = (Bench::new(), serve());
    let error = import(&bench, &server, "/endless").fails(1);
    assert!(error.contains("16 MiB"), "{error}");
}
