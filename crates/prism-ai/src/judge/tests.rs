use super::*;
use crate::transfer_entropy::{Normalize, Precision, Theiler};

fn series(values: &[&[f64]]) -> Series {
    let names = (0..values.len()).map(|v| format!("c{v}")).collect();
    Series::new(names, values.iter().map(|channel| channel.to_vec()).collect()).unwrap()
}

/// Two channels of `n` values that never repeat.
fn two(n: u32) -> Series {
    let wave = |phase: f64| (0..n).map(|t| (f64::from(t) * 0.7 + phase).sin()).collect::<Vec<_>>();
    series(&[&wave(0.0), &wave(1.0)])
}

fn said(result: Result<Fit>) -> String {
    result.unwrap_err().to_string()
}

fn judged(series: &Series, settings: &Estimation) -> Result<Fit> {
    variables(series, &[("--x", &[0]), ("--y", &[1])], settings)
}

#[test]
fn usual_settings_fit_usual_data() {
    assert_eq!(judged(&two(50), &Estimation::default()).unwrap(), Fit::default());
}

#[test]
fn settings_out_of_range_are_named() {
    let refused = |settings: Estimation| said(judged(&two(50), &settings));
    let usual = Estimation::default;
    assert_eq!(
        refused(Estimation { k: 0, ..usual() }),
        "--k: 0 neighbours define no distance; use 1 or more, 4 is usual"
    );
    assert_eq!(
        refused(Estimation { noise: -1.0, ..usual() }),
        "--noise: -1 is no standard deviation; use 0 for none, or a small number such as 1e-8"
    );
    for noise in [f64::NAN, 1e31] {
        assert!(refused(Estimation { noise, ..usual() }).starts_with(&format!("--noise: {noise} is no standard")));
    }
    assert_eq!(
        refused(Estimation { estimator: Estimator::Binned { bins: 1 }, ..usual() }),
        "--bins: 1 cannot tell values apart; use 2 or more"
    );
    assert_eq!(
        refused(Estimation { estimator: Estimator::Binned { bins: 1 << 33 }, ..usual() }),
        "--bins: 8589934592 is more than the 4294967295 that can be numbered; 10 is usual"
    );
    assert_eq!(
        refused(Estimation { miller_madow: true, ..usual() }),
        "--miller-madow: ksg1 counts no states to correct for; use --estimator binned or discrete"
    );
}

#[test]
fn neighbours_need_observations() {
    let refused = |k, theiler, n| said(judged(&two(n), &Estimation { k, theiler, ..Estimation::default() }));
    assert_eq!(
        refused(50, Theiler::Rows(0), 50),
        "--k: 50 neighbours need more than 50 observations, and there are 50; lower it or give more samples"
    );
    assert_eq!(
        refused(4, Theiler::Rows(23), 50),
        "--theiler: a window of 23 with 4 neighbours needs more than 50 observations, and there are 50; lower it or give more \
         samples"
    );
    let ramp: Vec<f64> = (0..20).map(f64::from).collect();
    let trend = series(&[&ramp, &ramp.iter().map(|x| x * x).collect::<Vec<_>>()]);
    let auto = Estimation { k: 10, theiler: Theiler::Auto, ..Estimation::default() };
    assert_eq!(
        said(judged(&trend, &auto)),
        "--theiler: auto finds a window of 8, which with 10 neighbours needs more than 26 observations, and there are 20; remove \
         trends or name a window"
    );
    assert!(judged(&two(50), &Estimation { k: 49, ..Estimation::default() }).is_ok());
    assert!(judged(&two(51), &Estimation { theiler: Theiler::Rows(23), ..Estimation::default() }).is_ok());
    let far = refused(4, Theiler::Rows(usize::MAX), 50);
    assert!(far.starts_with("--theiler: a window of 18446744073709551615 with"), "{far}");
}

#[test]
fn the_gaussian_estimator_needs_more_samples_than_values() {
    let gaussian = Estimation { estimator: Estimator::Gaussian, ..Estimation::default() };
    assert_eq!(
        said(judged(&two(3), &gaussian)),
        "the gaussian estimator needs more than 3 observations of 2 values, and there are 3; give more samples"
    );
    assert!(judged(&two(4), &gaussian).is_ok());
}

#[test]
fn the_window_is_found_only_where_neighbours_are_sought() {
    let auto = Estimation { theiler: Theiler::Auto, ..Estimation::default() };
    assert_eq!(judged(&two(500), &auto).unwrap().theiler, 3);
    let binned = Estimation { estimator: Estimator::Binned { bins: 4 }, ..auto };
    assert_eq!(judged(&two(500), &binned).unwrap().theiler, 0);
}

#[test]
fn constant_channels_carry_nothing() {
    let series = series(&[&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[7.5; 6]]);
    assert_eq!(
        said(judged(&series, &Estimation::default())),
        "channel `c1` is constant, 7.5 throughout, and carries no information; leave it out with --select"
    );
}

