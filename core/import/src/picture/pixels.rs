//! The picture as seen by the search for QR codes, with a budget.
//!
//! The search is in a library, and a picture determines how long its loops run: three marks placed on purpose make it search for
//! a fourth for hours, thousands of marks make it try all pairs, and a few make it fail an assertion. It reads pixels one by one,
//! so this is the place to stop it: when the budget is used up, the search is unwound and the picture is refused.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::rc::Rc;

use image::{GenericImage, GenericImageView, GrayImage, Luma};
use zeroize::Zeroize;

use crate::limits::{QR_CORNERS, QR_LOOKS, QR_LOOKS_PER_PIXEL};

/// The payload with which the search is unwound when its budget is used up.
pub(super) struct Spent;

/// A greyscale picture that counts how often it is read.
pub(super) struct Pixels {
    picture: GrayImage,
    budget: Rc<Budget>,
    painted: u8,
}

/// The budget that copies of a picture share.
struct Budget {
    looks: Cell<u64>,
    corners: Cell<u32>,
}

impl Budget {
    fn look(&self, count: u64) {
        match self.looks.get().checked_sub(count) {
            Some(left) => self.looks.set(left),
            None => resume_unwind(Box::new(Spent)),
        }
    }

    fn corner(&self) {
        match self.corners.get().checked_sub(1) {
            Some(left) => self.corners.set(left),
            None => resume_unwind(Box::new(Spent)),
        }
    }
}

impl Pixels {
    pub(super) fn new(picture: GrayImage) -> Self {
        let looks = QR_LOOKS + QR_LOOKS_PER_PIXEL * u64::from(picture.width()) * u64::from(picture.height());
        let budget = Rc::new(Budget { looks: Cell::new(looks), corners: Cell::new(QR_CORNERS) });
        Self { picture, budget, painted: 0 }
    }
}

/// The two colours with which the search paints a corner of a code, in this order; it does so nowhere else.
const TRACED: u8 = 4;
const CORNER: u8 = 2;

impl GenericImageView for Pixels {
    type Pixel = Luma<u8>;

    /// Counts as a read, because the search also calls it at each step outside the picture.
    fn dimensions(&self) -> (u32, u32) {
        self.budget.look(1);
        self.picture.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.budget.look(1);
        *self.picture.get_pixel(x, y)
    }
}

impl GenericImage for Pixels {
    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.budget.look(1);
        let Luma([value]) = pixel;
        if value == CORNER && self.painted == TRACED {
            self.budget.corner();
        }
        self.painted = value;
        self.picture.put_pixel(x, y, pixel);
    }

    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.picture.get_pixel_mut(x, y)
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

impl Clone for Pixels {
    fn clone(&self) -> Self {
        // Counts as a quarter of the bytes, because many bytes are copied at a time.
        self.budget.look(u64::try_from(self.picture.len()).unwrap_or(u64::MAX) / 4);
        Self { picture: self.picture.clone(), budget: Rc::clone(&self.budget), painted: self.painted }
    }
}

impl Drop for Pixels {
    /// Erases the picture, because it may contain a code with a private key.
    fn drop(&mut self) {
        self.picture.zeroize();
    }
}
