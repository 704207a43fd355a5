// The bar below the prompt that compares models and varies inputs. While it is open, what is chosen in
// the box Model joins the comparison, and Generate begins all of it on a page of its own. How many
// pictures that will be, the server counts.

import './habits.js';

/** A person who types is not done yet. In milliseconds. */
const TYPING = 300;

/** The name of a new series, a UUIDv7 (RFC 9562, section 5.7). */
function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(Date.now()) << 16n) | 0x7000n | BigInt(bytes[6] & 15) << 8n | BigInt(bytes[7]));
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

class VaryBar extends HTMLElement {
  #form;
  #model;
  #asked = 0;
  #inputsOf = '';
  #later;

  connectedCallback() {
    this.#form = this.closest('form');
    this.#model = document.getElementById('model');
    const open = document.getElementById('vary-open');
    const isOpen = () => {
      this.hidden = !open.checked;
      // What is closed sends nothing.
      for (const part of this.querySelectorAll('fieldset')) part.disabled = this.hidden;
      if (!this.hidden) this.#count(0);
    };
    open.addEventListener('change', isOpen);
    new MutationObserver(() => this.#choose()).observe(this.#model, { attributeFilter: ['value'] });
    const forget = () => { this.querySelector('[name=series]').value = ''; };
    addEventListener('pageshow', forget);
    for (const event of ['input', 'change']) {
      this.#form.addEventListener(event, () => {
        forget();
        this.#count(TYPING);
      });
    }
    this.#form.addEventListener('submit', (event) => this.#submit(event), { capture: true });
    this.addEventListener('click', ({ target }) => {
      const button = target.closest('.vary__remove');
      if (!button) return;
      const chip = button.closest('li');
      const next = (chip.nextElementSibling ?? chip.previousElementSibling)?.querySelector('button');
      chip.remove();
      (next ?? document.getElementById('model-box')).focus();
      this.#count(0);
    });
    for (const side of ['across', 'down']) {
      const choice = document.getElementById(`vary-${side}`);
      choice.addEventListener('change', () => {
        document.getElementById(`vary-${side}-values`).placeholder = choice.selectedOptions[0].dataset.hint ?? '';
      });
    }
    this.#choose();
    isOpen();
  }

  /** The chosen model joins, unless it is there, or there are enough. */
  #choose() {
    if (this.hidden || !this.#model.value) return;
    const list = document.getElementById('vary-models');
    const references = [...list.querySelectorAll('[name=models]')].map((input) => input.value);
    if (!references.includes(this.#model.value) && references.length < Number(this.dataset.most)) {
      const chip = this.querySelector('template').content.cloneNode(true);
      // Its title comes into the box a moment after its reference.
      const title = document.getElementById('model-box').value || this.#model.value;
      chip.querySelector('span').textContent = title;
      chip.querySelector('[name=models]').value = this.#model.value;
      chip.querySelector('[name=titles]').value = title;
      const button = chip.querySelector('button');
      button.setAttribute('aria-label', button.dataset.label.replace('NAME', title));
      list.append(chip);
    }
    this.#count(TYPING);
  }

  #count(after) {
    clearTimeout(this.#later);
    if (!this.hidden) this.#later = setTimeout(() => this.#ask(), after);
  }

  /** What the form would begin; nothing where the server does not say. */
  async #ask() {
    const asked = ++this.#asked;
    let plan;
    try {
      const answer = await fetch('/series/plan', { method: 'POST', body: new URLSearchParams(this.#fields()) });
      if (answer.ok) plan = await answer.json();
    } catch {
      // Told below.
    }
    if (asked !== this.#asked) return plan;
    document.getElementById('vary-wrong').hidden = Boolean(plan);
    if (!plan) return undefined;
    document.getElementById('vary-told').textContent = plan.words;
    if (this.#inputsOf !== this.#model.value) {
      this.#inputsOf = this.#model.value;
      for (const side of ['across', 'down']) this.#offer(document.getElementById(`vary-${side}`), plan.inputs);
    }
    return plan;
  }

  /** What of the form is text: files are uploaded when they are chosen. */
  #fields() {
    return [...new FormData(this.#form)].filter(([, value]) => typeof value === 'string');
  }

  #offer(choice, inputs) {
    const before = choice.value;
    choice.innerHTML = inputs;
    choice.value = before;
    if (choice.selectedIndex < 0) choice.selectedIndex = 0;
  }

  async #submit(event) {
    // An example brings its own prompt.
    if (this.hidden || this.#isPassed || event.submitter?.name === 'prompt') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const plan = await this.#ask();
    if (plan?.is_single) {
      this.#isPassed = true;
      this.#form.requestSubmit();
      this.#isPassed = false;
    } else if (plan?.pictures) {
      // However often it is pressed until the page of the series comes: one name begins once.
      this.querySelector('[name=series]').value ||= newName();
      this.#form.action = '/series';
      this.#form.submit();
    } else {
      document.getElementById(plan ? 'vary-across-values' : 'prompt').focus();
    }
  }

  /** One picture is made on the page, as ever. */
  #isPassed = false;
}

customElements.define('vary-bar', VaryBar);
