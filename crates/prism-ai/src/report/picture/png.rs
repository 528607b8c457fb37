//! A scene as a PNG of 300 dots per inch.

use std::io::{self, Write};

use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};
use ttf_parser::OutlineBuilder;

use super::font;
use super::scene::{Align, Ink, Scene, Shape, Step, Style, Text};

/// Pixels per point of 1/96 inch, for 300 dots per inch.
const SCALE: f64 = 300.0 / 96.0;

/// The longest side a picture may have; larger pages get fewer dots per inch.
const LONGEST: f64 = 8000.0;

impl Scene {
    /// Writes the scene as an opaque PNG.
    pub(in crate::report) fn write_png(&self, out: impl Write) -> io::Result<()> {
        let scale = SCALE.min(LONGEST / self.width.max(self.height));
        let pixels = self.pixels(scale)?;
        let mut encoder = ::png::Encoder::new(out, pixels.width(), pixels.height());
        encoder.set_color(::png::ColorType::Rgb);
        encoder.set_compression(::png::Compression::Balanced);
        let per_metre = (scale * 96.0 / 0.0254).round() as u32;
        let dots = ::png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: ::png::Unit::Meter };
        encoder.set_pixel_dims(Some(dots));
        // The page is opaque, so the premultiplied colours are the colours.
        let rgb: Vec<u8> = pixels.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&rgb)?;
        Ok(writer.finish()?)
    }

    fn pixels(&self, scale: f64) -> io::Result<Pixmap> {
        let side = |length: f64| (length * scale).round().max(1.0) as u32;
        let mut pixels = Pixmap::new(side(self.width), side(self.height))
            .ok_or_else(|| io::Error::other("the picture is too large"))?;
        pixels.fill(Color::WHITE);
        let transform = Transform::from_scale(scale as f32, scale as f32);
        for shape in &self.shapes {
            draw(&mut pixels, shape, transform);
        }
        Ok(pixels)
    }
}

/// Draws one shape. A shape without extent has no path, and leaves no mark.
fn draw(pixels: &mut Pixmap, shape: &Shape, transform: Transform) {
    match shape {
        Shape::Rect { corner, width, height, ink } => {
            let rect = Rect::from_xywh(corner.x as f32, corner.y as f32, *width as f32, *height as f32);
            if let Some(rect) = rect {
                pixels.fill_rect(rect, &Paint { anti_alias: false, ..paint(*ink) }, transform, None);
            }
        }
        Shape::Circle { centre, radius, ink } => {
            let circle = PathBuilder::from_circle(centre.x as f32, centre.y as f32, *radius as f32);
            fill(pixels, circle, *ink, transform);
        }
        Shape::Path(steps, Style::Fill(ink)) => fill(pixels, path(steps), *ink, transform),
        Shape::Path(steps, Style::Stroke(ink, width)) => {
            let stroke = Stroke { width: *width as f32, ..Stroke::default() };
            if let Some(path) = path(steps) {
                pixels.stroke_path(&path, &paint(*ink), &stroke, transform, None);
            }
        }
        Shape::Text(text) => words(pixels, text, transform),
    }
}

fn fill(pixels: &mut Pixmap, path: Option<Path>, ink: Ink, transform: Transform) {
    if let Some(path) = path {
        pixels.fill_path(&path, &paint(ink), FillRule::Winding, transform, None);
    }
}

fn paint(ink: Ink) -> Paint<'static> {
    let [red, green, blue] = ink.rgb;
    let mut paint = Paint::default();
    paint.set_color_rgba8(red, green, blue, (ink.opacity * 255.0).round() as u8);
    paint
}

fn path(steps: &[Step]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for step in steps {
        match step {
            Step::Move(to) => path.move_to(to.x as f32, to.y as f32),
            Step::Line(to) => path.line_to(to.x as f32, to.y as f32),
            Step::Curve(by, to) => path.quad_to(by.x as f32, by.y as f32, to.x as f32, to.y as f32),
            Step::Close => path.close(),
        }
    }
    path.finish()
}

fn words(pixels: &mut Pixmap, text: &Text, transform: Transform) {
    let mut pen = Pen { path: PathBuilder::new(), x: 0.0 };
    let length = font::outline(&text.words, &mut pen, |pen, x| pen.x = x as f32) as f32;
    let before = match text.align {
        Align::Start => 0.0,
        Align::Middle => length / 2.0,
        Align::End => length,
    };
    let scale = font::scale(text.size) as f32;
    let transform = transform
        .pre_translate(text.place.x as f32, text.place.y as f32)
        .pre_rotate(text.turn as f32)
        .pre_translate(0.0, font::drop(text.size) as f32)
        .pre_scale(scale, -scale)
        .pre_translate(-before, 0.0);
    fill(pixels, pen.path.finish(), text.ink, transform);
}

/// Puts glyph outlines into one path, each where its line has got to.
struct Pen {
    path: PathBuilder,
    x: f32,
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + x1, y1, self.x + x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.cubic_to(self.x + x1, y1, self.x + x2, y2, self.x + x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}
