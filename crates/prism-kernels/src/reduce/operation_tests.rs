use super::super::{
    ArgSettings, ReduceSettings, arg_max, arg_min, reduce_l1, reduce_l2, reduce_log_sum_exp, reduce_max, reduce_mean,
    reduce_min, reduce_prod, reduce_sum, reduce_sum_square,
};
use approx::assert_relative_eq;
use prism_device::{Buffer, Device, Result, f16};

type Operation = fn(&Buffer<f64>, &ReduceSettings) -> Result<Buffer<f64>>;

fn over(axes: &[i64]) -> ReduceSettings {
    ReduceSettings { axes: axes.to_vec(), ..ReduceSettings::default() }
}

/// `x = (numpy.arange(24)*7 % 11 - 5).reshape(2, 3, 4)/4`.
fn quarters() -> Buffer<f64> {
    let x: Vec<f64> = (0..24).map(|i| f64::from(i * 7 % 11 - 5) / 4.0).collect();
    Device::cpu().upload(&x, &[2, 3, 4]).unwrap()
}

fn assert_near(got: &Buffer<f64>, shape: &[usize], known: &[f64]) {
    assert_eq!(got.shape(), shape);
    for (got, known) in got.download().unwrap().iter().zip(known) {
        assert_relative_eq!(*got, *known, max_relative = 1e-15, epsilon = 1e-16);
    }
}

/// `x.sum((0, 2))` and its siblings, numpy 2.4.6; `scipy.special.logsumexp(x, (0, 2))`, scipy 1.17.1.
#[test]
fn outer_and_inner_axes_together_equal_numpy_and_scipy() {
    let known: [(Operation, [f64; 3]); 8] = [
        (reduce_sum, [1.5, -0.25, -2.0]),
        (reduce_mean, [0.1875, -0.03125, -0.25]),
        (reduce_min, [-1.25, -1.0, -1.25]),
        (reduce_max, [1.25, 1.0, 0.75]),
        (reduce_l1, [6.0, 4.75, 6.0]),
        (reduce_l2, [2.397_915_761_656_359_6, 2.046_338_192_968_112_6, 2.371_708_245_126_284_5]),
        (reduce_sum_square, [5.75, 4.1875, 5.625]),
        (reduce_log_sum_exp, [2.569_685_814_204_075_5, 2.305_899_755_451_646_7, 2.125_992_522_768_034_3]),
    ];
    for (operation, known) in known {
        assert_near(&operation(&quarters(), &over(&[0, 2])).unwrap(), &[3], &known);
        let kept = ReduceSettings { keepdims: true, ..over(&[-1, -3]) };
        assert_near(&operation(&quarters(), &kept).unwrap(), &[1, 3, 1], &known);
    }
}

/// As above along axis 1, behind which others lie, and over all axes.
#[test]
fn columns_and_whole_arrays_equal_numpy_and_scipy() {
    let known: [(Operation, [f64; 8], f64); 8] = [
        (reduce_sum, [-2.0, 0.5, 0.25, 0.0, 0.5, 0.25, 0.0, -0.25], -0.75),
        (reduce_mean, [-2.0 / 3.0, 0.5 / 3.0, 0.25 / 3.0, 0.0, 0.5 / 3.0, 0.25 / 3.0, 0.0, -0.25 / 3.0], -0.031_25),
        (reduce_min, [-1.25, -0.75, -0.5, -1.25, -0.75, -0.5, -1.25, -1.0], -1.25),
        (reduce_max, [0.25, 0.75, 1.0, 1.25, 0.75, 1.0, 1.25, 0.5], 1.25),
        (reduce_l1, [2.5, 2.0, 1.75, 2.5, 2.0, 1.75, 2.5, 1.75], 16.75),
        (reduce_l2, [2.625, 1.375, 1.3125, 3.125, 1.375, 1.3125, 3.125, 1.3125].map(f64::sqrt), 3.944_933_459_514_875),
        (reduce_sum_square, [2.625, 1.375, 1.3125, 3.125, 1.375, 1.3125, 3.125, 1.3125], 15.5625),
        (
            reduce_log_sum_exp,
            [
                0.661_867_871_275_095_4,
                1.444_112_186_401_914_4,
                1.411_867_871_275_095_4,
                1.563_780_863_337_258,
                1.444_112_186_401_914_4,
                1.411_867_871_275_095_4,
                1.563_780_863_337_258,
                1.194_112_186_401_914_4,
            ],
            3.449_229_592_451_66,
        ),
    ];
    for (operation, columns, whole) in known {
        assert_near(&operation(&quarters(), &over(&[1])).unwrap(), &[2, 4], &columns);
        assert_near(&operation(&quarters(), &over(&[])).unwrap(), &[], &[whole]);
    }
}

/// `(x + 2).prod((0, 2))` and `(x + 2).prod()`, numpy 2.4.6.
#[test]
fn products_equal_numpy() {
    let x: Vec<f64> = quarters().download().unwrap().iter().map(|x| x + 2.0).collect();
    let x = Device::cpu().upload(&x, &[2, 3, 4]).unwrap();
    assert_near(
        &reduce_prod(&x, &over(&[0, 2])).unwrap(),
        &[3],
        &[250.653_076_171_875, 126.5625, 32.568_969_726_562_5],
    );
    assert_near(&reduce_prod(&x, &over(&[])).unwrap(), &[], &[1_033_194.544_416_619_5]);
}

