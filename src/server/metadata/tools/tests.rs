//! Tests files and texts of every supported tool.

use std::io::{Cursor, Read};

use exif::{Field, In, Tag, Value as Exif, experimental::Writer};
use flate2::{Compression, read::GzEncoder};
use image::{Rgba, RgbaImage};

use super::*;
use crate::{
    generation::{InputValue, Role},
    server::metadata::{extract, jpeg, png, webp, xmp},
};

/// Prompt, negative prompt, seed, steps, guidance, width and height, as read.
type Said = (String, String, i128, i128, f64, (i128, i128));

fn said(recipe: &Recipe) -> Said {
    let of = |role| recipe.common.iter().find(|(other, _)| *other == role).map(|(_, value)| value);
    let integer = |role| of(role).and_then(InputValue::as_integer).unwrap_or(-1);
    let negative = of(Role::NegativePrompt).and_then(InputValue::as_text).unwrap_or_default();
    let guidance = of(Role::Guidance).and_then(InputValue::as_number).unwrap_or(-1.0);
    let size = (integer(Role::Width), integer(Role::Height));
    let (seed, steps) = (integer(Role::Seed), integer(Role::Steps));
    (recipe.prompt.clone(), negative.to_owned(), seed, steps, guidance, size)
}

#[track_caller]
fn check(
    file: &[u8],
    tool: &str,
    prompt: &str,
    negative: &str,
    numbers: (i128, i128, f64, (i128, i128)),
) -> Recipe {
    let recipe = extract(file).unwrap_or_else(|why| panic!("{prompt}: {why:?}"));
    let (seed, steps, guidance, size) = numbers;
    let wanted = (prompt.to_owned(), negative.to_owned(), seed, steps, guidance, size);
    assert_eq!(said(&recipe), wanted);
    assert_eq!(recipe.tool.as_deref().unwrap_or_default(), tool, "{prompt}");
    recipe
}

fn png_with(texts: &[(&str, &str)]) -> Vec<u8> {
    let mut file =
        include_bytes!("../../../../tests/fixtures/metadata/template.png")[..33].to_vec();
    for (keyword, text) in texts {
        let contents = [keyword.as_bytes(), b"\0\0\0\0\0", text.as_bytes()].concat();
        png::push_chunk(&mut file, b"iTXt", &contents);
    }
    png::push_chunk(&mut file, b"IEND", &[]);
    file
}

/// A file without texts.
fn plain_jpeg() -> Vec<u8> {
    let file = include_bytes!("../../../../tests/fixtures/metadata/one-line.jpg");
    crate::server::metadata::clean(file, crate::generation::ImageType::Jpeg).unwrap()
}

fn jpeg_with(marker: u8, contents: &[u8]) -> Vec<u8> {
    let plain = plain_jpeg();
    let mut file = plain[..2].to_vec();
    jpeg::push_segment(&mut file, marker, contents);
    file.extend(&plain[2..]);
    file
}

fn block(tag: Tag, value: Exif) -> Vec<u8> {
    let mut writer = Writer::new();
    let field = Field { tag, ifd_num: In::PRIMARY, value };
    writer.push_field(&field);
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, true).unwrap();
    block.into_inner()
}

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!("../../../../tests/fixtures/metadata/", $name))
    };
}

