//! What the Hub reports about a token: its owner, its permissions, who could be billed. Never the
//! token itself, and no e-mail address.

use serde_json::Value;

use crate::generation::{Connection, ConnectionState, HUGGING_FACE_KEYS, ProviderKind};

const PERMISSION: &str = "inference.serverless.write";

/// The operator's settings that concern the token.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The variable that holds the token.
    pub variable: &'a str,
    /// `HF_BILL_TO`.
    pub bill_to: Option<&'a str>,
}

fn connection(state: ConnectionState, details: Vec<String>) -> Connection {
    let mut links = Vec::new();
    if state != ConnectionState::Ready {
        let words = "Make a Hugging Face token".to_owned();
        links.push((words, HUGGING_FACE_KEYS.make.to_owned()));
    }
    Connection { provider: ProviderKind::Hf, state, details, error: None, links }
}

/// There is no token.
pub fn missing(setting: Setting<'_>) -> Connection {
    let detail = format!(
        "No token. Make one with the permission “Make calls to Inference Providers”, and enter it \
         in the page or put it into {} in .env.",
        setting.variable
    );
    connection(ConnectionState::NotConfigured, vec![detail])
}

/// There is a token that was not checked yet.
pub fn unchecked(setting: Setting<'_>) -> Connection {
    let detail = format!("There is a token in {}. Check asks whose it is.", setting.variable);
    Connection { links: Vec::new(), ..connection(ConnectionState::Unchecked, vec![detail]) }
}

/// The Hub does not accept the token.
pub fn refused(setting: Setting<'_>, words: &str) -> Connection {
    let detail = format!(
        "Hugging Face does not accept the token in {}: {words}. Make a new one and put it there.",
        setting.variable
    );
    connection(ConnectionState::Failed, vec![detail])
}

/// The Hub did not respond.
pub fn unreachable(hub: &str, why: &str) -> Connection {
    let detail = format!(
        "{hub} cannot be reached ({why}). Endpoints by their address and other providers still \
         work."
    );
    Connection { links: Vec::new(), ..connection(ConnectionState::Failed, vec![detail]) }
}

/// Reads the response for an accepted token.
pub fn read(setting: Setting<'_>, json: &Value) -> Connection {
    let text = |place: &str| json.pointer(place).and_then(Value::as_str).filter(|t| !t.is_empty());
    let user = text("/name").unwrap_or("an unknown account");
    let pro = match json.get("isPro").and_then(Value::as_bool) {
        Some(true) => " (PRO)",
        _ => "",
    };
    let role = text("/auth/accessToken/role");
    let token = match text("/auth/accessToken/displayName") {
        Some(name) => format!("token “{name}”"),
        None => "a token".to_owned(),
    };
    let kind = match role {
        Some("fineGrained") => ", fine-grained",
        Some("read") => ", may read",
        Some("write") => ", may read and write",
        _ => "",
    };
    let mut details = vec![format!("Signed in as {user}{pro} with {token}{kind}.")];
    let mut links = Vec::new();

    let orgs: Vec<_> = json
        .get("orgs")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|org| org.get("name")?.as_str())
        .collect();
    let payer = setting.bill_to.unwrap_or(user);
    if may_call(json, payer) {
        details.push("Allowed to call Inference Providers.".to_owned());
    } else {
        details.push(format!(
            "It seems to lack the permission “Make calls to Inference Providers” for {payer}: make \
             a token that has it and put it into {}.",
            setting.variable
        ));
        let words = "Make a token with this permission".to_owned();
        links.push((words, HUGGING_FACE_KEYS.make.to_owned()));
    }
    match setting.bill_to {
        Some(bill_to) if orgs.contains(&bill_to) => {
            details.push(format!("{bill_to} is billed (HF_BILL_TO)."));
        }
        // A resource group may be billed too, and is not in the list.
        Some(bill_to) => details.push(format!(
            "HF_BILL_TO is {bill_to}, which is not an organisation of {user}{}.",
            match orgs.is_empty() {
                true => String::new(),
                false => format!("; these are: {}", orgs.join(", ")),
            }
        )),
        None if orgs.is_empty() => details.push(format!("{user} is billed.")),
        None => details
            .push(format!("{user} is billed. Set HF_BILL_TO to bill one of: {}.", orgs.join(", "))),
    }
    links.push((
        "Credits and billing".to_owned(),
        "https://huggingface.co/settings/billing".to_owned(),
    ));
    links.push((
        "Order and keys of inference providers".to_owned(),
        "https://huggingface.co/settings/inference-providers".to_owned(),
    ));
    Connection { links, ..connection(ConnectionState::Ready, details) }
}

