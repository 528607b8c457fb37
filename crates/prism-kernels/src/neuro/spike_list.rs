//! Spikes as a list.

use super::{spike_indices, spike_starts};
use crate::argument::extents;
use prism_device::{Buffer, Result};

/// The spikes of the rows of a bit mask.
#[derive(Debug)]
pub struct SpikeList {
    /// The neurons that spiked `[spikes]`, row by row, ascending.
    pub neuron: Buffer<u32>,
    /// Where each row begins `[rows + 1]`; the last is the number of spikes.
    pub row_start: Buffer<u64>,
}

/// The list of the bits that are set in `spikes [r, w]`.
///
/// The number of spikes is asked of the device, to allocate no more than the list takes. O(r·w).
///
/// # Errors
/// Another shape, 2³² spikes or more, or out of memory.
pub fn spike_list(spikes: &Buffer<u32>) -> Result<SpikeList> {
    let [r, w] = extents("spike_list", "spikes", "r, w", spikes)?;
    let device = spikes.device();
    let (mut starts, mut total) = (device.zeros(&[r * w.div_ceil(32) + 1])?, device.zeros(&[1])?);
    spike_starts(spikes, &mut starts, &mut total)?;
    let mut neuron = device.zeros(&[total.download()?[0] as usize])?;
    let mut row_start = device.zeros(&[r + 1])?;
    spike_indices(spikes, &starts, &mut neuron, &mut row_start)?;
    Ok(SpikeList { neuron, row_start })
}

#[cfg(test)]
mod tests {
    use super::spike_list;
    use prism_device::Device;

    #[test]
    fn rows_list_their_bits_in_order() {
        for device in Device::all() {
            let mut words = vec![0u32; 3 * 40];
            (words[0], words[33], words[80], words[119]) = (1 << 31 | 1, 4, 6, 1 << 31);
            let list = spike_list(&device.upload(&words, &[3, 40]).unwrap()).unwrap();
            assert_eq!(list.neuron.download().unwrap(), [0, 31, 33 * 32 + 2, 1, 2, 40 * 32 - 1]);
            assert_eq!(list.row_start.download().unwrap(), [0, 3, 3, 6]);
        }
    }

    #[test]
    fn no_rows_and_no_words_have_empty_lists() {
        let device = Device::cpu();
        for (shape, starts) in [([0, 4], vec![0]), ([3, 0], vec![0; 4])] {
            let list = spike_list(&device.zeros(&shape).unwrap()).unwrap();
            assert_eq!(list.neuron.shape(), [0]);
            assert_eq!(list.row_start.download().unwrap(), starts);
        }
        let error = spike_list(&device.zeros(&[4]).unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "spike_list: `spikes` must be [r, w], got [4]");
    }
}
