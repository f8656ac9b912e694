//! Tests QR codes in pictures: ordinary photographs and screenshots, and malicious pictures.

mod support;

use std::io::Cursor;

use adit_api::ImportReason;
use adit_config::detect::Foreign;
use adit_config::syntax::DocumentError;
use adit_config::{Code, Document};
use adit_import::limits::{PICTURE_BYTES, QR_BYTES};
use adit_import::{Import, Names, PictureError, QrCode, Reason, import};
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageFormat, Luma, LumaA, imageops};
use proptest::prelude::*;
use qrcodegen::{QrCodeEcc, QrSegment};
use support::conf;

fn read(bytes: &[u8]) -> Import {
    import("scan.png", bytes, &mut Names::default())
}

fn refused(bytes: &[u8]) -> Reason {
    let import = read(bytes);
    assert!(import.drafts.is_empty());
    let [refusal] = import.refusals.as_slice() else { panic!("{import:?}") };
    refusal.reason.clone()
}

fn png(picture: &GrayImage) -> Vec<u8> {
    encoded(&DynamicImage::ImageLuma8(picture.clone()), ImageFormat::Png)
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Draws a code as another program would.
fn drawn(segments: &[QrSegment], scale: u32) -> GrayImage {
    let code = qrcodegen::QrCode::encode_segments(segments, QrCodeEcc::Low).unwrap();
    let side = u32::try_from(code.size()).unwrap();
    GrayImage::from_fn((side + 8) * scale, (side + 8) * scale, |x, y| {
        let module = |pixel: u32| i32::try_from(pixel / scale).unwrap() - 4;
        Luma([if code.get_module(module(x), module(y)) { 0 } else { 255 }])
    })
}

fn text(text: &str, scale: u32) -> GrayImage {
    drawn(&[QrSegment::make_bytes(text.as_bytes())], scale)
}

fn white(width: u32, height: u32) -> GrayImage {
    GrayImage::from_pixel(width, height, Luma([255]))
}

#[test]
fn png_jpeg_and_webp_hold_the_same_code() {
    let picture = DynamicImage::ImageLuma8(text(&conf(1), 5));
    for picture in [picture.clone(), DynamicImage::ImageRgb8(picture.to_rgb8()), DynamicImage::ImageRgba8(picture.to_rgba8())] {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            if format == ImageFormat::Jpeg && picture.color().has_alpha() {
                continue;
            }
            let import = read(&encoded(&picture, format));
            assert_eq!(import.drafts.len(), 1, "{format:?} {import:?}");
            assert_eq!(*import.drafts[0].text, conf(1));
            assert_eq!(import.drafts[0].name.as_str(), "scan");
        }
    }
}

#[test]
fn a_code_may_be_dark_or_light_on_a_transparent_ground_of_any_colour() {
    let code = text(&conf(1), 4);
    for (ink, ground) in [(0, 255), (0, 0), (255, 255), (255, 0), (90, 0)] {
        let picture = GrayAlphaImage::from_fn(code.width(), code.height(), |x, y| {
            LumaA(if code.get_pixel(x, y).0[0] == 0 { [ink, 255] } else { [ground, 0] })
        });
        for picture in [DynamicImage::ImageLumaA8(picture.clone()), DynamicImage::ImageLumaA8(picture).to_rgba16().into()] {
            let import = read(&encoded(&picture, ImageFormat::Png));
            assert!(import.drafts.len() == 1 && *import.drafts[0].text == conf(1), "{ink} on {ground}: {import:?}");
        }
    }
}

#[test]
fn a_code_may_be_turned_mirrored_inverted_grey_or_small_in_a_large_screenshot() {
    let code = text(&conf(1), 4);
    let mut inverted = code.clone();
    imageops::invert(&mut inverted);
    let mut grey = code.clone();
    grey.pixels_mut().for_each(|pixel| pixel.0[0] = if pixel.0[0] == 0 { 90 } else { 170 });
    let mut screen = GrayImage::from_pixel(3840, 2160, Luma([200]));
    imageops::replace(&mut screen, &code, 2900, 1700);
    for (what, picture) in [
        ("turned", imageops::rotate90(&code)),
        ("mirrored", imageops::flip_horizontal(&code)),
        ("inverted", inverted),
        ("grey", grey),
        ("blurred", imageops::blur(&code, 1.2)),
        ("tiny", text(&conf(1), 2)),
        ("large", text(&conf(1), 50)),
        ("screenshot", screen),
    ] {
        let import = read(&png(&picture));
        assert!(import.drafts.len() == 1 && *import.drafts[0].text == conf(1), "{what}: {import:?}");
    }
}

