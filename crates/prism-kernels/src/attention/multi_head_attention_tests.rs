use super::*;
use approx::assert_relative_eq;
use prism_device::{Device, bf16, f16};

/// Eighths around 0 by a linear rule.
fn ramp(shape: &[usize], step: usize, m: usize) -> Buffer<f64> {
    let len = shape.iter().product::<usize>();
    let values: Vec<f64> = (0..len).map(|i| ((i * step % m) as f64 - (m / 2) as f64) / 8.0).collect();
    Device::cpu().upload(&values, shape).unwrap()
}

fn inputs() -> [Buffer<f64>; 3] {
    [ramp(&[2, 4, 3, 2], 7, 17), ramp(&[2, 2, 5, 2], 5, 19), ramp(&[2, 2, 5, 3], 11, 23)]
}

fn plain() -> MultiHeadAttentionSettings {
    MultiHeadAttentionSettings::default()
}

fn call(settings: &MultiHeadAttentionSettings) -> Result<MultiHeadAttentionOutputs<f64>> {
    let [q, k, v] = inputs();
    multi_head_attention(&q, &k, &v, None, None, None, None, None, settings)
}

/// The first, middle and last number, their sum, and their sum times their places.
#[track_caller]
fn equals(got: &Buffer<f64>, shape: &[usize], known: [f64; 5]) {
    let x = got.download().unwrap();
    let weighted = x.iter().zip(1..).map(|(x, place)| x * f64::from(place)).sum::<f64>();
    let found = [x[0], x[x.len() / 2], x[x.len() - 1], x.iter().sum(), weighted];
    assert_eq!(got.shape(), shape);
    for (found, known) in found.into_iter().zip(known) {
        assert_relative_eq!(found, known, max_relative = 1e-12);
    }
}

const PLAIN: [f64; 5] = [
    0.012_986_162_039_134_302,
    0.185_902_874_087_401_2,
    0.075_999_754_066_396_39,
    3.481_844_005_447_132,
    65.894_545_638_687_43,
];

/// `torch.nn.functional.scaled_dot_product_attention(…, enable_gqa=True)`, torch 2.15.0.
#[test]
fn equals_torch() {
    let shape = [2, 4, 3, 3];
    equals(&call(&plain()).unwrap().o, &shape, PLAIN);
    let causal = MultiHeadAttentionSettings { causal: true, ..plain() };
    let known = [-1.375, -0.375, 0.021_246_507_274_304_882, -3.603_128_231_105_332, -115.384_173_804_789_27];
    equals(&call(&causal).unwrap().o, &shape, known);
    let known = [
        -0.000_840_389_987_650_763_7,
        -0.020_151_415_815_652_22,
        0.160_928_873_820_081_5,
        3.030_749_775_813_527_3,
        70.256_011_802_936_75,
    ];
    equals(&call(&MultiHeadAttentionSettings { scale: Some(0.3), ..plain() }).unwrap().o, &shape, known);
    let known = [
        -0.177_000_149_973_400_4,
        0.281_223_735_235_709_6,
        0.075_999_754_066_396_39,
        2.701_011_631_834_197,
        119.476_976_407_873_7,
    ];
    equals(&call(&MultiHeadAttentionSettings { bottom_right: true, ..causal }).unwrap().o, &shape, known);
}

/// The same with `attn_mask`, of numbers and of what to keep, a query of which keeps nothing.
#[test]
fn masks_equal_torch() {
    let [q, k, v] = inputs();
    let mask = ramp(&[4, 1, 5], 3, 7);
    let with_mask = multi_head_attention(&q, &k, &v, Some(&mask), None, None, None, None, &plain()).unwrap().o;
    let known = [
        0.304_149_597_705_709_76,
        0.100_365_575_543_221_62,
        0.196_241_916_654_366_88,
        4.160_595_914_650_293,
        108.726_552_326_646_44,
    ];
    equals(&with_mask, &[2, 4, 3, 3], known);
    let keep: Vec<u8> = (0..15).map(|i| u8::from(i % 3 != 0 && i / 5 != 1)).collect();
    let keep = q.device().upload(&keep, &[3, 5]).unwrap();
    let with_keep = multi_head_attention(&q, &k, &v, None, Some(&keep), None, None, None, &plain()).unwrap().o;
    let known = [
        0.757_538_538_273_027_5,
        0.107_250_070_795_813_95,
        0.321_687_593_225_389_9,
        3.651_380_563_607_489_6,
        88.289_059_257_289_24,
    ];
    equals(&with_keep, &[2, 4, 3, 3], known);
    let rows = with_keep.download().unwrap();
    assert!(rows.chunks(9).all(|head| head[3..6] == [0.0; 3]));
}

