// What is filled in or chosen in Slack's blocks.
import { h } from "./dom.js";
import { t } from "./words.js";

/** A menu or field among what can be pressed: it tells what was chosen at once. */
export function chooser(block, entry, press) {
  const menu = entry.type === "overflow" || entry.type.endsWith("_select");
  const field = inputFor(menu ? { ...entry, type: "static_select" } : entry);
  field.addEventListener("change", () => press(block, entry, valueOf(field)));
  return field;
}

// --- fields: each element knows how to tell its value as the control API wants it

const values = new WeakMap();
export const valueOf = (field) => values.get(field)();

export function inputFor(entry) {
  const [field, value] = FIELDS[entry.type]?.(entry) ?? line(entry);
  values.set(field, value);
  return field;
}

const FIELDS = {
  plain_text_input: line,
  static_select: one,
  radio_buttons: (entry) => boxes(entry, "radio"),
  checkboxes: (entry) => boxes(entry, "checkbox"),
  multi_static_select: (entry) => boxes(entry, "checkbox"),
  datetimepicker: moment,
  datepicker: (entry) => typed(entry, "date", entry.initial_date),
  timepicker: (entry) => typed(entry, "time", entry.initial_time),
};

function line(entry) {
  const props = { value: entry.initial_value ?? "", maxlength: entry.max_length, placeholder: entry.placeholder?.text };
  const field = entry.multiline ? h("textarea", { rows: "4", ...props }) : h("input", { type: "text", ...props });
  return [field, () => field.value];
}

function typed(entry, type, first) {
  const field = h("input", { type, value: first ?? "" });
  return [field, () => field.value || null];
}

const optionsOf = (entry) => entry.options ?? (entry.option_groups ?? []).flatMap((group) => group.options);

function one(entry) {
  const options = optionsOf(entry).map((option) => h("option", { value: option.value }, option.text.text));
  const field = h("select", {}, h("option", { value: "" }, entry.placeholder?.text ?? t("choose")), options);
  field.value = entry.initial_option?.value ?? "";
  return [field, () => field.value || null];
}

function boxes(entry, type) {
  const first = new Set([...(entry.initial_options ?? []), entry.initial_option].filter(Boolean).map((option) => option.value));
  const inputs = optionsOf(entry).map((option) => h("input", { type, name: entry.action_id, value: option.value, checked: first.has(option.value) }));
  const labels = optionsOf(entry).map((option, number) => h("label", {}, inputs[number], " ", option.text.text));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => input.value);
  return [h("div", { class: "boxes", role: "group" }, labels), () => (type === "radio" ? (chosen()[0] ?? null) : chosen())];
}

function moment(entry) {
  const field = h("input", { type: "datetime-local" });
  if (entry.initial_date_time) {
    const local = new Date(entry.initial_date_time * 1000);
    field.value = new Date(local - local.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  return [field, () => (field.value ? Math.floor(new Date(field.value).getTime() / 1000) : null)];
}
