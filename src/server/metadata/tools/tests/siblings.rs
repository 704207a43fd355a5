//! Tests each tool's text in every position and encoding that occurs: programs that save pictures
//! again move texts from one container to another.

use flate2::{Compression, read::ZlibEncoder};

use super::*;

const NUMBERS: (i128, i128, f64, (i128, i128)) = (7, 20, 6.5, (832, 1216));

const LINES: &str = "a fox 狐\nNegative prompt: blurry\n\
    Steps: 20, Sampler: Euler, CFG scale: 6.5, Seed: 7, Size: 832x1216";

/// Tools, and what they write as lines or JSON.
const TOOLS: [(&str, &str); 5] = [
    ("", LINES),
    (
        "Forge",
        "a fox 狐\nNegative prompt: blurry\nSteps: 20, CFG scale: 1, Distilled CFG Scale: 6.5, \
         Seed: 7, Size: 832x1216, Version: f2.0.1v1.10.1-previous-1",
    ),
    (
        "SwarmUI",
        r#"{"sui_image_params":{"prompt":"a fox 狐","negativeprompt":"blurry","seed":7,"steps":20,
            "cfgscale":6.5,"width":832,"height":1216}}"#,
    ),
    (
        "NovelAI",
        r#"{"prompt":"a fox 狐","uc":"blurry","seed":7,"steps":20,"scale":6.5,"width":832,"height":1216}"#,
    ),
    (
        "Civitai",
        r#"{"6":{"class_type":"CLIPTextEncode","inputs":{"text":"no"}},"extra":{"airs":[]},
            "extraMetadata":"{\"prompt\":\"a fox 狐\",\"negativePrompt\":\"blurry\",\"steps\":20,\"cfgScale\":6.5,\"seed\":7,\"width\":832,\"height\":1216}"}"#,
    ),
];

#[test]
fn texts_of_their_own_are_read_as_they_are_named() {
    let graph = r#"{"6":{"class_type":"CLIPTextEncode","inputs":{"text":"no"}}}"#;
    for (tool, keyword, text) in [
        (
            "Tensor.Art",
            "generation_data",
            "{\"models\":[{\"label\":\"a\"}],\"prompt\":\"a fox 狐\",\"width\":832,\"height\":1216,\
             \"seed\":\"7\",\"steps\":20,\"cfgScale\":6.5,\"clipSkip\":2,\"baseModel\":{\"hash\":\"x\"},\
             \"negativePrompt\":\"blurry\"}\0",
        ),
        (
            "Stability Matrix",
            "parameters-json",
            r#"{"PositivePrompt":"a fox 狐","NegativePrompt":"blurry","Steps":20,"Sampler":"Euler",
                "CfgScale":6.5,"Seed":7,"Height":1216,"Width":832,"ModelName":"a"}"#,
        ),
        (
            "RuinedFooocus",
            "parameters",
            r#"{"Prompt":"a fox 狐","Negative":"blurry","steps":20,"cfg":6.5,"width":832,
                "height":1216,"seed":7,"sampler_name":"euler","software":"RuinedFooocus"}"#,
        ),
    ] {
        let file = png_with(&[("prompt", graph), (keyword, text)]);
        check(&file, tool, "a fox 狐", "blurry", NUMBERS);
    }
}

/// An EXIF block in PNG, JPEG and WebP.
fn with_exif(exif: &[u8]) -> [(&'static str, Vec<u8>); 3] {
    let mut file = png_with(&[]);
    file.truncate(file.len() - 12);
    png::push_chunk(&mut file, b"eXIf", exif);
    let mut body = Vec::new();
    webp::push_chunk(&mut body, b"EXIF", exif);
    [
        ("png", file),
        ("jpeg", jpeg_with(jpeg::APP1, &[jpeg::EXIF, exif].concat())),
        ("webp", webp::file(&body)),
    ]
}

fn block_in(tag: Tag, value: Exif, is_little: bool) -> Vec<u8> {
    let field = Field { tag, ifd_num: In::PRIMARY, value };
    let mut writer = Writer::new();
    writer.push_field(&field);
    let mut block = Cursor::new(Vec::new());
    writer.write(&mut block, is_little).unwrap();
    block.into_inner()
}

/// The same text as a `UserComment`, in all encodings that writers use.
fn comments(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("UTF-16 BE", [b"UNICODE\0", &big[..]].concat()),
        ("UTF-16 LE", [b"UNICODE\0", &little[..]].concat()),
        ("UTF-16 BE with a mark", [b"UNICODE\0\xfe\xff", &big[..]].concat()),
        ("UTF-16 LE with a mark", [b"UNICODE\0\xff\xfe", &little[..]].concat()),
        ("UTF-8 called UNICODE", [b"UNICODE\0", text.as_bytes()].concat()),
        ("UTF-8 called ASCII", [b"ASCII\0\0\0", text.as_bytes()].concat()),
        ("UTF-8 called nothing", [b"\0\0\0\0\0\0\0\0", text.as_bytes()].concat()),
        ("UTF-8 alone", text.as_bytes().to_vec()),
    ]
}

