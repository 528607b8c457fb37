//! What a pipeline did, by the device's own clock.

/// How much went through a pipeline, and how long each stage was at work.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Flow {
    /// Chunks.
    pub chunks: u64,
    /// Bytes that went in.
    pub bytes_in: u64,
    /// Bytes that came out.
    pub bytes_out: u64,
    /// Seconds from the begin of the first copy in to the end of the last copy out.
    pub seconds: f64,
    /// Seconds that copies in took.
    pub uploading: f64,
    /// Seconds that the kernels took.
    pub computing: f64,
    /// Seconds that copies out took.
    pub downloading: f64,
}

impl Flow {
    /// How much of the work that could hide did: (s − t) / (s − m), with the time t of the whole, the sum s of the stages
    /// and the longest m of them. 1 where the others hide behind the longest, 0 where each waits for the one before.
    pub fn overlap(&self) -> f64 {
        let stages = [self.uploading, self.computing, self.downloading];
        let (sum, longest) = (stages.iter().sum::<f64>(), stages.into_iter().fold(0.0, f64::max));
        if sum > longest { ((sum - self.seconds) / (sum - longest)).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Bytes a second, both ways together.
    pub fn bandwidth(&self) -> f64 {
        (self.bytes_in + self.bytes_out) as f64 / self.seconds
    }
}

#[cfg(test)]
mod tests {
    use super::Flow;

    fn flow(seconds: f64) -> Flow {
        Flow { seconds, uploading: 4.0, computing: 1.0, downloading: 3.0, bytes_in: 6, bytes_out: 2, chunks: 1 }
    }

    #[test]
    fn overlap_is_what_is_hidden_of_what_could_be() {
        assert_eq!([8.0, 6.0, 4.0].map(|seconds| flow(seconds).overlap()), [0.0, 0.5, 1.0]);
        assert_eq!(Flow::default().overlap(), 0.0);
    }

    #[test]
    fn bandwidth_counts_both_ways() {
        assert_eq!(flow(4.0).bandwidth(), 2.0);
    }
}
