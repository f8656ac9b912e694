//! Reads QR codes in pictures: PNG, JPEG, WebP.
//!
//! The picture's size is read from its header and checked before a pixel is decoded. The search for codes has a budget, see
//! [`pixels`].

use std::io::Cursor;

use adit_config::detect::{self, Foreign};
use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayAlphaImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, Luma, LumaA};
use zeroize::{Zeroize, Zeroizing};

use crate::conf::Conf;
use crate::limits::{DIAGNOSTICS, PICTURE_BYTES, PICTURE_MEMORY, PICTURE_PIXELS, QR_BYTES};
use crate::names::Names;
use crate::outcome::Import;

mod pixels;
mod search;

/// A picture with more pixels is searched in a reduced size first, which is faster and reduces the noise of photographs. One with
/// fewer pixels is searched in an enlarged size last, which makes the edges of a blurred code straighter.
const WORKING_PIXELS: u64 = 2_000_000;

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

/// Creates drafts of the QR codes in a picture.
pub(crate) fn import(file_name: &str, bytes: &[u8], names: &mut Names) -> Import {
    let mut import = Import::default();
    let codes = match decode(bytes).and_then(find_on_any_ground) {
        Ok(codes) => codes,
        Err(error) => {
            import.refuse(file_name, error);
            return import;
        }
    };
    let count = codes.len();
    for (index, code) in codes.into_iter().enumerate() {
        let source = if count == 1 { file_name.to_owned() } else { format!("{file_name}, QR code {}", index + 1) };
        match code {
            Some(text) => import.add(&source, file_name, Conf::read(&text, DIAGNOSTICS), names),
            None => import.refuse(&source, PictureError::Unreadable),
        }
    }
    import
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
        return find(picture.into_luma8());
    }
    let mut picture = picture.into_luma_alpha8();
    let is_opaque = picture.pixels().all(|LumaA([_, alpha])| *alpha == u8::MAX);
    let mut seen = find(on_ground(&picture, u8::MAX));
    if !is_opaque && !is_read(&seen) {
        seen = better(seen, find(on_ground(&picture, 0)));
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

/// Finds the codes from top to bottom, in the first size of the picture in which one can be read.
fn find(mut picture: GrayImage) -> Result<Vec<Code>, PictureError> {
    let pixels = u64::from(picture.width()) * u64::from(picture.height());
    let mut seen = Err(PictureError::NoCode);
    if pixels > WORKING_PIXELS {
        seen = better(seen, search::codes(&shrunk(&picture, pixels)));
    }
    if !is_read(&seen) {
        seen = better(seen, search::codes(&picture));
    }
    if !is_read(&seen) && pixels <= WORKING_PIXELS {
        let (width, height) = (picture.width() * 2, picture.height() * 2);
        seen = better(seen, search::codes(&imageops::resize(&picture, width, height, FilterType::Triangle)));
    }
    picture.zeroize();
    seen
}

/// Halves the picture until it has at most [`WORKING_PIXELS`].
fn shrunk(picture: &GrayImage, pixels: u64) -> GrayImage {
    let halvings = (1..).find(|halvings| pixels >> (2 * halvings) <= WORKING_PIXELS).unwrap_or(0);
    imageops::thumbnail(picture, (picture.width() >> halvings).max(1), (picture.height() >> halvings).max(1))
}

type Seen = Result<Vec<Code>, PictureError>;

fn is_read(seen: &Seen) -> bool {
    seen.as_ref().is_ok_and(|codes| codes.iter().any(Option::is_some))
}

/// Prefers readable codes to unreadable ones, and those to none.
fn better(first: Seen, second: Seen) -> Seen {
    if is_read(&second) || matches!(first, Err(PictureError::NoCode)) { second } else { first }
}

/// Capacity of the text buffer, more than the largest content of any QR code: 7,089 digits.
const TEXT_CAPACITY: usize = 8192;
const _: () = assert!(TEXT_CAPACITY > QR_BYTES);
