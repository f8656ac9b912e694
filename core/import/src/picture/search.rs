//! Looks for QR codes, and reads them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use rqrr::PreparedImage;
use zeroize::Zeroizing;

use super::pixels::{Pixels, Spent};
use super::{PictureError, TEXT_CAPACITY};

type Code = Option<Zeroizing<Vec<u8>>>;

/// What the codes hold, from the top to the bottom; none for one that cannot be read.
pub(super) fn codes(picture: &GrayImage) -> Result<Vec<Code>, PictureError> {
    let found = contained(picture.clone())?;
    // Light on dark, as in a terminal.
    if found.iter().any(Option::is_some) {
        return Ok(found);
    }
    let mut inverted = picture.clone();
    image::imageops::invert(&mut inverted);
    Ok(contained(inverted)?.into_iter().chain(found).collect())
}

/// The search may panic on pictures that were made for it; nothing that it used is looked at afterwards.
fn contained(picture: GrayImage) -> Result<Vec<Code>, PictureError> {
    catch_unwind(AssertUnwindSafe(|| search(picture))).map_err(|cause| match cause.downcast::<Spent>() {
        Ok(_) => PictureError::TooConfusing,
        Err(_) => PictureError::Unreadable,
    })
}

fn search(picture: GrayImage) -> Vec<Code> {
    if picture.width() == 0 || picture.height() == 0 {
        return Vec::new();
    }
    let mut prepared = PreparedImage::prepare(Pixels::new(picture));
    let mut grids = prepared.detect_grids();
    let top = |bounds: &[rqrr::Point; 4]| bounds.iter().map(|corner| (corner.y, corner.x)).min();
    grids.sort_by_key(|grid| top(&grid.bounds));
    let mut codes: Vec<Code> = Vec::new();
    for grid in grids {
        let mut text = Zeroizing::new(Vec::with_capacity(TEXT_CAPACITY));
        codes.push(grid.decode_to(&mut *text).is_ok().then_some(text));
    }
    codes
}
