//! The connections page: provider keys for everybody and for oneself; which models are on offer,
//! and which hosts may be contacted. It never contains a key, and its forms work without script.

mod offers;

use leptos::prelude::*;

use self::offers::{AllowOwnKeys, OneList};
pub use self::offers::{Entries, List};
use super::{failure, plain::FormDocument};
use crate::{
    generation::{Connection, ConnectionState, ProviderKind},
    language::text,
    server::provider_keys::{HeldKey, KeyOutcome, KeySource},
};

/// The result of the submitted form.
#[derive(Clone, Debug, PartialEq)]
pub enum ProviderKeyFormResult {
    Nothing,
    Given(Whose, ProviderKind, KeyOutcome),
    Removed(Whose, ProviderKind),
    Saved,
    /// This line of the list is invalid. Nothing was saved.
    Wrong(List, String),
    /// The list has too many lines.
    TooMany,
    /// This server does not allow people's own keys.
    NotAllowed,
}

/// Whose generations use a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    All,
    Own,
}

impl ProviderKeyFormResult {
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Given(_, _, given) => !matches!(given, KeyOutcome::Kept(_)),
            Self::Wrong(..) | Self::TooMany | Self::NotAllowed => true,
            Self::Nothing | Self::Removed(..) | Self::Saved => false,
        }
    }
}

/// The sections for owners only.
#[derive(Clone, Debug)]
pub struct ForOwner {
    pub keys: Vec<HeldKey>,
    /// `None` if nobody has a name here.
    pub allows_own_keys: Option<bool>,
    pub models: Entries,
    pub origins: Entries,
}

/// The page at `/connections`.
#[component]
pub fn ProviderKeysPage(
    style_sheet: String,
    for_owner: Option<ForOwner>,
    /// The visitor's own keys; `None` if they cannot have any.
    own: Option<Vec<HeldKey>>,
    /// Whether people may bring their own; if not, those of `own` rest, and can be removed.
    allows_own: bool,
    done: ProviderKeyFormResult,
) -> impl IntoView {
    let nothing = (for_owner.is_none() && !allows_own)
        .then(|| view! { <p>{text!("connections-own-off")}</p> });
    let (of_all, others) = for_owner
        .map(|ForOwner { keys, allows_own_keys, models, origins }| {
            let keys = view! {
                <Keys
                    keys
                    whose=Whose::All
                    title=text!("connections-keys")
                    about=text!("connections-keys-about")
                    may_give=true
                />
            };
            let allow = allows_own_keys.map(|is_allowed| view! { <AllowOwnKeys is_allowed/> });
            let others = view! {
                {allow}
                <OneList list=List::Models entries=models/>
                <OneList list=List::Origins entries=origins/>
            };
            (keys, others)
        })
        .unzip();
    let own = own.map(|keys| {
        let about = match allows_own {
            true => text!("connections-own-about"),
            false => text!("connections-own-rest"),
        };
        view! {
            <Keys keys whose=Whose::Own title=text!("connections-own") about may_give=allows_own/>
        }
    });
    view! {
        <FormDocument title=text!("connections-title") style_sheet>
            <FormMessage done/>
            {nothing}
            {of_all}
            {own}
            {others}
            <p><a href="/">{text!("keys-back")}</a></p>
        </FormDocument>
    }
}

/// The keys for everybody, or the person's own.
#[component]
fn Keys(
    keys: Vec<HeldKey>,
    whose: Whose,
    title: String,
    about: String,
    may_give: bool,
) -> impl IntoView {
    let keys = keys.into_iter().map(|key| view! { <OneKey key whose may_give/> }).collect_view();
    let heading = title.clone();
    view! {
        <section aria-label=title>
            <h2>{heading}</h2>
            <p>{about}</p>
            {keys}
        </section>
    }
}

