//! Autoregressions against outside values and laws.

use super::{ArForecast, ArForecastSettings, Fit, Trend, ar_forecast};
use approx::assert_relative_eq;
use prism_device::{Buffer, Device};

/// Yearly sunspots, 1700 to 2008, as statsmodels has them.
#[rustfmt::skip]
pub(super) const SUNSPOTS: [f64; 309] = [
    5.0, 11.0, 16.0, 23.0, 36.0, 58.0, 29.0, 20.0, 10.0, 8.0, 3.0, 0.0, 0.0, 2.0, 11.0, 27.0, 47.0, 63.0, 60.0, 39.0,
    28.0, 26.0, 22.0, 11.0, 21.0, 40.0, 78.0, 122.0, 103.0, 73.0, 47.0, 35.0, 11.0, 5.0, 16.0, 34.0, 70.0, 81.0,
    111.0, 101.0, 73.0, 40.0, 20.0, 16.0, 5.0, 11.0, 22.0, 40.0, 60.0, 80.9, 83.4, 47.7, 47.8, 30.7, 12.2, 9.6, 10.2,
    32.4, 47.6, 54.0, 62.9, 85.9, 61.2, 45.1, 36.4, 20.9, 11.4, 37.8, 69.8, 106.1, 100.8, 81.6, 66.5, 34.8, 30.6, 7.0,
    19.8, 92.5, 154.4, 125.9, 84.8, 68.1, 38.5, 22.8, 10.2, 24.1, 82.9, 132.0, 130.9, 118.1, 89.9, 66.6, 60.0, 46.9,
    41.0, 21.3, 16.0, 6.4, 4.1, 6.8, 14.5, 34.0, 45.0, 43.1, 47.5, 42.2, 28.1, 10.1, 8.1, 2.5, 0.0, 1.4, 5.0, 12.2,
    13.9, 35.4, 45.8, 41.1, 30.1, 23.9, 15.6, 6.6, 4.0, 1.8, 8.5, 16.6, 36.3, 49.6, 64.2, 67.0, 70.9, 47.8, 27.5, 8.5,
    13.2, 56.9, 121.5, 138.3, 103.2, 85.7, 64.6, 36.7, 24.2, 10.7, 15.0, 40.1, 61.5, 98.5, 124.7, 96.3, 66.6, 64.5,
    54.1, 39.0, 20.6, 6.7, 4.3, 22.7, 54.8, 93.8, 95.8, 77.2, 59.1, 44.0, 47.0, 30.5, 16.3, 7.3, 37.6, 74.0, 139.0,
    111.2, 101.6, 66.2, 44.7, 17.0, 11.3, 12.4, 3.4, 6.0, 32.3, 54.3, 59.7, 63.7, 63.5, 52.2, 25.4, 13.1, 6.8, 6.3,
    7.1, 35.6, 73.0, 85.1, 78.0, 64.0, 41.8, 26.2, 26.7, 12.1, 9.5, 2.7, 5.0, 24.4, 42.0, 63.5, 53.8, 62.0, 48.5,
    43.9, 18.6, 5.7, 3.6, 1.4, 9.6, 47.4, 57.1, 103.9, 80.6, 63.6, 37.6, 26.1, 14.2, 5.8, 16.7, 44.3, 63.9, 69.0,
    77.8, 64.9, 35.7, 21.2, 11.1, 5.7, 8.7, 36.1, 79.7, 114.4, 109.6, 88.8, 67.8, 47.5, 30.6, 16.3, 9.6, 33.2, 92.6,
    151.6, 136.3, 134.7, 83.9, 69.4, 31.5, 13.9, 4.4, 38.0, 141.7, 190.2, 184.8, 159.0, 112.3, 53.9, 37.6, 27.9, 10.2,
    15.1, 47.0, 93.8, 105.9, 105.5, 104.5, 66.6, 68.9, 38.0, 34.5, 15.5, 12.6, 27.5, 92.5, 155.4, 154.6, 140.4, 115.9,
    66.6, 45.9, 17.9, 13.4, 29.4, 100.2, 157.6, 142.6, 145.7, 94.3, 54.6, 29.9, 17.5, 8.6, 21.5, 64.3, 93.3, 119.6,
    111.0, 104.0, 63.7, 40.4, 29.8, 15.2, 7.5, 2.9,
];

pub(super) fn upload(values: &[f64], series: usize) -> Buffer<f64> {
    Device::cpu().upload(values, &[series, values.len() / series]).unwrap()
}

