// What keys do where nobody types: the page loads it when the first is pressed. `/` is known to the
// gallery itself, and the viewer knows its own; here is what concerns the picture that has the focus.

/** How long the viewer may take to open, in milliseconds. */
const PATIENCE = 3_000;

/** Waits for an element that is about to be drawn. */
function shown(id) {
  return new Promise((resolve) => {
    const found = () => document.getElementById(id);
    if (found()) return resolve(found());
    const watch = new MutationObserver(() => found() && end());
    const end = () => {
      watch.disconnect();
      clearTimeout(late);
      resolve(found());
    };
    const late = setTimeout(end, PATIENCE);
    watch.observe(document.body, { childList: true, subtree: true });
  });
}

const isWriting = () => {
  const focused = document.activeElement;
  return focused?.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(focused?.tagName);
};

/** The viewer, while it is open. */
const viewer = () => document.querySelector('#viewer[open]');

/** All pictures of the page that can be opened, those of this sitting first. */
const pictures = () => [...document.querySelectorAll('#results a[href^="/p/"], #wall-pages a[href^="/p/"]')];

/** The one that the focus is on or in. */
function current() {
  const focused = document.activeElement;
  const around = focused?.closest('li, figure');
  return focused?.matches('a[href^="/p/"]') ? focused : around?.querySelector('a[href^="/p/"]');
}

/** Has the viewer of a picture press one of its buttons. */
async function inViewer(picture, button) {
  if (!viewer()) picture.click();
  (await shown(button))?.click();
}

async function compare(picture) {
  if (picture || viewer()) await inViewer(picture, 'viewer-edit');
  const open = document.getElementById('vary-open');
  if (open.checked) document.getElementById('model-box').focus();
  else open.click();
}

function download(picture) {
  const link = document.createElement('a');
  link.href = `/api/generations/${new URL(picture.href).pathname.split('/').pop()}/download/0`;
  link.download = '';
  link.click();
}

/** Moves the focus to the nearest picture in a direction. */
function step(picture, key) {
  const all = pictures();
  const next = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (next) return all[all.indexOf(picture) + next]?.focus();
  const middle = (one) => {
    const box = one.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  };
  const [x, y] = middle(picture);
  const isBeyond = (one) => (key === 'ArrowDown' ? middle(one)[1] > y + 8 : middle(one)[1] < y - 8);
  const distance = (one) => Math.abs(middle(one)[1] - y) * 2 + Math.abs(middle(one)[0] - x);
  const beyond = all.filter(isBeyond).sort((a, b) => distance(a) - distance(b));
  beyond[0]?.focus();
}

class KeyList extends HTMLElement {
  #sheet;

  connectedCallback() {
    this.#sheet = this.querySelector('[popover]');
    this.#sheet.querySelector('[value=close]').addEventListener('click', () => this.#sheet.hidePopover());
    window.addEventListener('keydown', this.#pressed);
    this.#do(this.dataset.first);
  }

  disconnectedCallback() {
    window.removeEventListener('keydown', this.#pressed);
  }

  #pressed = (event) => {
    const isOther = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented;
    if (isOther || isWriting() || document.querySelector('dialog[open]:not(#viewer)')) return;
    if (this.#do(event.key)) event.preventDefault();
  };

  /** Whether the key means something here. */
  #do(key) {
    const picture = current();
    if (key === '?') this.#sheet.togglePopover(true);
    else if (key.toLowerCase() === 'c') compare(viewer() ? null : picture);
    // The viewer does the rest by itself.
    else if (viewer()) return false;
    else if (key.toLowerCase() === 'g') (document.querySelector('#wall-pages a[href^="/p/"]') ?? document.getElementById('prompt')).focus();
    else if (/^[1-9]$/.test(key)) pictures()[Number(key) - 1]?.click();
    else if (!picture) return false;
    else if (key.startsWith('Arrow') && document.activeElement === picture) step(picture, key);
    else if (key.toLowerCase() === 's') picture.closest('li')?.querySelector('[id^="star-"]')?.click();
    else if (key.toLowerCase() === 'd') download(picture);
    else if (key.toLowerCase() === 'r') inViewer(picture, 'viewer-same-seed');
    else if (key.toLowerCase() === 'e') inViewer(picture, 'viewer-edit');
    else return false;
    return true;
  }
}

customElements.define('key-list', KeyList);
