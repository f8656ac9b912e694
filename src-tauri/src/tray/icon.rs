//! Draws the tray's icon: the mark of the app and a shape for the state, in several sizes.

use std::f64::consts::{PI, TAU};

use gtk::cairo::{Context, Error, Format, ImageSurface, LineCap, Operator};
use gtk::gdk_pixbuf::{Colorspace, Pixbuf};

use super::look::Badge;

/// Sides of the icons, pixels: those that panels ask for at one and two pixels a point.
const SIDES: [i32; 5] = [16, 22, 24, 32, 48];
/// Side of the icon in the menu, pixels.
const IN_MENU: i32 = 16;
/// Side of the drawing, as in `icons/icon.svg`.
const GRID: f64 = 20.0;
/// Centre and radius of the badge.
const CENTRE: f64 = 14.25;
const RADIUS: f64 = 5.25;

type Colour = (f64, f64, f64);
const AMBER: Colour = rgb(0xd9_77_06);
const GREY: Colour = rgb(0x8a_8a_8a);
const GREEN: Colour = rgb(0x16_a3_4a);
const BLUE: Colour = rgb(0x3b_82_f6);
const YELLOW: Colour = rgb(0xea_b3_08);
const RED: Colour = rgb(0xdc_26_26);

const fn rgb(value: u32) -> Colour {
    let [_, red, green, blue] = value.to_be_bytes();
    (red as f64 / 255.0, green as f64 / 255.0, blue as f64 / 255.0)
}

/// A picture: rows from the top, each pixel as alpha, red, green, blue, not premultiplied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pixmap {
    pub(crate) side: i32,
    pub(crate) argb: Vec<u8>,
}

/// Draws the icon in all sizes; without memory for a picture, that size is left out.
pub(crate) fn draw(badge: Badge) -> Vec<Pixmap> {
    SIDES.iter().filter_map(|side| draw_one(badge, *side).ok()).collect()
}

/// Draws the icon for the menu, as a PNG file; None without memory for it.
pub(crate) fn png(badge: Badge) -> Option<Vec<u8>> {
    let Pixmap { side, argb } = draw_one(badge, IN_MENU).ok()?;
    let rgba: Vec<u8> = argb.chunks_exact(4).flat_map(|pixel| [pixel[1], pixel[2], pixel[3], pixel[0]]).collect();
    Pixbuf::from_mut_slice(rgba, Colorspace::Rgb, true, 8, side, side, side * 4).save_to_bufferv("png", &[]).ok()
}

fn draw_one(badge: Badge, side: i32) -> Result<Pixmap, Error> {
    let mut surface = ImageSurface::create(Format::ARgb32, side, side)?;
    {
        let context = Context::new(&surface)?;
        let scale = f64::from(side) / GRID;
        context.scale(scale, scale);
        mark(&context, if matches!(badge, Badge::Away | Badge::Off) { GREY } else { AMBER })?;
        shape(&context, badge)?;
    }
    let stride = usize::try_from(surface.stride()).unwrap_or_default();
    let data = surface.data().map_err(|_| Error::SurfaceFinished)?;
    let width = usize::try_from(side).unwrap_or_default();
    let rows = data.chunks_exact(stride).map(|row| &row[..width * 4]);
    Ok(Pixmap { side, argb: rows.flat_map(|row| row.chunks_exact(4).flat_map(straight)).collect() })
}

/// Converts a pixel of cairo, a premultiplied number in the order of this processor.
fn straight(pixel: &[u8]) -> [u8; 4] {
    let [alpha, red, green, blue] = u32::from_ne_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]).to_be_bytes();
    let part = |part: u8| if alpha == 0 { 0 } else { u8::try_from(u32::from(part) * 255 / u32::from(alpha)).unwrap_or(255) };
    [alpha, part(red), part(green), part(blue)]
}

/// The mark of `icons/icon.svg`: the mouth of a mine, and the light at its end.
fn mark(context: &Context, colour: Colour) -> Result<(), Error> {
    set(context, colour);
    context.set_line_width(1.75);
    context.set_line_join(gtk::cairo::LineJoin::Round);
    context.move_to(2.0, 18.0);
    context.line_to(2.0, 10.0);
    context.arc(10.0, 10.0, 8.0, PI, TAU);
    context.line_to(18.0, 18.0);
    context.close_path();
    context.stroke()?;
    context.move_to(7.4, 18.0);
    context.line_to(7.4, 12.4);
    context.arc(10.0, 12.4, 2.6, PI, TAU);
    context.line_to(12.6, 18.0);
    context.close_path();
    context.fill()
}

