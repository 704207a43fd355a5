// Tells a person who looks elsewhere that pictures are done. A page loads it when one has been waited
// for a while: before, nobody needs a notification, and is not asked about one.

/** Where the browser remembers that the person does not want to be asked. */
const ANSWER = 'easel.notifier';

class DoneNotifier extends HTMLElement {
  connectedCallback() {
    if (!('Notification' in window)) return;
    const question = this.querySelector('.notifier');
    question.hidden = Notification.permission !== 'default' || localStorage.getItem(ANSWER) === 'no';
    question.addEventListener('click', async ({ target }) => {
      if (target.value === 'yes') await Notification.requestPermission();
      else if (target.value === 'no') localStorage.setItem(ANSWER, 'no');
      else return;
      question.hidden = true;
    });
    // The head of the page shows it while anything runs.
    const running = document.getElementById('running');
    new MutationObserver(() => this.#tell(running)).observe(running, { attributeFilter: ['hidden'] });
  }

  #tell(running) {
    // Who looks at the page sees it, and needs no question any more.
    if (!running.hidden) return;
    this.querySelector('.notifier').hidden = true;
    if (!document.hidden || Notification.permission !== 'granted') return;
    const told = new Notification(this.dataset.done, { icon: '/favicon.svg', tag: 'easel' });
    told.addEventListener('click', () => {
      window.focus();
      told.close();
    });
  }
}

customElements.define('done-notifier', DoneNotifier);