/// The photograph is taken slightly from below, with light from one side and the noise of a cheap camera.
#[test]
fn a_photograph_of_a_code_is_read() {
    let code = text(&conf(1), 8);
    let side = f64::from(code.width());
    let mut state = 1_u32;
    let photograph = GrayImage::from_fn(1600, 1600, |x, y| {
        let (across, down) = (f64::from(x) / 800.0 - 1.0, f64::from(y) / 800.0 - 1.0);
        let depth = 1.0 - 0.2 * down;
        let (u, v) = (across * depth * 0.9 + 0.5 + 0.05 * down, down * depth * 0.9 + 0.5);
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(state >> 28) - 8.0;
        let light = 120.0 + 50.0 * (across + 1.0);
        let reflects = if !(0.0..1.0).contains(&u) || !(0.0..1.0).contains(&v) {
            0.8
        } else if code.get_pixel((u * side) as u32, (v * side) as u32).0[0] == 0 {
            0.3
        } else {
            1.0
        };
        Luma([(light * reflects + noise).clamp(0.0, 255.0) as u8])
    });
    let import = read(&encoded(&DynamicImage::ImageLuma8(imageops::blur(&photograph, 0.8)), ImageFormat::Jpeg));
    assert!(import.drafts.len() == 1 && *import.drafts[0].text == conf(1), "{import:?}");
}

#[test]
fn two_codes_in_a_picture_become_two_tunnels() {
    let (first, second) = (text(&conf(1), 4), text(&conf(2), 4));
    let mut both = white(first.width() + second.width() + 40, first.height() + second.height());
    let below = i64::from(first.height() / 2);
    imageops::replace(&mut both, &first, 0, below);
    imageops::replace(&mut both, &second, i64::from(first.width()) + 40, 0);
    let import = read(&png(&both));
    let found: Vec<(&str, &str, &str)> =
        import.drafts.iter().map(|draft| (&**draft.text, draft.name.as_str(), &*draft.source)).collect();
    let (one, two) = (conf(1), conf(2));
    assert_eq!(found, [(&*two, "scan", "scan.png, QR code 1"), (&*one, "scan (2)", "scan.png, QR code 2")]);
}

#[test]
fn one_of_two_codes_that_is_no_configuration_does_not_spoil_the_other() {
    let (first, second) = (text("https://vpn.example.org/install", 4), text(&conf(2), 4));
    let mut both = white(first.width().max(second.width()), first.height() + second.height());
    imageops::replace(&mut both, &first, 0, 0);
    imageops::replace(&mut both, &second, 0, i64::from(first.height()));
    let import = read(&png(&both));
    assert_eq!(import.drafts.len(), 1);
    assert_eq!(import.refusals.len(), 1);
    let refusal = &import.refusals[0];
    assert_eq!((refusal.source.as_str(), foreign(&refusal.reason)), ("scan.png, QR code 1", Some(Foreign::Link)));
}

#[test]
fn what_is_no_configuration_is_named_and_never_followed() {
    for (content, kind) in [
        ("https://evil.example/", Foreign::Link),
        ("file:///etc/shadow", Foreign::Link),
        ("wireguard://secret@vpn.example:51820", Foreign::WireGuardLink),
        ("<html><body>", Foreign::Html),
        ("client\nremote vpn.example.org 1194\n", Foreign::OpenVpn),
    ] {
        let reason = refused(&png(&text(content, 6)));
        assert_eq!(foreign(&reason), Some(kind), "{content}");
        assert!(!format!("{:?}", ImportReason::from(&reason)).contains(content), "{content}");
    }
    for content in ["javascript:alert(1)", "WIFI:S:cafe;T:WPA;P:secret;;", "<b>x</b>"] {
        let reason = refused(&png(&text(content, 6)));
        assert_eq!(reason, Reason::NotConfiguration, "{content}");
        assert!(!format!("{:?}", ImportReason::from(&reason)).contains(content), "{content}");
    }
    let latin1 = drawn(&[QrSegment::make_bytes(b"[Interface]\n# B\xfcro\n")], 6);
    assert_eq!(refused(&png(&latin1)), DocumentError::NotUtf8 { line: 2, column: 4 }.into());
}

