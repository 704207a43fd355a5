//! Estimates the work of rendering a tree at a scale: pixels that are processed, and pixels in
//! memory at the same time.

use resvg::usvg::{
    ClipPath, Group, Mask, Node, Paint, Path, Tree,
    filter::{Filter, Kind},
};

/// The limit for processed pixels, each counted once per operation. About 3 s.
const MAX_TOUCHED: u64 = 600_000_000;

/// The limit for pixels in memory at the same time, of four bytes each.
const MAX_LIVE: u64 = 24_000_000;

/// The limit for nested groups, including references.
const MAX_DEPTH: usize = 512;

/// The limit for the dashes of one line; the renderer gives up at more.
const MAX_DASHES: f32 = 1_000_000.0;

/// The counts so far.
#[derive(Debug)]
pub struct Work {
    scale: f32,
    canvas: u64,
    touched: u64,
    live: u64,
    most_live: u64,
}

impl Work {
    /// The work of rendering a tree at `scale` times its own size.
    pub fn of(tree: &Tree, scale: f32) -> Self {
        let size = tree.size();
        let canvas = area(size.width() * scale, size.height() * scale);
        let mut work = Self { scale, canvas, touched: 0, live: canvas, most_live: canvas };
        work.group(tree.root(), 0);
        work
    }

    pub fn is_bearable(&self) -> bool {
        self.touched <= MAX_TOUCHED && self.most_live <= MAX_LIVE
    }

    fn touch(&mut self, pixels: u64) {
        self.touched = self.touched.saturating_add(pixels);
    }

    /// Counts pixels that are in memory while something else is rendered.
    fn with_live(&mut self, pixels: u64, draw: impl FnOnce(&mut Self)) {
        self.live = self.live.saturating_add(pixels);
        self.most_live = self.most_live.max(self.live);
        draw(self);
        self.live -= pixels.min(self.live);
    }

    fn group(&mut self, group: &Group, depth: usize) {
        if depth > MAX_DEPTH {
            self.touched = u64::MAX;
        }
        if !self.is_bearable() {
            return;
        }
        let mut layers = 0;
        if group.should_isolate() {
            // A layer may be as large as five canvases on each side.
            let bounds = group.abs_layer_bounding_box();
            let layer = area(bounds.width() * self.scale, bounds.height() * self.scale)
                .clamp(1, self.canvas.saturating_mul(25));
            layers = layer;
            self.touch(layer.saturating_mul(2));
            for filter in group.filters() {
                self.filter(filter, layer, depth);
            }
            if let Some(clip) = group.clip_path() {
                self.with_live(layer.saturating_mul(2), |work| work.clip(clip, layer, depth + 1));
            }
            if let Some(mask) = group.mask() {
                self.with_live(layer.saturating_mul(2), |work| work.mask(mask, layer, depth + 1));
            }
        }
        self.with_live(layers, |work| {
            for node in group.children() {
                match node {
                    Node::Group(inner) => work.group(inner, depth + 1),
                    Node::Path(path) => work.path(path, depth),
                    Node::Image(_) | Node::Text(_) => {}
                }
            }
        });
    }

    fn clip(&mut self, clip: &ClipPath, layer: u64, depth: usize) {
        self.touch(layer);
        self.group(clip.root(), depth);
        if let (Some(inner), true) = (clip.clip_path(), self.is_bearable()) {
            self.with_live(layer, |work| work.clip(inner, layer, depth + 1));
        }
    }

    fn mask(&mut self, mask: &Mask, layer: u64, depth: usize) {
        self.touch(layer.saturating_mul(3));
        self.group(mask.root(), depth);
        if let (Some(inner), true) = (mask.mask(), self.is_bearable()) {
            self.with_live(layer, |work| work.mask(inner, layer, depth + 1));
        }
    }

    fn filter(&mut self, filter: &Filter, layer: u64, depth: usize) {
        let primitives = filter.primitives();
        // Each result is kept until the last primitive is done.
        let kept = layer.saturating_mul(primitives.len() as u64 + 2);
        self.with_live(kept, |work| {
            for primitive in primitives {
                let reach = |points: f32| (points * work.scale * 2.0 + 1.0) as u64;
                let times = match primitive.kind() {
                    Kind::Turbulence(turbulence) => {
                        u64::from(turbulence.num_octaves()).saturating_mul(60)
                    }
                    Kind::Morphology(morphology) => reach(morphology.radius_x().get())
                        .saturating_mul(reach(morphology.radius_y().get())),
                    Kind::ConvolveMatrix(convolve) => {
                        let matrix = convolve.matrix();
                        u64::from(matrix.columns()).saturating_mul(matrix.rows().into()) * 2
                    }
                    Kind::Image(image) => {
                        work.group(image.root(), depth + 1);
                        2
                    }
                    Kind::Merge(merge) => merge.inputs().len() as u64,
                    Kind::GaussianBlur(_) | Kind::DropShadow(_) => 12,
                    Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 20,
                    _ => 4,
                };
                work.touch(layer.saturating_mul(times));
            }
        });
    }

    fn path(&mut self, path: &Path, depth: usize) {
        let bounds = path.abs_stroke_bounding_box();
        let (width, height) = (bounds.width() * self.scale, bounds.height() * self.scale);
        let covered = area(width, height).min(self.canvas);
        self.touch(covered.saturating_add(64 + 16 * path.data().len() as u64));
        let paints =
            [path.fill().map(|fill| fill.paint()), path.stroke().map(|stroke| stroke.paint())];
        for paint in paints.into_iter().flatten() {
            let Paint::Pattern(pattern) = paint else { continue };
            let (across, down) = path.abs_transform().get_scale();
            let (own_across, own_down) = pattern.transform().get_scale();
            let rect = pattern.rect();
            let tile = area(
                rect.width() * across * own_across * self.scale,
                rect.height() * down * own_down * self.scale,
            );
            self.touch(tile.max(1));
            self.with_live(tile, |work| work.group(pattern.root(), depth + 1));
        }
        let dashes = path.stroke().and_then(|stroke| stroke.dasharray());
        if let Some(dashes) = dashes {
            let length = (bounds.width() + bounds.height()) * path.data().len() as f32;
            let count = length / dashes.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            self.touch(count.min(MAX_DASHES) as u64 * 64);
        }
    }
}

/// The number of pixels; `u64::MAX` for infinite or invalid sizes.
fn area(width: f32, height: f32) -> u64 {
    let pixels = f64::from(width) * f64::from(height);
    if pixels.is_finite() { pixels.ceil() as u64 } else { u64::MAX }
}
