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
    yes.hidden = !canNotify;
    // Who has answered the browser is not asked at every long wait again.
    const isAnswered = canNotify && Notification.permission !== 'default';
    question.hidden = isAnswered || localStorage.getItem(ANSWER) === 'no';
    question.addEventListener('click', async ({ target }) => {
      if (target.value === 'yes') await Notification.requestPermission();
      else if (target.value === 'no') localStorage.setItem(ANSWER, 'no');
      else return;
      question.hidden = true;
    });
    sound.checked = localStorage.getItem(SOUND) === 'on';
    sound.addEventListener('change', () => {
      localStorage.setItem(SOUND, sound.checked ? 'on' : 'off');
      if (sound.checked) playSound();
    });
    // A late generation has a button for it too. There the sound can be chosen also by who has
    // answered before.
    this.addEventListener('command', async ({ source }) => {
      if (!canNotify || (await Notification.requestPermission()) !== 'granted') return;
      source.textContent = this.dataset.asked;
      yes.hidden = true;
      question.hidden = false;
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
