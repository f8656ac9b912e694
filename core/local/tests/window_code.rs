//! The QR code that tests and pictures of the window show (`ui/tests/world/qr.json`) is the code of its configuration.
//! `ADIT_BLESS=1` writes it anew.

use std::path::Path;

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, ConfigText, LocalRequest, LocalResponse, QrModules, Request, Response, TunnelId,
};
use adit_local::{Drafts, answer};
use serde::{Deserialize, Serialize};

/// The code and its configuration.
#[derive(PartialEq, Debug, Serialize, Deserialize)]
struct Code {
    text: String,
    size: u32,
    modules: String,
}

/// A service that exports this configuration.
struct Service(String);

impl BlockingTransport for Service {
    type Error = String;

    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, String> {
        match request {
            Request::Export { .. } => Ok(Ok(Response::Export(ConfigText::new(self.0.clone())))),
            other => Err(format!("it is asked for {other:?}")),
        }
    }
}

#[test]
fn the_code_of_the_window_s_tests_is_that_of_its_configuration() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/tests/world/qr.json");
    let shown: Code = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let service = BlockingClient(Service(shown.text.clone()));
    let asked = answer(&service, &Drafts::default(), LocalRequest::ExportQr { id: TunnelId::from_bits(1) }).unwrap();
    let LocalResponse::ExportQr(code) = asked else { panic!("{asked:?}") };
    let QrModules { size, modules } = &code;
    let code = Code { text: shown.text.clone(), size: *size, modules: modules.clone() };
    if std::env::var_os("ADIT_BLESS").is_some() {
        std::fs::write(&path, serde_json::to_string_pretty(&code).unwrap() + "\n").unwrap();
    } else {
        assert_eq!(shown, code);
    }
}
