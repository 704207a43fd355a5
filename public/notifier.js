// Tells a person who looks elsewhere that pictures are done. A page loads it when one has been waited
// for a while: before, nobody needs a notification, and is not asked about one.

/** Where the browser remembers that the person does not want to be asked. */
const ANSWER = 'easel.notifier';

/** Where the browser remembers that there is to be a sound. */
const SOUND = 'easel.sound';

/** The same of notifications while Easel is closed. */
const CLOSED = 'easel.push';

const canNotify = 'Notification' in window;

const canPush = canNotify && isSecureContext && 'PushManager' in window && 'serviceWorker' in navigator;

async function playSound() {
  const { play } = await import('/sound.js');
  await play();
}

/** Phones show notifications of a service worker alone. */
async function notify(words) {
  const options = { icon: '/favicon.svg', tag: 'easel' };
  try {
    const told = new Notification(words, options);
    told.addEventListener('click', () => {
      window.focus();
      told.close();
    });
  } catch {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.showNotification(words, options);
  }
}

class DoneNotifier extends HTMLElement {
  #closed;

  connectedCallback() {
    const question = this.querySelector('.notifier');
    const yes = question.querySelector('[value=yes]');
    const sound = question.querySelector('[value=sound]');
    this.#closed = question.querySelector('[value=closed]');
    const isGranted = canNotify && Notification.permission === 'granted';
    yes.hidden = !canNotify || isGranted;
    const isOffered = this.#offerClosed(yes);
    // Who has answered the browser is not asked at every long wait again, and about notifications
    // while Easel is closed once.
    const isAnswered = canNotify && Notification.permission !== 'default';
    const isNew = isOffered && isGranted && localStorage.getItem(CLOSED) === null;
    // The head of the page shows it while anything runs. That may have ended while this was loaded.
    const running = document.getElementById('running');
    question.hidden = running.hidden || (isAnswered && !isNew) || (!isGranted && localStorage.getItem(ANSWER) === 'no');
    question.addEventListener('click', async ({ target }) => {
      if (target.value === 'yes') await Notification.requestPermission();
      else if (target.value === 'no') {
        localStorage.setItem(ANSWER, 'no');
        if (isOffered && !this.#closed.checked) localStorage.setItem(CLOSED, 'off');
      } else return;
      question.hidden = true;
    });
    sound.checked = localStorage.getItem(SOUND) === 'on';
    sound.addEventListener('change', () => {
      localStorage.setItem(SOUND, sound.checked ? 'on' : 'off');
      if (sound.checked) playSound();
    });
    // A late generation has a button for it too. There the sound, and whether to be told while
    // Easel is closed, can be chosen also by who has answered before.
    this.addEventListener('command', async ({ source }) => {
      if (!canNotify || (await Notification.requestPermission()) !== 'granted') return;
      source.textContent = this.dataset.asked;
      yes.hidden = true;
      question.hidden = false;
    });
    new MutationObserver(() => this.#tell(running)).observe(running, { attributeFilter: ['hidden'] });
  }

  /** False where this browser, or this Easel, cannot tell anybody while it is closed. */
  #offerClosed(yes) {
    if (!canPush || !this.#closed) return false;
    const wrong = this.querySelector('[role=alert]');
    const line = this.#closed.closest('label');
    line.hidden = false;
    this.#closed.addEventListener('change', async () => {
      const isWanted = this.#closed.checked;
      this.#closed.disabled = true;
      wrong.hidden = true;
      try {
        const { turnOn, turnOff } = await import('/push.js');
        await (isWanted ? turnOn() : turnOff());
        localStorage.setItem(CLOSED, isWanted ? 'on' : 'off');
        if (isWanted) yes.hidden = true;
      } catch {
        this.#closed.checked = !isWanted;
        wrong.hidden = false;
      }
      this.#closed.disabled = false;
      this.#closed.focus();
    });
    if (Notification.permission === 'granted') {
      import('/push.js')
        .then(({ isOn }) => isOn())
        .then((isOn) => (this.#closed.checked = isOn))
        .catch(() => {});
    }
    return true;
  }

  #tell(running) {
    // Who looks at the page sees it, and needs no question any more.
    if (!running.hidden) return;
    this.querySelector('.notifier').hidden = true;
    if (localStorage.getItem(SOUND) === 'on') playSound();
    // The server tells it where it tells all that happens while no page is seen.
    const isTold = this.#closed?.checked;
    if (document.hidden && !isTold && canNotify && Notification.permission === 'granted') notify(this.dataset.done);
  }
}

customElements.define('done-notifier', DoneNotifier);
