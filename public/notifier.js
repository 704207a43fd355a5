// Tells a person who looks elsewhere that pictures are done. A page loads it when one has been waited
// for a while: before, nobody needs a notification, and is not asked about one.

/** Where the browser remembers that the person does not want to be asked. */
const ANSWER = 'easel.notifier';

/** Where the browser remembers that there is to be a sound. */
const SOUND = 'easel.sound';

const canNotify = 'Notification' in window;

async function playSound() {
  const { play } = await import('/sound.js');
  await play();
}

class DoneNotifier extends HTMLElement {
  connectedCallback() {
    const question = this.querySelector('.notifier');
    const yes = question.querySelector('[value=yes]');
    const sound = question.querySelector('input');
    yes.hidden = !canNotify || Notification.permission !== 'default';
    question.hidden = localStorage.getItem(ANSWER) === 'no';
    question.addEventListener('click', async ({ target }) => {
      if (target.value === 'yes') {
        await Notification.requestPermission();
        yes.hidden = true;
      } else if (target.value === 'no') {
        localStorage.setItem(ANSWER, 'no');
        question.hidden = true;
      }
    });
    sound.checked = localStorage.getItem(SOUND) === 'on';
    sound.addEventListener('change', () => {
      localStorage.setItem(SOUND, sound.checked ? 'on' : 'off');
      if (sound.checked) playSound();
    });
    // Whoever waits for something that takes long may want it too, and presses a button there.
    this.addEventListener('command', async ({ source }) => {
      if (!canNotify || (await Notification.requestPermission()) !== 'granted') return;
      source.textContent = this.dataset.asked;
      yes.hidden = true;
    });
    // The head of the page shows it while anything runs.
    const running = document.getElementById('running');
    new MutationObserver(() => this.#tell(running)).observe(running, { attributeFilter: ['hidden'] });
  }

  #tell(running) {
    // Who looks at the page sees it, and needs no question any more.
    if (!running.hidden) return;
    this.querySelector('.notifier').hidden = true;
    if (localStorage.getItem(SOUND) === 'on') playSound();
    if (!document.hidden || !canNotify || Notification.permission !== 'granted') return;
    const told = new Notification(this.dataset.done, { icon: '/favicon.svg', tag: 'easel' });
    told.addEventListener('click', () => {
      window.focus();
      told.close();
    });
  }
}

customElements.define('done-notifier', DoneNotifier);
