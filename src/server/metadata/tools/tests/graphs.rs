//! Tests graphs of ComfyUI, with links and decoys.

use super::*;

const NUMBERS: (i128, i128, f64, (i128, i128)) = (7, 20, 6.5, (832, 1216));

/// An unrelated sampler, which made nothing that was saved.
const DECOYS: &str = r#""90":{"class_type":"CLIPTextEncode","inputs":{"text":"a decoy"}},
    "1":{"class_type":"KSampler","inputs":{"seed":1,"steps":1,"cfg":1.0,"positive":["90",0],"negative":["90",0],"latent_image":["91",0]}},
    "91":{"class_type":"EmptyLatentImage","inputs":{"width":1,"height":1}},"#;

#[track_caller]
fn graph(nodes: &str, negative: &str) {
    let graph = format!("{{{DECOYS}{nodes}}}");
    check(&png_with(&[("prompt", &graph)]), "ComfyUI", "a fox", negative, NUMBERS);
}

#[test]
fn values_are_followed_through_links() {
    graph(
        r#""3":{"class_type":"KSampler","inputs":{"seed":["20",0],"steps":["21",0],"cfg":6.5,"positive":["30",0],
            "negative":["30",1],"latent_image":["5",0]}},
        "20":{"class_type":"Seed (rgthree)","inputs":{"seed":7}},"21":{"class_type":"PrimitiveInt","inputs":{"value":20}},
        "30":{"class_type":"ControlNetApplyAdvanced","inputs":{"positive":["6",0],"negative":["7",0],"image":["40",0]}},
        "40":{"class_type":"LoadImage","inputs":{"image":"x.png"}},
        "5":{"class_type":"EmptyLatentImage","inputs":{"width":["22",0],"height":1216}},
        "22":{"class_type":"PrimitiveInt","inputs":{"value":832}},
        "6":{"class_type":"CLIPTextEncode","inputs":{"text":["60",0],"clip":["4",1]}},
        "60":{"class_type":"Reroute","inputs":{"":["61",0]}},
        "61":{"class_type":"PrimitiveStringMultiline","inputs":{"value":"a fox"}},
        "7":{"class_type":"CLIPTextEncode","inputs":{"text":"blurry","clip":["4",1]}},
        "8":{"class_type":"VAEDecode","inputs":{"samples":["3",0]}},
        "9":{"class_type":"SaveImage","inputs":{"images":["8",0]}}"#,
        "blurry",
    );
}

#[test]
fn a_sampler_in_parts_is_put_together() {
    graph(
        r#""3":{"class_type":"SamplerCustomAdvanced","inputs":{"noise":["10",0],"guider":["11",0],"sigmas":["12",0],"latent_image":["5",0]}},
        "10":{"class_type":"RandomNoise","inputs":{"noise_seed":7}},
        "11":{"class_type":"BasicGuider","inputs":{"model":["4",0],"conditioning":["13",0]}},
        "12":{"class_type":"BasicScheduler","inputs":{"scheduler":"simple","steps":20,"denoise":1.0}},
        "13":{"class_type":"FluxGuidance","inputs":{"guidance":6.5,"conditioning":["6",0]}},
        "5":{"class_type":"EmptySD3LatentImage","inputs":{"width":832,"height":1216}},
        "6":{"class_type":"CLIPTextEncode","inputs":{"text":"a fox"}},
        "9":{"class_type":"SaveImage","inputs":{"images":["3",0]}}"#,
        "",
    );
    graph(
        r#""3":{"class_type":"SamplerCustomAdvanced","inputs":{"noise":["10",0],"guider":["11",0],"sigmas":["12",0],"latent_image":["5",0]}},
        "10":{"class_type":"RandomNoise","inputs":{"noise_seed":7}},
        "11":{"class_type":"CFGGuider","inputs":{"cfg":6.5,"positive":["6",0],"negative":["7",0]}},
        "12":{"class_type":"BasicScheduler","inputs":{"steps":20}},
        "5":{"class_type":"EmptySD3LatentImage","inputs":{"width":832,"height":1216}},
        "6":{"class_type":"CLIPTextEncodeSDXL","inputs":{"text_g":"a fox","text_l":"a fox","width":4,"height":4}},
        "7":{"class_type":"CLIPTextEncode","inputs":{"text":"blurry"}},
        "9":{"class_type":"SaveImage","inputs":{"images":["3",0]}}"#,
        "blurry",
    );
}

