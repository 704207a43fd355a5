"""An app with an endpoint for each component and feature of Gradio that docs/compatibility.md lists.

    tests/peers/gradio.sh VERSION PORT features

Runs on Gradio 3.50 to 6: what a release does not have has no endpoint there. The app ends when its
standard input does.
"""
import argparse
import hashlib
import os
import sys
import tempfile
import threading
import time

import gradio as gr
from PIL import Image

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()
OLD = int(gr.__version__.split(".")[0]) < 4
# Only the page itself may call it.
PRIVATE = {"api_visibility": "private"} if gr.__version__.startswith("6") else {"api_name": False}
# The page changes what it sends.
SCRIPT = {"_js" if OLD else "js": "(words) => [words + '!']"}
WORDS = {"photo": ["real", "grain"], "drawing": ["ink", "chalk"]}
# Files in it are shown by their address.
SHOWN = tempfile.mkdtemp()
PIXEL = ("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGMQUDCAIAY4CwAV1AJB"
         "NIRtCgAAAABJRU5ErkJggg==")


def paint(words, size=(96, 64)):
    return Image.new("RGB", size, tuple(hashlib.sha256(str(words).encode()).digest()[:3]))


def saved(words, name="picture.png", size=(96, 64)):
    path = os.path.join(tempfile.mkdtemp(), name)
    paint(words, size).save(path)
    return path


def film(name="clip.mp4"):
    def box(kind, body):
        return (len(body) + 8).to_bytes(4, "big") + kind + body

    path = os.path.join(tempfile.mkdtemp(), name)
    with open(path, "wb") as out:
        out.write(box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"mdat", b"\0" * 64))
    return path


