//! Finds models that are not on offer. The list is drawn by the server, a page at a time.

use std::{cell::Cell, time::Duration};

use gloo_timers::future::sleep;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{
    form::Form,
    page::{all, as_input, document, encoded, find, focus, get, mark, set, within},
};

/// A person who types is not done yet.
const TYPING: Duration = Duration::from_millis(300);

/// It lives as long as the page.
pub struct Finder {
    form: &'static Form,
    /// Counts what was wished and what was asked for, so that an old wish and a late answer are
    /// known.
    wished: Cell<u32>,
    asked: Cell<u32>,
}

impl Finder {
    pub fn new(form: &'static Form) -> &'static Self {
        Box::leak(Box::new(Self { form, wished: Cell::new(0), asked: Cell::new(0) }))
    }

    pub fn open(&'static self) {
        show_panel(true);
        if find("#found > li, #found[aria-busy]").is_none() {
            self.search(Duration::ZERO, None);
        }
    }

    pub fn close(&'static self) {
        show_panel(false);
    }

    pub fn typed(&'static self) {
        show_panel(true);
        self.search(TYPING, None);
    }

    /// Asks for the next page. The button goes away, so the focus goes back to the box.
    pub fn more(&'static self, button: &Element) -> Option<()> {
        self.search(Duration::ZERO, button.get_attribute("data-cursor"));
        focus(&find("#finder")?);
        None
    }

    pub fn choose(&'static self, option: &Element) -> Option<()> {
        self.form.choose(&option.get_attribute("data-value")?);
        show_panel(false);
        None
    }

    /// Asks for the first page, or for the one at `cursor`.
    fn search(&'static self, after: Duration, cursor: Option<String>) {
        let wished = self.wished.get() + 1;
        self.wished.set(wished);
        show_busy();
        spawn_local(async move {
            sleep(after).await;
            if self.wished.get() != wished {
                return;
            }
            let asked = self.asked.get() + 1;
            self.asked.set(asked);
            let query = find("#finder").map(|finder| as_input(&finder).value());
            let query = encoded(&query.unwrap_or_default());
            let is_first = cursor.is_none();
            let cursor = cursor.map(|cursor| format!("&cursor={}", encoded(&cursor)));
            let cursor = cursor.unwrap_or_default();
            let found = get(&format!("/models?query={query}{cursor}")).await;
            if self.asked.get() == asked {
                self.show(found, is_first);
            }
        });
    }

    fn show(&'static self, found: Result<String, String>, is_first: bool) -> Option<()> {
        let list = find("#found")?;
        mark(&list, "aria-busy", false);
        if is_first {
            list.set_inner_html("");
        }
        let page = document().create_element("div").ok()?;
        match found {
            Ok(html) => page.set_inner_html(&html),
            Err(words) => self.form.list_notice.set(words),
        }
        while let Some(option) = within(&page, "li") {
            option.remove();
            if !is_listed(&option) {
                let _ = list.append_child(&option);
            }
        }
        if let Some(more) = within(&page, "#finder-more") {
            self.form.list_notice.set(more.get_attribute("data-notice").unwrap_or_default());
            let _ = find("#finder-more")?.replace_with_with_node_1(&more);
        }
        if find("#found-active").is_none() {
            activate(list.first_element_child());
        }
        tell();
        None
    }

    pub fn pressed(&'static self, event: &KeyboardEvent) {
        let is_open = find("#finder-panel[hidden]").is_none();
        let active = find("#found-active");
        match event.key().as_str() {
            "Escape" => show_panel(false),
            "Enter" => {
                if let Some(active) = active.filter(|_| find("#found[aria-busy]").is_none()) {
                    self.choose(&active);
                }
            }
            "ArrowDown" if is_open => {
                activate(active.and_then(|active| active.next_element_sibling()));
            }
            "ArrowUp" if is_open => {
                activate(active.and_then(|active| active.previous_element_sibling()));
            }
            "ArrowDown" => self.open(),
            _ => return,
        }
        // It stands in a form, and Enter would generate; Escape would clear what is typed, and with
        // that search anew.
        event.prevent_default();
    }
}

fn is_listed(option: &Element) -> bool {
    let value = option.get_attribute("data-value");
    all("#found > li").iter().any(|other| other.get_attribute("data-value") == value)
}

/// Makes an option the one that Enter takes.
fn activate(option: Option<Element>) -> Option<()> {
    let option = option?;
    if let Some(before) = find("#found-active") {
        before.set_id("");
        set(&before, "aria-selected", "false");
    }
    option.set_id("found-active");
    set(&option, "aria-selected", "true");
    set(&find("#finder")?, "aria-activedescendant", "found-active");
    // The list scrolls, not the page.
    let list: HtmlElement = find("#found")?.unchecked_into();
    let option: &HtmlElement = option.unchecked_ref();
    let top = option.offset_top() - list.offset_top();
    let bottom = top + option.offset_height() - list.client_height();
    list.set_scroll_top(list.scroll_top().min(top).max(bottom));
    None
}

fn show_panel(is_open: bool) {
    if let Some((panel, finder)) = find("#finder-panel").zip(find("#finder")) {
        mark(&panel, "hidden", !is_open);
        set(&finder, "aria-expanded", if is_open { "true" } else { "false" });
        if is_open && find("#found-active").is_some() {
            set(&finder, "aria-activedescendant", "found-active");
        } else {
            mark(&finder, "aria-activedescendant", false);
        }
    }
    tell();
}

fn show_busy() {
    if let Some(list) = find("#found") {
        set(&list, "aria-busy", "true");
    }
    tell();
}

/// How many there are, for those who do not see the list.
fn tell() -> Option<()> {
    let count = find("#found")?.child_element_count();
    let words = if find("#finder-panel[hidden]").is_some() {
        String::new()
    } else if find("#found[aria-busy]").is_some() {
        "Searching".to_owned()
    } else if count == 0 {
        "Nothing was found.".to_owned()
    } else {
        format!("{count} found")
    };
    find("#finder-state")?.set_text_content(Some(&words));
    None
}
