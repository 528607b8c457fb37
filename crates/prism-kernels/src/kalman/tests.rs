//! Kalman filters against outside values and laws.

use super::{Filtered, kalman_filter_step, kalman_filter_steps, kalman_smoother};
use approx::assert_relative_eq;
use prism_device::philox::Philox;
use prism_device::{Buffer, Device};

fn buffer(values: &[f64], shape: &[usize]) -> Buffer<f64> {
    Device::cpu().upload(values, shape).unwrap()
}

fn diagonal(values: &[f64]) -> Vec<f64> {
    let n = values.len();
    (0..n * n).map(|e| if e / n == e % n { values[e / n] } else { 0.0 }).collect()
}

fn near(got: &Buffer<f64>, expected: &[f64]) {
    let got = got.download().unwrap();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert_relative_eq!(got, expected, max_relative = 1e-12, epsilon = 1e-14);
    }
}

/// `filterpy.kalman.KalmanFilter`, predict(u) and update(z) three times, filterpy 2.0.0.
#[test]
fn equals_filterpy() {
    let f = buffer(&[1.0, 0.5, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.5, 0.0, 0.0, 0.0, 1.0], &[1, 4, 4]);
    let mut q = diagonal(&[0.01, 0.02, 0.03, 0.04]);
    (q[1], q[4]) = (0.005, 0.005);
    let q = buffer(&q, &[1, 4, 4]);
    let h = buffer(&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], &[1, 2, 4]);
    let r = buffer(&[0.5, 0.1, 0.1, 0.4], &[1, 2, 2]);
    let control = buffer(&[0.125, 0.5, 0.0, 0.25], &[1, 4, 1]);
    let (mut x, mut p) =
        (buffer(&[0.0, 1.0, 2.0, -1.0], &[1, 4]), buffer(&diagonal(&[1.0, 2.0, 3.0, 4.0]), &[1, 4, 4]));
    let steps = [
        ([0.7, 1.2], 0.3, -2.947_876_019_888_670_7),
        ([1.5, 0.9], -0.2, -2.345_334_405_314_171_4),
        ([1.1, 1.4], 0.1, -3.007_526_698_390_244_7),
    ];
    for (at, (z, u, ll)) in steps.into_iter().enumerate() {
        let (z, u) = (buffer(&z, &[1, 2]), buffer(&[u], &[1, 1]));
        let after = kalman_filter_step(&x, &p, &f, &q, &h, &r, Some(&control), Some(&u), &z, true).unwrap();
        near(&after.ll, &[ll]);
        if at == 2 {
            near(&after.y, &[-0.973_371_159_935_784_8, 1.019_385_461_882_578]);
            near(
                &after.s,
                &[1.391_157_399_931_889_4, 0.226_350_636_221_292_12, 0.226_350_636_221_292_12, 1.483_902_016_372_830_3],
            );
            near(
                &after.k,
                &[
                    0.642_683_639_800_162,
                    -0.012_885_766_260_517_087,
                    0.554_526_495_856_334_8,
                    -0.025_717_034_518_433_515,
                    -0.028_736_652_800_698_134,
                    0.734_823_838_761_584_3,
                    -0.061_626_411_201_207_28,
                    0.751_388_483_981_318_9,
                ],
            );
        }
        (x, p) = (after.x, after.p);
    }
    near(&x, &[1.434_665_877_200_561, 0.772_364_856_837_262_1, 1.157_654_705_465_016_1, -0.075_786_774_939_118_9]);
    let p = p.download().unwrap();
    for (at, expected) in [
        (0, 0.320_053_243_274_029),
        (1, 0.274_691_544_476_324_05),
        (6, 0.045_165_835_778_260_08),
        (11, 0.294_392_752_472_406_87),
        (15, 0.634_151_007_138_264_6),
    ] {
        assert_relative_eq!(p[at], expected, max_relative = 1e-12);
    }
}