/// `onnx.reference.ReferenceEvaluator` of `Attention`, opset 24, onnx 1.23.2.
#[test]
fn equals_onnx() {
    let capped = call(&MultiHeadAttentionSettings { softcap: 0.5, ..plain() }).unwrap().o;
    let known = [
        0.034_905_254_988_778_22,
        0.076_628_220_287_802_25,
        0.135_463_434_416_823_13,
        3.089_589_222_394_220_5,
        67.433_963_806_132_08,
    ];
    equals(&capped, &[2, 4, 3, 3], known);
    let [q, k, v] = [ramp(&[2, 3, 8], 7, 17), ramp(&[2, 5, 4], 5, 19), ramp(&[2, 5, 6], 11, 23)];
    let packed = MultiHeadAttentionSettings { heads: Some(4), kv_heads: Some(2), ..plain() };
    let packed = multi_head_attention(&q, &k, &v, None, None, None, None, None, &packed).unwrap().o;
    let known = [
        0.129_631_459_968_16,
        0.068_603_719_616_192_47,
        0.109_309_618_158_112_7,
        3.875_865_644_887_017,
        63.367_055_712_234_006,
    ];
    equals(&packed, &[2, 3, 12], known);
}

/// The same with `past_key` and `past_value`, causal, and the softmax given out.
#[test]
fn a_past_equals_onnx() {
    let ([q, k, v], past) = (inputs(), [ramp(&[2, 2, 2, 2], 3, 13), ramp(&[2, 2, 2, 3], 9, 29)]);
    let settings = MultiHeadAttentionSettings { causal: true, with_s: true, with_p: true, ..plain() };
    let all = multi_head_attention(&q, &k, &v, None, None, Some(&past[0]), Some(&past[1]), None, &settings).unwrap();
    let known = [
        -0.929_863_438_376_012_8,
        0.540_871_368_660_649_4,
        -0.307_352_376_440_602,
        -0.490_624_362_790_791_25,
        70.415_817_805_633_34,
    ];
    equals(&all.o, &[2, 4, 3, 3], known);
    equals(all.present_k.as_ref().unwrap(), &[2, 2, 7, 2], [-0.75, 0.625, -0.5, -2.75, -49.5]);
    equals(all.present_v.as_ref().unwrap(), &[2, 2, 7, 3], [-1.75, 0.875, -0.75, 2.625, 164.375]);
    let p = all.p.unwrap();
    equals(&p, &[2, 4, 3, 7], [0.348_577_998_822_141, 0.530_327_049_744_999_7, 0.0, 24.0, 1_992.164_426_133_487_5]);
    let (s, p) = (all.s.unwrap().download().unwrap(), p.download().unwrap());
    assert!(s.iter().zip(&p).all(|(s, p)| (*s == f64::NEG_INFINITY) == (*p == 0.0)));
    assert_relative_eq!((s[0] - s[1]).exp(), p[0] / p[1], max_relative = 1e-12);
}