/// Returns the kind of file that a code was recognized as.
fn foreign(reason: &Reason) -> Option<Foreign> {
    match reason {
        Reason::Errors(found) => found.iter().find_map(|found| match found.code {
            Code::Foreign(kind) => Some(kind),
            _ => None,
        }),
        _ => None,
    }
}

#[test]
fn an_eci_of_utf_8_is_read_and_an_empty_code_is_an_empty_configuration() {
    let bytes = QrSegment::make_bytes(conf(1).as_bytes());
    let import = read(&png(&drawn(&[QrSegment::make_eci(26), bytes.clone()], 4)));
    assert_eq!(*import.drafts[0].text, conf(1));
    let picture = text("", 6);
    assert!(matches!(refused(&png(&picture)), Reason::Errors(_)));
}

/// The code has version 2 and 34 bytes of data: the header of part 1 of 2, then a byte segment.
#[test]
fn one_part_of_a_code_in_several_is_refused() {
    let mut data = vec![0x30, 0x10, 0x04, 0x00];
    data.resize(34, 0xec);
    let code = qrcodegen::QrCode::encode_codewords(qrcodegen::Version::new(2), QrCodeEcc::Low, &data, None);
    let picture = GrayImage::from_fn(33 * 6, 33 * 6, |x, y| {
        let module = |pixel: u32| i32::try_from(pixel / 6).unwrap() - 4;
        Luma([if code.get_module(module(x), module(y)) { 0 } else { 255 }])
    });
    assert_eq!(refused(&png(&picture)), Reason::Picture(PictureError::Unreadable));
}

#[test]
fn the_largest_code_is_read() {
    let mut longest = conf(1);
    longest.push_str(&format!("#{}", "x".repeat(QR_BYTES - longest.len() - 1)));
    assert_eq!(longest.len(), QR_BYTES);
    let code = QrCode::new(&Document::parse(longest.as_bytes()).unwrap()).unwrap();
    let import = read(&code.png().unwrap());
    assert_eq!(*import.drafts[0].text, longest);
}

#[test]
fn pictures_without_a_code_and_the_smallest_ones_say_so() {
    for picture in [white(1, 1), white(2, 1), white(1, 500), white(300, 300), GrayImage::new(300, 300)] {
        assert_eq!(refused(&png(&picture)), Reason::Picture(PictureError::NoCode));
    }
}

#[test]
fn a_damaged_code_is_told_from_none() {
    let mut code = text(&conf(1), 6);
    let side = code.width();
    for y in side / 3..side * 2 / 3 {
        for x in side / 3..side * 2 / 3 {
            code.put_pixel(x, y, Luma([255]));
        }
    }
    assert_eq!(refused(&png(&code)), Reason::Picture(PictureError::Unreadable));
}

/// Returns a PNG whose header states any size, with a matching checksum.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(&white(8, 8));
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = rawzip::crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

#[test]
fn a_picture_that_claims_too_many_pixels_is_refused_by_its_header() {
    for (width, height) in [(20_000, 20_000), (20_001, 1000), (1, 20_000_001), (5000, 4001)] {
        assert_eq!(refused(&claiming(width, height)), Reason::Picture(PictureError::TooManyPixels { width, height }));
    }
    for (width, height) in [(i32::MAX as u32, i32::MAX as u32), (0, 0), (0, 5), (u32::MAX, 1)] {
        let reason = refused(&claiming(width, height));
        assert!(matches!(reason, Reason::Picture(PictureError::Damaged | PictureError::TooManyPixels { .. })), "{reason:?}");
    }
    assert_eq!(
        refused(&claiming(5000, 4000)),
        Reason::Picture(PictureError::Damaged),
        "what is allowed is decoded, and is not there"
    );
}

#[test]
fn a_picture_with_too_many_bytes_is_not_looked_at() {
    let mut bytes = png(&text(&conf(1), 4));
    bytes.resize(PICTURE_BYTES + 1, 0);
    assert_eq!(refused(&bytes), Reason::Picture(PictureError::TooLarge { bytes: PICTURE_BYTES + 1 }));
}