def sound():
    path = os.path.join(tempfile.mkdtemp(), "tone.wav")
    with open(path, "wb") as out:
        out.write(b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\x08\0\0\0" + b"\0" * 8)
    return path


def solid():
    path = os.path.join(tempfile.mkdtemp(), "fox.obj")
    with open(path, "w") as out:
        out.write("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n")
    return path


def update(**what):
    return gr.update(**what)


def told(value):
    """What arrived, without what differs from run to run."""
    if isinstance(value, dict) and "mask" in value:
        # As 3.x calls them.
        value = {"background": value["image"], "layers": [value["mask"]]}
    if isinstance(value, dict):
        return {name: told(one) for name, one in value.items() if name not in ("composite", "id")}
    if isinstance(value, (list, tuple)):
        return [told(one) for one in value]
    if isinstance(value, Image.Image):
        return f"picture {value.width}x{value.height}"
    if isinstance(value, str) and os.path.exists(value):
        return f"file of {os.path.getsize(value)} bytes"
    if hasattr(value, "name") and os.path.exists(str(value.name)):
        return f"file of {os.path.getsize(value.name)} bytes"
    if type(value).__name__ == "DataFrame":
        return value.values.tolist()
    return value


def takes(name, make):
    """An endpoint that says what it was given."""
    try:
        given = make()
    except (AttributeError, TypeError):
        return
    gr.Button(name).click(lambda words, value: repr(told(value)), [prompt, given], note, api_name=name)


def defaults():
    """An endpoint that says which of its inputs did not arrive as they stand in its page."""
    table = [["x", 1]]
    made = [
        (lambda: gr.Textbox("two\nlines", lines=2), "two\nlines"),
        (lambda: gr.Number(2.5), 2.5),
        (lambda: gr.Number(7, precision=0), 7),
        (lambda: gr.Number(None), None),
        (lambda: gr.Slider(0, 10, 4), 4),
        (lambda: gr.Slider(-1, 1, 0.1, step=0.1), 0.1),
        (lambda: gr.Checkbox(True), True),
        (lambda: gr.CheckboxGroup(["a", "b"], value=["b"]), ["b"]),
        (lambda: gr.CheckboxGroup(["a", "b"]), []),
        (lambda: gr.Radio([1, 2, 4], value=2), 2),
        (lambda: gr.Radio(["a", "b"]), None),
        (lambda: gr.Radio(["a", "b"], value="b", type="index"), 1),
        (lambda: gr.Dropdown([64, 128], value=128), 128),
        (lambda: gr.Dropdown(["a", "b"], value=["b", "a"], multiselect=True), ["b", "a"]),
        (lambda: gr.Dropdown(["a", "b"], value=None), None),
        (lambda: gr.Dropdown(["a", "b"], value="c", allow_custom_value=True), "c"),
        (lambda: gr.ColorPicker("#aa3300"), "#aa3300"),
        (lambda: gr.Code("print(1)"), "print(1)"),
        (lambda: gr.Code("{}", language="json"), "{}"),
        (lambda: gr.JSON({"a": [1, {"a": None}]}), {"a": [1, {"a": None}]}),
        (lambda: gr.JSON([1, [2]]), [1, [2]]),
        (lambda: gr.Dataframe(table, headers=["a", "b"], type="array"), table),
        (lambda: gr.Image(saved("given"), type="pil"), "picture 96x64"),
        (lambda: gr.File(film()), "file of 96 bytes"),
        (lambda: gr.File([film(), sound()], file_count="multiple"), ["file of 96 bytes", "file of 52 bytes"]),
        (lambda: gr.Video(film()), "file of 96 bytes"),
        (lambda: gr.Model3D(solid()), "file of 32 bytes"),
        (lambda: gr.Markdown("*a*"), "*a*"),
        (lambda: gr.HTML("<b>a</b>"), "<b>a</b>"),
        (lambda: gr.State({"a": [1]}), {"a": [1]}),
        (lambda: gr.State([]), []),
        (lambda: gr.Chatbot(), []),
        (lambda: gr.Textbox("hidden", visible=False), "hidden"),
        (lambda: gr.Textbox(None), ""),
    ]
    if not OLD:
        made += [
            (lambda: gr.Dropdown([("One", 1), ("Two", 2.5)], value=2.5), 2.5),
            (lambda: gr.Dropdown([("No", False), ("Yes", True)], value=True), True),
            (lambda: gr.Gallery([saved("given")], type="pil"), [["picture 96x64", None]]),
            (lambda: gr.MultimodalTextbox({"text": "a", "files": []}), {"text": "a", "files": []}),
            (lambda: gr.DateTime("2026-01-02 03:04:05", type="string"), "2026-01-02 03:04:05"),
            (lambda: gr.Audio(sound(), type="filepath"), "file of 52 bytes"),
            (lambda: gr.HighlightedText([("a", "noun")]), [{"token": "a", "class_or_confidence": "noun"}]),
            (lambda: gr.Label("fox"), "fox"),
        ]
    parts, wanted = [], []
    for make, value in made:
        try:
            parts.append(make())
        except (AttributeError, TypeError) as error:
            print("left out:", error, file=sys.stderr)
            continue
        wanted.append(value)

    def compare(words, *given):
        kinds = [type(part).__name__ for part in parts]
        wrong = [f"{kind}: {told(one)!r} and not {value!r}" for kind, one, value in zip(kinds, given, wanted) if told(one) != value]
        return "; ".join(wrong) or f"all {len(given)} as they are"

    gr.Button("defaults").click(compare, [prompt, *parts], note, api_name="take_defaults")


def gives(name, make, value):
    """An endpoint that answers `value(prompt)`."""
    try:
        shown = make()
    except (AttributeError, TypeError, ImportError):
        return
    gr.Button(name).click(value, prompt, shown, api_name=name)


def drawn_by(library):
    """What Gradio takes of a chart, without the library that draws it."""
    return type("Figure", (), {
        "__module__": library,
        "savefig": lambda self, out, format: paint(library).save(out, format),
        "to_json": lambda self: '{"mark": "bar", "data": [1, 2]}',
    })()


def chart(words):
    try:
        import matplotlib
    except ImportError:
        return drawn_by("matplotlib.figure")
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(1, 1))
    figure.subplots().plot([1, 2])
    return figure