#[track_caller]
fn says_all(file: &[u8], tool: &str, place: &str) {
    let recipe = extract(file).unwrap_or_else(|why| panic!("{tool} in {place}: {why:?}"));
    let (seed, steps, guidance, size) = NUMBERS;
    let wanted = ("a fox 狐".to_owned(), "blurry".to_owned(), seed, steps, guidance, size);
    assert_eq!(said(&recipe), wanted, "{tool} in {place}");
    assert_eq!(recipe.tool.as_deref().unwrap_or_default(), tool, "{place}");
}

#[test]
fn every_tool_is_read_in_every_dress_of_a_comment() {
    for (tool, text) in TOOLS {
        for (encoding, comment) in comments(text) {
            for is_little in [true, false] {
                let exif =
                    block_in(Tag::UserComment, Exif::Undefined(comment.clone(), 0), is_little);
                for (container, file) in with_exif(&exif) {
                    says_all(&file, tool, &format!("{container}, {encoding}, {is_little}"));
                }
            }
        }
    }
}

#[test]
fn every_tool_is_read_in_every_chunk_of_text() {
    for (tool, text) in TOOLS {
        let keyword = if tool == "NovelAI" { "Comment" } else { "parameters" };
        let mut packed = Vec::new();
        ZlibEncoder::new(text.as_bytes(), Compression::best()).read_to_end(&mut packed).unwrap();
        for (kind, contents) in [
            (b"tEXt", [keyword.as_bytes(), b"\0", text.as_bytes()].concat()),
            (b"zTXt", [keyword.as_bytes(), b"\0\0", &packed[..]].concat()),
            (b"iTXt", [keyword.as_bytes(), b"\0\0\0en\0\0", text.as_bytes()].concat()),
            (b"iTXt", [keyword.as_bytes(), b"\0\x01\0\0Worte\0", &packed[..]].concat()),
        ] {
            let mut file = png_with(&[]);
            file.truncate(file.len() - 12);
            png::push_chunk(&mut file, kind, &contents);
            // When only the pixels were saved again, texts follow them.
            png::push_chunk(&mut file, b"IEND", &[]);
            says_all(&file, tool, &String::from_utf8_lossy(kind));
        }
        says_all(&jpeg_with(jpeg::COMMENT, text.as_bytes()), tool, "a comment of JPEG");
    }
}

#[test]
fn every_tool_is_read_in_a_description() {
    for (tool, text) in TOOLS {
        for (name, tag, bytes) in [
            ("ImageDescription", Tag::ImageDescription, text.as_bytes().to_vec()),
            (
                "XPComment",
                Tag(exif::Context::Tiff, 0x9c9c),
                text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ),
        ] {
            let value = match tag {
                Tag::ImageDescription => Exif::Ascii(vec![bytes]),
                _ => Exif::Byte(bytes),
            };
            for (container, file) in with_exif(&block_in(tag, value, true)) {
                says_all(&file, tool, &format!("{container}, {name}"));
            }
        }
        let escaped = html_escape::encode_text(text);
        let packet = format!(
            "<x:xmpmeta xmlns:x='adobe:ns:meta/' xmlns:dc='d'><dc:description>{escaped}</dc:description></x:xmpmeta>"
        );
        let mut body = Vec::new();
        webp::push_chunk(&mut body, b"XMP ", packet.as_bytes());
        says_all(&png_with(&[(xmp::KEYWORD, &packet)]), tool, "XMP in PNG");
        let segment = [xmp::SEGMENT, packet.as_bytes()].concat();
        says_all(&jpeg_with(jpeg::APP1, &segment), tool, "XMP in JPEG");
        says_all(&webp::file(&body), tool, "XMP in WebP");
    }
}

/// As ComfyUI's own nodes and others store it where there are no text chunks.
#[test]
fn a_graph_is_read_wherever_nodes_put_it() {
    let graph = r#"{"3":{"class_type":"KSampler","inputs":{"seed":7,"steps":20,"cfg":6.5,"positive":["6",0],
        "negative":["7",0],"latent_image":["5",0]}},"5":{"class_type":"EmptyLatentImage","inputs":{"width":832,"height":1216}},
        "6":{"class_type":"CLIPTextEncode","inputs":{"text":"a fox 狐"}},"7":{"class_type":"CLIPTextEncode","inputs":{"text":"blurry"}},
        "8":{"class_type":"VAEDecode","inputs":{"samples":["3",0]}},"9":{"class_type":"SaveImage","inputs":{"images":["8",0]}}}"#;
    for (tag, prefix) in [
        (Tag::Make, "prompt:"),
        (Tag::Model, "prompt:"),
        (Tag::Make, "Prompt: "),
        (Tag::ImageDescription, "Prompt: "),
        (Tag::ImageDescription, ""),
    ] {
        let text = format!("{prefix}{graph}").into_bytes();
        for (container, file) in with_exif(&block_in(tag, Exif::Ascii(vec![text]), true)) {
            says_all(&file, "ComfyUI", &format!("{container}, {tag}, {prefix}"));
        }
    }
    let both = format!(r#"{{"prompt":{graph},"workflow":{{"nodes":[]}}}}"#);
    let comment = [b"ASCII\0\0\0", both.as_bytes()].concat();
    let exif = block_in(Tag::UserComment, Exif::Undefined(comment, 0), true);
    for (container, file) in with_exif(&exif) {
        says_all(&file, "ComfyUI", &format!("{container}, both in a comment"));
    }
}
