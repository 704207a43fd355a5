//! API keys: how an operator manages them, and how tools send them.

use reqwest::Method;
use scraper::{Html, Selector};
use serde_json::json;

use crate::{
    easel::{Answer, Easel, client, new_key},
    server::Server,
};

/// What the first field of a page that matches `selector` holds.
fn value_in(html: &str, selector: &str) -> String {
    let (page, selector) = (Html::parse_document(html), Selector::parse(selector).unwrap());
    let field = page.select(&selector).next().unwrap_or_else(|| panic!("no field: {html}"));
    field.attr("value").unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_listed_used_and_taken_back_by_command() {
    let easel = Easel::start().await;
    let key =
        new_key(&easel.folder, &["open webui", "--model", "demo", "--per-minute", "100"]).await;
    assert!(key.starts_with("sk-easel-") && key.len() == 52, "{key}");
    let again = Server::command(easel.folder.path(), &["keys", "new", "open webui"]).await;
    assert_eq!(again, (false, String::new()));

    let ask = async |name: &str, value: String| {
        let address = format!("{}/v1/models", easel.server.address);
        Answer::of(client().get(address).header(name, value).send().await.unwrap()).await
    };
    for (name, value) in [
        ("authorization", format!("Bearer {key}")),
        ("authorization", format!("bearer {key}")),
        ("api-key", key.clone()),
        ("x-api-key", key.clone()),
    ] {
        let answer = ask(name, value).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        // Only the models that the key allows.
        let models = answer.json()["data"].as_array().unwrap().len();
        assert_eq!((models, &answer.json()["data"][0]["id"]), (1, &json!("demo")));
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let login = client().get(format!("{}/v1/models", easel.server.address));
    assert_eq!(login.basic_auth("user", Some(&key)).send().await.unwrap().status(), 200);

    let (_, listed) = Server::command(easel.folder.path(), &["keys"]).await;
    assert!(listed.contains("open webui") && listed.contains("  used 20"), "{listed}");
    assert!(listed.contains("only demo  100 a minute") && !listed.contains(&key), "{listed}");
    let database = std::fs::read(easel.folder.path().join("easel.db")).unwrap();
    let wal = std::fs::read(easel.folder.path().join("easel.db-wal")).unwrap_or_default();
    for bytes in [database, wal] {
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()));
    }

    let revoke = ["keys", "revoke", "open webui"];
    assert!(Server::command(easel.folder.path(), &revoke).await.0);
    assert!(!Server::command(easel.folder.path(), &revoke).await.0);
    let answer = ask("authorization", format!("Bearer {key}")).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "invalid_api_key"));
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_told_unless_the_operator_said_so() {
    for (keyless, status) in [("off", 401), ("loopback", 200)] {
        let easel = Easel::with(&[("EASEL_API_KEYLESS", keyless)]).await;
        let address = format!("{}/v1/models", easel.server.address);
        let ask = async |name: &str, value: &str| {
            client().get(&address).header(name, value).send().await.unwrap().status().as_u16()
        };
        assert_eq!(ask("accept", "*/*").await, status);
        for (name, value) in [
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("x-forwarded-for", "192.0.2.1"),
            ("authorization", "Bearer sk-easel-wrong"),
        ] {
            assert_eq!(ask(name, value).await, 401, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_runs_what_it_is_for_as_often_as_it_may_and_sees_its_own() {
    let easel = Easel::start().await;
    let only_demo = new_key(&easel.folder, &["demo", "--model", "demo", "--per-minute", "2"]).await;
    let reader = new_key(&easel.folder, &["reader", "--read-only"]).await;
    let ask = async |key: &str, model: &str| {
        let body = json!({"model": model, "prompt": "a fox", "size": "256x256", "steps": 1});
        let request = client().post(format!("{}/images/generations", easel.base()));
        Answer::of(request.bearer_auth(key).json(&body).send().await.unwrap()).await
    };
    assert_eq!(ask(&reader, "demo").await.code(), "insufficient_scope");
    let other = ask(&only_demo, &easel.upstream.model()).await;
    assert_eq!((other.status, other.code().as_str()), (403, "insufficient_scope"));
    let made = ask(&only_demo, "demo").await;
    assert_eq!((made.status, made.header("x-ratelimit-limit-requests")), (200, "2"));
    // A new minute may begin in between.
    let mut last = ask(&only_demo, "demo").await;
    for _ in 0..3 {
        if last.status == 429 {
            break;
        }
        last = ask(&only_demo, "demo").await;
    }
    assert_eq!((last.status, last.code().as_str()), (429, "rate_limit_exceeded"));
    let seconds: u32 = last.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&seconds), "{seconds}");
    assert_eq!(last.header("x-ratelimit-remaining-requests"), "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_may_use_a_key_and_nothing_else() {
    let easel = Easel::start().await;
    let preflight = async |headers: &str| {
        let request =
            client().request(Method::OPTIONS, format!("{}/images/generations", easel.base()));
        let request = request.header("origin", "https://app.example");
        let request = request.header("access-control-request-headers", headers.to_owned());
        Answer::of(request.send().await.unwrap()).await
    };
    let asked = "authorization,content-type,x-stainless-lang";
    let allowed = preflight(asked).await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.header("access-control-allow-origin"), "*");
    assert_eq!(allowed.header("access-control-allow-headers"), asked);
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    assert_eq!(preflight("content-type").await.header("access-control-allow-origin"), "");
    let request = easel.ask(Method::GET, "/v1/models").header("origin", "https://app.example");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_makes_and_revokes_keys_in_the_page_and_a_key_is_shown_once() {
    let easel = Easel::start().await;
    let browser = reqwest::Client::builder().no_proxy().cookie_store(true).build().unwrap();
    let page = format!("{}/keys", easel.server.address);
    let post = async |path: &str, name: &str, origin: &str| {
        let request = browser.post(format!("{page}{path}")).header("origin", origin);
        Answer::of(request.form(&[("name", name)]).send().await.unwrap()).await
    };
    let own = easel.server.address.clone();
    let none = Answer::of(browser.get(&page).send().await.unwrap()).await;
    assert!(none.status == 200 && none.text.contains("API keys"), "{}", none.text);
    assert!(!none.header("content-security-policy").contains("script-src"));

    assert_eq!(post("", "webui", "http://evil.example").await.status, 403);
    let made = post("", " open <webui> ", &own).await;
    let key = value_in(&made.text, "[role=status] input");
    assert!(key.starts_with("sk-easel-"), "{key}");
    assert!(made.text.contains(&format!("IMAGES_OPENAI_API_KEY={key}")), "{}", made.text);
    assert!(!made.text.contains("<webui>"), "a name is no markup");
    assert_eq!(post("", "open <webui>", &own).await.status, 400);
    assert_eq!(post("", "  ", &own).await.status, 400);
    let again = Answer::of(browser.get(&page).send().await.unwrap()).await.text;
    assert!(again.contains("open &lt;webui&gt;") && !again.contains(&key), "{again}");

    // The picture of an API key is in the gallery of the browser that owns the key.
    let body = json!({ "model": easel.upstream.model(), "prompt": "a fox for the wall" });
    let request = client().post(format!("{}/images/generations", easel.base()));
    Answer::of(request.bearer_auth(&key).json(&body).send().await.unwrap()).await.picture();
    let wall = Answer::of(browser.get(&easel.server.address).send().await.unwrap()).await.text;
    assert!(wall.contains("a fox for the wall"), "{wall}");

    let id = value_in(&again, "form[action='/keys/revoke'] input[name=key]");
    let revoking = browser.post(format!("{page}/revoke")).header("origin", &own);
    assert_eq!(revoking.form(&[("key", id)]).send().await.unwrap().status().as_u16(), 200);
    let models = client().get(format!("{}/models", easel.base())).bearer_auth(&key);
    assert_eq!(models.send().await.unwrap().status().as_u16(), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_make_no_keys() {
    let easel = Easel::with(&[("EASEL_ACCESS", "open")]).await;
    let page = format!("{}/keys", easel.server.address);
    assert_eq!(client().get(&page).send().await.unwrap().status().as_u16(), 403);
    let made = client().post(&page).form(&[("name", "mine")]).send().await.unwrap();
    assert_eq!(made.status().as_u16(), 403);
}
