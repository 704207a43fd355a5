//! Builds an app's inputs: the values of an endpoint in its order, and files.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::App;
use crate::{
    generation::FieldError,
    server::{
        fault::Fault,
        outbound::guard::MAX_LOOKUP_BYTES,
        provider::space::{
            endpoint::{Endpoint, Slot},
            wire::{Protocol, Version},
        },
    },
};

/// A file to upload to an app.
pub struct Upload {
    pub name: String,
    pub content_type: String,
    pub bytes: Bytes,
}

impl Endpoint {
    /// The data to send, from values by parameter name; missing ones get their defaults.
    ///
    /// # Errors
    ///
    /// `InputRejected` for unknown names and for missing values without a default.
    pub fn data(&self, given: BTreeMap<String, Value>) -> Result<Vec<Value>, Fault> {
        let values = self.values(given)?;
        let at = |slot: &Slot| match slot {
            Slot::Fixed(value) => value.clone(),
            Slot::Parameter(index) => values[*index].clone(),
        };
        Ok(self.slots.iter().map(at).collect())
    }

    /// The values of all parameters, in their order.
    ///
    /// # Errors
    ///
    /// As [`data`](Self::data).
    pub(in crate::server::provider::space) fn values(
        &self,
        mut given: BTreeMap<String, Value>,
    ) -> Result<Vec<Value>, Fault> {
        let mut fields = Vec::new();
        let mut values = Vec::with_capacity(self.parameters.len());
        for parameter in &self.parameters {
            match given.remove(&parameter.name).or_else(|| parameter.default.clone()) {
                Some(value) => values.push(value),
                None => fields.push(FieldError::new(
                    &parameter.name,
                    format!("{} is required.", parameter.label),
                )),
            }
        }
        fields.extend(given.into_keys().map(|name| {
            let message = format!("{} has no input “{name}”.", self.title());
            FieldError::new(name, message)
        }));
        if !fields.is_empty() {
            return Err(Fault::InputRejected { fields, detail: String::new() });
        }
        Ok(values)
    }
}

impl App {
    /// Uploads files and returns their paths at the app, in the same order.
    ///
    /// # Errors
    ///
    /// `InputRejected` when one is larger than the app allows.
    pub async fn upload(&self, files: Vec<Upload>) -> Result<Vec<String>, Fault> {
        let limit = self.config().max_file_size.unwrap_or(u64::MAX);
        let mut form = Form::new();
        for file in files {
            if file.bytes.len() as u64 > limit {
                let detail =
                    format!("{} is larger than the {limit} bytes that the app takes", file.name);
                return Err(Fault::InputRejected { fields: Vec::new(), detail });
            }
            let part = Part::stream(file.bytes).file_name(file.name);
            let part = part.mime_str(&file.content_type).map_err(|_| Fault::Internal)?;
            form = form.part("files", part);
        }
        let url = self.route("/upload");
        let response = self.http().post(&url, |request| request.multipart(form)).await?;
        let paths = self.http().json(response, &url, MAX_LOOKUP_BYTES).await?;
        serde_json::from_value(paths.value).map_err(|_| Fault::BadAnswer {
            detail: "the app did not say where it put the file".to_owned(),
        })
    }

    /// A file in the form that `component` takes; uploads it where necessary.
    ///
    /// # Errors
    ///
    /// As [`upload`](Self::upload).
    pub async fn file_input(&self, component: &str, file: Upload) -> Result<Value, Fault> {
        let old = self.config().protocol == Protocol::Ws;
        if old && component == "image" {
            let data = BASE64_STANDARD.encode(&file.bytes);
            return Ok(format!("data:{};base64,{data}", file.content_type).into());
        }
        let name = file.name.clone();
        let path = self.upload(vec![file]).await?.into_iter().next().unwrap_or_default();
        let file = match old {
            // The app reads each of the four members.
            true => json!({"name": path, "orig_name": name, "is_file": true, "data": null}),
            false => file_data(&path, None, &name),
        };
        Ok(self.dressed(component, file))
    }

    /// Uploads files and returns their values, in the same order and in the form of releases from
    /// 4.0 on.
    ///
    /// # Errors
    ///
    /// As [`upload`](Self::upload).
    pub async fn file_values(&self, files: Vec<Upload>) -> Result<Vec<Value>, Fault> {
        let names: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
        let paths = if files.is_empty() { Vec::new() } else { self.upload(files).await? };
        Ok(paths.iter().zip(names).map(|(path, name)| file_data(path, None, &name)).collect())
    }

    /// The value for a file that the app downloads itself.
    pub fn address_value(&self, url: &str) -> Value {
        file_data(url, Some(url), url.rsplit('/').next().unwrap_or_default())
    }

    /// A file in the form that `component` takes.
    fn dressed(&self, component: &str, file: Value) -> Value {
        let version = self.version();
        match component {
            // 4.x and 5.x expect subtitles with it.
            "video" if (Version(4, 0, 0)..Version(6, 0, 0)).contains(&version) => {
                json!({"video": file, "subtitles": null})
            }
            _ => file,
        }
    }

    /// A file that the app downloads itself from `url`, in the form that `component` takes.
    pub fn url_input(&self, component: &str, url: &str) -> Value {
        self.dressed(component, self.address_value(url))
    }
}

fn file_data(path: &str, url: Option<&str>, name: &str) -> Value {
    let mut file = json!({"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}});
    if let Some(url) = url {
        file["url"] = url.into();
    }
    file
}
