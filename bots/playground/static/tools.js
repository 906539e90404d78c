// The bar above the panes (crowd, languages, views) and the drawer with faults and calls.
import { clock, h, post, sync, toast } from "./dom.js";
import { LANGUAGES, speak, spoken, t } from "./words.js";

const parts = {};
let state = null;
let redraw = () => {};
let watch = () => {};

/** `watchPage` shows a path of the city's page, where there is room beside the other panes. */
export function buildTools(bar, drawer, redrawAll, watchPage) {
  redraw = redrawAll;
  watch = watchPage;
  parts.bar = bar;
  parts.drawer = drawer;
  setInterval(() => drawer.hidden || redraw(), 2000); // calls change nothing in the worlds
}

export function drawTools(given) {
  state = given;
  if (parts.bar.dataset.shows !== spoken()) {
    parts.bar.dataset.shows = spoken();
    parts.bar.replaceChildren(brand(), panes(), crowd(), h("div", { class: "right" }, trouble(), languages()));
    parts.drawer.replaceChildren(...drawer());
  }
  drawPanes();
  drawCrowd();
  drawDrawer();
}

const brand = () => h("div", { class: "brand" }, h("img", { src: "/static/ear.svg", alt: "" }),
  h("div", {}, h("strong", {}, `Kuulolla · ${t("trial").toLowerCase()}`), h("small", {}, `${t("trial")}: ${t("fresh")}`)));

function languages() {
  const choose = (language) => {
    speak(language);
    redraw();
  };
  return h("div", { class: "languages", role: "group", "aria-label": t("language") }, LANGUAGES.map((language) =>
    h("button", { type: "button", lang: language, "aria-pressed": String(language === spoken()), onclick: () => choose(language) }, language)));
}

// --- which pane, where not all fit

function panes() {
  const show = (pane) => {
    document.body.dataset.pane = pane;
    drawPanes();
  };
  parts.panes = h("div", { id: "panes", role: "tablist", "aria-label": t("panes") }, ["phone", "desk", "web"].map((pane) =>
    h("button", { type: "button", role: "tab", "data-for": pane, onclick: () => show(pane) }, t(`${pane}Tab`))));
  return parts.panes;
}

export function drawPanes() {
  const wide = window.matchMedia("(min-width: 761px)").matches;
  const pane = document.body.dataset.pane;
  const shown = wide && pane === "phone" ? "desk" : pane;
  for (const tab of parts.panes?.children ?? []) tab.setAttribute("aria-selected", String(tab.dataset.for === shown));
}

// --- the crowd

function crowd() {
  parts.polls = h("select", { "aria-label": t("whichPoll"), onchange: () => { parts.chosen = parts.polls.value; } });
  parts.go = [50, 500].map((people) => h("button", { type: "button", class: "pill strong", title: t("crowdHelp"), onclick: () => vote(people) }, String(people), h("span", {}, ` ${t("people")}`)));
  parts.done = h("i");
  parts.progress = h("div", { class: "progress", role: "progressbar", "aria-label": t("voting"), hidden: true }, parts.done);
  return h("div", { class: "crowd", role: "group", "aria-label": t("crowd") }, h("span", { class: "name" }, t("crowd")), parts.polls, parts.go, parts.progress);
}

async function vote(people) {
  const poll = parts.polls.value;
  const done = await post("crowd", { poll, people });
  if (!done.ok) toast(done.error, "bad");
  else watch(`/${spoken()}/polls/${poll}`);
}

function drawCrowd() {
  const none = [["none", [], () => h("option", { value: "" }, t("noPolls"))]];
  sync(parts.polls, state.polls.length ? state.polls.map((poll) => [poll.poll, poll, () => h("option", { value: poll.poll }, poll.title)]) : none);
  const known = state.polls.some((poll) => poll.poll === parts.chosen);
  parts.polls.value = known ? parts.chosen : (state.polls[0]?.poll ?? "");
  for (const button of parts.go) button.disabled = Boolean(state.crowd) || !state.polls.length;
  parts.progress.hidden = !state.crowd;
  if (state.crowd) {
    parts.done.style.width = `${(100 * state.crowd.done) / state.crowd.of}%`;
    parts.progress.setAttribute("aria-valuenow", String(Math.round((100 * state.crowd.done) / state.crowd.of)));
  }
}

// --- faults, rates, calls, starting over

