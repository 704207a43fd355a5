//! Tests which models are on offer, and in which order.

use super::*;

async fn offered(variables: &[(&str, &str)]) -> Vec<String> {
    let variable = |name: &str| {
        let found = variables.iter().find(|(variable, _)| *variable == name)?;
        Some(found.1.to_owned())
    };
    let config = Arc::new(Config::read(variable).unwrap());
    let records = Records::in_memory().await.unwrap();
    let settings = OwnerSettings::open(config.clone(), records).await.unwrap();
    let budget = Budget::new(BUDGET_BYTES);
    let providers = provider::BUILT_IN.iter().map(|opening| opening.provider(&config, &budget));
    let offering = Offering::new(&config, Registry::new(providers), settings);
    offering.models().iter().map(ToString::to_string).collect()
}

#[test]
fn a_clone_for_a_layer_is_one_pointer() {
    assert_eq!(size_of::<AppState>(), size_of::<usize>());
}

#[tokio::test]
async fn the_model_of_hf_model_comes_first_and_none_comes_twice() {
    assert_eq!(offered(&[]).await, ["demo"]);
    assert_eq!(offered(&[("HF_MODEL", "a/b")]).await, ["hf:a/b", "demo"]);
    assert_eq!(
        offered(&[("HF_MODEL", "a/b"), ("EASEL_MODELS", "demo, hf:a/b, hf:a/b@fal-ai")]).await,
        ["hf:a/b", "demo", "hf:a/b@fal-ai"]
    );
}

#[tokio::test]
async fn an_address_of_the_retired_host_is_offered_as_its_model() {
    let retired = "https://api-inference.huggingface.co/models/a/b";
    assert_eq!(offered(&[("HF_MODEL", retired)]).await, ["hf:a/b", "demo"]);
    assert_eq!(
        offered(&[("EASEL_MODELS", &format!("demo, hf:{retired}"))]).await,
        ["demo", "hf:a/b"]
    );
}

#[tokio::test]
async fn an_endpoint_is_offered_as_it_is_written() {
    let endpoint = "https://x1.us-east-1.aws.endpoints.huggingface.cloud";
    assert_eq!(offered(&[("HF_MODEL", endpoint)]).await[0], format!("hf:{endpoint}"));
}