/// Real GDP of the United States, quarterly, 1947.1 to 1995.3: GDP4795.PRN of Kim & Nelson 1999.
#[rustfmt::skip]
#[allow(clippy::unreadable_literal)]
const GDP: [f64; 195] = [
    1239.5, 1247.19995117, 1255.0, 1269.5, 1284.0, 1295.69995117, 1303.80004883, 1316.40002441, 1305.30004883,
    1302.0, 1312.59997559, 1301.90002441, 1350.90002441, 1393.5, 1445.19995117, 1484.5, 1504.09997559, 1548.30004883,
    1585.40002441, 1596.0, 1607.69995117, 1612.09997559, 1621.90002441, 1657.80004883, 1687.30004883, 1695.30004883,
    1687.90002441, 1671.19995117, 1660.80004883, 1658.40002441, 1677.69995117, 1698.30004883, 1742.5, 1758.59997559,
    1778.19995117, 1793.90002441, 1787.0, 1798.5, 1802.19995117, 1826.59997559, 1836.40002441, 1834.80004883,
    1851.19995117, 1830.5, 1790.09997559, 1804.40002441, 1840.90002441, 1880.90002441, 1904.90002441, 1937.5,
    1930.80004883, 1941.90002441, 1976.90002441, 1971.69995117, 1973.69995117, 1961.09997559, 1977.40002441, 2006.0,
    2035.19995117, 2076.5, 2103.80004883, 2125.69995117, 2142.60009766, 2140.19995117, 2170.89990234, 2199.5,
    2237.60009766, 2254.5, 2311.10009766, 2329.89990234, 2357.39990234, 2364.0, 2410.10009766, 2442.80004883, 2485.5,
    2543.80004883, 2596.80004883, 2601.39990234, 2626.10009766, 2640.5, 2657.19995117, 2669.0, 2699.5, 2715.10009766,
    2752.10009766, 2796.89990234, 2816.80004883, 2821.69995117, 2864.60009766, 2867.80004883, 2884.5, 2875.10009766,
    2867.80004883, 2859.5, 2895.0, 2873.30004883, 2939.89990234, 2944.19995117, 2962.30004883, 2977.30004883,
    3037.30004883, 3089.69995117, 3125.80004883, 3175.5, 3253.30004883, 3267.60009766, 3264.30004883, 3289.10009766,
    3259.39990234, 3267.60009766, 3239.10009766, 3226.39990234, 3154.0, 3190.39990234, 3249.89990234, 3292.5,
    3356.69995117, 3369.19995117, 3381.0, 3416.30004883, 3466.39990234, 3525.0, 3574.39990234, 3567.19995117,
    3591.80004883, 3707.0, 3735.60009766, 3779.60009766, 3780.80004883, 3784.30004883, 3807.5, 3814.60009766,
    3830.80004883, 3732.60009766, 3733.5, 3808.5, 3860.5, 3844.39990234, 3864.5, 3803.10009766, 3756.10009766,
    3771.10009766, 3754.39990234, 3759.60009766, 3783.5, 3886.5, 3944.39990234, 4012.10009766, 4089.5, 4144.0,
    4166.39990234, 4194.20019531, 4221.79980469, 4254.79980469, 4309.0, 4333.5, 4390.5, 4387.70019531, 4412.60009766,
    4427.10009766, 4460.0, 4515.29980469, 4559.29980469, 4625.5, 4655.29980469, 4704.79980469, 4734.5, 4779.70019531,
    4817.60009766, 4839.0, 4839.0, 4856.70019531, 4898.29980469, 4917.10009766, 4906.5, 4867.20019531, 4842.0,
    4867.89990234, 4879.89990234, 4880.79980469, 4918.5, 4947.5, 4990.5, 5060.70019531, 5075.29980469, 5105.39990234,
    5139.39990234, 5218.0, 5261.10009766, 5314.10009766, 5367.0, 5433.79980469, 5470.10009766, 5487.79980469,
    5544.60009766
];

