//! The viewer: one generation, large, with all its details and actions.

mod actions;
mod family;
mod parts;
mod said;
mod stage;
mod strip;

use leptos::prelude::*;

use self::{
    actions::{Actions, Sharing},
    family::Family,
    said::Notices,
    stage::Stage,
    strip::Strip,
};
pub use self::{
    parts::{OpenedViewer, ViewerDialog},
    said::Log,
};
use super::{
    facts::Facts,
    html, money, names,
    outputs::Outputs,
    wall::{Day, Offset},
};
use crate::{
    error::GenerateError,
    generation::{
        GalleryCursor, GalleryItem, GenerationId, Progress, StoredImage,
        contract::{Drawn, Html, PictureAddress, State},
    },
    language::text,
    server::{
        clock::now_ms,
        money::Cost,
        state::AppState,
        store::{Around, Lineage},
        visitors::Asker,
    },
    studio::icon::Icon,
};

/// How many neighbours the film strip has on each side.
const STRIP: u32 = 8;

/// The contents of the viewer.
#[derive(Clone, Debug, PartialEq)]
struct ViewerProps {
    item: GalleryItem,
    /// The position of the picture within its generation, from 0.
    position: u32,
    /// The URL of its share page, and whether that shows the inputs.
    share: Option<(String, bool)>,
    /// Its neighbours, nearest first.
    newer: Vec<GalleryItem>,
    older: Vec<GalleryItem>,
    /// The first and the last generation of the unfiltered gallery.
    newest: Option<GenerationId>,
    oldest: Option<GenerationId>,
    /// When it was made, on the person's clock.
    made: String,
    cost: Option<Cost>,
    lineage: Lineage,
    /// What was said while it ran; nothing a day after its end.
    progress: Progress,
    /// Whether the person may make more of it, change it and delete it.
    may_make: bool,
}

impl ViewerProps {
    fn image(&self) -> Option<&StoredImage> {
        self.item.images.get(self.position as usize)
    }

    /// The previous picture: of the same generation, or of the next newer one.
    fn newer_picture(&self) -> Option<PictureAddress> {
        match self.position.checked_sub(1) {
            Some(position) => Some(PictureAddress { id: self.item.id.clone(), position }),
            None => self
                .newer
                .first()
                .map(|item| PictureAddress { id: item.id.clone(), position: last_position(item) }),
        }
    }

    fn older_picture(&self) -> Option<PictureAddress> {
        if self.position < last_position(&self.item) {
            let position = self.position + 1;
            return Some(PictureAddress { id: self.item.id.clone(), position });
        }
        let older = self.older.first()?;
        Some(PictureAddress { id: older.id.clone(), position: 0 })
    }
}

fn last_position(item: &GalleryItem) -> u32 {
    u32::try_from(item.images.len().saturating_sub(1)).unwrap_or(0)
}

/// Draws one picture of a generation with all its details.
///
/// # Errors
///
/// [`GenerateError::NotFound`] when the session has no such generation.
pub async fn draw(
    state: &AppState,
    asker: &Asker,
    id: &GenerationId,
    position: u32,
    offset_minutes: i32,
) -> Result<Drawn, GenerateError> {
    let (gallery, session) = (&state.gallery, &asker.session);
    let item = gallery.item(session, id).await?;
    let share = gallery.share_of(session, id).await?;
    let here = GalleryCursor { created_ms: item.created_ms, id: id.clone() };
    let Around { newer, older, newest, oldest } = gallery.around(session, &here, STRIP).await?;
    let seen = ViewerProps {
        position: position.min(last_position(&item)),
        share: share.map(|(token, with_inputs)| (format!("/s/{token}"), with_inputs)),
        newer,
        older,
        newest,
        oldest,
        made: made(item.created_ms, Offset::of_minutes(offset_minutes)),
        cost: money::cost_of(state, session, id).await,
        lineage: gallery.lineage(session, id).await?,
        progress: Progress::of(state.generations.events_of(id).await?),
        may_make: asker.caller.may_make(),
        item,
    };
    let stage = Html(html(|| view! { <Stage seen=seen.clone()/> }));
    let html = html(|| view! { <Side seen/> });
    Ok(Drawn { html: html.into(), state: State::Viewer(stage) })
}

/// A time such as “Today, 17:04”.
fn made(created_ms: i64, offset: Offset) -> String {
    let today = Day::of(now_ms(), offset);
    let day = Day::of(created_ms, offset).words(today);
    text!("viewer-made", day = day, time = offset.time_of(created_ms))
}

/// The details beside the picture.
#[component]
fn Side(seen: ViewerProps) -> impl IntoView {
    let ViewerProps { item, share, made, cost, lineage, progress, may_make, .. } = seen.clone();
    let image = seen.image().cloned();
    let made = match item.images.len() {
        0 | 1 => made,
        count => {
            text!("viewer-position", index = seen.position + 1, count = count, made = made)
        }
    };
    view! {
        <div class="viewer__top">
            <small>{made}</small>
            <a class="chip chip--quiet viewer__close" id="viewer-close" href="/" aria-label=text!("viewer-close")>
                <Icon name="close"/>
            </a>
        </div>
        <p class="viewer__prompt" dir="auto">{names::picture(&item.request)}</p>
        <Actions
            item=item.clone()
            image=image.clone()
            link=share.as_ref().map(|(link, _)| link.clone())
            may_make
        />
        {share.filter(|_| may_make).map(|(link, with_inputs)| {
            view! { <Sharing id=item.id.to_string() link with_inputs/> }
        })}
        <Outputs outputs=item.outputs.clone() id=item.id.clone()/>
        <Notices notices=progress.notices/>
        <Family item=item.clone() lineage/>
        <Facts item image is_own=true has_actions=may_make cost log=progress.log/>
        <Strip seen/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generation::{ImageType, ModelReference, RecordState, Request};

    fn item(number: u64, images: u32) -> GalleryItem {
        let image = |position| StoredImage {
            position,
            digest: String::new(),
            content_type: ImageType::Png,
            width: 1,
            height: 1,
            bytes: 1,
        };
        GalleryItem {
            id: GenerationId::from_parts(number, [0; 10]),
            request: Request {
                model: ModelReference::demo(),
                prompt: String::new(),
                inputs: Default::default(),
            },
            state: RecordState::Done,
            attempts: 1,
            created_ms: 0,
            started_ms: None,
            ended_ms: None,
            facts: Vec::new(),
            outputs: Vec::new(),
            images: (0..images).map(image).collect(),
            error: None,
            starred: false,
            collection: None,
        }
    }

    #[test]
    fn the_next_picture_is_of_the_same_generation_or_of_its_neighbour() {
        let mut seen = ViewerProps {
            item: item(2, 2),
            position: 0,
            share: None,
            newer: vec![item(3, 4)],
            older: vec![item(1, 0)],
            newest: None,
            oldest: None,
            made: String::new(),
            cost: None,
            lineage: Lineage::default(),
            progress: Progress::default(),
            may_make: true,
        };
        let at = |number, position| {
            Some(PictureAddress { id: GenerationId::from_parts(number, [0; 10]), position })
        };
        assert_eq!((seen.newer_picture(), seen.older_picture()), (at(3, 3), at(2, 1)));
        seen.position = 1;
        assert_eq!((seen.newer_picture(), seen.older_picture()), (at(2, 0), at(1, 0)));
        seen.older.clear();
        assert_eq!(seen.older_picture(), None);
    }
}
