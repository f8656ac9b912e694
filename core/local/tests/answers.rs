//! Requests that a client answers itself: valid ones, and the errors for invalid ones.

use adit_api::{
    ApiError, Argument, BlockingClient, BlockingTransport, CallError, ConfigText, Entry, FileBytes, ImportFile, ImportReading,
    LocalRequest, LocalResponse, QrModules, Request, Response, SectionKind, SpanClass, TunnelId, TunnelPage,
};
use adit_local::{
    Drafts, FILES_TOO_MANY, HandedFile, MAX_FILES, MAX_FILES_BYTES, MAX_NETWORKS, MAX_PIXELS, Pixels, Screenshot, answer,
    read_files, read_screen,
};
use adit_words::Words;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::{ZeroizeOnDrop, Zeroizing};

const OWN: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const MARK: &str = "(unchanged.................................)";
const OFFICE: &str = "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nAddress = 10.0.0.2/24\n\n[Peer]\n# Name = \
                      gateway\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.0.0.1/24\n";

/// A service without tunnels that returns this configuration to an `export`, or this error.
struct Service(Result<String, ApiError>);

impl BlockingTransport for Service {
    type Error = String;

    fn call(&self, request: Request) -> Result<Result<Response, ApiError>, String> {
        match request {
            Request::Tunnels { .. } => Ok(Ok(Response::Tunnels(TunnelPage { tunnels: Vec::new(), more: false }))),
            Request::Export { .. } => Ok(self.0.clone().map(|text| Response::Export(ConfigText::new(text)))),
            other => Err(format!("it is asked for {other:?}")),
        }
    }
}

fn ask(request: LocalRequest) -> Result<LocalResponse, CallError<String>> {
    answer(&BlockingClient(Service(Ok(OFFICE.to_owned()))), &Drafts::default(), request)
}

fn file(name: &str, bytes: &[u8]) -> ImportFile {
    ImportFile { name: name.to_owned(), bytes: FileBytes::new(STANDARD.encode(bytes)) }
}

fn read(files: Vec<ImportFile>) -> ImportReading {
    match ask(LocalRequest::ReadImport { files }).unwrap() {
        LocalResponse::ReadImport(reading) => reading,
        other => panic!("{other:?}"),
    }
}

