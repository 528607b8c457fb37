//! Pairs for machines: names in place of numbers, null in place of nothing.

use serde_json::{Value, json};

use crate::network::{Network, Pair};

/// The pairs as a JSON array, in the order of [`Network::pairs`].
///
/// Keys: `source`, `target` (names), `delay`, `te`, `te_corrected`, `p`, `p_corrected`, `z`, `n_obs`, `k`, and `local`
/// where a pair has local values. Null where there is no value; numbers read back the same.
pub fn to_json(network: &Network) -> Value {
    network.pairs.iter().map(|pair| object(network, pair)).collect()
}

fn object(network: &Network, pair: &Pair) -> Value {
    let mut object = json!({
        "source": network.names[pair.source],
        "target": network.names[pair.target],
        "delay": pair.delay,
        "te": pair.te,
        "te_corrected": pair.te_corrected,
        "p": pair.p,
        "p_corrected": pair.p_corrected,
        "z": pair.z,
        "n_obs": pair.n_obs,
        "k": pair.k,
    });
    if let Some(local) = &pair.local {
        object["local"] = json!(local);
    }
    object
}

#[cfg(test)]
mod tests {
    use super::super::samples::small;
    use super::*;

    #[test]
    fn keys_are_exactly_those_promised() {
        assert_eq!(
            to_json(&small()),
            json!([
                {
                    "source": "F<z>, \"left\"", "target": "β & γ", "delay": 3, "te": 0.300_000_000_000_000_04,
                    "te_corrected": 0.25, "p": 0.005, "p_corrected": 0.01, "z": 12.5, "n_obs": 997, "k": 4,
                    "local": [0.5, -0.25]
                },
                {
                    "source": "β & γ", "target": "F<z>, \"left\"", "delay": 1, "te": -1e-9, "te_corrected": -0.001,
                    "p": 0.8, "p_corrected": 0.8, "z": null, "n_obs": 999, "k": null
                }
            ])
        );
    }

    #[test]
    fn no_estimate_is_null() {
        let mut network = small();
        network.pairs[0].te = f64::NAN;
        assert_eq!(to_json(&network)[0]["te"], Value::Null);
        assert!(to_json(&network).to_string().contains("\"te\":-1e-9"));
    }
}
