//! The page behind a share link: the picture, its inputs if the owner allows it, and no script.
//! Also the pages for missing things.

use leptos::prelude::*;

use super::{facts::Facts, failure, names, outputs::Outputs, plain::PlainDocument};
use crate::{
    error::GenerateError,
    language::{text, text_around},
    server::store::Shared,
};

/// The longest title of a page, in Unicode scalar values.
const MAX_TITLE_CHARS: usize = 120;

/// The whole document.
#[component]
pub fn SharedPage(
    shared: Shared,
    token: String,
    style_sheet: String,
    /// The public origin of this server: chats show only pictures with absolute URLs.
    origin: Option<String>,
) -> impl IntoView {
    let with_inputs = shared.with_inputs;
    let item = shared.record.item;
    let name =
        if with_inputs { names::picture(&item.request) } else { text!("pages-shared-picture") };
    let count = item.images.len();
    let preview = item.images.first().map(|image| {
        let path = format!("/s/{token}/image/{}", image.position);
        let address = origin.unwrap_or_default() + &path;
        view! {
            {property("og:image", address)}
            {property("og:image:type", image.content_type.mime().to_string())}
            {property("og:image:width", image.width.to_string())}
            {property("og:image:height", image.height.to_string())}
            {property("og:image:alt", name.clone())}
            <meta name="twitter:card" content="summary_large_image"/>
        }
    });
    let images = item.images.iter().enumerate().map(|(index, image)| {
        let alt = names::one_of(name.clone(), index, count);
        view! {
            <img
                class="shared__image"
                src=format!("/s/{token}/image/{}", image.position)
                alt=alt
                width=image.width
                height=image.height
            />
        }
    });
    let images = images.collect_view();
    let inputs = with_inputs.then(|| {
        let image = item.images.first().cloned();
        view! {
            <p class="shared__prompt" dir="auto">{names::picture(&item.request)}</p>
            <Outputs outputs=item.outputs.clone() id=item.id.clone() token=token.clone()/>
            <Facts item image token=token.clone()/>
        }
    });
    let short: String = name.chars().take(MAX_TITLE_CHARS).collect();
    let description = text!("pages-shared-description");
    let head = view! {
        {property("og:title", short.clone())}
        {property("og:type", "website".to_owned())}
        {property("og:site_name", "Easel".to_owned())}
        {property("og:description", description.clone())}
        <meta name="description" content=description/>
        {preview}
    };
    view! {
        <Plain title=short style_sheet head=head.into_any()>
            <h1 class="visually-hidden">{name}</h1>
            {images}
            {inputs}
        </Plain>
    }
}

/// One Open Graph property, for the preview in a chat.
fn property(name: &'static str, content: String) -> impl IntoView {
    leptos::html::meta().attr("property", name).attr("content", content)
}

/// The link does not exist, or no longer.
#[component]
pub fn GonePage(style_sheet: String) -> impl IntoView {
    view! {
        <Plain title=text!("pages-nothing-here") style_sheet head=().into_any()>
            <h1 class="shared__name">{text!("pages-gone")}</h1>
            <p>{text!("pages-gone-why")}</p>
        </Plain>
    }
}

/// Why a page of this server cannot be shown.
#[component]
pub fn ErrorPage(error: GenerateError, style_sheet: String) -> impl IntoView {
    let (headline, next) = match &error {
        GenerateError::NotFound => (text!("pages-not-yours"), text!("pages-not-yours-why")),
        error => (failure::headline(error), failure::next_step(error)),
    };
    view! {
        <Plain title=text!("pages-nothing-here") style_sheet head=().into_any()>
            <h1 class="shared__name">{headline}</h1>
            <p>{next}</p>
        </Plain>
    }
}

/// No page has the URL that the person opened.
#[component]
pub fn NowherePage(style_sheet: String) -> impl IntoView {
    view! {
        <Plain title=text!("pages-nothing-here") style_sheet head=().into_any()>
            <h1 class="shared__name">{text!("pages-nowhere")}</h1>
            <p>{text!("pages-nowhere-why")}</p>
        </Plain>
    }
}

/// A page without script, with a link to Easel at its foot.
#[component]
fn Plain(title: String, style_sheet: String, head: AnyView, children: Children) -> impl IntoView {
    let (before, after) = text_around!("pages-made-with", link);
    view! {
        <PlainDocument title style_sheet head>
            <main class="shared">
                {children()}
                <p class="shared__foot">
                    {before}
                    <a href="/">"Easel"</a>
                    {after}
                </p>
            </main>
        </PlainDocument>
    }
}
