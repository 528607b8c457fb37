//! Tokens drawn, against their definition and their distribution.

use super::{TopKSamplingSettings, top_k_sampling};
use prism_device::philox::Philox;
use prism_device::{Device, Result};

const DEFAULT: TopKSamplingSettings =
    TopKSamplingSettings { temperature: 1.0, k: 0, p: 1.0, seed: 11, stream: 3, offset: 0 };

fn call(z: &[f32], shape: &[usize], settings: TopKSamplingSettings) -> Result<(Vec<i64>, Vec<f32>)> {
    let out = top_k_sampling(&Device::cpu().upload(z, shape)?, &settings)?;
    assert_eq!((out.token.shape(), out.prob.shape()), (&shape[..shape.len() - 1], &shape[..shape.len() - 1]));
    Ok((out.token.download()?, out.prob.download()?))
}

/// Softmax over those kept, in descending order, by the definition in double precision.
fn kept(z: &[f32], settings: &TopKSamplingSettings) -> Vec<(usize, f64)> {
    let mut places: Vec<usize> = (0..z.len()).collect();
    places.sort_by(|&a, &b| z[b].total_cmp(&z[a]).then(a.cmp(&b)));
    places.truncate(if settings.k == 0 { z.len() } else { settings.k as usize });
    let share = |shares: Vec<(usize, f64)>| {
        let sum: f64 = shares.iter().map(|s| s.1).sum();
        shares.into_iter().map(|(at, w)| (at, w / sum)).collect::<Vec<_>>()
    };
    let of_top = share(places.iter().map(|&at| (at, (f64::from(z[at]) / settings.temperature).exp())).collect());
    let mut cumulative = 0.0;
    let before = of_top.iter().take_while(|(_, q)| {
        let goes_on = cumulative == 0.0 || cumulative < settings.p;
        cumulative += q;
        goes_on
    });
    share(before.copied().collect())
}

/// Logits of no order, with ties.
fn logits(v: usize) -> Vec<f32> {
    (0..v).map(|i| (i * 7 % 5) as f32 * 0.75 - (i % 3) as f32).collect()
}

#[test]
fn a_token_is_the_first_at_which_the_sum_exceeds_u() {
    let (r, z) = (200, logits(10));
    let rows: Vec<f32> = z.iter().copied().cycle().take(r * 10).collect();
    for (k, p, temperature) in
        [(0, 1.0, 1.0), (3, 1.0, 1.0), (0, 0.6, 2.0), (5, 0.75, 0.5), (4, 0.0, 1.0), (20, 0.9, 1.0)]
    {
        let settings = TopKSamplingSettings { k, p, temperature, offset: 5, ..DEFAULT };
        let kept = kept(&z, &settings);
        let (token, prob) = call(&rows, &[2, r / 2, 10], settings).unwrap();
        for row in 0..r {
            let u = Philox::new(11, 3).uniform(5 + row as u64);
            let mut cumulative = 0.0;
            let (at, q) = *kept
                .iter()
                .find(|(_, q)| {
                    cumulative += q;
                    cumulative > u
                })
                .unwrap();
            assert_eq!(token[row], at as i64);
            assert!((f64::from(prob[row]) - q).abs() < 1e-7, "{} {q}", prob[row]);
        }
    }
}

/// χ² of the counts of each token at α = 1e-6, 4 degrees of freedom: `scipy.stats.chi2.ppf`, scipy 1.17.1.
#[test]
fn tokens_are_drawn_as_often_as_they_are_probable() {
    let (r, z) = (40_000, logits(12));
    let rows: Vec<f32> = z.iter().copied().cycle().take(r * 12).collect();
    let settings = TopKSamplingSettings { k: 5, temperature: 1.5, ..DEFAULT };
    let (token, _) = call(&rows, &[r, 12], settings).unwrap();
    let of = |at: usize| token.iter().filter(|&&t| t == at as i64).count() as f64;
    let kept = kept(&z, &settings);
    let chi2: f64 = kept.iter().map(|&(at, q)| (of(at) - q * r as f64).powi(2) / (q * r as f64)).sum();
    assert_eq!(kept.iter().map(|&(at, _)| of(at)).sum::<f64>(), r as f64);
    assert!(chi2 < 33.37, "{chi2}");
}

