//! What a pipeline carries: host memory in, buffers out, one or several.

use super::{Pinned, PinnedMemoryPool};
use crate::cuda::{InFlight, Moment};
use crate::device::Kind;
use crate::{Buffer, Device, Element, Result};
use std::sync::Arc;
use std::time::Instant;

/// One of a pipeline's streams. Only a pipeline has them: what it does with buffers is right in its order alone.
pub struct Lane(pub(super) Device);

/// A moment of a lane's work.
pub(super) enum Mark {
    Device(Moment),
    Host(Instant),
}

/// Pinned memory on its way to the device: [`Pinned`], an `Arc` of one that is sent again, a tuple or a `Vec` of them.
pub trait Inbound: Send {
    /// What it is there.
    type Buffers: Buffers;
    /// What stays until the copy is done.
    type Kept;

    /// Asks for the copy.
    ///
    /// # Errors
    /// Out of memory, or the device failed.
    fn send(self, on: &Lane) -> Result<(Self::Buffers, Self::Kept)>;
}

/// Buffers on the device: [`Buffer`], a tuple or a `Vec` of them.
pub trait Buffers: Sized {
    /// What they are on the host.
    type Host: Send;
    /// A copy to there, asked for.
    type Copying;

    /// Their bytes.
    fn bytes(&self) -> u64;

    /// For another lane, after what was asked of this one.
    ///
    /// # Errors
    /// They are of another device.
    fn handed_to(self, lane: &Lane) -> Result<Self>;

    /// For another lane, when all work on them is done.
    #[must_use]
    fn returned_to(self, lane: &Lane) -> Self;

    /// Asks for a copy to the host.
    ///
    /// # Errors
    /// The host has no memory to lock, or the device failed.
    fn fetch(&self, on: &Lane, pool: &PinnedMemoryPool) -> Result<Self::Copying>;

    /// The copy, when it is done.
    ///
    /// # Errors
    /// The device failed.
    fn wait(copying: Self::Copying) -> Result<Self::Host>;
}

impl Lane {
    pub(super) fn mark(&self) -> Result<Mark> {
        match self.0.kind() {
            Kind::Cpu => Ok(Mark::Host(Instant::now())),
            Kind::Cuda(stream) => stream.moment().map(Mark::Device),
        }
    }

    /// What is asked from now on comes after a mark of another lane.
    pub(super) fn after(&self, mark: &Mark) -> Result<()> {
        match (self.0.kind(), mark) {
            (Kind::Cuda(stream), Mark::Device(moment)) => stream.after(moment),
            _ => Ok(()),
        }
    }
}

impl Mark {
    /// Seconds from an earlier one; waits for both.
    pub(super) fn since(&self, earlier: &Self) -> Result<f64> {
        match (earlier, self) {
            (Self::Device(from), Self::Device(to)) => Ok(to.since(from)? / 1e3),
            (Self::Host(from), Self::Host(to)) => Ok(to.duration_since(*from).as_secs_f64()),
            _ => unreachable!("the marks of a pipeline are of one device"),
        }
    }
}

impl<T: Element> Inbound for Pinned<T> {
    type Buffers = Buffer<T>;
    type Kept = InFlight<Arc<Pinned<T>>>;

    fn send(self, on: &Lane) -> Result<(Buffer<T>, Self::Kept)> {
        Arc::new(self).send(on)
    }
}

impl<T: Element> Inbound for Arc<Pinned<T>> {
    type Buffers = Buffer<T>;
    type Kept = InFlight<Arc<Pinned<T>>>;

    fn send(self, on: &Lane) -> Result<(Buffer<T>, Self::Kept)> {
        Buffer::sent(&on.0, self)
    }
}

impl<T: Element> Buffers for Buffer<T> {
    type Host = Pinned<T>;
    type Copying = InFlight<Pinned<T>>;

    fn bytes(&self) -> u64 {
        Buffer::bytes(self) as u64
    }

    fn handed_to(self, lane: &Lane) -> Result<Self> {
        Buffer::handed_to(self, &lane.0)
    }

    fn returned_to(self, lane: &Lane) -> Self {
        Buffer::returned_to(self, &lane.0)
    }

    fn fetch(&self, on: &Lane, pool: &PinnedMemoryPool) -> Result<Self::Copying> {
        self.fetched(&on.0, pool.take(self.shape())?)
    }

    fn wait(copying: Self::Copying) -> Result<Pinned<T>> {
        copying.wait()
    }
}

/// Several are carried one after another, and all of them are there together.
macro_rules! several {
    ($($name:ident $at:tt),+) => {
        impl<$($name: Inbound),+> Inbound for ($($name,)+) {
            type Buffers = ($($name::Buffers,)+);
            type Kept = ($($name::Kept,)+);

            fn send(self, on: &Lane) -> Result<(Self::Buffers, Self::Kept)> {
                let sent = ($(self.$at.send(on)?,)+);
                Ok((($(sent.$at.0,)+), ($(sent.$at.1,)+)))
            }
        }

        impl<$($name: Buffers),+> Buffers for ($($name,)+) {
            type Host = ($($name::Host,)+);
            type Copying = ($($name::Copying,)+);

            fn bytes(&self) -> u64 {
                [$(self.$at.bytes()),+].iter().sum()
            }

            fn handed_to(self, lane: &Lane) -> Result<Self> {
                Ok(($(self.$at.handed_to(lane)?,)+))
            }

            fn returned_to(self, lane: &Lane) -> Self {
                ($(self.$at.returned_to(lane),)+)
            }

            fn fetch(&self, on: &Lane, pool: &PinnedMemoryPool) -> Result<Self::Copying> {
                Ok(($(self.$at.fetch(on, pool)?,)+))
            }

            fn wait(copying: Self::Copying) -> Result<Self::Host> {
                Ok(($($name::wait(copying.$at)?,)+))
            }
        }
    };
}
several!(A 0, B 1);
several!(A 0, B 1, C 2);
several!(A 0, B 1, C 2, D 3);

impl<P: Inbound> Inbound for Vec<P> {
    type Buffers = Vec<P::Buffers>;
    type Kept = Vec<P::Kept>;

    fn send(self, on: &Lane) -> Result<(Self::Buffers, Self::Kept)> {
        self.into_iter().map(|parcel| parcel.send(on)).collect()
    }
}

impl<B: Buffers> Buffers for Vec<B> {
    type Host = Vec<B::Host>;
    type Copying = Vec<B::Copying>;

    fn bytes(&self) -> u64 {
        self.iter().map(B::bytes).sum()
    }

    fn handed_to(self, lane: &Lane) -> Result<Self> {
        self.into_iter().map(|buffers| buffers.handed_to(lane)).collect()
    }

    fn returned_to(self, lane: &Lane) -> Self {
        self.into_iter().map(|buffers| buffers.returned_to(lane)).collect()
    }

    fn fetch(&self, on: &Lane, pool: &PinnedMemoryPool) -> Result<Self::Copying> {
        self.iter().map(|buffers| buffers.fetch(on, pool)).collect()
    }

    fn wait(copying: Self::Copying) -> Result<Self::Host> {
        copying.into_iter().map(B::wait).collect()
    }
}
