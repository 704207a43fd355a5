//! Dedicated endpoints that are not running: switched off, asleep, or in front of a page.

use std::sync::Arc;

use axum::{http::StatusCode, response::IntoResponse};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use easel::{
    app,
    error::{Billed, EndpointState, GenerateError},
    generation::{Event, Output, OutputValue},
    server::{
        fault::Fault,
        provider::{Answer, Provider, Updates, hf::Hf},
    },
};

use crate::{
    classic::endpoint,
    fixture::{PNG, RecordedUpdates, job, run},
};

const OFF: (StatusCode, &str) =
    (StatusCode::BAD_REQUEST, r#"{"error":"Bad Request: Invalid state"}"#);

fn page(status: StatusCode) -> (StatusCode, [(&'static str, &'static str); 1], String) {
    let title = status.to_string();
    let page = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    (status, [("content-type", "text/html")], page)
}

fn waits(said: &RecordedUpdates) -> Vec<String> {
    let events = said.events.lock().unwrap();
    events
        .iter()
        .filter_map(|event| match event {
            Event::Waking { stage } => Some(stage.clone()),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_paused_endpoint_is_asked_once_and_no_input_is_blamed() {
    let (peer, hf, model) = endpoint().await;
    peer.then(OFF).then(PNG);
    let error = run(&hf, &model).await.0.unwrap_err();
    let Fault::EndpointOff { state: EndpointState::Off, host, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(host, "127.0.0.1");
    let error = GenerateError::from(error);
    assert_eq!(error.billed(), Billed::No);
    let told = app::plain(&error);
    assert!(told.contains("paused") && told.contains("Resume"), "{told}");
    assert!(!told.contains("input"), "{told}");
    assert_eq!(app::link(&error).unwrap().1, "https://endpoints.huggingface.co/");
    assert_eq!(peer.heard().len(), 1);
}

#[tokio::test]
async fn an_endpoint_scaled_to_zero_is_waited_for_and_paints_once() {
    let (peer, hf, model) = endpoint().await;
    let busy = (StatusCode::SERVICE_UNAVAILABLE, r#"{"error":"503 Service Unavailable"}"#);
    peer.then(page(StatusCode::BAD_GATEWAY))
        .then(page(StatusCode::SERVICE_UNAVAILABLE))
        .then(busy)
        .then((StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"))
        .then(PNG);
    let (answer, said) = run(&hf, &model).await;
    assert!(matches!(answer, Ok(Answer::Images { .. })), "{answer:?}");
    assert_eq!(peer.heard().len(), 5);
    let waits = waits(&said);
    assert_eq!(waits.len(), 4);
    assert!(waits[0].starts_with("127.0.0.1 is starting"), "{waits:?}");
    assert_eq!(said.notices(), [""; 0]);
}

#[tokio::test]
async fn an_endpoint_that_never_wakes_is_given_up_with_the_time_that_was_waited() {
    let (peer, hf, model) = endpoint().await;
    peer.always(|_| Some(page(StatusCode::SERVICE_UNAVAILABLE).into_response()));
    let (answer, said) = run(&hf, &model).await;
    let Err(error @ Fault::Asleep { .. }) = answer else { panic!("{answer:?}") };
    let calls = peer.heard().len();
    assert!((6..12).contains(&calls), "{calls}");
    assert_eq!(waits(&said).len(), calls - 1);
    let detail = error.detail().unwrap();
    assert!(detail.contains(&format!("{calls} times in 0 s")), "{detail}");
    assert!(detail.ends_with("503 Service Unavailable"), "{detail}");
    assert_eq!(error.effect(), Billed::No);
}

#[tokio::test]
async fn an_endpoint_that_is_switched_off_while_it_is_waited_for_is_told_as_that() {
    let (peer, hf, model) = endpoint().await;
    peer.then(page(StatusCode::SERVICE_UNAVAILABLE)).then(OFF);
    let (answer, _) = run(&hf, &model).await;
    assert!(matches!(answer, Err(Fault::EndpointOff { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_wait_ends_with_the_attempt() {
    let (peer, hf, model) = endpoint().await;
    peer.always(|_| Some(page(StatusCode::SERVICE_UNAVAILABLE).into_response()));
    let peer_of_it = peer.clone();
    let attempt = tokio::spawn(async move { ask(&hf, &model).await });
    peer_of_it.until("POST /models/x").await;
    attempt.abort();
    assert!(attempt.await.unwrap_err().is_cancelled());
    let calls = peer.heard().len();
    tokio::task::yield_now().await;
    assert!(peer.heard().len() <= calls + 1);
}

async fn ask(hf: &Hf, model: &str) -> bool {
    let updates = Updates::new(Arc::new(RecordedUpdates::default()));
    hf.generate(job(model, Default::default()), updates).await.is_ok()
}

#[tokio::test]
async fn a_page_is_told_by_status_and_title() {
    for (status, page, words) in [
        (500, "<html><title>Oops</title></html>", "500 Internal Server Error · Oops"),
        (500, "<!-- x --><html><title>500 Oops</title>", "500 Oops"),
        (418, "<center><h1>No</h1></center>", "418 I'm a teapot · No"),
    ] {
        let (peer, hf, model) = endpoint().await;
        peer.then((StatusCode::from_u16(status).unwrap(), page));
        let error = run(&hf, &model).await.0.unwrap_err();
        assert_eq!(error.detail(), Some(words), "{page}");
    }
}

#[tokio::test]
async fn what_is_too_large_for_an_endpoint_is_told_with_what_to_do() {
    for (page, words) in [
        (
            "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body></body></html>",
            "413 Request Entity Too Large",
        ),
        ("<center><h1>Too much</h1></center>", "413 Payload Too Large · Too much"),
        ("", "413 Payload Too Large"),
    ] {
        let (peer, hf, model) = endpoint().await;
        peer.then((StatusCode::PAYLOAD_TOO_LARGE, page));
        let error = run(&hf, &model).await.0.unwrap_err();
        let Fault::InputRejected { detail, .. } = &error else { panic!("{error:?}") };
        assert!(detail.contains("use a smaller picture"), "{detail}");
        assert!(detail.ends_with(words) && !detail.contains('<'), "{detail}");
    }
}

#[tokio::test]
async fn pictures_are_found_wherever_a_handler_puts_them() {
    let picture = BASE64_STANDARD.encode(PNG);
    for answer in [
        format!(r#"{{"image":"{picture}"}}"#),
        format!(r#"[{{"generated_image":"{picture}"}}]"#),
        format!(r#"{{"images":["data:image/png;base64,{picture}"]}}"#),
        format!(r#"{{"result":{{"pictures":[{{"png":"{picture}"}}]}},"took":1.5}}"#),
    ] {
        let (peer, hf, model) = endpoint().await;
        peer.then(answer.clone());
        let (made, _) = run(&hf, &model).await;
        let Ok(Answer::Images { images, .. }) = made else { panic!("{answer}: {made:?}") };
        assert_eq!(images.len(), 1, "{answer}");
    }
}

#[tokio::test]
async fn bytes_that_are_known_are_kept_under_their_name_and_others_as_they_came() {
    let bitmap = [b"BM".as_slice(), &[70, 0, 0, 0, 0, 0, 0, 0], &[0xff; 60]].concat();
    for (bytes, kept) in [
        (bitmap, "output.bmp"),
        (b"II*\0\x08\0\0\0\xff\xff".to_vec(), "output.tif"),
        (vec![0, 0, 1, 0, 1, 0, 16, 16, 0xff], "output.ico"),
        (vec![0xff, 0xfe, 0, 1], "output.bin"),
    ] {
        let (peer, hf, model) = endpoint().await;
        peer.then(bytes.clone());
        let (made, _) = run(&hf, &model).await;
        let Ok(Answer::Images { outputs, .. }) = made else { panic!("{kept}: {made:?}") };
        let [Output { value: OutputValue::File { name, bytes: size, .. }, .. }] = &outputs[..]
        else {
            panic!("{outputs:?}");
        };
        assert_eq!((name.as_str(), *size), (kept, bytes.len() as u64));
    }
}

#[tokio::test]
async fn words_of_an_endpoint_are_a_result() {
    let (peer, hf, model) = endpoint().await;
    peer.then(r#"[{"generated_text":"a fox in the snow"}]"#);
    let (answer, _) = run(&hf, &model).await;
    let Ok(Answer::Images { outputs, images, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!((outputs[0].words(), images.len()), ("a fox in the snow", 0));
}
