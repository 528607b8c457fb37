//! The network of significant pairs: channels on a ring, an arrow from each source to its target.

use super::arrow::{self, Curve};
use super::colour::{Scale, colour};
use super::order::{Link, ring_order};
use super::ring::Ring;
use super::scene::{Align, Ink, Scene, Shape, Text, at};
use super::{INK, TITLE, font, labels, quantity};
use crate::network::{Network, Pair};
use crate::report::table::count;

/// Channels without an edge, and their names.
const PALE: Ink = Ink::grey(208);
const PALE_TEXT: Ink = Ink::grey(150);

const MARGIN: f64 = 16.0;

/// The strongest edges, so many per channel, decide the order of the ring; weaker ones would only blur it.
const DECIDING: usize = 4;

/// The most edges that are drawn, the strongest: more than this and none can be followed.
const DRAWN: usize = 400;

/// How arrows are drawn, given how many there are.
struct Pen {
    scale: Scale,
    thinnest: f64,
    thickest: f64,
    /// From 0, where every edge can be followed, to 1, where only the strong ones can.
    crowd: f64,
}

impl Pen {
    /// The pen for so many edges between nodes that stand `spacing` apart.
    fn new(scale: Scale, edges: usize, spacing: f64) -> Self {
        let thickest = (36.0 / (edges as f64).sqrt().max(1.0)).min(spacing * 0.12).clamp(0.9, 4.5);
        Self { scale, thinnest: (thickest * 0.2).max(0.3), thickest, crowd: edges as f64 / DRAWN as f64 }
    }

    fn width(&self, te: f64) -> f64 {
        self.thinnest + (self.thickest - self.thinnest) * self.scale.share(te)
    }

    /// Pale colours are left out: a thin line in them would be lost on the page.
    fn ink(&self, te: f64) -> Ink {
        let share = self.scale.share(te);
        colour(0.22 + 0.78 * share).covering(0.95 - 0.7 * self.crowd * (1.0 - share))
    }
}

/// Draws the ring, its arrows and the key to their strength.
pub(super) fn draw(network: &Network) -> Scene {
    let mut scene = Scene::new("Significant transfer entropy between channels");
    let mut edges: Vec<&Pair> =
        network.edges().filter(|pair| pair.te.is_finite() && pair.source != pair.target).collect();
    edges.sort_by(|a, b| a.te.total_cmp(&b.te));
    let left_out = edges.len().saturating_sub(DRAWN);
    edges.drain(..left_out);
    let scale = range(network, &edges, left_out > 0);
    let ring = ring(network, &edges, scale);
    let pen = Pen::new(scale, edges.len(), ring.spacing);

    for edge in &edges {
        let curve = Curve::within(ring.centre, ring.nodes[edge.source], ring.nodes[edge.target]);
        arrow::draw(&mut scene, curve, pen.width(edge.te), ring.node_radius + 1.5, pen.ink(edge.te));
    }
    nodes(&mut scene, network, &ring, &edges);
    key(&mut scene, network, &ring, &pen, edges.len());
    scene
}

/// What width and colour span: the range of the matrix, or that of the edges drawn where weaker ones are left out.
fn range(network: &Network, drawn: &[&Pair], cut: bool) -> Scale {
    let whole = Scale::of(network);
    match drawn.first() {
        Some(weakest) if cut && weakest.te < whole.high => Scale { low: weakest.te, ..whole },
        _ => whole,
    }
}

fn ring(network: &Network, edges: &[&Pair], scale: Scale) -> Ring {
    let v = network.names.len();
    let links: Vec<Link> = edges
        .iter()
        .rev()
        .take(DECIDING * v)
        .map(|edge| (edge.source, edge.target, scale.share(edge.te).max(0.1)))
        .collect();
    let size = (400.0 / v as f64).clamp(8.0, TITLE);
    Ring::new(&ring_order(v, &links), &labels(network, size), size, MARGIN)
}

fn nodes(scene: &mut Scene, network: &Network, ring: &Ring, edges: &[&Pair]) {
    let names = labels(network, ring.label_size);
    for (channel, words) in names.into_iter().enumerate() {
        let linked = edges.iter().any(|edge| edge.source == channel || edge.target == channel);
        let (node, ink) = if linked { (INK, INK) } else { (PALE, PALE_TEXT) };
        let (place, align, turn) = ring.labels[channel];
        scene.circle(ring.nodes[channel], ring.node_radius + 1.2, Ink::grey(255));
        scene.circle(ring.nodes[channel], ring.node_radius, node);
        scene.shapes.push(Shape::Text(Text { words, place, size: ring.label_size, align, turn, ink }));
    }
}

/// Sample arrows with their values, and how many pairs are significant; sizes the page.
fn key(scene: &mut Scene, network: &Network, ring: &Ring, pen: &Pen, drawn: usize) {
    let caption = caption(network, drawn);
    let samples: Vec<_> = pen.scale.ticks(5).into_iter().filter(|(te, _)| *te > 0.0).collect();
    let step = 62.0;
    let row = samples.len() as f64 * step;
    let widest = font::width(&caption, 10.0).max(font::width(&quantity(network), TITLE)) * 1.08;
    scene.width = ring.width.max(row + 2.0 * MARGIN).max(widest + 2.0 * MARGIN).ceil();
    shift(scene, (scene.width - ring.width) / 2.0);

    let middle = scene.width / 2.0;
    let mut y = ring.height + 6.0;
    if drawn > 0 {
        scene.text(quantity(network), at(middle, y), TITLE, Align::Middle);
        y += 20.0;
        for (index, (te, text)) in samples.iter().enumerate() {
            let x = middle - row / 2.0 + (index as f64 + 0.5) * step;
            let sample = Curve::straight(at(x - 21.0, y), at(x + 21.0, y));
            arrow::draw(scene, sample, pen.width(*te), 0.0, pen.ink(*te));
            scene.text(text, at(x, y + 14.0), 10.0, Align::Middle);
        }
        y += 36.0;
    }
    scene.text(caption, at(middle, y), 10.0, Align::Middle);
    scene.height = (y + MARGIN).ceil();
}

/// How many pairs are significant, and how many of them are drawn where not all are.
fn caption(network: &Network, drawn: usize) -> String {
    let caption = count(network).trim_end().trim_end_matches('.').to_owned();
    if drawn == DRAWN && network.edges().count() > DRAWN {
        return format!("{caption}; the strongest {DRAWN} are drawn");
    }
    caption
}

/// Moves what is drawn so far to the right.
fn shift(scene: &mut Scene, by: f64) {
    scene.shapes.iter_mut().for_each(|shape| shape.shift(by));
}
