//! Where channels stand on the ring, and their names around it.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::font;
use super::scene::{Align, Point, at};

/// Rings of at most this many channels have level names; larger ones have names that point outwards.
const LEVEL: usize = 12;

/// The places of channels and names, and the page they need.
pub(super) struct Ring {
    pub(super) centre: Point,
    /// The place of each channel.
    pub(super) nodes: Vec<Point>,
    pub(super) node_radius: f64,
    /// The distance between neighbours along the ring.
    pub(super) spacing: f64,
    pub(super) label_size: f64,
    /// The place, alignment and turn of each channel's name.
    pub(super) labels: Vec<(Point, Align, f64)>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Ring {
    /// The ring of channels in the order given, with names that leave `margin` to the edge of the page.
    pub(super) fn new(order: &[usize], names: &[String], label_size: f64, margin: f64) -> Self {
        let v = order.len();
        let radius = 96.0 + 21.0 * (v as f64).sqrt();
        let node_radius = (220.0 / v as f64).clamp(3.0, 9.0);
        let mut ring = Self {
            centre: at(0.0, 0.0),
            nodes: vec![at(0.0, 0.0); v],
            node_radius,
            spacing: TAU * radius / v as f64,
            label_size,
            labels: vec![(at(0.0, 0.0), Align::Middle, 0.0); v],
            width: 0.0,
            height: 0.0,
        };
        for (place, &channel) in order.iter().enumerate() {
            let angle = angle(place, v);
            ring.nodes[channel] = ring.centre.polar(angle, radius);
            ring.labels[channel] = label(ring.centre.polar(angle, radius + node_radius + 5.0), angle, v, label_size);
        }
        ring.frame(names, margin);
        ring
    }

    /// Moves everything onto a page just large enough.
    fn frame(&mut self, names: &[String], margin: f64) {
        let reach = self.node_radius;
        let (mut low, mut high) = (self.nodes[0], self.nodes[0]);
        let mut hold = |corner: Point| {
            low = at(low.x.min(corner.x), low.y.min(corner.y));
            high = at(high.x.max(corner.x), high.y.max(corner.y));
        };
        for (channel, name) in names.iter().enumerate() {
            let node = self.nodes[channel];
            hold(at(node.x - reach, node.y - reach));
            hold(at(node.x + reach, node.y + reach));
            ends(self.labels[channel], font::width(name, self.label_size) * 1.06, self.label_size)
                .into_iter()
                .for_each(&mut hold);
        }
        let shift = |point: Point| at(point.x - low.x + margin, point.y - low.y + margin);
        self.centre = shift(self.centre);
        self.nodes.iter_mut().for_each(|node| *node = shift(*node));
        self.labels.iter_mut().for_each(|label| label.0 = shift(label.0));
        self.width = high.x - low.x + 2.0 * margin;
        self.height = high.y - low.y + 2.0 * margin;
    }
}

/// The direction of a place: from the top clockwise, but two side by side.
fn angle(place: usize, v: usize) -> f64 {
    let start = if v == 2 { PI } else { -FRAC_PI_2 };
    start + TAU * place as f64 / v as f64
}

/// How a name is set at its place outside a node.
fn label(place: Point, angle: f64, v: usize, size: f64) -> (Point, Align, f64) {
    let (across, down) = (angle.cos(), angle.sin());
    let rightward = across > -1e-9;
    let side = if rightward { Align::Start } else { Align::End };
    if v > LEVEL {
        let turn = if rightward { angle } else { angle - PI };
        return (place, side, (turn.to_degrees() + 540.0).rem_euclid(360.0) - 180.0);
    }
    let lower = at(place.x, place.y + down * size * 0.45);
    (lower, if across.abs() < 0.1 { Align::Middle } else { side }, 0.0)
}

/// The corners of a name's box.
fn ends((place, align, turn): (Point, Align, f64), width: f64, size: f64) -> [Point; 4] {
    let start = match align {
        Align::Start => 0.0,
        Align::Middle => -width / 2.0,
        Align::End => -width,
    };
    let turn = turn.to_radians();
    let corner = |x: f64, y: f64| place.polar(turn, x).polar(turn + FRAC_PI_2, y);
    let half = size * 0.5;
    [corner(start, -half), corner(start, half), corner(start + width, -half), corner(start + width, half)]
}
