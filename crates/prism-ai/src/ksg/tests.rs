//! The operations against the functions behind the commands, bit for bit.

use super::{
    EmbeddingSettings, KsgSettings, KsgTransferEntropySettings, conditional_mutual_information, ksg_mutual_information,
    ksg_transfer_entropy,
};
use crate::Series;
use crate::information;
use crate::progress::Silent;
use crate::transfer_entropy::{Conditional, Estimation, Estimator, Normalize, Plan, Precision, Settings, Theiler};
use prism_device::philox::Philox;
use prism_device::{Buffer, Device};

/// A random walk that forgets, driven by the one before it.
fn channels(v: usize, n: usize) -> Vec<Vec<f64>> {
    let mut made: Vec<Vec<f64>> = Vec::new();
    for channel in 0..v {
        let words = Philox::new(5, channel as u64);
        let mut column = vec![0.0; n];
        for t in 1..n {
            let driven = made.last().map_or(0.0, |before| before[t - 1]);
            column[t] = 0.5 * column[t - 1] + 0.4 * driven + words.normal(t as u64);
        }
        made.push(column);
    }
    made
}

fn up(values: &[f64], shape: &[usize]) -> Buffer<f64> {
    Device::cpu().upload(values, shape).unwrap()
}

/// Columns side by side, `[n, d]`.
fn rows(columns: &[Vec<f64>]) -> Buffer<f64> {
    let n = columns[0].len();
    let values: Vec<f64> = (0..n).flat_map(|t| columns.iter().map(move |c| c[t])).collect();
    up(&values, &[n, columns.len()])
}

fn named(columns: &[Vec<f64>], lengths: &[usize]) -> Series {
    let names = (0..columns.len()).map(|v| format!("c{v}")).collect();
    Series::with_trials(names, columns.to_vec(), lengths).unwrap()
}

fn settings(algorithm: u32, normalize: Normalize) -> KsgSettings {
    KsgSettings { algorithm, normalize, noise: 1e-8, seed: 9, theiler: 2, with_local: true, ..KsgSettings::default() }
}

fn estimation(algorithm: u32, normalize: Normalize) -> Estimation {
    let estimator = if algorithm == 1 { Estimator::Ksg1 } else { Estimator::Ksg2 };
    Estimation { estimator, normalize, seed: 9, theiler: Theiler::Rows(2), ..Estimation::default() }
}

#[test]
fn information_has_the_bits_of_the_commands() {
    let columns = channels(4, 300);
    let series = named(&columns, &[300]);
    let (x, y, z) = (rows(&columns[..1]), rows(&columns[1..3]), rows(&columns[3..]));
    let cpu = Device::cpu();
    for algorithm in [1, 2] {
        for normalize in [Normalize::Series, Normalize::Embedded, Normalize::None] {
            let (settings, estimation) = (settings(algorithm, normalize), estimation(algorithm, normalize));
            let mi = ksg_mutual_information(&x, &y, &settings).unwrap();
            let known = information::mutual_information(&series, &[0], &[1, 2], &estimation, true, &cpu).unwrap();
            assert_eq!(mi.information.download().unwrap(), [known.value]);
            assert_eq!(mi.local.unwrap().download().unwrap(), known.local.unwrap());
            let cmi = conditional_mutual_information(&x, &y, Some(&z), &settings).unwrap();
            let known =
                information::conditional_mutual_information(&series, &[0], &[1, 2], &[3], &estimation, true, &cpu);
            let known = known.unwrap();
            assert_eq!(cmi.information.download().unwrap(), [known.value]);
            assert_eq!(cmi.local.unwrap().download().unwrap(), known.local.unwrap());
        }
    }
}

#[test]
fn transfer_entropy_has_the_bits_of_the_command() {
    let columns = channels(3, 400);
    let series = named(&columns, &[200, 200]);
    let [source, target, other] = [0, 1, 2].map(|v| up(&columns[v], &[2, 200]));
    for algorithm in [1, 2] {
        let estimation = estimation(algorithm, Normalize::Embedded);
        let asked = Settings {
            estimation,
            sources: Some(vec![0]),
            targets: Some(vec![1]),
            conditional: Conditional::Channels(vec![2]),
            conditional_delay: 3,
            target_history: 2,
            source_history: 2,
            target_tau: 2,
            delays: vec![2],
            surrogates: 0,
            local: true,
            ..Settings::default()
        };
        let known = Plan::new(series.clone(), asked).unwrap().run(&Device::cpu(), &Silent).unwrap();
        let embedding = EmbeddingSettings {
            target_history: 2,
            source_history: 2,
            target_tau: 2,
            delay: 2,
            conditional_delay: 3,
            ..EmbeddingSettings::default()
        };
        let settings = KsgTransferEntropySettings { embedding, estimator: settings(algorithm, Normalize::Embedded) };
        let found = ksg_transfer_entropy(&source, &target, &[&other], &settings).unwrap();
        assert_eq!(found.te.download().unwrap(), [known.pairs[0].te]);
        assert_eq!(found.n_obs.download().unwrap(), [known.pairs[0].n_obs as u64]);
        assert_eq!(&found.local.unwrap().download().unwrap(), known.pairs[0].local.as_ref().unwrap());
    }
}