fn detail(asked: Result<LocalResponse, CallError<String>>) -> String {
    match asked {
        Err(CallError::Refused(ApiError::BadRequest { detail })) => detail,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_outline_has_every_byte_and_the_place_of_every_value_also_where_there_are_errors() {
    let text = format!("\u{feff}# mine\r\n{OFFICE}Bogus = 1\nEndpoint =\r\n# end\n");
    let outline = match ask(LocalRequest::Outline { config: ConfigText::new(text.clone()) }).unwrap() {
        LocalResponse::Outline(outline) => outline,
        other => panic!("{other:?}"),
    };
    let at = |start: u32, end: u32| &text[start as usize..end as usize];
    assert_eq!(outline.spans.iter().map(|span| at(span.start, span.end)).collect::<String>(), text);
    let of =
        |class| outline.spans.iter().filter(|span| span.class == class).map(|span| at(span.start, span.end)).collect::<Vec<_>>();
    assert_eq!(of(SpanClass::PrivateKey), ["yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="]);
    assert_eq!(of(SpanClass::Unknown), ["Bogus", "1"]);
    let [interface, peer] = &outline.sections[..] else { panic!("{:?}", outline.sections) };
    assert_eq!((interface.kind, peer.kind, peer.name.as_deref()), (SectionKind::Interface, SectionKind::Peer, Some("gateway")));
    assert!(at(interface.start, interface.end).ends_with("Address = 10.0.0.2/24\n"), "a new line belongs before the empty one");
    assert!(at(peer.start, peer.end).ends_with("Endpoint =\r\n"), "{:?}", at(peer.start, peer.end));
    let keys: Vec<&str> = peer.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["PublicKey", "AllowedIPs", "Endpoint"]);
    for entry in interface.entries.iter().chain(&peer.entries) {
        assert_eq!(at(entry.value_start, entry.value_end), entry.value);
        assert!(at(entry.line_start, entry.line_end).ends_with('\n'), "{entry:?}");
    }
    assert!(!format!("{outline:?}").contains("yAnz5TF"), "a key is printed");
}

#[test]
fn what_is_no_text_has_no_outline() {
    let asked = ask(LocalRequest::Outline { config: ConfigText::new("a\0b".to_owned()) });
    assert_eq!(detail(asked), "line 1, column 2: a NUL byte cannot be in a configuration");
    let large = ask(LocalRequest::Outline { config: ConfigText::new("#".repeat((1 << 20) + 1)) });
    assert!(detail(large).contains("at most 1 MiB"));
}

#[test]
fn each_file_becomes_drafts_or_a_reason() {
    let not_base64 = ImportFile { name: "torn.conf".into(), bytes: FileBytes::new("!".into()) };
    let reading = read(vec![
        file("office.conf", OFFICE.as_bytes()),
        file("all.tar", &tar_of(&[("home.conf", OFFICE), ("notes.txt", "milk")])),
        not_base64,
        file("photo.png", b"\x89PNG\r\n\x1a\n"),
        file("office.conf", OFFICE.as_bytes()),
        file("typo.conf", OFFICE.replace("[Interface]", "[Interface]\nListenPort = 99999").as_bytes()),
    ]);
    let drafts: Vec<(&str, &str)> = reading.drafts.iter().map(|draft| (draft.from.as_str(), draft.name.as_str())).collect();
    assert_eq!(drafts, [("office.conf", "office"), ("all.tar: home.conf", "home"), ("office.conf", "office (2)")]);
    assert_eq!(reading.drafts[0].config.dangerously_reveal(), OFFICE.replace(OWN, MARK));
    let [_, host_bits] = &reading.drafts[0].diagnostics[..] else { panic!("{:?}", reading.drafts[0].diagnostics) };
    assert_eq!((host_bits.code.as_str(), host_bits.fixes[0].text.as_str()), ("host_bits", "10.0.0.0/24"));
    let words = Words::english();
    let refusals: Vec<(&str, String)> =
        reading.refusals.iter().map(|refusal| (refusal.from.as_str(), words.import_reason(&refusal.reason))).collect();
    assert_eq!(
        refusals.iter().map(|(from, reason)| (*from, reason.as_str())).collect::<Vec<_>>(),
        [
            ("all.tar: notes.txt", "this is not a WireGuard configuration, which has an [Interface] section"),
            ("torn.conf", "the bytes of the file are not base64"),
            ("photo.png", "the picture is damaged or cut off; copy or download it again"),
            (
                "typo.conf",
                "line 2, column 14: ListenPort: `99999` is not between 0 and 65535 \
                 (write a number from 0 to 65535; 0 lets the system choose) (and 2 more complaints)",
            ),
        ]
    );
}

#[test]
fn too_many_files_or_too_many_bytes_are_refused_before_any_is_read() {
    let many = ask(LocalRequest::ReadImport { files: vec![file("a", b""); MAX_FILES + 1] });
    assert_eq!(detail(many), "1001 files at once; at most 1,000 are read");
    let large = ImportFile { name: "a".into(), bytes: FileBytes::new("A".repeat(MAX_FILES_BYTES / 3 * 4 + 8)) };
    assert!(detail(ask(LocalRequest::ReadImport { files: vec![large] })).ends_with("at most 32 MiB are read at once"));
}

/// Returns a PNG that ends after its header, of this size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = Vec::from(b"IHDR");
    header.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()));
    header.extend([8, 0, 0, 0, 0]);
    let checksum = crc(&header);
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\x0d".as_slice(),
        &header,
        &checksum.to_be_bytes(),
        &[0, 0, 0, 0],
        b"IDAT",
        &crc(b"IDAT").to_be_bytes(),
    ]
    .concat()
}

/// Returns the checksum of a PNG chunk (ISO 3309).
fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
    !bytes.iter().fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

#[test]
fn more_pixels_than_one_request_may_have_are_not_decoded() {
    let picture = png_header(5_000, 4_000);
    let count = usize::try_from(MAX_PIXELS / 20_000_000).unwrap();
    let mut files = vec![file("photo.png", &picture); count];
    files.extend([file("one too many.png", &picture), file("too large.png", &png_header(5_001, 4_000))]);
    files.push(file("office.conf", OFFICE.as_bytes()));
    let reading = read(files);
    let reasons: Vec<&str> = reading.refusals.iter().map(|refusal| refusal.reason.code.as_str()).collect();
    assert!(reasons[..count].iter().all(|reason| *reason == "picture_damaged"), "{reasons:?}");
    assert_eq!(reasons[count..], ["pictures_too_many_pixels", "picture_too_many_pixels"]);
    let size = [Argument::number("width", 5_001_u32), Argument::number("height", 4_000_u32)];
    assert_eq!(reading.refusals[count + 1].reason.arguments, size);
    assert_eq!(reading.drafts.len(), 1, "other files are read");
}

/// Returns a tar archive with these files.
fn tar_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        tar.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap()
}

#[test]
fn an_entry_is_shown_with_its_archive_whatever_its_name() {
    let archive = tar_of(&[("all.tar.conf", OFFICE), ("all/home.conf", OFFICE), ("all", "milk")]);
    for name in ["all.tar", "all"] {
        let reading = read(vec![file(name, &archive)]);
        let from: Vec<&str> = reading.drafts.iter().map(|draft| draft.from.as_str()).collect();
        assert_eq!(from, [format!("{name}: all.tar.conf"), format!("{name}: all/home.conf")]);
        assert_eq!(reading.refusals[0].from, format!("{name}: all"));
    }
    let empty = read(vec![file("all.tar", &tar_of(&[]))]);
    assert!(empty.refusals.iter().all(|refusal| refusal.from == "all.tar"), "{:?}", empty.refusals);
}

