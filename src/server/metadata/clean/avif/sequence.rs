//! An image sequence, which is a video without sound: keeps the tables of every drawn track, the
//! bytes of its samples, and nothing else.

use std::ops::Range;

use super::{
    Page,
    boxes::{IsoBox, Reader, boxes},
};

/// The limit for the boxes within a box.
const MAX_BOXES: usize = 64;

/// The limit for tracks: pictures, and their transparency.
const MAX_TRACKS: usize = 16;

/// The limit for the frames of a sequence.
const MAX_SAMPLES: usize = 100_000;

/// The size of a sample entry before its boxes, and the position of the human-readable name in it.
const ENTRY_BYTES: usize = 78;
const ENTRY_NAME: Range<usize> = 42..74;

/// Properties of samples that change how they look.
const DRAWN: [&[u8; 4]; 10] =
    [b"av1C", b"ccst", b"auxi", b"colr", b"pasp", b"clap", b"clli", b"mdcv", b"pixi", b"btrt"];

impl Page<'_> {
    /// Keeps the tables of a sequence; returns the positions of its samples. `None` when they
    /// cannot be separated.
    pub(super) fn sequence(&mut self, film: &IsoBox) -> Option<Vec<Range<usize>>> {
        self.keep(film.header());
        let (mut samples, mut tracks) = (Vec::new(), 0);
        for found in self.inner(film) {
            match &found.kind {
                b"mvhd" => self.keep_without_times(&found)?,
                b"trak" if tracks < MAX_TRACKS && self.is_drawn(&found) => {
                    tracks += 1;
                    self.track(&found, &mut samples)?;
                }
                _ => self.blank(&found),
            }
        }
        Some(samples)
    }

    fn inner(&self, found: &IsoBox) -> Vec<IsoBox> {
        boxes(self.file, found.contents.clone()).take(MAX_BOXES).collect()
    }

    fn find(&self, found: &IsoBox, kind: &[u8; 4]) -> Option<IsoBox> {
        self.inner(found).into_iter().find(|inner| &inner.kind == kind)
    }

    /// Whether a track holds pictures, or their transparency.
    fn is_drawn(&self, track: &IsoBox) -> bool {
        let handler = self.find(track, b"mdia").and_then(|media| self.find(&media, b"hdlr"));
        let kind = handler
            .and_then(|handler| self.file.get(handler.contents.start + 8..)?.first_chunk::<4>());
        matches!(kind, Some(b"pict" | b"auxv" | b"vide"))
    }

    fn track(&mut self, track: &IsoBox, samples: &mut Vec<Range<usize>>) -> Option<()> {
        self.keep(track.header());
        for found in self.inner(track) {
            match &found.kind {
                b"tkhd" => self.keep_without_times(&found)?,
                b"tref" => self.keep_box(&found),
                b"edts" => {
                    self.keep(found.header());
                    let edits = self.find(&found, b"elst")?;
                    let size = if self.version(&edits) == Some(1) { 20 } else { 12 };
                    self.table(&edits, size)?;
                }
                b"mdia" => self.media(&found, samples)?,
                _ => self.blank(&found),
            }
        }
        Some(())
    }

    fn media(&mut self, media: &IsoBox, samples: &mut Vec<Range<usize>>) -> Option<()> {
        self.keep(media.header());
        for found in self.inner(media) {
            match &found.kind {
                b"mdhd" => self.keep_without_times(&found)?,
                // The handler type, but not its name.
                b"hdlr" => self.keep(found.start..found.contents.start.checked_add(12)?),
                b"minf" => {
                    self.keep(found.header());
                    for found in self.inner(&found) {
                        match &found.kind {
                            b"vmhd" | b"nmhd" if found.contents.len() <= 12 => {
                                self.keep_box(&found)
                            }
                            b"dinf" => self.own_file(&found)?,
                            b"stbl" => {
                                samples.extend(self.tables(&found, MAX_SAMPLES - samples.len())?)
                            }
                            _ => self.blank(&found),
                        }
                    }
                }
                _ => self.blank(&found),
            }
        }
        Some(())
    }

    /// Checks that the samples are in this file.
    fn own_file(&mut self, list: &IsoBox) -> Option<()> {
        self.keep(list.header());
        let names = self.find(list, b"dref")?;
        self.keep(names.start..names.contents.start.checked_add(8)?);
        for place in boxes(self.file, names.contents.start + 8..names.contents.end).take(MAX_BOXES)
        {
            let flags = Reader::of(self.file, &place).number(4)?;
            if &place.kind != b"url " || flags & 1 == 0 {
                return None;
            }
            self.keep(place.start..place.contents.start + 4);
        }
        Some(())
    }

    /// Keeps the tables of a track; returns the positions of its samples, at most `room`.
    fn tables(&mut self, list: &IsoBox, room: usize) -> Option<Vec<Range<usize>>> {
        self.keep(list.header());
        let (mut runs, mut sizes, mut chunks) = (None, None, None);
        for found in self.inner(list) {
            match &found.kind {
                b"stsd" => self.entries(&found)?,
                b"stts" | b"ctts" => {
                    self.table(&found, 8)?;
                }
                b"stss" => {
                    self.table(&found, 4)?;
                }
                b"stsc" => runs = Some(self.table(&found, 12)?),
                b"stco" => chunks = Some((self.table(&found, 4)?, 4)),
                b"co64" => chunks = Some((self.table(&found, 8)?, 8)),
                b"stsz" => sizes = Some(self.sizes(&found, room)?),
                _ => self.blank(&found),
            }
        }
        let (runs, sizes, (chunks, width)) = (runs?, sizes?, chunks?);
        let runs = self.numbers(&runs, 4)?;
        let chunks = self.numbers(&chunks, width)?;
        let mut sizes = sizes.into_iter();
        let mut samples = Vec::new();
        let (mut per_chunk, mut next) = (0, 0);
        for (number, chunk) in chunks.into_iter().enumerate() {
            // A run defines how many samples each chunk has from a given chunk on.
            if runs.get(next).is_some_and(|first| *first == number + 1) {
                per_chunk = *runs.get(next + 1)?;
                next += 3;
            }
            let mut at = chunk;
            for size in sizes.by_ref().take(per_chunk) {
                let end = at.checked_add(size).filter(|end| *end <= self.file.len())?;
                if size > 0 {
                    samples.push(at..end);
                }
                at = end;
            }
        }
        // Samples without a position cannot be separated from other data.
        sizes.next().is_none().then_some(samples)
    }

    /// Keeps a table of `size` bytes a row, and nothing after it; returns the position of the rows.
    fn table(&mut self, found: &IsoBox, size: usize) -> Option<Range<usize>> {
        let mut reader = Reader::of(self.file, found);
        reader.take(4)?;
        let count = reader.number(4)?;
        let begin = reader.at;
        reader.take(count.checked_mul(size)?)?;
        self.keep(found.start..reader.at);
        Some(begin..reader.at)
    }

    fn numbers(&self, rows: &Range<usize>, width: usize) -> Option<Vec<usize>> {
        let mut reader = Reader { file: self.file, at: rows.start, end: rows.end };
        (0..rows.len() / width).map(|_| reader.number(width)).collect()
    }

    /// The size of each sample in bytes.
    fn sizes(&mut self, found: &IsoBox, room: usize) -> Option<Vec<usize>> {
        let mut reader = Reader::of(self.file, found);
        reader.take(4)?;
        let (same, count) = (reader.number(4)?, reader.number(4)?);
        if count > room {
            return None;
        }
        let sizes = match same {
            0 => (0..count).map(|_| reader.number(4)).collect::<Option<Vec<_>>>()?,
            same => vec![same; count],
        };
        self.keep(found.start..reader.at);
        Some(sizes)
    }

    /// Keeps how samples are encoded, but not the encoder's name.
    fn entries(&mut self, list: &IsoBox) -> Option<()> {
        let inner = list.contents.start.checked_add(8).filter(|at| *at <= list.contents.end)?;
        self.keep(list.start..inner);
        for entry in boxes(self.file, inner..list.contents.end).take(MAX_BOXES) {
            let begin = entry.contents.start;
            let end = begin.checked_add(ENTRY_BYTES).filter(|end| *end <= entry.contents.end)?;
            if &entry.kind != b"av01" {
                return None;
            }
            self.keep(entry.start..end);
            self.out[begin + ENTRY_NAME.start..begin + ENTRY_NAME.end].fill(0);
            for found in boxes(self.file, end..entry.contents.end).take(MAX_BOXES) {
                if &found.kind == b"colr" {
                    self.keep_colours(&found);
                } else if DRAWN.contains(&&found.kind) {
                    self.keep_box(&found);
                } else {
                    self.blank(&found);
                }
            }
        }
        Some(())
    }

    fn version(&self, found: &IsoBox) -> Option<usize> {
        Reader::of(self.file, found).number(1)
    }

    /// Keeps a header but blanks its first two fields, the times of creation and modification.
    fn keep_without_times(&mut self, found: &IsoBox) -> Option<()> {
        let times = match self.version(found)? {
            0 => 4..12,
            _ => 4..20,
        };
        if !(times.end..=120).contains(&found.contents.len()) {
            return None;
        }
        self.keep_box(found);
        let begin = found.contents.start;
        self.out[begin + times.start..begin + times.end].fill(0);
        Some(())
    }
}