#[component]
fn FormMessage(done: ProviderKeyFormResult) -> impl IntoView {
    let role = if done.is_refusal() { "alert" } else { "status" };
    let (words, connection) = match done {
        ProviderKeyFormResult::Nothing => return ().into_any(),
        ProviderKeyFormResult::Saved => (text!("connections-saved"), None),
        ProviderKeyFormResult::Wrong(List::Models, entry) => {
            (text!("connections-wrong-model", entry = entry), None)
        }
        ProviderKeyFormResult::Wrong(List::Origins, entry) => {
            (text!("connections-wrong-origin", entry = entry), None)
        }
        ProviderKeyFormResult::TooMany => (text!("connections-too-many"), None),
        ProviderKeyFormResult::NotAllowed => (text!("connections-own-off"), None),
        ProviderKeyFormResult::Removed(Whose::All, kind) => {
            (text!("connections-key-removed", provider = kind.title()), None)
        }
        ProviderKeyFormResult::Removed(Whose::Own, kind) => {
            (text!("connections-own-removed", provider = kind.title()), None)
        }
        ProviderKeyFormResult::Given(whose, kind, given) => {
            let provider = kind.title();
            match given {
                KeyOutcome::Kept(connection) => {
                    let words = match whose {
                        Whose::All => text!("connections-key-kept", provider = provider),
                        Whose::Own => text!("connections-own-kept", provider = provider),
                    };
                    (words, Some(connection))
                }
                KeyOutcome::Refused(connection) => {
                    (text!("connections-key-refused", provider = provider), Some(connection))
                }
                KeyOutcome::NoKey => (text!("connections-no-such-key"), None),
                KeyOutcome::Configured => (text!("connections-key-configured"), None),
                KeyOutcome::NoSeal => (text!("connections-no-seal"), None),
                KeyOutcome::TooOften => (text!("connections-too-often"), None),
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

/// The provider's report about a key.
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
fn OneKey(key: HeldKey, whose: Whose, may_give: bool) -> impl IntoView {
    let HeldKey { connection, held } = key;
    let kind = connection.provider;
    let (title, prefix) = (kind.title(), kind.prefix());
    let words = match held {
        // Nobody may use it now, which is no fault of its seal.
        KeySource::Unreadable if !may_give => text!("connections-key-given"),
        KeySource::Nowhere => text!("connections-no-key"),
        KeySource::Configured(variable) => text!("connections-key-in", variable = variable),
        KeySource::Given => text!("connections-key-given"),
        KeySource::Unreadable => text!("connections-key-unreadable"),
    };
    let state = (held == KeySource::Given).then(|| match connection.state {
        ConnectionState::Ready => text!("connections-ready"),
        ConnectionState::Failed => text!("connections-failed"),
        _ => text!("connections-unchecked"),
    });
    let words = [Some(words), state].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let (action, remove_action, label, section) = match whose {
        Whose::All => (
            "/connections/key",
            "/connections/key/remove",
            text!("connections-key-of", provider = title),
            title.to_owned(),
        ),
        Whose::Own => (
            "/connections/own-key",
            "/connections/own-key/remove",
            text!("connections-own-key-of", provider = title),
            text!("connections-own-key-of", provider = title),
        ),
    };
    let is_kept = matches!(held, KeySource::Given | KeySource::Unreadable);
    let remove = is_kept.then(|| {
        view! {
            <form method="post" action=remove_action>
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
    let id = match whose {
        Whose::All => format!("key-{prefix}"),
        Whose::Own => format!("own-key-{prefix}"),
    };
    let give = (may_give && !matches!(held, KeySource::Configured(_))).then(|| {
        view! {
            <form class="keys__new" method="post" action=action>
                <input type="hidden" name="provider" value=prefix/>
                <label class="field__label" for=id.clone()>{label}</label>
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
        <section aria-label=section>
            <h3>{title}</h3>
            <div class="connections__head">
                <span class="connections__state">{words}</span>
                {remove}
            </div>
            {give}
        </section>
    }
}
