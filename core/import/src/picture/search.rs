//! Finds and decodes the QR codes among dark and light pixels.
//!
//! The steps are the library's: corners, triples of corners, modules, content. A picture determines how long they take. Thousands
//! of corners are compared with each other, and every triple of them could be a code. So this module makes the library's loop
//! itself, and counts: a picture with more of anything than a real one has is refused.
//!
//! Pictures made on purpose also make the library fail an assertion or index beyond an array. Each step is therefore a step that
//! may panic, and finds nothing if it does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::Exceptions;
use rxing::common::cpp_essentials::{ConcentricPattern, DecoderResult};
use rxing::common::{BitMatrix, DetectorRXingResult as _};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    EstimateModuleSize, FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};
use zeroize::Zeroizing;

use super::{Code, PictureError};
use crate::limits::{QR_CORNERS, QR_PLACES, QR_TRIES};

/// The library looks for corners in every third row.
const ROWS: usize = 3;

/// The triples of corners whose modules may still be read.
pub(super) struct Budget(u32);

impl Default for Budget {
    fn default() -> Self {
        Self(QR_TRIES)
    }
}

impl Budget {
    fn try_once(&mut self) -> Result<(), PictureError> {
        self.0 = self.0.checked_sub(1).ok_or(PictureError::TooConfusing)?;
        Ok(())
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.0 == 0
    }
}

/// Returns the codes from top to bottom; finding none is an error.
pub(super) fn codes(dark: &BitMatrix, budget: &mut Budget) -> Result<Vec<Code>, PictureError> {
    let mut found = Vec::new();
    let mut unreadable = Vec::new();
    let outcome = triples(dark).and_then(|triples| read(dark, triples, budget, &mut found, &mut unreadable));
    // Of many triples that share a corner, at most one is a code.
    for triple in unreadable {
        if found.iter().all(|(other, _)| !shares_a_corner(other, &triple)) {
            found.push((triple, None));
        }
    }
    found.sort_by(|(one, _), (other, _)| place(one).partial_cmp(&place(other)).unwrap_or(std::cmp::Ordering::Equal));
    match outcome {
        Err(error) if found.iter().all(|(_, code)| code.is_none()) => Err(error),
        _ if found.is_empty() => Err(PictureError::NoCode),
        _ => Ok(found.into_iter().map(|(_, code)| code).collect()),
    }
}

/// Returns the triples of corners that could belong to a code, the most plausible first.
fn triples(dark: &BitMatrix) -> Result<Vec<FinderPatternSet>, PictureError> {
    if places(dark) > QR_PLACES {
        return Err(PictureError::TooConfusing);
    }
    let Some(mut corners) = contained(|| FindFinderPatterns(dark, true, 0)) else { return Ok(Vec::new()) };
    if corners.len() > QR_CORNERS {
        return Err(PictureError::TooConfusing);
    }
    Ok(contained(|| GenerateFinderPatternSets(&mut corners)).unwrap_or_default())
}

/// Counts the places whose row of pixels looks like a corner: the condition is the library's, before it looks at the columns.
fn places(dark: &BitMatrix) -> usize {
    let mut count = 0;
    for y in (2..dark.height()).step_by(ROWS) {
        // The last five spans of one colour, the latest last, and the length of the present one.
        let (mut spans, mut length, mut is_dark) = ([0_u32; 5], 0, false);
        for x in 0..=dark.width() {
            let now = x < dark.width() && dark.get(x, y);
            if x < dark.width() && now == is_dark {
                length += 1;
                continue;
            }
            spans.rotate_left(1);
            spans[4] = length;
            let [first, gap, middle, other_gap, last] = spans;
            count += usize::from(is_dark && middle >= 3 && middle >= 2 * first.max(last) && middle >= gap.max(other_gap));
            (length, is_dark) = (1, now);
        }
    }
    count
}

type Found = (FinderPatternSet, Code);

