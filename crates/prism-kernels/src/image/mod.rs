//! Images: convolution, what is in the neighbourhood of a pixel, which pixels belong together.

mod conv2d;
mod conv2d_plain;
mod conv2d_tiled;
mod footprint;
mod fused_conv_relu;
mod image_segmentation;
mod pixel_entropy;
mod pixel_entropy_few;
mod pixel_entropy_many;
mod plain;
mod region_means;
mod region_peaks;
mod region_sums;
mod seed_costs;
mod seed_labels;
mod seed_leaders;
mod seed_regions;
mod seed_zones;
mod zone_areas;
mod zone_counts;
mod zone_drop;
mod zone_join;
mod zone_labels;
mod zone_offsets;
mod zone_ranks;
mod zone_roots;
mod zone_seams;
mod zone_targets;
mod zone_tiles;
mod zones;

pub use conv2d::{AutoPad, Conv2dSettings, conv2d};
pub use conv2d_tiled::{
    CONV2D_DIRECT, CONV2D_TILED, conv2d_direct, conv2d_direct_reference, conv2d_tiled, conv2d_tiled_reference,
};
pub use footprint::Shape;
pub use fused_conv_relu::fused_conv_relu;
pub use image_segmentation::{Segmentation, SegmentationMode, SegmentationSettings, image_segmentation};
pub use pixel_entropy::{PixelEntropySettings, pixel_entropy};
pub use pixel_entropy_few::{PIXEL_ENTROPY_FEW, pixel_entropy_few, pixel_entropy_few_reference};
pub use pixel_entropy_many::{PIXEL_ENTROPY_MANY, pixel_entropy_many, pixel_entropy_many_reference};
pub use region_means::{REGION_MEANS, region_means, region_means_reference};
pub use region_peaks::{REGION_PEAKS, region_peaks, region_peaks_reference};
pub use region_sums::{REGION_SUMS, region_sums, region_sums_reference};
pub use seed_costs::{SEED_COSTS, seed_costs, seed_costs_reference};
pub use seed_labels::{SEED_LABELS, seed_labels, seed_labels_reference};
pub use seed_leaders::{SEED_LEADERS, seed_leaders, seed_leaders_reference};
pub use seed_regions::{SEED_REGIONS, seed_regions, seed_regions_reference};
pub use seed_zones::{SEED_ZONES, seed_zones, seed_zones_reference};
pub use zone_areas::{ZONE_AREAS, zone_areas, zone_areas_reference};
pub use zone_counts::{ZONE_COUNTS, zone_counts, zone_counts_reference};
pub use zone_drop::{ZONE_DROP, zone_drop, zone_drop_reference};
pub use zone_join::{ZONE_JOIN, zone_join, zone_join_reference};
pub use zone_labels::{ZONE_LABELS, zone_labels, zone_labels_reference};
pub use zone_offsets::{ZONE_OFFSETS, zone_offsets, zone_offsets_reference};
pub use zone_ranks::{ZONE_RANKS, zone_ranks, zone_ranks_reference};
pub use zone_roots::{ZONE_ROOTS, zone_roots, zone_roots_reference};
pub use zone_seams::{ZONE_SEAMS, zone_seams, zone_seams_reference};
pub use zone_targets::{ZONE_TARGETS, zone_targets, zone_targets_reference};
pub use zone_tiles::{ZONE_TILES, zone_tiles, zone_tiles_reference};

/// The kernels of this family.
pub const KERNELS: &[&prism_device::Entry] = &[
    &CONV2D_TILED,
    &CONV2D_DIRECT,
    &PIXEL_ENTROPY_FEW,
    &PIXEL_ENTROPY_MANY,
    &ZONE_TILES,
    &ZONE_SEAMS,
    &ZONE_ROOTS,
    &ZONE_AREAS,
    &ZONE_DROP,
    &ZONE_TARGETS,
    &ZONE_JOIN,
    &ZONE_COUNTS,
    &ZONE_OFFSETS,
    &ZONE_RANKS,
    &ZONE_LABELS,
    &SEED_ZONES,
    &SEED_COSTS,
    &SEED_LABELS,
    &SEED_LEADERS,
    &SEED_REGIONS,
    &REGION_PEAKS,
    &REGION_SUMS,
    &REGION_MEANS,
];

/// The composed operations of this family.
pub const OPERATIONS: &[fn() -> prism_device::Operation] = &[
    conv2d::conv2d_operation,
    fused_conv_relu::fused_conv_relu_operation,
    image_segmentation::image_segmentation_operation,
    pixel_entropy::pixel_entropy_operation,
];

#[cfg(test)]
mod tests {
    #[test]
    fn the_checked_sizes_have_inputs_that_the_references_take() {
        for entry in super::KERNELS {
            let verdict = entry.conform(&prism_device::Device::cpu(), 40, 200).unwrap();
            assert!(verdict.failure.is_none(), "{}: {verdict:?}", entry.name);
        }
    }
}