#[test]
fn names_of_files_and_entries_are_shown_without_characters_that_hide_or_move() {
    let archive = tar_of(&[("gpj.\u{202e}home.conf", OFFICE), ("notes\u{1b}[2J.txt", "milk")]);
    let reading = read(vec![file("all\u{7}.tar", &archive), file("\u{200f}office.conf", OFFICE.as_bytes())]);
    let from: Vec<&str> = reading.drafts.iter().map(|draft| draft.from.as_str()).collect();
    assert_eq!(from, ["all\\u{7}.tar: gpj.\\u{202e}home.conf", "\\u{200f}office.conf"]);
    assert_eq!(reading.refusals[0].from, "all\\u{7}.tar: notes\\u{1b}[2J.txt");
}

#[test]
fn answers_with_keys_are_erased_when_dropped() {
    fn is_erased<T: ZeroizeOnDrop>() {}
    is_erased::<QrModules>();
    is_erased::<Entry>();
    is_erased::<ConfigText>();
}

#[test]
fn networks_are_left_out() {
    let networks = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<adit_api::Cidr>>();
    let asked =
        LocalRequest::AllowedIps { include: networks(&["10.0.0.0/8", "::/0"]), exclude: networks(&["10.0.0.0/9", "8000::/1"]) };
    assert_eq!(ask(asked), Ok(LocalResponse::AllowedIps(networks(&["10.128.0.0/9", "::/1"]))));
    let nothing = LocalRequest::AllowedIps { include: networks(&["10.1.0.0/16"]), exclude: networks(&["10.0.0.0/8"]) };
    assert_eq!(ask(nothing), Ok(LocalResponse::AllowedIps(Vec::new())));
    let many = LocalRequest::AllowedIps { include: vec![networks(&["::1/128"])[0]; MAX_NETWORKS + 1], exclude: Vec::new() };
    assert_eq!(detail(ask(many)), "10001 networks; at most 10,000 are worked out at once");
}

#[test]
fn a_qr_code_has_a_margin_and_only_whom_the_service_lets_export_gets_one() {
    let LocalResponse::ExportQr(code) = ask(LocalRequest::ExportQr { id: TunnelId::from_bits(1) }).unwrap() else { panic!() };
    let size = code.size as usize;
    assert_eq!(code.modules.len(), size * size);
    assert!(code.modules.bytes().all(|module| matches!(module, b'0' | b'1')));
    assert!(!code.modules[..4 * size].contains('1'), "four light rows at the top");
    assert_eq!(&code.modules[4 * size..][..12], "000011111110", "and the corner of the code behind four light columns");
    assert!(!format!("{code:?}").contains("0000"), "a key is printed");
    let refused = ApiError::NotAllowed { needs: adit_api::Role::Administer, action: None };
    let client = BlockingClient(Service(Err(refused.clone())));
    assert_eq!(
        answer(&client, &Drafts::default(), LocalRequest::ExportQr { id: TunnelId::from_bits(1) }),
        Err(CallError::Refused(refused))
    );
    let long = format!("{OFFICE}{}", "AllowedIPs = 2001:db8::/32\n".repeat(200));
    let asked =
        answer(&BlockingClient(Service(Ok(long))), &Drafts::default(), LocalRequest::ExportQr { id: TunnelId::from_bits(1) });
    assert!(detail(asked).contains("a QR code holds at most 2953"));
    let comments = format!("{OFFICE}{}", "# a remark\n".repeat(400));
    let asked =
        answer(&BlockingClient(Service(Ok(comments))), &Drafts::default(), LocalRequest::ExportQr { id: TunnelId::from_bits(1) });
    assert!(asked.is_ok(), "comments are left out where the text fits without them");
}

#[test]
fn a_bundle_has_a_reason_in_place_of_what_the_service_refuses_and_no_part_is_missing() {
    struct Closed;
    impl BlockingTransport for Closed {
        type Error = String;

        fn call(&self, _: Request) -> Result<Result<Response, ApiError>, String> {
            Ok(Err(ApiError::ShuttingDown))
        }
    }
    let bundle =
        answer(&BlockingClient(Closed), &Drafts::default(), LocalRequest::SupportBundle { hide_addresses: false }).unwrap();
    let LocalResponse::SupportBundle(files) = bundle else { panic!("{bundle:?}") };
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["README.txt", "computer.txt", "service.json", "tunnels.txt"]);
    assert!(files[3].text.ends_with('\n') && files[3].text.len() > 5, "{:?}", files[3]);
    assert!(matches!(ask(LocalRequest::SupportBundle { hide_addresses: true }), Err(CallError::Transport(_))));
}

