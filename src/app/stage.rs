//! Where the status and the result are told. What comes and goes stands in templates, which the
//! page copies and fills in.

use leptos::prelude::*;

/// Status line, notices, alert and result, as they are before anything happened.
#[component]
pub fn Stage() -> impl IntoView {
    view! {
        <div class="stage">
            <div class="status">
                <div role="status">
                    <p class="status__line">
                        <span id="status-line"></span>
                        // The seconds change too often to be read aloud each time.
                        <span class="status__time" id="status-time" aria-hidden="true"></span>
                    </p>
                    <p class="status__notices" id="status-notices"></p>
                </div>
                <progress
                    class="status__bar"
                    id="progress"
                    aria-label="Progress"
                    max="1"
                    hidden
                ></progress>
                <div id="alert"></div>
            </div>
            <section class="result" id="result" aria-label="Result">
                <NoPicture/>
            </section>
        </div>
        <template id="draw-alert">
            <div class="alert" role="alert">
                <p class="alert__headline"></p>
                <q class="alert__detail"></q>
                <p><span class="alert__next"></span>" "<a target="_blank" rel="noreferrer"></a></p>
            </div>
        </template>
        <template id="draw-nothing">
            <NoPicture/>
        </template>
        <template id="draw-unfinished">
            // An empty canvas has the proportions of the picture to come.
            <div class="result__frame" aria-busy="true">
                <canvas class="result__image" aria-hidden="true"></canvas>
                <img class="result__preview" alt=""/>
            </div>
        </template>
        <template id="draw-finished">
            <figure class="result__figure">
                <div class="result__frame">
                    <img class="result__image"/>
                </div>
                <figcaption class="result__caption">
                    <dl class="facts"></dl>
                    <div class="result__actions">
                        <a class="button" download="">"Download"</a>
                        <button type="button" class="button" data-action="copy">
                            "Copy prompt"
                        </button>
                        // Hidden where the chosen model takes no picture.
                        <button
                            type="button"
                            class="button result__use"
                            data-action="use-picture"
                        >
                            "Use as input"
                        </button>
                    </div>
                </figcaption>
            </figure>
        </template>
        <template id="draw-fact">
            // Without an address it is no link, just words.
            <div><dt></dt><dd><a rel="noreferrer"></a></dd></div>
        </template>
    }
}

/// A model that makes no pictures may have told something else.
#[component]
fn NoPicture() -> impl IntoView {
    view! {
        <p class="result__empty">"Your picture will appear here."</p>
        <dl class="facts"></dl>
    }
}
