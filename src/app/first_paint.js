(() => {
  // Where this runs, the document does not say that nothing comes to life.
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    document.documentElement.setAttribute('data-runs', '');
  } catch {
    // What is there for browsers without script is for this one too.
    addEventListener('DOMContentLoaded', () => {
      for (const part of document.querySelectorAll('noscript')) part.outerHTML = part.textContent;
    });
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
      setTimeout(() => clicked && clicked.isConnected && clicked.click());
    },
    { once: true },
  );
})();
