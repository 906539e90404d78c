// <kuulolla-poll id="7" lang="fi">: a poll of the city on any page, in a shadow root of its own.
// No cookie is set before somebody votes. Frames of ours on the page are given their height.
(() => {
  "use strict";
  const home = new URL(document.currentScript.src).origin;
  const known = (id, set) => {
    try {
      if (set) localStorage.setItem(`kuulolla-${id}`, "1");
      return localStorage.getItem(`kuulolla-${id}`) === "1";
    } catch { return false; }
  };

  class Poll extends HTMLElement {
    connectedCallback() {
      this.poll = (this.getAttribute("poll") || this.id).replace(/\D/g, "");
      this.lang ||= document.documentElement.lang.slice(0, 2);
      if (!this.shadowRoot) this.attachShadow({ mode: "open" });
      this.voted = known(this.poll);
      this.ask();
    }

    disconnectedCallback() {
      if (this.source) this.source.close();
      this.source = null;
    }

    async ask(form) {
      const options = { credentials: form || this.voted ? "include" : "omit" };
      if (form) Object.assign(options, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      try {
        const response = await fetch(`${home}/embed/polls/${this.poll}?lang=${this.lang}`, options);
        if (!response.ok) throw new Error(String(response.status));
        const told = await response.json();
        if (form) this.voted = known(this.poll, true);
        this.show(told, Boolean(form));
      } catch {
        if (form) this.shadowRoot.querySelector("[data-failed]").hidden = false;
      }
    }

    show(told, focus) {
      this.shadowRoot.innerHTML = `<link rel="stylesheet" href="${home}/static/embed.css">${told.html}`;
      const form = this.shadowRoot.querySelector("form");
      if (form) form.addEventListener("submit", (event) => { event.preventDefault(); this.ask(form); });
      if (focus) this.shadowRoot.querySelector("[data-notice]").focus();
      this.disconnectedCallback();
      if (told.open) this.listen();
    }

    listen() {
      this.source = new EventSource(`${home}/live/polls/${this.poll}?lang=${this.lang}`);
      this.source.onmessage = (event) => this.update(JSON.parse(event.data));
    }

    update(poll) {
      if (poll.state !== "open") { this.disconnectedCallback(); this.ask(); return; }
      const put = (place, words) => { if (place && place.textContent !== words) place.textContent = words; };
      put(this.shadowRoot.querySelector("[data-total]"), poll.votes);
      if (!poll.counts) return;
      for (const row of this.shadowRoot.querySelectorAll("[data-option]")) {
        const i = Number(row.dataset.option);
        put(row.querySelector("[data-share]"), poll.texts[i][0]);
        put(row.querySelector("[data-votes]"), poll.texts[i][1]);
        row.querySelector("meter").value = poll.shares[i];
      }
    }
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== home || !event.data || !event.data.kuulolla) return;
    for (const frame of document.querySelectorAll("iframe"))
      if (frame.contentWindow === event.source) frame.style.height = `${Math.ceil(event.data.kuulolla)}px`;
  });
  if (!customElements.get("kuulolla-poll")) customElements.define("kuulolla-poll", Poll);
})();
