//! The matrix of estimates: sources down, targets across, the darker the more transfer entropy.

use super::colour::{Scale, colour, is_dark};
use super::scene::{Align, Ink, Point, Scene, Step, Style, at};
use super::{TITLE, font, labels, quantity};
use crate::network::Network;
use crate::report::table::terms;

/// Cells without an estimate.
const BLANK: Ink = Ink::grey(238);
const HATCH: Ink = Ink::grey(176);

const MARGIN: f64 = 14.0;
const BAR: f64 = 14.0;

/// Where things stand on the page.
struct Layout {
    cell: f64,
    corner: Point,
    side: f64,
    label: f64,
    /// Every so many channels are named.
    every: usize,
    labels: Vec<String>,
}

impl Layout {
    fn of(network: &Network) -> Self {
        let v = network.names.len();
        let cell = cell(v as f64);
        let label = (cell * 0.62).clamp(7.0, TITLE);
        let labels = labels(network, label);
        let left = MARGIN + TITLE + 12.0 + font::widest(&labels, label) * 1.05 + 6.0;
        let every = ((label + 1.5) / cell).ceil() as usize;
        Self { cell, corner: at(left.ceil(), MARGIN), side: cell * v as f64, label, every, labels }
    }

    fn cell_corner(&self, source: usize, target: usize) -> Point {
        at(self.corner.x + target as f64 * self.cell, self.corner.y + source as f64 * self.cell)
    }

    /// The room between cells, where there is room.
    fn gap(&self) -> f64 {
        if self.cell >= 14.0 { 1.0 } else { 0.0 }
    }

    fn right(&self) -> f64 {
        self.corner.x + self.side
    }

    fn bottom(&self) -> f64 {
        self.corner.y + self.side
    }
}

/// The side of a cell in whole points: as large as a page takes, and no smaller than can be told apart.
fn cell(v: f64) -> f64 {
    (540.0 / v).floor().min(56.0).max((900.0 / v).floor().clamp(4.0, 9.0))
}

/// Draws the matrix with its axes, colour bar and caption.
pub(super) fn draw(network: &Network) -> Scene {
    let mut scene = Scene::new("Transfer entropy from each source to each target");
    let layout = Layout::of(network);
    let scale = Scale::of(network);
    let missing = cells(&mut scene, &layout, network, scale);
    dots(&mut scene, &layout, network, scale);
    let below = axes(&mut scene, &layout);
    let right = bar(&mut scene, &layout, scale, &quantity(network));
    let caption = caption(&mut scene, at(layout.corner.x, below + TITLE + 10.0), network, missing);
    scene.width = (right.max(caption.x) + MARGIN).ceil();
    scene.height = (caption.y + MARGIN).ceil();
    scene
}

/// Colours the cells; says whether a pair of two channels is without an estimate.
fn cells(scene: &mut Scene, layout: &Layout, network: &Network, scale: Scale) -> bool {
    let side = layout.cell - layout.gap();
    let mut hatch = Vec::new();
    for ((source, target), &te) in network.matrix().indexed_iter() {
        let corner = layout.cell_corner(source, target);
        let estimated = te.is_finite();
        scene.rect(corner, side, side, if estimated { colour(scale.share(te)) } else { BLANK });
        if !estimated && source != target {
            hatch.extend(stripes(corner, side));
        }
    }
    let missing = !hatch.is_empty();
    scene.path(hatch, Style::Stroke(HATCH, (side / 30.0).clamp(0.4, 0.8)));
    missing
}

/// Rising lines across a square.
fn stripes(corner: Point, side: f64) -> Vec<Step> {
    let lines = if side < 14.0 { 1 } else { 3 };
    let middle = f64::from(lines + 1) / 2.0;
    let mut steps = Vec::new();
    for line in 1..=lines {
        // The line x + y = 2·side·reach, cut to the square.
        let reach = f64::from(line) / middle * side;
        let (near, far) = ((reach - side).max(0.0), reach.min(side));
        steps.push(Step::Move(at(corner.x + near, corner.y + far)));
        steps.push(Step::Line(at(corner.x + far, corner.y + near)));
    }
    steps
}

