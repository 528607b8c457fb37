//! Attention between projections: a layer of a transformer.

use super::multi_head_attention::{MultiHeadAttentionSettings, multi_head_attention};
use crate::argument::require;
use crate::linalg::{GemmBiasActSettings, gemm_bias_act};
use prism_derive::{Outputs, operation};
use prism_device::{Buffer, Float, Result};

const NAME: &str = "multi_head_attention_projected";

/// What a layer of attention gives.
#[derive(Debug, Outputs)]
pub struct ProjectedAttention<T: Float> {
    /// The projected outputs of all heads, `[.., Lq, E]`.
    pub o: Buffer<T>,
    /// Scores after the mask, `[.., H, Lq, Lk]`, −∞ where a query does not see a key.
    pub s: Option<Buffer<T>>,
    /// Their softmax, `[.., H, Lq, Lk]`.
    pub p: Option<Buffer<T>>,
}

/// A layer of attention: `(softmax(scale·Q·Kᵀ + mask)·V)·w_oᵀ + b_o`, `Q = q·w_qᵀ + b_q`, and K and V likewise.
///
/// `q [.., Lq, Eq]`, `k [.., Lk, Ek]`, `v [.., Lk, Ev]`; `w_q [H·D, Eq]`, `w_k [H_kv·D, Ek]`, `w_v [H_kv·Dv, Ev]`, `w_o
/// [E, H·Dv]` with `b_q [H·D]` and so on → `o [.., Lq, E]`. A projection without its matrix leaves its input as it is. The
/// rest is as of [`multi_head_attention`] with packed inputs; `heads` is required. Rows of `w_q`, `w_k` and `w_v` in this
/// order are the `in_proj_weight` of `torch.nn.MultiheadAttention`, whose outputs and, before they are averaged, weights these
/// are. Vaswani et al. 2017. The operations of attention and 2·L·E² for each projection; their results as scratch.
///
/// # Errors
/// As of `multi_head_attention`, under its name, and of `gemm_bias_act` for a projection; `Requirement` without `heads`, and
/// for a bias without its matrix.
#[operation(
    types(f16, bf16, f32, f64),
    kernels(
        crate::linalg::GEMM_WIDE,
        crate::linalg::GEMM_NARROW,
        super::ATTENTION_MMA,
        super::ATTENTION_TILES,
        super::ATTENTION_PARTS,
        super::ATTENTION_JOIN,
        super::ATTENTION_SCORES,
        super::KEEP_BIAS,
        super::KEY_LENGTHS
    )
)]
#[allow(clippy::too_many_arguments)] // They are those of the layer.
pub fn multi_head_attention_projected<T: Float>(
    q: &Buffer<T>,
    k: &Buffer<T>,
    v: &Buffer<T>,
    w_q: Option<&Buffer<T>>,
    w_k: Option<&Buffer<T>>,
    w_v: Option<&Buffer<T>>,
    w_o: Option<&Buffer<T>>,
    b_q: Option<&Buffer<T>>,
    b_k: Option<&Buffer<T>>,
    b_v: Option<&Buffer<T>>,
    b_o: Option<&Buffer<T>>,
    mask: Option<&Buffer<T>>,
    keep: Option<&Buffer<u8>>,
    key_length: Option<&Buffer<i64>>,
    settings: &MultiHeadAttentionSettings,
) -> Result<ProjectedAttention<T>> {
    require(NAME, settings.heads.is_some(), "heads", || "none".to_owned())?;
    let (projected_q, projected_k, projected_v) =
        (projected(q, w_q, b_q)?, projected(k, w_k, b_k)?, projected(v, w_v, b_v)?);
    let [q, k, v] = [(q, &projected_q), (k, &projected_k), (v, &projected_v)].map(|(x, y)| y.as_ref().unwrap_or(x));
    let attended = multi_head_attention(q, k, v, mask, keep, None, None, key_length, settings)?;
    let o = projected(&attended.o, w_o, b_o)?.unwrap_or(attended.o);
    Ok(ProjectedAttention { o, s: attended.s, p: attended.p })
}

