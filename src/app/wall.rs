//! The wall, drawn a page at a time: pictures in their own proportions, grouped by the person's
//! days, and failed generations in one row.

mod day;
mod head;
mod narrowed;
mod selection;
mod tile;

use leptos::prelude::*;

pub use self::{
    day::{Day, Offset},
    tile::state_words,
};
use self::{
    day::{DayGroup, days, ended_words},
    head::Head,
    narrowed::{Collections, Nothing},
    selection::SelectionBar,
    tile::{Ended, Tile},
};
use super::{GalleryQuery, html};
use crate::{
    error::GenerateError,
    generation::{
        Collection, GalleryCursor, GalleryItem, GalleryPage, GenerationId, RecordState,
        contract::{Drawn, State},
    },
    language::text,
    server::{
        access::Caller, clock::now_ms, state::AppState, store::BoundedCount, visitors::Asker,
    },
};

/// A page of the wall.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WallPage {
    query: GalleryQuery,
    days: Vec<DayGroup>,
    /// Unfinished generations, which are shown as cards instead.
    running: Vec<GalleryItem>,
    /// The number of all pictures, for the first page of the unfiltered gallery.
    total: Option<BoundedCount>,
    /// The number of pictures on the last day, which the next page may continue; unknown in a
    /// search.
    of_last_day: Option<BoundedCount>,
    today: Option<Day>,
    /// The person's collections, for the heading of the first page.
    collections: Vec<Collection>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<GalleryCursor>,
    /// Whether the person may make pictures, and change those that are there.
    pub may_make: bool,
}

impl WallPage {
    /// Loads the page that `query` describes.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn of(
        state: &AppState,
        asker: &Asker,
        query: GalleryQuery,
    ) -> Result<Self, GenerateError> {
        let (gallery, session) = (&state.gallery, &asker.session);
        let (filter, before) = (query.filter(), query.before.as_ref());
        let GalleryPage { items, next } = match &query.until {
            Some(until) => gallery.page_until(session, &filter, before, until).await?,
            None => gallery.page(session, &filter, before).await?,
        };
        let offset = query.offset();
        let (ended, running): (Vec<_>, Vec<_>) =
            items.into_iter().partition(|item| item.state.is_ended());
        let days = days(ended, before, offset);
        let total = match !query.is_filtered() && before.is_none() && !days.is_empty() {
            true => Some(gallery.count(session, &filter, 0..i64::MAX).await?),
            false => None,
        };
        let last = days.last().filter(|day| day.is_new && next.is_some());
        let of_last_day = match (last, &filter.search) {
            (Some(last), None) => {
                let made_ms = last.day.start_ms(offset)..last.day.end_ms(offset);
                Some(gallery.count(session, &filter, made_ms).await?)
            }
            _ => None,
        };
        let today = Some(Day::of(now_ms(), offset));
        let collections = match before {
            None => gallery.collections(session).await?,
            Some(_) => Vec::new(),
        };
        let may_make = asker.caller.may_make();
        Ok(Self { query, days, running, total, of_last_day, today, collections, next, may_make })
    }

    /// The page for `caller` where the store fails.
    pub fn without(caller: Caller) -> Self {
        Self { may_make: caller.may_make(), ..Self::default() }
    }

    /// True when the person has made nothing yet, as far as this page shows.
    pub fn is_new(&self) -> bool {
        self.days.is_empty()
            && self.running.is_empty()
            && !self.query.is_filtered()
            && self.query.before.is_none()
    }
}

impl WallPage {
    /// The unfinished generations of the page.
    pub fn running(&self) -> &[GalleryItem] {
        &self.running
    }
}

impl GalleryQuery {
    pub fn offset(&self) -> Offset {
        Offset::of_minutes(self.offset_minutes)
    }
}

/// Draws a page of the wall.
///
/// # Errors
///
/// When the store fails.
pub async fn tiles(
    state: &AppState,
    asker: &Asker,
    query: GalleryQuery,
) -> Result<Drawn, GenerateError> {
    let page = WallPage::of(state, asker, query).await?;
    let next = page.next.as_ref().map(ToString::to_string);
    let html = html(|| view! { <Days page/> });
    Ok(Drawn { html: html.into(), state: State::Tiles(next) })
}

