//! QR codes in pictures: PNG, JPEG, WebP.
//!
//! The picture's size is read from its header and judged before a pixel is decoded; the search for codes has a budget, see
//! [`pixels`].

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use zeroize::Zeroizing;

use crate::conf::Conf;
use crate::limits::{DIAGNOSTICS, PICTURE_BYTES, PICTURE_MEMORY, PICTURE_PIXELS, QR_BYTES};
use crate::names::Names;
use crate::outcome::Import;

mod pixels;
mod search;

/// Pixels of the picture in which codes are looked for first. Large photographs are sharper, faster to read and less noisy when
/// they are made smaller.
const FIRST_LOOK_PIXELS: u64 = 2_000_000;

/// Why a picture, or a code in it, is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PictureError {
    /// GIF, HEIC and others.
    #[error("pictures of this kind cannot be read; save it as PNG, JPEG or WebP")]
    Format,
    /// More than [`PICTURE_BYTES`].
    #[error("the picture has {bytes} bytes; 10 MiB is the most that is taken: cut out the QR code")]
    TooLarge {
        /// How many.
        bytes: usize,
    },
    /// More than [`PICTURE_PIXELS`], or more memory for them than [`PICTURE_MEMORY`].
    #[error("the picture has {width} x {height} pixels, which is too many; cut out the QR code")]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// Cut off, or not written by the rules.
    #[error("the picture is damaged or cut off; copy or download it again")]
    Damaged,
    /// No QR code found.
    #[error("there is no QR code to be seen in the picture; it should be sharp, straight, and have a white margin")]
    NoCode,
    /// Marks of a QR code, and no sense in them.
    #[error("the QR code cannot be read; take a sharper picture of it, from straight ahead")]
    Unreadable,
    /// The search took more than any real picture needs.
    #[error("the picture is too confusing to look for a QR code in; cut out the code, with a white margin")]
    TooConfusing,
}

/// Makes drafts of the QR codes in a picture.
pub(crate) fn import(file_name: &str, bytes: &[u8], names: &mut Names) -> Import {
    let mut import = Import::default();
    let codes = match decode(bytes).and_then(|picture| find(&picture)) {
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

fn decode(bytes: &[u8]) -> Result<DynamicImage, PictureError> {
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
    DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Damaged)
}

/// What the codes hold, from the top to the bottom of the picture; none for one that cannot be read.
fn find(picture: &DynamicImage) -> Result<Vec<Option<Zeroizing<Vec<u8>>>>, PictureError> {
    let pixels = u64::from(picture.width()) * u64::from(picture.height());
    let mut found = if pixels > FIRST_LOOK_PIXELS {
        // Without floating point: halve until it fits.
        let mut halvings = 0;
        while pixels >> (2 * halvings) > FIRST_LOOK_PIXELS {
            halvings += 1;
        }
        let smaller = picture.thumbnail(picture.width() >> halvings, picture.height() >> halvings);
        search::codes(&smaller.into_luma8()).or_else(|error| match error {
            PictureError::TooConfusing => Ok(Vec::new()),
            other => Err(other),
        })?
    } else {
        Vec::new()
    };
    if !found.iter().any(Option::is_some) {
        found = search::codes(&picture.to_luma8())?;
    }
    if found.is_empty() { Err(PictureError::NoCode) } else { Ok(found) }
}

/// More than any QR code becomes when it is read: 7,089 digits.
const TEXT_CAPACITY: usize = 8192;
const _: () = assert!(TEXT_CAPACITY > QR_BYTES);
