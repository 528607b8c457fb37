use super::*;
use approx::assert_relative_eq;
use prism_device::Device;

/// Eighths around 0 by a linear rule.
fn ramp(shape: &[usize]) -> Buffer<f64> {
    let values: Vec<f64> = (0..shape.iter().product()).map(|i: usize| ((i * 5 % 31) as f64 - 15.0) / 8.0).collect();
    Device::cpu().upload(&values, shape).unwrap()
}

fn plain() -> RopeEncodingSettings {
    RopeEncodingSettings::default()
}

/// `onnx.reference.ReferenceEvaluator` of `RotaryEmbedding`, opset 24, onnx 1.23.2, by caches and by formula: the first,
/// middle and last number, their sum, and their sum times their places.
#[test]
fn equals_onnx() {
    let x = ramp(&[2, 2, 3, 6]);
    let pos = x.device().upload(&[0i64, 1, 5, 7, 2, 1], &[2, 3]).unwrap();
    let known = [
        (
            6,
            RopeForm::Half,
            [-1.875, 1.435_117_766_968_222_7, -0.120_960_147_981_999_6, 5.276_441_837_079_819, 502.594_470_436_928],
        ),
        (
            6,
            RopeForm::Interleaved,
            [
                -1.875,
                -0.289_472_054_668_598_8,
                -0.126_615_534_668_334_3,
                -16.873_004_273_975_567,
                -806.996_317_510_251_2,
            ],
        ),
        (4, RopeForm::Half, [-1.875, 1.845_734_391_167_465_7, -0.125, 6.992_229_400_892_951, 439.429_928_056_266_7]),
        (
            4,
            RopeForm::Interleaved,
            [-1.875, -0.289_472_054_668_598_8, -0.125, -16.605_717_178_676_212, -800.470_598_309_603_6],
        ),
    ];
    for (d, form, known) in known {
        let settings = RopeEncodingSettings { form, rotary_dim: Some(d as u32), ..plain() };
        let angle = |at: usize| (at / (d / 2)) as f64 * 1e4f64.powf(-2.0 * (at % (d / 2)) as f64 / d as f64);
        let cache = |f: fn(f64) -> f64| {
            let values: Vec<f64> = (0..4 * d).map(|at| f(angle(at))).collect();
            x.device().upload(&values, &[8, d / 2]).unwrap()
        };
        let (cos, sin) = (cache(f64::cos), cache(f64::sin));
        for caches in [None, Some((&cos, &sin))] {
            let (cos, sin) = caches.unzip();
            let y = rope_encoding(&x, Some(&pos), cos, sin, &settings).unwrap();
            let y = y.download().unwrap();
            let weighted = y.iter().zip(1..).map(|(y, place)| y * f64::from(place)).sum::<f64>();
            let got = [y[0], y[36], y[71], y.iter().sum(), weighted];
            for (got, known) in got.into_iter().zip(known) {
                assert_relative_eq!(got, known, max_relative = 1e-12);
            }
        }
    }
}

/// The order of axes changes where rows lie and nothing else; positions count from `start`.
#[test]
fn layouts_agree_and_positions_count_from_the_start() {
    let x = ramp(&[1, 1, 3, 4]);
    let pos = x.device().upload(&[5i64, 6, 7], &[1, 3]).unwrap();
    let by_pos = rope_encoding(&x, Some(&pos), None, None, &plain()).unwrap();
    let by_start = rope_encoding(&x, None, None, None, &RopeEncodingSettings { start: 5, ..plain() }).unwrap();
    let x = x.reshaped(&[3, 1, 4]).unwrap();
    let settings = RopeEncodingSettings { start: 5, layout: RopeLayout::SequenceFirst, ..plain() };
    let last = rope_encoding(&x, None, None, None, &settings).unwrap();
    assert_eq!(last.shape(), [3, 1, 4]);
    for other in [by_start, last] {
        assert_eq!(other.download().unwrap(), by_pos.download().unwrap());
    }
}

