//! Queries server-drawn HTML like a person does: by role and name.

use axum::http::{Method, StatusCode};
use easel::{
    app,
    error::GenerateError,
    generation::{
        Draft,
        contract::{Fill, FormState, Part, State},
    },
    server::{access::Caller, client_address::ClientAddress, visitors::Asker},
};
use scraper::{ElementRef, Html, Selector};

use crate::site::{Browser, Site};

/// A drawn part of the page, with its state.
pub struct Drawn {
    pub html: String,
    pub state: State,
    tree: Html,
}

pub fn asker(browser: &Browser<'_>, caller: Caller) -> Asker {
    Asker {
        session: browser.session.clone(),
        caller,
        address: ClientAddress::new("192.0.2.1".parse().unwrap()),
        is_new: false,
        key: None,
    }
}

/// Draws `part` for the operator.
pub async fn draw(site: &Site, browser: &Browser<'_>, part: Part) -> Drawn {
    draw_for(site, &asker(browser, Caller::Operator), part).await.unwrap()
}

pub async fn draw_for(site: &Site, asker: &Asker, part: Part) -> Result<Drawn, GenerateError> {
    let drawn = app::draw(&site.state, asker, part).await?;
    let html = drawn.html.0;
    Ok(Drawn { tree: Html::parse_fragment(&html), html, state: drawn.state })
}

/// The form of `model` with these values.
pub async fn form(site: &Site, model: &str, inputs: &[(&str, &str)], fill: Fill) -> Drawn {
    let inputs = inputs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let draft = Draft { model: model.to_owned(), prompt: String::new(), inputs: inputs.collect() };
    draw(site, &site.browser().await, Part::Form { draft, fill }).await
}

/// Uploads a file like the page does, and returns its digest.
pub async fn uploaded(browser: &Browser<'_>, bytes: &[u8]) -> String {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let answer = browser.ask(Method::POST, "/api/uploads?accept=image/*", &kind, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer: serde_json::Value = serde_json::from_slice(&answer.bytes).unwrap();
    answer["digest"].as_str().unwrap().to_owned()
}

impl Drawn {
    pub fn form(&self) -> &FormState {
        let State::Form(form) = &self.state else { panic!("{:?}", self.state) };
        form
    }

    fn all<'a>(&'a self, selector: &str) -> Vec<ElementRef<'a>> {
        self.tree.select(&Selector::parse(selector).unwrap()).collect()
    }

    fn with_id(&self, id: &str) -> Option<ElementRef<'_>> {
        self.all("[id]").into_iter().find(|element| element.attr("id") == Some(id))
    }

    /// The accessible name of a control.
    fn name(&self, element: ElementRef<'_>) -> String {
        let of_label = || {
            let labels = self.all("label[for]").into_iter();
            let mut own = labels.filter(|label| label.attr("for") == element.attr("id"));
            own.next().map(words)
        };
        let by = element.attr("aria-labelledby").and_then(|id| self.with_id(id)).map(words);
        let own = element.attr("aria-label").map(str::to_owned);
        by.or(own).or_else(of_label).unwrap_or_else(|| words(element))
    }

    /// The control with the label `label`.
    pub fn control(&self, label: &str) -> Option<ElementRef<'_>> {
        let mut controls = self.all("input:not([type=hidden]), select, textarea").into_iter();
        controls.find(|control| self.name(*control) == label)
    }

    /// The text in the control with the label `label`.
    pub fn text(&self, label: &str) -> String {
        let control = self.control(label).unwrap_or_else(|| panic!("no {label}: {}", self.html));
        match control.value().name() {
            "textarea" => control.text().collect::<String>().trim().to_owned(),
            "select" => {
                let selector = Selector::parse("option[selected]").unwrap();
                let chosen = control.select(&selector).next();
                chosen.and_then(|option| option.attr("value")).unwrap_or_default().to_owned()
            }
            _ => control.attr("value").unwrap_or_default().to_owned(),
        }
    }

    /// The description of the control with the label `label`.
    pub fn description(&self, label: &str) -> String {
        let control = self.control(label).unwrap();
        let by = control.attr("aria-describedby").and_then(|id| self.with_id(id));
        by.map(words).unwrap_or_default()
    }

    /// The values of the hidden inputs with this name.
    pub fn hidden(&self, name: &str) -> Vec<String> {
        let hidden = self.all("input[type=hidden]").into_iter();
        let own = hidden.filter(|input| input.attr("name") == Some(name));
        own.map(|input| input.attr("value").unwrap_or_default().to_owned()).collect()
    }

    pub fn button(&self, name: &str) -> Option<ElementRef<'_>> {
        self.all("button").into_iter().find(|button| self.name(*button) == name)
    }

    /// The texts of all elements with this role.
    pub fn with_role(&self, role: &str) -> Vec<String> {
        self.all(&format!("[role={role}]")).into_iter().map(words).collect()
    }

    /// The names of all controls from top to bottom.
    pub fn labels(&self) -> Vec<String> {
        let controls = self.all("input:not([type=hidden]):not([type=range]), select, textarea");
        controls.into_iter().map(|control| self.name(control)).collect()
    }
}

/// The text of an element, with single spaces.
pub fn words(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The texts of all elements of a page that match `selector`.
pub fn texts(html: &str, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    Html::parse_document(html).select(&selector).map(words).collect()
}

/// An attribute of the first element of a page that matches `selector`.
pub fn attribute(html: &str, selector: &str, attribute: &str) -> Option<String> {
    let selector = Selector::parse(selector).unwrap();
    let page = Html::parse_document(html);
    let element = page.select(&selector).next()?;
    element.attr(attribute).map(str::to_owned)
}
