//! Free memory in order of address and of size: cut on request, joined when given back.

use super::StreamId;
use std::collections::{BTreeMap, BTreeSet};

/// The streams whose earlier work may still use a piece, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Users(u64);

impl Users {
    /// That stream alone.
    pub fn only(stream: StreamId) -> Self {
        Self(1 << stream.number())
    }

    /// The streams of either.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All but that stream.
    pub fn without(self, stream: StreamId) -> impl Iterator<Item = StreamId> {
        StreamId::all().filter(move |other| self.0 & Self::only(*other).0 != 0 && *other != stream)
    }
}

/// Equal pieces that are looked at for one that need not wait.
const NEARBY: usize = 8;

/// A piece of free memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub address: u64,
    pub bytes: u64,
    pub users: Users,
}

/// Free pieces, no two of which could be one.
#[derive(Debug, Default)]
pub struct Heap {
    by_address: BTreeMap<u64, (u64, Users)>,
    by_size: BTreeSet<(u64, u64)>,
    /// Where pieces must not be joined: the first addresses of what the source gave, if its blocks do not join.
    seams: BTreeSet<u64>,
    free: u64,
}

impl Heap {
    /// The smallest piece that holds `bytes`, cut to them. Of equal ones that of `stream` alone is best: it need not wait.
    pub fn take(&mut self, bytes: u64, stream: StreamId) -> Option<Piece> {
        let &(smallest, first) = self.by_size.range((bytes, 0)..).next()?;
        let as_small = self.by_size.range((smallest, 0)..=(smallest, u64::MAX)).take(NEARBY);
        let is_own = |address: &u64| self.by_address[address].1 == Users::only(stream);
        let address = as_small.map(|(_, address)| *address).find(is_own).unwrap_or(first);
        let (whole, users) = self.remove(address);
        if whole > bytes {
            self.insert(Piece { address: address + bytes, bytes: whole - bytes, users });
        }
        Some(Piece { address, bytes, users })
    }

    /// Takes a piece back and joins it with those it touches.
    pub fn give(&mut self, piece: Piece) {
        let Piece { mut address, mut bytes, mut users } = piece;
        let before = self.by_address.range(..address).next_back().map(|(at, (bytes, _))| (*at, at + bytes));
        if let Some((at, _)) = before.filter(|(_, end)| *end == address && !self.seams.contains(&address)) {
            let (more, others) = self.remove(at);
            (address, bytes, users) = (at, bytes + more, users.and(others));
        }
        let end = address + bytes;
        if self.by_address.contains_key(&end) && !self.seams.contains(&end) {
            let (more, others) = self.remove(end);
            (bytes, users) = (bytes + more, users.and(others));
        }
        self.insert(Piece { address, bytes, users });
    }

    /// Marks where a block of the source begins, which must not be joined with what lies before.
    pub fn seam(&mut self, address: u64) {
        self.seams.insert(address);
    }

    /// Cuts `bytes` at `address` out, if all of them are free; the users of the piece that held them.
    pub fn cut(&mut self, address: u64, bytes: u64) -> Option<Users> {
        let (&at, &(whole, _)) = self.by_address.range(..=address).next_back()?;
        if at + whole < address + bytes {
            return None;
        }
        let (_, users) = self.remove(at);
        let (before, after) = (address - at, at + whole - (address + bytes));
        for (address, bytes) in [(at, before), (address + bytes, after)] {
            if bytes > 0 {
                self.insert(Piece { address, bytes, users });
            }
        }
        self.seams.remove(&address);
        Some(users)
    }

    /// The bytes that are free, and the largest piece.
    pub fn free(&self) -> (u64, u64) {
        (self.free, self.by_size.last().map_or(0, |(bytes, _)| *bytes))
    }

    fn insert(&mut self, piece: Piece) {
        self.by_address.insert(piece.address, (piece.bytes, piece.users));
        self.by_size.insert((piece.bytes, piece.address));
        self.free += piece.bytes;
    }

    fn remove(&mut self, address: u64) -> (u64, Users) {
        let (bytes, users) = self.by_address.remove(&address).expect("the piece is in both orders");
        self.by_size.remove(&(bytes, address));
        self.free -= bytes;
        (bytes, users)
    }
}

#[cfg(test)]
mod tests {
    use super::{Heap, Piece, Users};
    use crate::memory::StreamId;

    fn stream(number: usize) -> StreamId {
        StreamId::of(number).unwrap()
    }

    fn piece(address: u64, bytes: u64, number: usize) -> Piece {
        Piece { address, bytes, users: Users::only(stream(number)) }
    }

    #[test]
    fn pieces_that_touch_are_one_with_the_users_of_both() {
        let mut heap = Heap::default();
        for piece in [piece(0, 256, 0), piece(512, 256, 1), piece(256, 256, 2)] {
            heap.give(piece);
        }
        assert_eq!(heap.free(), (768, 768));
        let all = heap.take(768, stream(1)).unwrap();
        assert_eq!(all.users.without(stream(1)).collect::<Vec<_>>(), [stream(0), stream(2)]);
        assert_eq!(heap.free(), (0, 0));
    }

    #[test]
    fn nothing_is_joined_across_a_seam() {
        let mut heap = Heap::default();
        heap.seam(256);
        for piece in [piece(256, 256, 0), piece(0, 256, 0)] {
            heap.give(piece);
        }
        assert_eq!(heap.free(), (512, 256));
    }

    #[test]
    fn the_smallest_piece_serves_and_of_equal_ones_that_of_the_stream() {
        let mut heap = Heap::default();
        for piece in [piece(0, 1024, 0), piece(2048, 512, 0), piece(4096, 512, 1)] {
            heap.give(piece);
        }
        assert_eq!(heap.take(512, stream(1)).unwrap().address, 4096);
        assert_eq!(heap.take(256, stream(1)).unwrap(), piece(2048, 256, 0));
        assert_eq!(heap.free(), (1280, 1024));
        assert_eq!(heap.take(1280, stream(0)), None);
    }

    #[test]
    fn a_part_is_cut_out_only_where_all_of_it_is_free() {
        let mut heap = Heap::default();
        heap.give(piece(0, 1024, 3));
        assert_eq!(heap.cut(512, 1024), None);
        assert_eq!(heap.cut(256, 512), Some(Users::only(stream(3))));
        assert_eq!((heap.free(), heap.cut(256, 256)), ((512, 256), None));
    }
}
