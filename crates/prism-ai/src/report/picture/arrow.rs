//! One directed edge: a curve that bends to its own side, so that there and back are two.

use super::scene::{Ink, Point, Scene, Step, Style};

/// A quadratic curve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Curve {
    from: Point,
    by: Point,
    to: Point,
}

impl Curve {
    /// The curve of an edge in a ring about `centre`: drawn inwards, and to the right of its direction.
    pub(super) fn within(centre: Point, from: Point, to: Point) -> Self {
        let chord = from.distance(to);
        let middle = from.toward(to, 0.5);
        let depth = middle.distance(centre);
        let inward = if depth > chord * 1e-6 { middle.toward(centre, (0.28 * chord / depth).min(0.8)) } else { middle };
        let side = from.angle_to(to) + std::f64::consts::FRAC_PI_2;
        Self { from, by: inward.polar(side, 0.11 * chord), to }
    }

    /// A level line.
    pub(super) fn straight(from: Point, to: Point) -> Self {
        Self { from, by: from.toward(to, 0.5), to }
    }

    fn point(self, share: f64) -> Point {
        self.from.toward(self.by, share).toward(self.by.toward(self.to, share), share)
    }

    /// The share of the curve at which it is still `distance` away from its end.
    fn short_of_end(self, distance: f64) -> f64 {
        let (mut before, mut after) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = f64::midpoint(before, after);
            if self.point(middle).distance(self.to) > distance { before = middle } else { after = middle }
        }
        before
    }

    /// The part of the curve up to `share`.
    fn up_to(self, share: f64) -> Self {
        Self { from: self.from, by: self.from.toward(self.by, share), to: self.point(share) }
    }
}

/// Draws a curve as an arrow whose tip stays `clear` of the curve's end.
pub(super) fn draw(scene: &mut Scene, curve: Curve, width: f64, clear: f64, ink: Ink) {
    // Between close neighbours the head gives way, so that some of the line stays.
    let free = curve.from.distance(curve.to) - 2.0 * clear;
    let long = ((1.6 + width * 1.15) * 2.5).min(free * 0.62);
    let half = long / 2.5;
    let tip = curve.point(curve.short_of_end(clear));
    let neck = curve.short_of_end(clear + long);
    let base = curve.point(neck);
    // The line ends a little inside the head, so that no gap shows between them.
    let shaft = curve.up_to(curve.short_of_end(clear + long * 0.8));
    scene.path(vec![Step::Move(shaft.from), Step::Curve(shaft.by, shaft.to)], Style::Stroke(ink, width));
    let across = base.angle_to(tip) + std::f64::consts::FRAC_PI_2;
    let head = vec![
        Step::Move(tip),
        Step::Line(base.polar(across, half)),
        Step::Line(base.toward(tip, 0.2)),
        Step::Line(base.polar(across, -half)),
        Step::Close,
    ];
    scene.path(head, Style::Fill(ink));
}
