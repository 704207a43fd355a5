//! What a finger or the mouse does to the picture: it swipes, and it drags what is larger than the
//! window.

use leptos::prelude::*;
use web_sys::{MouseEvent, PointerEvent};

/// How far a finger goes for the next picture, in pixels.
const SWIPE_PX: i32 = 50;

/// From here on a press is a drag, in pixels.
const DRAG_PX: i32 = 4;

/// Where a swipe goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Left,
    Right,
    Down,
}

/// A press that goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Press {
    x: i32,
    y: i32,
    scroll: (i32, i32),
    is_touch: bool,
    is_drag: bool,
}

#[derive(Clone, Copy)]
pub struct Hand {
    pub stage: NodeRef<leptos::html::Div>,
    /// The picture is shown pixel by pixel.
    pub is_zoomed: RwSignal<bool>,
    press: StoredValue<Press>,
}

impl Hand {
    pub fn new() -> Self {
        Self {
            stage: NodeRef::new(),
            is_zoomed: RwSignal::new(false),
            press: StoredValue::new(Press::default()),
        }
    }

    /// Shows the picture at its own size or at that of the window; at first what was clicked at.
    pub fn zoom(self, event: Option<&MouseEvent>) {
        if event.is_some() && self.press.with_value(|press| press.is_drag) {
            return;
        }
        let is_zoomed = !self.is_zoomed.get_untracked();
        let Some(stage) = self.stage.get_untracked() else { return };
        let part = |at: i32, whole: i32| f64::from(at) / f64::from(whole.max(1));
        let (x, y) = event.filter(|event| event.detail() > 0).map_or((0.5, 0.5), |event| {
            let place = stage.get_bounding_client_rect();
            (
                part(event.client_x() - place.left() as i32, stage.client_width()),
                part(event.client_y() - place.top() as i32, stage.client_height()),
            )
        });
        self.is_zoomed.set(is_zoomed);
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            let middle =
                |part: f64, whole: i32, window: i32| (part * f64::from(whole)) as i32 - window / 2;
            stage.set_scroll_left(middle(x, stage.scroll_width(), stage.client_width()));
            stage.set_scroll_top(middle(y, stage.scroll_height(), stage.client_height()));
        });
    }

    pub fn down(self, event: &PointerEvent) {
        let scroll = self
            .stage
            .get_untracked()
            .map_or((0, 0), |stage| (stage.scroll_left(), stage.scroll_top()));
        self.press.set_value(Press {
            x: event.client_x(),
            y: event.client_y(),
            scroll,
            is_touch: event.pointer_type() == "touch",
            is_drag: false,
        });
    }

    pub fn moved(self, event: &PointerEvent) {
        let press = self.press.get_value();
        if event.buttons() != 1 || press.is_touch {
            return;
        }
        let (x, y) = (event.client_x() - press.x, event.client_y() - press.y);
        if x.abs().max(y.abs()) < DRAG_PX || !self.is_zoomed.get_untracked() {
            return;
        }
        self.press.update_value(|press| press.is_drag = true);
        if let Some(stage) = self.stage.get_untracked() {
            stage.set_scroll_left(press.scroll.0 - x);
            stage.set_scroll_top(press.scroll.1 - y);
        }
    }

    /// Where a finger went that swiped.
    pub fn up(self, event: &PointerEvent) -> Option<Way> {
        let press = self.press.get_value();
        let may_swipe = press.is_touch && !self.is_zoomed.get_untracked();
        may_swipe.then(|| way(event.client_x() - press.x, event.client_y() - press.y))?
    }
}

fn way(x: i32, y: i32) -> Option<Way> {
    match (x, y) {
        _ if x.abs().max(y.abs()) < SWIPE_PX => None,
        _ if y.abs() >= x.abs() => (y > 0).then_some(Way::Down),
        _ if x < 0 => Some(Way::Left),
        _ => Some(Way::Right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swipe_has_a_way() {
        assert_eq!(way(-60, 10), Some(Way::Left));
        assert_eq!(way(60, -10), Some(Way::Right));
        assert_eq!(way(10, 70), Some(Way::Down));
        assert_eq!(way(10, -70), None);
        assert_eq!(way(30, 20), None);
    }
}