#[test]
fn the_first_of_two_passes_tells() {
    graph(
        r#""3":{"class_type":"KSampler","inputs":{"seed":7,"steps":20,"cfg":6.5,"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},
        "5":{"class_type":"EmptyLatentImage","inputs":{"width":832,"height":1216}},
        "6":{"class_type":"ConditioningConcat","inputs":{"conditioning_to":["62",0],"conditioning_from":["63",0]}},
        "62":{"class_type":"CLIPTextEncode","inputs":{"text":"a fox"}},"63":{"class_type":"ConditioningZeroOut","inputs":{"conditioning":["62",0]}},
        "7":{"class_type":"CLIPTextEncode","inputs":{"text":"blurry"}},
        "70":{"class_type":"LatentUpscale","inputs":{"samples":["3",0],"width":9,"height":9}},
        "71":{"class_type":"KSampler","inputs":{"seed":8,"steps":9,"cfg":9.0,"positive":["6",0],"negative":["7",0],"latent_image":["70",0],"denoise":0.5}},
        "8":{"class_type":"VAEDecode","inputs":{"samples":["71",0]}},"9":{"class_type":"SaveImage","inputs":{"images":["8",0]}}"#,
        "blurry",
    );
}

#[test]
fn a_canvas_alone_is_read() {
    let canvas = r#"{"nodes":[
        {"id":3,"type":"KSampler","inputs":[{"name":"positive","link":1},{"name":"negative","link":2},{"name":"latent_image","link":3}],
         "widgets_values":[7,"randomize",20,6.5,"euler","normal",1]},
        {"id":5,"type":"EmptyLatentImage","widgets_values":[832,1216,1]},
        {"id":6,"type":"CLIPTextEncode","widgets_values":["a fox"]},
        {"id":7,"type":"CLIPTextEncode","widgets_values":["blurry"]},
        {"id":8,"type":"VAEDecode","inputs":[{"name":"samples","link":4}]},
        {"id":9,"type":"SaveImage","inputs":[{"name":"images","link":5}],"widgets_values":["x"]},
        {"id":10,"type":"CLIPTextEncode","widgets_values":["a decoy"]}],
        "links":[[1,6,0,3,1,"CONDITIONING"],[2,7,0,3,2,"CONDITIONING"],[3,5,0,3,3,"LATENT"],[4,3,0,8,0,"LATENT"],[5,8,0,9,0,"IMAGE"]],
        "extra":{"scale":NaN},"version":0.4}"#;
    check(&png_with(&[("workflow", canvas)]), "ComfyUI", "a fox", "blurry", NUMBERS);
    // In WebP, EXIF tags for cameras hold it.
    let exif = block(Tag::Make, Exif::Ascii(vec![format!("workflow:{canvas}").into_bytes()]));
    let mut body = Vec::new();
    webp::push_chunk(&mut body, b"EXIF", &exif);
    check(&webp::file(&body), "ComfyUI", "a fox", "blurry", NUMBERS);
}

#[test]
fn circles_and_endless_ways_end() {
    let circle = r#"{"1":{"class_type":"KSampler","inputs":{"seed":["1",0],"positive":["2",0],"negative":["2",0],"latent_image":["1",0]}},
        "2":{"class_type":"Join","inputs":{"text1":["2",0],"text2":["3",0],"text3":["2",0],"text":["3",0]}},
        "3":{"class_type":"Join","inputs":{"text1":["2",0],"text2":["2",0],"cond":["3",0]}},
        "9":{"class_type":"SaveImage","inputs":{"images":["1",0]}}}"#;
    let unread = Err(Unread::NotUnderstood("ComfyUI".to_owned()));
    assert_eq!(extract(&png_with(&[("prompt", circle)])), unread);
    let chain: String = (0..4_000)
        .map(|at| {
            format!(
                r#""{at}":{{"class_type":"T","inputs":{{"text1":["{}",0],"text2":["{}",0]}}}},"#,
                at + 1,
                at + 1
            )
        })
        .collect();
    let graph = format!(
        r#"{{{chain}"s":{{"class_type":"KSampler","inputs":{{"seed":1,"positive":["0",0],"negative":["0",0]}}}}}}"#
    );
    assert!(extract(&png_with(&[("prompt", &graph)])).is_ok());
}
