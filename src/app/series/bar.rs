//! The part of the prompt bar that compares models and varies inputs; `public/vary.js` drives it.

use leptos::prelude::*;

use crate::{
    app::{html, names},
    generation::{
        Field, FieldKind, InputSchema,
        contract::{Drawn, INPUT, State},
        series::{MAX_CELLS, MAX_MODELS},
    },
    language::text,
    studio::icon::Icon,
};

const SCRIPT: &str = "/vary.js";

/// Draws the bar. The options for inputs come later, with the first count of pictures, because they
/// depend on the model chosen then.
pub fn vary_bar() -> Drawn {
    let html = html(|| view! { <VaryBar/> });
    Drawn { html: html.into(), state: State::Script(SCRIPT.to_owned()) }
}

#[component]
fn VaryBar() -> impl IntoView {
    view! {
        <link rel="stylesheet" href="/vary.css"/>
        <vary-bar class="vary" data-most=MAX_MODELS>
            <input type="hidden" name="series"/>
            <fieldset class="vary__part">
                <legend>{text!("series-compare")}</legend>
                <ul class="vary__models" id="vary-models"></ul>
                <p class="vary__help">{text!("series-compare-help", most = MAX_MODELS)}</p>
                <template>
                    <li class="vary__model">
                        <span></span>
                        <input type="hidden" name="models"/>
                        <input type="hidden" name="titles"/>
                        <button
                            type="button"
                            class="vary__remove"
                            data-label=text!("series-remove", name = "NAME")
                        >
                            <Icon name="close"/>
                        </button>
                    </li>
                </template>
                <label class="vary__check">
                    <input type="checkbox" name="blind" value="on" autocomplete="off"/>
                    {text!("series-blind")}
                </label>
            </fieldset>
            <fieldset class="vary__part">
                <legend>{text!("series-vary")}</legend>
                <SideOfGrid name="across" label=text!("series-across") values=text!("series-across-values")/>
                <SideOfGrid name="down" label=text!("series-down") values=text!("series-down-values")/>
                <p class="vary__help">{text!("series-vary-help", most = MAX_CELLS)}</p>
                <label class="vary__check">
                    <input type="checkbox" name="lines" value="on" autocomplete="off"/>
                    {text!("series-lines")}
                </label>
            </fieldset>
            <model-habits class="habits">
                <div class="habits__parts"></div>
                <p class="vary__wrong" role="alert" data-wrong=text!("habits-wrong") hidden></p>
            </model-habits>
            <p class="vary__told" role="status" id="vary-told"></p>
            <p class="vary__wrong" role="alert" id="vary-wrong" hidden>{text!("series-unreachable")}</p>
        </vary-bar>
    }
}

/// The choice of an input, and the box for its values.
#[component]
fn SideOfGrid(name: &'static str, label: String, values: String) -> impl IntoView {
    view! {
        <div class="vary__side">
            <select class="field__control" name=name id=format!("vary-{name}") aria-label=label autocomplete="off">
                <option value="">{text!("series-nothing")}</option>
            </select>
            <input
                type="text"
                dir="auto"
                class="field__control"
                name=format!("{name}-values")
                id=format!("vary-{name}-values")
                aria-label=values
                placeholder="4, 8, 12"
                maxlength="2000"
                autocomplete="off"
            />
        </div>
    }
}

/// The inputs of a model that can vary, as options.
pub fn input_options(schema: &InputSchema) -> String {
    let varies = |field: &&Field| {
        !field.is_secret()
            && matches!(
                field.kind,
                FieldKind::Integer { .. }
                    | FieldKind::Number { .. }
                    | FieldKind::Boolean
                    | FieldKind::Choice { .. }
                    | FieldKind::Text { .. }
            )
    };
    let options = schema.fields.iter().filter(varies).map(|field| {
        // The label goes along, for the headings of the grid.
        let value = format!("{INPUT}{}\n{}", field.name, field.label);
        let hint = example(&field.kind);
        view! { <option value=value data-hint=hint>{names::field(field)}</option> }
    });
    html(|| {
        view! {
            <option value="">{text!("series-nothing")}</option>
            {options.collect_view()}
        }
    })
}

/// Example values for an input.
fn example(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Boolean => "true, false".to_owned(),
        FieldKind::Choice { options, .. } => {
            let values: Vec<_> = options.iter().map(|option| option.value.to_string()).collect();
            values.join("; ")
        }
        FieldKind::Number { .. } => "2, 3.5, 7".to_owned(),
        _ => "4, 8, 12".to_owned(),
    }
}
