//! The form, drawn for another model or filled in with an earlier request.

use axum::http::StatusCode;
use easel::generation::{FileReference, InputValue, Inputs, ModelReference, Request};

use crate::site::{Answer, Site};

/// A form as its HTML.
pub struct Form(String);

impl Form {
    pub fn of(answer: Answer) -> Self {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        Self(answer.text())
    }

    /// An attribute of the whole form; none of the tests has a quote in it.
    pub fn attribute(&self, name: &str) -> Option<String> {
        attribute(self.0.split('>').next()?, name)
    }

    /// What stands in the control of the input `name`, where it is set.
    pub fn set(&self, name: &str) -> Option<String> {
        let (_, field) = self.0.split_once(&format!("data-field=\"{name}\""))?;
        let (tag, inside) = field.split_once('>')?;
        tag.contains("data-set").then_some(())?;
        let control = inside.split('<').find(|tag| tag.contains("data-control"))?;
        attribute(control, "value").or_else(|| Some(control.split_once('>')?.1.trim().to_owned()))
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(value.split('"').next()?.to_owned())
}

async fn drawn(site: &Site, model: &str, inputs: &[(&str, InputValue)]) -> Form {
    let inputs = inputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let request = Request {
        model: model.parse::<ModelReference>().unwrap(),
        prompt: String::new(),
        inputs: inputs.collect::<Inputs>(),
    };
    let body = postcard::to_allocvec(&request).unwrap();
    Form::of(site.browser().await.post_bytes("/form", body).await)
}

#[tokio::test]
async fn what_a_model_takes_too_is_kept() {
    let site = Site::new().await;
    let inputs = [("width", InputValue::Integer(640)), ("sampler", InputValue::Boolean(true))];
    let form = drawn(&site, "demo", &inputs).await;
    assert_eq!(form.set("width").as_deref(), Some("640"));
    assert_eq!(form.set("height"), None);
    assert!(!form.0.contains("sampler"));
    // The prompt stays what the person types.
    assert_eq!(form.attribute("data-prompt"), None);
}

#[tokio::test]
async fn nothing_is_lost_while_a_model_cannot_be_described() {
    let site = Site::new().await;
    let url = "https://example.com/fox.png";
    let inputs = [
        ("seed", InputValue::Integer(9_007_199_254_740_993)),
        ("strength", InputValue::Number(0.25)),
        ("words", InputValue::Text("</textarea> & co".to_owned())),
        ("image", InputValue::File(FileReference::Url(url.to_owned()))),
    ];
    let form = drawn(&site, "space:http://127.0.0.1:9/", &inputs).await;
    assert!(form.0.contains("EASEL_ALLOWED_ORIGINS"), "{}", form.0);
    assert_eq!(form.set("seed").as_deref(), Some("9007199254740993"));
    assert_eq!(form.set("strength").as_deref(), Some("0.25"));
    assert_eq!(form.set("words").as_deref(), Some("&lt;/textarea&gt; &amp; co"));
    assert!(form.0.contains(&format!("data-url=\"{url}\"")));
}

#[tokio::test]
async fn a_generation_fills_the_form_of_its_owner_only() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a red fox").await;
    let form = Form::of(browser.get(&format!("/form?generation={id}")).await);
    assert_eq!(form.attribute("data-prompt").as_deref(), Some("a red fox"));
    assert_eq!(form.set("seed"), None);
    // The seed that was told.
    let form = Form::of(browser.get(&format!("/form?generation={id}&seed=same")).await);
    assert_eq!(form.set("seed").as_deref(), Some("42"));
    let form = Form::of(browser.get(&format!("/form?generation={id}&seed=new")).await);
    assert_eq!(form.set("seed"), None);

    let other = site.browser().await.get(&format!("/form?generation={id}")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nonsense_is_refused() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let answer = browser.post_bytes("/form", b"{}".to_vec()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let answer = browser.get("/form/file").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