/// Clark's 1987 model of trend and cycle as in Kim & Nelson 1999, chapter 3: log-likelihood from observation 20 on and
/// states (trend, cycle, drift) of their GAUSS program, as statsmodels 0.15.0 has them.
#[test]
fn equals_kim_and_nelson() {
    let (phi_1, phi_2) = (1.531_659, -0.585_422);
    let f = buffer(&[1.0, 0.0, 0.0, 1.0, 0.0, phi_1, phi_2, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], &[1, 4, 4]);
    let variances = [0.005_539f64, 0.006_164, 0.0, 0.000_184].map(|sigma| sigma * sigma);
    let q = buffer(&diagonal(&variances), &[1, 4, 4]);
    let (h, r) = (buffer(&[1.0, 1.0, 0.0, 0.0], &[1, 1, 4]), buffer(&[0.0], &[1, 1, 1]));
    let z = buffer(&GDP.map(f64::ln), &[195, 1, 1]);
    let after = kalman_filter_steps(
        &buffer(&[0.0; 4], &[1, 4]),
        &buffer(&diagonal(&[100.0; 4]), &[1, 4, 4]),
        &f,
        &q,
        &h,
        &r,
        None,
        None,
        &z,
        true,
    );
    let Filtered { x, ll, .. } = after.unwrap();
    let total: f64 = ll.download().unwrap()[20..].iter().sum();
    assert!((total - 578.520_887).abs() < 1e-5, "{total}");
    let x = x.download().unwrap();
    for (at, states) in [(20, [7.369_243, 0.013_317, 0.018_762]), (194, [8.618_016, 0.002_564, 0.006_47])] {
        for (place, expected) in [0, 1, 3].into_iter().zip(states) {
            assert!((x[4 * at + place] - expected).abs() < 1e-4, "{at} {place}: {}", x[4 * at + place]);
        }
    }
}

/// A batch of `b` filters with n = 3 and m = 2 and their measurements over `t` steps, some missing.
struct Batch {
    arrays: [Buffer<f64>; 7],
    b: usize,
}

impl Batch {
    fn new(t: usize, b: usize) -> Self {
        let normal = |stream, count: usize| -> Vec<f64> {
            (0..count as u64).map(|i| Philox::new(7, stream).normal(i)).collect()
        };
        let mut z = normal(6, t * b * 2);
        z.iter_mut().enumerate().filter(|(i, _)| i % 5 == 2).for_each(|(_, z)| *z = f64::NAN);
        let p: Vec<f64> = (0..b).flat_map(|_| diagonal(&[1.0, 2.0, 3.0])).collect();
        Self {
            arrays: [
                buffer(&normal(1, b * 3), &[b, 3]),
                buffer(&p, &[b, 3, 3]),
                buffer(&normal(2, b * 9), &[b, 3, 3]),
                buffer(&diagonal(&[0.1, 0.2, 0.3]), &[1, 3, 3]),
                buffer(&normal(3, 6), &[1, 2, 3]),
                buffer(&diagonal(&[1e-9, 0.5]), &[1, 2, 2]),
                buffer(&z, &[t, b, 2]),
            ],
            b,
        }
    }

    fn run(&self, joseph: bool) -> Filtered<f64> {
        let [x, p, f, q, h, r, z] = &self.arrays;
        kalman_filter_steps(x, p, f, q, h, r, None, None, z, joseph).unwrap()
    }
}

#[test]
fn many_steps_are_one_step_many_times() {
    let batch = Batch::new(4, 5);
    let all = batch.run(true);
    let [x, p, f, q, h, r, z] = &batch.arrays;
    let mut after: Option<Filtered<f64>> = None;
    for z in z.download().unwrap().chunks(batch.b * 2) {
        let (x, p) = after.as_ref().map_or((x, p), |after| (&after.x, &after.p));
        after = Some(kalman_filter_step(x, p, f, q, h, r, None, None, &buffer(z, &[batch.b, 2]), true).unwrap());
    }
    let after = after.unwrap();
    assert_eq!(all.x.download().unwrap()[3 * batch.b * 3..], after.x.download().unwrap());
    assert_eq!(all.p.download().unwrap()[3 * batch.b * 9..], after.p.download().unwrap());
    assert_eq!(all.ll.download().unwrap()[3 * batch.b..], after.ll.download().unwrap());
}

