// OpenAI's client for Node, and the AI SDK with both of its providers: BASE KEY MODEL SCENARIO

import assert from "node:assert/strict";
import OpenAI, { toFile } from "openai";
import { generateImage } from "ai";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";

const [base, apiKey, model, scenario] = process.argv.slice(2);
const client = new OpenAI({ baseURL: base, apiKey });
const isPng = (text) => Buffer.from(text, "base64").subarray(1, 4).toString() === "PNG";
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

const scenarios = {
  async one() {
    const made = await client.images.generate({ prompt: "a fox in Node", model });
    assert.equal(made.data.length, 1);
    assert.ok(isPng(made.data[0].b64_json));
  },

  async stream() {
    const events = await client.images.generate({
      prompt: "a fox in Node, step by step", model: "demo", stream: true, partial_images: 1, size: "256x256",
    });
    const kinds = [];
    for await (const event of events) kinds.push(event.type);
    assert.deepEqual(kinds, ["image_generation.partial_image", "image_generation.completed"]);
  },

  async edit() {
    const image = await toFile(pixel, "upload", { type: "application/octet-stream" });
    const made = await client.images.edit({ model, prompt: "a hat in Node", image });
    assert.ok(isPng(made.data[0].b64_json));
  },

  async wrong() {
    await assert.rejects(client.images.generate({ prompt: "x", model: "no-such-model" }), (error) => {
      assert.equal(error.status, 404);
      assert.equal(error.code, "model_not_found");
      return true;
    });
  },

  async billed() {
    await assert.rejects(client.images.generate({ prompt: "a broken fox in Node", model }), { status: 424 });
  },

  async sdk_openai() {
    const openai = createOpenAI({ baseURL: base, apiKey });
    const { images } = await generateImage({
      model: openai.image(model), prompt: "three foxes of the SDK", n: 3, size: "512x512",
    });
    assert.equal(images.length, 3);
    for (const image of images) assert.ok(isPng(image.base64));
  },

  async sdk_compatible() {
    const easel = createOpenAICompatible({ name: "easel", baseURL: base, apiKey });
    const { images } = await generateImage({
      model: easel.imageModel(model), prompt: "two compatible foxes", n: 2,
      providerOptions: { easel: { seed: 11 } },
    });
    assert.equal(images.length, 2);
  },

  async sdk_billed() {
    const openai = createOpenAI({ baseURL: base, apiKey });
    await assert.rejects(generateImage({ model: openai.image(model), prompt: "a broken fox of the SDK" }));
  },
};

await scenarios[scenario]();
