//! The invariants of a series.

use super::*;

fn refused(names: &[&str], values: &[&[f64]], lengths: &[usize]) -> String {
    let names = names.iter().map(ToString::to_string).collect();
    let values = values.iter().map(|channel| channel.to_vec()).collect();
    Series::with_trials(names, values, lengths).unwrap_err().to_string()
}

#[test]
fn trials_are_adjacent() {
    let series = in_trials(&["x", "y"], &[&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0]], &[1, 2]);
    assert_eq!(series.trials(), [0..1, 1..3]);
    assert_eq!((series.channels(), series.samples(), series.channel(1)), (2, 3, &[4.0, 5.0, 6.0][..]));
}

#[test]
fn without_lengths_there_is_one_trial() {
    let series = Series::new(vec!["x".into()], vec![vec![1.0, 2.0]]).unwrap();
    assert_eq!(series.trials(), std::slice::from_ref(&(0..2)));
}

#[test]
fn selected_channels_come_in_the_order_asked_for() {
    let whole = in_trials(&["x", "y", "z"], &[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]], &[1, 1]);
    assert_eq!(whole.select(&[2, 0]), in_trials(&["z", "x"], &[&[5.0, 6.0], &[1.0, 2.0]], &[1, 1]));
}

#[test]
#[should_panic(expected = "a channel is selected twice")]
fn a_channel_is_selected_once() {
    let _ = series(&["x"], &[&[1.0]]).select(&[0, 0]);
}

#[test]
fn names_are_one_a_channel_and_unique() {
    assert_eq!(refused(&[], &[], &[]), "there are no channels; a series needs at least one");
    assert_eq!(refused(&["x"], &[&[1.0], &[2.0]], &[1]), "1 names for 2 channels; give every channel one name");
    assert_eq!(refused(&["x", ""], &[&[1.0], &[2.0]], &[1]), "channel 1 (from 0) has an empty name; name it");
    let twice = "channels 0 and 2 (from 0) are both named `x`; rename one";
    assert_eq!(refused(&["x", "y", "x"], &[&[1.0], &[2.0], &[3.0]], &[1]), twice);
}

#[test]
fn channels_are_equally_long_and_not_empty() {
    assert_eq!(refused(&["x"], &[&[]], &[]), "channel `x` has no samples");
    let odd = "channel `x` has 2 samples and `y` has 1; make them equally long";
    assert_eq!(refused(&["x", "y"], &[&[1.0, 2.0], &[3.0]], &[2]), odd);
}

#[test]
fn every_value_is_finite() {
    let nan = "sample 1 (from 0) of channel `y` is NaN; every value must be finite";
    assert_eq!(refused(&["x", "y"], &[&[1.0, 2.0], &[3.0, f64::NAN]], &[2]), nan);
    let infinite = "sample 0 (from 0) of channel `x` is -inf; every value must be finite";
    assert_eq!(refused(&["x"], &[&[f64::NEG_INFINITY]], &[1]), infinite);
}

#[test]
fn trials_fill_the_samples() {
    assert_eq!(refused(&["x"], &[&[1.0, 2.0]], &[2, 0]), "trial 1 (from 0) has no samples; leave it out");
    let short = "the trials add up to 1 samples and a channel has 2; they must agree";
    assert_eq!(refused(&["x"], &[&[1.0, 2.0]], &[1]), short);
    let long = format!("the trials add up to {} samples and a channel has 2; they must agree", usize::MAX);
    assert_eq!(refused(&["x"], &[&[1.0, 2.0]], &[usize::MAX, 3]), long);
}