#[test]
fn real_files_are_read() {
    let fooocus = (2_887_978_505_541_915_116, 30, 4.5, (1152, 896));
    for file in [&fixture!("fooocus.png")[..], fixture!("fooocus.jpg"), fixture!("fooocus.webp")] {
        let recipe =
            check(file, "Fooocus", "a fox, 狐, in the snow", "blurry, “low” quality", fooocus);
        assert!(recipe.unmapped.contains(&"Sampler".to_owned()), "{:?}", recipe.unmapped);
        assert!(!recipe.unmapped.contains(&"Version".to_owned()));
    }
    let numbers = (3_141_592_653, 28, 6.5, (832, 1216));
    for file in [&fixture!("template.png")[..], fixture!("crlf.png"), fixture!("both.png")] {
        let recipe = check(file, "AUTOMATIC1111", "a fox, in the snow", "blurry, worst", numbers);
        assert_eq!(recipe.unmapped, ["Sampler", "Model"]);
    }
    let trap = "how to:\nSteps: 1, mix, 2, bake\nthen write \"Negative prompt: none\" on it";
    check(fixture!("inside.png"), "", trap, "blurry", (5, 28, 6.5, (832, 1216)));
    let numbers = (42, 20, 7.0, (512, 512));
    check(fixture!("utf8-kana.png"), "", "テスト、赤い鳥", "", numbers);
    check(fixture!("itxt-packed.png"), "", "テスト、赤い鳥", "", numbers);
    check(fixture!("latin1.png"), "", "café à Paris, naïve Ã©tude", "", numbers);
    for file in [
        &fixture!("II-utf-16-be.jpg")[..],
        fixture!("II-utf-16-le.jpg"),
        fixture!("MM-utf-16-le.jpg"),
        fixture!("ascii-code-utf8.webp"),
        fixture!("unicode-code-utf8.jpg"),
    ] {
        check(file, "", "a fox 狐 in the snow", "blurry", numbers);
    }
    check(fixture!("one-line.jpg"), "", "a fox 狐 in the snow,", "blurry", numbers);
    let comfy = (156_680_208_700_286, 20, 8.0, (832, 1216));
    check(fixture!("comfy.png"), "ComfyUI", "a fox 狐, \"in\" the snow", "blurry", comfy);
    let novel = (4_166_378_521, 28, 5.0, (832, 1216));
    let recipe = extract(fixture!("stealth.png")).unwrap();
    assert_eq!(said(&recipe).0, "a fox in the snow, secret words");
    assert_eq!((said(&recipe).2, said(&recipe).3, said(&recipe).4, said(&recipe).5), novel);
}

#[test]
fn lines_of_the_descendants_are_read() {
    let forge = "a fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, \
        Distilled CFG Scale: 3.5, Seed: 7, Size: 896x1152, Model: flux1-dev, Version: f2.0.1v1.10.1-previous-1, \
        Module 1: ae";
    check(
        &png_with(&[("parameters", forge)]),
        "Forge",
        "a fox",
        "blurry",
        (7, 20, 3.5, (896, 1152)),
    );
    let fooocus = "a fox, cinematic still\nNegative prompt: blurry, worst\nSteps: 30, Sampler: DPM++ 2M SDE Karras, \
        Seed: 2887978505541915116, Size: 1152x896, CFG scale: 4.5, Sharpness: 2.0, ADM Guidance: \"(1.5, 0.8, 0.3)\", \
        Raw prompt: \"a fox, alone\", Performance: Speed, Version: Fooocus v2.5.5";
    check(
        &png_with(&[("parameters", fooocus), ("fooocus_scheme", "a1111")]),
        "Fooocus",
        "a fox, alone",
        "blurry, worst",
        (2_887_978_505_541_915_116, 30, 4.5, (1152, 896)),
    );
    let civitai = "a fox\nNegative prompt: blurry\nSteps: 25, Sampler: DPM++ 2M Karras, CFG scale: 4, Seed: 99, \
        Size: 832x1216, Clip skip: 2, Created Date: 2024-11-01T10:11:12.1Z, Civitai resources: \
        [{\"type\":\"checkpoint\",\"modelName\":\"x, Seed: 1, Steps: 2\"},{\"weight\":0.5}], Civitai metadata: {}";
    let mut comment = b"UNICODE\0".to_vec();
    comment.extend(civitai.encode_utf16().flat_map(u16::to_be_bytes));
    let exif = block(Tag::UserComment, Exif::Undefined(comment, 0));
    let file = jpeg_with(jpeg::APP1, &[jpeg::EXIF, &exif].concat());
    let recipe = check(&file, "Civitai", "a fox", "blurry", (99, 25, 4.0, (832, 1216)));
    assert!(recipe.unmapped.contains(&"Civitai resources".to_owned()));
    let trap = "line\nNegative prompt: not this\nSteps: 1, Seed: 2, Size: 3x3\nend\nNegative prompt: blurry\n\
        Steps: 28, Seed: 5, Size: 8x8, CFG scale: 7\nTemplate: a\nSteps: 9, Seed: 9, Size: 9x9\nNegative Template: b";
    let prompt = "line\nNegative prompt: not this\nSteps: 1, Seed: 2, Size: 3x3\nend";
    check(&png_with(&[("parameters", trap)]), "", prompt, "blurry", (5, 28, 7.0, (8, 8)));
    let more =
        "a fox\nSteps: 28, Seed: 5, Size: 8x8, CFG scale: 7\nsome words: of an extension\nand more";
    check(&png_with(&[("parameters", more)]), "", "a fox", "", (5, 28, 7.0, (8, 8)));
}

