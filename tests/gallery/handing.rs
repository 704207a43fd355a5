//! Serving and receiving files: ranges, multiple parts, and conditional requests.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};

use crate::site::{Answer, Browser, Site, png};

/// Bytes that are not a picture, so that nothing is derived from them, and too many for one chunk.
fn large() -> Vec<u8> {
    (0..1_500_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// The path of a large file of this browser.
async fn large_file(site: &Site, browser: &Browser<'_>) -> String {
    let digest = site.state.images().put(large().into()).await.unwrap();
    let records = site.state.records();
    let bytes = large().len() as u64;
    records.add_upload(&browser.session, &digest, "image/png", bytes, 1).await.unwrap();
    format!("/api/images/{digest}")
}

async fn part(browser: &Browser<'_>, path: &str, headers: &[(&str, &str)]) -> Answer {
    browser.ask(Method::GET, path, headers, Vec::new()).await
}

#[tokio::test]
async fn a_file_is_handed_out_whole_or_in_the_part_that_was_asked_for() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let (path, bytes) = (large_file(&site, &browser).await, large());
    let whole = browser.get(&path).await;
    assert_eq!(whole.status, StatusCode::OK);
    assert_eq!(whole.header("content-length"), "1500000");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("cache-control"), "private, max-age=31536000, immutable");
    assert!(whole.bytes == bytes);

    for (range, from, to) in [
        ("bytes=0-0", 0, 1),
        ("bytes=100000-900000", 100_000, 900_001),
        ("bytes=1499999-", 1_499_999, 1_500_000),
        ("bytes=-10", 1_499_990, 1_500_000),
        ("bytes=1499990-9999999", 1_499_990, 1_500_000),
    ] {
        let part = part(&browser, &path, &[("range", range)]).await;
        assert_eq!(part.status, StatusCode::PARTIAL_CONTENT, "{range}");
        let told = format!("bytes {from}-{}/1500000", to - 1);
        assert_eq!(part.header("content-range"), told, "{range}");
        assert!(part.bytes == bytes[from..to], "{range}");
    }
    let beyond = part(&browser, &path, &[("range", "bytes=1500000-")]).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header("content-range"), "bytes */1500000");
    // Anything but a single range is ignored.
    for range in ["bytes=0-1,4-5", "lines=0-1", "bytes=b-a"] {
        let whole = part(&browser, &path, &[("range", range)]).await;
        assert_eq!((whole.status, whole.bytes.len()), (StatusCode::OK, 1_500_000), "{range}");
    }
}

