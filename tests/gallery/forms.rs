//! The form for another model, or filled from an earlier request; the list of models; the
//! connections.

use easel::{
    error::GenerateError,
    generation::{
        ConnectionState, FieldError,
        contract::{FieldAct, Fill, ModelsQuery, Part, SeedUse, State},
    },
    server::access::Caller,
};

use crate::{
    drawn::{asker, draw, draw_for, form, uploaded},
    site::Site,
};

/// An address without a listener.
const HUB: (&str, &str) = ("HF_ENDPOINT", "http://127.0.0.1:9");

#[tokio::test]
async fn what_all_models_share_comes_first_and_shows_what_it_stands_for() {
    let site = Site::new().await;
    let drawn = form(&site, "demo", &[], Fill::Keep).await;
    assert_eq!(drawn.labels(), ["Width", "Height", "Seed", "Steps", "Style"]);
    assert_eq!((drawn.text("Width").as_str(), drawn.text("Seed").as_str()), ("1024", ""));
    assert_eq!(drawn.text("Style"), "auto");
    assert_eq!(drawn.button("1:1").unwrap().attr("aria-pressed"), Some("true"));
    assert_eq!(drawn.button("16:9").unwrap().attr("aria-pressed"), Some("false"));
    assert_eq!(drawn.button("New each time").unwrap().attr("aria-pressed"), Some("true"));
    assert!(drawn.html.contains("1.05 MP"));
    // Only inputs that the person set have a visible reset button.
    let reset = drawn.button("Steps: reset to 20").unwrap();
    assert!(reset.attr("hidden").is_some());
    let state = drawn.form();
    assert_eq!((state.model.as_str(), state.seed.as_deref()), ("demo", Some("seed")));
    assert!(state.defaults.contains(&("steps".to_owned(), "20".to_owned())));
    assert_eq!(state.prompt, None);
}

