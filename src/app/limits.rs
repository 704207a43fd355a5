//! The page of limits: how much people may do, which an owner says. Its form is the browser's own.

use leptos::prelude::*;

use super::plain::FormDocument;
use crate::{
    generation::Limit,
    language::text,
    server::owner_settings::{SetBy, SetLimit},
};

/// What has just been done, or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    Nothing,
    Saved,
    /// All was as it is.
    Unchanged,
    /// What was typed for a limit cannot be one. Nothing was saved.
    Wrong(Limit),
}

impl Done {
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}

/// `/limits`
#[component]
pub fn LimitsPage(
    style_sheet: String,
    limits: Vec<SetLimit>,
    /// What was typed and could not be saved.
    typed: Vec<(Limit, String)>,
    done: Done,
) -> impl IntoView {
    let wrong = match done {
        Done::Wrong(limit) => Some(limit),
        _ => None,
    };
    let group = |title: String, of: &[Limit]| {
        let fields = limits.iter().filter(|set| of.contains(&set.limit)).map(|set| {
            let typed = typed.iter().find(|(limit, _)| *limit == set.limit);
            let typed = typed.map(|(_, text)| text.clone());
            view! { <Field set=*set typed is_wrong=wrong == Some(set.limit)/> }
        });
        let fields = fields.collect_view();
        view! {
            <fieldset class="limits__group">
                <legend>{title}</legend>
                {fields}
            </fieldset>
        }
    };
    let groups = view! {
        {group(
            text!("limits-people"),
            &[Limit::AtOnce, Limit::AnHour, Limit::ADay, Limit::ADayInAll],
        )}
        {group(text!("limits-files"), &[Limit::Uploads, Limit::Kept, Limit::KeptInAll])}
        {group(text!("limits-addresses"), &[Limit::SignIns, Limit::Searches, Limit::Starts])}
    };
    view! {
        <FormDocument style_sheet title=text!("limits-title")>
            <p>{text!("limits-about")}</p>
            <Told done/>
            // What is wrong is told with words of Easel, in the language of the page.
            <form class="limits" method="post" action="/limits" novalidate>
                {groups}
                <p class="field__help">{text!("limits-day")}</p>
                <button type="submit" class="button button--main">{text!("limits-save")}</button>
            </form>
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn Told(done: Done) -> impl IntoView {
    let words = match &done {
        Done::Nothing => return ().into_any(),
        Done::Saved => text!("limits-saved"),
        Done::Unchanged => text!("limits-unchanged"),
        Done::Wrong(limit) => {
            let (least, most) = limit.range().into_inner();
            text!("limits-wrong", limit = name(*limit), least = least, most = most)
        }
    };
    let role = if done.is_refusal() { "alert" } else { "status" };
    view! { <p role=role>{words}</p> }.into_any()
}

/// One limit: an empty field is as usual, and what the environment says cannot be typed over.
#[component]
fn Field(set: SetLimit, typed: Option<String>, is_wrong: bool) -> impl IntoView {
    let SetLimit { limit, value, set_by } = set;
    let is_configured = set_by == SetBy::Environment;
    let (least, most) = limit.range().into_inner();
    let usual = limit.usual();
    let help = match is_configured {
        true => text!("limits-in", variable = limit.variable()),
        false => text!("limits-help", least = least, most = most, usual = usual),
    };
    let shown = match set_by {
        SetBy::Nobody => String::new(),
        SetBy::Environment | SetBy::Owner => value.to_string(),
    };
    let id = format!("limit-{}", limit.word());
    let help_id = format!("{id}-help");
    view! {
        <div class="limits__field">
            <label class="field__label" for=id.clone()>{name(limit)}</label>
            <input
                class="field__control money__number"
                id=id
                name=limit.word()
                type="text"
                inputmode="numeric"
                maxlength="12"
                autocomplete="off"
                value=typed.unwrap_or(shown)
                placeholder=usual.to_string()
                disabled=is_configured
                aria-describedby=help_id.clone()
                aria-invalid=is_wrong.then_some("true")
                autofocus=is_wrong
            />
            <p class="field__help" id=help_id>{help}</p>
        </div>
    }
}

/// What is limited.
pub fn name(limit: Limit) -> String {
    text!("limits-name", limit = limit.word())
}