/// A picture of the service's configuration as a QR code, with modules of 4 pixels: width, which is also the height, and pixels.
fn code() -> (u32, Vec<u8>) {
    let LocalResponse::ExportQr(code) = ask(LocalRequest::ExportQr { id: TunnelId::from_bits(1) }).unwrap() else { panic!() };
    let modules = code.modules.as_bytes();
    let side = code.size * 4;
    let module = |x: u32, y: u32| modules[((y / 4) * code.size + x / 4) as usize];
    let pixels = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    (side, pixels.map(|(x, y)| if module(x, y) == b'1' { 20 } else { 235 }).collect())
}

fn frame(width: u32, height: u32, luma: &[u8]) -> LocalRequest {
    LocalRequest::ReadFrame { from: "Kamera\u{202e}".into(), width, height, luma: FileBytes::new(STANDARD.encode(luma)) }
}

#[test]
fn a_picture_of_the_camera_with_a_code_is_a_draft_and_one_without_is_nothing() {
    let (side, luma) = code();
    let LocalResponse::ReadFrame(Some(reading)) = ask(frame(side, side, &luma)).unwrap() else { panic!() };
    let [draft] = reading.drafts.as_slice() else { panic!("{reading:?}") };
    assert_eq!(draft.config.dangerously_reveal(), OFFICE.replace(OWN, MARK));
    assert_eq!((&*draft.from, draft.name.as_str(), draft.interface.as_str()), ("Kamera\\u{202e}", "wg0", "wg0"));
    assert_eq!(ask(frame(100, 100, &[90; 10_000])), Ok(LocalResponse::ReadFrame(None)));
    assert_eq!(ask(frame(0, 0, &[])), Ok(LocalResponse::ReadFrame(None)));
}

#[test]
fn a_picture_of_the_camera_that_is_none_is_refused() {
    for (width, height, pixels) in [(10, 10, 99), (10, 10, 101), (1921, 1080, 100), (u32::MAX, u32::MAX, 1)] {
        let refused = detail(ask(frame(width, height, &vec![0; pixels])));
        assert!(refused.contains("pixels"), "{refused}");
    }
    let luma = FileBytes::new("not base64".into());
    assert!(detail(ask(LocalRequest::ReadFrame { from: "".into(), width: 1, height: 1, luma })).contains("base64"));
}

#[test]
fn a_picture_of_the_screen_is_read_from_pixels_and_from_a_file_and_says_why_there_is_nothing() {
    let service = BlockingClient(Service(Ok(OFFICE.to_owned())));
    let (side, luma) = code();
    let reading =
        read_screen(&service, &Drafts::default(), "Bildschirm", Screenshot::Pixels(Pixels { width: side, height: side, luma }))
            .unwrap();
    assert_eq!((reading.drafts.len(), &*reading.drafts[0].from), (1, "Bildschirm"));
    let empty = Screenshot::Pixels(Pixels { width: 50, height: 50, luma: vec![200; 2500] });
    let reading = read_screen(&service, &Drafts::default(), "Bildschirm", empty).unwrap();
    assert!(
        reading.drafts.is_empty() && Words::english().import_reason(&reading.refusals[0].reason).contains("no QR code"),
        "{reading:?}"
    );
    let reading = read_screen(&service, &Drafts::default(), "Bildschirm", Screenshot::File(b"GIF89a".to_vec().into())).unwrap();
    assert!(Words::english().import_reason(&reading.refusals[0].reason).contains("save it as PNG"), "{reading:?}");
}

#[test]
fn of_too_many_files_or_bytes_that_are_handed_over_the_rest_is_left_out_with_one_refusal() {
    let read = |count: usize, bytes: usize| {
        let mut taken = 0;
        let files = (0..count).map(|number| {
            taken += 1;
            HandedFile { name: format!("{number}.conf"), content: Ok(Zeroizing::new(vec![b'#'; bytes])) }
        });
        let reading = read_files(&BlockingClient(Service(Ok(String::new()))), &Drafts::default(), files).unwrap();
        let left_out = reading.refusals.into_iter().filter(|refusal| refusal.reason.code == FILES_TOO_MANY);
        (taken, left_out.map(|refusal| refusal.from).collect::<Vec<_>>())
    };
    assert_eq!(read(MAX_FILES, 1), (MAX_FILES, vec![]));
    assert_eq!(read(MAX_FILES + 5, 1), (MAX_FILES + 1, vec![format!("{MAX_FILES}.conf")]));
    let half = MAX_FILES_BYTES / 2;
    assert_eq!(read(2, half), (2, vec![]));
    assert_eq!(read(4, half), (3, vec!["2.conf".to_owned()]));
}
