// The painter of masks. A page loads it when somebody first opens the painter, whose dialog the
// server has drawn by then. Its field `input` names the file input that the mask is for: what was
// painted is put in there, as if a person had chosen a file, and everything else is the page's.

/** The most pixels of a canvas that every browser has. */
const MOST_PIXELS = 16_000_000;

/** What the arrow keys move by, as a part of the shorter side; more with Shift. */
const STEP = 0.02;
const LONG_STEP = 0.1;

/** How much of the canvas is looked at to tell how much of it is painted, in pixels of a side. */
const SAMPLE = 64;

/** The keys that move the brush, and where to. */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Resolves when the style sheet of the dialog is there, or is not to be had. */
function styled(link) {
  if (!link || link.sheet) return Promise.resolve();
  return new Promise((resolve) => {
    link.addEventListener('load', resolve);
    link.addEventListener('error', resolve);
  });
}

/** A canvas of this size, and what draws on it. */
function canvasOf(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  return canvas.getContext('2d', { willReadFrequently: true });
}

class MaskPainter extends HTMLElement {
  /** What was done, from the first on, so that it can be undone: `clear`, or a line. */
  #steps = [];
  /** The line that is being painted. */
  #line = null;
  /** Where the brush is, in pixels of the canvas. */
  #at = [0, 0];
  /** The mask as it was when the painter was opened. */
  #before = null;

  connectedCallback() {
    this.dialog = this.querySelector('dialog');
    this.form = this.querySelector('form');
    this.canvas = this.querySelector('canvas');
    this.cursor = this.querySelector('.mask-painter__cursor');
    this.said = this.querySelector('output');
    this.painting = this.canvas.getContext('2d');
    this.#listen();
    this.#open();
  }

