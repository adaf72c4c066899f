//! The bytes of a file in memory, aligned so that its sections can be read as numbers in place,
//! and typed views of them.

use std::io::{self, Read};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use crate::layout::ALIGNMENT;

/// An owned byte buffer whose first byte lies on a 64-byte boundary.
///
/// The buffer is a `Vec` with room to spare; the bytes begin at its first aligned address, which
/// cannot move because nothing is ever pushed afterwards.
pub(crate) struct AlignedBytes {
    store: Vec<u8>,
    start: usize,
    len: usize,
}

impl AlignedBytes {
    /// Copies `bytes`.
    pub(crate) fn copy_of(bytes: &[u8]) -> io::Result<Self> {
        let mut buffer = Self::with_capacity(bytes.len())?;
        buffer.store.extend_from_slice(bytes);
        buffer.len = bytes.len();
        Ok(buffer)
    }

    /// Reads `head` followed by up to `limit` bytes of `source`, growing as they arrive.
    ///
    /// Memory follows what was read: a claim of a length costs at most `expected` once that many
    /// bytes are known to exist.
    pub(crate) fn read(
        head: &[u8],
        source: &mut impl Read,
        limit: u64,
        expected: usize,
    ) -> io::Result<Self> {
        let mut buffer = Self::with_capacity(expected)?;
        buffer.store.extend_from_slice(head);
        source.take(limit).read_to_end(&mut buffer.store)?;
        let data = buffer.store.get(buffer.start..).unwrap_or_default();
        buffer.len = data.len();
        // Growing may have moved the bytes to an address with another alignment.
        if data.as_ptr().align_offset(ALIGNMENT) != 0 {
            return Self::copy_of(data);
        }
        Ok(buffer)
    }

    /// A buffer of `len` zeros, which the system hands out without writing them.
    pub(crate) fn zeroed(len: usize) -> io::Result<Self> {
        let store: Vec<u8> = bytemuck::allocation::try_zeroed_vec(len.saturating_add(ALIGNMENT))
            .map_err(|()| io::ErrorKind::OutOfMemory)?;
        let start = store.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        Ok(Self { store, start, len })
    }

    /// Puts `head` at the beginning; what follows is for the caller to fill. `None` if there is less room.
    pub(crate) fn after(&mut self, head: &[u8]) -> Option<&mut [u8]> {
        let end = self.start.saturating_add(self.len);
        let (beginning, rest) =
            self.store.get_mut(self.start..end)?.split_at_mut_checked(head.len())?;
        beginning.copy_from_slice(head);
        Some(rest)
    }

    /// Some of the bytes, to be filled.
    pub(crate) fn range_mut(&mut self, range: Range<usize>) -> Option<&mut [u8]> {
        let end = self.start.saturating_add(self.len);
        self.store.get_mut(self.start..end)?.get_mut(range)
    }

    /// An empty buffer for `capacity` bytes, padded up to its first aligned address.
    fn with_capacity(capacity: usize) -> io::Result<Self> {
        let mut store: Vec<u8> = Vec::new();
        store.try_reserve_exact(capacity.saturating_add(ALIGNMENT))?;
        let start = store.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        store.resize(start, 0);
        Ok(Self { store, start, len: 0 })
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.store.get(self.start..self.start.saturating_add(self.len)).unwrap_or_default()
    }
}

/// A tree node as it lies in the file: two little-endian 64-bit words, see `docs/format.md`.
pub type NodeWords = [u64; 2];

/// A section of the file seen as numbers of type `T`, shared without copying.
pub struct Array<T> {
    buffer: Arc<AlignedBytes>,
    start: usize,
    end: usize,
    element: PhantomData<T>,
}

impl<T> Clone for Array<T> {
    fn clone(&self) -> Self {
        Self { buffer: Arc::clone(&self.buffer), element: PhantomData, ..*self }
    }
}

impl<T: bytemuck::Pod> Array<T> {
    /// A view of `start..end`, or `None` if that range is not a whole number of aligned `T`s.
    pub(crate) fn new(buffer: &Arc<AlignedBytes>, start: usize, end: usize) -> Option<Self> {
        let bytes = buffer.as_slice().get(start..end)?;
        bytemuck::try_cast_slice::<u8, T>(bytes).ok()?;
        Some(Self { buffer: Arc::clone(buffer), start, end, element: PhantomData })
    }

    /// Numbers that are not in a file, copied.
    pub(crate) fn of(numbers: &[T]) -> io::Result<Self> {
        let bytes = bytemuck::cast_slice(numbers);
        let buffer = Arc::new(AlignedBytes::copy_of(bytes)?);
        Ok(Self { buffer, start: 0, end: bytes.len(), element: PhantomData })
    }

    /// The numbers.
    pub fn as_slice(&self) -> &[T] {
        // `new` made this very cast on these very bytes, and they never change.
        let bytes = self.buffer.as_slice().get(self.start..self.end).unwrap_or_default();
        bytemuck::try_cast_slice(bytes).unwrap_or_default()
    }
}

impl<T: bytemuck::Pod + std::fmt::Debug> std::fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Array of {} elements", self.as_slice().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_aligned_however_they_arrive() {
        for len in [0usize, 1, 63, 64, 65, 5000, 200_000] {
            let bytes: Vec<u8> = (0..=250).cycle().take(len).collect();
            let head = &bytes[..len.min(64)];
            for expected in [0, len] {
                let mut rest = &bytes[head.len()..];
                let read = AlignedBytes::read(head, &mut rest, u64::MAX, expected).unwrap();
                assert_eq!(read.as_slice(), bytes);
                assert_eq!(read.as_slice().as_ptr().align_offset(ALIGNMENT), 0, "{len} {expected}");
            }
            let copy = AlignedBytes::copy_of(&bytes).unwrap();
            assert_eq!(copy.as_slice().as_ptr().align_offset(ALIGNMENT), 0);
        }
    }

    #[test]
    fn arrays_refuse_partial_elements() {
        let buffer = Arc::new(AlignedBytes::copy_of(&[0; 128]).unwrap());
        assert_eq!(Array::<f64>::new(&buffer, 64, 128).unwrap().as_slice().len(), 8);
        assert!(Array::<f64>::new(&buffer, 64, 127).is_none());
        assert!(Array::<f64>::new(&buffer, 65, 121).is_none());
        assert!(Array::<f64>::new(&buffer, 64, 192).is_none());
    }
}