pub(super) fn of(p: u32, h: u32, trend: Trend, fit: Fit) -> ArForecastSettings {
    ArForecastSettings { p, h, trend, fit }
}

pub(super) fn near(got: &Buffer<f64>, expected: &[f64], tolerance: f64) {
    let got = got.download().unwrap();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert_relative_eq!(got, expected, max_relative = tolerance, epsilon = tolerance);
    }
}

/// `AutoReg(y, 9, trend="c").fit()` and its `get_prediction`, statsmodels 0.15.0; the coefficients are Stata's too, the
/// last forecast gretl's 49.586502.
#[test]
fn least_squares_equal_statsmodels_stata_and_gretl() {
    let out = ar_forecast(&upload(&SUNSPOTS, 1), None, &of(9, 116, Trend::C, Fit::Ols)).unwrap();
    let coefficients = [
        6.743_053_591_733_144,
        1.164_942_197_112_868_6,
        -0.405_357_422_593_036_86,
        -0.166_539_342_465_870_27,
        0.149_806_294_160_313_63,
        -0.094_624_170_647_946_9,
        0.004_910_012_407_477_265_5,
        0.050_466_593_084_104_144,
        -0.086_353_491_908_158_55,
        0.253_491_031_947_563_45,
    ];
    near(&out.coef, &coefficients, 1e-9);
    near(&out.sigma2, &[221.225_775_741_769_58], 1e-9);
    let (forecast, se) = (out.forecast.download().unwrap(), out.se.download().unwrap());
    for (step, expected, error) in [
        (0, 31.484_801_650_457_87, 14.873_660_468_821_035),
        (9, 14.888_273_567_434_831, 28.450_222_394_948_41),
        (115, 49.586_502_117_040_91, 41.105_812_901_497_77),
    ] {
        assert_relative_eq!(forecast[step], expected, max_relative = 1e-9);
        assert_relative_eq!(se[step], error, max_relative = 1e-9);
    }
    assert_eq!(out.status.download().unwrap(), [0]);

    // AutoReg(y, 3, trend="n").
    let out = ar_forecast(&upload(&SUNSPOTS, 1), None, &of(3, 1, Trend::N, Fit::Ols)).unwrap();
    let expected = [0.0, 1.564_052_908_126_334_6, -0.792_572_118_002_278_3, 0.131_739_567_908_356_67];
    near(&out.coef, &expected, 1e-9);
    near(&out.sigma2, &[353.035_144_234_021_63], 1e-9);
}

/// `yule_walker(y, 4, method="mle", demean=…)` and `burg(y, 4, demean=…)`, statsmodels 0.15.0; c = mean·(1 − Σφ).
#[test]
fn recursions_equal_statsmodels() {
    let known = [
        (
            Fit::YuleWalker,
            Trend::C,
            [
                16.371_838_680_026_915,
                1.283_100_310_569_484_7,
                -0.452_409_243_740_931,
                -0.207_702_985_575_747_43,
                0.047_943_648_089_543_656,
            ],
            282.509_628_107_800_84,
        ),
        (
            Fit::YuleWalker,
            Trend::N,
            [
                0.0,
                1.528_280_239_923_224_7,
                -0.576_286_400_881_878_9,
                -0.295_444_625_149_024_75,
                0.273_126_294_132_673_7,
            ],
            323.662_150_762_721_9,
        ),
        (
            Fit::Burg,
            Trend::C,
            [
                15.839_322_643_988_86,
                1.309_341_856_160_022,
                -0.480_866_331_330_725_3,
                -0.201_859_822_452_439_6,
                0.055_019_414_318_697_67,
            ],
            271.246_730_696_396,
        ),
        (
            Fit::Burg,
            Trend::N,
            [0.0, 1.528_197_072_615_843, -0.575_892_790_806_076_4, -0.296_084_834_938_331_6, 0.273_500_201_394_822_7],
            327.418_515_279_096,
        ),
    ];
    for (fit, trend, coefficients, variance) in known {
        let out = ar_forecast(&upload(&SUNSPOTS, 1), None, &of(4, 1, trend, fit)).unwrap();
        near(&out.coef, &coefficients, 1e-10);
        near(&out.sigma2, &[variance], 1e-10);
    }
}

