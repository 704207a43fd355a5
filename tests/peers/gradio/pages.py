"""An app whose page does much by itself: what follows an upload, a failure or a timer, and words in many
dresses.

    tests/peers/gradio.sh VERSION PORT pages

Runs on Gradio 4.44 to 6. The app ends when its standard input does.
"""
import argparse
import base64
import hashlib
import io
import os
import sys
import threading
import time

import gradio as gr
from PIL import Image

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()
MAJOR = int(gr.__version__.split(".")[0])
# Older errors and infos have no title.
TITLE = {"title": "Out of credit"} if MAJOR >= 5 else {}


def paint(words, size=(96, 64)):
    return Image.new("RGB", size, tuple(hashlib.sha256(str(words).encode()).digest()[:3]))


def encoded(words, size=(96, 64)):
    out = io.BytesIO()
    paint(words, size).save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def film():
    def box(kind, body):
        return (len(body) + 8).to_bytes(4, "big") + kind + body

    return base64.b64encode(box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"mdat", b"\0" * 64)).decode()


def sized(picture):
    return "nothing" if picture is None else f"{picture.width}x{picture.height}"


def boom(words):
    raise gr.Error("No more GPU today")


def half(words):
    yield paint(words)
    raise gr.Error("No more GPU today")


JOBS = {}


def begin(words):
    number = str(len(JOBS))
    JOBS[number] = (words, time.monotonic() + 1)
    return number


def ask(number):
    words, ready = JOBS.get(number) or ("", float("inf"))
    return paint(words) if time.monotonic() > ready else None


def drawing(words):
    return (f"<h3>{words}</h3><svg width='120' height='80'><rect width='120' height='80' fill='red'/></svg>"
            "<svg width='16' height='16'><circle r='8'/></svg>")


def heading(words):
    raise gr.Error("<h3>Not enough <b>credit</b></h3><p>**Top up** at [the shop](https://shop.test/a), "
                   "or wait (type: <class 'str'>).</p>", **TITLE)


def empty(words):
    raise gr.Error("")


def infos(words):
    gr.Info("<p>**Almost** there.</p>", **TITLE)
    gr.Info("")
    return "done"


def tuples(words, progress=gr.Progress()):
    for step in range(3, 11):
        progress((step, 10), desc="Painting")
        time.sleep(0.1)
    return "done"


OPTIONS = {}
label = "What to paint"
if hasattr(gr, "I18n"):
    i18n = gr.I18n(en={"what": "What to paint", "done": "It is done"}, pt={"what": "O que pintar", "done": "Pronto"})
    label, OPTIONS = i18n("what"), {"i18n": i18n}

with gr.Blocks(title="pages") as demo:
    prompt, note, picture = gr.Textbox(label="Prompt"), gr.Textbox(label="Note"), gr.Image(label="Result", format="png")

    photo = gr.Image(type="pil", label="Photo")
    photo.upload(lambda one: paint("cut", (24, 16)), photo, photo)
    gr.Button("Cut out").click(sized, photo, note, api_name="cut_out")

    scan, kept = gr.Image(type="pil", label="Scan"), gr.State()
    scan.upload(lambda one: {"size": sized(one)}, scan, kept)
    gr.Button("Measure").click(lambda kept: str(kept), kept, note, api_name="measure")

    refused, never = gr.Image(type="pil", label="Refused"), gr.State()
    refused.upload(boom, refused, never)
    gr.Button("Refused").click(lambda never: str(never), never, note, api_name="refused")

    said, told, late = gr.Textbox(label="Success"), gr.Textbox(label="Failure"), gr.Image(label="Then", format="png")
    for name, first in [("fails", boom), ("works", lambda words: "fine")]:
        started = gr.Button(name).click(first, prompt, note, api_name=name)
        started.success(lambda: "success", None, said)
        started.then(paint, prompt, late)
        if hasattr(started, "failure"):
            started.failure(lambda: "failure", None, told)
    gr.Button("Fails alone").click(boom, prompt, note, api_name="fails_alone").then(lambda: "ready", None, note)
    gr.Button("Fails late").click(lambda words: words, prompt, gr.State(), api_name="fails_late") \
        .then(boom, prompt, late).then(lambda: "ready", None, note)
    gr.Button("Half").click(half, prompt, picture, api_name="half")

    job, timer = gr.State(), gr.Timer(0.2, active=False)
    gr.Button("Begin").click(lambda words: (begin(words), gr.Timer(active=True)), prompt, [job, timer], api_name="begin")

    def asked(number):
        made = ask(number)
        return made, gr.Timer(active=made is None)

    timer.tick(asked, job, [picture, timer])
    other, endless = gr.State(), gr.Timer(0.2)
    gr.Button("Begin too").click(begin, prompt, other, api_name="begin_endless")
    endless.tick(ask, other, picture)

    task = gr.State()
    gr.Button("Collect").click(lambda words: {"words": words}, prompt, task, api_name="collect") \
        .then(lambda task: paint(task["words"]), task, picture, api_name="finish")

    page, words, info = gr.HTML(label="Page"), gr.Textbox(label="Encoded"), gr.JSON(label="Info")
    gr.Button("Drawing").click(drawing, prompt, page, api_name="drawing")
    gr.Button("Background").click(
        lambda words: f"<div style='background-image: url(\"data:image/png;base64,{encoded(words)}\")'></div>",
        prompt, page, api_name="background")
    gr.Button("Film").click(
        lambda words: f"<video controls><source src='data:video/mp4;base64,{film()}' type='video/mp4'></video>",
        prompt, page, api_name="film")
    gr.Button("Bare").click(encoded, prompt, words, api_name="bare")
    gr.Button("Bare JSON").click(lambda words: {"picture": encoded(words), "id": "Rm94ZXM="}, prompt, info, api_name="bare_json")

    gr.Button("Heading").click(heading, prompt, note, api_name="heading")
    gr.Button("Empty").click(empty, prompt, note, api_name="empty")
    gr.Button("Infos").click(infos, prompt, note, api_name="infos")
    gr.Button("Tuples").click(tuples, prompt, note, api_name="tuples")

    nameless, files = gr.Textbox(), gr.MultimodalTextbox()
    gr.Button("Nameless").click(lambda words: words, nameless, note, api_name="nameless")
    gr.Button("Files").click(lambda box: box["text"], files, note, api_name="nameless_files")
    translated = gr.Textbox(label=label, value="a fox")
    amount = gr.Slider(1, 9, 3, step=1, label=label)
    gr.Button("Translated").click(
        lambda words, amount: str(i18n("done")) if OPTIONS else "It is done", [translated, amount], note, api_name="translated")


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    if MAJOR >= 5:
        OPTIONS["ssr_mode"] = False
    demo.queue().launch(server_name="127.0.0.1", server_port=arguments.port, quiet=True, **OPTIONS)
