//! A reduction over any set of axes as a chain of folds.

use super::reduction::Reduction;
use super::{FOLD_COLUMNS, FOLD_JOIN, FOLD_ROWS};
use crate::rows;
use prism_device::{AnyBuffer, Arg, Buffer, Device, Entry, Float, Result, Scalar, run};

/// Threads of a block that folds columns, and columns of a thread.
const THREADS: usize = 256;
const COLUMNS: usize = 8;

/// Blocks that a fold of columns is cut into at most where columns are few, and rows each thread of them has at least.
const BLOCKS: usize = 512;
const ROWS: usize = 8;

/// Neighbouring axes of one kind, seen as one.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Link {
    extent: usize,
    goes: bool,
}

/// The axes of a shape, neighbours that go or stay together joined; one link at least goes.
fn links(shape: &[usize], goes: &[bool]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (&extent, &goes) in shape.iter().zip(goes).filter(|(extent, _)| **extent != 1) {
        match links.last_mut() {
            Some(last) if last.goes == goes => last.extent *= extent,
            _ => links.push(Link { extent, goes }),
        }
    }
    if !links.iter().any(|link| link.goes) {
        links.push(Link { extent: 1, goes: true });
    }
    links
}

/// The link that goes first, the longest, and the extents before and behind it.
fn longest(links: &[Link]) -> (usize, [usize; 3]) {
    let going = links.iter().enumerate().rev().filter(|(_, link)| link.goes);
    let at = going.max_by_key(|(_, link)| link.extent).map_or(0, |(at, _)| at);
    let product = |links: &[Link]| links.iter().map(|link| link.extent).product();
    (at, [product(&links[..at]), links[at].extent, product(&links[at + 1..])])
}

/// The outputs of a fold: numbers, or places where the reduction is to a place, or, where more is to come, states.
pub(super) struct Folded<T: Float> {
    pub(super) values: Buffer<T>,
    pub(super) places: Buffer<i64>,
    states: Buffer<f64>,
}

impl<T: Float> Folded<T> {
    fn new(device: &Device, how: Reduction, ends: bool, results: usize) -> Result<Self> {
        let [values, places] =
            [ends && !how.is_place(), ends && how.is_place()].map(|has| if has { results } else { 0 });
        let states = if ends { 0 } else { results };
        Ok(Self {
            values: device.zeros(&[values])?,
            places: device.zeros(&[places])?,
            states: device.zeros(&[states, 2])?,
        })
    }
}

/// Reduces the axes that go, the longest run of them first; the results are flat.
///
/// One kernel for every run of neighbouring axes, and one more where the first is cut into parts.
pub(super) fn reduce<T: Float>(how: Reduction, x: &Buffer<T>, goes: &[bool]) -> Result<Folded<T>> {
    let mut links = links(x.shape(), goes);
    let count = links.iter().filter(|link| link.goes).map(|link| link.extent as u64).product();
    let (at, extents) = longest(&links);
    let (parts, mut folded) = if extents[2] == 1 {
        rows(how, x, extents, is_last(&links))?
    } else {
        columns(how, x, extents, is_last(&links))?
    };
    links[at] = Link { extent: parts, goes: parts > 1 };
    while links.iter().any(|link| link.goes) {
        let (at, extents) = longest(&links);
        folded = join(how, &folded.states, extents, count, is_last(&links))?;
        links[at] = Link { extent: 1, goes: false };
    }
    Ok(folded)
}

fn is_last(links: &[Link]) -> bool {
    links.iter().filter(|link| link.goes).count() == 1
}

/// Folds the last axis, in parts where there are few long rows.
fn rows<T: Float>(how: Reduction, x: &Buffer<T>, [r, n, _]: [usize; 3], last: bool) -> Result<(usize, Folded<T>)> {
    let parts = rows::parts(r, n);
    let ends = last && parts == 1;
    let mut out = Folded::new(x.device(), how, ends, r * parts)?;
    let x = x.seen_as(&[r, n])?;
    let scalars = [how as u32, parts as u32, ends.into()].map(Scalar::from);
    call(&FOLD_ROWS, &x, &mut out, &scalars)?;
    Ok((parts, out))
}

/// Folds an axis that others lie behind, in parts where there are few columns.
fn columns<T: Float>(how: Reduction, x: &Buffer<T>, [o, n, i]: [usize; 3], last: bool) -> Result<(usize, Folded<T>)> {
    let (width, parts) = tiles(o, n, i);
    let ends = last && parts == 1;
    let mut out = Folded::new(x.device(), how, ends, o * parts * i)?;
    let x = x.seen_as(&[o, n, i])?;
    let scalars = [how as u32, parts as u32, width as u32, ends.into()].map(Scalar::from);
    call(&FOLD_COLUMNS, &x, &mut out, &scalars)?;
    Ok((parts, out))
}

/// How many threads lie side by side in a tile, and into how many parts the rows are cut.
fn tiles(o: usize, n: usize, i: usize) -> (usize, usize) {
    let ranks = n.div_ceil(4).next_power_of_two().min(8);
    let width = i.div_ceil(COLUMNS).next_power_of_two().min(THREADS / ranks);
    let blocks = o * i.div_ceil(COLUMNS * width);
    (width, (BLOCKS / blocks.max(1)).min(n / (ROWS * (THREADS / width))).max(1))
}

/// Folds what folds have left.
fn join<T: Float>(
    how: Reduction,
    states: &Buffer<f64>,
    [o, n, i]: [usize; 3],
    count: u64,
    ends: bool,
) -> Result<Folded<T>> {
    let group: u32 = match n {
        0..=8 => 1,
        9..=64 => 8,
        65..=256 => 32,
        _ => 256,
    };
    let mut out = Folded::new(states.device(), how, ends, o * i)?;
    let states = states.seen_as(&[o, n, i, 2])?;
    let scalars = [count.into(), (how as u32).into(), group.into(), u32::from(ends).into()];
    call(&FOLD_JOIN, &states, &mut out, &scalars)?;
    Ok(out)
}

fn call<T: Float>(kernel: &Entry, from: &dyn AnyBuffer, to: &mut Folded<T>, scalars: &[Scalar]) -> Result<()> {
    let outputs: [&mut dyn AnyBuffer; 3] = [&mut to.values, &mut to.places, &mut to.states];
    let arguments = [Arg::In(from)].into_iter().chain(outputs.map(Arg::Out));
    run(kernel, &mut arguments.chain(scalars.iter().map(|s| Arg::Scalar(*s))).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::{Link, links, longest, tiles};

    #[test]
    fn neighbours_of_one_kind_are_one_link() {
        let link = |extent, goes| Link { extent, goes };
        let all = links(&[2, 3, 1, 4, 5, 6], &[true, true, false, true, false, false]);
        assert_eq!(all, [link(24, true), link(30, false)]);
        assert_eq!(links(&[7, 1], &[false, true]), [link(7, false), link(1, true)]);
        assert_eq!(links(&[], &[]), [link(1, true)]);
    }

    #[test]
    fn the_longest_link_goes_first() {
        let all = links(&[4, 3, 9, 5], &[true, false, true, false]);
        assert_eq!(longest(&all), (2, [12, 9, 5]));
    }

    #[test]
    fn only_few_long_columns_are_cut() {
        assert_eq!([tiles(1, 16_384, 4096), tiles(1, 1_000_000, 3)], [(32, 32), (1, 488)]);
        assert_eq!([tiles(4096, 100_000, 64), tiles(1, 2, 1 << 20), tiles(0, 0, 0)], [(8, 1), (256, 1), (1, 1)]);
    }
}
