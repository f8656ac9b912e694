//! Reads QR codes in pictures: PNG, JPEG, WebP.
//!
//! The picture's size is read from its header and checked before a pixel is decoded. The search for codes has a budget, see
//! [`search`].

use std::io::Cursor;

use adit_config::detect::{self, Foreign};
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Luma, LumaA};
use zeroize::{Zeroize, Zeroizing};

use crate::conf::Conf;
use crate::limits::{DIAGNOSTICS, PICTURE_BYTES, PICTURE_MEMORY, PICTURE_PIXELS};
use crate::names::Names;
use crate::outcome::Import;

mod forms;
mod search;

pub use forms::Effort;
use forms::{better, find, is_read};

/// The reason why a picture, or a code in it, is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PictureError {
    /// The format is GIF, HEIC or another unsupported one.
    Format,
    /// The picture is larger than [`PICTURE_BYTES`].
    TooLarge {
        /// Size of the picture in bytes.
        bytes: usize,
    },
    /// The picture has more than [`PICTURE_PIXELS`], or they need more memory than [`PICTURE_MEMORY`].
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The picture is truncated or malformed.
    Damaged,
    /// No QR code was found.
    NoCode,
    /// A QR code was found but cannot be decoded.
    Unreadable,
    /// The search exceeded a budget that no real picture needs.
    TooConfusing,
}

/// A greyscale picture from a screen or a camera.
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The brightness of each pixel, row by row from the top, 0 for black; `width * height` bytes. Erased after the search,
    /// or when the picture is dropped.
    pub luma: Vec<u8>,
}

impl Pixels {
    /// Finds the QR codes in the picture.
    ///
    /// # Errors
    /// If there are none, or the number of pixels is wrong or above [`PICTURE_PIXELS`].
    pub fn search(mut self, effort: Effort) -> Result<Codes, PictureError> {
        let (width, height) = (self.width, self.height);
        let pixels = u64::from(width) * u64::from(height);
        if pixels > PICTURE_PIXELS {
            return Err(PictureError::TooManyPixels { width, height });
        }
        if self.luma.len() as u64 != pixels {
            return Err(PictureError::Damaged);
        }
        let picture = GrayImage::from_raw(width, height, std::mem::take(&mut self.luma)).ok_or(PictureError::Damaged)?;
        find(picture, effort).map(Codes)
    }
}

impl Drop for Pixels {
    fn drop(&mut self) {
        self.luma.zeroize();
    }
}

/// The QR codes of a picture, from top to bottom.
pub struct Codes(Vec<Code>);

impl Codes {
    /// Creates drafts. `source` is the picture's origin, for people; `file_name` is the name of which those of the drafts are made.
    pub fn import(self, source: &str, file_name: &str, names: &mut Names) -> Import {
        let mut import = Import::default();
        let count = self.0.len();
        for (index, code) in self.0.into_iter().enumerate() {
            let source = if count == 1 { source.to_owned() } else { format!("{source}, QR code {}", index + 1) };
            match code {
                Some(text) => import.add(&source, file_name, Conf::read(&text, DIAGNOSTICS), names),
                None => import.refuse(&source, PictureError::Unreadable),
            }
        }
        import
    }
}

/// Finds the QR codes in a picture file.
///
/// # Errors
/// If there are none, or the file is refused.
pub fn search_file(bytes: &[u8]) -> Result<Codes, PictureError> {
    decode(bytes).and_then(find_on_any_ground).map(Codes)
}

/// Creates drafts of the QR codes in a picture.
pub(crate) fn import(file_name: &str, bytes: &[u8], names: &mut Names) -> Import {
    match search_file(bytes) {
        Ok(codes) => codes.import(file_name, file_name, names),
        Err(error) => {
            let mut import = Import::default();
            import.refuse(file_name, error);
            import
        }
    }
}

/// Returns the number of pixels that [`import`](crate::import()) decodes of a file, from its header alone: 0 if it is no picture
/// or is refused without decoding.
pub fn pixels(bytes: &[u8]) -> u64 {
    let is_picture = detect::binary(bytes) == Some(Foreign::Image);
    let size = is_picture.then(|| decoder(bytes).ok()).flatten().map(|decoder| decoder.dimensions());
    size.map_or(0, |(width, height)| u64::from(width) * u64::from(height))
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    DynamicImage::from_decoder(decoder(bytes)?).map_err(|_| PictureError::Damaged)
}

/// Reads the header of a picture and checks its size.
fn decoder(bytes: &[u8]) -> Result<impl ImageDecoder + '_, PictureError> {
    if bytes.len() > PICTURE_BYTES {
        return Err(PictureError::TooLarge { bytes: bytes.len() });
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::Format)?;
    if !matches!(format, ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP) {
        return Err(PictureError::Format);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(PICTURE_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|_| PictureError::Damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PICTURE_PIXELS || decoder.total_bytes() > PICTURE_MEMORY {
        return Err(PictureError::TooManyPixels { width, height });
    }
    Ok(decoder)
}

/// The content of a code; `None` if it cannot be read.
type Code = Option<Zeroizing<Vec<u8>>>;

/// Finds the codes of a picture. A transparent picture is searched on a white background, and if that fails on a black one.
fn find_on_any_ground(picture: DynamicImage) -> Result<Vec<Code>, PictureError> {
    if !picture.color().has_alpha() {
        return find(picture.into_luma8(), Effort::Thorough);
    }
    let mut picture = picture.into_luma_alpha8();
    let is_opaque = picture.pixels().all(|LumaA([_, alpha])| *alpha == u8::MAX);
    let mut seen = find(on_ground(&picture, u8::MAX), Effort::Thorough);
    if !is_opaque && !is_read(&seen) {
        seen = better(seen, find(on_ground(&picture, 0), Effort::Thorough));
    }
    picture.zeroize();
    seen
}

/// Returns the picture as it appears on a background of this brightness.
fn on_ground(picture: &GrayAlphaImage, ground: u8) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let LumaA([luma, alpha]) = *picture.get_pixel(x, y);
        let (luma, alpha, ground) = (u16::from(luma), u16::from(alpha), u16::from(ground));
        // At most 255, because it is a weighted mean of two bytes.
        Luma([((luma * alpha + ground * (255 - alpha)) / 255) as u8])
    })
}
