use super::{BatchNormOutputs, BatchNormSettings, batch_norm};
use approx::assert_relative_eq;
use prism_device::{Buffer, Device, Result, f16};

pub(in crate::norm) const GAMMA: [f64; 3] = [1.5, -2.0, 0.5];
pub(in crate::norm) const BETA: [f64; 3] = [0.25, 1.0, -3.0];
pub(in crate::norm) const MEAN: [f64; 3] = [0.5, -1.0, 0.25];
pub(in crate::norm) const VAR: [f64; 3] = [2.0, 0.5, 1.0];

pub(in crate::norm) fn up(x: &[f64], shape: &[usize]) -> Buffer<f64> {
    Device::cpu().upload(x, shape).unwrap()
}

/// Whole numbers around 0, scaled.
pub(in crate::norm) fn ramp(shape: &[usize], m: i64, scale: f64) -> Buffer<f64> {
    let len = shape.iter().product::<usize>() as i64;
    up(&(0..len).map(|i| ((i * i * 7 + 3 * i) % m - m / 2) as f64 * scale).collect::<Vec<_>>(), shape)
}

fn image() -> Buffer<f64> {
    ramp(&[2, 3, 4], 13, 0.25)
}

fn of(x: &Buffer<f64>, settings: &BatchNormSettings) -> Result<BatchNormOutputs<f64>> {
    let [gamma, beta, mean, var] = [GAMMA, BETA, MEAN, VAR].map(|x| up(&x, &[3]));
    batch_norm(x, Some(&gamma), Some(&beta), Some(&mean), Some(&var), settings)
}

fn training() -> BatchNormSettings {
    BatchNormSettings { training: true, ..BatchNormSettings::default() }
}

#[track_caller]
fn near(got: &Buffer<f64>, expected: &[f64], tolerance: f64) {
    let got = got.download().unwrap();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert_relative_eq!(got, expected, max_relative = tolerance);
    }
}

/// The batch of [`image`] in training, by torch 2.15.0.
const TRAINED: [f64; 24] = [
    -2.055_583_913_896_249_7,
    1.868_814_237_416_515_8,
    1.083_934_607_153_962_8,
    0.691_494_792_022_686_2,
    1.085_202_072_857_778_3,
    0.403_585_489_995_553_1,
    -0.959_647_675_728_897,
    5.856_518_152_893_353,
    -3.128_401_661_882_677_3,
    -2.394_677_879_695_949,
    -3.421_891_174_757_368_6,
    -2.394_677_879_695_949,
    -0.485_824_653_371_143_56,
    -2.055_583_913_896_249_7,
    1.868_814_237_416_515_8,
    1.083_934_607_153_962_8,
    1.085_202_072_857_778_3,
    1.085_202_072_857_778_3,
    0.403_585_489_995_553_1,
    -0.959_647_675_728_897,
    -3.715_380_687_632_06,
    -3.128_401_661_882_677_3,
    -2.394_677_879_695_949,
    -3.421_891_174_757_368_6,
];

/// `torch.nn.functional.batch_norm`, torch 2.15.0.
#[test]
fn equals_torch() {
    let inference = of(&image(), &BatchNormSettings::default()).unwrap();
    assert!(inference.running_mean.is_none() && inference.running_var.is_none());
    assert_eq!(inference.y.shape(), [2, 3, 4]);
    let y = inference.y.download().unwrap();
    let picked = [y[0], y[1], y[3], y[4], y[8], y[20]];
    let known = [
        -1.871_315_040_278_671_1,
        0.780_328_760_069_667_8,
        -0.015_164_380_034_833_89,
        -2.535_498_551_124_000_2,
        -3.374_998_125_014_062_4,
        -3.874_995_625_032_812_4,
    ];
    near(&up(&picked, &[6]), &known, 1e-13);
    let trained = of(&image(), &training()).unwrap();
    near(&trained.y, &TRAINED, 1e-13);
    near(&trained.running_mean.unwrap(), &[0.446_875, -0.871_875, 0.196_875], 1e-15);
    let var = [1.904_352_678_571_428_6, 0.511_495_535_714_285_7, 0.982_924_107_142_857_2];
    near(&trained.running_var.unwrap(), &var, 1e-15);
}

/// `onnx.reference.ReferenceEvaluator` of `BatchNormalization` with `training_mode` = 1, onnx 1.23.2; its momentum of 0.9 is
/// an `f32`.
#[test]
fn the_biased_running_variance_equals_onnx() {
    let settings = BatchNormSettings { running_var_unbiased: false, momentum: 1.0 - 0.9, ..training() };
    let trained = of(&image(), &settings).unwrap();
    let var = [1.891_308_567_835_949_4, 0.503_808_594_658_039_5, 0.972_558_587_207_245_9];
    near(&trained.running_var.unwrap(), &var, 1e-7);
    near(
        &trained.running_mean.unwrap(),
        &[0.446_874_987_334_013, -0.871_874_969_452_619_6, 0.196_874_987_334_013],
        1e-7,
    );
}

#[test]
fn parameters_that_are_absent_are_one_and_zero() {
    let [mean, var] = [MEAN, VAR].map(|x| up(&x, &[3]));
    let y = batch_norm(&image(), None, None, Some(&mean), Some(&var), &BatchNormSettings::default()).unwrap().y;
    let y = y.download().unwrap();
    near(&up(&y[..2], &[2]), &[-1.414_210_026_852_447_3, 0.353_552_506_713_111_84], 1e-14);
    let trained = batch_norm(&image(), None, None, None, None, &training()).unwrap();
    assert!(trained.running_mean.is_none() && trained.running_var.is_none());
    let y = trained.y.download().unwrap();
    assert_relative_eq!(y[0] * GAMMA[0] + BETA[0], TRAINED[0], max_relative = 1e-13);
}

