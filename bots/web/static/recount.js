// The page that counts the list of a closed poll's ballots again (counting.js), and finds a
// voter's own line. Nothing is sent.
(() => {
  "use strict";
  const place = document.querySelector("[data-recount]");
  if (!place || !window.TextDecoder) return;
  place.hidden = false;
  const { lang } = place.dataset;
  const part = (name) => place.querySelector(`[data-${name}]`);
  const said = (words) => { part("said").textContent = words; };
  const inWords = (option) => option[lang] || Object.values(option)[0] || "";
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  let list = null;

  function element(name, words, ...inside) {
    const made = document.createElement(name);
    made.textContent = words;
    made.append(...inside);
    return made;
  }

  async function sha256(bytes) {
    if (!window.crypto || !crypto.subtle) return null;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function show({ head, counts, answers }) {
    part("table").tBodies[0].replaceChildren(...head.options.map((option, i) => {
      const gone = Counting.withdrawn(head).includes(i + 1);
      const named = inWords(option);
      const name = element("th", gone ? fill(place.dataset.withdrawn, { option: named }) : named);
      name.scope = "row";
      return element("tr", "", name, element("td", counts[i].toLocaleString(lang)));
    }));
    const facts = [];
    const mean = head.kind === "scale" ? Counting.mean(counts) : null;
    if (mean !== null) facts.push([place.dataset.mean, decimal(mean)]);
    if (head.kind === "ranking" && answers.length) facts.push(...ranked(head, answers));
    part("facts").replaceChildren(...facts.map(
      ([name, words]) => element("div", "", element("dt", name), element("dd", words)),
    ));
    part("facts").hidden = !facts.length;
    part("table").hidden = false;
    part("find").hidden = false;
  }

  function decimal(value) {
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return value.toLocaleString(lang, digits);
  }

  function ranked(head, answers) {
    const names = head.options.map(inWords);
    const named = (options) => options.map((i) => names[i]).join(", ");
    const gone = Counting.withdrawn(head);
    const { rounds, winners } = Counting.runOff(names.length, answers, gone);
    const { order } = Counting.schulze(names.length, answers, gone);
    part("rounds").replaceChildren(...rounds.map(({ counts, out }, i) => {
      const each = [...counts].map(([option, n]) => `${names[option]} ${n.toLocaleString(lang)}`);
      const words = fill(place.dataset.round, { n: i + 1, counts: each.join(", ") });
      const left = out.length ? ` ${fill(place.dataset.out, { options: named(out) })}` : "";
      return element("p", words + left);
    }));
    part("rounds").hidden = false;
    const won = named(winners);
    return [
      [place.dataset.runOff, winners.length > 1 ? fill(place.dataset.tie, { options: won }) : won],
      [place.dataset.schulze, order.map((level) => level.map((i) => names[i]).join(" = ")).join(" > ")],
    ];
  }

  async function count() {
    try {
      const response = await fetch(place.dataset.recount);
      if (!response.ok) throw new Error(String(response.status));
      const bytes = await response.arrayBuffer();
      list = Counting.read(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      const digest = await sha256(bytes);
      const adds = list.total === list.head.ballots
        && list.counts.every((n, i) => n === list.head.counts[i]);
      show(list);
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
    const words = answers.map((answer) => (list.head.kind === "words" ? place.dataset.there
      : `${place.dataset.mine} ${inChoice(answer)}`));
    part("found").textContent = words.join("; ") || place.dataset.missing;
  }

  function inChoice(answer) {
    const names = list.head.options.map(inWords);
    switch (list.head.kind) {
      case "points":
        return names.map((name, i) => `${name} ${answer[i]}`).join(", ");
      case "ranking":
        return answer.map((n, i) => `${i + 1}. ${names[n - 1]}`).join(", ");
      default:
        return answer.map((n) => names[n - 1]).join(", ");
    }
  }

  part("count").addEventListener("click", count);
  part("find").addEventListener("submit", find);
})();
