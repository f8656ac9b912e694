//! Drafts: what the page reviews has no keys, and what is imported has them all.

use std::sync::{Mutex, PoisonError};

use adit_api::{
    ApiError, BlockingClient, BlockingTransport, CallError, ConfigCheck, ConfigText, Diagnostic, DraftId, FileBytes, ImportDraft,
    ImportFile, Imported, LocalRequest, LocalResponse, Request, Response, TunnelId, TunnelPage,
};
use adit_config::{Document, parse};
use adit_local::{Drafts, Pixels, Screenshot, answer, read_screen};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const SHARED: &str = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const OLD: &str = "QAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

/// Returns a configuration with a private key, a preshared key, and an old key in a comment.
fn office() -> String {
    format!(
        "[Interface]\nPrivateKey = {OWN}\n# until May: {OLD}\nAddress = 10.0.0.2/24\n\n[Peer]\nPublicKey = \
         xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nPresharedKey = {SHARED}\nAllowedIPs = 10.0.0.1/24\n"
    )
}

/// A service without tunnels that remembers the texts that it is given.
#[derive(Default)]
struct Service(Mutex<Vec<String>>);

impl Service {
    fn given(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(&self, config: &ConfigText) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(config.dangerously_reveal().to_owned());
    }
}

impl BlockingTransport for &Service {
    type Error = String;

    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, String> {
        Ok(Ok(match request {
            Request::Tunnels { .. } => Response::Tunnels(TunnelPage { tunnels: Vec::new(), more: false }),
            Request::CheckConfig { id: None, config } => {
                self.take(&config);
                Response::CheckConfig(check(&config))
            }
            Request::PreviewConfig { config, .. } => {
                self.take(&config);
                return Ok(Err(ApiError::Busy));
            }
            Request::Import { name, config, .. } if name.as_str() == "taken" => {
                self.take(&config);
                return Ok(Err(ApiError::NameTaken { name }));
            }
            Request::Import { config, .. } => {
                self.take(&config);
                Response::Import(Imported { id: TunnelId::from_bits(7), diagnostics: Vec::new() })
            }
            other => return Err(format!("it is asked for {other:?}")),
        }))
    }
}

/// Checks a text as the service does.
fn check(config: &ConfigText) -> ConfigCheck {
    let document = Document::parse(config.dangerously_reveal().as_bytes()).unwrap();
    let found = parse::config(&document).map_or_else(|errors| errors, |(_, warnings)| warnings);
    let diagnostics = found.iter().map(|found| Diagnostic::in_document(&document, found)).collect();
    ConfigCheck { diagnostics, public_key: None, changes: Vec::new(), changes_left_out: 0 }
}

/// Asks, and asserts that the answer has no key.
fn ask(service: &Service, drafts: &Drafts, request: LocalRequest) -> Result<LocalResponse, CallError<String>> {
    let answered = answer(&BlockingClient(service), drafts, request);
    let told = match &answered {
        Ok(response) => serde_json::to_string(response).unwrap(),
        Err(CallError::Refused(error)) => serde_json::to_string(error).unwrap(),
        Err(error) => error.to_string(),
    };
    for key in [OWN, SHARED, OLD] {
        assert!(!told.contains(&key[..20]), "{told}");
    }
    answered
}

fn file(name: &str, text: &str) -> ImportFile {
    ImportFile { name: name.to_owned(), bytes: FileBytes::new(STANDARD.encode(text)) }
}

fn read(service: &Service, drafts: &Drafts, files: Vec<ImportFile>) -> Vec<ImportDraft> {
    match ask(service, drafts, LocalRequest::ReadImport { files }).unwrap() {
        LocalResponse::ReadImport(reading) => reading.drafts,
        other => panic!("{other:?}"),
    }
}

fn import(draft: DraftId, name: &str, config: &str) -> LocalRequest {
    let config = ConfigText::new(config.to_owned());
    LocalRequest::ImportDraft { draft, name: name.parse().unwrap(), interface: "wg0".parse().unwrap(), config }
}