/// Keys behind the length are as if they were not there, whatever they hold.
#[test]
fn lengths_cut_the_keys() {
    let [q, k, mut v] = inputs();
    let device = q.device().clone();
    let cut = |x: &Buffer<f64>, width: usize| {
        let x = x.download().unwrap();
        let kept: Vec<f64> = x.chunks(5 * width).flat_map(|head| head[..3 * width].to_vec()).collect();
        device.upload(&kept, &[2, 2, 3, width]).unwrap()
    };
    let known = multi_head_attention(&q, &cut(&k, 2), &cut(&v, 3), None, None, None, None, None, &plain()).unwrap().o;
    v.as_host_mut().unwrap().chunks_mut(15).for_each(|head| head[9..].fill(f64::NAN));
    let of = |lengths: &[i64]| {
        let lengths = device.upload(lengths, &[2]).unwrap();
        multi_head_attention(&q, &k, &v, None, None, None, None, Some(&lengths), &plain()).map(|all| all.o)
    };
    assert_eq!(of(&[3, 3]).unwrap().download().unwrap(), known.download().unwrap());
    assert_eq!(of(&[0, 3]).unwrap().download().unwrap()[..36], [0.0; 36]);
    let error = "multi_head_attention: `key_length` must be 0 to the number of keys; its element 1 is not";
    assert_eq!(of(&[3, 6]).unwrap_err().to_string(), error);
}

/// Any number of batch extents, and a head less than none.
#[test]
fn batches_and_empty_inputs() {
    let [q, k, v] = inputs();
    let [q, k, v] =
        [(q, [1, 2, 4, 3, 2]), (k, [1, 2, 2, 5, 2]), (v, [1, 2, 2, 5, 3])].map(|(x, s)| x.reshaped(&s).unwrap());
    equals(
        &multi_head_attention(&q, &k, &v, None, None, None, None, None, &plain()).unwrap().o,
        &[1, 2, 4, 3, 3],
        PLAIN,
    );
    let device = Device::cpu();
    let of = |q: [usize; 4], k: [usize; 4], v: [usize; 4]| {
        let [q, k, v] = [q, k, v].map(|shape| device.zeros::<f32>(&shape).unwrap());
        multi_head_attention(&q, &k, &v, None, None, None, None, None, &plain()).unwrap().o
    };
    let none = of([2, 4, 3, 8], [2, 4, 0, 8], [2, 4, 0, 5]);
    assert_eq!((none.shape(), none.download().unwrap()), (&[2, 4, 3, 5][..], vec![0.0; 120]));
    assert_eq!(of([0, 4, 3, 8], [0, 4, 2, 8], [0, 4, 2, 5]).shape(), [0, 4, 3, 5]);
    assert_eq!(of([2, 4, 0, 8], [2, 2, 2, 8], [2, 2, 2, 5]).shape(), [2, 4, 0, 5]);
    assert_eq!(of([2, 0, 3, 8], [2, 0, 2, 8], [2, 0, 2, 5]).shape(), [2, 0, 3, 5]);
    assert_eq!(of([2, 4, 3, 0], [2, 4, 2, 0], [2, 4, 2, 5]).download().unwrap(), [0.0; 120]);
}

