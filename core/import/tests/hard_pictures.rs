//! Tests how many hard pictures of a QR code are read: kinds of damage that photographs and screenshots have, each from slight to
//! so strong that nothing reads the code.

mod support;

use std::io::Cursor;

use adit_import::{Names, import};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use qrcodegen::QrCodeEcc;
use support::conf;

fn is_read(picture: &GrayImage, texts: &[&str]) -> bool {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture.clone()).write_to(&mut bytes, ImageFormat::Png).unwrap();
    let import = import("scan.png", bytes.get_ref(), &mut Names::default());
    let mut read: Vec<&str> = import.drafts.iter().map(|draft| &**draft.text).collect();
    read.sort_unstable();
    // A wrong text is worse than none.
    assert!(read.iter().all(|text| texts.contains(text)), "a text that is not in the picture: {import:?}");
    read.len() == texts.len()
}

/// Draws the code of a tunnel, with modules of `scale` pixels.
fn code(scale: u32) -> GrayImage {
    code_of(&conf(1), scale)
}

fn code_of(text: &str, scale: u32) -> GrayImage {
    let code = qrcodegen::QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let side = u32::try_from(code.size()).unwrap() + 8;
    GrayImage::from_fn(side * scale, side * scale, |x, y| {
        let module = |pixel: u32| i32::try_from(pixel / scale).unwrap() - 4;
        Luma([if code.get_module(module(x), module(y)) { 0 } else { 255 }])
    })
}

/// Puts a picture on a larger one of this brightness.
fn on_ground(picture: &GrayImage, width: u32, height: u32, ground: u8) -> GrayImage {
    let mut whole = GrayImage::from_pixel(width, height, Luma([ground]));
    imageops::overlay(&mut whole, picture, i64::from((width - picture.width()) / 2), i64::from((height - picture.height()) / 2));
    whole
}

/// Changes each pixel.
fn map(picture: &GrayImage, change: impl Fn(u32, u32, f64) -> f64) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        Luma([change(x, y, f64::from(picture.get_pixel(x, y).0[0])).clamp(0.0, 255.0) as u8])
    })
}

/// Returns numbers between -1 and 1.
fn random(x: u32, y: u32) -> f64 {
    let mut state = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
    for _ in 0..3 {
        state = (state ^ (state >> 15)).wrapping_mul(0x2c1b_3c6d).rotate_left(13);
    }
    f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0
}

/// Draws the picture as seen through `to_source`, which maps places of the result to places of the picture, both from the middle.
fn warped(picture: &GrayImage, width: u32, height: u32, to_source: impl Fn(f64, f64) -> (f64, f64)) -> GrayImage {
    let middle = |length: u32| f64::from(length) / 2.0;
    GrayImage::from_fn(width, height, |x, y| {
        let (u, v) = to_source(f64::from(x) - middle(width), f64::from(y) - middle(height));
        let (u, v) = (u + middle(picture.width()), v + middle(picture.height()));
        let (column, row) = (u.floor(), v.floor());
        let at = |column: f64, row: f64| {
            let inside = (0.0..f64::from(picture.width())).contains(&column) && (0.0..f64::from(picture.height())).contains(&row);
            if inside { f64::from(picture.get_pixel(column as u32, row as u32).0[0]) } else { 210.0 }
        };
        let (right, below) = (u - column, v - row);
        let upper = at(column, row) * (1.0 - right) + at(column + 1.0, row) * right;
        let lower = at(column, row + 1.0) * (1.0 - right) + at(column + 1.0, row + 1.0) * right;
        Luma([(upper * (1.0 - below) + lower * below) as u8])
    })
}

fn rotated(picture: &GrayImage, degrees: f64) -> GrayImage {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let side = f64::from(picture.width()) * 1.5;
    warped(picture, side as u32, side as u32, |x, y| (x * cosine + y * sine, y * cosine - x * sine))
}

/// The picture lies on a table: its far side is `tilt` times as large as its near side.
fn tilted(picture: &GrayImage, tilt: f64) -> GrayImage {
    let side = f64::from(picture.width());
    let size = (side * 1.3) as u32;
    warped(picture, size, size, |x, y| {
        let depth = 1.0 + (1.0 - tilt) * (0.5 - y / side);
        (x * depth, y * depth)
    })
}

