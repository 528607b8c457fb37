//! Pairs as comma-separated values: one line a pair, numbers in the shortest form that reads back the same.

use std::io::Write;

use serde::Serialize;

use crate::network::{Network, Pair};

const COLUMNS: [&str; 10] = ["source", "target", "delay", "te", "te_corrected", "p", "p_corrected", "z", "n_obs", "k"];

/// One line; the fields stand in the order of [`COLUMNS`]. Empty where there is no value.
#[derive(Serialize)]
struct Line<'a> {
    source: &'a str,
    target: &'a str,
    delay: usize,
    te: Option<f64>,
    te_corrected: Option<f64>,
    p: Option<f64>,
    p_corrected: Option<f64>,
    z: Option<f64>,
    n_obs: usize,
    k: Option<usize>,
}

impl<'a> Line<'a> {
    fn new(network: &'a Network, pair: &Pair) -> Self {
        Self {
            source: &network.names[pair.source],
            target: &network.names[pair.target],
            delay: pair.delay,
            te: finite(Some(pair.te)),
            te_corrected: finite(pair.te_corrected),
            p: finite(pair.p),
            p_corrected: finite(pair.p_corrected),
            z: finite(pair.z),
            n_obs: pair.n_obs,
            k: pair.k,
        }
    }
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// Writes the header and one line for each of `pairs`.
pub(super) fn write<'a>(
    out: impl Write,
    network: &Network,
    pairs: impl Iterator<Item = &'a Pair>,
) -> std::io::Result<()> {
    // The header is written by hand so that a table without lines has one too.
    let mut table = ::csv::WriterBuilder::new().has_headers(false).from_writer(out);
    table.write_record(COLUMNS)?;
    for pair in pairs {
        table.serialize(Line::new(network, pair))?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{small, untested};
    use super::*;

    fn text<'a>(network: &'a Network, pairs: impl Iterator<Item = &'a Pair>) -> String {
        let mut out = Vec::new();
        write(&mut out, network, pairs).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_pair_is_a_line_at_full_precision() {
        let network = small();
        assert_eq!(
            text(&network, network.pairs.iter()),
            "source,target,delay,te,te_corrected,p,p_corrected,z,n_obs,k\n\
             \"F<z>, \"\"left\"\"\",β & γ,3,0.30000000000000004,0.25,0.005,0.01,12.5,997,4\n\
             β & γ,\"F<z>, \"\"left\"\"\",1,-1e-9,-0.001,0.8,0.8,,999,\n"
        );
    }

    #[test]
    fn what_was_not_tested_is_empty() {
        let mut network = untested(small());
        network.pairs[0].te = f64::NAN;
        let text = text(&network, network.pairs.iter());
        assert!(text.contains("β & γ,3,,,,,,997,4\n"), "{text}");
        assert!(text.contains(",1,-1e-9,,,,,999,\n"), "{text}");
    }

    #[test]
    fn no_pairs_leave_the_header() {
        let network = small();
        assert_eq!(text(&network, std::iter::empty()), COLUMNS.join(",") + "\n");
    }
}