#[tokio::test]
async fn what_a_model_takes_too_is_kept() {
    let site = Site::new().await;
    let inputs = [("width", "640"), ("height", "1024"), ("sampler", "Euler"), ("seed", "7")];
    let drawn = form(&site, "demo", &inputs, Fill::Keep).await;
    assert_eq!((drawn.text("Width"), drawn.text("Height")), ("640".into(), "1024".into()));
    assert_eq!(drawn.button("Keep the last").unwrap().attr("aria-pressed"), Some("true"));
    assert!(!drawn.html.contains("Euler"));
    let swap = drawn.button("Swap width and height").unwrap().attr("value").unwrap();
    let Some(FieldAct::Set(sides)) = FieldAct::of_value(swap) else { panic!("{swap:?}") };
    assert_eq!(sides, [("width".into(), "1024".into()), ("height".into(), "640".into())]);
    // All inputs are reset to the provider's defaults.
    let drawn = form(&site, "demo", &inputs, Fill::Reset).await;
    assert_eq!((drawn.text("Width").as_str(), drawn.text("Seed").as_str()), ("1024", ""));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_input_with_what_was_typed() {
    let site = Site::new().await;
    let errors = vec![
        FieldError::new("steps", "Steps must be from 1 to 50."),
        FieldError::new("width", "Width must be a whole number."),
        FieldError::new("prompt", "Type what the picture should show."),
        FieldError::new("gone", "The model has no input “gone”."),
    ];
    let inputs = [("steps", "99"), ("width", "12.5")];
    let drawn = form(&site, "demo", &inputs, Fill::Errors(errors)).await;
    assert_eq!(drawn.text("Steps"), "99");
    assert_eq!(drawn.control("Steps").unwrap().attr("aria-invalid"), Some("true"));
    assert_eq!(drawn.description("Steps"), "Steps must be from 1 to 50.");
    assert_eq!(drawn.description("Width"), "Width must be a whole number.");
    assert_eq!(drawn.control("Height").unwrap().attr("aria-invalid"), None);
    assert_eq!(drawn.with_role("alert"), ["The model has no input “gone”."]);
    // The first error from the top of the form, rather than of the schema.
    assert_eq!(drawn.form().first_error.as_deref(), drawn.control("Width").unwrap().attr("id"));
    assert!(drawn.form().prompt_error.is_some());
}

#[tokio::test]
async fn nothing_is_lost_while_a_model_cannot_be_described() {
    let site = Site::new().await;
    let url = "https://example.com/fox.png";
    let inputs = [("seed", "9007199254740993"), ("words", "</textarea> & \"co\""), ("image", url)];
    let drawn = form(&site, "space:http://127.0.0.1:9/", &inputs, Fill::Keep).await;
    let alert = drawn.with_role("alert").join(" ");
    assert!(alert.contains("EASEL_ALLOWED_ORIGINS"), "{alert}");
    let again = drawn.button("Try again").unwrap().attr("value").unwrap();
    assert_eq!(FieldAct::of_value(again), Some(FieldAct::Again));
    for (name, text) in inputs {
        assert_eq!(drawn.hidden(&format!("input:{name}")), [text]);
    }
    // Typed text is not markup.
    assert!(!drawn.html.contains("</textarea> & "), "{}", drawn.html);
}

#[tokio::test]
async fn a_text_that_names_no_model_is_told_as_such() {
    let site = Site::new().await;
    let drawn = form(&site, "nobody:<b>", &[], Fill::Keep).await;
    let alert = drawn.with_role("alert").join(" ");
    assert!(alert.contains("<b>") && !drawn.html.contains("<b>"), "{}", drawn.html);
}

#[tokio::test]
async fn a_generation_fills_the_form_of_its_owner_only() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a red fox").await;
    let part = |seed| Part::FormOf { generation: id.clone(), seed };
    let drawn = draw(&site, &browser, part(SeedUse::AsItWas)).await;
    assert_eq!(drawn.form().prompt.as_deref(), Some("a red fox"));
    assert_eq!(drawn.text("Seed"), "");
    // The seed that the provider reported.
    assert_eq!(draw(&site, &browser, part(SeedUse::Same)).await.text("Seed"), "42");
    assert_eq!(draw(&site, &browser, part(SeedUse::New)).await.text("Seed"), "");

    let other = site.browser().await;
    let refused = draw_for(&site, &asker(&other, Caller::Operator), part(SeedUse::Same)).await;
    assert_eq!(refused.err(), Some(GenerateError::NotFound));
}

#[tokio::test]
async fn the_seed_of_the_last_picture_is_at_hand() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let part = || {
        let draft = easel::generation::Draft { model: "demo".to_owned(), ..Default::default() };
        Part::Form { draft, fill: Fill::LastSeed }
    };
    let drawn = draw(&site, &browser, part()).await;
    assert_eq!(drawn.text("Seed"), "");
    assert!(drawn.html.contains("No picture has reported its seed yet."));
    browser.done("a red fox").await;
    browser.failed("a bear").await;
    assert_eq!(draw(&site, &browser, part()).await.text("Seed"), "42");
}

#[tokio::test]
async fn a_picture_fills_in_what_it_says_and_leaves_the_rest() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (id, _) = browser.done("a red fox").await;
    let file = browser.get(&format!("/api/generations/{id}/download/0")).await.bytes;
    let digest = uploaded(&browser, &file).await;
    let draft = easel::generation::Draft {
        model: "demo".to_owned(),
        inputs: vec![("steps".to_owned(), "5".to_owned())],
        ..Default::default()
    };
    let part = Part::FormOfPicture { draft, digest };
    let drawn = draw(&site, &browser, part.clone()).await;
    assert_eq!(drawn.form().prompt.as_deref(), Some("a red fox"));
    // Inputs that the file does not mention stay.
    assert_eq!(drawn.text("Steps"), "5");
    let other = site.browser().await;
    let refused = draw_for(&site, &asker(&other, Caller::Operator), part).await;
    assert_eq!(refused.err(), Some(GenerateError::NotFound));
}

fn models(query: &str) -> ModelsQuery {
    ModelsQuery { query: query.to_owned(), ..ModelsQuery::default() }
}

