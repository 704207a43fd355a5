(() => {
  // While this is set, the document does not say that nothing comes to life.
  const root = document.documentElement;
  root.setAttribute('data-runs', '');
  const giveUp = () => {
    root.removeAttribute('data-runs');
    if (document.readyState === 'loading') return addEventListener('DOMContentLoaded', giveUp);
    // What is there for browsers without script is for this one too.
    for (const part of document.querySelectorAll('noscript')) part.outerHTML = part.textContent;
  };
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    // The page's code cannot be fetched, or was cut or exchanged on the way.
    addEventListener('unhandledrejection', giveUp);
  } catch {
    giveUp();
  }

  // A frame is painted between a callback of it and the next task. A hidden page paints none.
  const painted = new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, document.hidden ? 0 : 1000);
  });
  window.requestIdleCallback = (start) => painted.then(start);

  // A button that the browser itself can do nothing with is pressed again when the page is alive.
  let clicked;
  const keep = ({ target }) => {
    const button = target.closest?.('button');
    if (button) clicked = button.type === 'button' && !button.popoverTargetElement && button;
  };
  addEventListener('click', keep, true);
  addEventListener(
    'hydrate',
    () => {
      removeEventListener('click', keep, true);
      removeEventListener('unhandledrejection', giveUp);
      setTimeout(() => clicked && clicked.isConnected && clicked.click());
    },
    { once: true },
  );

  // An Enter that is held presses once; only lines are typed on.
  addEventListener(
    'keydown',
    (event) => {
      if (!event.repeat || event.key !== 'Enter' || event.shiftKey || event.target.matches?.('textarea:not(#prompt)')) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  // Where the focus goes later.
  addEventListener('focusin', () => import('/focus.js').catch(() => {}), { once: true });
})();