/// Reads the triples that are codes into `found`. `unreadable` gets those with too many errors.
fn read(
    dark: &BitMatrix,
    triples: Vec<FinderPatternSet>,
    budget: &mut Budget,
    found: &mut Vec<Found>,
    unreadable: &mut Vec<FinderPatternSet>,
) -> Result<(), PictureError> {
    for triple in triples {
        if found.iter().any(|(other, _)| shares_a_corner(other, &triple)) || !is_plausible(dark, &triple) {
            continue;
        }
        budget.try_once()?;
        let decoded = contained(|| SampleQR(dark, &triple).and_then(|sampled| Decode(sampled.getBits())));
        match decoded {
            Some(Ok(decoded)) => match content(&decoded) {
                Some(content) => found.push((triple, Some(content))),
                None => unreadable.push(triple),
            },
            Some(Err(Exceptions::ChecksumException(_) | Exceptions::ReedSolomonException(_))) => unreadable.push(triple),
            Some(Err(_)) | None => {}
        }
    }
    Ok(())
}

/// Returns true if the modules of two corners have a size when they are measured towards each other, without which the library
/// reads nothing. Most triples of letters and icons fail here, and cost nothing of the budget.
fn is_plausible(dark: &BitMatrix, triple: &FinderPatternSet) -> bool {
    let is_measured = |one: ConcentricPattern, other: ConcentricPattern| {
        EstimateModuleSize(dark, one, other) > 0.0 && EstimateModuleSize(dark, other, one) > 0.0
    };
    contained(|| is_measured(triple.tl, triple.tr) || is_measured(triple.tl, triple.bl)).unwrap_or_default()
}

/// Returns the bytes of a code; None if it is one part of a text in several codes, or has an error behind its checksums.
fn content(decoded: &DecoderResult<bool>) -> Code {
    let is_whole = decoded.isValid() && decoded.structuredAppend().count < 0;
    is_whole.then(|| Zeroizing::new(decoded.content().bytes().to_vec()))
}

fn corners(triple: &FinderPatternSet) -> [ConcentricPattern; 3] {
    [triple.tl, triple.tr, triple.bl]
}

fn shares_a_corner(one: &FinderPatternSet, other: &FinderPatternSet) -> bool {
    corners(one).iter().any(|corner| corners(other).contains(corner))
}

/// Returns the place of the topmost corner: row and column.
fn place(triple: &FinderPatternSet) -> (f32, f32) {
    let top = |one: &(f32, f32), other: &(f32, f32)| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal);
    corners(triple).map(|corner| (corner.p.y, corner.p.x)).into_iter().min_by(top).unwrap_or_default()
}

/// Contains a panic of the library. Nothing that it used is examined afterwards.
fn contained<T>(step: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(step)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws rows of dark (`#`) and light pixels.
    fn drawn(row: &str, height: u32) -> BitMatrix {
        let mut matrix = BitMatrix::new(row.len() as u32, height).unwrap();
        for y in 0..height {
            row.bytes().enumerate().filter(|(_, pixel)| *pixel == b'#').for_each(|(x, _)| matrix.set(x as u32, y));
        }
        matrix
    }

    #[test]
    fn places_are_counted_in_every_third_row_at_the_edge_too() {
        for (row, count) in [("#.###.#", 1), ("#.###.#.###.#", 2), ("..#.###.#..", 1), ("#.##.#", 0), ("##.###.#", 0), ("", 0)] {
            if row.is_empty() {
                continue;
            }
            assert_eq!(places(&drawn(row, 7)), count * 2, "{row}");
        }
    }

    #[test]
    fn more_places_than_any_picture_has_are_not_searched() {
        let line = "#.###.#.".repeat(200);
        assert_eq!(codes(&drawn(&line, 600), &mut Budget::default()), Err(PictureError::TooConfusing));
    }

    #[test]
    fn a_step_that_panics_finds_nothing_and_harms_nobody() {
        assert_eq!(contained(|| -> u8 { panic!("an assertion of the library") }), None);
    }
}
