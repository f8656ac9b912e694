//! The forms of a picture in which QR codes are searched: sizes, filters, and ways to tell dark from light.
//!
//! Each form makes some pictures readable that no other does: a code may be faint, noisy, out of focus, a few pixels or half a
//! poster in size. The cheap and likely ones come first, and the first form in which everything is read ends the search.

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use rxing::Binarizer as _;
use rxing::common::{BitMatrix, GlobalHistogramBinarizer, HybridBinarizer};
use zeroize::Zeroize;

use super::search::{self, Budget};
use super::{Code, PictureError};

mod source;

use source::Source;

/// A picture with more pixels is searched in a reduced size first, which is faster and reduces the noise of photographs. One with
/// fewer pixels is searched in an enlarged size last, which makes the edges of a blurred code straighter.
const WORKING_PIXELS: u64 = 2_000_000;
/// The library counts pixels of a row in 16 bits.
const MAX_SIDE: u32 = u16::MAX as u32;
/// Both ends of the histogram that become black and white, as one part in so many pixels. A code is a larger part of its picture.
const OUTLIERS: usize = 1_000;
/// Radius of the blur in pixels, its standard deviation.
const BLUR: f32 = 1.0;

/// The effort of a search for codes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// As for a file: every form, until a code can be read.
    Thorough,
    /// As for one of many pictures of a camera: the picture as it is.
    Quick,
}

/// The codes of a form, or why there is none.
pub(super) type Seen = Result<Vec<Code>, PictureError>;

pub(super) fn is_read(seen: &Seen) -> bool {
    read_codes(seen) > 0
}

/// Prefers the form in which more codes are read, then one with a code, then one with a reason.
pub(super) fn better(first: Seen, second: Seen) -> Seen {
    let rank = |seen: &Seen| match seen {
        Ok(_) => (2, read_codes(seen)),
        Err(PictureError::NoCode) => (0, 0),
        Err(_) => (1, 0),
    };
    if rank(&second) > rank(&first) { second } else { first }
}

fn read_codes(seen: &Seen) -> usize {
    seen.as_ref().map_or(0, |codes| codes.iter().flatten().count())
}

/// Finds the codes of a picture from top to bottom.
pub(super) fn find(mut picture: GrayImage, effort: Effort) -> Seen {
    stretch(&mut picture);
    let mut search = Search { seen: Err(PictureError::NoCode), budget: Budget::default() };
    match effort {
        Effort::Quick => search.in_both_ways(&picture),
        Effort::Thorough => search.in_every_form(&picture),
    }
    picture.zeroize();
    search.seen
}

struct Search {
    seen: Seen,
    budget: Budget,
}

/// A way to tell dark from light.
#[derive(Clone, Copy)]
enum Threshold {
    /// One for each block of 8 by 8 pixels, from its surroundings: for shadows.
    Local,
    /// One for the picture, from its histogram: for large codes and for blur.
    Global,
}

impl Search {
    fn in_every_form(&mut self, picture: &GrayImage) {
        let pixels = u64::from(picture.width()) * u64::from(picture.height());
        if pixels > WORKING_PIXELS {
            let mut small = shrunk(picture, pixels);
            self.filtered(&small);
            if !self.is_done() {
                self.in_both_ways(picture);
            }
            self.in_size(&small, 1, 2);
            small.zeroize();
        } else {
            self.filtered(picture);
            self.in_size(picture, 1, 2);
            self.in_size(picture, 2, 1);
        }
    }

    /// As it is, without noise, and without the edges that a coarse print has.
    fn filtered(&mut self, picture: &GrayImage) {
        self.in_both_ways(picture);
        for filter in [|picture: &GrayImage| imageops::blur(picture, BLUR), median] {
            if !self.is_done() {
                let mut filtered = filter(picture);
                self.look(&filtered, Threshold::Local);
                filtered.zeroize();
            }
        }
    }

    fn in_both_ways(&mut self, picture: &GrayImage) {
        for threshold in [Threshold::Local, Threshold::Global] {
            self.look(picture, threshold);
        }
    }

    fn in_size(&mut self, picture: &GrayImage, times: u32, part: u32) {
        if !self.is_done() {
            let side = |length: u32| (length * times / part).max(1);
            let (width, height) = (side(picture.width()), side(picture.height()));
            let mut resized = imageops::resize(picture, width, height, FilterType::Triangle);
            self.in_both_ways(&resized);
            resized.zeroize();
        }
    }

    /// Searches dark codes on a light background, and then light ones, as in a terminal.
    fn look(&mut self, picture: &GrayImage, threshold: Threshold) {
        if self.is_done() {
            return;
        }
        let Some(mut dark) = dark_pixels(picture, threshold) else { return };
        for is_inverted in [false, true] {
            if is_inverted {
                dark.flip_self();
            }
            let seen = std::mem::replace(&mut self.seen, Err(PictureError::NoCode));
            self.seen = better(seen, search::codes(&dark, &mut self.budget));
            if self.is_done() {
                break;
            }
        }
        // The picture may contain a code with a private key. The library's own buffers are out of reach.
        dark.clear();
    }