/// Draws the tile of one generation; empty while it runs, because its card shows it.
///
/// # Errors
///
/// When the store fails. A generation that does not exist is an empty tile instead.
pub async fn tile(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
) -> Result<Drawn, GenerateError> {
    match state.gallery.item(&asker.session, id).await {
        Ok(item) if item.state == RecordState::Done => {
            let may_make = asker.caller.may_make();
            Ok(Drawn::plain(html(|| view! { <Tile item may_make/> })))
        }
        Ok(item) if item.state.is_ended() => Ok(Drawn::plain(html(|| view! { <Ended item/> }))),
        Ok(_) | Err(GenerateError::NotFound) => Ok(Drawn::plain(String::new())),
        Err(error) => Err(error),
    }
}

/// The contents of the [`Wall`](crate::studio::Wall) island, which work without it as links and
/// forms.
#[component]
pub fn WallParts(
    page: WallPage,
    /// The parsed URL, even if `page` could not be loaded.
    query: GalleryQuery,
) -> impl IntoView {
    let next = page.next.clone().map(|next| query.before(next).address());
    let may_make = page.may_make;
    view! {
        <section class="wall" aria-label=text!("wall-title")>
        <Head query/>
        <div id="wall-pages">
            <div class="wall__page" id="wall-first"><Days page/></div>
        </div>
        <p class="wall__more">
            <a class="chip" id="wall-next" hidden=next.is_none() href=next>{text!("wall-more")}</a>
        </p>
        <SelectionBar may_make/>
        </section>
    }
}

/// The days of one page.
#[component]
fn Days(page: WallPage) -> impl IntoView {
    let WallPage { query, days, total, of_last_day, today, collections, may_make, .. } = page;
    let is_nothing = days.is_empty() && query.before.is_none() && query.is_filtered();
    let total = total.map(|total| view! { <p class="wall__count">{pictures(total)}</p> });
    let count = days.len();
    let days = days.into_iter().enumerate().map(|(index, day)| {
        let is_last = index + 1 == count;
        let counted = if is_last { of_last_day } else { None };
        // A search has no counts, and its last day may continue on the next page.
        let is_whole = !is_last || page.next.is_none();
        let counted = counted.or_else(|| {
            let number = u32::try_from(day.done.len()).ok()?;
            is_whole.then_some(BoundedCount { number, is_more: false })
        });
        view! { <OneDay day today counted is_failed=query.failed may_make/> }
    });
    view! {
        {total}
        {query.before.is_none().then(|| view! { <Collections query=query.clone() collections/> })}
        {days.collect_view()}
        {is_nothing.then(|| view! { <Nothing search=query.search.clone()/> })}
    }
}

#[component]
fn OneDay(
    day: DayGroup,
    today: Option<Day>,
    counted: Option<BoundedCount>,
    /// Whether the filter selects failed generations.
    is_failed: bool,
    may_make: bool,
) -> impl IntoView {
    let DayGroup { day, is_new, done, ended } = day;
    let words = day.words(today.unwrap_or(day));
    let counted = counted.filter(|counted| counted.number > 0 && !is_failed);
    let head = is_new.then(|| {
        let counted = counted.map(|counted| view! { " "<small>{pictures(counted)}</small> });
        view! { <h3 class="day__name">{words}{counted}</h3> }
    });
    let tiles = done.into_iter().map(|item| view! { <Tile item may_make/> }).collect_view();
    let ended = (!ended.is_empty()).then(|| {
        let words = ended_words(&ended);
        let rows = ended.into_iter().map(|item| view! { <Ended item/> }).collect_view();
        view! {
            <details class="day__ended" open=is_failed>
                <summary>{words}" "<span class="day__show">{text!("wall-show")}</span></summary>
                <ul>{rows}</ul>
            </details>
        }
    });
    view! {
        <section class="day">
            {head}
            <ul class="rows">{tiles}</ul>
            {ended}
        </section>
    }
}

/// A count such as “12 pictures”.
fn pictures(counted: BoundedCount) -> String {
    match counted {
        BoundedCount { number, is_more: true } => text!("wall-more-pictures", number = number),
        BoundedCount { number, .. } => text!("wall-pictures", number = number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_counted_in_words() {
        let words = |number, is_more| pictures(BoundedCount { number, is_more });
        assert_eq!(words(1, false), "1 picture");
        assert_eq!(words(12, false), "12 pictures");
        assert_eq!(words(1000, true), "more than 1000 pictures");
    }
}
