//! Inputs of attention at its edges, and how far its outputs may lie from the definition.

use super::plain::{Attention, NO_MASK, every};
use prism_device::Dtype;
use prism_device::conformance::{Case, Value};

/// Lengths within the keys and NaN behind them; −∞ in the mask, for some queries throughout; a cap and an offset by turns.
pub(super) fn edges(case: &mut Case) {
    let [b, h, lq, d, lk] = ["b", "h", "lq", "d", "lk"].map(|name| case.quantity(name));
    let turn = d % 2 == 1;
    *case.value("scale") = Value::Scalar((1.0 / (d.max(1) as f64).sqrt()).into());
    *case.value("softcap") = Value::Scalar(if turn { 2.5f64 } else { 0.0 }.into());
    *case.value("offset") = Value::Scalar(if turn { lk as i64 - lq as i64 } else { -3 }.into());
    case.change("lengths", |lengths| lengths.iter_mut().for_each(|l| *l = (*l % (lk + 1) as f64).floor()));
    if case.has("v") {
        // Off the coarse grid: no sum of them is 0 by chance.
        case.change("v", |v| v.iter_mut().zip(0u64..).for_each(|(v, at)| *v += (at * 7919 % 97) as f64 * 1e-3 + 5e-4));
    }
    behind_the_keys(case);
    if case.quantity("axes") < NO_MASK.into() {
        // One row of the mask, where it has others.
        let row = if case.quantity("axes") % 2 == 1 { lk } else { 1 } * u64::from(b * h * lq > 1);
        case.change("mask", |mask| {
            mask.iter_mut().step_by(5).for_each(|m| *m = f64::NEG_INFINITY);
            mask.iter_mut().take(row as usize).for_each(|m| *m = f64::NEG_INFINITY);
        });
    }
}

/// What lies behind the valid keys of a batch is never read.
fn behind_the_keys(case: &mut Case) {
    if case.quantity("given") == 0 {
        return;
    }
    let attention = Attention::of(case);
    let [b, _, _, d, groups, lk, dv] = attention.extents;
    for (name, width) in [("k", d), ("v", dv)].into_iter().filter(|(name, _)| case.has(name)).collect::<Vec<_>>() {
        case.change(name, |x| {
            for at in every([b, groups, lk]) {
                if attention.lengths.get(at[0]).is_some_and(|&length| at[2] >= length as usize) {
                    x[attention.row(groups, lk, at) * width..][..width].fill(f64::NAN);
                }
            }
        });
    }
}

/// How large a score can be; the shares are as sensitive to it.
pub(super) fn largest_score(case: &Case) -> Vec<f64> {
    let d = case.quantity("d") as usize;
    let longest = |name| {
        let rows = case.doubles(name);
        let lengths = rows.chunks(d.max(1)).map(|row| row.iter().map(|x| x * x).sum::<f64>().sqrt());
        lengths.filter(|length| length.is_finite()).fold(0.0, f64::max)
    };
    let mask = case.doubles("mask").into_iter().filter(|m| m.is_finite()).fold(0.0f64, |most, m| most.max(m.abs()));
    vec![longest("q") * longest("k") / (d.max(1) as f64).sqrt() + mask + 1.0]
}

/// The catalogue's caps, as shares of the largest value: 1e-5 for `f32`, 2e-3 for `f16`, 1.6e-2 for `bf16`, and for `f64`
/// as many units of roundoff as for `f32`. One unit of the output is what `Sum` adds; the rest is eight units of this.
pub(super) fn cap(case: &Case) -> Vec<f64> {
    let dtype = case.values[0].1.dtype();
    let share = match dtype {
        Dtype::F16 => 2e-3,
        Dtype::BF16 => 1.6e-2,
        _ => 1e-5 / Dtype::F32.roundoff() * dtype.roundoff(),
    };
    vec![(share / dtype.roundoff() - 1.0) / 8.0 * largest_value(case)]
}

/// The largest magnitude of a value.
pub(super) fn largest_value(case: &Case) -> f64 {
    case.doubles("v").into_iter().filter(|v| v.is_finite()).fold(0.0, |most, v| v.abs().max(most))
}
