// The dialog on top: a modal of the app, drawn once for each version of its view.
import { blocks } from "/drawing/slack.js";
import { h, post } from "./dom.js";
import { chooser, inputFor, valueOf } from "./fields.js";
import { spoken, t } from "./words.js";

let shown = "";
let cameFrom = null;

export function dialog(box, { world, user, act }) {
  const stack = world.modals[user] ?? [];
  const view = stack[stack.length - 1];
  const wanted = view ? `${view.id} ${view.hash} ${user} ${spoken()}` : "";
  if (wanted === shown) return;
  if (!shown) cameFrom = document.activeElement;
  shown = wanted;
  if (!view) {
    box.replaceChildren();
    cameFrom?.focus?.();
    return;
  }
  const press = pressIn(view, user);
  const input = (block, element) => chooser(block, element, press);
  const made = build(view, user, { ...act, press, input });
  box.replaceChildren(h("div", { class: "shade" }, made));
  (made.querySelector("textarea, input, select") ?? made.querySelector("button"))?.focus();
}

const pressIn = (view, user) => (block, element, value) =>
  post("slack/press", { user, view: view.id, action: element.action_id, block: block.block_id, value });

function build(view, user, act) {
  const fields = new Map();
  const faults = h("div", { class: "faults", role: "alert" });
  const field = (block) => {
    const input = inputFor(block.element);
    const id = `field-${view.id}-${block.block_id}`;
    const complaint = h("span", { class: "complaint", id: `${id}-fault` });
    const optional = block.optional ? h("small", {}, ` (${t("optional")})`) : null;
    const hint = block.hint ? h("small", { class: "hint", id: `${id}-hint` }, block.hint.text) : null;
    input.id = id;
    input.setAttribute("aria-describedby", `${id}-hint ${id}-fault`);
    if (input.getAttribute("role") === "group") input.setAttribute("aria-labelledby", `${id}-label`);
    if (block.dispatch_action) {
      const change = block.element.type === "plain_text_input" ? "input" : "change";
      input.addEventListener(change, () => act.press(block, block.element, valueOf(input)));
    }
    fields.set(block.block_id, { input, complaint });
    return h("div", { class: "field" }, h("label", { for: id, id: `${id}-label` }, block.label.text, optional), input, hint, complaint);
  };
  const close = () => post("slack/close", { user, view: view.id });
  const send = h("button", { type: "submit", class: "slack-button primary" }, view.submit?.text ?? t("send"));
  const submit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    const filled = Object.fromEntries([...fields].map(([name, { input }]) => [name, valueOf(input)]));
    const done = await post("slack/submit", { user, view: view.id, fields: filled });
    send.disabled = false;
    tell(done, fields, faults);
  };
  const title = h("div", { class: "dialog-top" }, h("strong", { id: `title-${view.id}` }, view.title?.text ?? ""),
    h("button", { type: "button", class: "quiet", "aria-label": t("close"), onclick: close }, "✕"));
  const buttons = h("div", { class: "dialog-foot" }, faults,
    h("button", { type: "button", class: "slack-button", onclick: close }, view.close?.text ?? t("cancel")), view.submit ? send : null);
  const body = h("div", { class: "dialog-body" }, blocks(view.blocks, { ...act, field }));
  const escape = (event) => event.key === "Escape" && close();
  return h("form", { class: "dialog", role: "dialog", "aria-modal": "true", "aria-labelledby": `title-${view.id}`, novalidate: true, onsubmit: submit, onkeydown: escape }, title, body, buttons);
}

/** What Slack's own client says, in the page's language; the app speaks for itself. */
const said = (fault) => (fault === "Please complete this required field." ? t("required") : fault);

function tell(done, fields, faults) {
  faults.textContent = "";
  for (const [name, { input, complaint }] of fields) {
    complaint.textContent = said(done.errors?.[name] ?? "");
    input.setAttribute("aria-invalid", String(Boolean(done.errors?.[name])));
  }
  if (done.ok) return;
  if (!done.errors) faults.textContent = done.error === "operation_timeout" ? t("slackFailed") : done.error;
  const first = [...fields].find(([name]) => done.errors?.[name]);
  first?.[1].input.focus();
}
