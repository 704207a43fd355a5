//! The tables of a JPEG: those that a scan uses, written once before it. Tables that nothing uses, or
//! that others replace before a scan, can hold anything.
//!
//! Source: ITU-T T.81, annex B.

use std::collections::BTreeMap;

use crate::server::metadata::jpeg::push_segment;

const QUANTISATION: u8 = 0xdb;
const CODES: u8 = 0xc4;

/// The frame header, and the tables that are defined and not written yet.
#[derive(Default)]
pub struct Frame {
    /// The marker and the header, until they are written.
    header: Option<(u8, Vec<u8>)>,
    marker: u8,
    /// The id of each component, and that of its quantisation table.
    components: Vec<(u8, u8)>,
    /// By id.
    quantisation: BTreeMap<u8, Vec<u8>>,
    /// By class, 0 for DC and 1 for AC, and id.
    codes: BTreeMap<(u8, u8), Vec<u8>>,
}

impl Frame {
    /// Reads the tables of a segment: 64 numbers each, of one or two bytes.
    pub fn quantisation(&mut self, mut contents: &[u8]) {
        while let Some(first) = contents.first() {
            let bytes = 1 + if first >> 4 == 0 { 64 } else { 128 };
            let Some((table, rest)) = contents.split_at_checked(bytes) else { return };
            self.quantisation.insert(first & 15, table.to_vec());
            contents = rest;
        }
    }

    /// Reads the Huffman tables of a segment: how many codes there are of each of 16 lengths, and
    /// what they mean.
    pub fn codes(&mut self, mut contents: &[u8]) {
        while let Some((head, _)) = contents.split_at_checked(17) {
            let codes: usize = head[1..].iter().map(|count| usize::from(*count)).sum();
            let Some((table, rest)) = contents.split_at_checked(17 + codes) else { return };
            self.codes.insert((head[0] >> 4, head[0] & 15), table.to_vec());
            contents = rest;
        }
    }

    /// Reads the frame header; `None` when it is broken, or not the first one.
    pub fn begin(&mut self, marker: u8, contents: &[u8]) -> Option<()> {
        let count = usize::from(*contents.get(5)?);
        let header = contents.get(..6 + 3 * count)?;
        if self.marker != 0 {
            return None;
        }
        self.marker = marker;
        self.components = header[6..].chunks_exact(3).map(|part| (part[0], part[2])).collect();
        self.header = Some((marker, header.to_vec()));
        Some(())
    }

    /// Writes what a scan with this header needs and was not written yet. Returns the header without
    /// what follows it; `None` when it is broken.
    pub fn before_scan<'c>(&mut self, out: &mut Vec<u8>, contents: &'c [u8]) -> Option<&'c [u8]> {
        let count = usize::from(*contents.first()?);
        let header = contents.get(..4 + 2 * count)?;
        let parts: Vec<_> = header[1..=2 * count].chunks_exact(2).collect();
        // For the whole frame before its first scan, as readers expect it.
        let is_first = self.header.is_some();
        let is_scanned = |id: u8| is_first || parts.iter().any(|part| part[0] == id);
        for (id, table) in &self.components {
            if is_scanned(*id)
                && let Some(table) = self.quantisation.remove(table)
            {
                push_segment(out, QUANTISATION, &table);
            }
        }
        if let Some((marker, header)) = self.header.take() {
            push_segment(out, marker, &header);
        }
        let spectrum = header[1 + 2 * count];
        let is_refined = header[3 + 2 * count] >> 4 != 0;
        let (takes_dc, takes_ac) = match self.marker {
            // Progressive: the first number of a block, or the others.
            0xc2 | 0xc6 => (spectrum == 0 && !is_refined, spectrum != 0),
            // Lossless: differences only.
            0xc3 | 0xc7 => (true, false),
            _ => (true, true),
        };
        for part in parts {
            let dc = takes_dc.then_some((0, part[1] >> 4));
            let ac = takes_ac.then_some((1, part[1] & 15));
            for table in dc.into_iter().chain(ac) {
                if let Some(table) = self.codes.remove(&table) {
                    push_segment(out, CODES, &table);
                }
            }
        }
        Some(header)
    }
}
