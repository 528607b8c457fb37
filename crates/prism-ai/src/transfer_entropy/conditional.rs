//! Which channels are known besides the target's past.

/// The channels whose value is known besides the target's past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conditional {
    /// These channels, whatever the pair; they neither drive nor are driven.
    Channels(Vec<usize>),
    /// Of each pair, every channel but its source and its target: the fully conditioned network.
    Others,
}

impl Conditional {
    /// The channels known when `target` is asked about `source`, ascending for [`Conditional::Others`]; `v` channels in all.
    pub fn of(&self, (source, target): (usize, usize), v: usize) -> Vec<usize> {
        match self {
            Self::Channels(channels) => channels.clone(),
            Self::Others => (0..v).filter(|&channel| channel != source && channel != target).collect(),
        }
    }

    /// How many channels are known, the same for every pair; `v` channels in all.
    pub fn count(&self, v: usize) -> usize {
        match self {
            Self::Channels(channels) => channels.len(),
            Self::Others => v.saturating_sub(2),
        }
    }

    /// The channels that cannot be in a pair.
    pub(crate) fn named(&self) -> &[usize] {
        match self {
            Self::Channels(channels) => channels,
            Self::Others => &[],
        }
    }
}

/// No channel: each pair by itself.
impl Default for Conditional {
    fn default() -> Self {
        Self::Channels(Vec::new())
    }
}