#[test]
fn objects_of_other_tools_are_read() {
    let swarm = r#"{"sui_image_params":{"prompt":"a fox","negativeprompt":"blurry","model":"x","seed":7,
        "steps":20,"cfgscale":6.5,"width":832,"height":1216,"sampler":"euler","swarm_version":"0.9"},
        "sui_extra_data":{"date":"2024-01-01"}}"#;
    let numbers = (7, 20, 6.5, (832, 1216));
    check(&png_with(&[("parameters", swarm)]), "SwarmUI", "a fox", "blurry", numbers);
    let mut comment = b"UNICODE\0".to_vec();
    comment.extend(swarm.encode_utf16().flat_map(u16::to_le_bytes));
    let exif = block(Tag::UserComment, Exif::Undefined(comment, 0));
    check(
        &jpeg_with(jpeg::APP1, &[jpeg::EXIF, &exif].concat()),
        "SwarmUI",
        "a fox",
        "blurry",
        numbers,
    );

    let invoke = r#"{"generation_mode":"txt2img","positive_prompt":"a fox","negative_prompt":"blurry","width":832,
        "height":1216,"seed":7,"cfg_scale":6.5,"steps":20,"scheduler":"euler","model":{"name":"x"},"app_version":"5.0"}"#;
    let recipe =
        check(&png_with(&[("invokeai_metadata", invoke)]), "InvokeAI", "a fox", "blurry", numbers);
    assert_eq!(recipe.unmapped, ["Generation mode", "Model", "Scheduler"]);
    let before = r#"{"model":"stable diffusion","app_id":"invoke-ai/InvokeAI","image":{"prompt":[{"prompt":"a fox [blurry]","weight":1}],
        "steps":20,"cfg_scale":6.5,"seed":7,"width":832,"height":1216,"sampler":"k_lms"}}"#;
    check(&png_with(&[("sd-metadata", before)]), "InvokeAI", "a fox", "blurry", numbers);
    let dream = "\"a fox [blurry]\" -s 20 -S 7 -W 832 -H 1216 -C 6.5 -A k_lms";
    check(&png_with(&[("Dream", dream)]), "InvokeAI", "a fox", "blurry", numbers);

    let novel = r#"{"prompt":"a fox","steps":20,"height":1216,"width":832,"scale":6.5,"seed":7,"n_samples":1,
        "sampler":"k_euler","uc":"blurry","v4_prompt":{"caption":{"base_caption":"a fox","char_captions":[]}}}"#;
    let chunks = [
        ("Title", "NovelAI generated image"),
        ("Description", "a fox"),
        ("Software", "NovelAI"),
        ("Comment", novel),
    ];
    check(&png_with(&chunks), "NovelAI", "a fox", "blurry", numbers);
    let old = r#"{"steps":20,"height":1216,"width":832,"scale":6.5,"seed":7,"uc":"blurry"}"#;
    check(
        &png_with(&[("Description", "a fox"), ("Comment", old)]),
        "NovelAI",
        "a fox",
        "blurry",
        numbers,
    );

    let extra = r#"{"6":{"class_type":"CLIPTextEncode","inputs":{"text":"no"}},"extra":{"airs":[]},
        "extraMetadata":"{\"prompt\":\"a fox\",\"negativePrompt\":\"blurry\",\"steps\":20,\"cfgScale\":6.5,\"seed\":7,\"width\":832,\"height\":1216}"}"#;
    check(&png_with(&[("parameters", extra)]), "Civitai", "a fox", "blurry", numbers);
    let easy = [
        ("prompt", "a fox"),
        ("negative_prompt", "blurry"),
        ("seed", "7"),
        ("num_inference_steps", "20"),
        ("guidance_scale", "6.5"),
        ("width", "832"),
        ("height", "1216"),
    ];
    check(&png_with(&easy), "Easy Diffusion", "a fox", "blurry", numbers);
    let things = r#"{"c":"a fox","uc":"blurry","seed":7,"steps":20,"scale":6.5,"size":"832x1216","sampler":"Euler"}"#;
    let text = format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:exif='e'><exif:UserComment>{things}</exif:UserComment></x:xmpmeta>"
    );
    check(&png_with(&[(xmp::KEYWORD, &text)]), "Draw Things", "a fox", "blurry", numbers);
    check(
        &jpeg_with(jpeg::APP1, &[xmp::SEGMENT, text.as_bytes()].concat()),
        "Draw Things",
        "a fox",
        "blurry",
        numbers,
    );
    let mut body = Vec::new();
    webp::push_chunk(&mut body, b"XMP ", text.as_bytes());
    check(&webp::file(&body), "Draw Things", "a fox", "blurry", numbers);
    let midjourney = "a fox, alone --ar 3:2 --seed 7 --no blurry --v 6 Job ID: 0123-4567";
    check(
        &png_with(&[("Description", midjourney)]),
        "Midjourney",
        "a fox, alone",
        "blurry",
        (7, -1, -1.0, (-1, -1)),
    );
}

