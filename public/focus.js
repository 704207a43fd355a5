// Where the focus goes when what has it closes, is hidden, or disappears: to what opened it, or to a
// neighbour, and not to the top of the page, where a browser would leave it. The page loads this when
// something has the focus for the first time.

const FOCUSABLE = 'a[href], button, input, select, textarea, summary, [tabindex]';

/** What had the focus when something opened, by what opened. */
const openers = new WeakMap();

/** What had the focus last, and what had it before, newest first. */
let last = document.activeElement;
let earlier = [];
const MOST = 8;

const isNowhere = () => !document.activeElement || document.activeElement === document.body;

const inside = (part) => (part.querySelectorAll ? [part, ...part.querySelectorAll(FOCUSABLE)] : []).filter((one) => one.matches?.(FOCUSABLE));

/** Whether it took the focus. One that was drawn anew has the same id. */
function take(wanted) {
  const there = wanted?.isConnected ? wanted : wanted?.id && document.getElementById(wanted.id);
  if (!there?.checkVisibility?.()) return false;
  there.focus({ preventScroll: wanted.id === 'prompt' });
  return document.activeElement === there;
}

/** What is of the same kind as the last comes first. */
function alikeFirst(some, lost) {
  const isAlike = (one) => one.tagName === lost.tagName && one.className === lost.className;
  return [...some.filter(isAlike), ...some.filter((one) => !isAlike(one))];
}

/** Those after a place, nearest first, then those before it. */
const around = (all, place) => [...all.slice(place), ...all.slice(0, place).reverse()];

/** What was beside the last when a change of the page took it away, `record`. */
function beside({ target, removedNodes, nextSibling }, lost) {
  const before = [...removedNodes].flatMap(inside);
  const now = inside(target);
  const index = before.indexOf(lost);
  const kept = alikeFirst(around(before.filter((one) => one !== lost), index), lost).filter((one) => one.id);
  // What has no id is known by its place, if nothing else has changed.
  const same = before.length === now.length && index >= 0 && !lost.id ? [now[index]] : [];
  const isAfter = (one) => nextSibling && (nextSibling.contains(one) || nextSibling.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  const place = now.findIndex(isAfter);
  return [...same, ...kept, ...alikeFirst(around(now, place < 0 ? now.length : place), lost)];
}

/** What is near a place in the page: the same part of it, then the part around that, and so on. */
function* near(place, lost) {
  // What surrounds the whole page is near to nothing.
  for (let part = place; part && !part.querySelector('main'); part = part.parentElement) {
    const all = inside(part).filter((one) => one !== lost);
    const next = all.findIndex((one) => lost.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    yield* around(all, next < 0 ? all.length : next);
    if (part.matches('dialog, [popover], main, section')) return;
  }
}

function mend(record) {
  const lost = last;
  if (!isNowhere() || !lost) return;
  // Somebody who clicks beside everything wants the focus nowhere.
  if (lost.isConnected && lost.checkVisibility() && !lost.matches(':disabled')) {
    last = undefined;
    return;
  }
  // A card whose run is tried again makes room for the new one.
  if (lost.name === 'again' && take(document.querySelector('#results figure'))) return;
  if (record && beside(record, lost).some(take)) return;
  const place = lost.isConnected ? lost.parentElement : record?.target;
  for (const one of place ? near(place, lost) : []) if (take(one)) return;
  earlier.some(take) || take(document.getElementById('prompt')) || take(document.querySelector('.header__home'));
}

addEventListener('focusin', ({ target }) => {
  // The document itself is no place to return to.
  if (target === last || !(target instanceof Element)) return;
  if (last) earlier = [last, ...earlier].slice(0, MOST);
  last = target;
});

// What is hidden or disabled loses the focus when the page is painted.
addEventListener('focusout', () => setTimeout(mend));

new MutationObserver((records) => {
  if (!last || last.isConnected || !isNowhere()) return;
  const record = records.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(last)));
  if (record?.target.isConnected) mend(record);
  else setTimeout(mend);
}).observe(document.body, { childList: true, subtree: true });

addEventListener(
  'beforetoggle',
  ({ target, newState }) => {
    if (newState === 'open') openers.set(target, document.activeElement);
  },
  true,
);

addEventListener(
  'toggle',
  ({ target, newState }) => {
    if (newState !== 'closed' || !(isNowhere() || target.contains(document.activeElement))) return;
    const opener = openers.get(target);
    const button = document.querySelector(`[popovertarget="${target.id}"]:not([popovertargetaction])`);
    if (opener === document.body || !take(opener)) take(button);
  },
  true,
);

// A letter that is held is one command, and so is Delete; where text is typed, they are text.
addEventListener(
  'keydown',
  (event) => {
    const { key, target } = event;
    const isCommand = (key.length === 1 || key === 'Delete') && !target.matches?.('input, select, textarea');
    if (event.repeat && isCommand) event.stopImmediatePropagation();
  },
  true,
);

// Settings stay open beside the page, so the browser itself does not close them by this key.
addEventListener('keydown', (event) => {
  const settings = document.getElementById('settings');
  const isElsewhere = document.querySelector('dialog:modal, [popover=auto]:popover-open') || !document.activeElement?.matches('body, #request *');
  if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing && !isElsewhere && settings?.matches(':popover-open')) {
    settings.hidePopover();
  }
});
