//! Attention and rotary positions.
//!
//! Scores of queries and keys are made tile by tile and never written: a row's largest score and its sum of exponentials
//! are carried along. `f16` and `bf16` go through tensor cores where heads have up to 128 elements; `f32` is true `f32`.

mod attention_join;
mod attention_mma;
mod attention_parts;
mod attention_scores;
mod attention_tiles;
mod edges;
mod fused_attention_softmax;
mod keep_bias;
mod key_lengths;
mod multi_head_attention;
mod multi_head_attention_projected;
mod plain;
mod rope_encoding;
mod rope_rotation;
mod sequence_join;
mod shapes;

pub use attention_join::{ATTENTION_JOIN, attention_join, attention_join_reference};
pub use attention_mma::{ATTENTION_MMA, attention_mma, attention_mma_reference};
pub use attention_parts::{ATTENTION_PARTS, attention_parts, attention_parts_reference};
pub use attention_scores::{ATTENTION_SCORES, attention_scores, attention_scores_reference};
pub use attention_tiles::{ATTENTION_TILES, attention_tiles, attention_tiles_reference};
pub use fused_attention_softmax::{FusedAttentionSoftmaxSettings, fused_attention_softmax};
pub use keep_bias::{KEEP_BIAS, keep_bias, keep_bias_reference};
pub use key_lengths::{KEY_LENGTHS, key_lengths, key_lengths_reference};
pub use multi_head_attention::{MultiHeadAttentionOutputs, MultiHeadAttentionSettings, multi_head_attention};
pub use multi_head_attention_projected::{ProjectedAttention, multi_head_attention_projected};
pub use rope_encoding::{RopeEncodingSettings, RopeForm, RopeLayout, rope_encoding};
pub use rope_rotation::{ROPE_ROTATION, rope_rotation, rope_rotation_reference};
pub use sequence_join::{SEQUENCE_JOIN, sequence_join, sequence_join_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &ATTENTION_JOIN,
    &ATTENTION_MMA,
    &ATTENTION_PARTS,
    &ATTENTION_SCORES,
    &ATTENTION_TILES,
    &KEEP_BIAS,
    &KEY_LENGTHS,
    &ROPE_ROTATION,
    &SEQUENCE_JOIN,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    fused_attention_softmax::fused_attention_softmax_operation,
    multi_head_attention::multi_head_attention_operation,
    multi_head_attention_projected::multi_head_attention_projected_operation,
    rope_encoding::rope_encoding_operation,
];