#[test]
fn problems_of_a_batch_are_apart_and_a_base_is_a_unit() {
    let columns = channels(4, 80);
    let one = |x: usize| {
        ksg_mutual_information(&up(&columns[x], &[80]), &up(&columns[x + 1], &[80]), &KsgSettings::default()).unwrap()
    };
    let (x, y) = ([&columns[0][..], &columns[2]].concat(), [&columns[1][..], &columns[3]].concat());
    let (x, y) = (up(&x, &[2, 1, 80, 1]), up(&y, &[2, 1, 80, 1]));
    let both = ksg_mutual_information(&x, &y, &KsgSettings::default()).unwrap();
    assert_eq!(both.information.shape(), [2, 1]);
    assert!(both.local.is_none());
    let alone = [one(0), one(2)].map(|made| made.information.download().unwrap()[0]);
    assert_eq!(both.information.download().unwrap(), alone);
    let bits = ksg_mutual_information(&x, &y, &KsgSettings { base: 2.0, ..KsgSettings::default() }).unwrap();
    assert_eq!(bits.information.download().unwrap(), alone.map(|nats| nats / std::f64::consts::LN_2));
    let none = conditional_mutual_information(&x, &y, Some(&up(&[], &[2, 1, 80, 0])), &KsgSettings::default()).unwrap();
    assert_eq!(none.information.download().unwrap(), alone);
    let empty = ksg_mutual_information(&up(&[], &[0, 9, 1]), &up(&[], &[0, 9, 1]), &KsgSettings::default()).unwrap();
    assert_eq!(empty.information.shape(), [0]);
}

#[test]
fn f32_is_the_precision_of_distances() {
    let narrow: Vec<Vec<f64>> =
        channels(2, 200).into_iter().map(|c| c.into_iter().map(|x| f64::from(x as f32)).collect()).collect();
    let floats = |v: usize| {
        let values: Vec<f32> = narrow[v].iter().map(|&x| x as f32).collect();
        Device::cpu().upload(&values, &[200]).unwrap()
    };
    let found = ksg_mutual_information(&floats(0), &floats(1), &KsgSettings::default()).unwrap();
    let estimation = Estimation { noise: 0.0, precision: Precision::F32, ..Estimation::default() };
    let known =
        information::mutual_information(&named(&narrow, &[200]), &[0], &[1], &estimation, false, &Device::cpu());
    assert_eq!(found.information.download().unwrap(), [known.unwrap().value]);
}