#[test]
fn no_temperature_takes_the_largest() {
    let z = [1.0, 4.0, 4.0, f32::NEG_INFINITY, 3.0, 2.0];
    let cold = TopKSamplingSettings { temperature: 0.0, p: 0.3, ..DEFAULT };
    assert_eq!(call(&z, &[2, 3], cold).unwrap(), (vec![1, 1], vec![1.0, 1.0]));
}

#[test]
fn infinite_logits_share_all_or_nothing() {
    let (low, high) = (f32::NEG_INFINITY, f32::INFINITY);
    let (token, prob) = call(&[low, low, -9.0, low, 0.0, high, 3.0, low], &[2, 4], DEFAULT).unwrap();
    assert_eq!((token, prob), (vec![2, 1], vec![1.0, 1.0]));
}

#[test]
fn logits_of_doubles_keep_all_their_digits() {
    let z = Device::cpu().upload(&[3.0, 3.0 + 4.0 * f64::EPSILON, 3.0, -1e300], &[4]).unwrap();
    let out = top_k_sampling(&z, &TopKSamplingSettings { k: 1, ..DEFAULT }).unwrap();
    assert_eq!((out.token.download().unwrap(), out.prob.download().unwrap()), (vec![1], vec![1.0]));
}

#[test]
fn no_rows_have_no_tokens() {
    assert_eq!(call(&[], &[0, 5], DEFAULT).unwrap(), (vec![], vec![]));
    assert_eq!(call(&[], &[2, 0, 0], DEFAULT).unwrap(), (vec![], vec![]));
    assert_eq!(call(&[2.0], &[1], DEFAULT).unwrap(), (vec![0], vec![1.0]));
}

#[test]
fn logits_that_say_nothing_are_refused() {
    let refused = |z: &[f32]| call(z, &[2, 2], DEFAULT).unwrap_err().to_string();
    let expected = |index| {
        format!(
            "top_k_sampling: `logits` must be a number, of which each row has one above −∞; its element {index} is not"
        )
    };
    assert_eq!(refused(&[0.0, 1.0, 2.0, f32::NAN]), expected(3));
    assert_eq!(refused(&[0.0, 1.0, f32::NEG_INFINITY, f32::NEG_INFINITY]), expected(2));
    assert_eq!(refused(&[-f32::NAN, 1.0, f32::NAN, 0.0]), expected(0));
}

#[test]
fn bad_arguments_are_named() {
    let refused = |shape: &[usize], settings| {
        let z = vec![0.0; shape.iter().product()];
        call(&z, shape, settings).unwrap_err().to_string()
    };
    let cold = refused(&[1, 2], TopKSamplingSettings { temperature: -1.0, ..DEFAULT });
    assert_eq!(cold, "top_k_sampling: needs 0 <= temperature < ∞, got temperature = -1");
    let p = refused(&[1, 2], TopKSamplingSettings { p: 1.5, ..DEFAULT });
    assert_eq!(p, "top_k_sampling: needs 0 <= p <= 1, got p = 1.5");
    let none = refused(&[2, 0], DEFAULT);
    assert_eq!(none, "top_k_sampling: needs 1 to 2^23 logits in a row, got 0");
    let end = refused(&[2, 1], TopKSamplingSettings { offset: u64::MAX, ..DEFAULT });
    assert_eq!(end, "top_k_sampling: needs offset + rows < 2^64, got offset = 18446744073709551615, 2 rows");
    assert_eq!(refused(&[], DEFAULT), "top_k_sampling: `logits` must be [.., n], got []");
}
