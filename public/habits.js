// What a person always wants of the chosen model: kept by the server, which draws it again after every
// change. The bar below the prompt loads it.

class ModelHabits extends HTMLElement {
  #form;
  #model;
  #asked = 0;

  connectedCallback() {
    this.#form = this.closest('form');
    this.#model = document.getElementById('model');
    const isOpen = () => document.getElementById('vary-open').checked;
    const show = () => isOpen() && this.#ask(`/habits?${new URLSearchParams({ model: this.#model.value })}`);
    document.getElementById('vary-open').addEventListener('change', show);
    new MutationObserver(show).observe(this.#model, { attributeFilter: ['value'] });
    this.addEventListener('click', ({ target }) => {
      if (target.tagName === 'BUTTON') this.#keep(target.value);
    });
    this.addEventListener('change', (event) => {
      // A number that cannot be is told by the browser, and not kept.
      if (event.target.reportValidity()) this.#keep('spare');
    });
    // Nothing of it is an input of a picture.
    for (const name of ['input', 'change']) this.addEventListener(name, (event) => event.stopPropagation());
    show();
  }

  #keep(act) {
    const fields = [...new FormData(this.#form)].filter(([, value]) => typeof value === 'string');
    this.#ask('/habits', { method: 'POST', body: new URLSearchParams([...fields, ['act', act]]) });
  }

  async #ask(address, options) {
    const asked = ++this.#asked;
    let answer;
    try {
      answer = await fetch(address, options);
    } catch {
      // Told below.
    }
    const words = await answer?.text().catch(() => undefined);
    if (asked !== this.#asked) return;
    const wrong = this.querySelector('[role=alert]');
    wrong.hidden = answer?.ok ?? false;
    if (answer?.ok) {
      const focused = document.activeElement;
      const [id, value] = this.contains(focused) ? [focused.id, focused.value] : [];
      this.querySelector('div').innerHTML = words;
      const again = id ? document.getElementById(id) : value && this.querySelector(`button[value="${value}"]`);
      (again || (id !== undefined && this.querySelector('button')) || undefined)?.focus();
    } else {
      wrong.textContent = (answer?.status === 409 && words) || wrong.dataset.wrong;
    }
  }
}

customElements.define('model-habits', ModelHabits);