/// `x.argmin(1)`, `x.argmax(2)`, `x.argmax()`, `x.reshape(2, 12).argmax(1)`, numpy 2.4.6.
#[test]
fn places_equal_numpy() {
    let at = |axes: &[i64], keepdims| ArgSettings { axes: axes.to_vec(), keepdims };
    let places = |found: Result<Buffer<i64>>| {
        let found = found.unwrap();
        (found.shape().to_vec(), found.download().unwrap())
    };
    let x = quarters();
    assert_eq!(places(arg_min(&x, &at(&[1], false))), (vec![2, 4], vec![0, 1, 0, 2, 1, 0, 2, 1]));
    assert_eq!(places(arg_max(&x, &at(&[-1], true))), (vec![2, 3, 1], vec![3, 2, 1, 2, 1, 0]));
    assert_eq!(places(arg_max(&x, &at(&[], false))), (vec![], vec![3]));
    assert_eq!(places(arg_max(&x, &at(&[1, 2], false))), (vec![2], vec![3, 2]));
}

/// `numpy.square(x).sum(())` and its siblings, numpy 2.4.6: a set of no axes.
#[test]
fn no_axes_may_mean_none() {
    let settings = ReduceSettings { noop_with_empty_axes: true, ..ReduceSettings::default() };
    let x = quarters().download().unwrap();
    let of = |operation: Operation| operation(&quarters(), &settings).unwrap();
    assert_near(&of(reduce_sum), &[2, 3, 4], &x);
    assert_near(&of(reduce_sum_square), &[2, 3, 4], &x.iter().map(|x| x * x).collect::<Vec<_>>());
    assert_near(&of(reduce_l1), &[2, 3, 4], &x.iter().map(|x| x.abs()).collect::<Vec<_>>());
    assert_near(&of(reduce_log_sum_exp), &[2, 3, 4], &x);
}

#[test]
fn extents_of_none_give_identities_or_nothing() {
    let device = Device::cpu();
    let empty = device.zeros::<f64>(&[2, 0, 3]).unwrap();
    let of = |operation: Operation, axes: &[i64]| {
        let y = operation(&empty, &over(axes)).unwrap();
        (y.shape().to_vec(), y.download().unwrap())
    };
    assert_eq!(of(reduce_sum, &[1]), (vec![2, 3], vec![0.0; 6]));
    assert_eq!(of(reduce_prod, &[]), (vec![], vec![1.0]));
    assert_eq!(of(reduce_max, &[0, 1]), (vec![3], vec![f64::NEG_INFINITY; 3]));
    assert_eq!(of(reduce_min, &[1, 2]), (vec![2], vec![f64::INFINITY; 2]));
    assert_eq!(of(reduce_log_sum_exp, &[1]).1, [f64::NEG_INFINITY; 6]);
    assert!(of(reduce_mean, &[1]).1.iter().all(|y| y.is_nan()));
    assert_eq!(of(reduce_sum, &[0]), (vec![0, 3], vec![]));
    let places = arg_max(&empty, &ArgSettings { axes: vec![0], keepdims: true }).unwrap();
    assert_eq!(places.shape(), [1, 0, 3]);
}

/// Axes 0, 2 and 4 of five go in three folds; the sum by plain loops is exact.
#[test]
fn axes_that_lie_apart_and_long_rows_in_parts() {
    let device = Device::cpu();
    let x: Vec<f32> = (0..3 * 2 * 5 * 4 * 7).map(|i| (i * 31 % 64) as f32).collect();
    let mut known = [0.0; 8];
    for (i, x) in x.iter().enumerate() {
        known[i / 140 % 2 * 4 + i / 7 % 4] += x;
    }
    let x = device.upload(&x, &[3, 2, 5, 4, 7]).unwrap();
    assert_eq!(reduce_sum(&x, &over(&[0, 2, 4])).unwrap().download().unwrap(), known);
    let long: Vec<f16> = (0..70_000).map(|i| f16::from_f32((i % 8) as f32)).collect();
    let long = device.upload(&long, &[70_000]).unwrap();
    assert_eq!(reduce_mean(&long, &over(&[0])).unwrap().download().unwrap(), [f16::from_f32(3.5)]);
    assert_eq!(arg_max(&long, &ArgSettings::default()).unwrap().download().unwrap(), [7]);
    let long = long.reshaped(&[35_000, 2]).unwrap();
    assert_eq!(reduce_max(&long, &over(&[0])).unwrap().download().unwrap(), [6.0, 7.0].map(f16::from_f32));
    let places = arg_max(&long, &ArgSettings { axes: vec![0], keepdims: false }).unwrap();
    assert_eq!(places.download().unwrap(), [3, 3]);
}

#[test]
fn wrong_axes_are_refused() {
    let error = |axes: &[i64]| reduce_l2(&quarters(), &over(axes)).unwrap_err().to_string();
    assert_eq!(error(&[3]), "reduce_l2: needs -rank <= axis < rank, got axis = 3, rank = 3");
    assert_eq!(error(&[0, -3]), "reduce_l2: needs each of axes once, got axes = [0, -3], rank = 3");
    let error = |x: &Buffer<f64>, axes: &[i64]| {
        arg_min(x, &ArgSettings { axes: axes.to_vec(), keepdims: false }).unwrap_err().to_string()
    };
    assert_eq!(error(&quarters(), &[0, 2]), "arg_min: needs axes side by side, got axes = [0, 2], shape = [2, 3, 4]");
    let empty = Device::cpu().zeros(&[2, 0]).unwrap();
    assert_eq!(error(&empty, &[1]), "arg_min: needs an element along the axes, got axes = [1], shape = [2, 0]");
}