fn dots(scene: &mut Scene, layout: &Layout, network: &Network, scale: Scale) {
    let half = (layout.cell - layout.gap()) / 2.0;
    for pair in network.edges() {
        let corner = layout.cell_corner(pair.source, pair.target);
        let dark = pair.te.is_finite() && is_dark(colour(scale.share(pair.te)));
        let ink = if dark { Ink::grey(255) } else { super::INK };
        scene.circle(at(corner.x + half, corner.y + half), dot(layout.cell), ink);
    }
}

fn dot(cell: f64) -> f64 {
    (cell * 0.1).clamp(0.7, 3.2)
}

/// Names and titles of both axes; gives the lowest point.
fn axes(scene: &mut Scene, layout: &Layout) -> f64 {
    let widest = font::widest(&layout.labels, layout.label);
    let level = widest <= layout.cell * 0.92;
    let middle = (layout.cell - layout.gap()) / 2.0;
    for (channel, name) in layout.labels.iter().enumerate().step_by(layout.every) {
        let along = channel as f64 * layout.cell + middle;
        let row = at(layout.corner.x - 6.0, layout.corner.y + along);
        let column = at(layout.corner.x + along, layout.bottom() + 6.0);
        scene.text(name, row, layout.label, Align::End);
        if level {
            scene.text(name, at(column.x, column.y + layout.label * 0.5), layout.label, Align::Middle);
        } else {
            scene.turned(name, column, layout.label, Align::End, -90.0);
        }
    }
    let names = if level { layout.label } else { widest * 1.05 };
    let below = layout.bottom() + 6.0 + names + 14.0;
    scene.text("Target", at(layout.corner.x + layout.side / 2.0, below), TITLE, Align::Middle);
    let beside = at(MARGIN + TITLE / 2.0, layout.corner.y + layout.side / 2.0);
    scene.turned("Source", beside, TITLE, Align::Middle, -90.0);
    below + TITLE / 2.0
}

/// The colour bar with its ticks and title; gives its right edge.
fn bar(scene: &mut Scene, layout: &Layout, scale: Scale, title: &str) -> f64 {
    let length = (layout.side - layout.gap()).clamp(132.0, 320.0);
    let (x, top) = (layout.right() + 22.0, layout.corner.y);
    let strips = 128;
    for strip in 0..strips {
        // Each strip reaches to the bottom and is covered by the next: no seams.
        let from = length * f64::from(strip) / f64::from(strips);
        let ink = colour(1.0 - (f64::from(strip) + 0.5) / f64::from(strips));
        scene.rect(at(x, top + from), BAR, length - from, ink);
    }
    let ticks = scale.ticks((length / 32.0).min(6.0) as usize);
    for (value, text) in &ticks {
        let y = top + length * (1.0 - scale.share(*value));
        scene.line(at(x + BAR, y), at(x + BAR + 4.0, y), super::INK, 0.8);
        scene.text(text, at(x + BAR + 8.0, y), 10.0, Align::Start);
    }
    let widest = font::widest(ticks.iter().map(|(_, text)| text), 10.0);
    let title_x = x + BAR + 8.0 + widest + 6.0 + TITLE;
    scene.turned(title, at(title_x, top + length / 2.0), TITLE, Align::Middle, -90.0);
    title_x + TITLE / 2.0
}

/// What dots and hatching mean; gives the lower right corner.
fn caption(scene: &mut Scene, start: Point, network: &Network, missing: bool) -> Point {
    let size = 10.0;
    let mut end = at(start.x, start.y - size);
    let mut line = |scene: &mut Scene, mark: &dyn Fn(&mut Scene, Point), text: String| {
        let middle = at(start.x + 5.0, end.y + size * 1.6);
        mark(scene, middle);
        scene.text(&text, at(middle.x + 12.0, middle.y), size, Align::Start);
        end = at(end.x.max(middle.x + 12.0 + font::width(&text, size) * 1.08), middle.y);
    };
    if network.surrogates > 0 {
        let dot = |scene: &mut Scene, middle: Point| scene.circle(middle, 3.0, super::INK);
        line(scene, &dot, format!("significant ({})", terms(network)));
    }
    if missing {
        let square = |scene: &mut Scene, middle: Point| {
            let corner = at(middle.x - 5.0, middle.y - 5.0);
            scene.rect(corner, 10.0, 10.0, BLANK);
            scene.path(stripes(corner, 10.0), Style::Stroke(HATCH, 0.6));
        };
        line(scene, &square, "not estimated".into());
    }
    end.y += size / 2.0;
    end
}