#[tokio::test]
async fn who_has_a_file_is_not_sent_it_again() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let path = large_file(&site, &browser).await;
    let tag = browser.get(&path).await.header("etag").to_owned();
    assert_eq!(tag, format!("\"{}\"", path.rsplit('/').next().unwrap()));
    let weak = format!("\"other\", W/{tag}");
    for known in [tag.as_str(), weak.as_str(), "*"] {
        let answer = part(&browser, &path, &[("if-none-match", known)]).await;
        assert_eq!((answer.status, answer.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        assert_eq!(answer.header("etag"), tag);
    }
    let other = part(&browser, &path, &[("if-none-match", "\"other\"")]).await;
    assert_eq!(other.status, StatusCode::OK);
    // The rest of an interrupted download, if the file is still the same.
    let ranges = [(tag.as_str(), StatusCode::PARTIAL_CONTENT), ("\"other\"", StatusCode::OK)];
    for (tag, status) in ranges {
        let headers = [("range", "bytes=5-"), ("if-range", tag)];
        assert_eq!(part(&browser, &path, &headers).await.status, status, "{tag}");
    }
    let head = browser.ask(Method::HEAD, &path, &[], Vec::new()).await;
    assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-length"), "1500000");
    // A stranger does not learn that the file exists.
    let stranger = site.browser().await;
    let answer = part(&stranger, &path, &[("if-none-match", &tag)]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn not_one_byte_of_a_damaged_file_is_handed_out() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let path = large_file(&site, &browser).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    // The file was verified a moment ago, and modified since.
    let digest = path.rsplit('/').next().unwrap();
    let file = site.state.config.data_dir.join("images").join(&digest[..2]).join(digest);
    let mut bytes = large();
    bytes[1_400_000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    for headers in [&[][..], &[("range", "bytes=0-9")]] {
        let answer = part(&browser, &path, headers).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.text(), "a kept picture is damaged");
    }
    std::fs::remove_file(file).unwrap();
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn names_that_nothing_can_have_are_not_found() {
    let site = Site::new().await;
    for path in [
        "/s/%00".to_owned(),
        format!("/{}", "a".repeat(256)),
        format!("/pkg/{}/x", "a".repeat(300)),
    ] {
        assert_eq!(site.stranger(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_person_at_a_wrong_address_finds_a_page_and_a_program_a_status() {
    let site = Site::new().await;
    let browser = site.browser().await;
    for (accept, words) in [("text/html,*/*", "There is no page at this address."), ("*/*", "")] {
        let answer = browser.ask(Method::GET, "/gallery", &[("accept", accept)], vec![]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains(words));
        assert_eq!(answer.text().is_empty(), words.is_empty());
    }
}

async fn upload(browser: &Browser<'_>, bytes: &[u8]) -> Answer {
    upload_to(browser, "/api/uploads?accept=image/*", ("a", ""), bytes).await
}

/// `file` is the name and the type that the browser declares.
pub async fn upload_to(
    browser: &Browser<'_>,
    address: &str,
    (name, kind): (&str, &str),
    bytes: &[u8],
) -> Answer {
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, b"\r\n--x--\r\n"].concat();
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    browser.ask(Method::POST, address, &kind, body).await
}

/// The files in a folder of the store.
fn files_in(site: &Site, folder: &str) -> Vec<std::path::PathBuf> {
    let folder = site.state.config.data_dir.join(folder);
    let entries = |folder| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries(folder).flat_map(|shelf| entries(shelf.path()));
    files.map(|file| file.path()).collect()
}

#[tokio::test]
async fn an_upload_is_kept_under_its_digest() {
    let site = Site::new().await;
    let browser = site.browser().await;
    // More than one write.
    let mut bytes = png("a fox");
    bytes.resize(12_000_000, 7);
    for _ in 0..2 {
        let answer = upload(&browser, &bytes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let digest = easel::server::picture::digest(&bytes);
        let told = format!("{{\"digest\":\"{digest}\",\"width\":16,\"height\":8}}");
        assert_eq!(answer.text(), told);
        assert!(browser.get(&format!("/api/images/{digest}")).await.bytes == bytes);
    }
    assert_eq!(files_in(&site, "incoming").len(), 0);
}

#[tokio::test]
async fn an_upload_that_is_refused_leaves_nothing() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let large = [png("a fox"), vec![0; 34 * 1024 * 1024]].concat();
    for (bytes, status) in [
        (&b"<html>"[..], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (&[7; 100_000], StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (b"", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (&large, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let answer = upload(&browser, bytes).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    let mut without_cookie = site.browser().await;
    without_cookie.cookie.clear();
    assert_eq!(upload(&without_cookie, &png("a fox")).await.status, StatusCode::FORBIDDEN);
    let no_form = browser.ask(Method::POST, "/api/uploads", &[], Vec::new()).await;
    assert_eq!(no_form.status, StatusCode::BAD_REQUEST);
    until_nothing_arrives(&site).await;
}

/// Incomplete uploads are removed in the background.
async fn until_nothing_arrives(site: &Site) {
    let gone = async {
        while !files_in(site, "incoming").is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), gone).await.unwrap();
}

#[tokio::test]
async fn a_file_of_any_type_is_taken_and_given_back_as_a_download() {
    let site = Site::new().await;
    let browser = site.browser().await;
    for (name, kind, kept) in [
        ("a b.zip", "application/zip", "application/zip"),
        ("två 狐.html", "text/html", "text/html"),
        ("a.png", "image/png", "application/octet-stream"),
        ("x", "nonsense", "application/octet-stream"),
    ] {
        let bytes = format!("<script>{name}</script>").into_bytes();
        let answer = upload_to(&browser, "/api/uploads", (name, kind), &bytes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let digest = easel::server::picture::digest(&bytes);
        let name = name.to_owned();
        assert_eq!(answer.text(), format!("{{\"digest\":\"{digest}\",\"name\":\"{name}\"}}"));
        let records = site.state.records();
        let session = &browser.session;
        assert_eq!(records.file_of(session, &digest).await.unwrap().as_deref(), Some(kept));
        assert_eq!(records.upload_name(session, &digest).await.unwrap(), Some(name));
        let back = browser.get(&format!("/api/images/{digest}")).await;
        assert!(back.bytes == bytes);
        assert_eq!(back.header("content-type"), "application/octet-stream");
        assert!(back.header("content-disposition").starts_with("attachment"));
    }
    let empty = upload_to(&browser, "/api/uploads", ("a", "text/plain"), b"").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_browser_uploads_so_much_in_a_day() {
    let site = Site::with(&[("EASEL_UPLOAD_MB_PER_DAY", "1")]).await;
    let browser = site.browser().await;
    let mut bytes = png("a fox");
    bytes.resize(700_000, 7);
    assert_eq!(upload(&browser, &bytes).await.status, StatusCode::OK);
    let answer = upload(&browser, &bytes).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(answer.text().contains("Try again in"), "{}", answer.text());
    let seconds: u32 = answer.header("retry-after").parse().unwrap();
    assert!(seconds <= 86_401);
    assert!(files_in(&site, "incoming").is_empty());
}

#[tokio::test]
async fn a_photo_is_kept_as_it_is_sent_upright_and_of_nobody() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let photo = include_bytes!("../fixtures/metadata/phone.jpg");
    let answer = upload(&browser, photo).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let told: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!((told["width"].as_u64(), told["height"].as_u64()), (Some(480), Some(640)));
    let digest = told["digest"].as_str().unwrap();
    let sent = browser.get(&format!("/api/images/{digest}")).await.bytes;
    assert!(!sent.windows(7).any(|part| part == b"A phone"));
    let sent = easel::server::picture::recognise(sent.to_vec()).unwrap();
    assert_eq!((sent.width, sent.height), (480, 640));
    // The original bytes are stored nowhere.
    let kept: Vec<_> =
        ["images", "incoming"].iter().flat_map(|folder| files_in(&site, folder)).collect();
    assert_eq!(
        kept,
        [site.state.config.data_dir.join(format!("images/{}/{digest}", &digest[..2]))]
    );
}

#[tokio::test]
async fn a_picture_that_few_models_read_is_named_with_what_to_do() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let bitmap = [b"BM".as_slice(), &[70, 0, 0, 0, 0, 0, 0, 0], &[0; 60]].concat();
    let tiff = [&b"II*\0\x08\0\0\0"[..], &[0; 100_000]].concat();
    for (bytes, name) in [(&bitmap, "BMP"), (&tiff, "TIFF")] {
        let answer = upload(&browser, bytes).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let words = format!("This is {name}, which few models read. Save it as PNG or JPEG");
        assert!(answer.text().starts_with(&words), "{}", answer.text());
        // Where any file is expected, it is taken as it is.
        let given = ("a", "image/x-other");
        let answer = upload_to(&browser, "/api/uploads", given, bytes).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let digest = easel::server::picture::digest(bytes);
        assert!(browser.get(&format!("/api/images/{digest}")).await.bytes == *bytes);
    }
}

#[tokio::test]
async fn a_file_is_refused_in_the_language_of_the_person() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let heic = [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &[0; 200]].concat();
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    for (language, words) in [
        ("en", ["This is a HEIC photo", "This file was cut off", "This file is empty."]),
        ("pt-BR", ["Esta é uma foto HEIC", "Este arquivo foi cortado", "Este arquivo está vazio."]),
        ("zh-CN", ["这是 HEIC 照片", "这个文件在传输途中被截断", "这个文件是空的。"]),
    ] {
        let headers =
            [("content-type", "multipart/form-data; boundary=x"), ("accept-language", language)];
        for ((accept, bytes), words) in
            [("image/*", &heic[..]), ("image/*", &png("a fox")[..60]), ("", b"")].iter().zip(words)
        {
            let body = [head.as_bytes(), *bytes, b"\r\n--x--\r\n"].concat();
            let address = format!("/api/uploads?accept={accept}");
            let answer = browser.ask(Method::POST, &address, &headers, body).await;
            assert!(answer.status.is_client_error(), "{}", answer.text());
            assert!(answer.text().starts_with(words), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn an_upload_that_is_cut_on_its_way_says_so_and_nothing_is_lost() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let earlier = png("an earlier fox");
    assert_eq!(upload(&browser, &earlier).await.status, StatusCode::OK);
    let mut sent = b"--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n".to_vec();
    sent.extend(png("a fox"));
    sent.resize(300_000, 7);
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let answer =
        browser.ask(Method::POST, "/api/uploads?accept=image/*", &kind, sent.clone()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().starts_with("This file was cut off on its way"), "{}", answer.text());

    // The connection itself is lost.
    let lost = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let body = Body::from_stream(futures::stream::iter([Ok(sent), Err(lost)]));
    let request = Request::post("/api/uploads?accept=image/*").header(kind[0].0, kind[0].1);
    let request = request.header("cookie", &browser.cookie).body(body).unwrap();
    assert_eq!(site.status(request).await, StatusCode::BAD_REQUEST);

    until_nothing_arrives(&site).await;
    assert_eq!(files_in(&site, "images").len(), 1);
    let digest = easel::server::picture::digest(&earlier);
    assert!(browser.get(&format!("/api/images/{digest}")).await.bytes == earlier);
}

#[tokio::test]
async fn a_cut_file_and_a_heic_photo_are_refused_with_what_to_do() {
    let site = Site::new().await;
    let browser = site.browser().await;
    let whole = png("a fox");
    let answer = upload(&browser, &whole[..whole.len() - 5]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("cut off"), "{}", answer.text());
    let heic = [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &[0; 200]].concat();
    let answer = upload(&browser, &heic).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.text().contains("Convert it to JPEG"), "{}", answer.text());
    // A comment may contain personal data; the segment with the colour profile is truncated here.
    let mut odd = include_bytes!("../fixtures/metadata/a1111.jpg").to_vec();
    odd.splice(2..2, *b"\xff\xee\x00\x07Adobe");
    let answer = upload(&browser, &odd).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Save it as another"), "{}", answer.text());
    for folder in ["images", "incoming"] {
        assert!(files_in(&site, folder).is_empty(), "{folder}");
    }
}
