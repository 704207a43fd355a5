//! Reactive helpers that keep the page small. Every closure type in a view or an effect adds code
//! to the first visit, so these helpers box closures into one type; and views that the server never
//! draws need no hydration code.

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    tachys::{
        hydration::Cursor,
        renderer::{
            dom::Dom,
            types::{Element, Node, Placeholder},
        },
        view::{Mountable, Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};

use leptos::prelude::{Effect, Owner};

/// One closure type for all closures with this result.
pub type Live<T> = Box<dyn FnMut() -> T + Send>;

/// Boxes a closure for an attribute or a text.
pub fn live<T>(react: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Box::new(react)
}

/// Runs `react` in the browser, and again whenever a signal that it read changes.
pub fn follow(react: impl FnMut() + 'static) {
    fn boxed(mut react: Box<dyn FnMut()>) {
        Effect::new(move |_| react());
    }
    boxed(Box::new(react));
}

/// Boxes an event handler for an `on:` of a view.
pub fn on<E>(hear: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(hear)
}

/// A view that only the browser builds; `None` shows nothing. It has no code to hydrate or to
/// change; signals inside it update their own nodes.
pub struct Fresh(Option<Make>);

type Make = Box<dyn FnOnce() -> Box<dyn Mountable> + Send>;

/// Wraps a view, which is made and built once, where it is shown: the signals of its components live
/// as long as it does, and not only until the list that it is in changes.
pub fn fresh<V: Render<State: 'static>>(view: impl FnOnce() -> V + Send + 'static) -> Fresh {
    Fresh(Some(Box::new(move || Box::new(view().build()))))
}

/// Views with keys. Those that remain keep their relative order.
struct List(Vec<(String, Fresh)>);

/// A keyed list of views. A view whose key remains is not built again; a view whose key disappears
/// disposes its signals.
pub fn list(each: impl FnMut() -> Vec<(String, Fresh)> + Send + 'static) -> Fresh {
    let mut each = each;
    let items = live(move || List(each()));
    fresh(move || items)
}

/// The built [`List`], and the placeholder after it.
struct Listed {
    items: Vec<Item>,
    /// The owner of the items' signals.
    owner: Owner,
    place: Placeholder,
}

struct Item {
    key: String,
    view: Box<dyn Mountable>,
    owner: Owner,
    is_new: bool,
}

impl Listed {
    fn take(&mut self, List(wanted): List) {
        let mut there = std::mem::take(&mut self.items);
        for (key, fresh) in wanted {
            let known = there.iter().position(|item| item.key == key);
            let item = known.map(|index| Item { is_new: false, ..there.remove(index) });
            let item = item.or_else(|| {
                let (make, owner) = (fresh.0?, self.owner.child());
                Some(Item { key, view: owner.with(make), owner, is_new: true })
            });
            self.items.extend(item);
        }
        for mut gone in there {
            gone.view.unmount();
            gone.owner.cleanup();
        }
        // Backwards, so that the next sibling of each item is in the page.
        for index in (0..self.items.len()).rev() {
            let (before, after) = self.items.split_at_mut(index + 1);
            let item = &mut before[index];
            if item.is_new {
                let is_placed =
                    after.first().is_some_and(|next| next.view.insert_before_this(&mut *item.view));
                if !is_placed {
                    self.place.insert_before_this(&mut *item.view);
                }
            }
        }
    }
}

impl Render for List {
    type State = Listed;

    fn build(self) -> Listed {
        // The effect's own owner is cleaned at each change, so the items need its parent.
        let owner = Owner::current().and_then(|owner| owner.parent()).unwrap_or_default();
        let mut listed = Listed { items: Vec::new(), owner, place: Dom::create_placeholder() };
        listed.take(self);
        listed
    }

    fn rebuild(self, listed: &mut Listed) {
        listed.take(self);
    }
}

impl Mountable for Listed {
    fn unmount(&mut self) {
        self.items.iter_mut().for_each(|item| item.view.unmount());
        self.place.unmount();
    }

    fn mount(&mut self, parent: &Element, before: Option<&Node>) {
        self.items.iter_mut().for_each(|item| item.view.mount(parent, before));
        self.place.mount(parent, before);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match self.items.first() {
            Some(first) if first.view.insert_before_this(child) => true,
            _ => self.place.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.items.iter().flat_map(|item| item.view.elements()).collect()
    }
}

/// The built view, and the placeholder after it.
pub struct BuiltView {
    view: Option<Box<dyn Mountable>>,
    place: Placeholder,
}

impl BuiltView {
    fn new(fresh: Fresh, place: Placeholder) -> Self {
        Self { view: fresh.0.map(|make| make()), place }
    }
}

impl Render for Fresh {
    type State = BuiltView;

    fn build(self) -> BuiltView {
        BuiltView::new(self, Dom::create_placeholder())
    }

    fn rebuild(self, made: &mut BuiltView) {
        if let Some(view) = &mut made.view {
            view.unmount();
        }
        made.view = self.0.map(|make| make());
        if let Some(view) = &mut made.view {
            made.place.insert_before_this(&mut **view);
        }
    }
}

impl RenderHtml for Fresh {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 3;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        html: &mut String,
        position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _attributes: Vec<AnyAttribute>,
    ) {
        html.push_str("<!>");
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> BuiltView {
        let place = cursor.next_placeholder(position);
        position.set(Position::NextChild);
        let mut made = BuiltView::new(self, place);
        if let Some(view) = &mut made.view {
            made.place.insert_before_this(&mut **view);
        }
        made
    }

    fn into_owned(self) -> Self {
        self
    }
}

impl AddAnyAttr for Fresh {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _attribute: A) -> Self {
        self
    }
}

impl Mountable for BuiltView {
    fn unmount(&mut self) {
        if let Some(view) = &mut self.view {
            view.unmount();
        }
        self.place.unmount();
    }

    fn mount(&mut self, parent: &Element, before: Option<&Node>) {
        if let Some(view) = &mut self.view {
            view.mount(parent, before);
        }
        self.place.mount(parent, before);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match &self.view {
            Some(view) if view.insert_before_this(child) => true,
            _ => self.place.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        self.view.as_ref().map(|view| view.elements()).unwrap_or_default()
    }
}
