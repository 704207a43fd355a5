//! Pointer gestures on the picture: swipes, and dragging a picture that is larger than the window.

use web_sys::{HtmlElement, MouseEvent, PointerEvent};

use super::{Window, by_id};
use crate::browser;

/// The shortest swipe to the next picture, in pixels.
const SWIPE_PX: i32 = 50;

/// The movement from which a press is a drag, in pixels.
const DRAG_PX: i32 = 4;

/// A pointer press in progress.
#[derive(Clone, Copy, Default)]
pub struct Press {
    x: i32,
    y: i32,
    scroll: (i32, i32),
    is_touch: bool,
    is_drag: bool,
}

impl Window {
    /// Switches between full size and fitted; scrolls to the clicked point.
    pub(super) fn zoom(&self, event: &MouseEvent) {
        // A key press has no position.
        let is_pointed = event.detail() > 0;
        if is_pointed && self.press.get().is_drag {
            return;
        }
        let Some(stage) = stage() else { return };
        let part = |at: i32, whole: i32| f64::from(at) / f64::from(whole.max(1));
        let (x, y) = match is_pointed {
            true => {
                let place = stage.get_bounding_client_rect();
                (
                    part(event.client_x() - place.left() as i32, stage.client_width()),
                    part(event.client_y() - place.top() as i32, stage.client_height()),
                )
            }
            false => (0.5, 0.5),
        };
        self.is_zoomed.set(!self.is_zoomed.get());
        self.show_mode();
        let middle =
            |part: f64, whole: i32, window: i32| (part * f64::from(whole)) as i32 - window / 2;
        stage.set_scroll_left(middle(x, stage.scroll_width(), stage.client_width()));
        stage.set_scroll_top(middle(y, stage.scroll_height(), stage.client_height()));
    }

    pub(super) fn down(&self, event: &PointerEvent) {
        let scroll = stage().map_or((0, 0), |stage| (stage.scroll_left(), stage.scroll_top()));
        self.press.set(Press {
            x: event.client_x(),
            y: event.client_y(),
            scroll,
            is_touch: event.pointer_type() == "touch",
            is_drag: false,
        });
    }

    pub(super) fn moved(&self, event: &PointerEvent) {
        let press = self.press.get();
        if event.buttons() != 1 || press.is_touch || !self.is_zoomed.get() {
            return;
        }
        let (x, y) = (event.client_x() - press.x, event.client_y() - press.y);
        if x.abs().max(y.abs()) < DRAG_PX {
            return;
        }
        self.press.set(Press { is_drag: true, ..press });
        if let Some(stage) = stage() {
            stage.set_scroll_left(press.scroll.0 - x);
            stage.set_scroll_top(press.scroll.1 - y);
        }
    }

    /// Ends a touch: a swipe goes to another picture or closes the viewer.
    pub(super) fn up(&self, event: &PointerEvent) {
        let press = self.press.get();
        if press.is_touch && !self.is_zoomed.get() {
            let way = way(event.client_x() - press.x, event.client_y() - press.y);
            if let Some(control) = way.and_then(by_id) {
                control.click();
            }
        }
    }
}

fn stage() -> Option<HtmlElement> {
    browser::by_id("viewer-stage")
}

/// The id of the link that a swipe presses.
fn way(x: i32, y: i32) -> Option<&'static str> {
    match (x, y) {
        _ if x.abs().max(y.abs()) < SWIPE_PX => None,
        _ if y.abs() >= x.abs() => (y > 0).then_some("viewer-close"),
        _ if x < 0 => Some("viewer-older"),
        _ => Some("viewer-newer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swipe_has_a_way() {
        assert_eq!(way(-60, 10), Some("viewer-older"));
        assert_eq!(way(60, -10), Some("viewer-newer"));
        assert_eq!(way(10, 70), Some("viewer-close"));
        assert_eq!(way(10, -70), None);
        assert_eq!(way(30, 20), None);
    }
}
