//! Tests files as models return them, and malicious files.

use std::time::Instant;

use super::*;

fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' \
         viewBox='0 0 100 50'>{inside}</svg>"
    )
}

/// Retries while all slots are taken by other tests.
fn drawn(text: &str) -> Result<Image, Undrawn> {
    static TURN: parking_lot::Mutex<()> = parking_lot::Mutex::new(());
    let _turn = TURN.lock();
    loop {
        match rasterise(text.as_bytes(), ()) {
            Err(Undrawn::Busy) => std::thread::yield_now(),
            drawn => return drawn,
        }
    }
}

#[test]
fn a_drawing_becomes_a_picture_of_a_size_to_look_at() {
    let file = svg("<rect width='50' height='50' fill='#ff0000'/>");
    assert!(is_svg(file.as_bytes()));
    let image = drawn(&file).unwrap();
    assert_eq!((image.width, image.height), (1024, 512));
    let pixels = image::load_from_memory(&image.bytes).unwrap().into_rgba8();
    assert_eq!(pixels.get_pixel(100, 100).0, [255, 0, 0, 255]);
    assert_eq!(pixels.get_pixel(900, 100).0[3], 0);
}

#[test]
fn what_is_usual_in_drawings_is_drawn() {
    let file = svg(
        "<style>.a{fill:url(#g)}.b{clip-path:url(#c)}</style><defs><linearGradient id='g'>\
         <stop stop-color='red'/><stop offset='1' stop-color='blue'/></linearGradient>\
         <clipPath id='c'><rect width='90' height='40'/></clipPath>\
         <filter id='f'><feGaussianBlur stdDeviation='2'/></filter>\
         <pattern id='p' width='10' height='10' patternUnits='userSpaceOnUse'><circle r='4'/></pattern>\
         <symbol id='s' viewBox='0 0 10 10'><path d='M0 0 10 10' stroke='red'/></symbol></defs>\
         <g class='b' opacity='.5'><rect class='a' width='100' height='50'/>\
         <use xlink:href='#s' width='20' height='20'/></g>\
         <circle cx='50' cy='25' r='20' fill='url(#p)' filter='url(#f)' stroke='black' \
         stroke-dasharray='1 2'/>",
    );
    let pixels = image::load_from_memory(&drawn(&file).unwrap().bytes).unwrap().into_rgba8();
    assert!(pixels.get_pixel(800, 50).0[3] > 0);
    let doctype = format!(
        "\u{feff}<?xml version='1.0'?><!-- by hand --><!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'>{file}"
    );
    assert!(is_svg(doctype.as_bytes()) && drawn(&doctype).is_ok());
}

#[test]
fn other_texts_are_no_svg() {
    for text in
        ["", "<", "a fox", "<!doctype html><svg/>", "<html><svg/></html>", "<!--", "<svgx/>"]
    {
        assert!(!is_svg(text.as_bytes()), "{text}");
        assert!(drawn(text).is_err(), "{text}");
    }
    assert_eq!(rasterise(b"\xff\xfe", ()), Err(Undrawn::NoSvg));
    assert_eq!(rasterise(&vec![b' '; MAX_BYTES + 1], ()), Err(Undrawn::TooLarge));
}

#[test]
fn nothing_is_loaded() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), include_bytes!("../../../../tests/fixtures/metadata/a1111.png"))
        .unwrap();
    let path = secret.path().display();
    for href in [format!("{path}"), format!("file://{path}"), "http://127.0.0.1:9/x.png".to_owned()]
    {
        let image =
            drawn(&svg(&format!("<image href='{href}' width='100' height='50'/>"))).unwrap();
        let pixels = image::load_from_memory(&image.bytes).unwrap().into_rgba8();
        assert!(pixels.pixels().all(|pixel| pixel.0 == [0; 4]), "{href}");
    }
    let entity =
        format!("<!DOCTYPE svg [<!ENTITY x SYSTEM 'file://{path}'>]>{}", svg("<title>&x;</title>"));
    let _ = drawn(&entity);
}