/// Whether the token may call models. Only a fine-grained token can lack the permission; for other
/// kinds nothing is known.
fn may_call(json: &Value, payer: &str) -> bool {
    let token = json.pointer("/auth/accessToken");
    let fine = token.and_then(|token| token.get("fineGrained"));
    let is_fine = token.and_then(|token| token.get("role")?.as_str()) == Some("fineGrained");
    let Some(fine) = fine.filter(|_| is_fine) else { return true };
    let holds = |list: Option<&Value>| {
        let permissions = list.and_then(Value::as_array);
        permissions.into_iter().flatten().any(|one| one.as_str() == Some(PERMISSION))
    };
    let scoped = fine.get("scoped").and_then(Value::as_array).into_iter().flatten();
    let for_payer =
        |scope: &&Value| scope.pointer("/entity/name").and_then(Value::as_str) == Some(payer);
    holds(fine.get("global"))
        || scoped.filter(for_payer).any(|scope| holds(scope.get("permissions")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details(bill_to: Option<&str>, token: Value) -> Vec<String> {
        let answer = json!({
            "type": "user", "name": "ada", "email": "ada@example.org", "isPro": true,
            "orgs": [{"name": "acme", "email": "office@acme.example"}, {"name": "guild"}],
            "auth": {"type": "access_token", "accessToken": token},
        });
        let connection = read(Setting { variable: "HF_AUTH_KEY", bill_to }, &answer);
        assert_eq!(connection.state, ConnectionState::Ready);
        let asks_for_token =
            connection.links.iter().any(|(_, link)| link == HUGGING_FACE_KEYS.make);
        let lacks = connection.details.iter().any(|detail| detail.contains("seems to lack"));
        assert_eq!(asks_for_token, lacks);
        assert!(!format!("{connection:?}").contains("example"));
        connection.details
    }

    fn fine(global: Value, scoped: Value) -> Value {
        json!({"displayName": "easel", "role": "fineGrained",
               "fineGrained": {"global": global, "scoped": scoped}})
    }

    #[test]
    fn an_account_is_told_with_its_organisations() {
        assert_eq!(
            details(None, json!({"displayName": "easel", "role": "read"})),
            [
                "Signed in as ada (PRO) with token “easel”, may read.",
                "Allowed to call Inference Providers.",
                "ada is billed. Set HF_BILL_TO to bill one of: acme, guild.",
            ]
        );
    }

    #[test]
    fn the_permission_is_looked_for_where_it_counts() {
        let scope = |name: &str| json!([{"entity": {"type": "user", "name": name}, "permissions": [PERMISSION]}]);
        let told = "Allowed to call Inference Providers.";
        let may = |bill_to, token| details(bill_to, token)[1] == told;
        assert!(may(None, fine(json!([PERMISSION]), json!([]))));
        assert!(may(None, fine(json!([]), scope("ada"))));
        assert!(may(Some("acme"), fine(json!([]), scope("acme"))));
        assert!(!may(Some("acme"), fine(json!([]), scope("ada"))));
        assert!(!may(None, fine(json!(["discussion.write"]), json!([]))));
        assert!(may(None, json!({"role": "write"})));
    }

    #[test]
    fn a_wrong_organisation_is_noticed() {
        let token = || json!({"role": "write"});
        assert_eq!(details(Some("acme"), token())[2], "acme is billed (HF_BILL_TO).");
        assert_eq!(
            details(Some("acne"), token())[2],
            "HF_BILL_TO is acne, which is not an organisation of ada; these are: acme, guild."
        );
    }

    #[test]
    fn an_empty_answer_is_survived() {
        let setting = Setting { variable: "HF_AUTH_KEY", bill_to: None };
        assert_eq!(
            read(setting, &json!({})).details[0],
            "Signed in as an unknown account with a token."
        );
    }
}
