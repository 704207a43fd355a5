//! `easel gen`: makes pictures from the command line, through a server.

mod remote;
mod told;

use std::{
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
};

use clap::Args;
use serde_json::{Map, Value, json};

use self::remote::{Failed, Remote};
use super::say;

/// How much of a file of prompts, or of standard input, is read.
const MAX_BYTES: u64 = 1024 * 1024;

/// The most prompts of one call.
const MAX_PROMPTS: usize = 1_000;

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Generate {
    /// What the picture shows; "-" reads it from standard input
    #[arg(required_unless_present = "prompts")]
    prompt: Option<String>,
    /// A file with one prompt per line; pictures are numbered
    #[arg(long, value_name = "FILE", conflicts_with = "prompt")]
    prompts: Option<PathBuf>,
    /// The model, such as hf:owner/name; without it the first on offer
    #[arg(short, long)]
    model: Option<String>,
    /// Where the picture goes; several get numbers before the extension
    #[arg(short, long, default_value = "picture.png")]
    output: PathBuf,
    /// How many pictures of each prompt
    #[arg(short = 'n', long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10))]
    count: u32,
    /// Width and height in pixels, such as 1024x768
    #[arg(long)]
    size: Option<String>,
    /// An input of the model, may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    inputs: Vec<(String, String)>,
    /// Where the server is
    #[arg(long, default_value = "http://127.0.0.1:3000", env = "EASEL_URL")]
    url: String,
    /// A key that `easel keys new` made
    #[arg(long, env = "EASEL_KEY", hide_env_values = true, default_value = "")]
    key: String,
    /// Print each generation as one line of JSON
    #[arg(long)]
    json: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as name=value")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

impl Generate {
    /// Makes all pictures, one prompt after the other; true when all succeeded.
    pub async fn run(&self) -> bool {
        let prompts = match self.all_prompts() {
            Ok(prompts) => prompts,
            Err(problem) => {
                eprintln!("easel: {problem}");
                return false;
            }
        };
        // Before anything is made that may cost something.
        if let Err(error) = self.try_place() {
            eprintln!("easel: {}: {error}", self.output.display());
            return false;
        }
        let remote = Remote::new(&self.url, &self.key);
        let mut is_well = true;
        let mut number = 0;
        for prompt in &prompts {
            match remote.make(&self.request(prompt)).await {
                Ok(generations) => {
                    for generation in generations {
                        is_well &=
                            self.keep(&remote, &generation, &mut number, prompts.len()).await;
                    }
                }
                Err(Failed(words)) => {
                    eprintln!("easel: {words}");
                    is_well = false;
                }
            }
        }
        is_well
    }

    /// Tries whether a file can be written where the pictures are to be.
    fn try_place(&self) -> io::Result<()> {
        let file = &self.output;
        if file.exists() {
            return std::fs::OpenOptions::new().append(true).open(file).map(drop);
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        tempfile::tempfile_in(folder.unwrap_or(Path::new("."))).map(drop)
    }

    fn all_prompts(&self) -> Result<Vec<String>, String> {
        let read = |mut from: Box<dyn Read>, name: &str| {
            let mut text = String::new();
            let read = from.by_ref().take(MAX_BYTES).read_to_string(&mut text);
            read.map(|_| text).map_err(|error| format!("{name} cannot be read: {error}"))
        };
        if let Some(path) = &self.prompts {
            let name = path.display().to_string();
            let file = std::fs::File::open(path).map_err(|error| format!("{name}: {error}"))?;
            let text = read(Box::new(file), &name)?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            return Ok(lines.take(MAX_PROMPTS).map(str::to_owned).collect());
        }
        match self.prompt.as_deref() {
            Some("-") => {
                if io::stdin().is_terminal() {
                    eprintln!("Type the prompt, and end it with Ctrl-D.");
                }
                let text = read(Box::new(io::stdin()), "standard input")?;
                Ok(vec![text.trim().to_owned()])
            }
            prompt => Ok(prompt.map(str::to_owned).into_iter().collect()),
        }
    }

    fn request(&self, prompt: &str) -> Value {
        let inputs = self.inputs.iter().map(|(name, value)| (name.clone(), value.clone().into()));
        let mut request = json!({
            "prompt": prompt, "n": self.count, "inputs": Value::Object(inputs.collect::<Map<_, _>>()),
        });
        for (name, value) in [("model", &self.model), ("size", &self.size)] {
            if let Some(value) = value {
                request[name] = value.as_str().into();
            }
        }
        request
    }

    /// Writes the pictures of an ended generation; false when there are none.
    async fn keep(
        &self,
        remote: &Remote,
        generation: &Value,
        number: &mut usize,
        prompts: usize,
    ) -> bool {
        if self.json {
            say(&generation.to_string());
        }
        let images = generation["images"].as_array().cloned().unwrap_or_default();
        let is_alone = prompts == 1 && self.count == 1 && images.len() == 1;
        for position in 0..images.len() {
            *number += 1;
            let path = numbered(&self.output, (!is_alone).then_some(*number));
            let kept = async {
                let bytes = remote.picture(generation, position).await?;
                let written = std::fs::write(&path, bytes);
                written.map_err(|error| Failed(format!("{}: {error}", path.display())))
            };
            match kept.await {
                Ok(()) if self.json => {}
                Ok(()) => say(&path.display().to_string()),
                Err(Failed(words)) => {
                    eprintln!("easel: {words}");
                    return false;
                }
            }
        }
        if images.is_empty() {
            let words = generation["error"]["message"].as_str();
            eprintln!("easel: {}", words.unwrap_or("The model made no picture."));
        }
        !images.is_empty()
    }
}

/// For example, `fox.png` and 2 → `fox-2.png`.
fn numbered(path: &Path, number: Option<usize>) -> PathBuf {
    let Some(number) = number else { return path.to_owned() };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|ending| format!(".{}", ending.to_string_lossy()));
    path.with_file_name(format!("{stem}-{number}{}", ending.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pictures_get_numbers() {
        for (path, number, named) in [
            ("fox.png", None, "fox.png"),
            ("a/fox.png", Some(2), "a/fox-2.png"),
            ("fox", Some(1), "fox-1"),
        ] {
            assert_eq!(numbered(Path::new(path), number), Path::new(named));
        }
    }
}
