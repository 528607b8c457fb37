//! Occupancies that Nsight Compute reported of GPUs of other architectures.
//!
//! Each line is a launch as a user of the tool published its sections "Launch Statistics" and "Occupancy"; warps,
//! percent and waves are the tool's. Where several resources limit, it names all and we the first. It gives shared
//! memory in three digits of a kilobyte or more, and of 11.0 only the most registers that its limit allows.

use super::LimitingFactor::{self, Blocks, Registers, SharedMemory, Warps};
use super::{ComputeCapability, GpuProperties, KernelConfig, KernelTuner};

/// Compute capability and multiprocessors; threads, blocks, registers and bytes of shared memory; warps, percent of the
/// most warps, and waves; the limiting factor.
type Report = ((u32, u32), u32, (u32, u32, u32, u32), (u32, f64, f64), LimitingFactor);

#[rustfmt::skip]
const REPORTS: [Report; 12] = [
    ((7, 0), 80, (128, 512, 21, 0), (64, 100.0, 0.40), Warps),
    ((7, 5), 40, (1024, 4064, 22, 0), (32, 100.0, 101.60), Warps),
    ((8, 0), 108, (1, 1, 16, 0), (32, 50.0, 0.00), Blocks),
    ((8, 6), 40, (256, 262_144, 16, 0), (48, 100.0, 1092.27), Warps),
    ((8, 7), 4, (128, 1024, 16, 0), (48, 100.0, 21.33), Warps),
    ((8, 9), 128, (512, 262_144, 34, 4100), (48, 100.0, 682.67), Warps),
    ((8, 9), 58, (512, 128, 54, 29_820), (32, 66.67, 1.10), Registers),
    ((8, 9), 58, (128, 128, 80, 43_780), (8, 16.67, 1.10), SharedMemory),
    ((10, 0), 152, (384, 288, 168, 205_696), (12, 18.75, 1.89), Registers),
    ((11, 0), 20, (256, 4096, 16, 0), (48, 100.0, 34.13), Warps),
    ((11, 0), 20, (1, 1_048_576, 16, 0), (24, 50.0, 2184.53), Blocks),
    ((12, 0), 36, (256, 65_536, 16, 0), (48, 100.0, 303.41), Warps),
];

fn tuner((major, minor): (u32, u32), multiprocessors: u32) -> KernelTuner {
    let capability = ComputeCapability { major, minor };
    KernelTuner::of(GpuProperties::published("a GPU", capability, multiprocessors).unwrap()).unwrap()
}

#[test]
fn equals_the_reports_of_nsight_compute() {
    let rounded = |x: f64| (100.0 * x).round() / 100.0;
    for (capability, multiprocessors, launch, held, factor) in REPORTS {
        let (block_size, grid_size, registers_per_thread, shared_memory) = launch;
        let config = KernelConfig { block_size, grid_size, shared_memory, registers_per_thread };
        let info = tuner(capability, multiprocessors).calculate_occupancy(&config).unwrap();
        let got = (info.active_warps_per_sm, rounded(100.0 * info.occupancy), rounded(info.waves));
        assert_eq!((got, info.limiting_factor), (held, factor), "{capability:?} {config:?}");
    }
}

/// Nsight Compute's words on the launch on the B200: one full wave and a partial wave of 136 blocks.
#[test]
fn counts_the_blocks_of_a_partial_wave() {
    let config = KernelConfig { block_size: 384, grid_size: 288, shared_memory: 205_696, registers_per_thread: 168 };
    assert_eq!(tuner((10, 0), 152).calculate_occupancy(&config).unwrap().tail_blocks, 136);
    let full = KernelConfig { grid_size: 2 * 152, ..config };
    assert_eq!(tuner((10, 0), 152).calculate_occupancy(&full).unwrap().tail_blocks, 0);
}

/// The example of kokkos/kokkos#5739, of compute capability 8.0: 96 registers fit 21 warps, of which 20 are given, so
/// that two blocks of seven warps are held and not three.
#[test]
fn gives_registers_to_warps_in_fours() {
    let config = KernelConfig { block_size: 224, grid_size: 1, shared_memory: 0, registers_per_thread: 92 };
    let info = tuner((8, 0), 108).calculate_occupancy(&config).unwrap();
    assert_eq!((info.active_blocks_per_sm, info.limiting_factor), (2, Registers));
}

/// The warps and blocks that a multiprocessor of every architecture holds at once, as the CUDA programming guide has
/// them, and the blocks of 16 KiB of its shared memory: from Ampere on each costs 1 KiB more.
#[test]
fn holds_what_is_published_of_every_architecture() {
    let published = [
        ((7, 0), 64, 32, 6),
        ((7, 2), 64, 32, 6),
        ((7, 5), 32, 16, 4),
        ((8, 0), 64, 32, 9),
        ((8, 6), 48, 16, 5),
        ((8, 7), 48, 16, 9),
        ((8, 9), 48, 24, 5),
        ((9, 0), 64, 32, 13),
        ((10, 0), 64, 32, 13),
        ((10, 3), 64, 32, 13),
        ((11, 0), 48, 24, 13),
        ((12, 0), 48, 24, 5),
    ];
    for (capability, warps, blocks, blocks_of_16_kib) in published {
        let held = |block_size, shared_memory| {
            let config = KernelConfig { block_size, grid_size: 1, shared_memory, registers_per_thread: 16 };
            let info = tuner(capability, 1).calculate_occupancy(&config).unwrap();
            (info.active_blocks_per_sm, info.limiting_factor)
        };
        assert_eq!(held(128, 0), (warps / 4, Warps), "{capability:?}");
        assert_eq!(held(1, 0), (blocks, Blocks), "{capability:?}");
        assert_eq!(held(1, 16 * 1024), (blocks_of_16_kib, SharedMemory), "{capability:?}");
    }
}
