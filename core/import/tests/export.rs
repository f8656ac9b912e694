//! Checks that exported tunnels are imported byte for byte.

mod support;

use adit_api::TunnelName;
use adit_config::{Document, parse};
use adit_import::limits::{ARCHIVE_BYTES, ENTRY_BYTES, QR_BYTES};
use adit_import::{Names, QrCode, QrError, ToExport, ZipError, import, zip};
use proptest::prelude::*;
use support::conf;

fn name(text: &str) -> TunnelName {
    text.parse().unwrap()
}

fn document(text: &str) -> Document {
    Document::parse(text.as_bytes()).unwrap()
}

/// Exports tunnels to an archive and imports them again.
fn there_and_back(tunnels: &[(TunnelName, String)]) -> Vec<(String, String)> {
    let exported: Vec<ToExport<'_>> = tunnels.iter().map(|(name, text)| ToExport { name, text }).collect();
    let archive = zip(&exported).unwrap();
    assert_eq!(archive, zip(&exported).unwrap(), "the same tunnels make the same archive");
    let import = import("all.zip", &archive, &mut Names::default());
    assert!(import.refusals.is_empty(), "{import:?}");
    import.drafts.iter().map(|draft| (draft.name.to_string(), draft.text.to_string())).collect()
}

#[test]
fn an_archive_of_tunnels_comes_back_whole() {
    let tunnels = [
        (name("Office"), conf(1)),
        (name("Büro 家"), format!("\u{feff}{}", conf(2).replace('\n', "\r\n"))),
        (name("spaces"), format!("{}# {}", conf(3), " ".repeat(60_000))),
    ];
    let expected: Vec<(String, String)> = tunnels.iter().map(|(name, text)| (name.to_string(), text.clone())).collect();
    assert_eq!(there_and_back(&tunnels), expected);
}

#[test]
fn files_in_an_archive_are_for_their_owner_alone_and_have_no_time() {
    let office = name("Office");
    let bytes = zip(&[ToExport { name: &office, text: &conf(1) }]).unwrap();
    let archive = rawzip::ZipArchive::from_slice(&bytes[..]).unwrap();
    let record = archive.entries().next().unwrap().unwrap();
    assert_eq!((record.mode().value(), record.file_path().as_bytes()), (0o100_600, &b"Office.conf"[..]));
    assert_eq!(record.last_modified_dos().year(), 1980);
}

#[test]
fn what_could_not_be_imported_again_is_not_exported() {
    let large = "#".repeat(ENTRY_BYTES + 1);
    let office = name("Office");
    let one = ToExport { name: &office, text: &large };
    assert_eq!(zip(&[one]).err(), Some(ZipError::TextTooLarge(office.clone())));
    let small = ToExport { name: &office, text: "" };
    assert_eq!(zip(&vec![small; 10_001]).err(), Some(ZipError::TooMany(10_001)));
    let most = ToExport { name: &office, text: &large[1..] };
    assert_eq!(zip(&[most; 16]).err(), Some(ZipError::TooLarge));
    let archive = zip(&[most; 15]).unwrap();
    assert!(archive.len() <= ARCHIVE_BYTES && import("all.zip", &archive, &mut Names::default()).refusals.len() == 15);
}

#[test]
fn a_code_that_would_be_too_long_says_what_would_make_it_fit() {
    let long_comment = format!("{}# {}\n", conf(1), "x".repeat(QR_BYTES));
    let error = QrCode::new(&document(&long_comment)).err().unwrap();
    let bytes = long_comment.len();
    assert!(matches!(error, QrError::Comments { bytes: found, .. } if found == bytes));
    assert!(
        error.to_string().contains(&format!("has {bytes} bytes, and a QR code holds at most 2953; without its comments it has"))
    );
    assert!(QrCode::without_comments(&document(&long_comment)).is_ok());

    let networks: Vec<String> = (0..255).map(|number| format!("10.{number}.0.0/16")).collect();
    let long = conf(1).replace("10.0.0.0/8", &networks.join(", "));
    let error = QrCode::new(&document(&long)).err().unwrap();
    assert!(matches!(error, QrError::TooLong { .. }) && error.to_string().contains("shorten its AllowedIPs"));
    assert_eq!(QrCode::without_comments(&document(&long)).err(), Some(error));
}

