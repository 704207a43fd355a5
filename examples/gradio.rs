//! The Gradio client used alone: connects to an app, lists what it can do, runs an endpoint and
//! prints what happens.
//!
//! ```sh
//! cargo run --features ssr --example gradio -- https://owner-name.hf.space
//! cargo run --features ssr --example gradio -- http://127.0.0.1:7860 /infer '{"prompt": "a fox"}'
//! ```

use std::{collections::BTreeMap, env, process::ExitCode};

use easel::server::{
    config::Key,
    fault::Fault,
    outbound::guard::Guard,
    provider::space::client::{App, JobEvent, Network},
};
use serde_json::Value;
use url::Url;

const USAGE: &str = "usage: gradio ADDRESS [ENDPOINT [INPUTS AS A JSON OBJECT]]";

#[tokio::main]
async fn main() -> ExitCode {
    match run(&env::args().skip(1).collect::<Vec<_>>()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let address: Url = arguments.first().ok_or(USAGE)?.parse()?;
    let endpoint = arguments.get(1).map(String::as_str);
    let inputs: BTreeMap<String, Value> = match arguments.get(2) {
        Some(inputs) => serde_json::from_str(inputs)?,
        None => BTreeMap::new(),
    };
    let app = connect(address).await?;
    println!("{}, Gradio {}", app.title(), app.version());
    match endpoint {
        Some(endpoint) => paint(&app, endpoint, inputs).await?,
        None => list(&app),
    }
    Ok(())
}

/// Whoever types an address here trusts it, so it may be on the own network. A token would go to
/// the Hub, and to Spaces that need it.
async fn connect(address: Url) -> Result<App, Fault> {
    let hub: Url = "https://huggingface.co".parse().expect("an address");
    let guard = Guard::new([address.clone(), hub.clone()]);
    let network = Network { guard, token: Key::default(), hub };
    App::connect(network, &address, None).await
}

fn list(app: &App) {
    for endpoint in app.view_api() {
        println!("{}", endpoint.title());
        for parameter in &endpoint.parameters {
            println!("    {}: {}", parameter.name, parameter.label);
        }
    }
}

/// Dropping the job before its end would cancel it at the app.
async fn paint(app: &App, endpoint: &str, inputs: BTreeMap<String, Value>) -> Result<(), Fault> {
    let endpoint = app.endpoint(Some(endpoint))?;
    let mut job = app.submit(endpoint, endpoint.data(inputs)?).await?;
    while let Some(event) = job.next().await {
        match event? {
            JobEvent::Queued { rank: Some(rank), .. } => println!("{rank} jobs are ahead"),
            JobEvent::Queued { rank: None, .. } => println!("queued"),
            JobEvent::Started => println!("started"),
            JobEvent::Progress(bars) => {
                for bar in bars {
                    let number = |number: Option<f64>| number.map_or("?".into(), |n| n.to_string());
                    println!("{} of {}", number(bar.index), number(bar.length));
                }
            }
            JobEvent::Log { level, text } => println!("{level}: {text}"),
            JobEvent::Output(values) => println!("so far: {}", Value::from(values.to_vec())),
            JobEvent::Completed(values) => println!("{}", Value::from(values)),
        }
    }
    Ok(())
}