/// The k smallest of `max_c |xᵢ − xⱼ|` over the others outside of the Theiler window, k by k.
fn radii_by_loops(columns: &[Vec<f64>], k: usize, theiler: usize) -> Vec<f64> {
    let n = columns[0].len();
    let of = |i: usize| {
        let others = (0..n).filter(|j| i.abs_diff(*j) > theiler);
        let mut all: Vec<f64> =
            others.map(|j| columns.iter().map(|c| (c[i] - c[j]).abs()).fold(0.0, f64::max)).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let sorted: Vec<Vec<f64>> = (0..n).map(of).collect();
    (0..k).flat_map(|k| sorted.iter().map(move |all| all[k])).collect()
}

#[test]
fn radii_are_those_of_all_neighbours_to_the_kth() {
    let columns = channels(4, 90);
    let (x, y, z) = (rows(&columns[..1]), rows(&columns[1..3]), rows(&columns[3..]));
    for algorithm in [1, 2] {
        let settings =
            KsgSettings { noise: 0.0, with_radii: true, with_local: false, ..settings(algorithm, Normalize::None) };
        let mi = ksg_mutual_information(&x, &y, &settings).unwrap().radii.unwrap();
        assert_eq!((mi.shape(), mi.download().unwrap()), (&[4, 90][..], radii_by_loops(&columns[..3], 4, 2)));
        let cmi = conditional_mutual_information(&x, &y, Some(&z), &settings).unwrap();
        assert_eq!(cmi.radii.unwrap().download().unwrap(), radii_by_loops(&columns, 4, 2));
        assert!(cmi.standard_error.is_none());
    }
    let (source, target) = (up(&columns[0], &[90]), up(&columns[1], &[90]));
    let estimator = KsgSettings { noise: 0.0, with_radii: true, ..settings(2, Normalize::None) };
    let embedding = EmbeddingSettings::default();
    let found =
        ksg_transfer_entropy(&source, &target, &[], &KsgTransferEntropySettings { embedding, estimator }).unwrap();
    let embedded = [columns[0][..89].to_vec(), columns[1][1..].to_vec(), columns[1][..89].to_vec()];
    let radii = found.radii.unwrap();
    assert_eq!((radii.shape(), radii.download().unwrap()), (&[4, 89][..], radii_by_loops(&embedded, 4, 2)));
}

/// `numpy.std(local, ddof=1)/√n`, of each problem.
#[test]
fn the_standard_error_is_that_of_the_mean_of_local_values() {
    let columns = channels(4, 80);
    let (x, y) = ([&columns[0][..], &columns[2]].concat(), [&columns[1][..], &columns[3]].concat());
    let settings = KsgSettings { base: 2.0, with_local: true, ..KsgSettings::default() };
    let found = ksg_mutual_information(&up(&x, &[2, 80, 1]), &up(&y, &[2, 80, 1]), &settings).unwrap();
    let local = found.local.unwrap().download().unwrap();
    let errors = found.standard_error.unwrap();
    assert_eq!(errors.shape(), [2]);
    for (local, error) in local.chunks(80).zip(errors.download().unwrap()) {
        let (sum, squares) = local.iter().fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        let expected = ((squares / 80.0 - (sum / 80.0_f64).powi(2)) / 79.0).sqrt();
        assert!((error - expected).abs() < 1e-12 && error > 0.0, "{error} {expected}");
    }
}

/// All points lie within any radius of a constant, and k − 1 of them within the radius of y: the terms cancel.
#[test]
fn a_constant_is_data_like_any_other() {
    let y = up(&channels(1, 50)[0], &[50]);
    let found = ksg_mutual_information(&up(&[3.0; 50], &[50]), &y, &KsgSettings::default()).unwrap();
    assert!(found.information.download().unwrap()[0].abs() < 1e-12);
}

#[test]
fn what_is_refused() {
    let x = up(&channels(1, 20)[0], &[20]);
    let said = |x: &Buffer<f64>, y: &Buffer<f64>, settings: KsgSettings| {
        ksg_mutual_information(x, y, &settings).unwrap_err().to_string()
    };
    let plain = KsgSettings::default;
    let short = up(&[1.0, 2.0], &[2]);
    assert_eq!(said(&x, &short, plain()), "ksg_mutual_information: `y` must be [20, d], got [2, 1]");
    let short = "ksg_mutual_information: needs more than k + 2·theiler observations, got 20 with k = 4, theiler = 8";
    assert_eq!(said(&x, &x, KsgSettings { theiler: 8, ..plain() }), short);
    let algorithm = "ksg_mutual_information: needs algorithm 1 or 2, got algorithm = 3";
    assert_eq!(said(&x, &x, KsgSettings { algorithm: 3, ..plain() }), algorithm);
    let base = "ksg_mutual_information: needs 0 < base < ∞ and base ≠ 1, got base = 1";
    assert_eq!(said(&x, &x, KsgSettings { base: 1.0, ..plain() }), base);
    assert_eq!(said(&x, &x, KsgSettings { k: 0, ..plain() }), "ksg_mutual_information: needs k ≥ 1, got k = 0");
    let noise = "ksg_mutual_information: needs noise from 0 to 1e30, got noise = NaN";
    assert_eq!(said(&x, &x, KsgSettings { noise: f64::NAN, ..plain() }), noise);
    let none = up(&[], &[20, 0]);
    let words = "ksg_mutual_information: needs x and y of one column or more, got 1 and 0";
    assert_eq!(said(&x, &none, plain()), words);
    let mut holed = channels(1, 20);
    holed[0][7] = f64::NAN;
    let words = "ksg_mutual_information: `y` must be finite; its element 7 is not";
    assert_eq!(said(&x, &up(&holed[0], &[20]), plain()), words);
    let mut far = channels(1, 20);
    (far[0][0], far[0][1]) = (f64::MAX, -f64::MAX);
    let words = "ksg_mutual_information: `x` spreads so far that no number holds a difference";
    assert_eq!(said(&up(&far[0], &[20]), &x, plain()), words);
}

#[test]
fn what_transfer_entropy_refuses() {
    let x = up(&channels(1, 20)[0], &[20]);
    let said = |target: &Buffer<f64>, embedding: EmbeddingSettings| {
        let settings = KsgTransferEntropySettings { embedding, ..KsgTransferEntropySettings::default() };
        ksg_transfer_entropy(&x, target, &[], &settings).unwrap_err().to_string()
    };
    let plain = EmbeddingSettings::default;
    let words = "ksg_transfer_entropy: `target` must be [20], got [2, 10]";
    assert_eq!(said(&up(&channels(1, 20)[0], &[2, 10]), plain()), words);
    let words = "ksg_transfer_entropy: needs histories, taus and delay of 1 or more, got target_history = 1, \
                 source_history = 1, target_tau = 1, source_tau = 1, delay = 0";
    assert_eq!(said(&x, EmbeddingSettings { delay: 0, ..plain() }), words);
    let words = "ksg_transfer_entropy: needs more than k + 2·theiler observations, got 4 with k = 4, theiler = 0";
    assert_eq!(said(&x, EmbeddingSettings { delay: 16, ..plain() }), words);
    let far = EmbeddingSettings { target_history: usize::MAX, target_tau: usize::MAX, ..plain() };
    assert!(said(&x, far).contains("got 0 with k = 4"));
    assert_eq!(
        said(&up(&[0.0; 8], &[2, 2, 2]), plain()),
        "ksg_transfer_entropy: `target` must be [t] or [r, t], got [2, 2, 2]"
    );
}