#[test]
fn covariances_stay_symmetric_and_positive() {
    let batch = Batch::new(50, 4);
    let p = batch.run(true).p.download().unwrap();
    for p in p.chunks(9) {
        let norm = p.iter().fold(0.0f64, |most, x| most.max(x.abs()));
        assert_eq!([p[1], p[2], p[5]], [p[3], p[6], p[7]]);
        // All leading minors of P + u‖P‖ are positive.
        let (a, b, c) = (p[0] + 1e-15 * norm, p[4] + 1e-15 * norm, p[8] + 1e-15 * norm);
        assert!(a > 0.0 && a * b - p[1] * p[1] > -1e-14 * norm * norm);
        let determinant = a * (b * c - p[5] * p[5]) - p[1] * (p[1] * c - p[5] * p[2]) + p[2] * (p[1] * p[5] - b * p[2]);
        assert!(determinant > -1e-14 * norm * norm * norm, "{determinant}");
    }
}

#[test]
fn both_forms_of_the_update_agree_where_the_gain_is_the_best() {
    let batch = Batch::new(3, 4);
    let (joseph, short) = (batch.run(true).p.download().unwrap(), batch.run(false).p.download().unwrap());
    assert_ne!(joseph, short);
    for (joseph, short) in joseph.iter().zip(&short) {
        assert_relative_eq!(joseph, short, max_relative = 1e-6, epsilon = 1e-6);
    }
}

#[test]
fn what_is_missing_is_left_out() {
    let one = |z: &[f64], h: &[f64], r: &[f64]| {
        let m = z.len();
        let (f, q) = (buffer(&[1.0, 1.0, 0.0, 1.0], &[1, 2, 2]), buffer(&diagonal(&[0.1, 0.1]), &[1, 2, 2]));
        let (h, r) = (buffer(h, &[1, m, 2]), buffer(r, &[1, m, m]));
        let (x, p) = (buffer(&[1.0, 2.0], &[1, 2]), buffer(&diagonal(&[1.0, 2.0]), &[1, 2, 2]));
        kalman_filter_step(&x, &p, &f, &q, &h, &r, None, None, &buffer(z, &[1, m]), true).unwrap()
    };
    let (h, r, nan) = ([1.0, 0.0, 0.5, 1.0], [0.2, 0.05, 0.05, 0.3], f64::NAN);
    let partly = one(&[nan, 2.5], &h, &r);
    let alone = one(&[2.5], &h[2..], &r[3..]);
    near(&partly.x, &alone.x.download().unwrap());
    near(&partly.p, &alone.p.download().unwrap());
    near(&partly.ll, &alone.ll.download().unwrap());
    assert!(partly.y.download().unwrap()[0].is_nan());
    let gain = partly.k.download().unwrap();
    assert_eq!([gain[0], gain[2]], [0.0, 0.0]);

    let nothing = one(&[nan, nan], &h, &r);
    near(&nothing.x, &[3.0, 2.0]);
    near(&nothing.p, &[3.1, 2.0, 2.0, 2.1]);
    near(&nothing.ll, &[0.0]);
}

#[test]
fn faults_are_errors_that_name_their_place() {
    let (x, p) = (buffer(&[0.0; 2], &[2, 1]), buffer(&[1.0, 0.0], &[2, 1, 1]));
    let (one, zero) = (buffer(&[1.0], &[1, 1, 1]), buffer(&[0.0], &[1, 1, 1]));
    let refused = |z: &Buffer<f64>, b: Option<&Buffer<f64>>, u: Option<&Buffer<f64>>| {
        let many = z.shape().len() == 3;
        let call = if many { kalman_filter_steps } else { kalman_filter_step };
        call(&x, &p, &one, &zero, &one, &zero, b, u, z, true).err().unwrap().to_string()
    };
    let z = buffer(&[1.0, 1.0], &[2, 1]);
    let place = "S is not positive definite at filter 1";
    assert_eq!(refused(&z, None, None), format!("kalman_filter_step: {place}"));
    let later = buffer(&[f64::NAN, f64::NAN, 1.0, 1.0, 1.0, 1.0], &[3, 2, 1]);
    assert_eq!(refused(&later, None, None), format!("kalman_filter_steps: {place}, step 1"));
    let words = "is not given, and what goes with it is";
    assert_eq!(refused(&z, None, Some(&z)), format!("kalman_filter_step: `b` {words}"));
    assert_eq!(refused(&z, Some(&one), None), format!("kalman_filter_step: `u` {words}"));
    let wide = buffer(&[0.0; 4], &[2, 2]);
    assert_eq!(refused(&wide, None, None), "kalman_filter_step: `h` must be [2, 1] or [2, 2, 1], got [1, 1, 1]");
    let flat = buffer(&[0.0; 2], &[2]);
    assert_eq!(refused(&flat, None, None), "kalman_filter_step: `z` must be [.., m], got [2]");
}