#[test]
fn other_kinds_of_pictures_are_named() {
    for bytes in [&b"GIF89a\x01\0\x01\0\0\0\0"[..], b"\0\0\0\x18ftypheic\0\0\0\0"] {
        assert_eq!(refused(bytes), Reason::Picture(PictureError::Format));
    }
}

#[test]
fn a_picture_cut_off_anywhere_is_refused_without_a_panic() {
    let picture = DynamicImage::ImageLuma8(text("x", 2));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let whole = encoded(&picture, format);
        for length in (12..whole.len()).step_by(if whole.len() > 2000 { 7 } else { 1 }) {
            let import = read(&whole[..length]);
            assert!(import.drafts.is_empty() && !import.refusals.is_empty(), "{format:?} {length}");
        }
    }
}

/// Draws one corner of a code, 7 modules of `scale` pixels.
fn corner(picture: &mut GrayImage, left: u32, top: u32, scale: u32) {
    for y in 0..7 * scale {
        for x in 0..7 * scale {
            let (column, row) = (x / scale, y / scale);
            let ring = column == 0 || column == 6 || row == 0 || row == 6;
            let stone = (2..5).contains(&column) && (2..5).contains(&row);
            if left + x < picture.width() && top + y < picture.height() {
                picture.put_pixel(left + x, top + y, Luma([if ring || stone { 0 } else { 255 }]));
            }
        }
    }
}

#[test]
fn thousands_of_corners_do_not_make_anybody_wait() {
    let mut picture = white(2400, 2400);
    for top in (0..2400).step_by(8) {
        for left in (0..2400).step_by(8) {
            corner(&mut picture, left, top, 1);
        }
    }
    assert_eq!(refused(&png(&picture)), Reason::Picture(PictureError::TooConfusing));
}

/// Fewer corners than the limit, so that all triples of them are tried until the budget is used up.
#[test]
fn hundreds_of_corners_of_any_size_do_not_make_anybody_wait() {
    for (scale, gap) in [(1, 9), (2, 30), (5, 12), (9, 40)] {
        let mut picture = white(1400, 1400);
        let step = 7 * scale + gap;
        let places = (0..).map(|at| 4 + at * step).take_while(|at| at + 7 * scale < 1400);
        for (left, top) in places.clone().take(30).flat_map(|left| places.clone().take(30).map(move |top| (left, top))) {
            corner(&mut picture, left, top, scale);
        }
        let reason = refused(&png(&picture));
        assert!(matches!(reason, Reason::Picture(_)), "{reason:?}");
    }
}

#[test]
fn noise_does_not_make_anybody_wait() {
    let mut state = 1_u32;
    let noise = GrayImage::from_fn(2000, 2000, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Luma([state.to_be_bytes()[0]])
    });
    let reason = refused(&png(&noise));
    assert!(
        matches!(reason, Reason::Picture(PictureError::NoCode | PictureError::TooConfusing | PictureError::Unreadable)),
        "{reason:?}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Corners in places where no code has them mislead the search: it must return, and nothing may panic.
    #[test]
    fn corners_anywhere_are_survived(
        corners in prop::collection::vec((0u32..400, 0u32..400, 1u32..12), 3..9),
        shear in -0.6f64..0.6,
    ) {
        let mut picture = white(400, 400);
        for (left, top, scale) in corners {
            corner(&mut picture, left, top, scale);
        }
        let leaning = GrayImage::from_fn(400, 400, |x, y| {
            let from = f64::from(x) + shear * f64::from(y);
            if (0.0..400.0).contains(&from) { *picture.get_pixel(from as u32, y) } else { Luma([255]) }
        });
        prop_assert!(read(&png(&leaning)).drafts.is_empty());
    }

    #[test]
    fn a_changed_picture_file_is_survived(position in 0usize..4000, value: u8) {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let mut bytes = encoded(&DynamicImage::ImageLuma8(text("x", 3)), format);
            let position = 12 + position % (bytes.len() - 12);
            bytes[position] = value;
            prop_assert!(read(&bytes).drafts.is_empty());
        }
    }
}