#[test]
fn given_coefficients_are_followed() {
    let (y, given) = (upload(&[1.0, 2.0, 4.0, 8.0, 16.0, 31.0], 1), upload(&[0.5, 2.0, 0.25], 1));
    let ArForecast { forecast, se, coef, sigma2, status } =
        ar_forecast(&y, Some(&given), &of(2, 3, Trend::C, Fit::Ols)).unwrap();
    near(&coef, &[0.5, 2.0, 0.25], 0.0);
    // The errors are −0.75, −1, −1.5 and −3.5.
    let variance = (0.5625 + 1.0 + 2.25 + 12.25) / 4.0;
    near(&sigma2, &[variance], 1e-15);
    near(&forecast, &[66.5, 141.25, 299.625], 1e-15);
    // ψ = 1, 2, 4.25.
    near(&se, &[1.0, 5.0, 5.0 + 4.25 * 4.25].map(|sum: f64| (variance * sum).sqrt()), 1e-15);
    assert_eq!(status.download().unwrap(), [0]);
    let none = ar_forecast(&y, Some(&given), &of(2, 1, Trend::N, Fit::Ols)).unwrap();
    near(&none.coef, &[0.0, 2.0, 0.25], 0.0);
}

#[test]
fn what_the_data_do_not_determine_has_the_least_norm() {
    let line: Vec<f64> = (1..=20).map(f64::from).collect();
    let series = [vec![5.0; 20], line, vec![0.0; 20]].concat();
    let out = ar_forecast(&upload(&series, 3), None, &of(2, 2, Trend::C, Fit::Ols)).unwrap();
    assert_eq!(out.status.download().unwrap(), [1, 1, 1]);
    // 5·(1, 5, 5)/51; `numpy.linalg.pinv` of (1, y_{t−1}, y_{t−2}) gives (1, 1, 0).
    near(&out.coef, &[5.0 / 51.0, 25.0 / 51.0, 25.0 / 51.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], 1e-9);
    near(&out.forecast, &[5.0, 5.0, 21.0, 22.0, 0.0, 0.0], 1e-8);
    for fit in [Fit::YuleWalker, Fit::Burg] {
        let out = ar_forecast(&upload(&[5.0; 20], 1), None, &of(2, 2, Trend::C, fit)).unwrap();
        near(&out.coef, &[5.0, 0.0, 0.0], 1e-15);
        near(&out.se, &[0.0, 0.0], 0.0);
        assert_eq!(out.status.download().unwrap(), [1]);
    }
}

#[test]
fn a_series_with_a_gap_is_nan_and_leaves_the_others_alone() {
    let mut two = [SUNSPOTS, SUNSPOTS].concat();
    two[7] = f64::NAN;
    for fit in [Fit::Ols, Fit::YuleWalker, Fit::Burg] {
        let both = ar_forecast(&upload(&two, 2), None, &of(2, 2, Trend::C, fit)).unwrap();
        let alone = ar_forecast(&upload(&SUNSPOTS, 1), None, &of(2, 2, Trend::C, fit)).unwrap();
        let forecast = both.forecast.download().unwrap();
        assert!(forecast[..2].iter().all(|x| x.is_nan()));
        assert_eq!(forecast[2..], alone.forecast.download().unwrap());
        assert!(both.coef.download().unwrap()[..3].iter().all(|x| x.is_nan()));
        assert_eq!(both.status.download().unwrap(), [2, 0]);
    }
}

#[test]
fn least_squares_follow_shift_and_scale() {
    let moved = SUNSPOTS.map(|y| 1e-6 * y + 3.0);
    let (plain, moved) = [SUNSPOTS, moved]
        .map(|y| ar_forecast(&upload(&y, 1), None, &of(4, 1, Trend::C, Fit::Ols)).unwrap().coef.download().unwrap())
        .into();
    for (plain, moved) in plain[1..].iter().zip(&moved[1..]) {
        assert_relative_eq!(plain, moved, max_relative = 1e-6);
    }
}

#[test]
fn bad_arguments_are_refused() {
    let y = upload(&[0.0; 9], 1);
    let refused = |p, h| ar_forecast(&y, None, &of(p, h, Trend::C, Fit::Ols)).err().unwrap().to_string();
    let needs = "ar_forecast: needs p >= 1 and t >= 2p + 2, got";
    assert_eq!(refused(4, 1), format!("{needs} p = 4, t = 9"));
    assert_eq!(refused(0, 1), format!("{needs} p = 0, t = 9"));
    assert_eq!(refused(u32::MAX, 1), format!("{needs} p = 4294967295, t = 9"));
}