/// `filterpy.kalman.KalmanFilter` over four measurements, then its `rts_smoother`, filterpy 2.0.0.
#[test]
fn smoothing_equals_filterpy() {
    let (f, q) = (buffer(&[1.0, 0.5, 0.0, 1.0], &[2, 2]), buffer(&[0.02, 0.01, 0.01, 0.05], &[2, 2]));
    let (h, r) = (buffer(&[1.0, 0.0], &[1, 2]), buffer(&[0.5], &[1, 1]));
    let (x, p) = (buffer(&[0.0, 1.0], &[2]), buffer(&diagonal(&[1.0, 2.0]), &[2, 2]));
    let z = buffer(&[0.7, 1.5, 1.1, 2.4], &[4, 1]);
    let found = kalman_filter_steps(&x, &p, &f, &q, &h, &r, None, None, &z, true).unwrap();
    let smooth = kalman_smoother(&found.x, &found.p, &f, &q, None, None).unwrap();
    assert_eq!((smooth.x.shape(), smooth.p.shape()), (&[4, 2][..], &[4, 2, 2][..]));
    let states = [
        [0.651_650_411_939_269_1, 1.012_299_362_980_593_9],
        [1.157_844_045_395_881_4, 1.008_405_841_349_843_3],
        [1.651_597_723_762_198_8, 1.013_634_420_173_236_8],
        [2.167_706_667_162_324_4, 1.018_280_286_829_990_3],
    ];
    near(&smooth.x, &states.concat());
    let [a, b, c] = [-0.135_076_199_734_485_8, -0.026_162_560_310_121_35, 0.083_298_030_808_319_06];
    let d = 0.216_712_288_441_039_23;
    let covariances = [
        [0.201_202_653_385_904_46, a, a, 0.267_457_987_807_744_3],
        [0.123_365_909_843_285_8, b, b, 0.258_357_898_794_655],
        [0.151_428_490_406_184_86, c, c, 0.275_845_804_973_721_13],
        [0.300_007_370_985_515_94, d, d, 0.317_257_310_487_685_35],
    ];
    near(&smooth.p, &covariances.concat());
}

/// A walk that went just as its inputs say: smoothing changes no state, and needs the inputs for that.
#[test]
fn smoothing_takes_the_inputs_that_led_to_each_step() {
    let (one, noise) = (buffer(&[1.0], &[1, 1]), buffer(&[1e-3], &[1, 1]));
    let u = buffer(&[5.0, 1.0, -2.0, 0.5], &[4, 1, 1]);
    let x = buffer(&[5.0, 6.0, 4.0, 4.5], &[4, 1, 1]);
    let p = buffer(&[0.5; 4], &[4, 1, 1, 1]);
    let smooth = kalman_smoother(&x, &p, &one, &noise, Some(&one), Some(&u)).unwrap();
    near(&smooth.x, &[5.0, 6.0, 4.0, 4.5]);
    let zero = buffer(&[0.0], &[1, 1]);
    let error = kalman_smoother(&x, &p, &zero, &zero, None, None).unwrap_err().to_string();
    assert_eq!(error, "kalman_smoother: the predicted covariance is not positive definite at filter 0, step 0");
    let error = kalman_smoother(&u.reshaped(&[4]).unwrap(), &p, &one, &one, None, None).unwrap_err().to_string();
    assert_eq!(error, "kalman_smoother: `x` must be [T, .., n], got [4]");
}