    /// Returns true if every code that was seen is read, or the budget is used up.
    fn is_done(&self) -> bool {
        self.budget.is_used_up() || self.seen.as_ref().is_ok_and(|codes| codes.iter().all(Option::is_some))
    }
}

/// Returns the dark pixels; None if the picture has no size that the library can search.
fn dark_pixels(picture: &GrayImage, threshold: Threshold) -> Option<BitMatrix> {
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 || width > MAX_SIDE || height > MAX_SIDE {
        return None;
    }
    let source = Source::new(picture);
    // The library may fail an assertion. Nothing that it used is examined afterwards.
    let matrix = catch_unwind(AssertUnwindSafe(|| match threshold {
        Threshold::Local => HybridBinarizer::new(source).get_black_matrix().cloned(),
        Threshold::Global => GlobalHistogramBinarizer::new(source).get_black_matrix().cloned(),
    }));
    // A picture of one colour has no dark pixels.
    matrix.ok()?.ok()
}

/// Makes the darkest pixels black and the lightest white.
fn stretch(picture: &mut GrayImage) {
    let mut histogram = [0_usize; 256];
    picture.pixels().for_each(|Luma([luma])| histogram[usize::from(*luma)] += 1);
    let outliers = picture.as_raw().len() / OUTLIERS;
    let end = |mut values: Box<dyn Iterator<Item = u8>>| {
        let mut count = 0;
        values.find(|luma| {
            count += histogram[usize::from(*luma)];
            count > outliers
        })
    };
    let (Some(least), Some(most)) = (end(Box::new(0..=u8::MAX)), end(Box::new((0..=u8::MAX).rev()))) else { return };
    if least >= most {
        return;
    }
    let (least, span) = (u32::from(least), u32::from(most - least));
    let stretched: [u8; 256] = std::array::from_fn(|luma| {
        let above = (luma as u32).saturating_sub(least).min(span);
        // At most 255, because `above` is at most `span`.
        (above * 255 / span) as u8
    });
    picture.pixels_mut().for_each(|Luma([luma])| *luma = stretched[usize::from(*luma)]);
}

/// Halves the picture until it has at most [`WORKING_PIXELS`].
fn shrunk(picture: &GrayImage, pixels: u64) -> GrayImage {
    let halvings = (1..).find(|halvings| pixels >> (2 * halvings) <= WORKING_PIXELS).unwrap_or(0);
    imageops::thumbnail(picture, (picture.width() >> halvings).max(1), (picture.height() >> halvings).max(1))
}

/// Replaces each pixel by the median of the nine around it.
fn median(picture: &GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let near = |at: u32, step: u32, length: u32| (at + step).saturating_sub(1).min(length - 1);
    GrayImage::from_fn(width, height, |x, y| {
        let mut around: [u8; 9] = std::array::from_fn(|index| {
            let step = index as u32;
            picture.get_pixel(near(x, step % 3, width), near(y, step / 3, height)).0[0]
        });
        let (_, middle, _) = around.select_nth_unstable(4);
        Luma([*middle])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faint_picture_gets_its_whole_range_and_few_outliers_do_not_prevent_it() {
        let mut faint = GrayImage::from_fn(100, 100, |x, _| Luma([if x < 50 { 120 } else { 140 }]));
        faint.put_pixel(0, 0, Luma([0]));
        faint.put_pixel(99, 99, Luma([255]));
        stretch(&mut faint);
        assert_eq!((faint.get_pixel(10, 10).0, faint.get_pixel(90, 10).0), ([0], [255]));
        let mut plain = GrayImage::from_pixel(3, 3, Luma([7]));
        stretch(&mut plain);
        assert_eq!(plain.get_pixel(1, 1).0, [7]);
        stretch(&mut GrayImage::new(0, 0));
    }

    #[test]
    fn the_median_removes_single_pixels_and_keeps_edges() {
        let mut picture = GrayImage::from_fn(9, 9, |x, _| Luma([if x < 5 { 0 } else { 200 }]));
        let clean = picture.clone();
        picture.put_pixel(2, 2, Luma([255]));
        picture.put_pixel(7, 7, Luma([0]));
        assert_eq!(median(&picture), clean);
    }

    #[test]
    fn the_form_with_more_codes_is_preferred_and_a_reason_to_none() {
        let read = || Some(zeroize::Zeroizing::new(vec![1]));
        let (one, two) = (Ok(vec![read(), None]), Ok(vec![read(), read()]));
        assert_eq!(better(one, two), Ok(vec![read(), read()]));
        assert_eq!(better(Ok(vec![None]), Err(PictureError::TooConfusing)), Ok(vec![None]));
        assert_eq!(better(Err(PictureError::NoCode), Err(PictureError::TooConfusing)), Err(PictureError::TooConfusing));
    }
}
