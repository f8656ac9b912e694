//! The screen of an X server: everything that is on its root window.

use std::time::Duration;

use adit_bridge::{MAX_SCREEN_PIXELS, Pixels};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, ImageOrder};
use zeroize::Zeroizing;

/// Time for a closed dialog to leave the screen, and for what is behind it to be drawn.
pub(super) const PAUSE: Duration = Duration::from_millis(300);

/// The reason why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScreenError {
    #[error(transparent)]
    Connect(#[from] x11rb::errors::ConnectError),
    #[error(transparent)]
    Connection(#[from] x11rb::errors::ConnectionError),
    #[error(transparent)]
    Reply(#[from] x11rb::errors::ReplyError),
    /// Pixels are indexes of a palette, or of an unknown size.
    #[error("the X server's pixels are not red, green and blue")]
    Format,
}

/// Takes a picture of the whole screen, in every other pixel where it has too many to be searched.
pub(super) fn take() -> Result<Pixels, ScreenError> {
    let (connection, number) = x11rb::connect(None)?;
    let setup = connection.setup();
    let root = &setup.roots[number];
    let (width, height) = (root.width_in_pixels, root.height_in_pixels);
    let image = connection.get_image(ImageFormat::Z_PIXMAP, root.root, 0, 0, width, height, u32::MAX)?.reply()?;
    let visual = root.allowed_depths.iter().flat_map(|depth| &depth.visuals).find(|visual| visual.visual_id == image.visual);
    let format = setup.pixmap_formats.iter().find(|format| format.depth == image.depth);
    let (visual, format) = (visual.ok_or(ScreenError::Format)?, format.ok_or(ScreenError::Format)?);
    let layout = Layout {
        bytes: usize::from(format.bits_per_pixel) / 8,
        padding: usize::from(format.scanline_pad) / 8,
        is_most_significant_first: setup.image_byte_order == ImageOrder::MSB_FIRST,
        masks: [visual.red_mask, visual.green_mask, visual.blue_mask],
    };
    let data = Zeroizing::new(image.data);
    layout.pixels(&data, u32::from(width), u32::from(height)).ok_or(ScreenError::Format)
}

/// How the server writes a picture.
struct Layout {
    /// Bytes of a pixel.
    bytes: usize,
    /// A row is a multiple of so many bytes.
    padding: usize,
    is_most_significant_first: bool,
    /// The bits of red, green and blue.
    masks: [u32; 3],
}

impl Layout {
    fn pixels(&self, data: &[u8], width: u32, height: u32) -> Option<Pixels> {
        let is_known = (1..=4).contains(&self.bytes) && self.padding > 0 && self.masks.iter().all(|mask| *mask != 0);
        let row = (width as usize * self.bytes).next_multiple_of(self.padding.max(1));
        if !is_known || width == 0 || height == 0 || data.len() < row * height as usize {
            return None;
        }
        let step = (1..).find(|step| pixels_of(width, height, *step) <= MAX_SCREEN_PIXELS)?;
        let rows = data.chunks_exact(row).take(height as usize).step_by(step as usize);
        let pixels = rows.flat_map(|row| row.chunks_exact(self.bytes).take(width as usize).step_by(step as usize));
        // A list that grows would leave copies behind.
        let mut luma = Vec::with_capacity(usize::try_from(pixels_of(width, height, step)).ok()?);
        luma.extend(pixels.map(|pixel| self.luma(pixel)));
        Some(Pixels { width: width.div_ceil(step), height: height.div_ceil(step), luma })
    }

    /// Returns the brightness of a pixel (ITU-R BT.601).
    fn luma(&self, pixel: &[u8]) -> u8 {
        let join = |value: u32, byte: &u8| value << 8 | u32::from(*byte);
        let value = if self.is_most_significant_first { pixel.iter().fold(0, join) } else { pixel.iter().rev().fold(0, join) };
        let [red, green, blue] = self.masks.map(|mask| {
            let (bits, most) = ((value & mask) >> mask.trailing_zeros(), mask >> mask.trailing_zeros());
            u64::from(bits) * 255 / u64::from(most)
        });
        // At most 255, because it is a weighted mean of three bytes.
        ((299 * red + 587 * green + 114 * blue) / 1000) as u8
    }
}

fn pixels_of(width: u32, height: u32, step: u32) -> u64 {
    u64::from(width.div_ceil(step)) * u64::from(height.div_ceil(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUE_COLOUR: [u32; 3] = [0xff_0000, 0xff00, 0xff];

    #[test]
    fn pixels_of_each_usual_layout_have_their_brightness() {
        let little = Layout { bytes: 4, padding: 4, is_most_significant_first: false, masks: TRUE_COLOUR };
        let picture = little.pixels(&[255, 255, 255, 0, 0, 0, 255, 0], 2, 1).unwrap();
        assert_eq!((picture.width, picture.height, picture.luma.as_slice()), (2, 1, [255, 76].as_slice()));
        let big = Layout { is_most_significant_first: true, ..little };
        assert_eq!(big.pixels(&[0, 255, 0, 0], 1, 1).unwrap().luma, [76]);
        let sixteen = Layout { bytes: 2, padding: 4, is_most_significant_first: false, masks: [0xf800, 0x7e0, 0x1f] };
        let rows = [0xff, 0xff, 0, 0, 0xe0, 0x07, 0, 0];
        assert_eq!(sixteen.pixels(&rows, 1, 2).unwrap().luma, [255, 149], "rows end at a multiple of four bytes");
    }

    #[test]
    fn a_screen_with_too_many_pixels_is_taken_in_every_other_one() {
        let layout = Layout { bytes: 4, padding: 4, is_most_significant_first: false, masks: TRUE_COLOUR };
        let picture = layout.pixels(&vec![0; 4 * 8001 * 3001], 8001, 3001).unwrap();
        assert_eq!((picture.width, picture.height, picture.luma.len()), (4001, 1501, 4001 * 1501));
    }

    #[test]
    fn a_picture_that_is_shorter_than_it_says_or_has_a_palette_is_refused() {
        let layout = Layout { bytes: 4, padding: 4, is_most_significant_first: false, masks: TRUE_COLOUR };
        assert!(layout.pixels(&[0; 7], 2, 1).is_none());
        let palette = Layout { bytes: 1, masks: [0; 3], ..layout };
        assert!(palette.pixels(&[0; 4], 1, 1).is_none());
    }
}
