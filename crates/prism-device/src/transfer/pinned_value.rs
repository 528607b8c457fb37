//! Pinned arrays whose element type is known when the program runs.

use super::parcel::{Buffers, Inbound, Lane};
use super::{Pinned, PinnedMemoryPool};
use crate::conformance::Uploaded;
use crate::dtype::each_element;
use crate::{Dtype, Result, bf16, c64, c128, f16};
use std::any::Any;

macro_rules! per_type {
    ($($tag:ident $rust:ident),*) => {
        /// A pinned array of any element type.
        #[allow(missing_docs)]
        pub enum PinnedValue {
            $($tag(Pinned<$rust>),)*
        }

        impl PinnedValue {
            /// Takes memory for an array; what it holds is not said.
            ///
            /// # Errors
            /// The host has not so much memory to lock.
            pub fn take(pool: &PinnedMemoryPool, dtype: Dtype, shape: &[usize]) -> Result<Self> {
                Ok(match dtype {
                    $(Dtype::$tag => Self::$tag(pool.take(shape)?),)*
                })
            }

            /// Its extents, outermost first.
            pub fn shape(&self) -> &[usize] {
                match self {
                    $(Self::$tag(pinned) => pinned.shape(),)*
                }
            }

            /// The type of its elements.
            pub fn dtype(&self) -> Dtype {
                match self {
                    $(Self::$tag(_) => Dtype::$tag,)*
                }
            }

            /// The bytes of its elements, in this machine's order.
            pub fn bytes(&self) -> &[u8] {
                match self {
                    $(Self::$tag(pinned) => bytemuck::cast_slice(pinned),)*
                }
            }

            /// The same, to be filled.
            pub fn bytes_mut(&mut self) -> &mut [u8] {
                match self {
                    $(Self::$tag(pinned) => bytemuck::cast_slice_mut(pinned),)*
                }
            }
        }

        impl Inbound for PinnedValue {
            type Buffers = Uploaded;
            type Kept = Box<dyn Any>;

            fn send(self, on: &Lane) -> Result<(Uploaded, Self::Kept)> {
                Ok(match self {
                    $(Self::$tag(pinned) => {
                        let (buffer, kept) = pinned.send(on)?;
                        (Uploaded::$tag(buffer), Box::new(kept))
                    })*
                })
            }
        }

        impl Buffers for Uploaded {
            type Host = PinnedValue;
            type Copying = Box<dyn FnOnce() -> Result<PinnedValue>>;

            fn bytes(&self) -> u64 {
                Uploaded::bytes(self) as u64
            }

            fn handed_to(self, lane: &Lane) -> Result<Self> {
                Ok(match self {
                    Self::Scalar(number) => Self::Scalar(number),
                    $(Self::$tag(buffer) => Self::$tag(Buffers::handed_to(buffer, lane)?),)*
                })
            }

            fn returned_to(self, lane: &Lane) -> Self {
                match self {
                    Self::Scalar(number) => Self::Scalar(number),
                    $(Self::$tag(buffer) => Self::$tag(Buffers::returned_to(buffer, lane)),)*
                }
            }

            fn fetch(&self, on: &Lane, pool: &PinnedMemoryPool) -> Result<Self::Copying> {
                Ok(match self {
                    Self::Scalar(_) => unreachable!("a number is no array"),
                    $(Self::$tag(buffer) => {
                        let copying = Buffers::fetch(buffer, on, pool)?;
                        Box::new(move || copying.wait().map(PinnedValue::$tag))
                    })*
                })
            }

            fn wait(copying: Self::Copying) -> Result<PinnedValue> {
                copying()
            }
        }
    };
}
each_element!(per_type);
