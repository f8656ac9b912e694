//! The picture as the search for QR codes sees it, with a budget.
//!
//! The search is a library's, and a picture decides the length of its loops: three marks placed with intent send it looking for a
//! fourth for hours, thousands of marks make it try all pairs, and a few make it fail an assertion. It asks for pixels one by one,
//! so the place to stop it is here: when the budget is spent, the search is unwound and the picture refused.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::rc::Rc;

use image::{GenericImage, GenericImageView, GrayImage, Luma};
use zeroize::Zeroize;

use crate::limits::{QR_CORNERS, QR_LOOKS, QR_LOOKS_PER_PIXEL};

/// What the search is unwound with when its budget is spent.
pub(super) struct Spent;

/// A greyscale picture that counts how often it is read.
pub(super) struct Pixels {
    picture: GrayImage,
    budget: Rc<Budget>,
    painted: u8,
}

/// What copies of a picture have in common.
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

/// The colours with which the search paints a corner of a code, this one and then that; it does so nowhere else.
const TRACED: u8 = 4;
const CORNER: u8 = 2;

impl GenericImageView for Pixels {
    type Pixel = Luma<u8>;

    /// Also asked at each step outside the picture.
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
        // Bytes are copied many at a time.
        self.budget.look(u64::try_from(self.picture.len()).unwrap_or(u64::MAX) / 4);
        Self { picture: self.picture.clone(), budget: Rc::clone(&self.budget), painted: self.painted }
    }
}

impl Drop for Pixels {
    /// A code with a private key may have been in it.
    fn drop(&mut self) {
        self.picture.zeroize();
    }
}
