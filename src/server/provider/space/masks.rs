//! Masks: what a person painted over a picture, in the formats of Gradio's releases.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::{
    app::{App, Upload},
    endpoint::Parameter,
    painted::{self, Colour, Painted},
    wire::text,
};
use crate::{
    generation::{Field, FieldError, FieldKind, FileReference, InputValue, Mask},
    server::{
        budget::OverBudget,
        fault::Fault,
        provider::{InputFile, Job},
    },
};

/// The default canvas size in pixels, where an app says nothing.
const CANVAS: (u32, u32) = (800, 800);
/// The largest canvas side that an app may request, in pixels.
const MAX_CANVAS: u64 = 4_096;

/// How a component takes a picture that was painted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// As background, layers and their composite.
    Layers,
    /// As picture and mask.
    Pair,
    /// As the composite alone.
    Drawing,
}

impl Editor {
    /// `None` for components without painting.
    pub fn of(parameter: &Parameter) -> Option<Self> {
        let props = &parameter.props;
        // Until 4.0 the tool of a picture determined it.
        let tool = text(props, "tool").unwrap_or_default();
        let is_blank = text(props, "source").is_some_and(|source| source == "canvas");
        match (parameter.component.as_str(), tool.as_str()) {
            ("imageeditor" | "imagemask", _) => Some(Self::Layers),
            ("image", "sketch") if !is_blank => Some(Self::Pair),
            ("image", "sketch" | "color-sketch") => Some(Self::Drawing),
            _ => None,
        }
    }
}

/// Whether the app's own page offers only a canvas to paint on.
pub fn is_canvas(parameter: &Parameter) -> bool {
    let sources = parameter.props.get("sources").and_then(Value::as_array);
    let has_no_source = || {
        sources.is_some_and(Vec::is_empty)
            || text(&parameter.props, "source").is_some_and(|source| source == "canvas")
    };
    Editor::of(parameter).is_some() && has_no_source()
}

/// The name of the input for the mask over the picture of `parameter`.
pub fn name(parameter: &Parameter) -> String {
    format!("{}.mask", parameter.name)
}

/// The field for the mask over the picture of `parameter`.
pub fn field(parameter: &Parameter) -> Option<Field> {
    let editor = Editor::of(parameter)?;
    let side = |index: usize| {
        let side = parameter.props.get("canvas_size")?.get(index)?.as_u64()?;
        u32::try_from(side).ok().filter(|_| (16..=MAX_CANVAS).contains(&side))
    };
    let canvas = side(0).zip(side(1)).unwrap_or(CANVAS);
    let mask = Mask {
        over: Some(parameter.name.clone()),
        is_inverted: false,
        // A mask without a picture is useless; a drawing is not.
        canvas: (editor != Editor::Pair).then_some(canvas),
    };
    let field = Field::new(name(parameter), FieldKind::File { accept: "image/*".to_owned() });
    let label = format!("{}: mask", parameter.label);
    Some(Field { label, role: None, ..field.with_mask(mask) })
}

/// The value of an editor, from the picture and its mask; `None` where neither was given.
///
/// # Errors
///
/// `InputRejected` for a mask that cannot be read as a picture, and as [`App::upload`].
pub async fn value(app: &App, parameter: &Parameter, job: &Job) -> Result<Option<Value>, Fault> {
    let Some(editor) = Editor::of(parameter) else { return Ok(None) };
    let given = |name: &str| match job.request.inputs.get(name) {
        Some(InputValue::File(file)) => Some(file),
        _ => None,
    };
    let (picture, mask) = (given(&parameter.name), given(&name(parameter)));
    let mask = mask.map(|mask| stored(job, mask, parameter)).transpose()?;
    let (picture, address) = match picture {
        Some(FileReference::Stored(digest)) => {
            (Some(job.files.get(digest).ok_or(Fault::Internal)?), None)
        }
        Some(FileReference::Url(url)) => (None, Some(url.as_str())),
        None => (None, None),
    };
    if mask.is_none() && picture.is_none() && address.is_none() {
        return Ok(None);
    }
    if editor != Editor::Layers && mask.is_some() && address.is_some() {
        // The app takes one composite of both.
        return Err(rejected(&parameter.name, "Add the picture as a file to paint on it."));
    }
    let painted = painted(app, parameter, editor, picture, mask).await?;
    Ok(Some(match editor {
        Editor::Layers => layers(app, picture, address, painted).await?,
        Editor::Pair => {
            // Both are read from the value itself.
            let Some(picture) = picture else {
                return Err(rejected(&parameter.name, "The picture must be a file."));
            };
            let mask = data_url("image/png", &painted.unwrap_or_default().mask);
            json!({"image": data_url(&picture.content_type, &picture.bytes), "mask": mask})
        }
        Editor::Drawing => match (painted, picture) {
            (Some(painted), _) => data_url("image/png", &painted.composite).into(),
            (None, Some(picture)) => data_url(&picture.content_type, &picture.bytes).into(),
            (None, None) => return Ok(None),
        },
    }))
}

