"""OpenAI's own client for Python: openai_client.py BASE KEY MODEL SCENARIO"""

import base64
import io
import struct
import sys
import zlib

import openai

base, key, model, scenario = sys.argv[1:5]
client = openai.OpenAI(base_url=base, api_key=key)


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x10\x20\x30" * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def is_png(text):
    return base64.b64decode(text).startswith(b"\x89PNG")


def fails(kind, **arguments):
    try:
        client.images.generate(**arguments)
    except kind as error:
        return error
    raise AssertionError(f"{kind} was expected")


def models():
    listed = client.models.list()
    assert model in [item.id for item in listed.data], listed
    one = client.models.retrieve(model)
    assert one.id == model and one.object == "model", one
    assert one.inputs["properties"], one


def one():
    made = client.images.generate(prompt="one fox", model=model)
    assert len(made.data) == 1 and is_png(made.data[0].b64_json), made
    assert made.data[0].url is None and made.output_format == "png", made
    assert made.created > 1_700_000_000 and made.model == model, made
    seeded = client.images.generate(prompt="a fox of my own", model=model, extra_body={"seed": 7})
    assert seeded.data[0].seed == 7, seeded.data[0].seed


def three():
    made = client.images.generate(prompt="three foxes", model=model, n=3)
    assert len(made.data) == 3 and all(is_png(item.b64_json) for item in made.data)


def address():
    import urllib.request

    made = client.images.generate(prompt="a fox at an address", model=model, response_format="url")
    with urllib.request.urlopen(made.data[0].url) as answer:
        assert answer.read().startswith(b"\x89PNG") and answer.headers["content-type"] == "image/png"
    made = client.images.generate(prompt="a fox as jpeg", model=model, output_format="jpeg")
    assert base64.b64decode(made.data[0].b64_json).startswith(b"\xff\xd8\xff"), made.output_format
    assert made.output_format == "jpeg"


def stream():
    kinds = []
    for event in client.images.generate(
        prompt="a fox, step by step", model="demo", stream=True, partial_images=2, size="256x256"
    ):
        kinds.append(event.type)
        assert is_png(event.b64_json) or event.b64_json, event.type
    assert kinds[-1] == "image_generation.completed", kinds
    assert kinds.count("image_generation.completed") == 1, kinds
    assert kinds[:-1] == ["image_generation.partial_image"] * 2, kinds


def edit():
    made = client.images.edit(
        model=model,
        prompt="now with a hat",
        image=io.BytesIO(png()),
    )
    assert is_png(made.data[0].b64_json), made


def not_an_editor():
    try:
        client.images.edit(model="demo", prompt="x", image=[io.BytesIO(png()), io.BytesIO(png())])
    except openai.BadRequestError as error:
        assert error.code == "model_takes_no_image" and error.param == "model", error
        return
    raise AssertionError("the demo takes no picture")


def wrong():
    unknown = fails(openai.NotFoundError, prompt="x", model="no-such-model")
    assert unknown.code == "model_not_found" and unknown.param == "model", unknown
    assert "demo" in unknown.message, unknown.message
    size = fails(openai.BadRequestError, prompt="x", model=model, size="huge")
    assert size.param == "size" and size.type == "invalid_request_error", size
    bad = openai.OpenAI(base_url=base, api_key="sk-easel-wrong")
    try:
        bad.images.generate(prompt="x", model=model)
    except openai.AuthenticationError as error:
        assert error.code == "invalid_api_key", error
    else:
        raise AssertionError("a wrong key was taken")
    assert fails(openai.NotFoundError, prompt="x", model="hf:x y").request_id


def billed():
    error = fails(openai.APIStatusError, prompt="a broken fox", model=model)
    assert error.status_code == 424 and error.code == "outcome_unknown", error
    assert error.body["easel"]["billed"] == "maybe", error.body


def impatient():
    hasty = openai.OpenAI(base_url=base, api_key=key, timeout=0.8, max_retries=5)
    made = hasty.images.generate(prompt="a slow fox", model=model)
    assert is_png(made.data[0].b64_json)


globals()[scenario]()
