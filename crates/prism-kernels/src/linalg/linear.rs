//! An activated linear layer.

use super::product::Product;
use super::product_shape::Names;
use crate::argument::extents;
use crate::map::Activation;
use prism_device::{Buffer, ErrorKind, Float, Result, View};

/// act(X·Wᵀ + b): `x […, in]`, `w [out, in]`, `b [out]` → `[…, out]`.
pub(crate) fn linear<T: Float, V: View<T>>(
    operation: &'static str,
    x: &V,
    w: &V,
    b: Option<&V>,
    activation: Activation,
) -> Result<Buffer<T>> {
    let [out, _] = extents(operation, "w", "out, in", w)?;
    if let Some(b) = b {
        let got: [usize; 1] = extents(operation, "b", "out", b)?;
        if got != [out] {
            let expected = format!("out = {out}");
            return Err(ErrorKind::Shape { kernel: operation, argument: "b", expected, got: got.into() }.into());
        }
    }
    let names = Names { operation, operands: ["x", "w"], addend: "b" };
    let (transposed, factors) = ([false, true], [1.0; 2]);
    Product { names, operands: [x, w], addend: b, transposed, factors, activation }.compute()
}
