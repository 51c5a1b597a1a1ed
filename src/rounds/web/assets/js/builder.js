// The filter builder: rows of field, operator, value; rows of a group are joined by AND, groups by OR. It sends the
// grammar of lists: f=<field>.<op>.<values> for the first group, or=<condition>~<condition> for each other.
import { all, each, on, one } from "./dom.js";

const NO_VALUE = ["known", "unknown"];
const INPUT = { int: "number", money: "number", rate: "number", when: "number", date: "date" };
const data = new WeakMap();

const copy = (form, name) => one(`template[data-${name}-made]`, form).content.firstElementChild.cloneNode(true);
const option = ([value, words], now) => new Option(words, value, false, value === now);

/** The control for a value: check boxes in a drop-down for lists, yes or no, a number, a day, or text. */
function valueControl(field, op, values) {
  if (NO_VALUE.includes(op)) return [];
  if (field.kind === "bool") {
    const select = Object.assign(document.createElement("select"), { className: "field", ariaLabel: "Value" });
    select.append(...[["yes", "yes"], ["no", "no"]].map((pair) => option(pair, values[0])));
    return [select];
  }
  if (field.choices.length) return [choiceControl(field, values)];
  const input = Object.assign(document.createElement("input"), { className: "field", type: INPUT[field.kind] ?? "text", ariaLabel: "Value", value: values.join(","), required: true });
  if (input.type === "number") input.step = field.kind === "int" || field.kind === "when" ? "1" : "any";
  const unit = { money: "dollars", rate: "%", when: "days" }[field.kind];
  return unit ? [input, Object.assign(document.createElement("span"), { className: "meta ml-1", textContent: unit })] : [input];
}

function choiceControl(field, values) {
  const drop = Object.assign(document.createElement("details"), { className: "drop drop-left" });
  const summary = Object.assign(document.createElement("summary"), { className: "field" });
  const body = Object.assign(document.createElement("div"), { className: "drop-b fb-choices" });
  for (const [value, words] of field.choices) {
    const label = Object.assign(document.createElement("label"), { className: "di" });
    label.append(Object.assign(document.createElement("input"), { type: "checkbox", className: "check", value, checked: values.includes(value) }), words);
    body.append(label);
  }
  const told = () => {
    const picked = all("input:checked", body).map((box) => box.parentElement.textContent);
    summary.textContent = picked.length > 2 ? `${picked.length} chosen` : picked.join(", ") || "Choose";
  };
  body.addEventListener("change", told);
  drop.append(summary, body);
  told();
  return drop;
}

function values(row) {
  const boxes = all(".fb-choices input", row);
  if (boxes.length) return boxes.filter((box) => box.checked).map((box) => box.value);
  return all("[data-value] .field", row).map((field) => field.value.trim()).filter(Boolean);
}

function fill(form, row, now) {
  const { fields } = data.get(form);
  const field = fields.find((each) => each.name === now.field) ?? fields[0];
  const op = field.ops.some(([key]) => key === now.op) ? now.op : field.ops[0][0];
  one("[data-field]", row).replaceChildren(...fields.map((each) => option([each.name, each.label], field.name)));
  one("[data-op]", row).replaceChildren(...field.ops.map((pair) => option(pair, op)));
  one("[data-value]", row).replaceChildren(...valueControl(field, op, now.values ?? []));
}

function addRow(form, group, now = {}) {
  const row = copy(form, "row");
  fill(form, row, now);
  one("[data-rows]", group).append(row);
  return row;
}

function addGroup(form, conditions = [{}]) {
  const group = copy(form, "group");
  one("[data-groups]", form).append(group);
  conditions.forEach((now) => addRow(form, group, now));
  name(form);
  return group;
}

function name(form) {
  all("[data-group]", form).forEach((group, at) => (one("legend", group).textContent = at ? "Or all of these" : "All of these"));
}

each("form[data-builder]", (form) => {
  if (data.has(form)) return;
  const given = JSON.parse(document.getElementById(one("[data-groups]", form).dataset.from).textContent);
  data.set(form, given);
  (given.groups.length ? given.groups : [[{}]]).forEach((conditions) => addGroup(form, conditions));
});

on("change", "[data-builder] [data-field], [data-builder] [data-op]", (event, select) => {
  const row = select.closest("[data-condition]"), form = select.closest("form");
  const now = { field: one("[data-field]", row).value, op: one("[data-op]", row).value };
  fill(form, row, select.matches("[data-op]") ? { ...now, values: values(row) } : now);
});
on("click", "[data-builder] [data-add]", (event, button) => {
  one("select", addRow(button.closest("form"), button.closest("[data-group]"))).focus();
});
on("click", "[data-builder] [data-add-group]", (event, button) => one("select", addGroup(button.closest("form"))).focus());
on("click", "[data-builder] [data-drop]", (event, button) => {
  const form = button.closest("form"), group = button.closest("[data-group]");
  button.closest("[data-condition]").remove();
  if (!one("[data-condition]", group)) group.remove();
  name(form);
  (one("[data-drop]", form) ?? one("[data-add-group]", form)).focus();
});

const text = (row) => {
  const [field, op] = [one("[data-field]", row).value, one("[data-op]", row).value];
  if (NO_VALUE.includes(op)) return `${field}.${op}`;
  const found = values(row);
  return found.length ? `${field}.${op}.${found.join(",")}` : "";
};
on("submit", "form[data-builder]", (event, form) => {
  event.preventDefault();
  const query = new URLSearchParams(all("input[type=hidden][name]", form).map((input) => [input.name, input.value]));
  const groups = all("[data-group]", form).map((group) => all("[data-condition]", group).map(text).filter(Boolean)).filter((group) => group.length);
  (groups[0] ?? []).forEach((condition) => query.append("f", condition));
  groups.slice(1).forEach((group) => query.append("or", group.join("~")));
  location.assign(`${location.pathname}?${query}`);
});

on("keydown", "form[data-builder]", (event, form) => {
  if (event.key !== "Escape" || event.defaultPrevented || event.target.closest("details[open]")) return;
  event.preventDefault();
  one(`[data-toggles="${form.id}"]`, form).click();
});
