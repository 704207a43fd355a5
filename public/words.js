// The panel of words below the prompt: puts styles around it, brings back earlier and kept prompts, keeps
// new ones. The lists are drawn by the server.

/** A person who types is not done yet. In milliseconds. */
const TYPING = 250;

class WordPanel extends HTMLElement {
  #prompt;
  #lists;
  #later;
  #asked = 0;

  connectedCallback() {
    this.#prompt = document.getElementById('prompt');
    this.#lists = document.getElementById('words-lists');
    const open = document.getElementById('word-panel-open');
    open.addEventListener('change', () => {
      this.hidden = !open.checked;
      if (!this.hidden) this.#find();
    });
    const search = document.getElementById('words-search');
    search.addEventListener('input', () => {
      this.#filter();
      clearTimeout(this.#later);
      this.#later = setTimeout(() => this.#find(), TYPING);
    });
    this.addEventListener('keydown', (event) => {
      // It stands in the form of the request, and Enter would generate.
      if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
      event.preventDefault();
      event.target.closest('.words__keep, .words__parts')?.querySelector('[name=keep]').click();
    });
    this.addEventListener('click', ({ target }) => this.#clicked(target.closest('button')));
    this.#prompt.addEventListener('input', () => this.#mark());
    this.#mark();
  }

  #clicked(button) {
    switch (button?.name) {
      case 'use':
        this.#write(button.value);
        this.#prompt.focus();
        break;
      case 'style':
        this.#toggle(button);
        break;
      case 'keep':
        this.#keep(button.value);
        break;
      case 'forget':
        this.#send('/words/forget', { kind: button.value, name: button.dataset.name }, 'words-search');
    }
  }

  /** The page hears of it as if it were typed. */
  #write(text, control = this.#prompt) {
    control.value = text;
    for (const event of ['input', 'change']) control.dispatchEvent(new Event(event, { bubbles: true }));
  }

  /** Puts a style around the prompt, or takes it off. */
  #toggle(button) {
    const { prefix, suffix, negative } = button.dataset;
    const prompt = this.#prompt.value;
    const negatives = this.#negative();
    const told = document.getElementById('words-told');
    told.textContent = '';
    if (this.#isOn(button)) {
      this.#write(prompt.slice(prefix.length, prompt.length - suffix.length));
      if (negatives?.value === negative) this.#write('', negatives);
    } else {
      this.#write(prefix + prompt + suffix);
      // What the person wrote there stays.
      if (negatives && !negatives.value) this.#write(negative, negatives);
      else if (negative && !negatives) told.textContent = told.dataset.noNegative;
    }
  }

  #isOn({ dataset: { prefix, suffix } }) {
    const prompt = this.#prompt.value;
    return prompt.startsWith(prefix) && prompt.endsWith(suffix) && prompt.length >= prefix.length + suffix.length;
  }

  /** The negative prompt of the chosen model, by whatever spelling. */
  #negative() {
    const isIt = ({ name }) => name.toLowerCase().replace(/[ -]/g, '_') === 'input:negative_prompt';
    return [...this.#prompt.form.elements].find(isIt);
  }

  #mark() {
    for (const button of this.querySelectorAll('[name=style]')) button.setAttribute('aria-pressed', this.#isOn(button));
  }

  /** Leaves what was typed in all lists but the earlier prompts, which the server finds. */
  #filter() {
    const words = document.getElementById('words-search').value.trim().toLowerCase();
    for (const item of this.querySelectorAll('.words__list li')) {
      const button = item.querySelector('button');
      item.hidden = !`${button.textContent} ${button.title}`.toLowerCase().includes(words);
    }
  }

  #find() {
    const search = document.getElementById('words-search').value;
    return this.#show(fetch(`/words?${new URLSearchParams({ search })}`));
  }

  #keep(kind) {
    const part = (name) => document.getElementById(`words-style-${name}`).value;
    const prompt = { name: document.getElementById('words-prompt-name').value, prefix: this.#prompt.value };
    const style = () => Object.fromEntries(['name', 'prefix', 'suffix', 'negative'].map((name) => [name, part(name)]));
    this.#send('/words', { kind, ...(kind === 'prompt' ? prompt : style()) }, kind === 'prompt' ? 'words-prompt-name' : 'words-search');
  }

  async #send(address, fields, focus) {
    const isDone = await this.#show(fetch(address, { method: 'POST', body: new URLSearchParams(fields) }));
    if (isDone) document.getElementById(focus).focus();
  }

  /** Shows the lists of an answer, or what is wrong. */
  async #show(asking) {
    const asked = ++this.#asked;
    const wrong = document.getElementById('words-wrong');
    let words = wrong.dataset.words;
    try {
      const answer = await asking;
      const text = await answer.text();
      if (asked !== this.#asked) return false;
      if (answer.ok) {
        wrong.textContent = '';
        this.#lists.innerHTML = text;
        this.#filter();
        this.#mark();
        return true;
      }
      if (answer.status < 500) words = text;
    } catch {
      // Told below.
    }
    wrong.textContent = words;
    return false;
  }
}

customElements.define('word-panel', WordPanel);
