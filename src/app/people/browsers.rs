//! The browsers that a person is signed in with.

use leptos::prelude::*;

use crate::{
    language::text,
    server::{api_keys::day, store::PersonBrowser},
};

/// The list of browsers, each with a button to sign out.
#[component]
pub fn Browsers(
    browsers: Vec<PersonBrowser>,
    /// The digest of the browser that sent the request.
    current: String,
) -> impl IntoView {
    let browsers = browsers.into_iter().map(|browser| {
        let is_this = browser.digest == current;
        view! { <One browser is_this/> }
    });
    view! {
        <section aria-label=text!("people-browsers")>
            <h2>{text!("people-browsers")}</h2>
            <ul class="connections__list">{browsers.collect_view()}</ul>
            <form method="post" action="/people/sign-out">
                <input type="hidden" name="browser" value="all"/>
                <button type="submit" class="chip">{text!("people-sign-out-everywhere")}</button>
            </form>
        </section>
    }
}

#[component]
fn One(browser: PersonBrowser, is_this: bool) -> impl IntoView {
    let name = called(&browser.agent);
    let mut facts = vec![text!("people-signed-in-on", day = day(browser.created_ms))];
    facts.push(match is_this {
        true => text!("people-this-browser"),
        false => text!("keys-used-on", day = day(browser.used_ms)),
    });
    view! {
        <li class="connections__way">
            <form class="connections__head" method="post" action="/people/sign-out">
                <strong class="connections__name">{name.clone()}</strong>
                <span class="connections__state">{facts.join(" · ")}</span>
                <input type="hidden" name="browser" value=browser.digest/>
                <button
                    type="submit"
                    class="chip"
                    aria-label=text!("people-sign-out-of", browser = name)
                >
                    {text!("people-sign-out")}
                </button>
            </form>
        </li>
    }
}

/// The browser and system names from a `User-Agent`.
fn called(agent: &str) -> String {
    // Browsers that also contain other browsers' names come first.
    let programs = [
        ("Edg", "Edge"),
        ("OPR", "Opera"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari", "Safari"),
    ];
    let systems = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let known = |names: &[(&str, &'static str)]| {
        names.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name)
    };
    let words: Vec<_> = [known(&programs), known(&systems)].into_iter().flatten().collect();
    if words.is_empty() { text!("people-some-browser") } else { words.join(" · ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox · Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
              Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge · Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
              (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            ("curl/8.0", "A browser"),
        ] {
            assert_eq!(called(agent), name);
        }
    }
}
