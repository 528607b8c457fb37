//! Networks for the tests of this folder.

use crate::network::{Network, Pair};

/// Three channels, two tested pairs of which one is significant; names and numbers that need care in every format.
pub(super) fn small() -> Network {
    let edge = Pair {
        source: 0,
        target: 1,
        delay: 3,
        te: 0.1 + 0.2,
        te_corrected: Some(0.25),
        p: Some(0.005),
        p_corrected: Some(0.01),
        z: Some(12.5),
        n_obs: 997,
        k: Some(4),
        significant: true,
        local: Some(vec![0.5, -0.25]),
    };
    let rest = Pair {
        source: 1,
        target: 0,
        delay: 1,
        te: -1e-9,
        te_corrected: Some(-0.001),
        p: Some(0.8),
        p_corrected: Some(0.8),
        z: None,
        n_obs: 999,
        k: None,
        significant: false,
        local: None,
    };
    Network {
        names: ["F<z>, \"left\"", "β & γ", "c"].map(String::from).to_vec(),
        pairs: vec![edge, rest],
        alpha: 0.05,
        surrogates: 200,
        ..Network::default()
    }
}

/// `v` channels with every pair estimated; `share` of the pairs, spread evenly, are significant.
pub(super) fn spread(v: usize, share: f64) -> Network {
    let ordered = (0..v).flat_map(|source| (0..v).map(move |target| (source, target)));
    let pairs = ordered
        .filter(|(source, target)| source != target)
        .map(|(source, target)| spread_pair(source, target, share))
        .collect();
    Network {
        names: (0..v).map(|channel| format!("ch{channel}")).collect(),
        pairs,
        alpha: 0.05,
        surrogates: 200,
        ..Network::default()
    }
}

fn spread_pair(source: usize, target: usize, share: f64) -> Pair {
    // The golden ratio's multiples, mixed by a prime, spread evenly over [0, 1).
    let draw = ((source * 7919 + target * 104_729) as f64 * 0.618_033_988_749_895).fract();
    let significant = draw < share;
    let te = if significant { 0.05 + 0.4 * (1.0 - draw / share).powi(2) } else { 0.02 * draw };
    let p = if significant { 0.004 } else { draw };
    Pair {
        source,
        target,
        delay: 1 + (source + target) % 5,
        te,
        te_corrected: Some(te - 0.01),
        p: Some(p),
        p_corrected: Some(p),
        z: Some(te * 90.0),
        n_obs: 995,
        k: Some(4),
        significant,
        local: None,
    }
}

/// The same network as if no surrogates had been drawn.
pub(super) fn untested(mut network: Network) -> Network {
    network.surrogates = 0;
    for pair in &mut network.pairs {
        (pair.te_corrected, pair.p, pair.p_corrected, pair.z) = (None, None, None, None);
        pair.significant = false;
    }
    network
}
