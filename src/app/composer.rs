//! The prompt bar as the server draws it: a form that works without script too. [`Composer`] and
//! [`ModelPicker`] hydrate it.

use leptos::prelude::*;

use crate::{
    generation::{Draft, contract::FormState},
    language::text,
    server::state::Offers,
    studio::{
        CHANGED, COST, Composer, MAX_COUNT, MODEL, MODEL_BOX, MODELS, MODELS_FOOT, ModelPicker,
        OPENS, PANEL, PROMPT, REQUEST, SHAPE, VARY, box_size, error_id, icon::Icon, size_words,
    },
};

/// The form and its buttons.
#[component]
pub fn PromptBar(form: FormState, offers: Offers) -> impl IntoView {
    view! {
        <Composer>
            <form
                class="composer"
                id=REQUEST
                method="post"
                action="/generate"
                aria-label=text!("composer-form")
                novalidate
                autocomplete="off"
            >
            {view! { <Prompt form=form.clone()/> }.into_any()}
            <div class="composer__bar">
                <label class="chip chip--icon" title=text!("composer-add-picture")>
                    <Icon name="add"/>
                    <input type="file" class="visually-hidden" aria-label=text!("composer-add-picture")/>
                </label>
                {view! { <ModelBox form=form.clone()/> }.into_any()}
                {view! { <Buttons form=form.clone()/> }.into_any()}
            </div>
            <div id=PANEL></div>
            <div id=VARY></div>
            <noscript><PlainModels offers/></noscript>
            </form>
        </Composer>
    }
}

/// The prompt box and its error message.
#[component]
fn Prompt(form: FormState) -> impl IntoView {
    let error_id = error_id(PROMPT);
    view! {
        <textarea
            id=PROMPT
            class="composer__prompt"
            dir="auto"
            name="prompt"
            aria-label=text!("composer-prompt")
            rows="2"
            placeholder=form.placeholder
            enterkeyhint="go"
            aria-describedby=error_id.clone()
            aria-invalid=form.prompt_error.is_some().then_some("true")
        >{form.prompt}</textarea>
        <p class="field__error" id=error_id>{form.prompt_error}</p>
    }
}

/// The model combobox with its list.
#[component]
fn ModelBox(form: FormState) -> impl IntoView {
    let size = box_size(&form.title).to_string();
    view! {
        <ModelPicker>
            <div class="models">
            <input type="hidden" name="model" id=MODEL value=form.model/>
            <input
                type="text"
                id=MODEL_BOX
                class="chip models__box"
                dir="auto"
                role="combobox"
                aria-label=text!("models-box")
                aria-autocomplete="list"
                aria-controls=MODELS
                aria-expanded="false"
                autocomplete="off"
                spellcheck="false"
                placeholder=text!("models-placeholder")
                size=size
                value=form.title
            />
            <div class="models__panel">
                <div class="models__list" id=MODELS role="listbox" aria-label=text!("models-list")></div>
                <div class="models__foot" id=MODELS_FOOT aria-live="polite"></div>
            </div>
            </div>
        </ModelPicker>
    }
}

/// The buttons that open Settings, choose the number of pictures, and generate.
#[component]
fn Buttons(form: FormState) -> impl IntoView {
    let [size, proportions] =
        [" × ", "/"].map(|between| size_words(&Draft::default(), &form, between));
    let proportions = format!("--shape:{proportions}");
    let counts = (1..=MAX_COUNT).map(|count| {
        view! { <option value=count.to_string()>{format!("×{count}")}</option> }
    });
    view! {
        <button
            type="button"
            class="chip composer__shape"
            popovertarget="settings"
            popovertargetaction="show"
        >
            <span id=SHAPE style=proportions>{size}</span>
        </button>
        <select name="count" class="chip composer__count" aria-label=text!("composer-count")>
            {counts.collect_view()}
        </select>
        <button type="button" class="chip" popovertarget="settings">
            <Icon name="settings"/>
            <span class="word">{text!("composer-settings")}</span>
            " "
            <span class="badge" id=CHANGED hidden></span>
        </button>
        {[(VARY, "grid", text!("composer-compare")), (PANEL, "edit", text!("composer-words"))]
            .map(|(place, icon, name)| {
                let title = name.clone();
                view! {
                    <label class="chip chip--icon" title=title>
                        <Icon name=icon/>
                        <input
                            type="checkbox"
                            class="visually-hidden"
                            aria-label=name
                            id=[place, OPENS].concat()
                        />
                    </label>
                }
            })
            .into_iter()
            .collect_view()}
        <div class="composer__go">
            <p class="composer__cost" id=COST>{form.costs.first().cloned()}</p>
            <button type="submit" class="button button--main" aria-describedby=COST>
                <Icon name="up"/>
                <span class="word">{text!("composer-generate")}</span>
            </button>
        </div>
    }
}

/// The models on offer, for a page without script.
#[component]
pub fn PlainModels(offers: Offers) -> impl IntoView {
    let options = offers.offers.into_iter().map(|offer| {
        view! { <option value=offer.reference.to_string()>{offer.title}</option> }
    });
    view! { <select name="model" aria-label=text!("models-box") class="chip">{options.collect_view()}</select> }
}
