// Tells the page around how high this frame is.
(() => {
  "use strict";
  const tell = () => parent.postMessage({ kuulolla: document.documentElement.offsetHeight }, "*");
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
})();
