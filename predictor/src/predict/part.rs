//! What becomes of a chunk, handed on in parts so that memory stays bounded.

use super::distribution::ChunkDistribution;
use super::unseen::UnseenValues;
use crate::count::Counts;
use crate::stream::fault::Fault;
use crate::stream::pool::{Flow, MAX_HELD};

/// A chunk that was scored, or a part of it.
#[derive(Debug, Default)]
pub(super) struct Scored {
    pub(super) output: Vec<u8>,
    /// Lines of the rejects file.
    pub(super) rejects: Vec<u8>,
    pub(super) rows: u64,
    pub(super) bad: u64,
    /// The first bad rows, as many as it takes to name the one that is too many.
    pub(super) faults: Vec<BadRow>,
    /// Of the whole chunk, with its last part.
    pub(super) counts: Counts,
    /// The same.
    pub(super) predictions: ChunkDistribution,
    /// The same.
    pub(super) unseen: UnseenValues,
    /// The input ends here, within a line.
    pub(super) unfinished: bool,
}

/// A bad row of a part, and how far the part was when it had been written.
#[derive(Clone, Debug)]
pub(super) struct BadRow {
    pub(super) line: u64,
    pub(super) fault: Fault,
    /// Rows up to and with it.
    pub(super) rows: u64,
    /// Bytes of the rejects up to and with it.
    pub(super) rejects: usize,
}

impl Scored {
    /// About how many bytes it takes.
    fn held(&self) -> usize {
        /// Of a fault, with the beginning of the cell that it shows.
        const FAULT: usize = 512;
        self.output.len() + self.rejects.len() + FAULT * self.faults.len()
    }
}

/// Where the scored rows of a chunk go: into `scored`, and on from there before they are too many.
pub(super) struct Target<'c> {
    pub(super) data: &'c [u8],
    pub(super) scored: Scored,
    pub(super) emit: &'c mut dyn FnMut(Scored) -> Flow,
    /// [`Flow::Stop`] if nobody wants the rest.
    pub(super) flow: Flow,
}

impl Target<'_> {
    /// Hands on what is there if it takes much memory.
    #[inline]
    pub(super) fn relieve(&mut self) {
        if self.scored.held() >= MAX_HELD {
            let counts = std::mem::take(&mut self.scored.counts);
            let unseen = std::mem::take(&mut self.scored.unseen);
            let rest = Scored { counts, unseen, ..Scored::default() };
            self.flow = (self.emit)(std::mem::replace(&mut self.scored, rest));
        }
    }
}
