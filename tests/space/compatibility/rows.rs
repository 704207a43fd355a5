//! The rows of the table: an endpoint of `peers/gradio/features.py`, what it is given, and what
//! comes back where it works.

/// What is filled in.
pub enum Value {
    Text(&'static str),
    Number(f64),
    Flag,
    Texts(&'static str),
    Json(&'static str),
    /// Bytes and their type.
    File(&'static [u8], &'static str),
    Files(&'static [u8], &'static str),
}

pub struct Row {
    /// The endpoint.
    pub name: &'static str,
    /// The first column of the table.
    pub title: &'static str,
    pub value: Option<Value>,
    /// Which field of the form it goes into.
    pub field: usize,
    /// What one of the words that come back holds.
    pub words: &'static str,
    pub pictures: usize,
    pub files: usize,
    /// It ends with an error of these words.
    pub fails: bool,
}

const NOTHING: Row = Row {
    name: "",
    title: "",
    value: None,
    field: 0,
    words: "",
    pictures: 0,
    files: 0,
    fails: false,
};

const fn takes(name: &'static str, title: &'static str, value: Value, words: &'static str) -> Row {
    Row { name, title, value: Some(value), words, ..NOTHING }
}

const fn gives(
    name: &'static str,
    title: &'static str,
    pictures: usize,
    files: usize,
    words: &'static str,
) -> Row {
    Row { name, title, pictures, files, words, ..NOTHING }
}

const PIXEL: &[u8] = crate::stub::PIXEL;
const PNG: &str = "image/png";
const SOUND: &[u8] = b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x08\0\0\0\0\0\0\0\0\0\0\0";
const FILM: &[u8] = b"\0\0\0\x18ftypisom\0\0\x02\0isommp41\0\0\0\x10mdat\0\0\0\0\0\0\0\0";

pub const ROWS: &[Row] = &[
    takes("take_textbox", "`Textbox` as input", Value::Text("hello"), "'hello'"),
    takes("take_number", "`Number` as input", Value::Number(3.0), "3"),
    takes("take_slider", "`Slider` as input", Value::Number(0.75), "0.75"),
    takes("take_checkbox", "`Checkbox` as input", Value::Flag, "True"),
    takes("take_checkboxgroup", "`CheckboxGroup` as input", Value::Texts("2nd"), "['2nd']"),
    takes("take_radio", "`Radio` as input", Value::Text("2nd"), "'2nd'"),
    takes("take_dropdown", "`Dropdown` as input", Value::Text("2nd"), "'2nd'"),
    takes(
        "take_dropdown_custom",
        "`Dropdown` with a value of one's own",
        Value::Text("mine"),
        "'mine'",
    ),
    takes(
        "take_dropdown_several",
        "`Dropdown` with several values",
        Value::Texts("2nd"),
        "['2nd']",
    ),
    takes("take_image", "`Image` as input", Value::File(PIXEL, PNG), "picture 1x1"),
    takes("take_gallery", "`Gallery` as input", Value::Files(PIXEL, PNG), "picture 1x1"),
    takes("take_file", "`File` as input", Value::File(b"hello", "text/plain"), "file of 5 bytes"),
    takes(
        "take_files",
        "`File`, several, as input",
        Value::Files(b"hello", "text/plain"),
        "['file of 5 bytes']",
    ),
    takes("take_audio", "`Audio` as input", Value::File(SOUND, "audio/wav"), "file of"),
    takes("take_video", "`Video` as input", Value::File(FILM, "video/mp4"), "file of 40 bytes"),
    takes("take_json", "`JSON` as input", Value::Json("{\"a\": 1}"), "{'a': 1}"),
    takes("take_dataframe", "`Dataframe` as input", Value::Json("[[\"x\", 1]]"), "'x'"),
    takes("take_code", "`Code` as input", Value::Text("print(1)"), "print(1)"),
    takes("take_colorpicker", "`ColorPicker` as input", Value::Text("#aa3300"), "#aa3300"),
    takes(
        "take_datetime",
        "`DateTime` as input",
        Value::Text("2026-11-28T22:53"),
        "2026-11-28 22:53:00",
    ),
    takes(
        "take_mask",
        "`ImageEditor` (3.x: `Image` with the tool `sketch`), a mask over a picture",
        Value::File(PIXEL, PNG),
        "'layers': ['picture",
    ),
    Row {
        words: "{'text': 'a fox', 'files': ['file of",
        ..takes(
            "take_multimodaltextbox",
            "`MultimodalTextbox`, words and files",
            Value::Files(PIXEL, PNG),
            "",
        )
    },
    gives("give_image", "`Image`", 1, 0, ""),
    gives("give_gallery", "`Gallery` with captions", 2, 0, "first"),
    gives("give_gallery_film", "`Gallery` with films", 1, 1, "first"),
    gives("give_chatbot", "`Chatbot` with a picture", 1, 0, "Here it is:"),
    gives("give_file", "`File`, a picture", 1, 0, ""),
    gives("give_imageslider", "`ImageSlider`", 2, 0, ""),
    gives("give_annotatedimage", "`AnnotatedImage`", 1, 0, ""),
    gives("give_plot", "`Plot` of matplotlib", 1, 0, ""),
    gives("give_plotly", "`Plot` of Plotly, kept as a file", 0, 1, "A chart of plotly"),
    gives("give_altair", "`Plot` of Altair, kept as a file", 0, 1, "A chart of altair"),
    gives("give_html", "`HTML` with a picture", 1, 0, "a fox"),
    gives("give_markdown", "`Markdown` with a picture", 1, 0, "a fox"),
    gives("give_text", "`Textbox`", 0, 0, "a fox\n2nd line"),
    gives("give_number", "`Number`", 0, 0, "42"),
    gives("give_label", "`Label`", 0, 0, "fox"),
    gives("give_highlightedtext", "`HighlightedText`", 0, 0, "a fox"),
    gives("give_json", "`JSON`", 0, 0, "0.25"),
    gives("give_dataframe", "`Dataframe`", 0, 0, "\"a\""),
    gives("give_code", "`Code`", 0, 0, "print(1)"),
    gives("give_audio", "`Audio`", 0, 1, ""),
    gives("give_video", "`Video`", 0, 1, ""),
    gives("give_model3d", "`Model3D`", 0, 1, ""),
    gives("give_update", "An update instead of a value", 1, 0, ""),
    gives("way_generator", "A generator: previews, then the picture", 1, 0, "round 3"),
    gives("way_last_word", "A generator that ends without its picture", 1, 0, "All done."),
    gives("way_chain", "Steps that follow one another (`.then`), with `State`", 1, 0, ""),
    gives("way_load", "Choices that are filled in when the page opens", 0, 0, "tiny-xl"),
    Row {
        value: Some(Value::Text("drawing")),
        ..gives("way_follow", "Choices that follow another (`.change`)", 0, 0, "ink")
    },
    gives("way_bars", "Bars in bars (`tqdm`)", 1, 0, ""),
    gives("way_says", "`gr.Info` and `gr.Warning`", 1, 0, ""),
    Row {
        fails: true,
        ..gives("way_error", "`gr.Error`", 0, 0, "No such thing (type: <class 'str'>)")
    },
    gives("way_visitor", "Functions that look at the request", 0, 0, "en easel"),
];