/// 16-bit elements: rounded inputs, one rounding of the output; through the other kernel for wide heads.
#[test]
fn half_precision_is_near() {
    fn of<T: Float>(width: usize) -> f64 {
        let [q, k, v] = inputs();
        let narrow = |x: Buffer<f64>| {
            let wide = x.download().unwrap();
            let rows = wide.chunks(x.shape()[3]).flat_map(|row| row.iter().copied().chain([0.0; 200]).take(width));
            let rows: Vec<T> = rows.map(T::nearest).collect();
            Device::cpu().upload(&rows, &[x.shape()[0], x.shape()[1], x.shape()[2], width]).unwrap()
        };
        let settings = MultiHeadAttentionSettings { scale: Some(0.5f64.sqrt()), ..plain() };
        let o = multi_head_attention(&narrow(q), &narrow(k), &narrow(v), None, None, None, None, None, &settings)
            .unwrap()
            .o;
        o.download().unwrap().into_iter().map(Into::into).sum()
    }
    for width in [16, 150] {
        assert_relative_eq!(of::<f16>(width), PLAIN[3], epsilon = 72.0 * 5e-4);
        assert_relative_eq!(of::<bf16>(width), PLAIN[3], epsilon = 72.0 * 4e-3);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let [q, k, v] = inputs();
    let said = |settings: MultiHeadAttentionSettings| call(&settings).unwrap_err().to_string();
    let needs = "multi_head_attention: needs ";
    let cases = [
        (MultiHeadAttentionSettings { scale: Some(f64::INFINITY), ..plain() }, "a finite scale, got scale = inf"),
        (MultiHeadAttentionSettings { softcap: -1.0, ..plain() }, "a finite softcap >= 0, got softcap = -1"),
        (
            MultiHeadAttentionSettings { bottom_right: true, ..plain() },
            "causal where bottom_right, got bottom_right alone",
        ),
        (MultiHeadAttentionSettings { kv_heads: Some(2), ..plain() }, "heads where kv_heads, got kv_heads alone"),
        (
            MultiHeadAttentionSettings { heads: Some(0), ..plain() },
            "heads and kv_heads >= 1, got heads = 0, kv_heads = none",
        ),
        (MultiHeadAttentionSettings { heads: Some(3), ..plain() }, "whole heads, got `q` of 2 in 3 heads"),
    ];
    for (settings, expected) in cases {
        assert_eq!(said(settings), format!("{needs}{expected}"));
    }
    let of = |q: &Buffer<f64>, k: &Buffer<f64>, v: &Buffer<f64>| {
        multi_head_attention(q, k, v, None, None, None, None, None, &plain()).unwrap_err().to_string()
    };
    let flat = ramp(&[6, 2], 7, 17);
    assert_eq!(of(&flat, &k, &v), "multi_head_attention: `q` must be […, H, L, D], got [6, 2]");
    let unlike =
        "one batch, k as wide as q, and as many keys as values, got q [2, 4, 3, 2], k [2, 2, 5, 2], v [2, 2, 4, 3]";
    assert_eq!(of(&q, &k, &ramp(&[2, 2, 4, 3], 1, 7)), format!("{needs}{unlike}"));
    let (three, values) = (ramp(&[2, 3, 5, 2], 1, 7), ramp(&[2, 3, 5, 3], 1, 7));
    assert_eq!(of(&q, &three, &values), format!("{needs}heads of keys that divide the heads of queries, got 3 and 4"));
    let wide = ramp(&[1, 1, 1, 257], 1, 7);
    assert_eq!(of(&wide, &wide, &wide), format!("{needs}heads of up to 256 elements, got 257 and 257"));
}

#[test]
fn masks_pasts_and_lengths_that_do_not_fit_are_refused() {
    let [q, k, v] = inputs();
    let keep = Device::cpu().zeros::<u8>(&[3, 5]).unwrap();
    let error = |mask: Option<&Buffer<f64>>, keep, past_k: Option<&Buffer<f64>>, past_v, lengths| {
        multi_head_attention(&q, &k, &v, mask, keep, past_k, past_v, lengths, &plain()).unwrap_err().to_string()
    };
    let mask = ramp(&[2, 5], 1, 7);
    assert_eq!(
        error(Some(&mask), Some(&keep), None, None, None),
        "multi_head_attention: needs mask or keep, not both, got both"
    );
    assert_eq!(
        error(Some(&mask), None, None, None, None),
        "multi_head_attention: `mask` must be [broadcastable to [2, 4, 3, 5], all of its batch or none], got [2, 5]"
    );
    let alone = "multi_head_attention: needs past_k and past_v together, got one of them";
    assert_eq!(error(None, None, Some(&k), None, None), alone);
    assert_eq!(
        error(None, None, Some(&ramp(&[2, 2, 2, 3], 1, 7)), Some(&v), None),
        "multi_head_attention: `past_k` must be [as [2, 2, 5, 2] but for axis 2], got [2, 2, 2, 3]"
    );
    let lengths = Device::cpu().zeros::<i64>(&[3]).unwrap();
    assert_eq!(
        error(None, None, None, None, Some(&lengths)),
        "multi_head_attention: `key_length` must be [2], got [3]"
    );
}
