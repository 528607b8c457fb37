use super::*;
use crate::significance::Correction;
use crate::transfer_entropy::{Conditional, Estimation, Estimator, Theiler};

/// `v` channels of `n` values that never repeat.
fn recording(v: u32, n: u32) -> Series {
    let channel = |v: u32| (0..n).map(|t| (f64::from(t * (v + 2)) * 0.37).sin() + f64::from(t) * 1e-3).collect();
    Series::new((0..v).map(|v| format!("c{v}")).collect(), (0..v).map(channel).collect()).unwrap()
}

fn plan(settings: Settings) -> Result<Plan> {
    Plan::new(recording(3, 100), settings)
}

fn refused(settings: Settings) -> String {
    plan(settings).unwrap_err().to_string()
}

#[test]
fn every_ordered_pair_is_planned() {
    let plan = plan(Settings::default()).unwrap();
    assert_eq!(plan.pairs, [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]);
    assert_eq!(plan.estimates(), 6 * 201);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
}

#[test]
fn estimates_count_delays_and_surrogates() {
    let plan = plan(Settings { delays: vec![1, 2, 7], surrogates: 9, ..Settings::default() }).unwrap();
    assert_eq!(plan.estimates(), 6 * 3 * 10);
    assert_eq!(plan.embedding(7).first(), 7);
}

#[test]
fn pairs_are_those_named_without_a_channel_and_itself() {
    let settings = Settings { sources: Some(vec![2, 0]), targets: Some(vec![0, 1]), ..Settings::default() };
    assert_eq!(plan(settings).unwrap().pairs, [(2, 0), (2, 1), (0, 1)]);
    let settings = Settings { sources: Some(vec![1]), targets: Some(vec![1]), ..Settings::default() };
    assert_eq!(
        refused(settings),
        "--sources: no pair is left, since a channel is not paired with itself; name a source and another target"
    );
}

#[test]
fn conditionals_are_no_sources_and_no_targets() {
    let settings = Settings { conditional: Conditional::Channels(vec![1]), ..Settings::default() };
    assert_eq!(plan(settings).unwrap().pairs, [(0, 2), (2, 0)]);
    let settings =
        Settings { conditional: Conditional::Channels(vec![1]), targets: Some(vec![0, 1]), ..Settings::default() };
    assert_eq!(
        refused(settings),
        "--conditional: `c1` is in --targets too; a channel cannot be known and asked about at once"
    );
    let settings = Settings { conditional: Conditional::Channels(vec![0, 0]), ..Settings::default() };
    assert_eq!(refused(settings), "--conditional: `c0` is given twice; give each channel once");
}

#[test]
fn every_pair_is_conditioned_on_all_others() {
    let others = Settings { conditional: Conditional::Others, conditional_delay: 7, ..Settings::default() };
    let three = plan(others.clone()).unwrap();
    assert_eq!(three.pairs.len(), 6);
    assert_eq!((three.condition((0, 2)), three.condition((2, 1))), (vec![1], vec![0]));
    assert_eq!((three.embedding(1).dimension(), three.embedding(1).first()), (4, 7));
    let two = Plan::new(recording(2, 100), others).unwrap();
    assert!(two.condition((0, 1)).is_empty(), "nothing remains");
    assert_eq!((two.embedding(1).dimension(), two.embedding(1).first()), (3, 1));
}

/// A channel outside every pair is known all the same, so it is judged.
#[test]
fn all_others_are_judged() {
    let whole = recording(2, 100);
    let values = vec![whole.channel(0).to_vec(), whole.channel(1).to_vec(), vec![1.0; 100]];
    let series = Series::new(["a", "b", "flat"].map(String::from).to_vec(), values).unwrap();
    let pair = Settings { sources: Some(vec![0]), targets: Some(vec![1]), ..Settings::default() };
    let refused = |settings| Plan::new(series.clone(), settings).unwrap_err().to_string();
    let others = Settings { conditional: Conditional::Others, ..pair };
    assert!(refused(others).starts_with("channel `flat` is constant, 1 throughout"));
    let gaussian = Estimation { estimator: Estimator::Gaussian, ..Estimation::default() };
    let settings = Settings { conditional: Conditional::Others, estimation: gaussian, ..Settings::default() };
    let error = Plan::new(recording(8, 10), settings).unwrap_err();
    assert!(error.to_string().contains("needs more than 10 observations of 9 values, and there are 9"), "{error}");
}

#[test]
fn one_channel_is_nothing_to_do() {
    let error = Plan::new(recording(1, 100), Settings::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is nothing to do: the only channel is `c0`, and transfer entropy needs a source and a target"
    );
}

#[test]
fn settings_out_of_range_are_named() {
    for alpha in [0.0, 1.0, -0.1, f64::NAN] {
        let expected = format!("--alpha: {alpha} is not between 0 and 1; 0.05 is usual");
        assert_eq!(refused(Settings { alpha, ..Settings::default() }), expected);
    }
    let delays = |delays: &[usize]| refused(Settings { delays: delays.to_vec(), ..Settings::default() });
    assert_eq!(delays(&[]), "--delays: no delay is given; use one or more, such as 1 or 1..5");
    assert_eq!(delays(&[1, 0]), "--delays: 0 is not a delay; the source must lie 1 sample or more before the target");
    assert_eq!(delays(&[1, 2, 1]), "--delays: 1 is given twice; give each delay once");
    assert_eq!(
        refused(Settings { surrogates: usize::MAX, ..Settings::default() }),
        "--surrogates: 18446744073709551615 are more than anyone waits for; use 10000000 or fewer"
    );
    let none = Settings { source_tau: 0, ..Settings::default() };
    assert_eq!(refused(none), "--source-tau: 0 is too few; use 1 or more");
}

