//! The page with the keys of the providers: give one, replace it, remove it. No key is in it, and its
//! forms are the browser's own.

use leptos::prelude::*;

use super::{failure, plain::FormDocument};
use crate::{
    generation::{Connection, ConnectionState, ProviderKind},
    language::text,
    server::provider_keys::{Given, Held, HeldKey},
};

/// What has just been done, or was refused.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    Nothing,
    Given(ProviderKind, Given),
    Removed(ProviderKind),
}

impl Done {
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Given(_, given) if !matches!(given, Given::Kept(_)))
    }
}

/// `/connections`
#[component]
pub fn ProviderKeysPage(style_sheet: String, keys: Vec<HeldKey>, done: Done) -> impl IntoView {
    let keys = keys.into_iter().map(|key| view! { <OneKey key/> }).collect_view();
    view! {
        <FormDocument title=text!("connections-keys") style_sheet>
            <p>{text!("connections-keys-about")}</p>
            <Told done/>
            {keys}
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

#[component]
fn Told(done: Done) -> impl IntoView {
    let role = if done.is_refusal() { "alert" } else { "status" };
    let (words, connection) = match done {
        Done::Nothing => return ().into_any(),
        Done::Removed(kind) => (text!("connections-key-removed", provider = kind.title()), None),
        Done::Given(kind, given) => {
            let provider = kind.title();
            match given {
                Given::Kept(connection) => {
                    (text!("connections-key-kept", provider = provider), Some(connection))
                }
                Given::Refused(connection) => {
                    (text!("connections-key-refused", provider = provider), Some(connection))
                }
                Given::NoKey => (text!("connections-no-such-key"), None),
                Given::Configured => (text!("connections-key-configured"), None),
                Given::NoSeal => (text!("connections-no-seal"), None),
            }
        }
    };
    view! {
        <section role=role>
            <p>{words}</p>
            {connection.map(|connection| view! { <Said connection/> })}
        </section>
    }
    .into_any()
}

/// What a provider says of a key.
#[component]
fn Said(connection: Connection) -> impl IntoView {
    let Connection { mut details, error, .. } = connection;
    if let Some(error) = error {
        details.push(failure::headline(&error));
        details.extend(error.detail().map(str::to_owned));
    }
    details.into_iter().map(|detail| view! { <p>{detail}</p> }).collect_view()
}

#[component]
fn OneKey(key: HeldKey) -> impl IntoView {
    let HeldKey { connection, held } = key;
    let kind = connection.provider;
    let (title, prefix) = (kind.title(), kind.prefix());
    let words = match held {
        Held::Nowhere => text!("connections-no-key"),
        Held::Configured(variable) => text!("connections-key-in", variable = variable),
        Held::Given => text!("connections-key-given"),
        Held::Unreadable => text!("connections-key-unreadable"),
    };
    let state = (held == Held::Given).then(|| match connection.state {
        ConnectionState::Ready => text!("connections-ready"),
        ConnectionState::Failed => text!("connections-failed"),
        _ => text!("connections-unchecked"),
    });
    let words = [Some(words), state].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let is_kept = matches!(held, Held::Given | Held::Unreadable);
    let remove = is_kept.then(|| {
        view! {
            <form method="post" action="/connections/key/remove">
                <input type="hidden" name="provider" value=prefix/>
                <button
                    type="submit"
                    class="chip"
                    aria-label=text!("connections-remove-key", provider = title)
                >
                    {text!("connections-remove")}
                </button>
            </form>
        }
    });
    let make = kind.keys().map(|keys| {
        view! {
            <a href=keys.make target="_blank" rel="noreferrer">
                {text!("error-link-key", provider = keys.owner)}
            </a>
        }
    });
    let id = format!("key-{prefix}");
    let give = (!matches!(held, Held::Configured(_))).then(|| {
        view! {
            <form class="keys__new" method="post" action="/connections/key">
                <input type="hidden" name="provider" value=prefix/>
                <label class="field__label" for=id.clone()>
                    {text!("connections-key-of", provider = title)}
                </label>
                <input
                    class="field__control"
                    id=id
                    name="key"
                    type="password"
                    required
                    maxlength="600"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                />
                <p class="field__help">{make}</p>
                <button
                    type="submit"
                    class="button"
                    aria-label=text!("connections-use-key-of", provider = title)
                >
                    {text!("connections-use-key")}
                </button>
            </form>
        }
    });
    view! {
        <section aria-label=title>
            <h2>{title}</h2>
            <div class="connections__head">
                <span class="connections__state">{words}</span>
                {remove}
            </div>
            {give}
        </section>
    }
}