fn shape(context: &Context, badge: Badge) -> Result<(), Error> {
    if matches!(badge, Badge::Off) {
        return Ok(());
    }
    if matches!(badge, Badge::Away) {
        // A line through the mark, with a gap on both sides.
        context.set_line_cap(LineCap::Round);
        for (operator, width) in [(Operator::Clear, 4.5), (Operator::Over, 1.75)] {
            context.set_operator(operator);
            context.set_line_width(width);
            context.move_to(2.0, 2.5);
            context.line_to(18.0, 18.5);
            context.stroke()?;
        }
        return Ok(());
    }
    // A gap between mark and badge, on panels of any colour.
    context.set_operator(Operator::Clear);
    context.arc(CENTRE, CENTRE, RADIUS + 1.0, 0.0, TAU);
    context.fill()?;
    context.set_operator(Operator::Over);
    let (near, far) = (CENTRE - RADIUS, CENTRE + RADIUS);
    match badge {
        Badge::Away | Badge::Off => Ok(()),
        Badge::Healthy => {
            set(context, GREEN);
            context.arc(CENTRE, CENTRE, RADIUS, 0.0, TAU);
            context.fill()
        }
        Badge::NoHandshake => {
            // A disc of which one half is filled.
            set(context, YELLOW);
            context.arc(CENTRE, CENTRE, RADIUS, PI / 2.0, PI * 1.5);
            context.fill()?;
            context.set_line_width(1.5);
            context.arc(CENTRE, CENTRE, RADIUS - 0.75, 0.0, TAU);
            context.stroke()
        }
        Badge::Silent => {
            set(context, YELLOW);
            context.move_to(CENTRE, near);
            context.line_to(far, far);
            context.line_to(near, far);
            context.close_path();
            context.fill()
        }
        Badge::Blocked => {
            // A square with a bar: no entry.
            set(context, RED);
            context.rectangle(near, near, RADIUS * 2.0, RADIUS * 2.0);
            context.fill()?;
            context.set_operator(Operator::Clear);
            context.rectangle(near + 2.0, CENTRE - 1.25, RADIUS * 2.0 - 4.0, 2.5);
            context.fill()
        }
        Badge::Paused => {
            set(context, BLUE);
            context.rectangle(CENTRE - 4.0, near + 0.5, 2.75, RADIUS * 2.0 - 1.0);
            context.rectangle(CENTRE + 1.25, near + 0.5, 2.75, RADIUS * 2.0 - 1.0);
            context.fill()
        }
        Badge::Busy => {
            set(context, BLUE);
            for at in [-4.0, 0.0, 4.0] {
                context.arc(CENTRE + at, CENTRE, 1.6, 0.0, TAU);
                context.fill()?;
            }
            Ok(())
        }
        Badge::Failed => {
            set(context, RED);
            context.set_line_cap(LineCap::Round);
            context.set_line_width(2.5);
            let (near, far) = (near + 1.5, far - 1.5);
            context.move_to(near, near);
            context.line_to(far, far);
            context.move_to(far, near);
            context.line_to(near, far);
            context.stroke()
        }
    }
}

fn set(context: &Context, (red, green, blue): Colour) {
    context.set_source_rgb(red, green, blue);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ALL: [Badge; 9] = [
        Badge::Away,
        Badge::Off,
        Badge::Paused,
        Badge::Failed,
        Badge::Healthy,
        Badge::Busy,
        Badge::NoHandshake,
        Badge::Silent,
        Badge::Blocked,
    ];

    /// The pixels that are more than half opaque.
    fn outline(pixmap: &Pixmap) -> Vec<bool> {
        pixmap.argb.chunks_exact(4).map(|pixel| pixel[0] > 127).collect()
    }

    #[test]
    fn every_state_can_be_told_apart_by_its_shape_alone_in_every_size() {
        for (index, side) in SIDES.iter().enumerate() {
            let shapes: BTreeSet<Vec<bool>> = ALL.iter().map(|badge| outline(&draw(*badge)[index])).collect();
            assert_eq!(shapes.len(), ALL.len(), "{side} pixels");
        }
    }

    #[test]
    fn the_icon_in_the_menu_is_that_of_the_tray() {
        let files: BTreeSet<Vec<u8>> = ALL.iter().filter_map(|badge| png(*badge)).collect();
        assert_eq!(files.len(), ALL.len());
        assert!(files.iter().all(|file| file.starts_with(b"\x89PNG")));
    }

    #[test]
    fn colours_are_those_that_were_chosen_and_what_is_empty_is_transparent() {
        for pixmap in draw(Badge::Healthy) {
            let side = usize::try_from(pixmap.side).unwrap();
            assert_eq!(pixmap.argb.len(), side * side * 4);
            let at = |x: usize, y: usize| &pixmap.argb[(y * side + x) * 4..][..4];
            let centre = side * 14 / 20;
            assert_eq!(at(centre, centre), [0xff, 0x16, 0xa3, 0x4a], "{side} pixels");
            assert_eq!(at(0, 0), [0, 0, 0, 0]);
        }
    }
}