def talk(words):
    path = saved(words)
    if int(gr.__version__.split(".")[0]) < 5:
        return [[words, "Here it is:"], [None, (path,)]]
    return [{"role": "user", "content": words}, {"role": "assistant", "content": "Here it is:"},
            {"role": "assistant", "content": {"path": path}}]


def chatbot():
    return gr.Chatbot(type="messages") if gr.__version__.startswith("5.") else gr.Chatbot()


def rounds(words):
    for number in range(3):
        yield paint(words, (96, 64) if number == 2 else (24, 16)), f"round {number + 1}"
        time.sleep(0.2)


def last_word(words):
    for number in range(3):
        yield {picture: paint(words, (96, 64) if number == 2 else (24, 16)), note: f"round {number + 1}"}
        time.sleep(0.2)
    yield {note: "All done."}


def bars(words, progress=gr.Progress(track_tqdm=True)):
    import tqdm

    for _ in tqdm.tqdm(range(3), desc="pictures"):
        for _ in tqdm.tqdm(range(4), desc="steps"):
            time.sleep(0.05)
    return paint(words)


JOBS = {}


def begin(words):
    JOBS[words] = time.monotonic() + 0.5
    return words


def asked(words):
    is_done = time.monotonic() > JOBS.get(words, float("inf"))
    return (paint(words) if is_done else None), gr.Timer(active=not is_done)


def says(words):
    gr.Info("Almost there.")
    return paint(words)


def broken(words):
    raise gr.Error("No <b>such</b> thing (type: <class 'str'>)")


def finish(task):
    return paint(task["words"])


def loaded(words, model):
    if model not in ("tiny-xl", "large-xl"):
        raise gr.Error(f"No checkpoint named {model!r}")
    return model


def follows(words, kind, style):
    if style not in WORDS[kind]:
        raise gr.Error(f"{style!r} is no style of {kind!r}")
    return style


def greet(words):
    return f"{words} again"


def own_address(path):
    """Where the app's page has a file, as an app writes it into words."""
    before = "/" if OLD or gr.__version__.startswith("4") else "/gradio_api/"
    return f"{before}file={path}"


def served(words):
    """A picture that the app's page may show by its address."""
    path = os.path.join(SHOWN, "picture.png")
    paint(words).save(path)
    return own_address(path)


def offered(words):
    """A film that the app's page may offer as a download."""
    path = os.path.join(SHOWN, "clip of a fox.mp4")
    os.replace(film(), path)
    return own_address(path).replace(" ", "%20")


def visitor(words, request: gr.Request):
    return f"{request.headers['accept-language']} {request.headers['user-agent'].split('/')[0]}"