#[test]
fn exif_is_read_in_png_and_comments_in_gif_and_jpeg() {
    let lines = "a fox\nSteps: 20, Seed: 7, Size: 832x1216, CFG scale: 6.5";
    let numbers = (7, 20, 6.5, (832, 1216));
    let exif =
        block(Tag::UserComment, Exif::Undefined([b"ASCII\0\0\0", lines.as_bytes()].concat(), 0));
    let mut file = png_with(&[]);
    file.truncate(file.len() - 12);
    png::push_chunk(&mut file, b"eXIf", &exif);
    check(&file, "", "a fox", "", numbers);
    let hex: String =
        [jpeg::EXIF, &exif].concat().iter().map(|byte| format!("{byte:02x}")).collect();
    let raw = format!("\nexif\n    {}\n{hex}\n", hex.len() / 2);
    check(&png_with(&[("Raw profile type exif", &raw)]), "", "a fox", "", numbers);
    check(&jpeg_with(jpeg::COMMENT, lines.as_bytes()), "", "a fox", "", numbers);
    let length = [lines.len() as u8];
    let gif =
        [b"GIF89a\x08\0\x08\0\0\0\0\x21\xfe", &length[..], lines.as_bytes(), b"\0\x3b"].concat();
    check(&gif, "", "a fox", "", numbers);
    let description = block(Tag::ImageDescription, Exif::Ascii(vec![lines.as_bytes().to_vec()]));
    check(&jpeg_with(jpeg::APP1, &[jpeg::EXIF, &description].concat()), "", "a fox", "", numbers);
}

/// As NovelAI hides it: compressed, in the transparency.
#[test]
fn words_in_the_transparency_are_read() {
    let comment = r#"{\"prompt\":\"a fox\",\"uc\":\"blurry\",\"seed\":7,\"steps\":20,\"scale\":6.5,\"width\":832,\"height\":1216}"#;
    let words = format!(r#"{{"Description":"a fox","Software":"NovelAI","Comment":"{comment}"}}"#);
    let mut packed = Vec::new();
    GzEncoder::new(words.as_bytes(), Compression::best()).read_to_end(&mut packed).unwrap();
    let length = (packed.len() as u32 * 8).to_be_bytes();
    let hidden = [b"stealth_pngcomp", &length[..], &packed].concat();
    let mut bits = hidden.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let mut picture = RgbaImage::from_pixel(64, 150, Rgba([1, 2, 3, 255]));
    'all: for x in 0..64 {
        for y in 0..150 {
            let Some(bit) = bits.next() else { break 'all };
            picture.get_pixel_mut(x, y).0[3] = 254 | bit;
        }
    }
    for format in [image::ImageFormat::Png, image::ImageFormat::WebP] {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        check(file.get_ref(), "NovelAI", "a fox", "blurry", (7, 20, 6.5, (832, 1216)));
    }
}

#[test]
fn a_tool_that_is_not_understood_is_named() {
    for (texts, tool) in [
        (&[("workflow", "{\"nodes\":[]}")][..], "ComfyUI"),
        (&[("prompt", "{\"1\":{\"class_type\":\"Odd\",\"inputs\":{}}}")], "ComfyUI"),
        (&[("invokeai_metadata", "{}")], "InvokeAI"),
        (&[("Software", "NovelAI"), ("Comment", "{}")], "NovelAI"),
        (&[("fooocus_scheme", "fooocus")], "Fooocus"),
        (&[("parameters", "{\"sui_image_params\":{}}")], "SwarmUI"),
    ] {
        assert_eq!(
            extract(&png_with(texts)),
            Err(Unread::NotUnderstood(tool.to_owned())),
            "{tool}"
        );
    }
    assert_eq!(extract(&png_with(&[("Software", "GIMP")])), Err(Unread::Silent));
}

mod graphs;
mod siblings;
