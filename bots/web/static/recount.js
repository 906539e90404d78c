// Counts the list of a closed poll's ballots again, and finds a voter's own line. Nothing is sent.
(() => {
  "use strict";
  const place = document.querySelector("[data-recount]");
  if (!place || !window.TextDecoder) return;
  place.hidden = false;
  const part = (name) => place.querySelector(`[data-${name}]`);
  const said = (words) => { part("said").textContent = words; };
  const inWords = (option) => option[place.dataset.lang] || Object.values(option)[0] || "";
  let list = null;

  async function sha256(bytes) {
    if (!window.crypto || !crypto.subtle) return null;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // The head, how many ballots support each option, and what each receipt says.
  function read(text) {
    const lines = text.split("\n");
    if (lines.pop() !== "") throw new Error("the last line is cut");
    const head = JSON.parse(lines[0]);
    if (head.format !== "kuulolla-ballots-1") throw new Error("another format");
    const counts = head.options.map(() => 0);
    const ballots = new Map();
    let before = "";
    for (let i = 1; i < lines.length; i += 1) {
      const [name, answer] = JSON.parse(lines[i]);
      if (name < before) throw new Error("receipts are not in order");
      before = name;
      support(head, answer).forEach((n, option) => { counts[option] += n; });
      ballots.set(name, [...(ballots.get(name) || []), answer]);
    }
    return { head, counts, ballots, total: lines.length - 1 };
  }

  function support(head, answer) {
    if (head.kind === "points") return answer;
    const named = head.kind === "ranking" ? answer.slice(0, 1) : answer;
    return head.options.map((_, i) => (named.includes(i + 1) ? 1 : 0));
  }

  function table(found) {
    const body = part("table").tBodies[0];
    body.replaceChildren(...found.head.options.map((option, i) => {
      const row = document.createElement("tr");
      const name = document.createElement("th");
      const count = document.createElement("td");
      name.scope = "row";
      name.textContent = inWords(option);
      count.textContent = found.counts[i].toLocaleString(place.dataset.lang);
      row.append(name, count);
      return row;
    }));
    part("table").hidden = false;
    part("find").hidden = false;
  }

  async function count() {
    try {
      const response = await fetch(place.dataset.recount);
      if (!response.ok) throw new Error(String(response.status));
      const bytes = await response.arrayBuffer();
      list = read(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      const digest = await sha256(bytes);
      const { head } = list;
      const adds = list.total === head.ballots
        && list.counts.every((n, i) => n === head.counts[i]);
      table(list);
      if (!adds) said(place.dataset.wrong);
      else if (digest === null) said(place.dataset.insecure);
      else said(digest === place.dataset.sha256 ? place.dataset.same : place.dataset.other);
    } catch (error) {
      said(place.dataset.failed);
    }
  }

  function find(event) {
    event.preventDefault();
    const typed = new FormData(event.target).get("receipt").toUpperCase().replace(/[^0-9A-Z]/g, "")
      .replace(/O/g, "0").replace(/[IL]/g, "1");
    const answers = list.ballots.get(`${typed.slice(0, 5)}-${typed.slice(5)}`) || [];
    const words = answers.map((answer) => `${place.dataset.mine} ${inChoice(answer)}`);
    part("found").textContent = words.join("; ") || place.dataset.missing;
  }

  function inChoice(answer) {
    const { head } = list;
    if (head.kind === "points") {
      return head.options.map((option, i) => `${inWords(option)} ${answer[i]}`).join(", ");
    }
    return answer.map((n) => inWords(head.options[n - 1])).join(", ");
  }

  part("count").addEventListener("click", count);
  part("find").addEventListener("submit", find);
})();