function trouble() {
  const toggle = () => {
    parts.drawer.hidden = !parts.drawer.hidden;
    parts.open.setAttribute("aria-expanded", String(!parts.drawer.hidden));
    if (!parts.drawer.hidden) parts.drawer.querySelector("select").focus();
  };
  parts.open = h("button", { type: "button", class: "pill", "aria-expanded": "false", "aria-controls": "drawer", onclick: toggle }, t("trouble"));
  return parts.open;
}

const FAULTS = [["429", { retry_after: 5 }], ["403", {}], ["500", {}], ["slow", { seconds: 4 }], ["drop", {}], ["lost_answer", {}]];
const METHODS = {
  telegram: ["sendMessage", "editMessageText", "answerCallbackQuery", "getUpdates"],
  slack: ["chat.postMessage", "chat.update", "chat.postEphemeral", "views.open", "views.publish", "response_url", "*"],
};
const label = (kind) => t(/^\d/.test(kind) ? `f${kind}` : kind);

function drawer() {
  const close = () => parts.open.click();
  parts.waiting = h("small");
  parts.paced = { telegram: pace("telegram"), slack: pace("slack") };
  parts.calls = h("div", { class: "calls" });
  const top = h("div", { class: "row" }, h("h2", {}, t("trouble")), h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: close }, "✕"));
  const rates = h("div", {}, h("h3", {}, t("paced")), h("div", { class: "row" }, Object.values(parts.paced).map((box) => box.parentNode)));
  const over = h("button", { type: "button", class: "pill danger", onclick: startOver }, t("startOver"));
  return [top, h("div", {}, t("troubleHelp")), faultForm(), rates, h("div", {}, h("h3", {}, t("calls")), parts.calls), h("div", { class: "row" }, over)];
}

function faultForm() {
  const platform = h("select", { id: "fault-platform" }, h("option", { value: "telegram" }, "Telegram"), h("option", { value: "slack" }, "Slack"));
  const method = h("select", { id: "fault-method" });
  const offer = () => method.replaceChildren(...METHODS[platform.value].map((name) => h("option", { value: name }, name)));
  platform.addEventListener("change", offer);
  offer();
  const kind = h("select", { id: "fault-kind" }, FAULTS.map(([name]) => h("option", { value: name }, label(name))));
  const times = h("input", { id: "fault-times", type: "number", min: "1", max: "100", value: "1" });
  const inject = async (event) => {
    event.preventDefault();
    const [name, more] = FAULTS.find(([name]) => name === kind.value);
    const done = await post(`${platform.value}/fault`, { kind: name, method: method.value, times: Math.max(1, Number(times.value) || 1), ...more });
    if (!done.ok) toast(done.error, "bad");
    redraw();
  };
  const clear = async () => {
    await Promise.all(["telegram", "slack"].map((platform) => post(`${platform}/fault`, { clear: true })));
    redraw();
  };
  return h("form", { onsubmit: inject },
    h("label", { for: "fault-platform" }, t("platform")), platform,
    h("label", { for: "fault-method" }, t("call")), method,
    h("label", { for: "fault-kind" }, t("what")), kind,
    h("label", { for: "fault-times" }, t("times")), times,
    h("div", { class: "row" }, h("button", { class: "pill strong" }, t("inject")), h("button", { type: "button", class: "pill", onclick: clear }, t("clear")), parts.waiting));
}

function pace(platform) {
  const box = h("input", { type: "checkbox" });
  box.addEventListener("change", () => (platform === "telegram"
    ? post("telegram/settings", { enforce_rates: box.checked })
    : post("slack/rates", { enforced: box.checked })));
  h("label", {}, box, platform === "telegram" ? " Telegram" : " Slack");
  return box;
}

function drawDrawer() {
  const waiting = state.faults.telegram + state.faults.slack;
  parts.waiting.textContent = waiting ? `${waiting} ${t("waiting")}` : "";
  for (const [platform, box] of Object.entries(parts.paced)) box.checked = state.paced[platform];
  sync(parts.calls, state.calls.map((call) => [`${call.at} ${call.method} ${call.chat}`, call, () => h("div", { class: call.error ? "bad" : "" },
    h("span", {}, clock(call.at)), h("span", {}, call.platform), h("span", {}, call.method, call.error ? `: ${call.error}` : ""))]));
}

async function startOver() {
  if (!window.confirm(t("startOverSure"))) return;
  parts.open.click();
  await post("reset");
}
