// The page of a series: looks again while something runs, lays two pictures over each other, and draws
// all of them into one file. What it shows is drawn by the server.

/** Between two looks, in milliseconds. */
const PAUSE = 1_000;

/** The longest side of the file with all pictures, in pixels: more than that a browser may refuse. */
const LONGEST = 8_192;

const page = document.getElementById('series');

/** How each part was drawn, by its id: the script changes some of them afterwards. */
const drawnBefore = new Map();

const cellsIn = (part) => [...part.querySelectorAll('[id^="cell-"]')];

function note(drawn) {
  for (const part of [...drawn.children, ...cellsIn(drawn)]) drawnBefore.set(part.id, part.outerHTML);
}

/** Puts what was drawn anew in the place of what it differs from; the rest keeps focus and choices. */
function show(drawn) {
  const parts = [...drawn.children];
  const isSame = (part) => drawnBefore.get(part.id) === part.outerHTML;
  const changed = [...parts, ...cellsIn(drawn)].filter((part) => !isSame(part));
  note(drawn);
  for (const old of [...page.children]) {
    if (!parts.some((part) => part.id === old.id)) old.remove();
  }
  for (const [index, part] of parts.entries()) {
    const old = document.getElementById(part.id);
    if (!old) page.insertBefore(part, page.children[index] ?? null);
    else if (!changed.includes(part)) continue;
    // A screen reader hears of words that change, not of a place that is new.
    else if (part.id === 'series-told') old.textContent = part.textContent;
    // Of the cells those that differ, so that pictures that are there do not blink.
    else if (part.id === 'series-cells') cellsIn(part).filter((cell) => changed.includes(cell)).forEach(replace);
    else replace(part);
  }
}

/** Keeps the focus on the same control, and what was chosen in it. */
function replace(part) {
  const old = document.getElementById(part.id);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const name = (control) => control.id || control.getAttribute('aria-label') || control.value;
  const chosen = [...old.querySelectorAll('select, input')].map(({ id, value, checked }) => ({ id, value, checked }));
  old.replaceWith(part);
  for (const [index, control] of [...part.querySelectorAll('select, input')].entries()) {
    const { value, checked } = chosen[index] ?? {};
    if (control.type === 'hidden') continue;
    if (control.type === 'radio') control.checked = Boolean(checked);
    else if (control.tagName !== 'SELECT' || [...control.options].some((option) => option.value === value)) control.value = value;
    control.dispatchEvent(new Event(control.type === 'range' ? 'input' : 'change'));
  }
  if (focused) [...part.querySelectorAll('button, a, select, input')].find((one) => name(one) === name(focused))?.focus();
}

async function look() {
  let isOver = false;
  try {
    // Who does not see the page is told otherwise.
    const asked = document.hidden ? '?now&away' : '?now';
    const answer = await fetch(location.pathname + asked, { headers: { accept: 'text/html' } });
    if (answer.ok) {
      const drawn = new DOMParser().parseFromString(`<main>${await answer.text()}</main>`, 'text/html');
      show(document.adoptNode(drawn.querySelector('main')));
      begin();
      isOver = answer.headers.has('easel-over');
    } else {
      isOver = answer.status === 404;
    }
  } catch {
    // The connection may come back.
  }
  if (isOver) page.setAttribute('aria-busy', 'false');
  else setTimeout(look, document.hidden ? 5 * PAUSE : PAUSE);
}

class PicturePair extends HTMLElement {
  #blinking;

  connectedCallback() {
    const [pair, stage] = [this.querySelector('.pair'), this.querySelector('.pair__stage')];
    const [first, second] = this.querySelectorAll('select');
    const line = this.querySelector('input[type=range]');
    const turn = this.querySelector('.pair__turn');
    pair.hidden = false;
    const pictures = () => {
      [first, second].forEach((choice, index) => {
        const { address, alt } = choice.selectedOptions[0].dataset;
        const image = stage.children[index];
        if (image.getAttribute('src') !== address) image.src = address;
        image.alt = alt;
      });
    };
    const way = () => {
      const chosen = this.querySelector('input[type=radio]:checked').value;
      stage.dataset.way = chosen;
      line.closest('label').hidden = chosen !== 'slider';
      turn.hidden = chosen !== 'blink';
      clearInterval(this.#blinking);
      stage.toggleAttribute('data-second', false);
      // Who wants less motion turns by hand.
      const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
      if (chosen === 'blink' && !isStill) this.#blinking = setInterval(() => stage.toggleAttribute('data-second'), 800);
    };
    const move = () => stage.style.setProperty('--line', `${line.value}%`);
    line.addEventListener('input', move);
    turn.addEventListener('click', () => {
      clearInterval(this.#blinking);
      stage.toggleAttribute('data-second');
    });
    for (const choice of [first, second]) choice.addEventListener('change', pictures);
    for (const radio of this.querySelectorAll('input[type=radio]')) radio.addEventListener('change', way);
    move();
    way();
  }

  disconnectedCallback() {
    clearInterval(this.#blinking);
  }
}

/** Draws all cells with their names into one picture and saves it. */
async function exportAll(button) {
  const table = page.querySelector('.series__table table');
  const cells = [...page.querySelectorAll('[id^="cell-"]')];
  const columns = table ? table.rows[0].cells.length - 1 : cells.length;
  const rows = Math.ceil(cells.length / columns);
  const heads = table ? [...table.rows[0].cells].slice(1).map((cell) => cell.textContent) : cells.map((cell) => cell.getAttribute('aria-label'));
  const sides = table ? [...table.tBodies[0].rows].map((row) => row.cells[0].textContent) : [''];
  const images = cells.map((cell) => cell.querySelector('.cell__image'));
  const size = images.find(Boolean);
  const scale = Math.min(1, LONGEST / (size.width * columns), LONGEST / (size.height * rows), 512 / Math.max(size.width, size.height));
  const [width, height, margin] = [size.width * scale, size.height * scale, 40];
  const [left, gap] = [table ? 160 : 0, 8];
  const canvas = document.createElement('canvas');
  canvas.width = left + columns * (width + gap);
  canvas.height = margin + rows * (height + gap);
  const drawing = canvas.getContext('2d');
  const style = getComputedStyle(document.body);
  drawing.fillStyle = style.backgroundColor;
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.fillStyle = style.color;
  drawing.font = `16px ${style.fontFamily}`;
  drawing.textBaseline = 'middle';
  heads.slice(0, columns).forEach((head, index) => drawing.fillText(head, left + index * (width + gap), margin / 2, width));
  sides.forEach((side, index) => drawing.fillText(side, 0, margin + index * (height + gap) + height / 2, left - gap));
  for (const [index, image] of images.entries()) {
    if (!image) continue;
    await image.decode().catch(() => {});
    const [x, y] = [left + (index % columns) * (width + gap), margin + Math.floor(index / columns) * (height + gap)];
    const fit = Math.min(width / image.naturalWidth, height / image.naturalHeight);
    drawing.drawImage(image, x, y, image.naturalWidth * fit, image.naturalHeight * fit);
  }
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${button.dataset.name.slice(0, 60).replace(/[^\p{L}\p{N} -]/gu, '')}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Gives what was drawn its hand. */
function begin() {
  const button = document.getElementById('series-export');
  if (!button?.hidden) return;
  button.hidden = false;
  button.addEventListener('click', () => exportAll(button));
}

note(page);
customElements.define('picture-pair', PicturePair);
begin();
if (page.getAttribute('aria-busy') === 'true') setTimeout(look, PAUSE);
