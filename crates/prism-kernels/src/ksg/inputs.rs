//! Problems that satisfy the preconditions of the two sweeps, for conformance and timing.

use super::order::{Order, row_length};
use prism_device::Scalar;
use prism_device::conformance::{Case, Value};

/// Puts every target in the order of the sweeps, derives the `near` copies and their slack, and makes clocks, rows and
/// radii valid.
pub(super) fn problems(case: &mut Case) {
    let [n, dt, targets, e] = ["n", "dt", "g", "e"].map(|name| case.quantity(name) as usize);
    let strip = if case.has("edges") { case.quantity("strip") as usize } else { n.next_multiple_of(32) };
    words(case, "which", |word, _| word % targets as u32);
    words(case, "rows", |_, target| (n - target * n / 4) as u32);
    let mut edges = vec![];
    case.change("target", |values| {
        for (t, rows) in values.chunks_mut((n * dt).max(1)).enumerate() {
            let points = n - t * n / 4;
            let columns: Vec<Vec<f64>> = rows.chunks(n).map(|row| row[..points].to_vec()).collect();
            let order = Order::new(&columns.iter().map(Vec::as_slice).collect::<Vec<_>>(), strip);
            for (row, column) in rows.chunks_mut(n).zip(&columns) {
                order.points.iter().zip(row).for_each(|(&i, x)| *x = column[i as usize]);
            }
            edges.extend(&order.edges);
            edges.resize((t + 1) * e, 0.0);
        }
    });
    if case.has("edges") {
        case.change("edges", |values| *values = edges);
    }
    let (rows, which) = (case.doubles("rows"), case.doubles("which"));
    let ds = case.quantity("ds") as usize;
    let of_target = near_copy(case, "target", dt, |target| rows[target]);
    let of_source = near_copy(case, "source", ds, |problem| rows[which[problem] as usize]);
    let slack = 2f64.powi(-21) * of_target.max(of_source);
    *case.value("slack") = Value::Scalar(Scalar::F32(slack as f32));
    *case.value("scale") = Value::Scalar(Scalar::F32(1.0));
    clocks(case, n);
    if case.has("counts") && !case.has("k") {
        radii(case, n, dt);
    }
}

/// About the distance of a fourth neighbour where the points are normal: half the side of the cube that holds four.
/// Every third is a multiple of a quarter, as the points of a coarse case are, so that `<` and `≤` differ.
fn radii(case: &mut Case, n: usize, dt: usize) {
    let [ds, r] = ["ds", "r"].map(|name| case.quantity(name) as usize);
    let (target, source, which) = (case.doubles("target"), case.doubles("source"), case.doubles("which"));
    let d = (dt + ds) as f64;
    case.change("radius", |values| {
        for (at, radius) in values.iter_mut().enumerate() {
            let (problem, i) = (at / (r * n), at % n);
            let rows = target[which[problem] as usize * dt * n..][..dt * n].chunks(n);
            let squares = rows.chain(source[problem * ds * n..][..ds * n].chunks(n)).map(|row| row[i] * row[i]);
            let density = (-squares.sum::<f64>() / 2.0).exp() / std::f64::consts::TAU.powf(d / 2.0);
            let side = (4.0 / (n as f64 * density)).powf(1.0 / d);
            *radius = if at % 3 == 0 { (side * 2.0).round() / 4.0 } else { side / 2.0 };
        }
    });
}

/// Copies an argument `[_, columns, n]`, of whose i-th block `points(i)` are known, to its `near_` twin; returns its
/// largest magnitude.
fn near_copy(case: &mut Case, name: &str, columns: usize, points: impl Fn(usize) -> f64) -> f64 {
    let (values, n) = (case.doubles(name), case.quantity("n") as usize);
    let twin = format!("near_{name}");
    case.change(&twin, |near| {
        near.fill(f64::INFINITY);
        for (row, (near, values)) in near.chunks_mut(row_length(n as u64) as usize).zip(values.chunks(n)).enumerate() {
            let points = points(row / columns) as usize;
            near[..points].copy_from_slice(&values[..points]);
        }
    });
    values.iter().fold(0.0, |most, x| x.abs().max(most))
}

/// Replaces every word of an argument by what `map` makes of it and its place.
pub(super) fn words(case: &mut Case, name: &str, map: impl Fn(u32, usize) -> u32) {
    let Value::U32(_, words) = case.value(name) else { unreachable!("{name} holds words") };
    words.iter_mut().enumerate().for_each(|(i, word)| *word = map(*word, i));
}

/// Unique clocks in an order unlike that of the points, with a gap as between trials.
fn clocks(case: &mut Case, n: usize) {
    let Value::I32(_, clocks) = case.value("clock") else { unreachable!("clocks are i32") };
    for target in clocks.chunks_mut(n.max(1)) {
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&i| target[i]);
        for (time, &i) in order.iter().enumerate() {
            target[i] = time as i32 + if time > n / 2 { 100 } else { 0 };
        }
    }
}
