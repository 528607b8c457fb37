//! From surrogates to decisions: p-values, z-scores, corrections for many tests.