/// The law of the batch: every channel has mean β and standard deviation |γ|, near 0 and far from it.
#[test]
fn channels_of_a_batch_get_mean_beta_and_deviation_gamma() {
    let far = image().download().unwrap().iter().map(|x| x + 1e6).collect::<Vec<_>>();
    let settings = BatchNormSettings { epsilon: 0.0, ..training() };
    let y = of(&up(&far, &[2, 3, 2, 2]), &settings).unwrap().y.download().unwrap();
    for channel in 0..3 {
        let own: Vec<f64> = (0..8).map(|i| y[(i / 4 * 3 + channel) * 4 + i % 4]).collect();
        let mean = own.iter().sum::<f64>() / 8.0;
        let deviation = (own.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / 8.0).sqrt();
        assert_relative_eq!(mean, BETA[channel], max_relative = 1e-9);
        assert_relative_eq!(deviation, GAMMA[channel].abs(), max_relative = 1e-9);
    }
}

/// Long channels are cut into parts, and rows of many samples too; a constant channel becomes β.
#[test]
fn parts_are_joined_to_the_statistics_of_the_whole() {
    let device = Device::cpu();
    for (shape, count) in [([1, 1, 70_001], 70_001u64), ([70_001, 1, 1], 70_001)] {
        let x: Vec<f32> = (0..count).map(|i| (i % 7) as f32 + 1e4).collect();
        let settings = BatchNormSettings { momentum: 1.0, running_var_unbiased: false, ..training() };
        let zero = device.zeros(&[1]).unwrap();
        let out = batch_norm(&device.upload(&x, &shape).unwrap(), None, None, Some(&zero), Some(&zero), &settings);
        let out = out.unwrap();
        assert_relative_eq!(out.running_mean.unwrap().download().unwrap()[0], 1e4 + 3.0, max_relative = 1e-7);
        assert_relative_eq!(out.running_var.unwrap().download().unwrap()[0], 4.0, max_relative = 1e-4);
        assert_relative_eq!(out.y.download().unwrap()[0], -1.5, max_relative = 1e-4);
    }
    let constant = device.upload(&[f16::from_f32(3.5); 6], &[3, 2]).unwrap();
    let beta = device.upload(&[0.25, -1.0].map(f16::from_f32), &[2]).unwrap();
    let y = batch_norm(&constant, None, Some(&beta), None, None, &training()).unwrap().y.download().unwrap();
    assert_eq!(y, [0.25, -1.0].repeat(3).into_iter().map(f16::from_f32).collect::<Vec<_>>());
}

/// As torch does it, version 2.15.0.
#[test]
fn a_batch_without_elements_leaves_the_running_statistics() {
    for shape in [[0, 3, 4], [2, 3, 0]] {
        let out = of(&up(&[], &shape), &training()).unwrap();
        assert_eq!(out.y.shape(), shape);
        assert_eq!(out.running_mean.unwrap().download().unwrap(), MEAN);
        assert_eq!(out.running_var.unwrap().download().unwrap(), VAR);
        assert_eq!(of(&up(&[], &shape), &BatchNormSettings::default()).unwrap().y.shape(), shape);
    }
    let none = Device::cpu().zeros::<f64>(&[0]).unwrap();
    let no_channels = batch_norm(&up(&[], &[2, 0]), Some(&none), None, None, None, &training()).unwrap();
    assert_eq!(no_channels.y.shape(), [2, 0]);
}

#[test]
fn what_is_refused() {
    let plain = BatchNormSettings::default();
    let said = |x: &Buffer<f64>, settings: &BatchNormSettings| of(x, settings).unwrap_err().to_string();
    assert_eq!(said(&up(&[0.0; 3], &[3]), &plain), "batch_norm: `x` must be [N, C, ...], got [3]");
    assert_eq!(said(&up(&[0.0; 4], &[2, 2]), &plain), "batch_norm: `gamma` must be [C = 2], got [3]");
    let single = "batch_norm: needs more than one element a channel in training, got x of [1, 3, 1]";
    assert_eq!(said(&up(&[0.0; 3], &[1, 3, 1]), &training()), single);
    let settings = BatchNormSettings { epsilon: -1.0, ..plain.clone() };
    assert_eq!(said(&image(), &settings), "batch_norm: needs 0 <= epsilon < ∞, got epsilon = -1");
    let settings = BatchNormSettings { momentum: f64::NAN, ..plain.clone() };
    assert_eq!(said(&image(), &settings), "batch_norm: needs 0 <= momentum <= 1, got momentum = NaN");
    let mean = up(&MEAN, &[3]);
    let without = |mean, settings: &BatchNormSettings| {
        batch_norm(&image(), None, None, mean, None, settings).unwrap_err().to_string()
    };
    assert_eq!(
        without(None, &plain),
        "batch_norm: needs running_mean and running_var unless training, got training = false, false and false"
    );
    assert_eq!(
        without(Some(&mean), &training()),
        "batch_norm: needs running_mean and running_var, or neither, got training = true, true and false"
    );
    let matrix = up(&[0.0; 3], &[1, 3]);
    let error = batch_norm(&image(), Some(&matrix), None, None, None, &training()).unwrap_err().to_string();
    assert_eq!(error, "batch_norm: `gamma` must be [C = 3], got [1, 3]");
}
