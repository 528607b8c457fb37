//! The fully conditioned network: each pair given all other channels, as if these had been named.

use prism_ai::network::{Network, Pair};
use prism_ai::progress::Silent;
use prism_ai::series::Series;
use prism_ai::transfer_entropy::{Conditional, Estimation, Estimator, Plan, Settings, SurrogateMethod, Theiler};
use prism_device::Device;
use prism_device::philox::Philox;

/// A chain: channel 0 drives 1, 1 drives 2, 2 drives 3, each after one sample. Two trials.
fn chain(n: usize) -> Series {
    let mut values: Vec<Vec<f64>> = Vec::new();
    for v in 0..4 {
        let words = Philox::new(5, v as u64);
        let driver = |t: usize| values.last().filter(|_| t > 0).map_or(0.0, |before| before[t - 1]);
        let channel = (0..n).map(|t| 0.8 * driver(t) + words.normal(t as u64)).collect();
        values.push(channel);
    }
    Series::with_trials((0..4).map(|v| format!("c{v}")).collect(), values, &[n / 3, n - n / 3]).unwrap()
}

fn run(series: &Series, settings: Settings, device: &Device) -> Network {
    Plan::new(series.clone(), settings).unwrap().run(device, &Silent).unwrap()
}

/// All of a pair but what depends on how many pairs there are.
fn alone(pair: &Pair) -> Pair {
    Pair { p_corrected: None, significant: false, ..pair.clone() }
}

#[test]
fn others_are_the_channels_named_by_hand() {
    let series = chain(180);
    for device in Device::all() {
        for estimator in Estimator::ALL.iter().filter(|e| e.has_neighbours() || !device.is_cuda()) {
            let estimator =
                if matches!(estimator, Estimator::Discrete) { Estimator::Binned { bins: 3 } } else { *estimator };
            let settings = Settings {
                estimation: Estimation { estimator, theiler: Theiler::Auto, ..Estimation::default() },
                conditional: Conditional::Others,
                conditional_delay: 2,
                target_history: 2,
                delays: vec![1, 3],
                surrogates: 9,
                surrogate_method: SurrogateMethod::Shift,
                local: true,
                ..Settings::default()
            };
            let network = run(&series, settings.clone(), &device);
            assert_eq!(network.pairs.len(), 12);
            for pair in &network.pairs {
                let rest = (0..4).filter(|v| ![pair.source, pair.target].contains(v)).collect();
                let by_hand = Settings {
                    sources: Some(vec![pair.source]),
                    targets: Some(vec![pair.target]),
                    conditional: Conditional::Channels(rest),
                    ..settings.clone()
                };
                let by_hand = run(&series, by_hand, &device);
                assert_eq!(alone(&by_hand.pairs[0]), alone(pair), "{estimator} on {device}");
            }
        }
    }
}

#[test]
fn two_channels_leave_nothing_to_condition_on() {
    let series = chain(100).select(&[0, 1]);
    let settings = Settings { surrogates: 9, ..Settings::default() };
    let others = Settings { conditional: Conditional::Others, ..settings.clone() };
    assert_eq!(run(&series, others, &Device::cpu()), run(&series, settings, &Device::cpu()));
}

/// 0 reaches 2 only through 1: by itself the pair has an edge at delay 2, given the others it has none.
#[test]
fn what_goes_through_another_channel_is_taken_away() {
    let series = chain(1500);
    let edges = |conditional| {
        let settings = Settings {
            estimation: Estimation { estimator: Estimator::Gaussian, ..Estimation::default() },
            conditional,
            delays: vec![2],
            surrogates: 99,
            sources: Some(vec![0]),
            targets: Some(vec![2]),
            ..Settings::default()
        };
        run(&series, settings, &Device::cpu()).edges().count()
    };
    assert_eq!(edges(Conditional::default()), 1);
    assert_eq!(edges(Conditional::Others), 0);
}
