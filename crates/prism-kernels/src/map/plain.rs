//! The functions of this family for one number, in double precision.

/// 1/(1 + e⁻ˣ); for negative x eˣ/(1 + eˣ).
pub(crate) fn logistic(x: f64) -> f64 {
    let e = (-x.abs()).exp();
    if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

/// ½x·erfc(−x/√2); −0 at −∞, its limit.
pub(crate) fn gelu(x: f64) -> f64 {
    if x == f64::NEG_INFINITY { -0.0 } else { 0.5 * x * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2) }
}

/// x·σ(2z), which is ½x(1 + tanh z); −0 at −∞, its limit.
pub(crate) fn gelu_by_tanh(x: f64) -> f64 {
    if x == f64::NEG_INFINITY { -0.0 } else { x * logistic(2.0 * gelu_argument(x)) }
}

/// z = √(2/π)(x + 0.044715x³).
pub(crate) fn gelu_argument(x: f64) -> f64 {
    (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x)
}
