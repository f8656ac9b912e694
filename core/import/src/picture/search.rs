//! Finds and decodes QR codes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use rqrr::PreparedImage;
use zeroize::Zeroizing;

use super::pixels::{Pixels, Spent};
use super::{Code, PictureError, TEXT_CAPACITY};

/// Returns the codes from top to bottom; finding none is an error.
pub(super) fn codes(picture: &GrayImage) -> Result<Vec<Code>, PictureError> {
    let mut found = contained(|| search(picture.clone()))?;
    // Inverted, for light codes on a dark background, as in a terminal.
    if !found.iter().any(Option::is_some) {
        let mut inverted = picture.clone();
        image::imageops::invert(&mut inverted);
        found.extend(contained(|| search(inverted))?);
    }
    if found.is_empty() { Err(PictureError::NoCode) } else { Ok(found) }
}

/// Contains a panic of the search, which malicious pictures can cause (the library asserts its intermediate results). Nothing
/// that the search used is examined afterwards.
fn contained(search: impl FnOnce() -> Vec<Code>) -> Result<Vec<Code>, PictureError> {
    catch_unwind(AssertUnwindSafe(search)).map_err(|cause| match cause.downcast::<Spent>() {
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

#[cfg(test)]
mod tests {
    use image::{GenericImageView, Luma};

    use super::*;

    #[test]
    fn a_search_that_never_ends_is_ended() {
        let pixels = Pixels::new(GrayImage::new(10, 10));
        let endless = || loop {
            let (width, _) = pixels.clone().dimensions();
            assert_eq!((pixels.get_pixel(width - 1, 0), width), (Luma([0]), 10));
        };
        assert_eq!(contained(endless), Err(PictureError::TooConfusing));
    }

    #[test]
    fn a_search_that_panics_finds_nothing_and_harms_nobody() {
        assert_eq!(contained(|| panic!("an assertion of the search's own")), Err(PictureError::Unreadable));
    }
}
