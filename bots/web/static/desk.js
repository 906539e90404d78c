// A channel of the staff's desk: says that something new came. The page is whole without this.
(() => {
  "use strict";
  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  const source = new EventSource(place.dataset.live);
  source.onmessage = () => { place.hidden = false; };
  addEventListener("pagehide", () => source.close());
})();
