//! Tests which values are accepted, and which are refused with the variable's name.

use std::collections::HashMap;

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let variables: HashMap<_, _> = variables.iter().copied().collect();
    Config::read(|name| variables.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn nothing_is_needed() {
    let config = read(&[]).unwrap();
    assert_eq!(config.address.to_string(), "127.0.0.1:3000");
    assert!(!config.hf_token.is_set());
    assert_eq!(config.models, None);
    assert!(config.cancel_when_left);
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let config =
        read(&[("HF_AUTH_KEY", " "), ("HF_TOKEN", "hf_other"), ("HF_BILL_TO", "")]).unwrap();
    assert_eq!(config.hf_token.get().unwrap().expose(), "hf_other");
    assert_eq!(config.hf_token_variable, "HF_TOKEN");
    assert_eq!(config.hf_bill_to, None);
}

#[test]
fn a_wrong_variable_is_named() {
    for (variable, value) in [
        ("LEPTOS_SITE_ADDR", "3000"),
        ("DATABASE_URL", "mysql://x"),
        ("STORAGE_URL", "ftp://x"),
        ("EASEL_PUBLIC_URL", "http://x"),
        ("EASEL_MODELS", "demo, dall-e"),
        ("EASEL_ALLOWED_ORIGINS", "127.0.0.1:7860"),
        ("EASEL_ALLOWED_ORIGINS", "http://*"),
        ("EASEL_ALLOWED_ORIGINS", "http://*.example"),
        ("EASEL_ALLOWED_ORIGINS", "http://127.0.0.1:7860/app?name=a"),
        ("EASEL_ALLOWED_ORIGINS", "space:a/b"),
        ("EASEL_PROXY", "ftp://127.0.0.1"),
        ("EASEL_CANCEL_WHEN_LEFT", "maybe"),
        ("EASEL_MAX_RUNNING", "0"),
        ("EASEL_MAX_WAITING", "10001"),
        ("EASEL_UPLOAD_MB_PER_DAY", "much"),
        ("EASEL_DEMO_COLD_START", "no"),
        ("EASEL_METADATA", "yes"),
        ("EASEL_SPACE_LOGINS", "https://host user"),
        ("HF_ENDPOINT", "huggingface.co"),
        ("EASEL_ACCESS", "everybody"),
        ("EASEL_HOSTS", "https://easel.example"),
        ("EASEL_HOSTS", "*"),
        ("EASEL_TRUSTED_PROXIES", "proxy"),
        ("EASEL_MAX_PER_DAY", "many"),
        ("EASEL_KEEP_MB", "all"),
        ("EASEL_KEEP_MB_EACH", "1.5"),
        ("EASEL_SECRET", "too short"),
        ("EASEL_LOG", "xml"),
    ] {
        assert_eq!(read(&[(variable, value)]).unwrap_err().variable, variable);
    }
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("token");
    let path = path.to_str().unwrap();
    std::fs::write(path, "hf_from_a_file\n").unwrap();
    let config = read(&[("HF_TOKEN_FILE", path)]).unwrap();
    assert_eq!(config.hf_token.get().unwrap().expose(), "hf_from_a_file");
    assert_eq!(config.hf_token_variable, "HF_TOKEN");
    for variables in [
        &[("HF_TOKEN_FILE", path), ("HF_TOKEN", "hf_other")][..],
        &[("HF_TOKEN_FILE", "/nowhere/token")],
    ] {
        assert_eq!(read(variables).unwrap_err().variable, "HF_TOKEN");
    }
}

#[test]
fn names_and_networks_of_the_door_are_read() {
    let door = read(&[
        ("EASEL_HOSTS", "Easel.Example:8443, easel.lan."),
        ("EASEL_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1"),
    ]);
    let door = door.unwrap().door;
    assert_eq!(door.hosts, ["easel.example", "easel.lan"]);
    let proxies: Vec<_> = door.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.1/32"]);
}

#[test]
fn a_secret_is_not_printed() {
    let config = read(&[
        ("HF_AUTH_KEY", "hf_verysecret"),
        ("DATABASE_URL", "postgres://u:pw123456@h/d"),
        ("EASEL_PROXY", "http://u:pw123456@h:1"),
    ]);
    let printed = format!("{:?}", config.unwrap());
    assert!(!printed.contains("verysecret") && !printed.contains("pw123456"), "{printed}");
}