/// x·Wᵀ + b; nothing without W.
fn projected<T: Float>(x: &Buffer<T>, w: Option<&Buffer<T>>, b: Option<&Buffer<T>>) -> Result<Option<Buffer<T>>> {
    require(NAME, w.is_some() || b.is_none(), "the matrix of each bias", || "a bias alone".to_owned())?;
    let settings = GemmBiasActSettings { trans_b: true, ..GemmBiasActSettings::default() };
    w.map(|w| gemm_bias_act(x, w, b, &settings)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use prism_device::Device;

    /// Quarters around 0 by a linear rule.
    fn ramp(shape: &[usize], step: usize, m: usize) -> Buffer<f64> {
        let len = shape.iter().product::<usize>();
        let values: Vec<f64> = (0..len).map(|i| ((i * step % m) as f64 - (m / 2) as f64) / 4.0).collect();
        Device::cpu().upload(&values, shape).unwrap()
    }

    fn heads(h: u32) -> MultiHeadAttentionSettings {
        MultiHeadAttentionSettings { heads: Some(h), with_p: true, ..Default::default() }
    }

    /// The first, middle and last number, their sum, and their sum times their places.
    #[track_caller]
    fn equals(got: &Buffer<f64>, shape: &[usize], known: [f64; 5]) {
        let x = got.download().unwrap();
        let weighted = x.iter().zip(1..).map(|(x, place)| x * f64::from(place)).sum::<f64>();
        let found = [x[0], x[x.len() / 2], x[x.len() - 1], x.iter().sum(), weighted];
        assert_eq!(got.shape(), shape);
        for (found, known) in found.into_iter().zip(known) {
            assert!((found - known).abs() < 1e-13 * known.abs().max(1.0), "{found} and {known}");
        }
    }

    /// The formula of `torch.nn.MultiheadAttention(4, 2, kdim=3, vdim=5)`, `average_attn_weights=False`, in plain Python.
    #[test]
    fn equals_the_layer_of_torch() {
        let (q, k, v) = (ramp(&[2, 2, 4], 7, 17), ramp(&[2, 3, 3], 5, 19), ramp(&[2, 3, 5], 11, 23));
        let (w_q, w_k, w_v) = (ramp(&[4, 4], 3, 7), ramp(&[4, 3], 5, 11), ramp(&[4, 5], 3, 5));
        let (w_o, b_o) = (ramp(&[4, 4], 5, 7), ramp(&[4], 4, 9));
        let [b_q, b_k, b_v] = [(1, 3), (2, 5), (3, 7)].map(|(step, m)| ramp(&[4], step, m));
        let [w_q, w_k, w_v, w_o] = [&w_q, &w_k, &w_v, &w_o].map(Some);
        let [b_q, b_k, b_v, b_o] = [&b_q, &b_k, &b_v, &b_o].map(Some);
        let made = multi_head_attention_projected(
            &q,
            &k,
            &v,
            w_q,
            w_k,
            w_v,
            w_o,
            b_q,
            b_k,
            b_v,
            b_o,
            None,
            None,
            None,
            &heads(2),
        );
        let made = made.unwrap();
        let known = [
            -0.077_554_059_336_238_05,
            1.247_835_204_689_829_8,
            -1.241_325_691_206_664,
            -8.663_105_948_277_533,
            -91.306_486_099_031_57,
        ];
        equals(&made.o, &[2, 2, 4], known);
        let known =
            [0.999_959_210_456_480_8, 0.004_519_617_863_516_371, 0.320_242_129_979_347_1, 8.0, 100.441_900_031_152_53];
        equals(&made.p.unwrap(), &[2, 2, 2, 3], known);
    }

    #[test]
    fn without_matrices_it_is_attention() {
        let x = ramp(&[3, 4], 7, 17);
        let none = None::<&Buffer<f64>>;
        let made = multi_head_attention_projected(
            &x,
            &x,
            &x,
            none,
            none,
            none,
            none,
            none,
            none,
            none,
            none,
            none,
            None,
            None,
            &heads(2),
        );
        let plain = multi_head_attention(&x, &x, &x, none, None, none, none, None, &heads(2)).unwrap();
        assert_eq!(made.unwrap().o.download().unwrap(), plain.o.download().unwrap());
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (x, w, b) = (ramp(&[3, 4], 1, 7), ramp(&[4, 5], 1, 7), ramp(&[4], 1, 7));
        let said = |w_q: Option<&Buffer<f64>>, b_q, settings: &MultiHeadAttentionSettings| {
            let none = None::<&Buffer<f64>>;
            let call = multi_head_attention_projected(
                &x, &x, &x, w_q, none, none, none, b_q, none, none, none, none, None, None, settings,
            );
            call.unwrap_err().to_string()
        };
        assert_eq!(
            said(None, None, &MultiHeadAttentionSettings::default()),
            "multi_head_attention_projected: needs heads, got none"
        );
        let alone = "multi_head_attention_projected: needs the matrix of each bias, got a bias alone";
        assert_eq!(said(None, Some(&b), &heads(2)), alone);
        let depth = "gemm_bias_act: `b` must be […, n, k = 4], got [4, 5]";
        assert_eq!(said(Some(&w), None, &heads(2)), depth);
    }
}
