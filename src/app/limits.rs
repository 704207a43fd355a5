//! The page of limits, where an owner sets how much people may do. Its form works without script.

use leptos::prelude::*;

use super::plain::FormDocument;
use crate::{
    generation::Limit,
    language::text,
    server::owner_settings::{SetBy, SetLimit},
};

/// The result of the submitted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitFormResult {
    Nothing,
    Saved,
    /// No value differed from the stored one.
    Unchanged,
    /// The value for this limit is invalid. Nothing was saved.
    Wrong(Limit),
}

impl LimitFormResult {
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Wrong(_))
    }
}

/// The page at `/limits`.
#[component]
pub fn LimitsPage(
    style_sheet: String,
    limits: Vec<SetLimit>,
    /// Typed values that could not be saved.
    typed: Vec<(Limit, String)>,
    done: LimitFormResult,
) -> impl IntoView {
    let wrong = match done {
        LimitFormResult::Wrong(limit) => Some(limit),
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
            <FormMessage done/>
            // `novalidate`, because Easel shows its own messages, in the page's language.
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
fn FormMessage(done: LimitFormResult) -> impl IntoView {
    let words = match &done {
        LimitFormResult::Nothing => return ().into_any(),
        LimitFormResult::Saved => text!("limits-saved"),
        LimitFormResult::Unchanged => text!("limits-unchanged"),
        LimitFormResult::Wrong(limit) => {
            let (least, most) = limit.range().into_inner();
            text!("limits-wrong", limit = name(*limit), least = least, most = most)
        }
    };
    let role = if done.is_refusal() { "alert" } else { "status" };
    view! { <p role=role>{words}</p> }.into_any()
}

/// One limit. An empty field means the default; a limit from the environment is read-only.
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

/// The limit's name for people.
pub fn name(limit: Limit) -> String {
    text!("limits-name", limit = limit.word())
}
