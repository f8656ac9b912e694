//! Checks that the largest possible input takes a bounded amount of memory. There is only one test, so that nothing else is
//! measured.
#![cfg(target_os = "linux")]

mod support;

use std::fs;
use std::io::Cursor;

use adit_import::{Names, import};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use support::{File, conf, zip};

/// Returns the additional memory in MiB that `work` takes.
fn peak(work: impl FnOnce()) -> u64 {
    let read = |field: &str| {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(field)).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    };
    // Resets the recorded peak.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = read("VmRSS:");
    work();
    read("VmHWM:").saturating_sub(before)
}

#[test]
fn the_largest_picture_and_the_largest_archive_take_what_a_phone_has() {
    let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(5000, 4000, Rgba([250, 250, 250, 255])));
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
        let mut bytes = Cursor::new(Vec::new());
        match format {
            ImageFormat::Jpeg => picture.to_rgb8().write_to(&mut bytes, format).unwrap(),
            _ => picture.write_to(&mut bytes, format).unwrap(),
        }
        let taken = peak(|| assert!(import("a", bytes.get_ref(), &mut Names::default()).drafts.is_empty()));
        println!("{format:?}: {taken} MiB");
        assert!(taken < 220, "{format:?} takes {taken} MiB");
    }
    drop(picture);

    let noise: String = (0..4000_u32).map(|number| format!("# {:x}\n", number.wrapping_mul(2_654_435_761))).collect();
    let large = conf(1) + &noise + &"# the same again\n".repeat(58_000);
    let archive = zip(&(0..62).map(|number| File::new(&format!("{number}.conf"), large.clone())).collect::<Vec<_>>());
    let taken = peak(|| assert_eq!(import("a", &archive, &mut Names::default()).drafts.len(), 62));
    println!("archive: {taken} MiB");
    assert!(taken < 120, "the archive takes {taken} MiB");
}
