"""An app with one endpoint for each thing that a Gradio app can do; runs on Gradio 3.50 to 6.

    tests/peers/gradio.sh VERSION PORT [plain|login|root|short]

`login` asks for user `painter` and password `brush-and-oil`; `root` believes that it is served
under /sub/app; `short` has a queue for a single waiting job. The app ends when its standard
input does, so that it never outlives the tests.
"""
import argparse
import inspect
import os
import random
import sys
import threading
import time

import gradio as gr
from PIL import Image, ImageDraw

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode", default="plain")
arguments = arguments.parse_args()
OLD = gr.__version__.startswith("3.")


def supports(callable_, **kw):
    """Keeps only the keyword arguments that this release understands."""
    names = inspect.signature(callable_).parameters
    return {k: v for k, v in kw.items() if k in names}


def paint(prompt, seed, width=64, height=64):
    rng = random.Random(f"{prompt}|{seed}")
    im = Image.new("RGB", (int(width), int(height)), tuple(rng.randrange(256) for _ in range(3)))
    d = ImageDraw.Draw(im)
    for _ in range(4):
        x, y = rng.randrange(int(width)), rng.randrange(int(height))
        d.ellipse([x, y, x + 16, y + 16], fill=tuple(rng.randrange(256) for _ in range(3)))
    return im


def note(what, prompt):
    """Writes down what was run, for tests that count: a short append is whole or not there."""
    if path := os.environ.get("EASEL_TEST_RUNS"):
        with open(path, "a") as runs:
            runs.write(f"{what} {prompt}\n")


def infer(prompt, negative_prompt="", seed=0, randomize_seed=False, width=64, height=64,
          guidance_scale=3.5, num_inference_steps=4, progress=gr.Progress()):
    """Text to image: returns (image, seed) and reports each step."""
    note("begun", prompt)
    if randomize_seed:
        seed = random.randrange(2**31)
    for i in range(int(num_inference_steps)):
        progress((i, int(num_inference_steps)), desc="Denoising", unit="steps")
        time.sleep(0.15)
    note("done", prompt)
    return paint(prompt, seed, width, height), int(seed)


def run(prompt, count=2, seed=0):
    """Text to several images: returns (gallery, seed)."""
    return [(paint(prompt, seed + i), f"seed {seed + i}") for i in range(int(count))], int(seed)


def stream(prompt, steps=3):
    """Generator: the image is replaced, text grows, JSON changes its shape."""
    text = ""
    for i in range(int(steps)):
        text += f"{prompt}-{i} "
        info = {"step": i, "seen": list(range(i + 1))}
        if i == 0:
            info["first"] = True
        yield paint(prompt, i), text, info
        time.sleep(0.3)


def slow(seconds=5):
    end = time.time() + float(seconds)
    while time.time() < end:
        time.sleep(0.05)
    return f"slept {seconds}"


def slow_gen(n=50):
    for i in range(int(n)):
        yield i
        time.sleep(0.2)


def fail(message="deliberate"):
    raise gr.Error(message)


def notify(message):
    gr.Info(f"info: {message}")
    gr.Warning(f"warning: {message}")
    time.sleep(0.1)
    return message


def edit(image, note=""):
    """Image in, image out."""
    return (image.transpose(Image.FLIP_LEFT_RIGHT) if image is not None else None), note


def inpaint(value):
    """Says what of a picture was painted over, and what both look like together."""
    picture = value["image" if OLD else "background"]
    if OLD:
        mask, looks = value["mask"].convert("L"), None
    else:
        mask, looks = value["layers"][0].getchannel("A"), value["composite"].convert("RGB")
    painted = sum(1 for one in mask.getdata() if one > 127)
    corners = [looks.getpixel((0, 0)), looks.getpixel((looks.width - 1, 0))] if looks else []
    return f"{picture.width}x{picture.height}, {painted} of {mask.width * mask.height}, {corners}"


