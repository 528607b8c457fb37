#![allow(clippy::unreadable_literal, clippy::excessive_precision, clippy::float_cmp)] // Numbers as mpmath prints them.

use super::*;
use prism_device::Device;

/// `float(mpmath.digamma(x))` at 60 digits, mpmath 1.4.1.
#[rustfmt::skip]
const POSITIVE: &[(f64, f64)] = &[
    (1.4616321449683622, -9.241265521729427e-17), (1.4616321449683625, 1.2245374622004068e-16),
    (1.461632144968362, -3.072790566546293e-16), (1.4616, -3.110625123034165e-05),
    (1.46163214, -4.807746276832806e-09), (1.461633, 8.2739006100858e-07), (1.4, -0.06138454458511624),
    (1.5, 0.03648997397857652), (1.45, -0.011316422586445888), (1.47, 0.008066489011364869),
    (1.0000000000000002, -0.5772156649015325), (1.1, -0.42375494041107664), (1.3, -0.16919088886679962),
    (1.7, 0.2085478748734939), (1.9, 0.35618416116405965), (1.9999999999999998, 0.422784335098467),
    (2.0000000000000004, 0.4227843350984674), (2.5, 0.7031566406452432), (3.3, 1.0348224890596216),
    (4.7, 1.4374238096317817), (5.9, 1.6878194259079582), (7.2, 1.9030321442701752), (8.5, 2.08009081757942),
    (9.3, 2.1752885647186924), (9.999999999999998, 2.251752589066721), (10.0, 2.251752589066721),
    (10.000000000000002, 2.2517525890667214), (10.5, 2.3030010342976865), (11.5, 2.3982391295357814),
    (12.7, 2.5017155664193376), (17.0, 2.8035133283274605), (33.0, 3.4812795305349873), (100.0, 4.600161852738087),
    (100.25, 4.602671243274712), (257.0, 5.547129297915747), (1000.0, 6.907255195648812),
    (4097.5, 8.318010280029185), (1000000.0, 13.815510057964191), (123456789.0, 18.631401762118017),
    (10000000000.0, 23.025850929890456), (1000000000000000.0, 34.538776394910684), (1e+17, 39.14394658089878),
    (1e+100, 230.25850929940458), (1e+300, 690.7755278982137), (0.999999, -0.5772173098368019),
    (0.75, -1.0858608797864722), (0.5, -1.9635100260214235), (0.3, -3.502524222200133), (0.1, -10.423754940411076),
    (0.01, -100.56088545786868), (0.001, -1000.5755719318103), (1e-08, -100000000.57721564), (1e-16, -1e+16),
    (1e-100, -1e+100), (1e-308, -1e+308),
];

/// The same to the left of 0; the last two lie by zeros of ψ.
#[rustfmt::skip]
const NEGATIVE: &[(f64, f64)] = &[
    (-1e-300, 9.999999999999999e+299), (-1e-10, 9999999999.422785), (-0.001, 999.4211381978913),
    (-0.1, 9.245073050052948), (-0.25, 2.9141391202135276), (-0.5, 0.03648997397857652), (-0.75, -2.894120200042932),
    (-0.9, -9.312643829299969), (-1.1, 10.15416395914385), (-1.5, 0.7031566406452432), (-2.3, 3.3173231575618227),
    (-3.7, -0.8450768588704194), (-7.25, 5.189977214956288), (-9.5, 2.3030010342976865),
    (-10.0625, 18.15153569482525), (-20.7, 0.7715931850825055), (-100.4, 5.634899350648233),
    (-1000.3, 9.191055669255658), (-123456.7, 9.441149147824792), (-1000000000.5, 20.72326583794641),
    (-0.504083, 7.388256696842615e-08), (-1.57349, 8.423549911522815e-05),
];

const UNIT: f64 = f64::EPSILON / 2.0;

#[test]
fn is_within_four_units_of_the_truth_where_positive() {
    for &(x, truth) in POSITIVE {
        let error = (digamma_f64(x) - truth).abs() / truth.abs().max(1.0);
        assert!(error <= 4.0 * UNIT, "ψ({x:e}) is {:e}, not {truth:e}", digamma_f64(x));
    }
}

#[test]
fn keeps_its_digits_across_the_root() {
    for &(x, truth) in POSITIVE.iter().filter(|(x, _)| (1.0..2.0).contains(x)) {
        let error = (digamma_f64(x) - truth).abs() / truth.abs();
        assert!(error <= 4.0 * UNIT, "ψ({x:e}) is {:e}, not {truth:e}", digamma_f64(x));
    }
}

#[test]
fn is_accurate_where_negative() {
    for &(x, truth) in NEGATIVE {
        let error = (digamma_f64(x) - truth).abs() / truth.abs().max(1.0);
        assert!(error <= 1e-14, "ψ({x:e}) is {:e}, not {truth:e}", digamma_f64(x));
    }
}

#[test]
fn integers_are_harmonic_numbers() {
    let (mut psi, mut lost) = (-0.577_215_664_901_532_9, 4.942_915_152_430_645e-18); // −γ to twice the precision.
    for n in 1..100_000u32 {
        let (x, truth) = (f64::from(n), psi + lost);
        let error = (digamma_f64(x) - truth).abs() / truth.abs();
        assert!(error <= 2.0 * UNIT, "ψ({n}) is {}, not {truth}", digamma_f64(x));
        let (term, sum) = (1.0 / x, psi + 1.0 / x);
        let back = sum - psi;
        lost += (psi - (sum - back)) + (term - back) + (-x).mul_add(term, 1.0) / x;
        psi = sum;
    }
}

#[test]
fn poles_and_infinities() {
    assert_eq!(digamma_f64(0.0), f64::NEG_INFINITY);
    assert_eq!(digamma_f64(-0.0), f64::INFINITY);
    assert_eq!(digamma_f64(f64::INFINITY), f64::INFINITY);
    for x in [f64::NEG_INFINITY, f64::NAN, -1.0, -2.0, -1e15, -1e300] {
        assert!(digamma_f64(x).is_nan(), "ψ({x:e}) is {}", digamma_f64(x));
    }
}

#[test]
fn the_call_rounds_the_double_once() {
    let x: Vec<f32> = POSITIVE.iter().map(|&(x, _)| x as f32).collect();
    let device = Device::cpu();
    let mut y = device.zeros(&[x.len()]).unwrap();
    digamma(&device.upload(&x, &[x.len()]).unwrap(), &mut y).unwrap();
    let expected: Vec<f32> = x.iter().map(|&x| digamma_f64(x.into()) as f32).collect();
    assert_eq!(y.download().unwrap(), expected);
}
