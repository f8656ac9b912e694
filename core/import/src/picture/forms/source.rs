//! A picture as the library reads it, without a copy.

use std::borrow::Cow;

use image::GrayImage;
use rxing::LuminanceSource;

pub(super) struct Source<'picture> {
    luma: Cow<'picture, [u8]>,
    width: usize,
    height: usize,
}

impl<'picture> Source<'picture> {
    pub(super) fn new(picture: &'picture GrayImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        Self { luma: Cow::Borrowed(picture.as_raw()), width, height }
    }
}

impl LuminanceSource for Source<'_> {
    fn get_row(&self, y: usize) -> Option<Cow<'_, [u8]>> {
        self.luma.chunks_exact(self.width).nth(y).map(Cow::Borrowed)
    }

    fn get_column(&self, x: usize) -> Cow<'_, [u8]> {
        self.luma.iter().skip(x).step_by(self.width).copied().collect()
    }

    fn get_matrix(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.luma)
    }

    fn get_width(&self) -> usize {
        self.width
    }

    fn get_height(&self) -> usize {
        self.height
    }

    fn invert(&mut self) {
        self.luma.to_mut().iter_mut().for_each(|luma| *luma = u8::MAX - *luma);
    }

    fn get_luma8_point(&self, x: usize, y: usize) -> u8 {
        self.luma[y * self.width + x]
    }
}