def sketch(value):
    """Says what was drawn on an empty canvas."""
    looks = value if OLD else value["composite"]
    return f"{looks.width}x{looks.height}, {[looks.getpixel((0, 0)), looks.getpixel((looks.width - 1, 0))]}"


def state(word, history):
    history = (history or []) + [word]
    return len(history), history


def at_least_three(n):
    return gr.validate(n >= 3, "must be at least 3")


with gr.Blocks(title="fixture") as demo:
    prompt = gr.Textbox(label="Prompt")
    negative = gr.Textbox(label="Negative prompt", value="")
    seed = gr.Slider(0, 2**31 - 1, value=0, step=1, label="Seed")
    randomize = gr.Checkbox(label="Randomize seed", value=False)
    width = gr.Slider(16, 1024, value=64, step=16, label="Width")
    height = gr.Slider(16, 1024, value=64, step=16, label="Height")
    guidance = gr.Slider(0.0, 15.0, value=3.5, step=0.1, label="Guidance scale")
    steps = gr.Slider(1, 50, value=4, step=1, label="Steps")
    number = gr.Number(value=3, label="N")
    word = gr.Textbox(label="Word", value="deliberate")
    picture = gr.Image(label="Picture", type="pil")
    model = gr.Radio(["tiny", "large"], value="tiny", label="Model")
    if OLD:
        editor = gr.Image(label="Inpaint", type="pil", tool="sketch")
        canvas = gr.Image(label="Sketch", type="pil", source="canvas", tool="sketch")
    else:
        editor = gr.ImageMask(label="Inpaint", type="pil", brush=gr.Brush(colors=["#ff0000"]))
        canvas = gr.Sketchpad(label="Sketch", type="pil", canvas_size=(40, 20))
    style = gr.Dropdown(["photo", "anime"], value="photo", label="Style")

    out_image = gr.Image(label="Result", **supports(gr.Image.__init__, format="png"))
    out_seed = gr.Number(label="Used seed")
    out_gallery = gr.Gallery(label="Gallery", **supports(gr.Gallery.__init__, format="png"))
    out_text = gr.Textbox(label="Text")
    out_json = gr.JSON(label="Info")
    session = gr.State([])

    def on(label, fn, inputs, outputs, api_name, **kw):
        return gr.Button(label).click(fn, inputs, outputs, api_name=api_name, **kw)

    on("Infer", infer, [prompt, negative, seed, randomize, width, height, guidance, steps],
       [out_image, out_seed], "infer")
    on("Run", run, [prompt, number, seed], [out_gallery, out_seed], "run")
    on("Stream", stream, [prompt, number], [out_image, out_text, out_json], "stream")
    slow_ev = on("Slow", slow, [number], [out_text], "slow")
    slow_gen_ev = on("Slow gen", slow_gen, [number], [out_seed], "slow_gen")
    on("Fail", fail, [word], [out_text], "fail")
    on("Notify", notify, [word], [out_text], "notify")
    on("Edit", edit, [picture, word], [out_image, out_text], "edit")
    on("Inpaint", inpaint, [editor], [out_text], "inpaint")
    on("Sketch", sketch, [canvas], [out_text], "sketch")
    on("State", state, [word, session], [out_seed, session], "state")
    on("Choose", lambda m, s: f"{m}/{s}", [model, style], [out_text], "choose")
    on("Hidden", lambda p: p, [prompt], [out_text], False)
    gr.Button("Stop").click(None, None, None, cancels=[slow_ev, slow_gen_ev],
                            api_name="cancel_slow")
    if hasattr(gr, "validate"):
        on("Validated", lambda n: f"ok {n}", [number], [out_text], "validated",
           validator=at_least_three)


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    demo.queue(**({"max_size": 1} if arguments.mode == "short" else {}))
    options = dict(server_name="127.0.0.1", server_port=arguments.port, quiet=True, ssr_mode=False)
    if arguments.mode == "login":
        options["auth"] = ("painter", "brush-and-oil")
    if arguments.mode == "root":
        options["root_path"] = "/sub/app"
    demo.launch(**supports(demo.launch, **options))
