// Plays Hugging Face on three ports: the Hub, the router with its providers, and the host of the
// pictures.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Endpoint, PICTURE, json, png } from './easel.ts';

export const TOKEN = 'hf_recognisabletoken';
/** Larger than the safe integers of JavaScript. */
export const SEED = '14715652618304795001';
export const JOB = '/fal-ai/fal-ai/flux/requests/R';

const PAGE = 2;

/** The list of models, in the Hub's order. */
const MODELS = [
  { id: 'acme/fox', likes: 1234, gated: 'auto', license: 'apache-2.0', by: ['nscale', 'fal-ai'] },
  { id: 'acme/fox-lora', likes: 7, gated: false, license: 'mit', by: ['fal-ai'], lora: true },
  { id: 'acme/heron', likes: 3, gated: false, license: 'mit', by: ['nscale'] },
];

const USER = {
  name: 'ada',
  email: 'ada@example.org',
  isPro: true,
  orgs: [{ name: 'acme' }],
  auth: {
    accessToken: {
      displayName: 'easel',
      role: 'fineGrained',
      fineGrained: { global: ['inference.serverless.write'], scoped: [] },
    },
  },
};

export class HuggingFace {
  hub!: Endpoint;
  router!: Endpoint;
  images!: Endpoint;
  /** Keeps fal's job in its queue. */
  hold = false;
  /** Keeps fal's job at its third step of four. */
  isWorking = false;
  hubIsDown = false;
  private polls = 0;

  static async start(endpoint: (answer: Answer) => Promise<Endpoint>): Promise<HuggingFace> {
    const face = new HuggingFace();
    face.hub = await endpoint((request, response) => face.answerHub(request, response));
    face.router = await endpoint((request, response) => face.answerRouter(request, response));
    face.images = await endpoint((_, response) => png(response, PICTURE));
    return face;
  }

  /** The variables that make Easel use this as Hugging Face. */
  get env(): Record<string, string> {
    return {
      HF_ENDPOINT: this.hub.origin,
      HF_INFERENCE_ENDPOINT: this.router.origin,
      HF_AUTH_KEY: TOKEN,
      HF_BILL_TO: 'acme',
      EASEL_ALLOWED_ORIGINS: this.images.origin,
      EASEL_MODELS: 'demo',
    };
  }

  private answerHub(request: IncomingMessage, response: ServerResponse) {
    if (this.hubIsDown) return json(response, 502, { error: 'Bad Gateway' });
    const url = new URL(request.url ?? '', 'http://hub');
    if (url.pathname === '/api/whoami-v2') return json(response, 200, USER);
    const entry = (lora?: boolean) => ({
      status: 'live',
      providerId: 'fal-ai/flux/dev',
      task: 'text-to-image',
      ...(lora ? { adapter: 'lora', adapterWeightsPath: 'w.safetensors' } : {}),
    });
    if (url.pathname === '/api/models') {
      const wanted = url.searchParams.get('search') ?? '';
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const found = MODELS.filter(({ id }) => id.includes(wanted));
      if (from + PAGE < found.length) {
        url.searchParams.set('cursor', String(from + PAGE));
        response.setHeader('link', `<https://huggingface.co/api/models${url.search}>; rel="next"`);
      }
      const rows = found.slice(from, from + PAGE).map(({ by, lora, license, ...row }) => ({
        ...row,
        inferenceProviderMapping: by.map((provider) => ({ provider, ...entry(lora) })),
        cardData: { license },
      }));
      return json(response, 200, rows);
    }
    const model = MODELS.find(({ id }) => url.pathname === `/api/models/${id}`);
    if (!model) return json(response, 404, { error: 'Repository not found' });
    const mapping = Object.fromEntries(model.by.map((provider) => [provider, entry(model.lora)]));
    json(response, 200, { id: model.id, inferenceProviderMapping: mapping });
  }

  private answerRouter({ method, url = '', headers }: IncomingMessage, response: ServerResponse) {
    if (method === 'POST' && !headers.authorization) {
      return json(response, 401, { error: 'Invalid username or password.' });
    }
    if (url.startsWith('/nscale/')) {
      const error = 'Pay-as-you go is not enabled for provider nscale yet.';
      return json(response, 402, { error });
    }
    if (method === 'PUT') return json(response, 202, {});
    if (method === 'POST') {
      this.polls = 0;
      const response_url = 'https://queue.fal.run/fal-ai/flux/requests/R';
      return json(response, 200, { request_id: 'R', status: 'IN_QUEUE', response_url });
    }
    if (url.startsWith(`${JOB}/status`)) {
      this.polls += 1;
      if (this.isWorking) {
        // fal returns the log only on request.
        const bar = ' 75%|███████▌  | 3/4 [00:01<00:00,  2.51it/s]';
        const logs = url.includes('logs=1') ? [{ message: bar }] : null;
        return json(response, 200, { status: 'IN_PROGRESS', logs });
      }
      const isDone = !this.hold && this.polls > 1;
      const queued = { status: 'IN_QUEUE', queue_position: 2 };
      return json(response, 200, isDone ? { status: 'COMPLETED' } : queued);
    }
    // Written by hand, to keep the digits of the seed.
    const images = JSON.stringify([{ url: `${this.images.origin}/picture.jpg` }]);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(`{"images": ${images}, "seed": ${SEED}}`);
  }
}