/// Ten levels of ten.
fn levels(each: impl Fn(usize) -> String) -> String {
    (0..10).map(each).collect()
}

#[test]
fn files_that_are_made_to_do_harm_are_refused_at_once() {
    let uses = levels(|level| {
        let inside = format!("<use xlink:href='#a{}'/>", level + 1).repeat(10);
        format!("<g id='a{level}'>{inside}</g>")
    });
    let clips = levels(|level| {
        let inside =
            format!("<rect width='9' height='9' clip-path='url(#c{})'/>", level + 1).repeat(10);
        format!("<clipPath id='c{level}' clipPathUnits='objectBoundingBox'>{inside}</clipPath>")
    });
    let styled = levels(|level| {
        let inside = format!("<rect width='9' height='9' class='k{}'/>", level + 1).repeat(10);
        format!(
            "<style>.k{level}{{mask:url(#m{level})}}</style><mask id='m{level}'>{inside}</mask>"
        )
    });
    let patterns = levels(|level| {
        let inside = format!("<rect width='9' height='9' fill='url(#p{})'/>", level + 1).repeat(10);
        format!("<pattern id='p{level}' width='9' height='9'>{inside}</pattern>")
    });
    let filter = |primitive: &str| {
        format!(
            "<filter id='f'>{primitive}</filter><rect width='100' height='50' filter='url(#f)'/>"
        )
    };
    for (what, inside) in [
        ("uses", uses + "<use xlink:href='#a0'/>"),
        ("clips", clips + "<rect width='9' height='9' clip-path='url(#c0)'/>"),
        ("styled", styled + "<rect width='9' height='9' class='k0'/>"),
        ("patterns", patterns + "<rect width='9' height='9' fill='url(#p0)'/>"),
        ("deep", format!("{}{}", "<g>".repeat(20_000), "</g>".repeat(20_000))),
        ("many", "<g/>".repeat(300_000)),
        ("octaves", filter("<feTurbulence baseFrequency='1' numOctaves='999999'/>")),
        ("radius", filter("<feMorphology radius='999999'/>")),
        ("primitives", filter(&"<feGaussianBlur stdDeviation='9'/>".repeat(2_000))),
        ("tile", "<pattern id='p' width='1e6' height='1e6' patternUnits='userSpaceOnUse'><rect width='1e6' height='1e6'/></pattern><rect width='100' height='50' fill='url(#p)'/>".to_owned()),
        ("paths", "<rect width='100' height='50' fill='red'/>".repeat(30_000)),
    ] {
        let started = Instant::now();
        let refused = drawn(&svg(&inside));
        assert_eq!(refused.map(|_| ()), Err(Undrawn::TooComplex), "{what}");
        println!("{what}: {:?}", started.elapsed());
    }
}

#[test]
fn what_takes_too_much_memory_in_full_is_drawn_smaller() {
    let (open, close) = ("<g opacity='.9'>".repeat(50), "</g>".repeat(50));
    let image =
        drawn(&svg(&format!("{open}<rect width='100' height='50'/><path d='M0 0 9 9'/>{close}")))
            .unwrap();
    assert!((256..1024).contains(&image.width), "{}", image.width);
}

#[test]
fn sizes_that_are_none_are_no_picture() {
    for size in [
        "width='0' height='0'",
        "width='1e30' height='1'",
        "width='-1' height='4'",
        "width='NaN' height='2'",
    ] {
        let file = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' {size}><rect width='9' height='9'/></svg>"
        );
        if let Ok(image) = drawn(&file) {
            assert!(image.width <= 2048 && image.height <= 2048, "{size}");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn any_text_is_drawn_or_refused(inside in "[<>/a-z0-9=#'\"() ]{0,80}") {
        let _ = drawn(&svg(&inside));
        let _ = is_svg(inside.as_bytes());
    }
}