#[tokio::test]
async fn models_stand_in_groups_with_their_names_and_references() {
    let site = Site::with(&[HUB, ("EASEL_MODELS", "demo, hf:a/b")]).await;
    let browser = site.browser().await;
    let mut query = models("");
    query.recent =
        "hf:a/b\ta/b\nspace:http://127.0.0.1:7860\tFLUX.1 <b>\nnonsense\tx\n\n".to_owned();
    let drawn = draw(&site, &browser, Part::Models(query.clone())).await;
    let State::Models(state) = &drawn.state else { panic!("{:?}", drawn.state) };
    assert_eq!(state.references[..3], ["demo", "hf:a/b", "space:http://127.0.0.1:7860"]);
    let options = drawn.with_role("option");
    assert_eq!(options.len(), state.references.len());
    assert!(options[1].contains("a/b Hugging Face"), "{}", options[1]);
    assert!(options[2].contains("FLUX.1 <b> Gradio Space · 127.0.0.1:7860"), "{}", options[2]);
    let groups = drawn.with_role("group");
    assert!(groups[0].starts_with("Yours") && groups[1].starts_with("Recent"), "{groups:?}");
    // The panel reports unreachable providers; their own text unfolds.
    let notice = &state.foot.0;
    assert!(notice.contains("Offline: showing Easel's built-in list."), "{notice}");

    // The numbers of the next page continue, and no option repeats.
    query.seen = state.references.clone();
    let next = draw(&site, &browser, Part::Models(query)).await;
    assert_eq!(next.with_role("option"), Vec::<String>::new());
}

#[tokio::test]
async fn visitors_find_what_is_on_offer() {
    let open = ("EASEL_ACCESS", "open");
    let site = Site::with(&[open, HUB, ("EASEL_MODELS", "demo, hf:a/b")]).await;
    let browser = site.browser().await;
    let visitor = asker(&browser, Caller::Visitor);
    let found = async |query: &str| {
        let drawn = draw_for(&site, &visitor, Part::Models(models(query))).await.unwrap();
        let State::Models(state) = drawn.state else { panic!("{:?}", drawn.state) };
        state.references
    };
    assert_eq!(found("").await, ["demo", "hf:a/b"]);
    assert_eq!(found("A/B").await, ["hf:a/b"]);
    assert!(found("flux").await.is_empty());
}

#[tokio::test]
async fn connections_tell_the_operator_more_than_a_visitor() {
    let key = ("HF_AUTH_KEY", "hf_notarealkeyatall");
    let site = Site::with(&[("EASEL_ACCESS", "open"), HUB, key]).await;
    let browser = site.browser().await;
    let part = || Part::Connections { check: String::new() };
    let drawn = draw(&site, &browser, part()).await;
    assert!(drawn.button("Check Hugging Face").is_some());
    assert!(drawn.button("Check Replicate").is_none());
    assert!(drawn.html.contains("/session") && !drawn.html.contains("notarealkey"));
    assert_eq!(drawn.state, State::Connections(ConnectionState::Unchecked));
    let visitor = asker(&browser, Caller::Visitor);
    let drawn = draw_for(&site, &visitor, part()).await.unwrap();
    assert!(drawn.button("Check Hugging Face").is_none());
}

#[tokio::test]
async fn the_dialog_of_a_copy_tells_what_is_typed_costs() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let copy = [
        ("model", "space:a/b"),
        ("space", "a/b"),
        ("hardware", "a10g-small"),
        ("minutes", "30"),
        ("most", "1.5"),
        ("nonsense", "x"),
    ];
    let copy = copy.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let drawn = draw(&site, &browser, Part::SpaceCopy(copy.clone())).await;
    assert!(drawn.html.contains("Duplicate a/b"), "{}", drawn.html);
    assert_eq!(drawn.text("Hardware"), "a10g-small");
    assert_eq!(drawn.text("What an hour may cost, in US dollars"), "1.5");
    assert!(drawn.html.contains("30 min after its last use"), "{}", drawn.html);
    let visitor = asker(&browser, Caller::Visitor);
    let refused = draw_for(&site, &visitor, Part::SpaceCopy(copy)).await;
    assert_eq!(refused.err(), Some(GenerateError::NotFound));
}
