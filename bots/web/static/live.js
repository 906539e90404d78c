// Live results. The page is whole without this: it only keeps the figures fresh.
(() => {
  "use strict";
  const cards = new Map();
  for (const card of document.querySelectorAll("[data-poll]")) cards.set(card.dataset.poll, card);
  const ids = [...cards.keys()].slice(0, 12);
  if (!ids.length || !window.EventSource) return;

  const address = `/live/polls/${ids.join(",")}?lang=${document.documentElement.lang}`;
  const spoken = new Map();
  const told = new Map();
  let source = null;

  function put(parent, selector, words) {
    const place = parent.querySelector(selector);
    if (place && place.textContent !== words) place.textContent = words;
  }

  // A screen reader hears the total now and then, not at every vote.
  function say(card, poll) {
    const last = spoken.get(poll.id);
    const now = Date.now();
    if (last && last.words !== poll.votes && now - last.at > 10000) {
      put(card, "[data-said]", poll.votes);
      spoken.set(poll.id, { words: poll.votes, at: now });
    } else if (!last) {
      spoken.set(poll.id, { words: poll.votes, at: now });
    }
  }

  function show(poll) {
    const card = cards.get(String(poll.id));
    if (!card) return;
    put(card, "[data-total]", poll.votes);
    say(card, poll);
    if (poll.state === "closed") card.querySelector("[data-closed]").hidden = false;
    if (!poll.counts) return;
    for (const row of card.querySelectorAll("[data-option]")) {
      const i = Number(row.dataset.option);
      put(row, "[data-share]", poll.texts[i][0]);
      put(row, "[data-votes]", poll.texts[i][1]);
      row.querySelector("meter").value = poll.shares[i];
    }
    const more = card.querySelector("[data-more]");
    if (more && poll.more !== told.get(poll.id)) more.innerHTML = poll.more; // made by our server
    told.set(poll.id, poll.more);
  }

  // Only while the page is looked at: a browser opens few connections to one host.
  function listen() {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) {
      source = new EventSource(address);
      source.onmessage = (event) => show(JSON.parse(event.data));
    }
  }

  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", () => { if (source) source.close(); source = null; });
  window.addEventListener("pageshow", listen);
  listen();
})();