#[test]
fn discrete_states_are_integers_and_may_be_one() {
    let discrete = Estimation { estimator: Estimator::Discrete, ..Estimation::default() };
    let integers = series(&[&[1.0, 2.0, 1.0], &[7.0; 3]]);
    let warning = "channel `c1` is constant, 7 throughout: its information with anything is 0";
    assert_eq!(judged(&integers, &discrete).unwrap().warnings, [warning]);
    let measured = series(&[&[1.0, 2.0, 1.5], &[7.0; 3]]);
    assert_eq!(
        said(judged(&measured, &discrete)),
        "sample 2 (from 0) of channel `c0` is 1.5, and --estimator discrete takes integers; use binned for measurements"
    );
}

#[test]
fn differences_of_values_must_be_numbers() {
    let far = series(&[&[-1e308, 0.0, 1e308, 3.0, 4.0, 5.0], &[1.0, 2.0, 4.0, 8.0, 9.0, 3.0]]);
    assert_eq!(
        said(judged(&far, &Estimation::default())),
        "channel `c0` goes from -1e308 to 1e308, and no number holds the difference; divide the channel by 10 or more"
    );
}

#[test]
fn rows_taken_for_columns_are_noticed() {
    let wide: Vec<Vec<f64>> = (0..7).map(|v| (0..6).map(|t| f64::from(t * t + v)).collect()).collect();
    let wide = series(&wide.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(
        judged(&wide, &Estimation::default()).unwrap().warnings,
        ["there are more channels (7) than samples (6); if channels lie in rows, add --orientation rows"]
    );
}

#[test]
fn variables_are_channels_that_exist_once() {
    let judge = |x: &[usize], y: &[usize]| said(variables(&two(50), &[("--x", x), ("--y", y)], &Estimation::default()));
    assert_eq!(judge(&[], &[1]), "--x: no column is named; name one or more");
    assert_eq!(judge(&[0], &[2]), "--y: there is no channel 2; the last of 2 is 1");
    assert_eq!(judge(&[0, 0], &[1]), "--x: `c0` is given twice; give each channel once");
    assert_eq!(
        judge(&[0], &[1, 0]),
        "--y: `c0` is in --x too, where distances would only repeat it; leave it out of one of them"
    );
}

#[test]
fn entropy_needs_states() {
    let refused = said(entropy(&two(50), "--x", &[0], &Estimation::default()));
    assert_eq!(refused, "--estimator: ksg1 gives information, not entropy; use binned or discrete");
    let binned = Estimation { estimator: Estimator::Binned { bins: 4 }, ..Estimation::default() };
    assert!(entropy(&two(50), "--x", &[0, 1], &binned).is_ok());
}

#[test]
fn duplicates_beyond_k_are_counted() {
    let mut x: Vec<f64> = (0..40).map(f64::from).collect();
    x[10..16].fill(3.5);
    let series = series(&[&x, &x.iter().map(|value| value * value).collect::<Vec<_>>()]);
    let warnings = |k, noise| judged(&series, &Estimation { k, noise, ..Estimation::default() }).unwrap().warnings;
    assert_eq!(
        warnings(5, 1e-8),
        [
            "6 of 40 rows are duplicates, each there more than k = 5 times: noise of 1e-8 breaks the ties, and what it decides is \
          chance"
        ]
    );
    assert_eq!(
        warnings(4, 0.0),
        [
            "6 of 40 rows are duplicates, each there more than k = 4 times: their distance is 0 beyond k; add noise such as \
          --noise 1e-8, or raise --k above 4"
        ]
    );
    assert!(warnings(6, 0.0).is_empty());
}

#[test]
fn ties_that_f32_keeps_are_named() {
    let few: Vec<f64> = (0..60).map(|t| f64::from(t % 7)).collect();
    let many: Vec<f64> = (0..60).map(|t| f64::from(t).sqrt()).collect();
    let warnings = |noise, precision| {
        judged(&series(&[&few, &many]), &Estimation { noise, precision, ..Estimation::default() }).unwrap().warnings
    };
    let expected = "60 of 60 samples of channel `c0` have values that occur more than k = 4 times, and noise of 1e-8 is lost \
                    in f32: information can be off by much more than 2e-3 nats; use --precision f64, or --noise 1e-5";
    assert_eq!(warnings(1e-8, Precision::F32), [expected]);
    for (noise, precision) in [(1e-8, Precision::F64), (1e-5, Precision::F32), (0.0, Precision::F32)] {
        assert!(warnings(noise, precision).is_empty(), "noise {noise:e}, {precision}");
    }
}

#[test]
fn noise_that_drowns_a_channel_is_named() {
    let small: Vec<f64> = (0..60).map(|t| 1e-9 * f64::from(t).sin()).collect();
    let usual: Vec<f64> = (0..60).map(|t| f64::from(t).sqrt()).collect();
    let warnings = |noise, normalize| {
        judged(&series(&[&small, &usual]), &Estimation { normalize, noise, ..Estimation::default() }).unwrap().warnings
    };
    let expected = "noise of 1e-8 is much beside channel `c0`, whose standard deviation is 7.1e-10; give --noise in its unit, \
                    or --normalize series";
    assert_eq!(warnings(1e-8, Normalize::None), [expected]);
    for (noise, normalize) in [(1e-8, Normalize::Series), (1e-12, Normalize::None), (0.0, Normalize::None)] {
        assert!(warnings(noise, normalize).is_empty(), "noise {noise:e}, {normalize}");
    }
}
