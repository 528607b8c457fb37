//! Host memory that a device copies by itself, kept for the next who needs as much.

use crate::cuda::PageLocked;
use crate::device::Kind;
use crate::{Device, Element, Result};
use crossbeam_queue::SegQueue;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The powers of two of the smallest and the largest block that is kept.
const CLASSES: std::ops::Range<u32> = 12..48;

/// What the pages of host memory are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pages {
    /// For both directions.
    #[default]
    Readable,
    /// For uploads alone: the host's caches are passed by, which writes in order do not notice and reads suffer from.
    WriteCombined,
}

/// Takes locked host memory and keeps what is given back, by size: locking costs far more than a copy of as much.
///
/// Take and return are lock-free, from any thread. On the CPU it is ordinary memory.
#[derive(Clone)]
pub struct PinnedMemoryPool(Arc<Shelves>);

struct Shelves {
    device: Device,
    readable: Vec<SegQueue<HostBlock>>,
    combined: Vec<SegQueue<HostBlock>>,
    /// Bytes of all blocks, held and kept.
    reserved: AtomicU64,
}

/// Memory of a power of two of bytes.
enum HostBlock {
    Locked(PageLocked),
    /// In words of 16 bytes, as elements of any type need them to lie.
    Plain(Box<[u128]>),
}

/// Elements in host memory that a device copies by itself. Goes back to its pool when dropped.
pub struct Pinned<T: Element> {
    block: Option<HostBlock>,
    shape: Vec<usize>,
    pages: Pages,
    pool: PinnedMemoryPool,
    element: std::marker::PhantomData<T>,
}

impl PinnedMemoryPool {
    /// An empty pool of memory that this device copies, on any stream of it.
    pub fn of(device: &Device) -> Self {
        let shelf = || CLASSES.map(|_| SegQueue::new()).collect();
        let (readable, combined) = (shelf(), shelf());
        Self(Arc::new(Shelves { device: device.clone(), readable, combined, reserved: AtomicU64::new(0) }))
    }

    /// Elements of that shape, for both directions. What they are is not said: memory comes as it was left.
    ///
    /// # Errors
    /// The host has not so much memory to lock.
    pub fn take<T: Element>(&self, shape: &[usize]) -> Result<Pinned<T>> {
        self.take_pages(shape, Pages::Readable)
    }

    /// The same, with pages for a purpose.
    ///
    /// # Errors
    /// As [`PinnedMemoryPool::take`].
    pub fn take_pages<T: Element>(&self, shape: &[usize], pages: Pages) -> Result<Pinned<T>> {
        let bytes = shape.iter().product::<usize>() * size_of::<T>();
        let class = class_of(bytes);
        let block = match self.shelf(class, pages).pop() {
            Some(block) => block,
            None => self.lock(1 << class, pages)?,
        };
        let (pool, element) = (self.clone(), std::marker::PhantomData);
        Ok(Pinned { block: Some(block), shape: shape.to_vec(), pages, pool, element })
    }

    /// Bytes locked: those held and those kept.
    pub fn reserved(&self) -> u64 {
        self.0.reserved.load(Ordering::Relaxed)
    }

    /// Unlocks what nobody holds; the bytes unlocked.
    pub fn trim(&self) -> u64 {
        let mut unlocked = 0;
        for shelf in self.0.readable.iter().chain(&self.0.combined) {
            while let Some(block) = shelf.pop() {
                unlocked += block.bytes().len() as u64;
            }
        }
        self.0.reserved.fetch_sub(unlocked, Ordering::Relaxed);
        unlocked
    }

    fn shelf(&self, class: u32, pages: Pages) -> &SegQueue<HostBlock> {
        let shelves = match pages {
            Pages::Readable => &self.0.readable,
            Pages::WriteCombined => &self.0.combined,
        };
        &shelves[(class - CLASSES.start) as usize]
    }

    fn lock(&self, bytes: usize, pages: Pages) -> Result<HostBlock> {
        let block = match self.0.device.kind() {
            Kind::Cpu => HostBlock::Plain(vec![0; bytes / size_of::<u128>()].into()),
            Kind::Cuda(stream) => HostBlock::Locked(PageLocked::of(stream, bytes, pages)?),
        };
        self.0.reserved.fetch_add(bytes as u64, Ordering::Relaxed);
        Ok(block)
    }
}

/// The smallest power of two of bytes that holds these.
fn class_of(bytes: usize) -> u32 {
    let class = bytes.max(1 << CLASSES.start).next_power_of_two().ilog2();
    assert!(class < CLASSES.end, "{bytes} bytes are more than a host has");
    class
}

impl HostBlock {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Locked(memory) => memory.bytes(),
            Self::Plain(memory) => bytemuck::cast_slice(memory),
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Locked(memory) => memory.bytes_mut(),
            Self::Plain(memory) => bytemuck::cast_slice_mut(memory),
        }
    }
}

impl<T: Element> Pinned<T> {
    /// Its extents, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn len(&self) -> usize {
        self.shape.iter().product::<usize>() * size_of::<T>()
    }
}

impl<T: Element> Deref for Pinned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        bytemuck::cast_slice(self.bytes())
    }
}

impl<T: Element> DerefMut for Pinned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        bytemuck::cast_slice_mut(self.bytes_mut())
    }
}

impl<T: Element> Drop for Pinned<T> {
    fn drop(&mut self) {
        if let Some(block) = self.block.take() {
            self.pool.shelf(block.bytes().len().ilog2(), self.pages).push(block);
        }
    }
}

/// Host memory that stays where it is while a copy owns it: what the bytes are of does not move when their owner does.
pub(crate) trait Locked {
    fn bytes(&self) -> &[u8];
}

impl<T: Element> Locked for Pinned<T> {
    fn bytes(&self) -> &[u8] {
        &self.block.as_ref().expect("it is there until it is dropped").bytes()[..self.len()]
    }
}

impl<T: Element> Locked for Arc<Pinned<T>> {
    fn bytes(&self) -> &[u8] {
        (**self).bytes()
    }
}

impl<T: Element> Pinned<T> {
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        let len = self.len();
        &mut self.block.as_mut().expect("it is there until it is dropped").bytes_mut()[..len]
    }
}

impl<T: Element> std::fmt::Debug for Pinned<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "pinned {} {:?}", T::DTYPE, self.shape)
    }
}
