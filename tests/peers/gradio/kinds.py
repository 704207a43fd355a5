"""An app with an endpoint for each kind of input, result and way of work that real apps have.

    tests/peers/gradio.sh VERSION PORT kinds

Runs on Gradio 6. The app ends when its standard input does.
"""
import argparse
import hashlib
import os
import sys
import tempfile
import threading
import time

import gradio as gr
import tqdm
from PIL import Image

arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--mode")
arguments = arguments.parse_args()

MODELS = ["tiny-xl", "large-xl"]


def paint(words, size=(96, 64)):
    return Image.new("RGB", size, tuple(hashlib.sha256(words.encode()).digest()[:3]))


def saved(words, name="picture.png"):
    path = os.path.join(tempfile.mkdtemp(), name)
    paint(words).save(path)
    return path


def film(name):
    def box(kind, body):
        return (len(body) + 8).to_bytes(4, "big") + kind + body

    path = os.path.join(tempfile.mkdtemp(), name)
    with open(path, "wb") as out:
        out.write(box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"mdat", b"\0" * 64))
    return path


def respond(message, history):
    words, files = message.get("text") or "", message.get("files") or []
    if not words.strip():
        raise gr.Error("Describe a picture first.")
    history = list(history or [])
    history += [{"role": "user", "content": {"path": file}} for file in files]
    history += [
        {"role": "user", "content": words},
        {"role": "assistant", "content": f"Here it is, with {len(files)}:"},
        {"role": "assistant", "content": {"path": saved(words)}},
    ]
    return history, gr.MultimodalTextbox(value=None)


def collect(prompt, count):
    return {"prompt": prompt, "count": int(count)}


def generate(task):
    for step in range(3):
        yield (gr.update(visible=True, value=f"<div class='bar'>step {step + 1}/3</div>"),
               gr.update(visible=True, value=paint(task["prompt"], (24, 16))),
               gr.update(visible=False))
        time.sleep(0.2)
    made = [saved(f"{task['prompt']} {number}") for number in range(task["count"])]
    yield gr.update(visible=False, value=""), gr.update(visible=False), gr.update(visible=True, value=made)


def rounds(words):
    for number in range(3):
        yield {picture: paint(words, (96, 64) if number == 2 else (24, 16)), note: f"round {number + 1}"}
        time.sleep(0.2)
    yield {note: "All done.", again: gr.update(interactive=True)}


def breaks(words):
    made = []
    for number in range(2):
        made.append(saved(f"{words} {number}"))
        yield made
    raise gr.Error("No more GPU today")


def breaks_in_preview(words):
    yield paint(words, (24, 16))
    raise gr.Error("No more GPU today")


def choose(prompt, style, ratio, lora, shift, tags, day, ink):
    width, height = map(int, ratio.split("x"))
    told = f"style={style!r} lora={lora!r} shift={shift!r} tags={tags!r} day={day!r} ink={ink!r}"
    return paint(prompt, (width, height)), told


def loaded(prompt, model):
    if model not in MODELS:
        raise gr.Error(f"No checkpoint named {model!r}")
    return paint(prompt + model), model


def mixed(prompt):
    return [(saved(prompt, "still one.png"), "first frame"), (film("clip #1.mp4"), "the film")]


def bars(prompt, progress=gr.Progress(track_tqdm=True)):
    made = []
    for number in tqdm.tqdm(range(3), desc="pictures"):
        for _ in tqdm.tqdm(range(4), desc="steps"):
            time.sleep(0.12)
        made.append(saved(f"{prompt} {number}"))
    return made


def inpaint(prompt, editor):
    return editor["layers"][0]


def words(prompt):
    url = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGMQUDCAIAY4CwAV1AJBNIRtCgAAAABJRU5ErkJggg=="
    return (f"<h3>{prompt}</h3><img src='{url}'><p>in 3&nbsp;s</p>", 18446744073709551557 // 4096,
            {"score": 0.25}, {"headers": ["a"], "data": [[1]]})


def visitor(prompt, request: gr.Request):
    return f"{request.headers['accept-language']} {request.headers['user-agent'].split('/')[0]}"


def broken(prompt):
    raise gr.Error("Cannot divide by zero (type: <class 'str'>)")


with gr.Blocks(title="kinds") as demo:
    prompt = gr.Textbox(label="Prompt")
    picture, gallery = gr.Image(label="Result", format="png"), gr.Gallery(label="Finished")
    note, again = gr.Textbox(label="Note"), gr.Button("Again", interactive=False)

    talk, box = gr.Chatbot(label="Talk"), gr.MultimodalTextbox(label="What shall I paint?", file_count="multiple")
    box.submit(respond, [box, talk], [talk, box], api_name="respond")

    count, task = gr.Slider(1, 4, 2, step=1, label="Image number"), gr.State()
    bar, window = gr.HTML(visible=False), gr.Image(label="Preview", visible=False)
    gr.Button("Collect").click(collect, [prompt, count], task, api_name="collect") \
        .then(generate, task, [bar, window, gallery], api_name="finish")

    gr.Button("Rounds").click(rounds, [prompt], [picture, note, again], api_name="rounds")

    gr.Button("Breaks").click(breaks, prompt, gallery, api_name="breaks")
    gr.Button("Breaks soon").click(breaks_in_preview, prompt, picture, api_name="breaks_in_preview")

    style = gr.Dropdown([("No style", "none"), ("Watercolour, wet paper", "st_07")], value="none", label="Style")
    ratio = gr.Radio([("Square 1:1", "128x128"), ("Phone 9:16", "72x128")], value="128x128", label="Shape")
    lora = gr.Dropdown([("Fox plush", "a1b2"), ("Clay", "c3d4")], value=None, allow_custom_value=True, label="LoRA")
    shift = gr.Number(value=None, label="Shift")
    tags = gr.CheckboxGroup([("One", 1), ("Two", 2)], label="Tags")
    day, ink = gr.DateTime(type="string", label="Day"), gr.ColorPicker(label="Ink")
    gr.Button("Choose").click(choose, [prompt, style, ratio, lora, shift, tags, day, ink], [picture, note], api_name="choose")

    model = gr.Dropdown([], label="Checkpoint")
    demo.load(lambda: gr.Dropdown(choices=MODELS, value=MODELS[0]), None, model, api_name="fill")
    gr.Button("Loaded").click(loaded, [prompt, model], [picture, note], api_name="loaded")

    gr.Button("Mixed").click(mixed, prompt, gallery, api_name="mixed")
    gr.Button("Bars").click(bars, [prompt], gallery, api_name="bars")
    editor = gr.ImageEditor(type="pil", label="Paint over what shall change")
    gr.Button("Inpaint").click(inpaint, [prompt, editor], picture, api_name="inpaint")
    page, number, info, table = gr.HTML(label="Page"), gr.Number(label="Count"), gr.JSON(label="Info"), gr.Dataframe(label="Table")
    gr.Button("Words").click(words, [prompt], [page, number, info, table], api_name="words")
    gr.Button("Visitor").click(visitor, [prompt], note, api_name="visitor")
    gr.Button("Broken").click(broken, [prompt], note, api_name="broken")


def end_with_input():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    demo.queue().launch(server_name="127.0.0.1", server_port=arguments.port, quiet=True, ssr_mode=False)