  async #open() {
    await styled(this.previousElementSibling);
    if (!this.isConnected) return;
    this.dialog.showModal();
    const picture = this.querySelector('.mask-painter__picture');
    try {
      await picture?.decode();
      const [width, height] = picture
        ? [picture.naturalWidth, picture.naturalHeight]
        : [this.canvas.width, this.canvas.height];
      const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (width * height)));
      this.canvas.width = Math.max(1, Math.round(width * scale));
      this.canvas.height = Math.max(1, Math.round(height * scale));
      this.canvas.parentElement.style.setProperty('--ratio', width / height);
      await this.#takeUp();
    } catch {
      this.#say('broken');
      return;
    }
    this.#at = [this.canvas.width / 2, this.canvas.height / 2];
    this.#showCursor();
    this.canvas.focus();
    // Tests and tools wait for it.
    this.dialog.setAttribute('aria-busy', 'false');
  }

  /** Goes on with the mask that there is already. */
  async #takeUp() {
    const mask = this.querySelector('.mask-painter__before');
    if (!mask) return;
    await mask.decode();
    const { width, height } = this.canvas;
    const before = canvasOf(width, height);
    before.drawImage(mask, 0, 0, width, height);
    const image = before.getImageData(0, 0, width, height);
    const pixels = image.data;
    for (let index = 0; index < pixels.length; index += 4) {
      const isWhite = pixels[index] + pixels[index + 1] + pixels[index + 2] > 382;
      pixels[index + 3] = pixels[index + 3] > 127 && isWhite !== this.#isInverted ? 255 : 0;
    }
    before.putImageData(image, 0, 0);
    // In the colour of the brush.
    before.globalCompositeOperation = 'source-in';
    before.fillStyle = this.#colour;
    before.fillRect(0, 0, width, height);
    this.#before = before.canvas;
    this.#redraw();
  }

  #listen() {
    const { canvas, form, dialog } = this;
    canvas.addEventListener('pointerdown', (event) => this.#press(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel', 'blur']) {
      canvas.addEventListener(end, () => this.#lift());
    }
    canvas.addEventListener('keydown', (event) => this.#type(event));
    form.elements.size.addEventListener('input', () => this.#showCursor());
    form.elements.undo.addEventListener('click', () => this.#undo());
    form.elements.clear.addEventListener('click', () => this.#clear());
    form.addEventListener('submit', (event) => {
      if (event.submitter?.value !== 'use' || this.#share() > 0) return;
      event.preventDefault();
      this.#say('empty');
    });
    // Enter on a slider is no answer.
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target.matches('input')) event.preventDefault();
    });
    dialog.addEventListener('keydown', (event) => {
      const isUndo = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey);
      if (!isUndo || event.shiftKey) return;
      event.preventDefault();
      this.#undo();
    });
    dialog.addEventListener('close', () => this.#close());
  }

  async #close() {
    const file = this.dialog.returnValue === 'use' ? await this.#file() : null;
    const { opener: { value: openerId }, input: { value: inputId } } = this.form.elements;
    const [opener, input] = [openerId, inputId].map((id) => document.getElementById(id));
    this.previousElementSibling?.remove();
    this.remove();
    opener?.focus();
    if (!file || !input) return;
    const files = new DataTransfer();
    files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** What was painted, as a picture of black and white. */
  async #file() {
    const { width, height } = this.canvas;
    const image = this.painting.getImageData(0, 0, width, height);
    const pixels = image.data;
    for (let index = 0; index < pixels.length; index += 4) {
      const isPainted = pixels[index + 3] > 127;
      pixels.fill(isPainted !== this.#isInverted ? 255 : 0, index, index + 3);
      pixels[index + 3] = 255;
    }
    const mask = canvasOf(width, height);
    mask.putImageData(image, 0, 0);
    const bytes = await new Promise((resolve) => mask.canvas.toBlob(resolve, 'image/png'));
    return bytes && new File([bytes], 'mask.png', { type: 'image/png' });
  }

  get #isInverted() {
    return this.form.elements.inverted.value === 'true';
  }

  get #colour() {
    return getComputedStyle(this.canvas).color;
  }

  /** The width of the brush, in pixels of the canvas. */
  get #width() {
    const shorter = Math.min(this.canvas.width, this.canvas.height);
    return Math.max(1, (shorter * this.form.elements.size.valueAsNumber) / 100);
  }

  // With a pointer.

  #press(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    this.canvas.focus();
    this.canvas.setPointerCapture(event.pointerId);
    this.#lift();
    this.#at = this.#placeOf(event);
    this.#put();
    this.#line.byPointer = true;
  }

  #move(event) {
    if (!event.isPrimary || (this.#line && !this.#line.byPointer)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) this.#goTo(this.#placeOf(one));
  }

  #placeOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * this.canvas.width,
      ((event.clientY - box.top) / box.height) * this.canvas.height,
    ];
  }

  // With the keyboard.

  #type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { elements } = this.form;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const { width, height } = this.canvas;
      const step = Math.min(width, height) * (event.shiftKey ? LONG_STEP : STEP);
      const within = (place, most) => Math.min(Math.max(place, 0), most);
      const [x, y] = this.#at;
      this.#goTo([within(x + arrow[0] * step, width), within(y + arrow[1] * step, height)]);
    } else if (event.key === ' ' || event.key === 'Enter') {
      if (this.#line) {
        this.#lift();
      } else {
        this.#put();
        this.#say('down');
      }
    } else if (event.key === '[' || event.key === ']') {
      elements.size.valueAsNumber += event.key === '[' ? -1 : 1;
      this.#showCursor();
    } else if (event.key === 'b' || event.key === 'e') {
      elements.tool.value = event.key === 'b' ? 'brush' : 'eraser';
    } else {
      return;
    }
    event.preventDefault();
  }

  // The brush.

  /** Puts the brush down where it is. */
  #put() {
    const isEraser = this.form.elements.tool.value === 'eraser';
    this.#line = { isEraser, width: this.#width, points: [this.#at] };
    this.#steps.push(this.#line);
    this.#paint(this.#line, 0);
    this.#showCursor();
  }

  #goTo(place) {
    this.#at = place;
    if (this.#line) {
      this.#line.points.push(place);
      this.#paint(this.#line, this.#line.points.length - 2);
    }
    this.#showCursor();
  }

  #lift() {
    if (!this.#line) return;
    this.#line = null;
    this.#say('up');
  }

  /** Paints a line from its point at `index` on. */
  #paint({ isEraser, width, points }, index) {
    const { painting } = this;
    painting.globalCompositeOperation = isEraser ? 'destination-out' : 'source-over';
    painting.fillStyle = painting.strokeStyle = this.#colour;
    painting.lineCap = painting.lineJoin = 'round';
    painting.lineWidth = width;
    // A dot: browsers draw no line that ends where it begins.
    painting.beginPath();
    painting.arc(...points[index], width / 2, 0, 2 * Math.PI);
    painting.fill();
    painting.beginPath();
    painting.moveTo(...points[index]);
    for (const point of points.slice(index + 1)) painting.lineTo(...point);
    painting.stroke();
  }

  #undo() {
    this.#lift();
    if (!this.#steps.pop()) return;
    this.#redraw();
    this.#say('undone');
  }

  #clear() {
    this.#lift();
    this.#steps.push('clear');
    this.#redraw();
    this.#say('cleared');
  }

  #redraw() {
    const cleared = this.#steps.lastIndexOf('clear');
    const { width, height } = this.canvas;
    this.painting.clearRect(0, 0, width, height);
    this.painting.globalCompositeOperation = 'source-over';
    if (cleared < 0 && this.#before) this.painting.drawImage(this.#before, 0, 0);
    for (const line of this.#steps.slice(cleared + 1)) this.#paint(line, 0);
  }

  // What is told.

  #showCursor() {
    const { style } = this.cursor;
    style.setProperty('left', `${(this.#at[0] / this.canvas.width) * 100}%`);
    style.setProperty('top', `${(this.#at[1] / this.canvas.height) * 100}%`);
    style.setProperty('width', `${(this.#width / this.canvas.width) * 100}%`);
    this.cursor.hidden = false;
  }

  /** How much is painted, from 0 to 1. */
  #share() {
    const sample = canvasOf(SAMPLE, SAMPLE);
    sample.drawImage(this.canvas, 0, 0, SAMPLE, SAMPLE);
    const pixels = sample.getImageData(0, 0, SAMPLE, SAMPLE).data;
    let sum = 0;
    for (let index = 3; index < pixels.length; index += 4) sum += pixels[index];
    return sum / (SAMPLE * SAMPLE * 255);
  }

  #say(word) {
    const text = this.querySelector(`data[value="${word}"]`).textContent;
    const share = this.#share() * 100;
    const percent = share > 0 && share < 1 ? '< 1' : String(Math.round(share));
    this.said.textContent = text.replace('{0}', percent);
  }
}

if (!customElements.get('mask-painter')) customElements.define('mask-painter', MaskPainter);
