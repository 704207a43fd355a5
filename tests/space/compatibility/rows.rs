//! The rows of the table: an endpoint of `peers/gradio/features.py`, its input, and its output
//! where it works.

/// The value to fill in.
pub enum Value {
    Text(&'static str),
    Number(f64),
    Whole(i128),
    Flag,
    Texts(&'static str),
    Json(&'static str),
    /// Bytes and their content type.
    File(&'static [u8], &'static str),
    Files(&'static [u8], &'static str),
    /// A file with this name.
    Named(&'static str),
}

pub struct Row {
    /// The endpoint.
    pub name: &'static str,
    /// The first column of the table.
    pub title: &'static str,
    pub value: Option<Value>,
    /// The index of the form's field for the value.
    pub field: usize,
    /// A part of one of the returned texts.
    pub words: &'static str,
    pub pictures: usize,
    pub files: usize,
    /// Whether it fails with an error that contains `words`.
    pub fails: bool,
    /// Whether the form warns that the result may differ.
    pub is_warned: bool,
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
    is_warned: false,
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
    takes("take_dropdown_numbers", "`Dropdown` of numbers", Value::Whole(128), "128"),
    takes(
        "take_dropdown_index",
        "`Dropdown`, its place in the list as input",
        Value::Text("2nd"),
        "1",
    ),
    takes("take_number_precise", "`Number` with a precision as input", Value::Number(3.0), "3"),
    takes("take_password", "`Textbox` for a password as input", Value::Text("hush"), "'hush'"),
    gives("take_defaults", "The defaults of all of them", 0, 0, "as they are"),
    takes("take_image", "`Image` as input", Value::File(PIXEL, PNG), "picture 1x1"),
    takes("take_gallery", "`Gallery` as input", Value::Files(PIXEL, PNG), "picture 1x1"),
    takes("take_file", "`File` as input", Value::File(b"hello", "text/plain"), "file of 5 bytes"),
    takes(
        "take_files",
        "`File`, several, as input",
        Value::Files(b"hello", "text/plain"),
        "['file of 5 bytes']",
    ),
    takes(
        "take_file_named",
        "`File` with a name beyond ASCII as input",
        Value::Named("två “狐” & fox #1.bin"),
        "tv\u{e5} ",
    ),
    takes(
        "take_uploadbutton",
        "`UploadButton` as input",
        Value::File(b"hello", "text/plain"),
        "file of 5 bytes",
    ),
    takes(
        "take_model3d",
        "`Model3D` as input",
        Value::File(b"v 0 0 0\n", "model/obj"),
        "file of 8 bytes",
    ),
    gives("take_button", "`Button`, its words as input", 0, 0, "'Paint it'"),
    takes("take_imageslider", "`ImageSlider` as input", Value::Files(PIXEL, PNG), "picture 1x1"),
    takes(
        "take_highlightedtext",
        "`HighlightedText` as input",
        Value::Json("[{\"token\": \"a\", \"class_or_confidence\": \"noun\"}]"),
        "'noun'",
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
    gives("give_files", "`File`, several", 1, 1, ""),
    gives("give_imageeditor", "`ImageEditor`", 1, 0, ""),
    gives("give_json_picture", "`JSON` with a picture", 1, 0, "score"),
    gives("give_dataframe_picture", "`Dataframe` with a picture", 1, 0, "a fox"),
    gives("give_html_own", "`HTML` with a picture of the app", 1, 0, "a fox"),
    gives("give_html_link", "`HTML` with a link to a file of the app", 0, 1, "a fox"),
    gives("give_text_own", "`Textbox` with the address of a picture of the app", 1, 0, "file="),
    gives("give_markdown_own", "`Markdown` with a picture of the app", 1, 0, "a fox"),
    gives("give_html_drawing", "`HTML` with a drawing (`<svg>`)", 1, 1, "a fox"),
    gives("give_html_background", "`HTML` with a picture as background", 1, 0, "a fox"),
    gives("give_text_picture", "`Textbox` with a picture in base64", 1, 0, ""),
    gives("give_chatbot_words", "`Chatbot` with a picture in its words", 1, 0, ""),
    gives("give_chatbot_component", "`Chatbot` with an `Image` in it", 1, 0, ""),
    gives("give_chatbot_gallery", "`Chatbot` with a `Gallery` in it", 2, 0, ""),
    gives("give_downloadbutton", "`DownloadButton`", 0, 1, ""),
    gives("give_slider", "`Slider`", 0, 0, "42"),
    gives("give_dropdown", "`Dropdown`", 0, 0, "b"),
    gives("give_checkbox", "`Checkbox`", 0, 0, "true"),
    gives("give_nothing_but_picture", "`Image`, a file with a name beyond ASCII", 1, 0, ""),
    gives("give_file_named", "`File` with a name beyond ASCII", 0, 1, ""),
    gives("give_number_big", "`Textbox` with digits beyond 2⁵³", 0, 0, "18446744073709551557"),
    gives("give_words_alone", "`Image` that stays empty beside words", 0, 0, "no picture"),
    gives("give_two_images", "Two `Image`s", 2, 0, ""),
    gives("give_update", "An update instead of a value", 1, 0, ""),
    gives("way_generator", "A generator: previews, then the picture", 1, 0, "round 3"),
    gives("way_last_word", "A generator that ends without its picture", 1, 0, "All done."),
    gives("way_chain", "Steps that follow one another (`.then`), with `State`", 1, 0, ""),
    gives("way_success", "Steps that follow a success (`.success`)", 1, 0, ""),
    gives("way_deep", "Four steps, each with the words of the one before", 1, 0, "again again"),
    gives("way_hidden_first", "Steps of which the first is private", 1, 0, ""),
    gives("finish", "A later step, by its name", 1, 0, ""),
    gives("way_failed", "Steps that follow a failure (`.then`)", 1, 0, ""),
    Row {
        value: Some(Value::File(PIXEL, "image/png")),
        ..gives("way_upload", "A picture that its upload changes (`.upload`)", 0, 0, "24x16")
    },
    Row {
        value: Some(Value::File(PIXEL, "image/png")),
        ..gives("way_keeps", "A picture that its upload keeps in `State`", 0, 0, "kept: picture")
    },
    gives("way_timer", "A result that a `Timer` asks for", 1, 0, ""),
    gives("way_picked", "A function that needs a click into a picture (`.select`)", 1, 0, ""),
    Row {
        is_warned: true,
        ..gives("way_script", "A script that changes what is sent (`js`)", 0, 0, "a fox again")
    },
    gives("way_batch", "Functions that work in batches", 1, 0, ""),
    gives("way_direct", "Functions without a queue", 1, 0, ""),
    gives("way_on", "Functions with several triggers (`gr.on`)", 1, 0, ""),
    gives("way_load", "Choices that are filled in when the page opens", 0, 0, "tiny-xl"),
    gives("way_load_chain", "Choices that a second step of the opening fills in", 0, 0, "'heun'"),
    gives(
        "way_boxes",
        "Several text boxes, of which one asks for the prompt",
        0,
        0,
        "('', 'a fox', '')",
    ),
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
