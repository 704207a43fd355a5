//! Uploads the person's files to the app.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    generation::{FileReference, InputValue},
    server::{
        fault::Fault,
        provider::{
            Job,
            space::{
                app::{App, Upload},
                endpoint::{Endpoint, Parameter},
                masks, schema,
            },
        },
    },
};

/// Uploads the files of `job` and adds them to `values`.
///
/// # Errors
///
/// As [`App::upload`].
pub async fn add_files(
    app: &App,
    endpoint: &Endpoint,
    job: &Job,
    values: &mut BTreeMap<String, Value>,
) -> Result<(), Fault> {
    for parameter in &endpoint.parameters {
        if let Some(message) = values.get_mut(&parameter.name)
            && parameter.component == "multimodaltextbox"
        {
            let attached = job.request.inputs.get(&schema::attachments_name(parameter));
            let attached = match attached {
                Some(InputValue::List(items)) => items.as_slice(),
                _ => &[],
            };
            let mut files = Vec::with_capacity(attached.len());
            for item in attached {
                let InputValue::File(file) = item else { continue };
                files.push(one_file(app, parameter, job, file).await?);
            }
            message["files"] = files.into();
            continue;
        }
        if let Some(value) = masks::value(app, parameter, job).await? {
            values.insert(parameter.name.clone(), value);
            continue;
        }
        let input = job.request.inputs.get(&parameter.name);
        let value = match input {
            Some(InputValue::File(file)) => one_file(app, parameter, job, file).await?,
            Some(InputValue::List(items))
                if items.iter().any(|i| matches!(i, InputValue::File(_))) =>
            {
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let InputValue::File(file) = item else { continue };
                    let file = one_file(app, parameter, job, file).await?;
                    list.push(match parameter.component.as_str() {
                        "gallery" => json!({"image": file, "caption": null}),
                        _ => file,
                    });
                }
                if parameter.component == "imageslider" {
                    // The component always takes a pair.
                    list.resize(2, Value::Null);
                }
                Value::Array(list)
            }
            _ => continue,
        };
        values.insert(parameter.name.clone(), value);
    }
    Ok(())
}

async fn one_file(
    app: &App,
    parameter: &Parameter,
    job: &Job,
    file: &FileReference,
) -> Result<Value, Fault> {
    match file {
        FileReference::Url(url) => Ok(app.url_input(&parameter.component, url)),
        FileReference::Stored(digest) => {
            let stored = job.files.get(digest).ok_or(Fault::Internal)?;
            // Apps judge the type by the extension.
            let name = stored.name.clone().unwrap_or_else(|| {
                let ending = stored.content_type.rsplit(['/', '+']).next().unwrap_or("bin");
                format!("{}.{ending}", digest.get(..12).unwrap_or("file"))
            });
            let upload = Upload {
                name,
                content_type: stored.content_type.clone(),
                bytes: stored.bytes.clone(),
            };
            app.file_input(&parameter.component, upload).await
        }
    }
}