with gr.Blocks(title="features") as demo:
    prompt = gr.Textbox(label="Prompt")
    picture, note, gallery = gr.Image(label="Result"), gr.Textbox(label="Note"), gr.Gallery(label="Finished")
    state = gr.State()
    pairs = [("One", "1st"), ("Two", "2nd")]
    named = ["1st", "2nd"] if OLD else pairs

    takes("take_textbox", lambda: gr.Textbox(label="Value"))
    takes("take_number", lambda: gr.Number(label="Value"))
    takes("take_slider", lambda: gr.Slider(0, 1, 0.5, step=0.25, label="Value"))
    takes("take_checkbox", lambda: gr.Checkbox(label="Value"))
    takes("take_checkboxgroup", lambda: gr.CheckboxGroup(named, label="Value"))
    takes("take_radio", lambda: gr.Radio(named, label="Value"))
    takes("take_dropdown", lambda: gr.Dropdown(named, label="Value"))
    takes("take_dropdown_custom", lambda: gr.Dropdown(named, allow_custom_value=True, label="Value"))
    takes("take_dropdown_several", lambda: gr.Dropdown(named, multiselect=True, label="Value"))
    takes("take_dropdown_numbers", lambda: gr.Dropdown([64, 128], label="Value"))
    takes("take_dropdown_index", lambda: gr.Dropdown(["1st", "2nd"], type="index", label="Value"))
    takes("take_number_precise", lambda: gr.Number(precision=0, label="Value"))
    takes("take_password", lambda: gr.Textbox(type="password", label="Value"))
    takes("take_uploadbutton", lambda: gr.UploadButton(label="Value"))
    takes("take_model3d", lambda: gr.Model3D(label="Value"))
    takes("take_button", lambda: gr.Button("Paint it"))
    takes("take_imageslider", lambda: gr.ImageSlider(type="pil", label="Value"))
    takes("take_highlightedtext", lambda: gr.HighlightedText(label="Value"))
    named_file = gr.File(label="Value")
    gr.Button("named").click(
        lambda words, file: os.path.basename(str(getattr(file, "name", file))), [prompt, named_file], note, api_name="take_file_named")
    defaults()
    takes("take_image", lambda: gr.Image(type="pil", label="Value"))
    if not OLD:
        takes("take_gallery", lambda: gr.Gallery(type="pil", label="Value"))
    takes("take_file", lambda: gr.File(label="Value"))
    takes("take_files", lambda: gr.File(file_count="multiple", label="Value"))
    takes("take_audio", lambda: gr.Audio(type="filepath", label="Value"))
    takes("take_video", lambda: gr.Video(label="Value"))
    takes("take_json", lambda: gr.JSON(label="Value"))
    takes("take_dataframe", lambda: gr.Dataframe(headers=["a", "b"], label="Value"))
    takes("take_code", lambda: gr.Code(label="Value"))
    takes("take_colorpicker", lambda: gr.ColorPicker(label="Value"))
    takes("take_datetime", lambda: gr.DateTime(type="string", label="Value"))
    takes("take_mask", lambda: (
        gr.Image(tool="sketch", type="pil", label="Value") if OLD else gr.ImageEditor(type="pil", label="Value")))
    try:
        words_and_files = gr.MultimodalTextbox(label="What shall I paint?")
        gr.Button("m").click(lambda box: repr(told(box)), words_and_files, note, api_name="take_multimodaltextbox")
    except AttributeError:
        pass

    gives("give_image", gr.Image, paint)
    gives("give_gallery", gr.Gallery, lambda words: [(saved(words), "first"), (saved(words + "2"), "second")])
    gives("give_gallery_film", gr.Gallery, lambda words: [(saved(words), "first"), (film(), "the film")])
    gives("give_chatbot", chatbot, talk)
    gives("give_file", gr.File, lambda words: saved(words))
    gives("give_imageslider", lambda: gr.ImageSlider(), lambda words: (saved(words), saved(words + "2")))
    gives("give_annotatedimage", lambda: gr.AnnotatedImage(), lambda words: (paint(words), [((0, 0, 9, 9), "fox")]))
    gives("give_plot", gr.Plot, chart)
    gives("give_plotly", gr.Plot, lambda words: drawn_by("plotly.graph_objs"))
    gives("give_altair", gr.Plot, lambda words: drawn_by("altair.vegalite"))
    gives("give_html", gr.HTML, lambda words: f"<p>{words}</p><img src='{PIXEL}'>")
    gives("give_markdown", gr.Markdown, lambda words: f"*{words}* ![fox]({PIXEL})")
    gives("give_text", gr.Textbox, lambda words: f"{words}\n2nd line")
    gives("give_number", gr.Number, lambda words: 42)
    gives("give_label", gr.Label, lambda words: {"fox": 0.75, "dog": 0.25})
    gives("give_highlightedtext", gr.HighlightedText, lambda words: [(words, "noun")])
    gives("give_json", gr.JSON, lambda words: {"score": 0.25})
    gives("give_dataframe", gr.Dataframe, lambda words: [["a", 1]])
    gives("give_code", gr.Code, lambda words: "print(1)")
    gives("give_audio", gr.Audio, lambda words: sound())
    gives("give_video", gr.Video, lambda words: film())
    gives("give_model3d", gr.Model3D, lambda words: solid())
    gives("give_update", gr.Image, lambda words: update(value=saved(words), visible=True))

    gives("give_files", lambda: gr.File(file_count="multiple"), lambda words: [saved(words), sound()])
    gives("give_imageeditor", lambda: gr.ImageEditor(), lambda words: {"background": saved(words), "layers": [], "composite": saved(words)})
    gives("give_json_picture", gr.JSON, lambda words: {"pictures": [{"image": PIXEL}], "score": 1})
    gives("give_dataframe_picture", lambda: gr.Dataframe(datatype=["str", "markdown"]), lambda words: [[words, f"![fox]({PIXEL})"]])
    gives("give_html_own", gr.HTML, lambda words: f"<p>{words}</p><img alt='a > b' src='{served(words)}'>")
    gives("give_html_link", gr.HTML, lambda words: f"<p>{words}</p><a class='save' href='{offered(words)}' download>Save</a>")
    gives("give_text_own", gr.Textbox, served)
    gives("give_markdown_own", gr.Markdown, lambda words: f"{words}\n\n![fox]({served(words)})")
    gives("give_chatbot_words", chatbot, lambda words: talk(words)[:1] + (
        [[None, f"![fox]({PIXEL})"]] if int(gr.__version__.split(".")[0]) < 5
        else [{"role": "assistant", "content": f"![fox]({PIXEL})"}]))
    if int(gr.__version__.split(".")[0]) >= 5:
        gives("give_chatbot_component", chatbot, lambda words: [
            {"role": "user", "content": words}, {"role": "assistant", "content": gr.Image(saved(words))}])
        gives("give_chatbot_gallery", chatbot, lambda words: [
            {"role": "user", "content": words}, {"role": "assistant", "content": gr.Gallery([saved(words), saved(words + "2")])}])
    gives("give_text_picture", gr.Textbox, lambda words: PIXEL.split(",")[1])
    gives("give_html_drawing", gr.HTML, lambda words: f"<p>{words}</p><svg width='120' height='80'><rect width='99' height='80'/></svg>")
    gives("give_html_background", gr.HTML, lambda words: f"<p>{words}</p><div style='background-image: url({PIXEL})'></div>")
    gives("give_downloadbutton", lambda: gr.DownloadButton(), lambda words: film())
    gives("give_slider", lambda: gr.Slider(0, 100), lambda words: 42)
    gives("give_dropdown", lambda: gr.Dropdown(["a", "b"]), lambda words: "b")
    gives("give_checkbox", gr.Checkbox, lambda words: True)
    gives("give_nothing_but_picture", gr.Image, lambda words: saved(words, "狐 & fox #1.png"))
    gives("give_file_named", gr.File, lambda words: film("två % 狐.mp4"))
    gives("give_number_big", lambda: gr.Textbox(label="Id"), lambda words: "18446744073709551557")
    gr.Button("both").click(lambda words: (None, "no picture"), prompt, [picture, note], api_name="give_words_alone")
    two = gr.Image(label="Second")
    gr.Button("two").click(lambda words: (saved(words), saved(words + "2")), prompt, [picture, two], api_name="give_two_images")

    gr.Button("success").click(lambda words: {"words": words}, prompt, state, api_name="way_success") \
        .success(finish, state, picture, api_name="finish_success").then(lambda: None, None, None)
    photo = gr.Image(type="pil", label="Photo")
    photo.upload(lambda one: paint("cut", (24, 16)), photo, photo)
    gr.Button("upload").click(told, photo, note, api_name="way_upload")
    scan, scanned = gr.Image(type="pil", label="Scan"), gr.State()
    scan.upload(told, scan, scanned)
    gr.Button("keeps").click(lambda kept: f"kept: {kept}", scanned, note, api_name="way_keeps")
    late = gr.Image(label="Late")
    gr.Button("failed").click(broken, prompt, note, api_name="way_failed").then(paint, prompt, late)
    if hasattr(gr, "Timer"):
        begun, timer = gr.State(), gr.Timer(0.2, active=False)
        gr.Button("timer").click(lambda words: (begin(words), gr.Timer(active=True)), prompt, [begun, timer], api_name="way_timer")
        timer.tick(asked, begun, [picture, timer])
    own = gr.State()
    gr.Button("hidden").click(lambda words: {"words": words}, prompt, own, **PRIVATE) \
        .then(finish, own, picture, api_name="way_hidden_first")
    gr.Button("batch").click(lambda words: [[paint(one) for one in words]], prompt, picture, batch=True, max_batch_size=2, api_name="way_batch")
    gr.Button("direct").click(paint, prompt, picture, queue=False, api_name="way_direct")
    if hasattr(gr, "on"):
        gr.on([gr.Button("on").click, prompt.submit], paint, prompt, picture, api_name="way_on")
    gr.Button("deep").click(lambda words: words + "!", prompt, note, api_name="way_deep") \
        .then(greet, note, note, api_name="deep_2").then(greet, note, note, api_name="deep_3").then(paint, note, picture, api_name="deep_4")
    picked = gr.State(None)
    styles = gr.Gallery([saved("a style")], label="Styles", allow_preview=False) if not OLD else gr.Gallery(label="Styles")

    def pick(event: gr.SelectData):
        return event.index

    def picked_style(words, index):
        if index is None:
            raise gr.Error("Choose a style first.")
        return paint(words)

    styles.select(pick, None, picked, api_name="pick")
    gr.Button("picked").click(picked_style, [prompt, picked], picture, api_name="way_picked")
    gr.Button("script").click(greet, prompt, note, api_name="way_script", **SCRIPT)
    gr.Button("generator").click(rounds, prompt, [picture, note], api_name="way_generator")
    gr.Button("last word").click(last_word, prompt, {picture, note}, api_name="way_last_word")
    gr.Button("chain").click(lambda words: {"words": words}, prompt, state, api_name="way_chain") \
        .then(finish, state, picture, api_name="finish")
    model = gr.Dropdown([], label="Checkpoint")
    fill = (lambda: gr.Dropdown.update(choices=["tiny-xl", "large-xl"], value="tiny-xl")) if OLD \
        else (lambda: gr.Dropdown(choices=["tiny-xl", "large-xl"], value="tiny-xl"))
    demo.load(fill, None, model, api_name="fill")
    gr.Button("load").click(loaded, [prompt, model], note, api_name="way_load")
    ready, sampler = gr.State(), gr.Radio([], label="Sampler")
    demo.load(lambda: ["euler", "heun"], None, ready) \
        .then(lambda names: update(choices=names, value=names[1]), ready, sampler)
    gr.Button("load chain").click(lambda words, one: repr(one), [prompt, sampler], note, api_name="way_load_chain")
    boxes = [gr.Textbox(label=label) for label in ("Artist", "What do you want to see?", "Negative prompt")]
    gr.Button("boxes").click(lambda *words: repr(words), boxes, note, api_name="way_boxes")
    kind = gr.Radio(list(WORDS), value="photo", label="Kind")
    style = gr.Dropdown(WORDS["photo"], value="real", label="Style")
    kind.change(lambda kind: update(choices=WORDS[kind], value=WORDS[kind][0]), kind, style, api_name="styles")
    gr.Button("follow").click(follows, [prompt, kind, style], note, api_name="way_follow")
    gr.Button("bars").click(bars, prompt, picture, api_name="way_bars")
    gr.Button("says").click(says, prompt, picture, api_name="way_says")
    gr.Button("broken").click(broken, prompt, picture, api_name="way_error")
    gr.Button("visitor").click(visitor, prompt, note, api_name="way_visitor")
    gr.Button("private").click(lambda words: paint(words), prompt, picture)


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    options = {"ssr_mode": False} if int(gr.__version__.split(".")[0]) >= 5 else {}
    demo.queue().launch(server_name="127.0.0.1", server_port=arguments.port, quiet=True, allowed_paths=[SHOWN], **options)