async fn layers(
    app: &App,
    picture: Option<&InputFile>,
    address: Option<&str>,
    painted: Option<Painted>,
) -> Result<Value, Fault> {
    let mut files = Vec::new();
    if let Some(picture) = picture {
        files.push(background(app, picture).await?);
    }
    if let Some(mut painted) = painted {
        // On an empty canvas the app's own page leaves unpainted parts transparent.
        if picture.is_none() {
            painted.composite.clone_from(&painted.layer);
        }
        files.push(png("layer.png", painted.layer));
        // A picture given by URL is not downloaded here.
        if address.is_none() {
            files.push(png("composite.png", painted.composite));
        }
    }
    let mut values = app.file_values(files).await?.into_iter();
    let background = match address {
        Some(url) => app.address_value(url),
        None if picture.is_some() => values.next().unwrap_or_default(),
        None => Value::Null,
    };
    let layers = Vec::from_iter(values.next());
    let composite = values.next().unwrap_or_else(|| background.clone());
    Ok(json!({"background": background, "layers": layers, "composite": composite}))
}

/// The picture as the app's own page sends it, which draws it on a canvas: Gradio opens it as one
/// that may be transparent and writes it in its own type, which a JPEG cannot be. What cannot be
/// read here goes as it is.
async fn background(app: &App, picture: &InputFile) -> Result<Upload, Fault> {
    let ending = picture.content_type.rsplit(['/', '+']).next().unwrap_or("png");
    let as_it_is = || Upload {
        name: format!("background.{ending}"),
        content_type: picture.content_type.clone(),
        bytes: picture.bytes.clone(),
    };
    if picture.content_type != "image/jpeg" {
        return Ok(as_it_is());
    }
    let bytes = picture.bytes.clone();
    let mut decoding = app.budget().decoding().await?;
    match decoding.grow_for(&bytes, painted::PAINTING).await {
        Ok(()) => {}
        Err(OverBudget::Limit { .. }) => return Ok(as_it_is()),
        Err(error) => return Err(error.into()),
    }
    let drawn = tokio::task::spawn_blocking(move || {
        let _decoding = decoding;
        painted::as_png(&bytes)
    });
    let drawn = drawn.await;
    let drawn = drawn.map_err(|_| Fault::Internal)?;
    Ok(drawn.map_or_else(as_it_is, |drawn| png("background.png", drawn)))
}

/// All forms of the mask; without a mask they are empty.
async fn painted(
    app: &App,
    parameter: &Parameter,
    editor: Editor,
    picture: Option<&InputFile>,
    mask: Option<&InputFile>,
) -> Result<Option<Painted>, Fault> {
    if mask.is_none() && editor != Editor::Pair {
        return Ok(None);
    }
    let bytes = |file: Option<&InputFile>| file.map(|file| file.bytes.clone());
    let (picture, mask) = (bytes(picture), bytes(mask));
    let colour = Colour::of_brush(&parameter.props);
    let mut decoding = app.budget().decoding().await?;
    for (file, work) in [(&picture, painted::PAINTING), (&mask, painted::COVERING)] {
        let grown = decoding.grow_for(file.as_deref().unwrap_or_default(), work).await;
        grown.map_err(|error| match error {
            OverBudget::Limit { .. } => {
                rejected(&name(parameter), "The picture that is painted on has too many pixels.")
            }
            OverBudget::Busy => error.into(),
        })?;
    }
    let work = tokio::task::spawn_blocking(move || {
        let _decoding = decoding;
        painted::paint(picture.as_deref(), mask.as_deref(), colour)
    });
    let painted = work.await.map_err(|_| Fault::Internal)?;
    painted.map(Some).ok_or_else(|| {
        rejected(&name(parameter), "This mask cannot be read: use a PNG, JPEG or WebP picture.")
    })
}

fn stored<'j>(
    job: &'j Job,
    mask: &FileReference,
    parameter: &Parameter,
) -> Result<&'j InputFile, Fault> {
    match mask {
        FileReference::Stored(digest) => job.files.get(digest).ok_or(Fault::Internal),
        FileReference::Url(_) => {
            Err(rejected(&name(parameter), "Add the mask as a file, or paint it."))
        }
    }
}

fn rejected(name: &str, words: &str) -> Fault {
    let fields = vec![FieldError::new(name, words)];
    Fault::InputRejected { fields, detail: String::new() }
}

fn png(name: &str, bytes: Vec<u8>) -> Upload {
    Upload { name: name.to_owned(), content_type: "image/png".to_owned(), bytes: bytes.into() }
}

fn data_url(content_type: &str, bytes: &[u8]) -> String {
    format!("data:{content_type};base64,{}", BASE64_STANDARD.encode(bytes))
}
