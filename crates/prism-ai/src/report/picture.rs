//! The network drawn: a matrix of colours and a ring of arrows, each as SVG and as PNG from one scene.

mod arrow;
mod colour;
mod font;
mod heatmap;
mod order;
mod png;
mod ring;
mod scene;
mod svg;
mod web;

use self::scene::{Ink, Scene};
pub(super) use self::svg::escape;
use crate::network::Network;

/// The most channels that are drawn; beyond it neither names nor cells could be told apart on a page.
pub const MAX_PICTURED: usize = 256;

/// The colour of text and nodes.
const INK: Ink = Ink::new([38, 44, 56]);

/// The size of titles and captions.
const TITLE: f64 = 12.0;

/// The width a channel's name may take.
const NAME_ROOM: f64 = 150.0;

/// The pictures of a network and the names of their files, without extension. None for no channels or too many.
pub(super) fn all(network: &Network) -> Vec<(&'static str, Scene)> {
    if network.names.is_empty() || network.names.len() > MAX_PICTURED {
        return Vec::new();
    }
    vec![("te_matrix", heatmap::draw(network)), ("network", web::draw(network))]
}

/// What the colours stand for.
fn quantity(network: &Network) -> String {
    format!("Transfer entropy ({})", network.units)
}

/// Names as they fit on a page, on one line each.
fn labels(network: &Network, size: f64) -> Vec<String> {
    let line = |name: &String| name.replace(|c: char| c.is_control(), " ");
    network.names.iter().map(|name| font::fit(&line(name), size, NAME_ROOM)).collect()
}

#[cfg(test)]
mod tests;