#[test]
fn histories_must_fit_the_recording() {
    let settings = Settings { target_history: 101, ..Settings::default() };
    assert_eq!(
        refused(settings),
        "--target-history: 101 values 1 apart reach back 101 samples, and there are 100; shorten it or give more samples"
    );
    let settings = Settings { source_history: 12, source_tau: 9, delays: vec![2, 1], ..Settings::default() };
    assert_eq!(
        refused(settings),
        "--source-history: 12 values 9 apart reach back 101 samples with the delay of 2, and there are 100; shorten it or give \
         more samples"
    );
    let settings = Settings { delays: vec![1, 100], ..Settings::default() };
    assert_eq!(
        refused(settings),
        "--delays: 100 reaches back 100 samples, and there are 100; shorten it or give more samples"
    );
    let settings =
        Settings { conditional: Conditional::Channels(vec![0]), conditional_delay: 500, ..Settings::default() };
    assert!(refused(settings).starts_with("--conditional-delay: 500 reaches back 500 samples"));
}

#[test]
fn the_longest_delay_must_leave_enough_observations() {
    let settings = Settings { delays: vec![1, 96], ..Settings::default() };
    assert_eq!(
        refused(settings),
        "--k: 4 neighbours need more than 4 observations, and there are 4; lower it or give more samples"
    );
    assert!(plan(Settings { delays: vec![1, 95], ..Settings::default() }).is_ok());
    let estimation = Estimation { theiler: Theiler::Rows(48), ..Estimation::default() };
    assert!(refused(Settings { estimation, ..Settings::default() }).starts_with("--theiler: a window of 48"));
}

#[test]
fn short_trials_are_left_out_and_counted() {
    let whole = recording(2, 100);
    let values = vec![whole.channel(0).to_vec(), whole.channel(1).to_vec()];
    let trials = Series::with_trials(whole.names().to_vec(), values, &[80, 3, 17]).unwrap();
    let settings = Settings { target_history: 5, ..Settings::default() };
    let plan = Plan::new(trials.clone(), settings).unwrap();
    assert_eq!(plan.warnings, ["1 of 3 trials are too short for one observation and are left out"]);
    let error = Plan::new(trials, Settings { target_history: 80, ..Settings::default() }).unwrap_err();
    assert!(error.to_string().contains("and the longest trial has 80; "), "{error}");
}

#[test]
fn too_few_surrogates_cannot_be_significant() {
    let warnings = |surrogates, correction| {
        plan(Settings { surrogates, correction, ..Settings::default() }).unwrap().warnings.concat()
    };
    assert_eq!(
        warnings(18, Correction::FdrBh),
        "nothing can be significant: with 18 surrogates the smallest p is 5.26e-2 before correction (fdr-bh), and alpha is 0.05; \
         use --surrogates 119 or more"
    );
    assert_eq!(
        warnings(39, Correction::FdrBh),
        "fewer than 3 of 6 pairs cannot be significant: with 39 surrogates the smallest p is 2.50e-2 before correction (fdr-bh), \
         and alpha is 0.05; use --surrogates 119 to let one stand alone"
    );
    assert!(
        warnings(100, Correction::Bonferroni)
            .ends_with("(bonferroni), and alpha is 0.05; use --surrogates 119 or more")
    );
    assert!(warnings(18, Correction::None).ends_with("use --surrogates 19 or more"));
    for enough in
        [(119, Correction::FdrBh), (119, Correction::Bonferroni), (19, Correction::None), (0, Correction::FdrBh)]
    {
        assert_eq!(warnings(enough.0, enough.1), "");
    }
}

#[test]
fn unused_channels_are_not_judged() {
    let whole = recording(2, 100);
    let values = vec![whole.channel(0).to_vec(), whole.channel(1).to_vec(), vec![1.0; 100]];
    let names: Vec<String> = ["a", "b", "flat"].map(String::from).to_vec();
    let series = Series::new(names, values).unwrap();
    let settings = Settings { sources: Some(vec![0]), targets: Some(vec![1]), ..Settings::default() };
    assert!(Plan::new(series.clone(), settings).is_ok());
    let error = Plan::new(series, Settings::default()).unwrap_err();
    assert!(error.to_string().starts_with("channel `flat` is constant, 1 throughout"), "{error}");
}

/// Two channels whose rows are all different, and whose embedded observations are not.
#[test]
fn equal_observations_are_found_behind_different_rows() {
    let coin = |t: u32| f64::from(t.wrapping_mul(2_654_435_761) >> 20 & 1);
    let values = vec![
        (0..100).map(coin).collect(),
        (0..100).map(|t| coin(t + 500)).collect(),
        (0..100).map(f64::from).collect(),
    ];
    let series = Series::new(["a", "b", "clock"].map(String::from).to_vec(), values).unwrap();
    let warnings = |settings| Plan::new(series.clone(), settings).unwrap().warnings;
    let found = warnings(Settings::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("`a` to `b`, embedded: "), "{found:?}");
    let discrete = Estimation { estimator: Estimator::Discrete, ..Estimation::default() };
    assert!(warnings(Settings { estimation: discrete, ..Settings::default() }).is_empty());
}