#[test]
fn a_configuration_means_the_same_without_its_comments() {
    let text = "\u{feff}# head\n[Interface] # mine\n  PrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk= # secret\r\nListenPort=1\n\
                PostUp = echo '#not a comment'\n\n[Peer]\n# Name = office\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n";
    let code = QrCode::without_comments(&document(text)).unwrap();
    let mut import = import("qr.png", &code.png().unwrap(), &mut Names::default());
    let back = import.drafts.remove(0).text;
    assert_eq!(
        *back,
        "[Interface]\nPrivateKey = yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\nListenPort=1\nPostUp = echo '#not a comment'\n\
         [Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\n"
    );
    let (mut before, after) = (parse::config(&document(text)).unwrap().0, parse::config(&document(&back)).unwrap().0);
    before.peers.iter_mut().for_each(|peer| peer.name = None);
    assert_eq!(before, after);
}

#[test]
fn picture_drawing_and_terminal_show_the_same_modules() {
    let code = QrCode::new(&document(&conf(1))).unwrap();
    let picture = image::load_from_memory(&code.png().unwrap()).unwrap().into_luma8();
    let side = code.columns();
    assert_eq!(picture.width() as usize, side * 8);
    let dark = |x: usize, y: usize| y < side && picture.get_pixel(x as u32 * 8 + 3, y as u32 * 8 + 3).0[0] == 0;

    let terminal = code.terminal();
    let lines: Vec<Vec<char>> = terminal
        .lines()
        .map(|line| line.strip_prefix("\x1b[38;5;16;48;5;231m").unwrap().strip_suffix("\x1b[0m").unwrap().chars().collect())
        .collect();
    assert_eq!(lines.len(), side.div_ceil(2));
    let svg = code.svg();
    let mut count = 0;
    for y in 0..side {
        for x in 0..side {
            let character = lines.get(y / 2).and_then(|line| line.get(x)).unwrap();
            assert_eq!(matches!((character, y % 2), ('█', _) | ('▀', 0) | ('▄', 1)), dark(x, y), "{x} {y}");
            assert_eq!(svg.contains(&format!("M{x},{y}h1v1h-1z")), dark(x, y));
            count += usize::from(dark(x, y));
            let quiet = x < 4 || y < 4 || x >= side - 4 || y >= side - 4;
            assert!(!(quiet && dark(x, y)), "the margin is white");
        }
    }
    assert!(count > 400 && svg.starts_with("<?xml") && svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_tunnel_comes_back_from_an_archive_and_from_a_code(comment in "[^\\pC\r\n]{0,200}", port in 1u16.., tunnel in "[A-Za-z0-9][A-Za-z0-9 _.é]{0,40}[A-Za-z0-9]") {
        let text = format!("#{comment}\n{}", conf(port));
        prop_assume!(Document::parse(text.as_bytes()).is_ok());
        prop_assume!(!["con", "prn", "aux", "nul", "com", "lpt"].iter().any(|device| tunnel.to_lowercase().starts_with(device)));
        prop_assume!(!tunnel.contains("  ") && ![".conf", ".txt", ".zip", ".png", ".jpg"].iter().any(|end| tunnel.ends_with(end)));
        prop_assert_eq!(there_and_back(&[(name(&tunnel), text.clone())]), [(tunnel, text.clone())]);
        let code = QrCode::new(&document(&text)).unwrap();
        let import = import("qr.png", &code.png().unwrap(), &mut Names::default());
        prop_assert_eq!(&*import.drafts[0].text, &text);
    }
}