#[test]
fn no_answer_has_a_key_and_the_service_gets_the_text_with_its_keys() {
    let (service, drafts) = (Service::default(), Drafts::default());
    let [draft] = &read(&service, &drafts, vec![file("office.conf", &office())])[..] else { panic!() };
    let edited = draft.config.dangerously_reveal().replace("10.0.0.2/24", "10.0.0.3/24");
    let whole = office().replace("10.0.0.2/24", "10.0.0.3/24");

    let config = ConfigText::new(edited.clone());
    let checked = ask(&service, &drafts, LocalRequest::CheckDraft { draft: draft.id, config: config.clone() }).unwrap();
    let LocalResponse::CheckDraft(checked) = checked else { panic!("{checked:?}") };
    assert!(checked.diagnostics.iter().any(|found| found.code == "host_bits" && found.fixes.len() == 1), "{checked:?}");
    let preview = LocalRequest::PreviewDraft { draft: draft.id, interface: "wg0".parse().unwrap(), config };
    assert_eq!(ask(&service, &drafts, preview), Err(CallError::Refused(ApiError::Busy)));
    assert_eq!(service.given(), [whole.clone(), whole.clone()]);

    let taken = ask(&service, &drafts, import(draft.id, "taken", &edited));
    assert!(matches!(taken, Err(CallError::Refused(ApiError::NameTaken { .. }))), "{taken:?}");
    assert!(ask(&service, &drafts, import(draft.id, "office", &edited)).is_ok(), "a draft that was refused is still there");
    assert_eq!(service.given(), [whole.clone(), whole]);
    let gone = ask(&service, &drafts, import(draft.id, "office", &edited));
    assert!(matches!(gone, Err(CallError::Refused(ApiError::DraftGone))), "{gone:?}");
}

#[test]
fn a_mark_stands_for_the_key_of_its_own_draft_at_its_own_place() {
    let (service, drafts) = (Service::default(), Drafts::default());
    let other = office().replace(OWN, OLD).replace(SHARED, OWN);
    let [first, second] = &read(&service, &drafts, vec![file("a.conf", &office()), file("b.conf", &other)])[..] else { panic!() };
    for (draft, whole) in [(first, office()), (second, other)] {
        assert!(ask(&service, &drafts, import(draft.id, "office", draft.config.dangerously_reveal())).is_ok());
        assert_eq!(service.given(), [whole]);
    }
    let [third] = &read(&service, &drafts, vec![file("c.conf", &office())])[..] else { panic!() };
    let moved = third.config.dangerously_reveal().replace("xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", OLD);
    let check = LocalRequest::CheckDraft {
        draft: third.id,
        config: ConfigText::new(moved.replace(OLD, "Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=")),
    };
    let LocalResponse::CheckDraft(checked) = ask(&service, &drafts, check).unwrap() else { panic!() };
    assert_eq!(checked.diagnostics.iter().map(|found| found.code.as_str()).collect::<Vec<_>>(), ["mask"]);
    assert!(service.given().is_empty(), "the service is asked about no text with marks");
}

#[test]
fn a_draft_that_is_discarded_is_erased() {
    let (service, drafts) = (Service::default(), Drafts::default());
    let [draft] = &read(&service, &drafts, vec![file("office.conf", &office())])[..] else { panic!() };
    let discard = || LocalRequest::DiscardDrafts { drafts: vec![draft.id, DraftId(99)] };
    assert_eq!(ask(&service, &drafts, discard()), Ok(LocalResponse::DiscardDrafts(())));
    assert_eq!(ask(&service, &drafts, discard()), Ok(LocalResponse::DiscardDrafts(())));
    assert!(ask(&service, &drafts, import(draft.id, "office", draft.config.dangerously_reveal())).is_err());
}

#[test]
fn files_with_errors_and_codes_in_pictures_tell_no_key_either() {
    let (service, drafts) = (Service::default(), Drafts::default());
    let wrong = office().replace("[Peer]", "ListenPort = 99999\n[Peer]");
    let typo = office().replace("PrivateKey", "PrivatKey");
    let broken = office().replace(OWN, &OWN[..40]);
    let found = read(&service, &drafts, vec![file("wrong.conf", &wrong), file("typo.conf", &typo), file("broken.conf", &broken)]);
    assert!(found.is_empty(), "{found:?}");

    let modules = adit_import::QrCode::new(&Document::parse(office().as_bytes()).unwrap()).unwrap();
    let side = u32::try_from(modules.columns()).unwrap() * 4;
    let text = modules.modules().to_string();
    let pixel = |x: u32, y: u32| if text.as_bytes()[((y / 4) * (side / 4) + x / 4) as usize] == b'1' { 20 } else { 235 };
    let luma: Vec<u8> = (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
    let frame = LocalRequest::ReadFrame {
        from: "camera".into(),
        width: side,
        height: side,
        luma: FileBytes::new(STANDARD.encode(&luma)),
    };
    let LocalResponse::ReadFrame(Some(reading)) = ask(&service, &drafts, frame).unwrap() else { panic!() };
    let seen =
        read_screen(&BlockingClient(&service), &drafts, "screen", Screenshot::Pixels(Pixels { width: side, height: side, luma }));
    for draft in [&reading.drafts[0], &seen.unwrap().drafts[0]] {
        assert!(!draft.config.dangerously_reveal().contains(&OWN[..20]), "a code of a picture");
        assert!(ask(&service, &drafts, import(draft.id, "office", draft.config.dangerously_reveal())).is_ok());
        assert_eq!(service.given(), [office()]);
    }
}