/// A kind of damage, and the pictures with it.
type Kind = (&'static str, Vec<GrayImage>);

fn kinds() -> Vec<Kind> {
    let normal = code(6);
    let noisy = |picture: &GrayImage, strength: f64| map(picture, |x, y, luma| luma * 0.6 + 50.0 + random(x, y) * strength);
    let salted = |share: f64| {
        map(&normal, move |x, y, luma| match random(x, y) {
            dice if dice < -1.0 + share => 0.0,
            dice if dice > 1.0 - share => 255.0,
            _ => luma,
        })
    };
    vec![
        ("faint", [60.0, 30.0, 16.0, 8.0, 4.0].map(|range| map(&normal, |_, _, luma| 120.0 + luma / 255.0 * range)).to_vec()),
        ("inverted and faint", [90.0, 40.0, 20.0].map(|range| map(&normal, |_, _, luma| 150.0 - luma / 255.0 * range)).to_vec()),
        ("turned", [5.0, 13.0, 30.0, 45.0, 71.0].map(|degrees| rotated(&normal, degrees)).to_vec()),
        ("small", [1, 2, 3].map(|scale| on_ground(&code(scale), 1400, 900, 235)).to_vec()),
        (
            "small between pixels",
            [1.3, 1.6, 1.9, 2.4].map(|scale| warped(&normal, 500, 500, move |x, y| (x * 6.0 / scale, y * 6.0 / scale))).to_vec(),
        ),
        ("noisy", [40.0, 80.0, 110.0, 140.0, 180.0].map(|strength| noisy(&normal, strength)).to_vec()),
        ("speckled", [0.05, 0.1, 0.2, 0.3, 0.4].map(salted).to_vec()),
        ("from below", [0.9, 0.75, 0.6, 0.5, 0.4].map(|tilt| tilted(&normal, tilt)).to_vec()),
        ("out of focus", [1.5, 2.5, 3.5, 4.0, 4.5].map(|sigma| imageops::blur(&normal, sigma)).to_vec()),
        (
            "in a shadow",
            [0.5, 0.3, 0.2, 0.1]
                .map(|light| map(&normal, move |x, y, luma| (luma * 0.8 + 40.0) * if x + y < 450 { light } else { 1.0 }))
                .to_vec(),
        ),
        (
            "blurred, noisy and turned",
            [(1.0, 30.0), (1.5, 50.0), (2.0, 70.0), (2.5, 80.0)]
                .map(|(sigma, strength)| noisy(&imageops::blur(&rotated(&normal, 17.0), sigma), strength))
                .to_vec(),
        ),
        ("large in a photograph", [12, 24].map(|scale| noisy(&imageops::blur(&code(scale), 3.0), 60.0)).to_vec()),
    ]
}

/// The pictures of each kind that are read.
const READ: &[(&str, usize)] = &[
    ("faint", 5),
    ("inverted and faint", 3),
    ("turned", 5),
    ("small", 3),
    ("small between pixels", 4),
    ("noisy", 4),
    ("speckled", 3),
    ("from below", 5),
    ("out of focus", 2),
    ("in a shadow", 4),
    ("blurred, noisy and turned", 3),
    ("large in a photograph", 2),
];

#[test]
fn hard_pictures_are_read() {
    let text = conf(1);
    let mut total = (0, 0);
    let mut counts = Vec::new();
    for (kind, pictures) in kinds() {
        let read: Vec<bool> = pictures.iter().map(|picture| is_read(picture, &[&text])).collect();
        let count = read.iter().filter(|is_read| **is_read).count();
        println!("{kind}: {count} of {} {read:?}", read.len());
        total = (total.0 + count, total.1 + read.len());
        counts.push((kind, count));
    }
    println!("{} of {}", total.0, total.1);
    assert_eq!(counts, READ);
}

#[test]
fn several_codes_in_one_picture_are_all_read() {
    let texts: Vec<String> = (1..=6).map(conf).collect();
    let mut page = GrayImage::from_pixel(1500, 1100, Luma([230]));
    for (index, text) in texts.iter().enumerate() {
        let picture = rotated(&code_of(text, 4), index as f64 * 4.0);
        let small = imageops::resize(&picture, 470, 470, imageops::FilterType::Triangle);
        let index = i64::try_from(index).unwrap();
        imageops::overlay(&mut page, &small, 15 + index % 3 * 490, 20 + index / 3 * 530);
    }
    assert!(is_read(&page, &texts.iter().map(String::as_str).collect::<Vec<_>>()));
}