/// The product of a query and a key depends on how far apart they are; a turn keeps the length.
#[test]
fn products_depend_on_distance_alone() {
    let x = ramp(&[1, 2, 1, 64]);
    let product = |start: [i64; 2]| {
        let [q, k] = start.map(|start| {
            let settings = RopeEncodingSettings { start, scale: 0.5, ..plain() };
            rope_encoding(&x, None, None, None, &settings).unwrap().download().unwrap()
        });
        q[..64].iter().zip(&k[64..]).map(|(a, b)| a * b).sum::<f64>()
    };
    assert_relative_eq!(product([3, 10]), product([1_048_576, 1_048_583]), max_relative = 1e-8);
    assert!((product([3, 10]) - product([3, 11])).abs() > 1e-3);
}

#[test]
fn empty_inputs_stay_empty() {
    for shape in [[0, 2, 3, 4], [2, 0, 3, 4], [2, 2, 0, 4], [2, 2, 3, 0]] {
        assert_eq!(rope_encoding(&ramp(&shape), None, None, None, &plain()).unwrap().shape(), shape);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let x = ramp(&[1, 2, 3, 6]);
    let device = x.device();
    let said = |settings: RopeEncodingSettings| rope_encoding(&x, None, None, None, &settings).unwrap_err().to_string();
    let needs = "rope_encoding: needs ";
    for (settings, expected) in [
        (RopeEncodingSettings { rotary_dim: Some(3), ..plain() }, "an even rotary_dim of D at most, got 3 of 6"),
        (RopeEncodingSettings { rotary_dim: Some(8), ..plain() }, "an even rotary_dim of D at most, got 8 of 6"),
        (RopeEncodingSettings { base: 0.0, ..plain() }, "a finite base > 0, got base = 0"),
        (RopeEncodingSettings { scale: f64::NAN, ..plain() }, "a finite scale, got scale = NaN"),
    ] {
        assert_eq!(said(settings), format!("{needs}{expected}"));
    }
    let odd = rope_encoding(&ramp(&[1, 1, 1, 5]), None, None, None, &plain()).unwrap_err().to_string();
    assert_eq!(odd, "rope_encoding: needs an even rotary_dim of D at most, got 5 of 5");
    let flat = rope_encoding(&ramp(&[3, 6]), None, None, None, &plain()).unwrap_err().to_string();
    assert_eq!(flat, "rope_encoding: `x` must be […, H, S, D], got [3, 6]");
    let (pos, cache) = (device.upload(&[0i64, 4, 9], &[3]).unwrap(), device.zeros::<f64>(&[4, 3]).unwrap());
    let of = |pos: Option<&Buffer<i64>>, cos, sin, settings: &RopeEncodingSettings| {
        rope_encoding(&x, pos, cos, sin, settings).unwrap_err().to_string()
    };
    assert_eq!(of(Some(&pos), None, None, &plain()), "rope_encoding: `pos` must be [1, 3], got [3]");
    let pos = pos.reshaped(&[1, 3]).unwrap();
    let beyond = "rope_encoding: `pos` must be a row of cos and sin; its element 1 is not";
    assert_eq!(of(Some(&pos), Some(&cache), Some(&cache), &plain()), beyond);
    assert_eq!(of(None, Some(&cache), None, &plain()), "rope_encoding: needs cos and sin together, got one of them");
    let scaled = RopeEncodingSettings { scale: 2.0, ..plain() };
    assert_eq!(
        of(None, Some(&cache), Some(&cache), &scaled),
        "rope_encoding: needs no scale beside cos and sin, got scale = 2"
    );
    let narrow = device.zeros::<f64>(&[4, 2]).unwrap();
    assert_eq!(
        of(None, Some(&cache), Some(&narrow), &plain()),
        "rope_encoding: `sin` must be [max_pos, 3], got [4, 2]"
    );
}
