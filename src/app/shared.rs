//! What a guest sees behind a share link: the picture, its inputs if the owner allows it, and no
//! script at all.

use leptos::prelude::*;

use super::{facts::Facts, outputs::Outputs};
use crate::server::store::Shared;

/// The whole document.
#[component]
pub fn SharedPage(shared: Shared, token: String, style_sheet: String) -> impl IntoView {
    let with_inputs = shared.with_inputs;
    let item = shared.record.item;
    let name =
        if with_inputs { item.request.picture_name() } else { "A shared picture".to_owned() };
    let count = item.images.len();
    let images = item.images.iter().enumerate().map(|(index, image)| {
        let alt = match count {
            1 => name.clone(),
            _ => format!("{name} ({} of {count})", index + 1),
        };
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
            <p class="shared__prompt">{item.request.prompt.clone()}</p>
            <Outputs outputs=item.outputs.clone() id=item.id.clone() token=token.clone()/>
            <Facts item image token=token.clone()/>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="robots" content="noindex"/>
                <title>{name.clone()}" · Easel"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=style_sheet/>
            </head>
            <body>
                <main class="shared">
                    <h1 class="visually-hidden">{name}</h1>
                    {images}
                    {inputs}
                    <p class="shared__foot">
                        "Made with "
                        <a href="/">"Easel"</a>
                    </p>
                </main>
            </body>
        </html>
    }
}
